//! What the fate of one object does to those that depend on it.

#![expect(clippy::match_same_arms, reason = "the tables of fates read one case per row")]

use super::{Fate, Fates};
use crate::inventory::{Inventory, Item, Key, Kind};
use crate::routine;
use nova_schema::ConstraintKind;
use std::collections::VecDeque;

/// Carries the consequences to whatever depends on what goes or changes its type.
pub(super) fn spread(old: &Inventory<'_>, new: &Inventory<'_>, fates: &mut Fates) {
    let keyed: Vec<Key> = fates
        .retyped
        .iter()
        .filter_map(|column| is_partition_key(old, column))
        .collect();
    for table in keyed.into_iter().filter(|table| new.has(table)) {
        fates.all.insert(table, Fate::Rebuild);
    }
    let mut queue: VecDeque<Key> = old
        .items
        .keys()
        .filter(|key| fates.goes(key) || fates.retyped.contains(*key))
        .cloned()
        .collect();
    while let Some(key) = queue.pop_front() {
        let gone = fates.goes(&key);
        let dependents: Vec<Key> = old.needed_by(&key).filter(|user| new.has(user)).cloned().collect();
        for user in dependents {
            if fates.goes(&user) {
                continue;
            }
            let next = if gone {
                when_gone(&key, &user, old, fates)
            } else {
                when_retyped(&key, &user, old, fates)
            };
            match next {
                Consequence::Nothing => {}
                Consequence::Rebuild => {
                    fates.all.insert(user.clone(), Fate::Rebuild);
                    queue.push_back(user);
                }
                Consequence::Retype => {
                    if let Some(table) = is_partition_key(old, &user).filter(|table| new.has(table)) {
                        if !fates.goes(&table) {
                            fates.all.insert(table.clone(), Fate::Rebuild);
                            queue.push_back(table);
                        }
                    } else if fates.retyped.insert(user.clone()) {
                        fates.all.insert(user.clone(), Fate::Alter);
                        queue.push_back(user);
                    }
                }
            }
        }
        // Columns of the type, found by what they need: then the old type must outlive them under another name.
        if gone
            && matches!(key.kind, Kind::Type | Kind::Collation)
            && new.has(&key)
            && old
                .needed_by(&key)
                .any(|user| fates.retyped.contains(user) || user.kind == Kind::Type)
        {
            fates.swapped.insert(key.clone());
        }
    }
}

enum Consequence {
    Nothing,
    Rebuild,
    Retype,
}

/// Something that `user` needs goes, for a while or for good.
fn when_gone(key: &Key, user: &Key, old: &Inventory<'_>, fates: &Fates) -> Consequence {
    match (key.kind, user.kind) {
        (Kind::Schema, _) => Consequence::Nothing,
        (Kind::Type | Kind::Collation, Kind::Column) if fates.get(key) == Some(Fate::Rebuild) => Consequence::Retype,
        (Kind::Column, Kind::Column) => Consequence::Rebuild,
        // Columns that hold its rows wait for the new one.
        (Kind::Table, Kind::Column) if !is_part(key, user, old) => Consequence::Nothing,
        (Kind::Table, Kind::Column | Kind::Default) => Consequence::Rebuild,
        (_, Kind::Column) => match old.get(user) {
            Some(Item::Column(_, column)) if column.generated.is_some() => Consequence::Rebuild,
            _ => Consequence::Nothing,
        },
        // A foreign table goes with its server; it has no rows of its own.
        (Kind::Scripted, Kind::Table) if matches!(old.get(user), Some(Item::Table(table)) if table.foreign.is_some()) => {
            Consequence::Rebuild
        }
        // A table is told by its columns and parts; a child is detached from a parent that goes.
        (_, Kind::Table | Kind::Schema | Kind::Extension | Kind::Publication) => Consequence::Nothing,
        // A composite loses an attribute with the type of it, which is its own change.
        (Kind::Type | Kind::Collation, Kind::Type) => Consequence::Rebuild,
        _ => Consequence::Rebuild,
    }
}

/// `column` is one of `table`'s own.
fn is_part(table: &Key, column: &Key, old: &Inventory<'_>) -> bool {
    matches!(old.get(column), Some(Item::Column(owner, _)) if Key::named(Kind::Table, &owner.name) == *table)
}

/// A column that `user` needs gets another type: indexes, keys and checks are rebuilt by PostgreSQL itself, unless they
/// would have to make do with text meanwhile.
fn when_retyped(column: &Key, user: &Key, old: &Inventory<'_>, fates: &Fates) -> Consequence {
    match old.get(user) {
        Some(Item::Index(_) | Item::Constraint(_) | Item::Statistics(_)) if fates.held.contains_key(column) => {
            Consequence::Rebuild
        }
        Some(
            Item::View(_) | Item::Rule(_) | Item::Trigger(_) | Item::Policy(_) | Item::Function(_) | Item::Default(..),
        ) => Consequence::Rebuild,
        Some(Item::Column(_, column)) if column.generated.is_some() => Consequence::Rebuild,
        Some(Item::Constraint(constraint)) if constraint.kind == ConstraintKind::ForeignKey => Consequence::Rebuild,
        _ => Consequence::Nothing,
    }
}

/// No statement takes an index of a partition out of its parent's: the parent's goes, with all of them.
pub(super) fn detached_indexes(old: &Inventory<'_>, new: &Inventory<'_>, fates: &mut Fates) {
    let mut parents = Vec::new();
    for (key, item) in &old.items {
        let (Some(attached_to), Some(owner)) = (attached_to(item), item.owner()) else {
            continue;
        };
        let stays = match (old.database.table(owner), new.database.table(owner)) {
            (Some(before), Some(after)) => before.partition_of == after.partition_of,
            _ => false,
        };
        if stays && fates.goes(key) {
            let parent = old.needs(key).find(|need| match old.get(need) {
                Some(Item::Index(index)) => index.name == *attached_to,
                Some(Item::Constraint(constraint)) => constraint.table.sibling(&constraint.name) == *attached_to,
                _ => false,
            });
            parents.extend(parent.filter(|parent| new.has(parent)).cloned());
        }
    }
    for parent in parents {
        fates.all.insert(parent, Fate::Rebuild);
    }
}

/// The parent's index that an index or key of a partition is part of.
fn attached_to<'a>(item: &Item<'a>) -> Option<&'a nova_schema::QualifiedName> {
    match item {
        Item::Index(index) => index.attached_to.as_ref(),
        Item::Constraint(constraint) => constraint.attached_to.as_ref(),
        _ => None,
    }
}

/// A column that a table is partitioned by: no statement changes its type.
fn is_partition_key(old: &Inventory<'_>, column: &Key) -> Option<Key> {
    let Some(Item::Column(table, column)) = old.get(column) else {
        return None;
    };
    let key = table.partition_key.as_ref()?;
    let keyed = key.columns.contains(&column.name) || routine::words(&key.definition).contains(&column.name.as_str());
    keyed.then(|| Key::named(Kind::Table, &table.name))
}
