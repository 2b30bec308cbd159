//! An environment and where it is kept.

use crate::url::DatabaseUrl;
use async_trait::async_trait;
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What an environment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvironmentType {
    /// Real people's data; only ever read.
    Production,
    /// For testing.
    Test,
    /// For training.
    Training,
    /// For development.
    Development,
}

impl EnvironmentType {
    /// The word used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
            Self::Training => "training",
            Self::Development => "development",
        }
    }
}

impl fmt::Display for EnvironmentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EnvironmentType {
    type Err = Failure;

    fn from_str(word: &str) -> Result<Self, Failure> {
        match word.trim().to_ascii_lowercase().as_str() {
            "production" => Ok(Self::Production),
            "test" => Ok(Self::Test),
            "training" => Ok(Self::Training),
            "development" => Ok(Self::Development),
            _ => Err(Failure::new(
                Code::BAD_ENVIRONMENT_FILE,
                format!("{word:?} is not an environment type; it is one of production, test, training, development"),
            )),
        }
    }
}

/// The name of an environment, as in `.env.<name>`: letters, digits, `-` and `_`, at most 63 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnvironmentName(String);

impl EnvironmentName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvironmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EnvironmentName {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let fits = (1..=63).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if fits {
            return Ok(Self(name.to_owned()));
        }
        Err(Failure::new(
            Code::BAD_ARGUMENT,
            format!("{name:?} cannot name an environment: use letters, digits, - and _, at most 63 characters"),
        ))
    }
}

/// An environment as it is configured.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name.
    pub name: EnvironmentName,
    /// How its database is reached.
    pub url: DatabaseUrl,
    /// What its file says it is; none when the file does not say.
    pub declared: Option<EnvironmentType>,
}

/// Where environments are kept: `.env.<name>` files, or a secret store.
#[async_trait]
pub trait Environments: Send + Sync {
    /// The environment of that name.
    ///
    /// # Errors
    /// `NOVA-1002` when it does not exist, `NOVA-1003` when it cannot be used.
    async fn environment(&self, name: &EnvironmentName) -> Result<Environment, Failure>;

    /// Every environment, in the order of their names.
    ///
    /// # Errors
    /// `NOVA-1003` when one cannot be used.
    async fn environments(&self) -> Result<Vec<Environment>, Failure>;

    /// The key that makes an environment's replacement values its own, created on first use.
    ///
    /// # Errors
    /// `NOVA-1808` when it cannot be read or written.
    async fn masking_key(&self, name: &EnvironmentName) -> Result<[u8; 32], Failure>;
}
