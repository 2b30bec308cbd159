//! Who belongs to whom: parents, children, partitions, parts of tables; found by name instead of by search.

use super::Builder;
use crate::fate::Fate;
use crate::inventory::{Inventory, Item, Key, Kind};
use nova_schema::{Database, Index, QualifiedName, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Tables and parts by what they belong to.
pub(super) struct Relatives<'a> {
    old_children: BTreeMap<&'a QualifiedName, Vec<&'a Table>>,
    old_defaults: BTreeMap<&'a QualifiedName, &'a Table>,
    new_partitions: BTreeMap<&'a QualifiedName, Vec<&'a Table>>,
    old_indexes: BTreeMap<&'a QualifiedName, &'a Index>,
    new_parts: BTreeMap<&'a QualifiedName, Vec<Key>>,
    old_keys: BTreeMap<&'a QualifiedName, Vec<Key>>,
    referenced: BTreeMap<&'a QualifiedName, BTreeSet<&'a str>>,
}

/// Partitioned table and parents by inheritance.
pub(super) fn parents_of(table: &Table) -> impl Iterator<Item = &QualifiedName> {
    table
        .partition_of
        .iter()
        .map(|partition| &partition.parent)
        .chain(&table.inherits)
}

/// The table whose default partition this is.
pub(super) fn default_of(table: &Table) -> Option<&QualifiedName> {
    let partition = table.partition_of.as_ref();
    partition
        .filter(|partition| partition.bound == "DEFAULT")
        .map(|partition| &partition.parent)
}

/// Base types, and ranges whose canonical function takes the range itself.
pub(super) fn written_in_c(item: Option<Item<'_>>) -> bool {
    use nova_schema::TypeDefinition::{Base, Range};
    matches!(
        item,
        Some(Item::Type(item)) if matches!(item.definition, Base { .. } | Range { canonical: Some(_), .. })
    )
}

impl<'a> Relatives<'a> {
    pub(super) fn new(old: &Inventory<'a>, new: &Inventory<'a>) -> Self {
        let mut relatives = Self {
            old_children: BTreeMap::new(),
            old_defaults: BTreeMap::new(),
            new_partitions: BTreeMap::new(),
            old_indexes: old.database.indexes.iter().map(|index| (&index.name, index)).collect(),
            new_parts: BTreeMap::new(),
            old_keys: BTreeMap::new(),
            referenced: BTreeMap::new(),
        };
        for references in new
            .database
            .constraints
            .iter()
            .filter_map(|key| key.references.as_ref())
        {
            let indexes = relatives.referenced.entry(&references.table).or_default();
            indexes.extend(references.index.as_deref());
        }
        for table in &old.database.tables {
            for parent in parents_of(table) {
                relatives.old_children.entry(parent).or_default().push(table);
            }
            if let Some(parent) = default_of(table) {
                relatives.old_defaults.insert(parent, table);
            }
        }
        for table in &new.database.tables {
            if let Some(partition) = &table.partition_of {
                relatives
                    .new_partitions
                    .entry(&partition.parent)
                    .or_default()
                    .push(table);
            }
        }
        for (key, item) in &old.items {
            if matches!(key.kind, Kind::Index | Kind::Constraint)
                && let Some(owner) = item.owner()
            {
                relatives.old_keys.entry(owner).or_default().push(key.clone());
            }
        }
        for (key, item) in &new.items {
            if let Some(owner) = item.owner() {
                relatives.new_parts.entry(owner).or_default().push(key.clone());
            }
        }
        relatives
    }

    /// Children of a table of the old side, one level down.
    pub(super) fn old_children(&self, parent: &QualifiedName) -> &[&'a Table] {
        self.old_children.get(parent).map_or(&[], Vec::as_slice)
    }

    /// The default partition of a table of the old side; a table has one at most.
    pub(super) fn old_default(&self, parent: &QualifiedName) -> Option<&'a Table> {
        self.old_defaults.get(parent).copied()
    }

    /// Columns, constraints, indexes and the like of a relation of the new side.
    pub(super) fn new_parts(&self, owner: &QualifiedName) -> &[Key] {
        self.new_parts.get(owner).map_or(&[], Vec::as_slice)
    }

    /// Indexes and constraints of a table of the old side.
    pub(super) fn old_keys(&self, owner: &QualifiedName) -> &[Key] {
        self.old_keys.get(owner).map_or(&[], Vec::as_slice)
    }

    /// The indexes of a table of the new side that foreign keys rest on.
    pub(super) fn referenced(&self, table: &QualifiedName) -> impl Iterator<Item = &'a str> {
        self.referenced.get(table).into_iter().flatten().copied()
    }

    /// Whatever is below a table of the old side.
    pub(super) fn old_descendants(&self, parent: &QualifiedName) -> Vec<&'a QualifiedName> {
        let mut out = Vec::new();
        for child in self.old_children(parent) {
            out.push(&child.name);
            out.extend(self.old_descendants(&child.name));
        }
        out
    }

    /// The partitions of a table of the old side, of all levels.
    pub(super) fn old_partitions(&self, parent: &QualifiedName) -> Vec<&'a QualifiedName> {
        let mut out = Vec::new();
        for child in self
            .old_children(parent)
            .iter()
            .filter(|child| child.partition_of.is_some())
        {
            out.push(&child.name);
            out.extend(self.old_partitions(&child.name));
        }
        out
    }

    /// The partitions of a table of the new side, of all levels.
    pub(super) fn new_partitions(&self, parent: &QualifiedName) -> Vec<&'a QualifiedName> {
        let mut out = Vec::new();
        for child in self.new_partitions.get(parent).into_iter().flatten() {
            out.push(&child.name);
            out.extend(self.new_partitions(&child.name));
        }
        out
    }
}

impl<'a> Builder<'a> {
    pub(super) fn table_fate(&self, name: &QualifiedName) -> Option<Fate> {
        self.fates.get(&Key::named(Kind::Table, name))
    }

    pub(super) fn table_goes(&self, name: &QualifiedName) -> bool {
        [Kind::Table, Kind::View]
            .iter()
            .any(|kind| self.fates.goes(&Key::named(*kind, name)))
    }

    pub(super) fn table_comes(&self, name: &QualifiedName) -> bool {
        matches!(self.table_fate(name), Some(Fate::Create | Fate::Rebuild))
    }

    /// The rows of a table move into another of its name; those of foreign tables are elsewhere.
    pub(super) fn moves(&self, name: &QualifiedName) -> bool {
        let here = |database: &Database| database.table(name).is_some_and(|table| table.foreign.is_none());
        self.table_fate(name) == Some(Fate::Rebuild) && here(self.old.database) && here(self.new.database)
    }

    /// A partition of the old side that leaves its parent, for a while or for good, and stays.
    pub(super) fn detaches(&self, name: &QualifiedName) -> bool {
        let partition = |database: &'a Database| database.table(name).and_then(|table| table.partition_of.as_ref());
        partition(self.old.database).is_some_and(|partition_of| {
            !self.table_goes(name)
                && (partition(self.new.database) != Some(partition_of) || self.table_goes(&partition_of.parent))
        })
    }

    /// Parents by which a change of `table` is made already, when they make it themselves: those that are parents before
    /// and after.
    pub(super) fn parents(&self, name: &QualifiedName) -> Vec<&'a QualifiedName> {
        let (Some(before), Some(after)) = (self.old.database.table(name), self.new.database.table(name)) else {
            return Vec::new();
        };
        if self.table_goes(name) || self.detaches(name) {
            return Vec::new();
        }
        parents_of(before)
            .filter(|parent| parents_of(after).any(|other| other == *parent) && !self.table_goes(parent))
            .collect()
    }

    /// A parent that does the same to its column of that name.
    pub(super) fn parent_column(&self, name: &QualifiedName, column: &str, does: impl Fn(&Key) -> bool) -> bool {
        self.parents(name)
            .into_iter()
            .any(|parent| does(&Key::column(parent, column)))
    }

    /// A type of the new side whose functions need its name before it can be whole.
    pub(super) fn is_two_step(&self, key: &Key) -> bool {
        written_in_c(self.new.get(key))
    }

    /// A function that a type written in C goes with: each needs the other.
    pub(super) fn goes_with_its_type(&self, function: &Key) -> Option<Key> {
        let its_type = |user: &&Key| {
            user.kind == Kind::Type && self.fates.goes(user) && self.old.needs(function).any(|need| need == *user)
        };
        let found = self.old.needed_by(function).find(its_type)?;
        written_in_c(self.old.get(found)).then(|| found.clone())
    }

    /// A table of a composite type before and after: its columns change with the type.
    pub(super) fn typed(&self, name: &QualifiedName) -> bool {
        let of = |database: &'a Database| database.table(name).and_then(|table| table.of_type.as_ref());
        of(self.old.database).is_some() && of(self.old.database) == of(self.new.database)
    }

    /// An index of the old side goes, or the constraint it is behind.
    pub(super) fn index_goes(&self, index: &QualifiedName) -> bool {
        if self.fates.goes(&Key::named(Kind::Index, index)) {
            return true;
        }
        self.relatives.old_indexes.get(index).is_some_and(|found| {
            let constraint = found.constraint.as_ref();
            constraint.is_some_and(|name| self.fates.goes(&Key::on(Kind::Constraint, &found.table, name)))
        })
    }

    /// True when `key` is an index or key of a partition that is part of `parent`.
    pub(super) fn attached(&self, key: &Key, parent: &Key) -> bool {
        let attached_to = match self.old.get(key) {
            Some(Item::Index(index)) => index.attached_to.as_ref(),
            Some(Item::Constraint(constraint)) => constraint.attached_to.as_ref(),
            _ => None,
        };
        let Some(name) = attached_to else { return false };
        match self.old.get(parent) {
            Some(Item::Index(index)) => index.name == *name,
            Some(Item::Constraint(constraint)) => constraint.table.sibling(&constraint.name) == *name,
            _ => false,
        }
    }
}
