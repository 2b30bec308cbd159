//! Tables: columns, `NOT NULL`, checks, inheritance and partitioning.

use super::{Options, Statement, collate, foreign_options, in_tablespace, option_list, relation, with_options};
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
    let adopted = !in_order_of_inheritance(database, table);
    let standalone = table.partition_of.is_some() || adopted;
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
    if !standalone && options.target_version >= 18 {
        lines.extend(own_not_nulls(database, table));
    }
    let mut sql = format!(
        "CREATE {}{}TABLE {} (",
        if table.unlogged { "UNLOGGED " } else { "" },
        if table.foreign.is_some() { "FOREIGN " } else { "" },
        table.name.sql()
    );
    if !lines.is_empty() {
        sql.push_str("\n    ");
        sql.push_str(&lines.join(",\n    "));
        sql.push('\n');
    }
    sql.push(')');
    if !table.inherits.is_empty() && !adopted {
        let parents: Vec<_> = table.inherits.iter().map(crate::QualifiedName::sql).collect();
        let _ = write!(sql, " INHERITS ({})", parents.join(", "));
    }
    if let Some(key) = &table.partition_key {
        let _ = write!(sql, " PARTITION BY {}", key.definition);
    }
    if let Some(method) = &table.access_method {
        let _ = write!(sql, " USING {}", quote_ident(method));
    }
    if let Some(foreign) = &table.foreign {
        let _ = write!(
            sql,
            " SERVER {}{}",
            quote_ident(&foreign.server),
            foreign_options(&foreign.options)
        );
    }
    sql.push_str(&with_options(&table.options));
    out.push(in_tablespace(
        table.tablespace.as_ref(),
        Statement::new(label(table), sql),
    ));

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
    if adopted {
        for parent in &table.inherits {
            out.push(alter(table, &format!("INHERIT {}", parent.sql())));
        }
    }
    if let Some(of_type) = &table.of_type {
        out.push(alter(table, &format!("OF {of_type}")));
    }
    for column in &table.columns {
        if !standalone && !table.inherits.is_empty() {
            if !column.local {
                override_inherited(database, table, column, separate, options, out);
            } else if column.default.is_none() && inherits_default(database, table, column) {
                out.push(alter_column(table, column, "DROP DEFAULT"));
            }
        }
        column_settings(table, column, out);
    }
}

/// True when `INHERITS` would give the columns their order: those of the parents first. A table that was made a child later
/// has its own.
fn in_order_of_inheritance(database: &Database, table: &Table) -> bool {
    let mut usual: Vec<&String> = Vec::new();
    let inherited = table.inherits.iter().filter_map(|parent| database.table(parent));
    let columns = inherited.flat_map(|parent| &parent.columns).chain(&table.columns);
    for column in columns {
        if !usual.contains(&&column.name) {
            usual.push(&column.name);
        }
    }
    table.inherits.is_empty() || usual.into_iter().eq(table.columns.iter().map(|column| &column.name))
}

/// A parent by classic inheritance has a default for this column, which a child without one must refuse.
fn inherits_default(database: &Database, table: &Table, column: &Column) -> bool {
    table
        .inherits
        .iter()
        .filter_map(|parent| database.table(parent)?.column(&column.name))
        .any(|parent| parent.default.is_some())
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
        "{} {}{}{}",
        quote_ident(&column.name),
        column.type_sql,
        foreign_options(&column.foreign_options),
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
        // It comes with the parent.
        Some(constraint)
            if !constraint.local
                && options.target_version >= 18
                && !table.inherits.is_empty()
                && in_order_of_inheritance(database, table) =>
        {
            String::new()
        }
        Some(constraint) => {
            let usual = format!("{}_{}_not_null", table.name.name, column.name);
            // Where it is an object, partitions that are there already may have taken the name it would get.
            let name = if constraint.name == usual && options.target_version < 18 {
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

/// The `NOT NULL`s that a child declares on columns it only inherits: only so can they have names of their own.
fn own_not_nulls<'a>(database: &'a Database, table: &'a Table) -> impl Iterator<Item = String> {
    let inherited = table
        .columns
        .iter()
        .filter(|column| !column.local && !table.inherits.is_empty());
    inherited.filter_map(|column| {
        let constraint = not_null_constraint(database, table, column)?;
        (constraint.local && constraint.validated)
            .then(|| format!("CONSTRAINT {} {}", quote_ident(&constraint.name), constraint.definition))
    })
}

/// The `NOT NULL` that a child declares on an inherited column, beside what it inherits, before it was an object of its own.
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
    let set = constraint.validated && constraint.local && options.target_version < 18;
    set.then(|| alter_column(table, column, "SET NOT NULL"))
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
    let statement = Statement::new(
        constraint_label(constraint),
        format!(
            "ALTER TABLE {}{} ADD CONSTRAINT {} {}",
            if recurses { "" } else { "ONLY " },
            constraint.table.sql(),
            quote_ident(&constraint.name),
            constraint.definition
        ),
    );
    in_tablespace(constraint.tablespace.as_ref(), statement)
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
