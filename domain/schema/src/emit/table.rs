//! Tables: columns, `NOT NULL`, checks, inheritance and partitioning.

use super::{Options, Statement, collate, option_list, relation, with_options};
use crate::{Column, Constraint, ConstraintKind, Database, Generated, ObjectRef, Table, quote_ident, readable_ident};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Creates a table. A partition is created on its own and attached at once, while it is empty: so its columns keep their
/// order. `separate` holds the defaults and checks that a cycle moves into statements of their own.
pub(super) fn create(
    database: &Database,
    table: &Table,
    separate: &BTreeSet<ObjectRef>,
    options: &Options,
    out: &mut Vec<Statement>,
) {
    let standalone = table.partition_of.is_some();
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .filter(|column| column.local || standalone || table.inherits.is_empty())
        .map(|column| column_definition(database, table, column, separate, options))
        .collect();
    for constraint in inline_checks(database, table, standalone) {
        if !separate.contains(&ObjectRef::constraint_of(&table.name, &constraint.name)) {
            lines.push(format!(
                "CONSTRAINT {} {}",
                quote_ident(&constraint.name),
                constraint.definition
            ));
        }
    }
    let mut sql = format!(
        "CREATE {}TABLE {} (",
        if table.unlogged { "UNLOGGED " } else { "" },
        table.name.sql()
    );
    if !lines.is_empty() {
        sql.push_str("\n    ");
        sql.push_str(&lines.join(",\n    "));
        sql.push('\n');
    }
    sql.push(')');
    if !table.inherits.is_empty() {
        let parents: Vec<_> = table.inherits.iter().map(crate::QualifiedName::sql).collect();
        let _ = write!(sql, " INHERITS ({})", parents.join(", "));
    }
    if let Some(key) = &table.partition_key {
        let _ = write!(sql, " PARTITION BY {}", key.definition);
    }
    if let Some(method) = &table.access_method {
        let _ = write!(sql, " USING {}", quote_ident(method));
    }
    sql.push_str(&with_options(&table.options));
    out.push(Statement::new(label(table), sql));

    if let Some(partition) = &table.partition_of {
        out.push(Statement::new(
            label(table),
            format!(
                "ALTER TABLE ONLY {} ATTACH PARTITION {} {}",
                partition.parent.sql(),
                table.name.sql(),
                partition.bound
            ),
        ));
    }
    if let Some(of_type) = &table.of_type {
        out.push(alter(table, &format!("OF {of_type}")));
    }
    for column in &table.columns {
        if !column.local && !standalone && !table.inherits.is_empty() {
            override_inherited(database, table, column, separate, options, out);
        }
        column_settings(table, column, out);
    }
}

fn label(table: &Table) -> String {
    format!("table {}", table.name.readable())
}

fn alter(table: &Table, action: &str) -> Statement {
    Statement::new(label(table), format!("ALTER TABLE ONLY {} {action}", table.name.sql()))
}

fn alter_column(table: &Table, column: &Column, action: &str) -> Statement {
    alter(table, &format!("ALTER COLUMN {} {action}", quote_ident(&column.name)))
}

/// Sets a default after the table exists.
pub(super) fn set_default(table: &Table, column: &Column, default: &str) -> Statement {
    alter_column(table, column, &format!("SET DEFAULT {default}"))
}

/// Valid checks that belong into `CREATE TABLE`: a partition needs the inherited ones too, to be attached.
fn inline_checks<'a>(
    database: &'a Database,
    table: &'a Table,
    standalone: bool,
) -> impl Iterator<Item = &'a Constraint> {
    database.constraints_of(&table.name).filter(move |constraint| {
        constraint.kind == ConstraintKind::Check && constraint.validated && (constraint.local || standalone)
    })
}

pub(super) fn column_definition(
    database: &Database,
    table: &Table,
    column: &Column,
    separate: &BTreeSet<ObjectRef>,
    options: &Options,
) -> String {
    let mut sql = format!(
        "{} {}{}",
        quote_ident(&column.name),
        column.type_sql,
        collate(column.collation.as_ref())
    );
    match (&column.generated, &column.identity, &column.default) {
        (Some(generated), _, _) => {
            let storage = match generated {
                Generated::Stored(_) => "STORED",
                Generated::Virtual(_) => "VIRTUAL",
            };
            let _ = write!(sql, " GENERATED ALWAYS AS ({}) {storage}", generated.expression());
        }
        (None, Some(_), _) => sql.push_str(&identity(database, column)),
        (None, None, Some(default)) if !separate.contains(&ObjectRef::default_of(&table.name, &column.name)) => {
            let _ = write!(sql, " DEFAULT {default}");
        }
        (None, None, _) => {}
    }
    sql.push_str(&not_null(database, table, column, options));
    sql
}

/// ` GENERATED … AS IDENTITY (…)` with every option of the sequence.
pub(super) fn identity(database: &Database, column: &Column) -> String {
    let Some(identity) = &column.identity else {
        return String::new();
    };
    let mode = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let settings = database
        .sequence(&identity.sequence)
        .map(relation::sequence_settings)
        .unwrap_or_default();
    format!(
        " GENERATED {mode} AS IDENTITY (SEQUENCE NAME {}{settings})",
        identity.sequence.sql()
    )
}

/// ` NOT NULL`, named where the name is not the one PostgreSQL would choose. One that is not validated comes later.
fn not_null(database: &Database, table: &Table, column: &Column, options: &Options) -> String {
    if !column.not_null {
        return String::new();
    }
    match not_null_constraint(database, table, column) {
        None => " NOT NULL".to_owned(),
        Some(constraint) if !constraint.validated => String::new(),
        Some(constraint) => {
            let usual = format!("{}_{}_not_null", table.name.name, column.name);
            let name = if constraint.name == usual {
                String::new()
            } else {
                format!(" CONSTRAINT {}", quote_ident(&constraint.name))
            };
            let inherit = if constraint.no_inherit && options.target_version >= 18 {
                " NO INHERIT"
            } else {
                ""
            };
            format!("{name} NOT NULL{inherit}")
        }
    }
}

fn not_null_constraint<'a>(database: &'a Database, table: &'a Table, column: &Column) -> Option<&'a Constraint> {
    database.constraints_of(&table.name).find(|constraint| {
        constraint.kind == ConstraintKind::NotNull && constraint.columns.first() == Some(&column.name)
    })
}

/// What an inherited column of a child has changed.
fn override_inherited(
    database: &Database,
    table: &Table,
    column: &Column,
    separate: &BTreeSet<ObjectRef>,
    options: &Options,
    out: &mut Vec<Statement>,
) {
    let parents: Vec<&Column> = table
        .inherits
        .iter()
        .filter_map(|parent| database.table(parent)?.column(&column.name))
        .collect();
    let inherited = parents.iter().find_map(|parent| parent.default.as_ref());
    match &column.default {
        Some(default)
            if inherited != Some(default) && !separate.contains(&ObjectRef::default_of(&table.name, &column.name)) =>
        {
            out.push(set_default(table, column, default));
        }
        None if inherited.is_some() => out.push(alter_column(table, column, "DROP DEFAULT")),
        _ => {}
    }
    if column.identity.is_some() {
        out.push(alter_column(
            table,
            column,
            &format!("ADD{}", identity(database, column)),
        ));
    }
    if column.not_null {
        out.extend(own_not_null(database, table, column, options));
    }
}

/// The `NOT NULL` that a child declares on an inherited column, beside what it inherits.
fn own_not_null(database: &Database, table: &Table, column: &Column, options: &Options) -> Option<Statement> {
    let parents: Vec<&Table> = table
        .inherits
        .iter()
        .filter_map(|parent| database.table(parent))
        .collect();
    let Some(constraint) = not_null_constraint(database, table, column) else {
        let inherited = parents
            .iter()
            .any(|parent| parent.column(&column.name).is_some_and(|own| own.not_null));
        return (!inherited).then(|| alter_column(table, column, "SET NOT NULL"));
    };
    let inherited = parents
        .iter()
        .filter_map(|parent| not_null_constraint(database, parent, column))
        .find(|parent| !parent.no_inherit);
    let other_name = inherited.is_some_and(|parent| parent.name != constraint.name);
    if !constraint.validated || !constraint.local || other_name {
        None
    } else if options.target_version >= 18 {
        let name = quote_ident(&constraint.name);
        Some(alter(
            table,
            &format!("ADD CONSTRAINT {name} {}", constraint.definition),
        ))
    } else {
        Some(alter_column(table, column, "SET NOT NULL"))
    }
}

pub(super) fn column_settings(table: &Table, column: &Column, out: &mut Vec<Statement>) {
    if let Some(storage) = &column.storage {
        out.push(alter_column(table, column, &format!("SET STORAGE {storage}")));
    }
    if let Some(compression) = &column.compression {
        out.push(alter_column(table, column, &format!("SET COMPRESSION {compression}")));
    }
    if let Some(statistics) = column.statistics {
        out.push(alter_column(table, column, &format!("SET STATISTICS {statistics}")));
    }
    if !column.options.is_empty() {
        out.push(alter_column(
            table,
            column,
            &format!("SET ({})", option_list(&column.options)),
        ));
    }
}

/// Adds any constraint to an existing table. Foreign keys and exclusion constraints of a partitioned table, and checks of
/// a parent, recurse; the others concern one table only.
pub(super) fn add_constraint(database: &Database, constraint: &Constraint) -> Statement {
    let recurses = match constraint.kind {
        ConstraintKind::ForeignKey | ConstraintKind::Exclusion => database
            .table(&constraint.table)
            .is_some_and(|table| table.partition_key.is_some()),
        ConstraintKind::Check | ConstraintKind::NotNull => !constraint.no_inherit,
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => false,
    };
    Statement::new(
        constraint_label(constraint),
        format!(
            "ALTER TABLE {}{} ADD CONSTRAINT {} {}",
            if recurses { "" } else { "ONLY " },
            constraint.table.sql(),
            quote_ident(&constraint.name),
            constraint.definition
        ),
    )
}

/// Has a constraint checked that its parent's is not.
pub(super) fn validate_constraint(constraint: &Constraint) -> Statement {
    Statement::new(
        constraint_label(constraint),
        format!(
            "ALTER TABLE ONLY {} VALIDATE CONSTRAINT {}",
            constraint.table.sql(),
            quote_ident(&constraint.name)
        ),
    )
}

fn constraint_label(constraint: &Constraint) -> String {
    format!(
        "constraint {} on {}",
        readable_ident(&constraint.name),
        constraint.table.readable()
    )
}

/// The statements that set what identifies a row in replication.
pub(super) fn replica_identity(table: &Table) -> Option<Statement> {
    use crate::ReplicaIdentity::{Default, Full, Index, Nothing};
    let action = match &table.replica_identity {
        Default => return None,
        Nothing => "REPLICA IDENTITY NOTHING".to_owned(),
        Full => "REPLICA IDENTITY FULL".to_owned(),
        Index(index) => format!("REPLICA IDENTITY USING INDEX {}", quote_ident(index)),
    };
    Some(alter(table, &action))
}
