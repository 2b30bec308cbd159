//! The administrator's rules file.
//!
//! ```json
//! {"rules": [{"tableName": "users", "columnName": "email", "anonymizationType": "email", "preserveFormat": true}]}
//! ```
//!
//! A mistake is an error that says where it is, what stands there and what may stand there; nothing is ignored.

mod generator;
mod parse;

pub use generator::generator_names;

use crate::error::Error;
use crate::kind::{Kind, Locale};

/// All rules of a file, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Language of generated values where a rule does not say.
    pub locale: Locale,
    /// The rules.
    pub rules: Vec<Rule>,
}

/// One rule: what happens to one column, or to one path inside a JSON column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `users` for that table in any schema, or `auth.users`.
    pub table: String,
    /// The column.
    pub column: String,
    /// What the values are, `customGenerator` taken into account. With a `path` this is [`Kind::Json`].
    pub kind: Kind,
    /// Keep what the kind can keep of the original's form.
    pub preserve_format: bool,
    /// The generator asked for by name.
    pub custom_generator: Option<String>,
    /// The value of a constant.
    pub constant: Option<String>,
    /// Bounds of the result.
    pub constraints: Constraints,
    /// For JSON: which values.
    pub path: Option<String>,
    /// For JSON: what those values are; `None` decides by key and content.
    pub value_kind: Option<Kind>,
    /// Language of generated values.
    pub locale: Locale,
}

/// Bounds of results: decimal numbers, or ISO dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Smallest result.
    pub min: Option<String>,
    /// Largest result.
    pub max: Option<String>,
}

impl Rules {
    /// Reads a rules file.
    ///
    /// # Errors
    /// [`Error::Rules`] with line and column when the text is not JSON, has an unknown key, type, generator or bound.
    pub fn parse(json: &str) -> Result<Self, Error> {
        parse::parse(json)
    }
}
