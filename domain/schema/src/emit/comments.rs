//! Comments on everything that is carried.

use super::{Statement, types};
use crate::{Database, QualifiedName, ScriptedObject, TypeDefinition, quote_ident, quote_literal};

/// The comment PostgreSQL gives the `public` schema of a new database.
const PUBLIC_COMMENT: &str = "standard public schema";

/// All comments, but for those on what is created last.
pub(super) fn all(database: &Database) -> Vec<Statement> {
    let mut out: Vec<Statement> = on_scripted(database.scripted.iter().filter(|item| !item.late)).collect();
    let mut on = |what: &str, identity: String, text: Option<&String>| {
        if let Some(text) = text {
            out.push(comment(what, &identity, &quote_literal(text)));
        }
    };
    for item in &database.schemas {
        if item.name != "public" || item.comment.as_deref() != Some(PUBLIC_COMMENT) {
            on("SCHEMA", quote_ident(&item.name), item.comment.as_ref());
        }
    }
    for item in &database.extensions {
        on("EXTENSION", quote_ident(&item.name), item.comment.as_ref());
    }
    for item in &database.large_objects {
        on("LARGE OBJECT", item.number.to_string(), item.comment.as_ref());
    }
    for item in &database.collations {
        on("COLLATION", item.name.sql(), item.comment.as_ref());
    }
    for item in &database.types {
        on("TYPE", item.name.sql(), item.comment.as_ref());
        if let TypeDefinition::Composite { attributes } = &item.definition {
            for attribute in attributes {
                on(
                    "COLUMN",
                    column(&item.name, &attribute.name),
                    attribute.comment.as_ref(),
                );
            }
        }
    }
    for (domain, constraint) in types::domain_constraints(database) {
        let identity = format!("{} ON DOMAIN {}", quote_ident(&constraint.name), domain.sql());
        on("CONSTRAINT", identity, constraint.comment.as_ref());
    }
    for item in &database.functions {
        on(item.kind.keyword(), item.identity(), item.comment.as_ref());
    }
    for item in &database.sequences {
        on("SEQUENCE", item.name.sql(), item.comment.as_ref());
    }
    for item in &database.tables {
        let what = if item.foreign.is_some() {
            "FOREIGN TABLE"
        } else {
            "TABLE"
        };
        on(what, item.name.sql(), item.comment.as_ref());
        for part in &item.columns {
            on("COLUMN", column(&item.name, &part.name), part.comment.as_ref());
        }
    }
    for item in &database.views {
        let what = if item.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        on(what, item.name.sql(), item.comment.as_ref());
        for part in &item.columns {
            on("COLUMN", column(&item.name, &part.name), part.comment.as_ref());
        }
    }
    for item in &database.constraints {
        on("CONSTRAINT", on_table(&item.name, &item.table), item.comment.as_ref());
    }
    for item in database.indexes.iter().filter(|index| !index.is_abandoned()) {
        on("INDEX", item.name.sql(), item.comment.as_ref());
    }
    for item in &database.statistics {
        on("STATISTICS", item.name.sql(), item.comment.as_ref());
    }
    for item in &database.triggers {
        on("TRIGGER", on_table(&item.name, &item.table), item.comment.as_ref());
    }
    for item in &database.rules {
        on("RULE", on_table(&item.name, &item.table), item.comment.as_ref());
    }
    for item in &database.policies {
        on("POLICY", item.identity(), item.comment.as_ref());
    }
    let public_without = database
        .schemas
        .iter()
        .any(|item| item.name == "public" && item.comment.is_none());
    if public_without {
        out.push(comment("SCHEMA", "\"public\"", "NULL"));
    }
    out
}

/// Comments on these.
pub(super) fn on_scripted<'a>(items: impl Iterator<Item = &'a ScriptedObject>) -> impl Iterator<Item = Statement> {
    items.filter_map(|item| {
        let text = item.comment.as_ref()?;
        Some(comment(&item.kind, &item.identity, &quote_literal(text)))
    })
}

/// Comments on publications, which are created last.
pub(super) fn on_publications(database: &Database) -> impl Iterator<Item = Statement> {
    database.publications.iter().filter_map(|item| {
        let text = item.comment.as_ref()?;
        Some(comment("PUBLICATION", &quote_ident(&item.name), &quote_literal(text)))
    })
}

fn comment(what: &str, identity: &str, text: &str) -> Statement {
    Statement::new(
        format!("comment on {} {identity}", what.to_lowercase()),
        format!("COMMENT ON {what} {identity} IS {text}"),
    )
}

fn column(relation: &QualifiedName, name: &str) -> String {
    format!("{}.{}", relation.sql(), quote_ident(name))
}

fn on_table(name: &str, table: &QualifiedName) -> String {
    format!("{} ON {}", quote_ident(name), table.sql())
}
