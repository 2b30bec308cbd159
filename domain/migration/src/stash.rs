//! What a rollback would lose is kept beside: in a schema that is made only when there is something to keep.

use crate::inventory::Item;
use crate::statement::Statement;
use nova_schema::{Column, Database, Table, quote_ident, quote_literal};

/// The schema that keeps what a rollback would lose.
pub const STASH: &str = "nova_stash";

/// The statements that take an object down, after one that keeps its values.
pub(crate) fn before(item: &Item<'_>, statements: &[Statement], database: &Database) -> Vec<Statement> {
    let mut out = Vec::new();
    if !statements.is_empty() {
        match item {
            // The rows of foreign tables are elsewhere.
            Item::Table(table) if table.partition_key.is_none() && table.foreign.is_none() => {
                out.push(keep_table(table));
            }
            Item::LargeObject(item) => out.push(keep_large_object(item.number)),
            Item::Column(table, column)
                if column.generated.is_none() && table.partition_of.is_none() && table.foreign.is_none() =>
            {
                out.push(keep_column(database, table, column));
            }
            _ => {}
        }
    }
    out.extend(statements.iter().cloned());
    out
}

fn keep_table(table: &Table) -> Statement {
    let name = table.name.sql();
    keep(
        &format!("table {}", table.name.readable()),
        &table.name.readable(),
        &format!("SELECT FROM ONLY {name}"),
        &format!("SELECT * FROM ONLY {name}"),
    )
    .touching(&table.name)
}

fn keep_large_object(number: u32) -> Statement {
    keep(
        &format!("large object {number}"),
        &format!("large_object_{number}"),
        &format!("SELECT FROM pg_catalog.pg_largeobject_metadata WHERE oid = {number}"),
        &format!("SELECT {number}::pg_catalog.oid AS number, pg_catalog.lo_get({number}) AS bytes"),
    )
}

fn keep_column(database: &Database, table: &Table, column: &Column) -> Statement {
    let name = quote_ident(&column.name);
    // A value that is the default of all rows is no loss; a default that is computed cannot be told from a value.
    let lost = match &column.default {
        Some(default) if !default.contains('(') => format!("{name} IS DISTINCT FROM ({default})"),
        _ => format!("{name} IS NOT NULL"),
    };
    let key = database
        .primary_key(&table.name)
        .map(|key| key.columns.clone())
        .filter(|key| !key.contains(&column.name))
        .unwrap_or_default();
    let columns: Vec<String> = key.iter().map(|name| quote_ident(name)).chain([name]).collect();
    keep(
        &format!("column {}.{}", table.name.readable(), column.name),
        &format!("{}.{}", table.name.readable(), column.name),
        &format!("SELECT FROM {} WHERE {lost}", table.name.sql()),
        &format!("SELECT {} FROM {} WHERE {lost}", columns.join(", "), table.name.sql()),
    )
    .touching(&table.name)
}

fn keep(label: &str, name: &str, condition: &str, query: &str) -> Statement {
    let mut short: String = name.to_owned();
    while short.len() > 40 {
        short.pop();
    }
    let create = quote_literal(&format!(
        "CREATE TABLE {}.%I AS {}",
        quote_ident(STASH),
        query.replace('%', "%%")
    ));
    let body = format!(
        "BEGIN IF EXISTS ({condition}) THEN CREATE SCHEMA IF NOT EXISTS {}; EXECUTE pg_catalog.format({create}, {} || \
         pg_catalog.to_char(pg_catalog.clock_timestamp(), '_YYYYMMDDHH24MISSUS')); END IF; END",
        quote_ident(STASH),
        quote_literal(&short)
    );
    Statement::new(label, format!("DO LANGUAGE plpgsql {}", quote_literal(&body))).note(format!(
        "keeps in schema {STASH} what the next statement would lose, if there is anything"
    ))
}
