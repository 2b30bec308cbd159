//! What detection and planning need to know of a database: facts about columns and foreign keys, nothing else.

use crate::spec::Attribute;

/// One column of one table that holds rows (an ordinary table or a leaf partition).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Schema of the table.
    pub schema: String,
    /// Table.
    pub table: String,
    /// Column.
    pub column: String,
    /// Name in `pg_catalog` with domains resolved: `text`, `int4`, `timestamptz`, `_text` for an array.
    pub base_type: String,
    /// True when the type, its elements included, is a built-in one.
    pub builtin: bool,
    /// True for an enum.
    pub enum_type: bool,
    /// `n` of `varchar(n)` or `char(n)`.
    pub max_length: Option<u32>,
    /// True when NULL is refused.
    pub not_null: bool,
    /// True when the column alone is under a unique constraint, unique index or primary key.
    pub unique: bool,
    /// True when the column is under a unique constraint or index together with others.
    pub unique_with_others: bool,
    /// True for a generated column: the target computes it anew.
    pub generated: bool,
    /// True when the column decides which partition a row belongs to.
    pub partition_key: bool,
    /// The partitioned table this leaf belongs to, or the table it inherits the column from: a rule for it applies here.
    pub parent: Option<(String, String)>,
    /// The attributes of a composite type, or of the elements of an array of it.
    pub attributes: Vec<Attribute>,
    /// Some values in text form; may be empty.
    pub samples: Vec<String>,
}

impl ColumnFacts {
    /// `schema.table.column`, for messages.
    pub fn full_name(&self) -> String {
        format!("{}.{}.{}", self.schema, self.table, self.column)
    }
}

/// One foreign key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForeignKeyFacts {
    /// Name of the constraint.
    pub name: String,
    /// Schema and name of the referencing table.
    pub table: (String, String),
    /// Referencing columns.
    pub columns: Vec<String>,
    /// Schema and name of the referenced table.
    pub referenced: (String, String),
    /// Referenced columns, position by position.
    pub referenced_columns: Vec<String>,
}
