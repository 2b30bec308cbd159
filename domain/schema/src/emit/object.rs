//! The statements for single objects, for whoever changes a database instead of building it: what [`super::pre_data`] and
//! [`super::post_data`] are made of, without comments, owners and privileges.

use super::{Options, Statement, code, post, relation, settings, table, types};
use crate::{
    Collation, Constraint, Database, Extension, Function, Index, ObjectRef, Policy, Publication, Rule, ScriptedObject,
    Sequence, Setting, Statistics, Table, Trigger, TriggerState, Type, View,
};
use std::collections::BTreeSet;

/// `CREATE EXTENSION`.
pub fn extension(item: &Extension) -> Vec<Statement> {
    vec![types::extension(item)]
}

/// `CREATE COLLATION`.
pub fn collation(item: &Collation) -> Vec<Statement> {
    vec![types::collation(item)]
}

/// `CREATE TYPE` or `CREATE DOMAIN`; checks in `separate`, and those not known to hold, are left out.
pub fn user_type(item: &Type, separate: &BTreeSet<ObjectRef>, options: &Options) -> Vec<Statement> {
    vec![types::create(item, separate, options)]
}

/// `CREATE OR REPLACE FUNCTION` and the like.
pub fn function(item: &Function) -> Vec<Statement> {
    vec![code::function(item)]
}

/// The statements an object is carried as.
pub fn scripted(item: &ScriptedObject) -> Vec<Statement> {
    code::scripted(item).collect()
}

/// `CREATE SEQUENCE`, without its owner.
pub fn sequence(item: &Sequence) -> Vec<Statement> {
    vec![relation::sequence(item)]
}

/// ` START WITH …`: every option of a sequence, spelled out.
pub fn sequence_options(item: &Sequence) -> String {
    relation::sequence_settings(item)
}

/// ` GENERATED … AS IDENTITY (…)` of a column, with every option of its sequence.
pub fn identity(database: &Database, column: &crate::Column) -> String {
    table::identity(database, column)
}

/// `CREATE TABLE` with columns, `NOT NULL` and valid checks, attached to its parent if it is a partition. Defaults and
/// checks in `separate` are left out.
pub fn table(database: &Database, item: &Table, separate: &BTreeSet<ObjectRef>, options: &Options) -> Vec<Statement> {
    let mut out = Vec::new();
    table::create(database, item, separate, options, &mut out);
    out
}

/// A column as `ADD COLUMN` takes it, without default where `separate` holds it, and what is set once it exists.
pub fn column(
    database: &Database,
    item: &Table,
    column: &crate::Column,
    separate: &BTreeSet<ObjectRef>,
    options: &Options,
) -> (String, Vec<Statement>) {
    let mut settings = Vec::new();
    table::column_settings(item, column, &mut settings);
    (
        table::column_definition(database, item, column, separate, options),
        settings,
    )
}

/// `ADD CONSTRAINT`, and the storage parameters of its index.
pub fn constraint(database: &Database, item: &Constraint) -> Vec<Statement> {
    let mut out = vec![table::add_constraint(database, item)];
    out.extend(relation::index_options(&item.table.sibling(&item.name), &item.options));
    out
}

/// `CREATE INDEX` and what it needs once it exists; for one behind a constraint, the latter only.
pub fn index(item: &Index) -> Vec<Statement> {
    let create = item.constraint.is_none().then(|| relation::index(item));
    create.into_iter().chain(relation::index_settings(item)).collect()
}

/// Makes an index a part of its partitioned parent's.
pub fn attach_index(item: &Index) -> Option<Statement> {
    relation::attach(item)
}

/// `CREATE STATISTICS`.
pub fn statistics(item: &Statistics) -> Vec<Statement> {
    relation::statistics(item)
}

/// `CREATE VIEW`; `replace` puts it in the place of what has its name.
pub fn view(item: &View, replace: bool) -> Vec<Statement> {
    vec![relation::view(item, replace)]
}

/// A view with the right columns and no rows.
pub fn placeholder(item: &View) -> Vec<Statement> {
    vec![relation::placeholder(item)]
}

/// Defaults and statistics targets of a view's columns.
pub fn view_columns(item: &View) -> Vec<Statement> {
    relation::view_column_settings(item)
}

/// `CREATE TRIGGER` and its state; for a partition's clone, the state only.
pub fn trigger(item: &Trigger) -> Vec<Statement> {
    let mut out = Vec::new();
    if let Some(definition) = &item.definition {
        out.push(code::create_trigger(item, definition));
        if item.state != TriggerState::Origin {
            out.push(code::trigger_state(item, ""));
        }
    } else {
        out.push(code::trigger_state(item, "ONLY "));
    }
    out
}

/// Sets when a trigger fires.
pub fn trigger_state(item: &Trigger) -> Statement {
    code::trigger_state(item, if item.definition.is_some() { "" } else { "ONLY " })
}

/// `CREATE RULE` and its state.
pub fn rule(item: &Rule) -> Vec<Statement> {
    code::rule(item)
}

/// `CREATE POLICY`.
pub fn policy(item: &Policy) -> Vec<Statement> {
    vec![code::policy(item)]
}

/// `CREATE PUBLICATION`.
pub fn publication(item: &Publication, options: &Options) -> Vec<Statement> {
    post::publish(item, options)
}

/// Sets a parameter on the database, whatever it is called.
pub fn setting(item: &Setting) -> Vec<Statement> {
    vec![settings::set(item)]
}
