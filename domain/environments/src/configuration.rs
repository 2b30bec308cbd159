//! What a file or a secret says about an environment.

use crate::{Environment, EnvironmentName, EnvironmentType, url::DatabaseUrl};

/// The key of the connection string.
pub const URL: &str = "DATABASE_URL";

/// The key of the declared type.
pub const TYPE: &str = "NOVA_ENVIRONMENT_TYPE";

/// What templates and dashboards put where a person has to write something.
const PLACEHOLDERS: &[&str] = &["[YOUR-PASSWORD]", "USER:PASSWORD@", "@HOST"];

/// A value that cannot be used. The message holds no value: values may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Misconfigured {
    /// The key whose value it is.
    pub key: &'static str,
    /// What is wrong.
    pub what: String,
    /// True when nothing was filled in yet.
    pub missing: bool,
}

impl Misconfigured {
    fn new(key: &'static str, what: &str) -> Self {
        Self {
            key,
            what: format!("{key} {what}"),
            missing: false,
        }
    }
}

/// The environment that the values of [`URL`] and [`TYPE`] describe; an empty value counts as none.
///
/// # Errors
/// The type is unknown; the connection string is missing, of another kind, or still holds a placeholder.
pub fn configured(
    name: &EnvironmentName,
    url: Option<&str>,
    declared: Option<&str>,
) -> Result<Environment, Misconfigured> {
    let given = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    let declared = given(declared)
        .map(|word| word.parse::<EnvironmentType>())
        .transpose()
        .map_err(|_| Misconfigured::new(TYPE, "is none of production, test, training, development"))?;
    let Some(url) = given(url) else {
        return Err(Misconfigured {
            missing: true,
            ..Misconfigured::new(URL, "is not filled in")
        });
    };
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(Misconfigured::new(
            URL,
            "does not begin with postgres:// or postgresql://",
        ));
    }
    if let Some(placeholder) = PLACEHOLDERS.iter().find(|placeholder| url.contains(**placeholder)) {
        return Err(Misconfigured::new(
            URL,
            &format!("still holds the placeholder {placeholder}"),
        ));
    }
    Ok(Environment {
        name: name.clone(),
        url: DatabaseUrl::new(url),
        declared,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(url: Option<&str>, declared: Option<&str>) -> Result<Option<EnvironmentType>, String> {
        let found = configured(&"test".parse().unwrap(), url, declared);
        found.map(|found| found.declared).map_err(|wrong| wrong.what)
    }

    #[test]
    fn a_type_is_optional_and_a_connection_string_is_not() {
        let url = Some("postgres://u:p@h/d");
        assert_eq!(says(url, None), Ok(None));
        assert_eq!(says(url, Some("")), Ok(None));
        assert_eq!(says(url, Some(" Test ")), Ok(Some(EnvironmentType::Test)));
        assert_eq!(
            says(None, Some("test")),
            Err("DATABASE_URL is not filled in".to_owned())
        );
        assert_eq!(says(Some(""), None), Err("DATABASE_URL is not filled in".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_value() {
        for (url, declared) in [
            ("mysql://u:secret@h/d", None),
            ("postgres://u:secret@HOST/d", None),
            ("postgres://u:secret@h/d", Some("secret")),
        ] {
            let wrong = says(Some(url), declared).unwrap_err();
            assert!(!wrong.contains("secret"), "{wrong}");
        }
    }
}
