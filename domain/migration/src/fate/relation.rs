//! What becomes of tables, columns, views and constraints that both sides have.

#![expect(clippy::match_same_arms, reason = "the tables of fates read one case per row")]

use super::Fate;
use crate::inventory::Inventory;
use nova_schema::{Column, ConstraintKind, Generated, Table, View};

pub(super) fn table_fate(a: &Table, b: &Table) -> Fate {
    let key = |table: &Table| table.partition_key.as_ref().map(|key| key.definition.clone());
    let server = |table: &Table| table.foreign.as_ref().map(|foreign| foreign.server.clone());
    if a.kind != b.kind || key(a) != key(b) || server(a) != server(b) {
        return Fate::Rebuild;
    }
    let same = a.foreign == b.foreign
        && a.tablespace == b.tablespace
        && a.partition_of == b.partition_of
        && a.inherits == b.inherits
        && a.of_type == b.of_type
        && a.unlogged == b.unlogged
        && a.access_method == b.access_method
        && a.options == b.options
        && a.row_security == b.row_security
        && a.force_row_security == b.force_row_security
        && a.replica_identity == b.replica_identity;
    if same { Fate::Keep } else { Fate::Alter }
}

pub(super) fn column_fate(
    (_, a): (&Table, &Column),
    (_, b): (&Table, &Column),
    old: &Inventory<'_>,
    new: &Inventory<'_>,
    version: u32,
) -> Fate {
    let generated = match (&a.generated, &b.generated) {
        (None, None) => false,
        // A stored value can become a plain one; nothing else changes what kind of value it is.
        (Some(Generated::Stored(_)), None) => false,
        (Some(Generated::Stored(x)), Some(Generated::Stored(y)))
        | (Some(Generated::Virtual(x)), Some(Generated::Virtual(y))) => x != y && version < 17,
        _ => true,
    };
    if generated || a.generated.is_some() && (a.type_sql != b.type_sql || a.collation != b.collation) {
        return Fate::Rebuild;
    }
    let sequence = |inventory: &Inventory<'_>, column: &Column| {
        let identity = column.identity.as_ref()?;
        let mut sequence = inventory.database.sequence(&identity.sequence)?.clone();
        sequence.last_value = None;
        sequence.is_called = true;
        sequence.owner.clear();
        sequence.comment = None;
        sequence.acl = None;
        Some(sequence)
    };
    let same = a.type_sql == b.type_sql
        && a.collation == b.collation
        && a.generated == b.generated
        && a.identity == b.identity
        && sequence(old, a) == sequence(new, b)
        && (a.not_null == b.not_null || version >= 18 && new.database.server_version >= 18)
        && a.storage == b.storage
        && a.compression == b.compression
        && a.statistics == b.statistics
        && a.options == b.options
        && a.foreign_options == b.foreign_options;
    if same { Fate::Keep } else { Fate::Alter }
}

pub(super) fn view_fate(a: &View, b: &View, same_major: bool) -> Fate {
    let names = |view: &View| -> Vec<(String, String, Option<nova_schema::QualifiedName>)> {
        let columns = view.columns.iter();
        columns
            .map(|column| (column.name.clone(), column.type_sql.clone(), column.collation.clone()))
            .collect()
    };
    let (before, after) = (names(a), names(b));
    if a.materialized != b.materialized || a.access_method != b.access_method || !after.starts_with(&before) {
        return Fate::Rebuild;
    }
    let query = a.query == b.query || !same_major;
    if !query && a.materialized {
        return Fate::Rebuild;
    }
    let columns = a.columns.iter().zip(&b.columns).all(|(x, y)| {
        let stored = x.storage == y.storage && x.compression == y.compression && x.options == y.options;
        x.default == y.default && x.statistics == y.statistics && stored
    });
    let whole = a.populated == b.populated && a.options == b.options && a.tablespace == b.tablespace;
    if query && columns && whole && a.columns.len() == b.columns.len() {
        Fate::Keep
    } else {
        Fate::Alter
    }
}

pub(super) fn constraint_fate(
    a: &nova_schema::Constraint,
    b: &nova_schema::Constraint,
    old: &Inventory<'_>,
    new: &Inventory<'_>,
) -> Fate {
    // A share that a partition takes along: not every server leaves it whole.
    if a.references.is_some() && !a.local {
        return Fate::Rebuild;
    }
    let settings = |inventory: &Inventory<'_>, constraint: &nova_schema::Constraint| {
        inventory
            .database
            .indexes_of(&constraint.table)
            .find(|index| index.constraint.as_deref() == Some(constraint.name.as_str()))
            .map(|index| {
                let settings = (index.clustered, index.statistics.clone(), index.nulls_not_distinct);
                (settings, index.tablespace.clone())
            })
    };
    let plain = |definition: &str| {
        definition
            .trim_end_matches(" NOT VALID")
            .replace(" DEFERRABLE", "")
            .replace(" INITIALLY DEFERRED", "")
    };
    if a.kind == b.kind && a.definition == b.definition && a.attached_to == b.attached_to {
        // Whether a child declares what it inherits cannot be changed by itself.
        if a.options == b.options && settings(old, a) == settings(new, b) && a.validated == b.validated {
            return Fate::Keep;
        }
        return Fate::Alter;
    }
    let validates = !a.validated && b.validated;
    let defers = a.kind == ConstraintKind::ForeignKey;
    let text = a.kind == b.kind
        && a.attached_to == b.attached_to
        && plain(&a.definition) == plain(&b.definition)
        && a.enforced == b.enforced;
    let only_valid = a.definition.trim_end_matches(" NOT VALID") == b.definition.trim_end_matches(" NOT VALID");
    if text && (a.validated == b.validated || validates) && (defers || only_valid) {
        Fate::Alter
    } else {
        Fate::Rebuild
    }
}
