//! Large objects, security labels, and what goes with an extension.

use super::Statement;
use crate::{Database, Extension, ExtensionRows, quote_ident, quote_idents, quote_literal};

/// How many rows one statement inserts.
const ROWS: usize = 200;

/// What sets an extension up, in the order of its tables: those that others refer to come first.
pub(super) fn extension_rows(database: &Database, extension: &Extension) -> Vec<Statement> {
    let of_it = database.extension_rows.iter();
    of_it
        .filter(|item| item.extension == extension.name)
        .flat_map(insert)
        .collect()
}

fn insert(item: &ExtensionRows) -> impl Iterator<Item = Statement> {
    let value = |value: &Option<String>| {
        value
            .as_ref()
            .map_or_else(|| "NULL".to_owned(), |text| quote_literal(text))
    };
    item.rows.chunks(ROWS).map(move |rows| {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| format!("({})", row.iter().map(value).collect::<Vec<_>>().join(", ")))
            .collect();
        Statement::new(
            format!("rows of {}", item.table.readable()),
            format!(
                "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES {}",
                item.table.sql(),
                quote_idents(&item.columns),
                rows.join(", ")
            ),
        )
    })
}

/// Large objects with their numbers and no bytes: rows that refer to them keep a meaning.
pub(super) fn large_objects(database: &Database) -> impl Iterator<Item = Statement> {
    database.large_objects.iter().map(|item| {
        Statement::new(
            format!("large object {}", item.number),
            format!("SELECT pg_catalog.lo_create({}::pg_catalog.oid)", item.number),
        )
    })
}

/// Security labels; the server refuses those of a provider that it has not loaded.
pub(super) fn labels(database: &Database) -> impl Iterator<Item = Statement> {
    database.labels.iter().map(|item| {
        Statement::new(
            format!("security label on {}", item.object),
            format!(
                "SECURITY LABEL FOR {} ON {} IS {}",
                quote_ident(&item.provider),
                item.object,
                quote_literal(&item.label)
            ),
        )
    })
}

/// `DEPENDS ON EXTENSION`.
pub(super) fn extension_dependents(database: &Database) -> impl Iterator<Item = Statement> {
    database.extension_dependents.iter().map(|item| {
        Statement::new(
            format!("extension of {}", item.object),
            format!(
                "ALTER {} DEPENDS ON EXTENSION {}",
                item.object,
                quote_ident(&item.extension)
            ),
        )
    })
}
