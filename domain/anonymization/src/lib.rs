//! Anonymization: which columns hold personal data, what replaces it, and proof that none is left.
//!
//! The path of a clone through this crate:
//!
//! 1. [`rules`] reads the administrator's rules file;
//! 2. [`detect`] finds personal data that no rule mentions, by name, type and sampled content;
//! 3. [`plan`] joins both into one [`plan::MaskingPlan`]: a [`Spec`] per column, equal across foreign keys;
//! 4. [`TableMasker`] compiles a table's specs and rewrites its COPY stream, touching only those columns;
//! 5. [`leak`] fingerprints the originals on the way and scans the finished target for them;
//! 6. [`verify`] says what is proved, at any time.
//!
//! Everything is a pure function of its input and a [`MaskingKey`]: the same value gives the same replacement in every
//! table, in text and in binary COPY, today and in the next refresh.

pub mod catalogue;
mod condition;
mod copy;
pub mod detect;
mod error;
mod facts;
mod key;
mod kind;
pub mod leak;
mod mask;
mod pattern;
pub mod plan;
pub mod rules;
mod spec;
mod sql;
pub mod verify;
mod words;

pub use condition::RowCondition;
pub use copy::{
    Action, ColumnLayout, CopyFormat, External, ExternalRequest, RowCounter, TableLayout, TableMasker, Totals,
};
pub use error::Error;
pub use facts::{ColumnFacts, ForeignKeyFacts};
pub use key::MaskingKey;
pub use kind::{Kind, Locale};
pub use spec::{Attribute, Case, Entity, JsonLeaf, Parameters, Spec};

/// The password whose hash the transformer `password` writes: whoever has an anonymized database may sign in with it.
pub const TEST_PASSWORD: &str = mask::TEST_PASSWORD;
