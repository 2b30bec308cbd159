//! May this database be written to?

use crate::{
    classify::classify,
    environment::{Environment, EnvironmentName, EnvironmentType},
    url::DatabaseUrl,
};
use nova_errors::{Code, Failure};
use nova_events::Identity;

/// The identity of a database that was once taken for production, and the environment it was seen under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownProduction {
    /// The environment.
    pub environment: String,
    /// What its server said.
    pub identity: Identity,
}

/// What is known about a would-be target.
#[derive(Debug, Clone)]
pub struct TargetEvidence<'a> {
    /// Its configuration.
    pub environment: &'a Environment,
    /// What its server says now.
    pub identity: &'a Identity,
    /// Identity of the source of the operation, if it has one.
    pub source: Option<&'a Identity>,
    /// Every database ever recorded as production.
    pub productions: &'a [KnownProduction],
    /// What the guard approved earlier; none at the guard itself.
    pub approved: Option<&'a Identity>,
}

/// A database that may be written to. There is no way to make one but [`verify_target`].
#[derive(Debug, Clone)]
pub struct VerifiedTarget {
    name: EnvironmentName,
    url: DatabaseUrl,
    identity: Identity,
}

impl VerifiedTarget {
    /// The environment's name.
    pub fn name(&self) -> &EnvironmentName {
        &self.name
    }

    /// How it is reached.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The identity that was verified.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// Decides whether a database may be written to.
///
/// # Errors
/// Every reason against it: it is production by any sign or by its identity (`NOVA-1101`, `NOVA-1109`), it is the
/// source (`NOVA-1102`), or it is not what the guard approved (`NOVA-1108`).
pub fn verify_target(evidence: &TargetEvidence<'_>) -> Result<VerifiedTarget, Vec<Failure>> {
    let mut reasons = Vec::new();
    let name = &evidence.environment.name;
    if evidence
        .source
        .is_some_and(|source| source.same_database(evidence.identity))
    {
        reasons.push(Failure::new(
            Code::TARGET_IS_SOURCE,
            format!("environment {name} is the same database as the source, whatever name or host it is reached by"),
        ));
    }
    let known = evidence
        .productions
        .iter()
        .find(|known| known.identity.same_database(evidence.identity));
    let found = classify(evidence.environment, known.is_some());
    if found.environment_type == EnvironmentType::Production {
        reasons.push(production(name, &found.signs, known));
    }
    if evidence
        .approved
        .is_some_and(|approved| !approved.same_database(evidence.identity))
    {
        reasons.push(Failure::new(
            Code::IDENTITY_CHANGED,
            format!("environment {name} now leads to another database than the one the guard approved"),
        ));
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    Ok(VerifiedTarget {
        name: name.clone(),
        url: evidence.environment.url.clone(),
        identity: evidence.identity.clone(),
    })
}

fn production(name: &EnvironmentName, signs: &[crate::classify::Sign], known: Option<&KnownProduction>) -> Failure {
    if let Some(known) = known {
        return Failure::new(
            Code::TARGET_IS_PRODUCTION,
            format!(
                "environment {name} leads to the database recorded as production environment {}",
                known.environment
            ),
        );
    }
    let says: Vec<String> = signs
        .iter()
        .map(|sign| format!("{} says {}", sign.seen_in, sign.says))
        .collect();
    if signs.iter().any(|sign| sign.says != EnvironmentType::Production) {
        return Failure::new(
            Code::TYPES_DISAGREE,
            format!(
                "environment {name} counts as production because its signs disagree: {}",
                says.join(", ")
            ),
        );
    }
    let why = if says.is_empty() {
        "nothing says that it is not".to_owned()
    } else {
        says.join(", ")
    };
    Failure::new(
        Code::TARGET_IS_PRODUCTION,
        format!("environment {name} is production: {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(system: &str, oid: u32) -> Identity {
        Identity {
            system: system.to_owned(),
            database_oid: oid,
            database: "d".to_owned(),
            version: 15,
        }
    }

    fn test_environment() -> Environment {
        Environment {
            name: "test".parse().unwrap(),
            url: DatabaseUrl::new("postgres://localhost/d"),
            declared: Some(EnvironmentType::Test),
        }
    }

    fn codes(result: Result<VerifiedTarget, Vec<Failure>>) -> Vec<u16> {
        result
            .err()
            .unwrap_or_default()
            .iter()
            .map(|reason| reason.code.number)
            .collect()
    }

    #[test]
    fn the_server_decides_not_the_name() {
        let environment = test_environment();
        let here = identity("7001", 5);
        let productions = [KnownProduction {
            environment: "production".to_owned(),
            identity: identity("7001", 5),
        }];
        let evidence = TargetEvidence {
            environment: &environment,
            identity: &here,
            source: Some(&here),
            productions: &productions,
            approved: None,
        };
        assert_eq!(codes(verify_target(&evidence)), [1102, 1101]);
    }

    #[test]
    fn another_database_of_the_same_cluster_is_another_database() {
        let environment = test_environment();
        let evidence = TargetEvidence {
            environment: &environment,
            identity: &identity("7001", 6),
            source: Some(&identity("7001", 5)),
            productions: &[],
            approved: Some(&identity("7001", 6)),
        };
        assert_eq!(codes(verify_target(&evidence)), [0; 0]);
    }

    #[test]
    fn a_target_that_moved_since_the_guard_is_refused() {
        let environment = test_environment();
        let evidence = TargetEvidence {
            environment: &environment,
            identity: &identity("7002", 5),
            source: None,
            productions: &[],
            approved: Some(&identity("7001", 5)),
        };
        assert_eq!(codes(verify_target(&evidence)), [1108]);
    }
}
