//! Columns of tables that stay.

use super::{conversion, options as option_changes, sequence::restart};
use crate::statement::{Statement, all};
use nova_schema::{Column, Database, Generated, ObjectRef, Table, emit, quote_ident};
use std::collections::BTreeSet;

fn label(table: &Table, column: &Column) -> String {
    format!(
        "column {}.{}",
        table.name.readable(),
        nova_schema::readable_ident(&column.name)
    )
}

/// `ALTER TABLE [ONLY] t <action>`.
pub(crate) fn alter(table: &Table, column: &Column, only: bool, action: &str) -> Statement {
    let only = if only { "ONLY " } else { "" };
    Statement::new(
        label(table, column),
        format!("ALTER TABLE {only}{} {action}", table.name.sql()),
    )
    .touching(&table.name)
}

fn alter_column(table: &Table, column: &Column, only: bool, action: &str) -> Statement {
    alter(
        table,
        column,
        only,
        &format!("ALTER COLUMN {} {action}", quote_ident(&column.name)),
    )
}

/// `ADD COLUMN` with everything that belongs to it.
pub(crate) fn add(
    database: &Database,
    table: &Table,
    column: &Column,
    separate: &BTreeSet<ObjectRef>,
    options: &emit::Options,
) -> Vec<Statement> {
    let (definition, settings) = emit::object::column(database, table, column, separate, options);
    let mut statement = alter(table, column, false, &format!("ADD COLUMN {definition}"));
    if column.not_null && column.default.is_none() && column.generated.is_none() && column.identity.is_none() {
        statement = statement.may_fail("the column has no default, so the table has to be empty");
    }
    let mut out = vec![statement];
    out.extend(
        all(settings)
            .into_iter()
            .map(|statement| statement.touching(&table.name)),
    );
    out
}

/// `DROP COLUMN`.
pub(crate) fn drop(table: &Table, column: &Column, comes_back: bool) -> Statement {
    let statement = alter(
        table,
        column,
        false,
        &format!("DROP COLUMN {}", quote_ident(&column.name)),
    );
    if column.generated.is_some() {
        return statement.note("the values are computed ones");
    }
    let what = if comes_back {
        "is built again without its values"
    } else {
        "goes with its values"
    };
    statement.loses(format!("{} {what}", label(table, column)))
}

/// Another type or collation.
pub(crate) fn retype(table: &Table, before: &Column, after: &Column, rebuilt: bool) -> Statement {
    let name = quote_ident(&after.name);
    let collation = after
        .collation
        .as_ref()
        .map(|collation| format!(" COLLATE {}", collation.sql()))
        .unwrap_or_default();
    let using = conversion::using(&name, &before.type_sql, &after.type_sql, rebuilt)
        .map(|expression| format!(" USING {expression}"))
        .unwrap_or_default();
    let statement = alter(
        table,
        after,
        false,
        &format!("ALTER COLUMN {name} TYPE {}{collation}{using}", after.type_sql),
    );
    if before.type_sql != after.type_sql && conversion::narrows(&before.type_sql, &after.type_sql) {
        statement.may_fail(format!(
            "a value of {} may not fit into {}, or may be rounded",
            before.type_sql, after.type_sql
        ))
    } else if rebuilt {
        statement.may_fail("a value that the new type does not have")
    } else {
        statement
    }
}

/// Values that hold rows of a table wait while that table is rewritten: as text, or as JSON where rows are told by the
/// names of their columns.
pub(crate) fn wait(table: &Table, column: &Column, by_name: bool) -> Statement {
    let name = quote_ident(&column.name);
    let action = if by_name {
        format!("ALTER COLUMN {name} TYPE json USING pg_catalog.to_json({name})")
    } else {
        format!("ALTER COLUMN {name} TYPE text USING {name}::text")
    };
    alter(table, column, false, &action)
        .note("PostgreSQL rewrites no table while a column holds its rows: these values wait meanwhile")
}

/// The way back from JSON.
pub(crate) fn rows_by_name(table: &Table, column: &Column) -> Vec<Statement> {
    let name = quote_ident(&column.name);
    let using = conversion::row_by_name(&table.name.schema, &column.name);
    let action = format!("ALTER COLUMN {name} TYPE {} USING {using}", column.type_sql);
    let statement = alter(table, column, false, &action).may_fail("a value that the new type does not have");
    conversion::with_rows_by_name(&label(table, column), &table.name.schema, &[column], statement)
}

/// Generation expression, storage, compression, statistics and options.
pub(crate) fn settings(table: &Table, before: &Column, after: &Column, retyped: bool) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut set = |action: String| out.push(alter_column(table, after, true, &action));
    // Another type begins with its own storage and compression.
    if before.storage != after.storage || retyped && after.storage.is_some() {
        match &after.storage {
            Some(storage) => set(format!("SET STORAGE {storage}")),
            None => set(format!("SET STORAGE {}", usual_storage(after))),
        }
    }
    if before.compression != after.compression || retyped && after.compression.is_some() {
        set(format!(
            "SET COMPRESSION {}",
            after.compression.as_deref().unwrap_or("default")
        ));
    }
    if before.statistics != after.statistics {
        set(format!("SET STATISTICS {}", after.statistics.unwrap_or(-1)));
    }
    for change in option_changes(&before.options, &after.options) {
        set(change);
    }
    out.extend(super::foreign::column_options(table, before, after));
    if let (Some(Generated::Stored(a) | Generated::Virtual(a)), Some(Generated::Stored(b) | Generated::Virtual(b))) =
        (&before.generated, &after.generated)
        && a != b
    {
        out.push(alter_column(table, after, false, &format!("SET EXPRESSION AS ({b})")));
    }
    out
}

/// The storage mode a type has by itself, by the name that columns of views have it under.
pub(crate) fn usual_storage_of(type_sql: &str) -> &'static str {
    match type_sql.split('(').next().unwrap_or_default() {
        "numeric" | "inet" | "cidr" => "MAIN",
        _ => "EXTENDED",
    }
}

/// The storage mode a type has by itself.
fn usual_storage(column: &Column) -> &'static str {
    const FIXED: &[&str] = &[
        "int2",
        "int4",
        "int8",
        "bool",
        "float4",
        "float8",
        "date",
        "time",
        "timetz",
        "timestamp",
        "timestamptz",
        "interval",
        "uuid",
        "oid",
        "money",
        "char",
        "name",
        "point",
        "lseg",
        "box",
        "line",
        "circle",
        "macaddr",
        "macaddr8",
        "pg_lsn",
        "xid",
        "cid",
        "tid",
    ];
    match column.base_type.as_str() {
        name if FIXED.contains(&name) => "PLAIN",
        "numeric" | "inet" | "cidr" => "MAIN",
        _ if matches!(column.type_kind, nova_schema::TypeKind::Enum) => "PLAIN",
        _ => "EXTENDED",
    }
}

/// What has to go before anything else: an identity, a generation expression.
pub(crate) fn release(table: &Table, before: &Column, after: &Column) -> Vec<Statement> {
    let mut out = Vec::new();
    if before.identity.is_some() && after.identity.is_none() {
        out.push(alter_column(table, after, false, "DROP IDENTITY"));
    }
    if before.generated.is_some() && after.generated.is_none() {
        out.push(alter_column(table, after, false, "DROP EXPRESSION"));
    }
    out
}

/// `SET NOT NULL` or `DROP NOT NULL`. A partitioned table takes its partitions along, as it must.
pub(crate) fn not_null(table: &Table, column: &Column) -> Statement {
    let only = table.partition_key.is_none();
    if column.not_null {
        alter_column(table, column, only, "SET NOT NULL").may_fail("a row has no value there")
    } else {
        alter_column(table, column, only, "DROP NOT NULL")
    }
}

/// The same without reading the table under a lock that keeps everyone out: a check that is proved beforehand.
pub(crate) fn not_null_online(table: &Table, column: &Column) -> Vec<Statement> {
    let name = quote_ident(&format!("nova_{}_not_null", column.name));
    let only = table.partition_key.is_none();
    vec![
        alter(
            table,
            column,
            only,
            &format!(
                "ADD CONSTRAINT {name} CHECK ({} IS NOT NULL) NOT VALID",
                quote_ident(&column.name)
            ),
        )
        .alone(),
        alter(table, column, only, &format!("VALIDATE CONSTRAINT {name}"))
            .may_fail("a row has no value there")
            .alone(),
        alter_column(table, column, only, "SET NOT NULL").alone(),
        alter(table, column, only, &format!("DROP CONSTRAINT {name}")).alone(),
    ]
}

/// Adds an identity, or changes one.
pub(crate) fn identity(
    old: &Database,
    new: &Database,
    table: &Table,
    before: &Column,
    after: &Column,
) -> Vec<Statement> {
    let Some(wanted) = &after.identity else {
        return Vec::new();
    };
    let Some(had) = &before.identity else {
        let add = format!("ADD{}", emit::object::identity(new, after));
        let mut out = vec![alter_column(table, after, false, &add)];
        out.push(continue_from_rows(table, after, &wanted.sequence));
        return out;
    };
    let mut out = Vec::new();
    let mut current = had.sequence.clone();
    if current.schema == wanted.sequence.schema && current != wanted.sequence {
        out.push(Statement::new(
            label(table, after),
            format!(
                "ALTER SEQUENCE {} RENAME TO {}",
                current.sql(),
                quote_ident(&wanted.sequence.name)
            ),
        ));
        current = wanted.sequence.clone();
    }
    if had.always != wanted.always {
        let mode = if wanted.always { "ALWAYS" } else { "BY DEFAULT" };
        out.push(alter_column(table, after, false, &format!("SET GENERATED {mode}")));
    }
    if let (Some(before), Some(after_sequence)) = (old.sequence(&had.sequence), new.sequence(&wanted.sequence)) {
        let options = emit::object::sequence_options(before) != emit::object::sequence_options(after_sequence);
        if options || before.type_sql != after_sequence.type_sql {
            let cycle = if after_sequence.cycle { "" } else { " NO CYCLE" };
            out.push(Statement::new(
                label(table, after),
                format!(
                    "ALTER SEQUENCE {} AS {}{}{cycle}{}",
                    current.sql(),
                    after_sequence.type_sql,
                    emit::object::sequence_options(after_sequence),
                    restart(before, after_sequence)
                ),
            ));
        }
        if before.unlogged != after_sequence.unlogged {
            let mode = if after_sequence.unlogged { "UNLOGGED" } else { "LOGGED" };
            out.push(Statement::new(
                label(table, after),
                format!("ALTER SEQUENCE {} SET {mode}", current.sql()),
            ));
        }
    }
    out
}

/// A new sequence goes on after the rows there are.
pub(crate) fn continue_from_rows(table: &Table, column: &Column, sequence: &nova_schema::QualifiedName) -> Statement {
    let name = quote_ident(&column.name);
    Statement::new(
        label(table, column),
        format!(
            "SELECT pg_catalog.setval({}::pg_catalog.regclass, pg_catalog.max({name})) FROM {} HAVING pg_catalog.max({name}) > 0",
            nova_schema::quote_literal(&sequence.sql()),
            table.name.sql()
        ),
    )
    .touching(&table.name)
}

/// `SET DEFAULT` or `DROP DEFAULT`.
pub(crate) fn default(table: &Table, column: &Column, value: Option<&str>) -> Statement {
    match value {
        Some(value) => alter_column(table, column, true, &format!("SET DEFAULT {value}")),
        None => alter_column(table, column, true, "DROP DEFAULT"),
    }
}
