//! What an environment's signs say about its type. When they disagree it counts as production.

use crate::environment::{Environment, EnvironmentType};
use serde::{Deserialize, Serialize};

/// One sign and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sign {
    /// Where it was seen: `declared`, `name`, `host` or `identity`.
    pub seen_in: String,
    /// What it says.
    pub says: EnvironmentType,
}

/// The type an environment is treated as, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// What it is treated as.
    pub environment_type: EnvironmentType,
    /// Every sign there was.
    pub signs: Vec<Sign>,
    /// False when one sign says production and another does not.
    pub agreed: bool,
}

/// Reads the signs: the declared type, the name, the host and whether the server's identity is one that was recorded
/// as production. Any sign of production wins; without a sign an environment counts as production, because nothing
/// says that it may be written to.
pub fn classify(environment: &Environment, recorded_as_production: bool) -> Classification {
    let mut signs = Vec::new();
    let mut sign = |seen_in: &str, says: Option<EnvironmentType>| {
        signs.extend(says.map(|says| Sign {
            seen_in: seen_in.to_owned(),
            says,
        }));
    };
    sign("declared", environment.declared);
    sign("name", word_says(environment.name.as_str()));
    sign("host", word_says(&environment.url.host()));
    sign(
        "identity",
        recorded_as_production.then_some(EnvironmentType::Production),
    );

    let production = signs
        .iter()
        .filter(|sign| sign.says == EnvironmentType::Production)
        .count();
    let environment_type = if production > 0 {
        EnvironmentType::Production
    } else {
        signs.first().map_or(EnvironmentType::Production, |sign| sign.says)
    };
    Classification {
        environment_type,
        agreed: production == 0 || production == signs.len(),
        signs,
    }
}

/// What an environment's name alone says of its type, if anything.
pub fn said_by_name(name: &str) -> Option<EnvironmentType> {
    word_says(name)
}

/// What a name or a host says, read word by word: `db-prod-1.example.org` says production, `product` says nothing.
fn word_says(text: &str) -> Option<EnvironmentType> {
    let lower = text.to_ascii_lowercase();
    let words = || {
        lower
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| !word.is_empty())
    };
    let any = |known: &[&str]| words().any(|word| known.contains(&word));
    if any(&["production", "prod", "prd", "live"]) {
        Some(EnvironmentType::Production)
    } else if any(&["test", "tests", "testing", "qa", "staging", "preprod", "recette"]) {
        Some(EnvironmentType::Test)
    } else if any(&["training", "formation"]) {
        Some(EnvironmentType::Training)
    } else if any(&["development", "dev", "local"]) {
        Some(EnvironmentType::Development)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::DatabaseUrl;

    fn environment(name: &str, host: &str, declared: Option<EnvironmentType>) -> Environment {
        Environment {
            name: name.parse().unwrap(),
            url: DatabaseUrl::new(format!("postgres://u:p@{host}/d")),
            declared,
        }
    }

    #[test]
    fn one_sign_of_production_outweighs_all_others() {
        for (name, host, declared, recorded) in [
            ("test", "db-prod-1.example.org", Some(EnvironmentType::Test), false),
            ("prod-copy", "localhost", Some(EnvironmentType::Test), false),
            ("test", "localhost", Some(EnvironmentType::Test), true),
            ("test", "localhost", Some(EnvironmentType::Production), false),
        ] {
            let found = classify(&environment(name, host, declared), recorded);
            assert_eq!(found.environment_type, EnvironmentType::Production, "{name} {host}");
            assert!(!found.agreed, "{name} {host}");
        }
    }

    #[test]
    fn agreeing_signs_agree() {
        let found = classify(
            &environment("test", "qa.example.org", Some(EnvironmentType::Test)),
            false,
        );
        assert_eq!((found.environment_type, found.agreed), (EnvironmentType::Test, true));
        let found = classify(
            &environment("production", "10.0.0.1", Some(EnvironmentType::Production)),
            true,
        );
        assert_eq!(
            (found.environment_type, found.agreed),
            (EnvironmentType::Production, true)
        );
    }

    #[test]
    fn words_inside_words_say_nothing() {
        assert_eq!(word_says("products.latest.example.org"), None);
        assert_eq!(word_says("alive"), None);
    }

    #[test]
    fn without_any_sign_it_counts_as_production() {
        let found = classify(&environment("blue", "10.0.0.1", None), false);
        assert_eq!(found.environment_type, EnvironmentType::Production);
    }
}
