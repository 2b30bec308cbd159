//! What comes once rows are in: per table, then for the whole.

use super::order::{Step, plan};
use super::{Options, Statement, code, comments, extras, grants, pre, relation, roles, settings, table, types};
use crate::{
    Constraint, ConstraintKind, Database, Index, ObjectKind, ObjectRef, Publication, QualifiedName, Table, TableKind,
    View, quote_ident, quote_idents, quote_literal,
};
use std::collections::{BTreeMap, BTreeSet};

/// What concerns one table alone and can start as soon as its rows are in: primary key, unique and exclusion constraints,
/// indexes, statistics, `CLUSTER ON`, replica identity.
pub fn table_post_data(database: &Database, name: &QualifiedName, _options: &Options) -> Vec<Statement> {
    database
        .table(name)
        .map(|table| keys_and_indexes(database, table))
        .unwrap_or_default()
}

/// Everything that needs all tables, in the order in which each finds what it needs: partitioned indexes, views that
/// need keys, foreign keys, sequence values, rules, triggers, row level security, owners, privileges, materialized
/// views, comments, default privileges, publications, settings.
pub fn post_data(database: &Database, options: &Options) -> Vec<Statement> {
    let mut out = Vec::new();
    for table in database.tables.iter().filter(|table| table.kind != TableKind::Ordinary) {
        out.extend(keys_and_indexes(database, table));
    }
    out.extend(attachments(database));
    out.extend(pre::late(database, options));
    out.extend(database.views.iter().flat_map(relation::view_column_settings));
    out.extend(remaining_constraints(database));
    out.extend(types::unvalidated_constraints(database));
    out.extend(database.sequences.iter().filter_map(relation::sequence_value));
    out.extend(code::rules_and_triggers(database));
    out.extend(code::row_security(database));
    let views = database.views.iter();
    out.extend(views.flat_map(|view| extended_statistics(database, &view.name)));
    out.extend(extras::large_objects(database));
    out.extend(roles::owners(database, options));
    out.extend(grants::all(database, options));
    out.extend(materialized_views(database));
    out.extend(extras::extension_dependents(database));
    out.extend(comments::all(database));
    out.extend(grants::default_privileges(database));
    out.extend(
        database
            .publications
            .iter()
            .flat_map(|publication| publish(publication, options)),
    );
    out.extend(comments::on_publications(database));
    out.extend(extras::labels(database));
    out.extend(settings::all(database));
    out
}

/// Event triggers with their comments. Whatever is done to the schema after one is there, it might refuse or act upon: they
/// are the last that is made.
pub fn event_triggers(database: &Database) -> Vec<Statement> {
    let late = || database.scripted.iter().filter(|object| object.late);
    late()
        .flat_map(code::scripted)
        .chain(comments::on_scripted(late()))
        .collect()
}

/// A foreign key rests on the oldest unique index that fits its columns: those that are to be rested on come first.
fn keys_and_indexes(database: &Database, item: &Table) -> Vec<Statement> {
    let referenced = referenced_indexes(database, &item.name);
    let first = |name: &str| referenced.contains(name);
    let keys: Vec<&Constraint> = database
        .constraints_of(&item.name)
        .filter(|constraint| {
            let keyed = matches!(
                constraint.kind,
                ConstraintKind::PrimaryKey | ConstraintKind::Unique | ConstraintKind::Exclusion
            );
            let from_parent = constraint.kind == ConstraintKind::Exclusion && constraint.attached_to.is_some();
            keyed && !from_parent
        })
        .collect();
    let plain: Vec<&Index> = database
        .indexes_of(&item.name)
        .filter(|index| index.constraint.is_none() && !index.is_abandoned())
        .collect();
    let mut out = Vec::new();
    for wanted in [true, false] {
        for constraint in keys.iter().filter(|key| first(&key.name) == wanted) {
            out.push(table::add_constraint(database, constraint));
            out.extend(relation::index_options(
                &item.name.sibling(&constraint.name),
                &constraint.options,
            ));
        }
        let indexes = plain.iter().filter(|index| first(&index.name.name) == wanted);
        out.extend(indexes.map(|index| relation::index(index)));
    }
    out.extend(index_settings(database, &item.name));
    out.extend(extended_statistics(database, &item.name));
    out.extend(table::replica_identity(item));
    out
}

/// The indexes of a table that foreign keys rest on, where there are several to choose from.
fn referenced_indexes<'a>(database: &'a Database, name: &QualifiedName) -> BTreeSet<&'a str> {
    if database.indexes_of(name).filter(|index| index.unique).nth(1).is_none() {
        return BTreeSet::new();
    }
    let references = database.constraints.iter().filter_map(|key| key.references.as_ref());
    references
        .filter(|references| references.table == *name)
        .filter_map(|references| references.index.as_deref())
        .collect()
}

/// Indexes of partitions become parts of their parents'. Exclusion constraints cannot be attached: the parent's makes its
/// own on every partition.
fn attachments(database: &Database) -> impl Iterator<Item = Statement> {
    let exclusions: BTreeSet<(&QualifiedName, &String)> = database
        .constraints
        .iter()
        .filter(|constraint| constraint.kind == ConstraintKind::Exclusion)
        .map(|constraint| (&constraint.table, &constraint.name))
        .collect();
    let attachable = move |index: &&Index| {
        index
            .constraint
            .as_ref()
            .is_none_or(|name| !exclusions.contains(&(&index.table, name)))
    };
    database.indexes.iter().filter(attachable).filter_map(relation::attach)
}

/// Settings of the indexes of a table or view.
fn index_settings<'a>(database: &'a Database, name: &'a QualifiedName) -> impl Iterator<Item = Statement> {
    let usable = database.indexes_of(name).filter(|index| !index.is_abandoned());
    usable.flat_map(relation::index_settings)
}

fn extended_statistics<'a>(database: &'a Database, name: &'a QualifiedName) -> impl Iterator<Item = Statement> {
    let own = database.statistics.iter().filter(move |item| item.table == *name);
    own.flat_map(relation::statistics)
}

/// Foreign keys, then checks and `NOT NULL`s that are not known to hold. A child may have proved what its parent has not.
fn remaining_constraints(database: &Database) -> Vec<Statement> {
    let checks = |constraint: &&Constraint| matches!(constraint.kind, ConstraintKind::Check | ConstraintKind::NotNull);
    let foreign = database
        .constraints
        .iter()
        .filter(|constraint| constraint.kind == ConstraintKind::ForeignKey);
    let unvalidated = database
        .constraints
        .iter()
        .filter(checks)
        .filter(|item| !item.validated && item.local);
    let proved = database
        .constraints
        .iter()
        .filter(checks)
        .filter(|item| item.validated && !item.local)
        .filter(|item| {
            let parents = database.table(&item.table).map_or(&[][..], |table| &table.inherits);
            parents
                .iter()
                .flat_map(|parent| database.constraints_of(parent))
                .any(|parent| parent.name == item.name && !parent.validated)
        });
    let added = foreign
        .chain(unvalidated)
        .map(|constraint| table::add_constraint(database, constraint));
    added.chain(proved.map(table::validate_constraint)).collect()
}

/// Fills the materialized views that hold rows, each after those it reads, and builds their indexes.
fn materialized_views(database: &Database) -> Vec<Statement> {
    let mut out = Vec::new();
    for view in creation_order(database) {
        if view.populated {
            out.push(Statement::new(
                format!("view {}", view.name.readable()),
                format!("REFRESH MATERIALIZED VIEW {}", view.name.sql()),
            ));
        }
        let usable = database.indexes_of(&view.name).filter(|index| !index.is_abandoned());
        out.extend(usable.map(relation::index));
        out.extend(index_settings(database, &view.name));
    }
    out
}

/// Materialized views in the order in which they are created, which is the order in which they read each other.
fn creation_order(database: &Database) -> Vec<&View> {
    let views: BTreeMap<ObjectRef, &View> = database
        .views
        .iter()
        .filter(|view| view.materialized)
        .map(|view| (ObjectRef::named(ObjectKind::View, &view.name), view))
        .collect();
    let plan = plan(database);
    let created = plan.early.iter().chain(&plan.late).filter_map(|step| match step {
        Step::Object(object) => views.get(object).copied(),
        _ => None,
    });
    created.collect()
}

pub(super) fn publish(publication: &Publication, options: &Options) -> Vec<Statement> {
    let mut targets: Vec<String> = publication
        .tables
        .iter()
        .map(|published| {
            let columns = if published.columns.is_empty() {
                String::new()
            } else {
                format!(" ({})", quote_idents(&published.columns))
            };
            let filter = published.filter.as_ref().map(|filter| format!(" WHERE ({filter})"));
            format!("ONLY {}{columns}{}", published.table.sql(), filter.unwrap_or_default())
        })
        .collect();
    if let Some(first) = targets.first_mut() {
        first.insert_str(0, "TABLE ");
    }
    targets.extend(
        publication
            .schemas
            .iter()
            .map(|schema| format!("TABLES IN SCHEMA {}", quote_ident(schema))),
    );
    let scope = if publication.all_tables {
        " FOR ALL TABLES".to_owned()
    } else if targets.is_empty() {
        String::new()
    } else {
        format!(" FOR {}", targets.join(", "))
    };
    let mut with = vec![
        format!("publish = {}", quote_literal(&publication.publish)),
        format!("publish_via_partition_root = {}", publication.via_root),
    ];
    if let Some(generated) = publication
        .generated_columns
        .as_ref()
        .filter(|_| options.target_version >= 18)
    {
        with.push(format!("publish_generated_columns = {generated}"));
    }
    let label = format!("publication {}", publication.name);
    let name = quote_ident(&publication.name);
    let mut out = vec![Statement::new(
        &label,
        format!("CREATE PUBLICATION {name}{scope} WITH ({})", with.join(", ")),
    )];
    if options.owners {
        out.push(Statement::new(
            label,
            format!("ALTER PUBLICATION {name} OWNER TO {}", quote_ident(&publication.owner)),
        ));
    }
    out
}
