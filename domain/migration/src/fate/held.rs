//! Columns that hold rows of another table, bare, in arrays, in composites or behind domains.
//!
//! PostgreSQL rewrites no table while a column anywhere stores its rows. So those values wait as text, or by the names of
//! their columns where columns come or go, and are rows again when the table is as it is to be.

use super::{Fate, Fates};
use crate::inventory::{Inventory, Item, Key, Kind};
use nova_schema::{Column, Generated, QualifiedName, Table, Type, TypeDefinition, TypeKind};
use std::collections::BTreeSet;

/// How the values of a column wait.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Held {
    /// The tables whose rows it holds.
    pub(crate) rows_of: BTreeSet<QualifiedName>,
    /// Columns come or go: values are told by name, as JSON.
    pub(crate) by_name: bool,
}

/// Finds what holds rows of tables that are rewritten. True when that is more than was known.
pub(super) fn hold(old: &Inventory<'_>, new: &Inventory<'_>, fates: &mut Fates) -> bool {
    let mut grown = false;
    for table in &old.database.tables {
        let Some(after) = new.database.table(&table.name) else {
            continue;
        };
        if !is_rewritten(table, after, fates) {
            continue;
        }
        fates.rewritten.insert(table.name.clone());
        let by_name = columns_come_or_go(table, after, fates);
        for key in holders(old, &table.name) {
            grown |= hold_one(&key, &table.name, by_name, old, new, fates);
        }
    }
    grown
}

fn hold_one(
    key: &Key,
    table: &QualifiedName,
    by_name: bool,
    old: &Inventory<'_>,
    new: &Inventory<'_>,
    fates: &mut Fates,
) -> bool {
    if !new.has(key) {
        return false;
    }
    let Some(Item::Column(owner, column)) = old.get(key) else {
        // A materialized view.
        return fates.all.insert(key.clone(), Fate::Rebuild) != Some(Fate::Rebuild);
    };
    let owner = Key::named(Kind::Table, &owner.name);
    if column.generated.is_some() {
        return fates.all.insert(key.clone(), Fate::Rebuild) != Some(Fate::Rebuild);
    }
    let moves = fates.get(&owner) == Some(Fate::Rebuild);
    if fates.goes(key) && !moves {
        return false;
    }
    let same_type = matches!(new.get(key), Some(Item::Column(_, after)) if after.type_sql == column.type_sql);
    let mut grown = false;
    if !moves {
        grown |= fates.retyped.insert(key.clone());
        fates.all.insert(key.clone(), Fate::Alter);
    }
    let held = fates.held.entry(key.clone()).or_insert_with(|| {
        grown = true;
        Held::default()
    });
    grown |= held.rows_of.insert(table.clone());
    if by_name && same_type && !held.by_name {
        held.by_name = true;
        grown = true;
    }
    grown
}

/// Some statement of the migration rewrites the table.
fn is_rewritten(before: &Table, after: &Table, fates: &Fates) -> bool {
    let key = |column: &Column| Key::column(&after.name, &column.name);
    let expression = |column: &Column| column.generated.as_ref().map(Generated::expression).map(str::to_owned);
    fates.goes(&Key::named(Kind::Table, &after.name))
        || before.unlogged != after.unlogged
        || before.access_method != after.access_method
        || after.columns.iter().any(|column| {
            let had = before.column(&column.name);
            let filled = column.default.is_some()
                || column.generated.is_some()
                || column.identity.is_some()
                || column.type_kind == TypeKind::Domain;
            fates.retyped.contains(&key(column))
                || fates.comes(&key(column)) && filled
                || had.is_some_and(|had| expression(had) != expression(column))
        })
}

/// The rows have other columns afterwards, or what they hold has.
fn columns_come_or_go(before: &Table, after: &Table, fates: &Fates) -> bool {
    let names = |table: &Table| -> Vec<String> { table.columns.iter().map(|column| column.name.clone()).collect() };
    names(before) != names(after)
        || after.columns.iter().any(|column| {
            let key = Key::column(&after.name, &column.name);
            let inside = fates.held.get(&key).is_some_and(|held| held.by_name);
            inside || fates.goes(&key)
        })
}

/// Columns of tables and materialized views whose values are, or contain, rows of a table.
pub(crate) fn holders(inventory: &Inventory<'_>, table: &QualifiedName) -> BTreeSet<Key> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![(Key::named(Kind::Table, table), table)];
    while let Some((key, name)) = open.pop() {
        for user in inventory.needed_by(&key) {
            match inventory.get(user) {
                Some(Item::Column(owner, column))
                    if owner.name != *table && owner.foreign.is_none() && is_of(&column.type_sql, name) =>
                {
                    found.insert(user.clone());
                }
                Some(Item::View(view))
                    if view.materialized && view.columns.iter().any(|column| is_of(&column.type_sql, name)) =>
                {
                    found.insert(user.clone());
                }
                Some(Item::Type(item)) if is_made_of(item, name) && seen.insert(user.clone()) => {
                    open.push((user.clone(), &item.name));
                }
                _ => {}
            }
        }
    }
    found
}

fn is_made_of(item: &Type, name: &QualifiedName) -> bool {
    match &item.definition {
        TypeDefinition::Domain { base, .. } => is_of(base, name),
        TypeDefinition::Composite { attributes } => attributes.iter().any(|one| is_of(&one.type_sql, name)),
        TypeDefinition::Range { subtype, .. } => is_of(subtype, name),
        _ => false,
    }
}

/// A type as SQL is this one, or an array of it. Which parts need quotes is the server's decision.
fn is_of(type_sql: &str, name: &QualifiedName) -> bool {
    let plain = |text: &str| text.replace('"', "");
    plain(type_sql.trim_end_matches("[]")) == plain(&name.sql())
}
