//! The administrator's rules: what happens to which column, decided by a person.
//!
//! The guide's short form and the full form are one format, in JSON or TOML; every key of it has one spelling in
//! `snake_case`, and those of the guide their `camelCase` too:
//!
//! ```json
//! {"rules": [{"tableName": "users", "columnName": "email", "anonymizationType": "email", "preserveFormat": true}]}
//! ```
//!
//! ```toml
//! [[rules]]
//! table = "shop.*"
//! column = "*_email"
//! transformer = "email"
//!
//! [[exempt]]
//! table = "products"
//! column = "contact"
//! reason = "a shared mailbox, nobody's"
//! ```
//!
//! A mistake is an error that says where it is, what stands there and what may stand there; nothing is ignored.

mod decisions;
mod generator;
mod parse;
mod pattern;
mod schema;
mod sections;
mod subset;

pub use decisions::{NewColumn, Undecided};
pub use generator::generator_names;
pub use pattern::covers_table;
pub use schema::schema;
pub use sections::{Entity, Exemption, Policy, QuasiIdentifiers, Reference, Rows, TableRule};
pub use subset::Subset;

use crate::error::Error;
use crate::kind::{Kind, Locale};
use serde_json::{Map, Value};

/// Everything a file says, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Language of generated values where a rule does not say.
    pub locale: Locale,
    /// What happens to columns that look personal and that nothing here decides; none: what the clone says.
    pub policy: Option<Policy>,
    /// The part of the rows that is copied; none: all, or what the clone says.
    pub subset: Option<Subset>,
    /// What happens to columns.
    pub rules: Vec<Rule>,
    /// What happens to tables' rows.
    pub tables: Vec<TableRule>,
    /// Columns that describe one person together.
    pub entities: Vec<Entity>,
    /// References that no foreign key declares.
    pub references: Vec<Reference>,
    /// Columns that look personal and are not, by somebody's decision.
    pub exempt: Vec<Exemption>,
    /// Columns that together may single somebody out.
    pub quasi_identifiers: Vec<QuasiIdentifiers>,
}

/// One rule: what happens to one column, or to one path inside a JSON column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `users` for that table in any schema, or `auth.users`; `*` stands for any run of characters.
    pub table: String,
    /// The column; `*` as in tables.
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
    /// The rows it applies to: an expression over the row's columns; none: all.
    pub when: Option<String>,
    /// Parameters of the transformer, by name.
    pub params: Map<String, Value>,
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
    /// Reads a rules file: JSON when its first character is `{`, TOML otherwise.
    ///
    /// # Errors
    /// [`Error::Rules`] with line and column when the text is neither, has an unknown key, type, generator or bound.
    pub fn parse(text: &str) -> Result<Self, Error> {
        parse::parse(text)
    }
}

impl Rule {
    /// True when table or column is a pattern: such a rule gives way to one that names the column.
    pub fn is_pattern(&self) -> bool {
        self.table.contains('*') || self.column.contains('*')
    }

    /// True when the rule is about this column.
    pub fn covers(&self, schema: &str, table: &str, column: &str) -> bool {
        covers_table(&self.table, schema, table) && pattern::matches(&self.column, column)
    }
}
