//! Foreign keys of partitioned tables, where partitions leave.
//!
//! A partition has a share of each key that a table above it has. The server makes and names shares, so they are no
//! objects; but a partition that leaves takes them along, as keys of its own. And a partition that a key refers to cannot
//! leave while rows refer to its rows: where those rows leave too, they go first; where each would have to go before the
//! other, the key is taken down meanwhile.

use super::{Fate, Fates};
use crate::inventory::{Inventory, Key, Kind};
use nova_schema::{Constraint, Database, QualifiedName, Table};
use std::collections::BTreeSet;

/// Takes keys down that lead in a circle through tables whose partitions leave.
pub(super) fn open_circles(old: &Inventory<'_>, new: &Inventory<'_>, fates: &mut Fates) {
    let leaving: Vec<&Table> = old
        .database
        .tables
        .iter()
        .filter(|table| leaves(table, new.database))
        .collect();
    if leaving.is_empty() {
        return;
    }
    let keys: Vec<&Constraint> = old
        .database
        .constraints
        .iter()
        .filter(|key| key.references.is_some())
        .collect();
    let roots: BTreeSet<&QualifiedName> = leaving.iter().map(|table| root(old.database, &table.name)).collect();
    for key in &keys {
        let (Some(to), from) = (referred(old.database, key), root(old.database, &key.table)) else {
            continue;
        };
        let circular = from == to || roots.contains(from) && leads_to(old.database, &keys, to, from);
        let name = Key::on(Kind::Constraint, &key.table, &key.name);
        if roots.contains(to) && circular && new.has(&name) && !fates.goes(&name) {
            fates.all.insert(name, Fate::Rebuild);
        }
    }
}

/// A partition that the other side lacks or has elsewhere.
fn leaves(table: &Table, new: &Database) -> bool {
    let after = new.table(&table.name).and_then(|after| after.partition_of.as_ref());
    table
        .partition_of
        .as_ref()
        .is_some_and(|of| after.is_none_or(|after| after.parent != of.parent))
}

/// The table that a table is, at whatever depth, a partition of.
fn root<'a>(database: &'a Database, name: &'a QualifiedName) -> &'a QualifiedName {
    let above = database.table(name).and_then(|table| table.partition_of.as_ref());
    above.map_or(name, |above| root(database, &above.parent))
}

fn referred<'a>(database: &'a Database, key: &'a Constraint) -> Option<&'a QualifiedName> {
    key.references.as_ref().map(|to| root(database, &to.table))
}

/// Keys lead from one table to another.
fn leads_to(database: &Database, keys: &[&Constraint], from: &QualifiedName, to: &QualifiedName) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for key in keys.iter().filter(|key| root(database, &key.table) == at) {
            let Some(next) = referred(database, key) else { continue };
            if next == to {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// Shares that partitions take along: those of keys that are not gone by then.
pub(crate) fn taken_along(old: &Inventory<'_>, new: &Inventory<'_>, fates: &Fates) -> BTreeSet<Key> {
    let table_goes = |name: &QualifiedName| fates.goes(&Key::named(Kind::Table, name));
    let parts = |share: &Constraint| -> bool {
        let table = old.database.table(&share.table);
        let Some(parent) = table.and_then(|table| table.partition_of.as_ref()).map(|of| &of.parent) else {
            return false;
        };
        let elsewhere = table.is_some_and(|table| leaves(table, new.database)) || table_goes(parent);
        let gone_before = || {
            let mut above = Some(parent);
            while let Some(name) = above {
                let mut same = old
                    .database
                    .constraints_of(name)
                    .filter(|key| key.definition == share.definition);
                if same.any(|key| fates.goes(&Key::on(Kind::Constraint, name, &key.name)) && !table_goes(name)) {
                    return true;
                }
                let found = old.database.table(name).and_then(|table| table.partition_of.as_ref());
                above = found.map(|of| &of.parent);
            }
            false
        };
        !table_goes(&share.table) && elsewhere && !gone_before()
    };
    let taken = old.database.key_shares.iter().filter(|share| parts(share));
    taken
        .map(|share| Key::on(Kind::Constraint, &share.table, &share.name))
        .collect()
}
