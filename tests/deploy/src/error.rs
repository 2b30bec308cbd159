//! Why a template cannot be read.

/// A template that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The file is no YAML, or holds what CloudFormation does not know.
    #[error("{0}")]
    Syntax(String),
    /// A loop, a mapping or a resource is not as it should be.
    #[error("{0}")]
    Structure(String),
}
