//! Which rows of the copied tables travel, where not all do.
//!
//! A row is known by its place in its table's heap (`ctid`), which does not change as long as the snapshot is held under
//! which it was seen: no key has to be carried, whatever keys a table has or lacks. The sets of places stay with Nova;
//! production only answers queries.
//!
//! | part | holds |
//! |---|---|
//! | [`RowSet`] | places of rows of one table |
//! | [`Graph`] | tables, and the references between them: foreign keys and those that rules declare |
//! | [`share`] | which row a row belongs to, where a share of every table is wanted |
//!
//! What stays and what goes:
//!
//! 1. Rows that a rule leaves out (`when`, `limit`) stay behind, and with them, transitively, every row that references
//!    one of them.
//! 2. Of what remains, a subset chooses rows to begin with, and what belongs to them.
//! 3. Everything that a chosen row references is chosen too, transitively.
//!
//! So every reference of a copied row that had a row to point at has it in the copy.

mod graph;
mod set;
pub mod share;

pub use graph::{Graph, Leaf, Reference, Relation, Unit};
pub use set::RowSet;

/// Rows of the tables of which only some are copied, by the tables' names.
pub type Chosen = std::collections::BTreeMap<nova_schema::QualifiedName, RowSet>;
