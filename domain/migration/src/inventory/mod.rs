//! Everything that can be dropped, created or altered by itself, under one kind of key, and what needs what.
//!
//! Finer than the model's own references: columns and defaults are objects here. Coarser in two places: the index behind
//! a constraint is the constraint, the sequence of an identity is its column.

mod item;
mod items;
mod key;

pub(crate) use item::Item;
pub(crate) use key::{Key, Kind, key_of};

use items::items;
use nova_schema::{Database, ObjectRef, QualifiedName, Trigger, quote_ident};
use std::collections::{BTreeMap, BTreeSet};

/// The objects of one side and what each needs.
pub(crate) struct Inventory<'a> {
    pub(crate) database: &'a Database,
    pub(crate) items: BTreeMap<Key, Item<'a>>,
    pub(crate) needs: BTreeMap<Key, BTreeSet<Key>>,
    pub(crate) needed_by: BTreeMap<Key, BTreeSet<Key>>,
}

impl<'a> Inventory<'a> {
    /// `oldest` is the older of both sides' versions: `NOT NULL` is an object of its own only where both know it so. Of the
    /// shares that partitions have of keys, those that are `taken` along count.
    pub(crate) fn new(database: &'a Database, oldest: u32, taken: &BTreeSet<Key>) -> Self {
        let mut items = items(database, oldest);
        for share in &database.key_shares {
            let key = Key::on(Kind::Constraint, &share.table, &share.name);
            if taken.contains(&key) {
                items.insert(key, Item::Constraint(share));
            }
        }
        let mut inventory = Self {
            database,
            items,
            needs: BTreeMap::new(),
            needed_by: BTreeMap::new(),
        };
        inventory.connect();
        inventory
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Item<'a>> {
        self.items.get(key).copied()
    }

    pub(crate) fn has(&self, key: &Key) -> bool {
        self.items.contains_key(key)
    }

    pub(crate) fn needs(&self, key: &Key) -> impl Iterator<Item = &Key> {
        self.needs.get(key).into_iter().flatten()
    }

    pub(crate) fn needed_by(&self, key: &Key) -> impl Iterator<Item = &Key> {
        self.needed_by.get(key).into_iter().flatten()
    }

    fn edge(&mut self, from: &Key, to: &Key) {
        if from != to && self.has(from) && self.has(to) {
            self.needs.entry(from.clone()).or_default().insert(to.clone());
            self.needed_by.entry(to.clone()).or_default().insert(from.clone());
        }
    }

    fn connect(&mut self) {
        let aliases = aliases(self.database);
        let resolve = |object: &ObjectRef, column: Option<&String>| -> Option<Key> {
            let plain = key_of(object)?;
            let plain = aliases.get(&plain).cloned().unwrap_or(plain);
            Some(match column {
                Some(column) if plain.kind == Kind::Table => {
                    Key::new(Kind::Column, format!("{}.{}", plain.name, quote_ident(column)))
                }
                _ => plain,
            })
        };
        let database = self.database;
        for dependency in &database.dependencies {
            if let (Some(from), Some(to)) = (resolve(&dependency.object, None), resolve(&dependency.on, None)) {
                self.edge(&from, &to);
            }
        }
        for dependency in &database.column_dependencies {
            let from = resolve(&dependency.object, dependency.column.as_ref());
            let to = resolve(&dependency.on, dependency.on_column.as_ref());
            if let (Some(from), Some(to)) = (from, to) {
                self.edge(&from, &to);
            }
        }
        let structural: Vec<(Key, Key)> = self
            .items
            .iter()
            .flat_map(|(key, item)| {
                let owner = item
                    .owner()
                    .into_iter()
                    .flat_map(|owner| [Kind::Table, Kind::View, Kind::Type].map(|kind| Key::named(kind, owner)));
                let schema = item.schema().map(|schema| Key::new(Kind::Schema, quote_ident(schema)));
                let own_column = match item {
                    Item::Default(table, column) => Some(Key::column(&table.name, &column.name)),
                    _ => None,
                };
                let cloned = match item {
                    Item::Trigger(trigger) if trigger.definition.is_none() => cloned_from(database, trigger),
                    _ => Vec::new(),
                };
                let parents = parents_of(item)
                    .into_iter()
                    .chain(cloned)
                    .map(|to| aliases.get(&to).cloned().unwrap_or(to));
                owner
                    .chain(schema)
                    .chain(own_column)
                    .chain(parents)
                    .map(|to| (key.clone(), to))
                    .collect::<Vec<_>>()
            })
            .collect();
        for (from, to) in structural {
            self.edge(&from, &to);
        }
    }
}

/// What the catalogs do not record as a plain dependency: parents, attached indexes, published tables, typed tables'
/// columns, keys and the columns they are on.
fn parents_of(item: &Item<'_>) -> Vec<Key> {
    let keyed = |name: &QualifiedName| Key::named(Kind::Index, name);
    match item {
        Item::Table(table) => table
            .partition_of
            .iter()
            .map(|partition| &partition.parent)
            .chain(&table.inherits)
            .map(|parent| Key::named(Kind::Table, parent))
            .collect(),
        Item::Index(index) => index.attached_to.iter().map(keyed).collect(),
        Item::Constraint(constraint) => {
            let columns = constraint
                .columns
                .iter()
                .map(|column| Key::column(&constraint.table, column));
            let foreign = constraint.references.iter().flat_map(|references| {
                references
                    .columns
                    .iter()
                    .map(|column| Key::column(&references.table, column))
            });
            let parent = constraint.attached_to.iter().map(keyed);
            columns.chain(foreign).chain(parent).collect()
        }
        Item::Publication(publication) => publication
            .tables
            .iter()
            .map(|published| Key::named(Kind::Table, &published.table))
            .collect(),
        _ => Vec::new(),
    }
}

/// The triggers of that name on the tables that a partition is part of: one of them is what it was cloned from.
fn cloned_from(database: &Database, trigger: &Trigger) -> Vec<Key> {
    let mut out = Vec::new();
    let mut table = &trigger.table;
    while let Some(partition) = database.table(table).and_then(|found| found.partition_of.as_ref()) {
        table = &partition.parent;
        out.push(Key::on(Kind::Trigger, table, &trigger.name));
    }
    out
}

/// Objects that are part of another: an identity's sequence, a constraint's index.
fn aliases(database: &Database) -> BTreeMap<Key, Key> {
    let sequences = database.sequences.iter().filter_map(|sequence| {
        let owner = sequence.owned_by.as_ref().filter(|owner| owner.identity)?;
        Some((
            Key::named(Kind::Sequence, &sequence.name),
            Key::column(&owner.table, &owner.column),
        ))
    });
    let indexes = database.indexes.iter().filter_map(|index| {
        let constraint = index.constraint.as_ref()?;
        Some((
            Key::named(Kind::Index, &index.name),
            Key::on(Kind::Constraint, &index.table, constraint),
        ))
    });
    sequences.chain(indexes).collect()
}
