//! Large objects, security labels, and what goes with an extension.

use super::Statement;
use crate::{Database, quote_ident, quote_literal};

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
