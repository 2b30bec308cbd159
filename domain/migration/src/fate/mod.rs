//! What becomes of each object: kept, altered, replaced, or taken down and built again; and what that does to others.
//!
//! | module | answers |
//! |---|---|
//! | `own` | what becomes of an object seen by itself |
//! | `relation` | the same of tables, columns, views and constraints |
//! | `spread` | what that does to whatever depends on it |
//! | `shares` | what keys of partitioned tables do to partitions that leave |
//! | `held` | which columns hold rows of a table that is rewritten |

mod held;
mod own;
mod relation;
mod shares;
mod spread;

use crate::inventory::{Inventory, Item, Key, Kind};
pub(crate) use held::{Held, holders};
use nova_schema::QualifiedName;
use own::own_fate;
pub(crate) use shares::taken_along;
use spread::{detached_indexes, spread};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays as it is.
    Keep,
    /// It is altered or replaced where it stands.
    Alter,
    /// It is taken down and built again.
    Rebuild,
    /// It is new.
    Create,
    /// It goes.
    Drop,
}

/// What becomes of every object of both sides.
pub(crate) struct Fates {
    all: BTreeMap<Key, Fate>,
    /// Columns that are converted to another type, or to a type of the same name built anew.
    pub(crate) retyped: BTreeSet<Key>,
    /// Types and collations that are renamed away, built anew and dropped once no column has them any more.
    pub(crate) swapped: BTreeSet<Key>,
    /// Columns whose values wait in another form while the rows they hold change.
    pub(crate) held: BTreeMap<Key, Held>,
    /// Tables that some statement rewrites.
    pub(crate) rewritten: BTreeSet<QualifiedName>,
}

impl Fates {
    pub(crate) fn get(&self, key: &Key) -> Option<Fate> {
        self.all.get(key).copied()
    }

    /// It is not there for a while, or not any more.
    pub(crate) fn goes(&self, key: &Key) -> bool {
        matches!(self.get(key), Some(Fate::Drop | Fate::Rebuild))
    }

    /// It is built by this migration.
    pub(crate) fn comes(&self, key: &Key) -> bool {
        matches!(self.get(key), Some(Fate::Create | Fate::Rebuild))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, Fate)> {
        self.all.iter().map(|(key, fate)| (key, *fate))
    }
}

/// Decides for every object. `forced` are taken down and built again whatever they are.
pub(crate) fn decide(old: &Inventory<'_>, new: &Inventory<'_>, version: u32, forced: &BTreeSet<String>) -> Fates {
    let mut fates = Fates {
        all: BTreeMap::new(),
        retyped: BTreeSet::new(),
        swapped: BTreeSet::new(),
        held: BTreeMap::new(),
        rewritten: BTreeSet::new(),
    };
    for (key, before) in &old.items {
        let fate = match new.get(key) {
            None => Fate::Drop,
            Some(_) if forced.contains(&key.name) && key.kind != Kind::Column && key.kind != Kind::Table => {
                Fate::Rebuild
            }
            Some(after) => own_fate(before, &after, old, new, version),
        };
        fates.all.insert(key.clone(), fate);
        if fate == Fate::Alter
            && let (Item::Column(_, before), Some(Item::Column(_, after))) = (before, new.get(key))
            && (before.type_sql != after.type_sql || before.collation != after.collation)
        {
            fates.retyped.insert(key.clone());
        }
    }
    for key in new.items.keys().filter(|key| !old.has(key)) {
        fates.all.insert(key.clone(), Fate::Create);
    }
    detached_indexes(old, new, &mut fates);
    shares::open_circles(old, new, &mut fates);
    spread(old, new, &mut fates);
    while held::hold(old, new, &mut fates) {
        spread(old, new, &mut fates);
    }
    fates
}
