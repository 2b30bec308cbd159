//! What goes without a word of its own: parts of a table that goes, sequences of a column that goes.
//!
//! Such a part goes at the moment its owner does. So whatever it needs may go only after its owner, and whatever needs it
//! goes before. Where both lead into a circle (a policy calls a function that takes rows of the policy's table), the part
//! is taken down by a statement of its own.

use super::Builder;
use crate::graph::components;
use crate::inventory::{Item, Key, Kind};
use nova_schema::QualifiedName;
use std::collections::{BTreeMap, BTreeSet};

/// Parts that go with their owner, and owners with the parts that go with them.
#[derive(Debug, Default)]
pub(super) struct Going {
    owner_of: BTreeMap<Key, Key>,
    parts_of: BTreeMap<Key, Vec<Key>>,
}

impl Going {
    /// What goes when `key` does by a statement, `key` itself where it has one.
    pub(super) fn root<'a>(&'a self, key: &'a Key) -> &'a Key {
        let mut key = key;
        // A sequence goes with a column, which goes with a table.
        for _ in 0..3 {
            match self.owner_of.get(key) {
                Some(owner) => key = owner,
                None => break,
            }
        }
        key
    }

    /// It goes without a statement of its own.
    pub(super) fn is_silent(&self, key: &Key) -> bool {
        self.owner_of.contains_key(key)
    }

    /// The parts that go with `key`, those of its parts included.
    pub(super) fn parts(&self, key: &Key) -> Vec<&Key> {
        let mut out: Vec<&Key> = Vec::new();
        for part in self.parts_of.get(key).into_iter().flatten() {
            out.push(part);
            out.extend(self.parts(part));
        }
        out
    }
}

impl Builder<'_> {
    /// Finds out what goes with what.
    pub(super) fn going(&self) -> Going {
        let mut going = Going::default();
        let keys: Vec<&Key> = self.old.items.keys().filter(|key| self.fates.goes(key)).collect();
        for key in &keys {
            if let Some(owner) = self.owner_that_goes(key) {
                going.owner_of.insert((*key).clone(), owner);
            }
        }
        for key in self.parts_on_circles(&keys, &going) {
            going.owner_of.remove(&key);
        }
        for (part, owner) in &going.owner_of {
            going.parts_of.entry(owner.clone()).or_default().push(part.clone());
        }
        going
    }

    /// The relation, or for a sequence the column, that takes `key` along.
    fn owner_that_goes(&self, key: &Key) -> Option<Key> {
        let item = self.old.get(key)?;
        let relation = |owner: &QualifiedName| {
            let relations = [Kind::Table, Kind::View].map(|kind| Key::named(kind, owner));
            relations.into_iter().find(|relation| self.fates.goes(relation))
        };
        let parents_column = |table: &QualifiedName, column: &str| {
            let columns = self.parents(table).into_iter();
            columns
                .map(|parent| Key::column(parent, column))
                .find(|key| self.fates.goes(key))
        };
        match item {
            Item::DomainCheck(..) => None,
            Item::Column(table, column) => relation(&table.name).or_else(|| {
                let inherited = !column.local && !self.typed(&table.name);
                parents_column(&table.name, &column.name).filter(|_| inherited)
            }),
            Item::Default(table, column) => {
                let column = Key::column(&table.name, &column.name);
                relation(&table.name).or_else(|| self.fates.goes(&column).then_some(column))
            }
            // Tables that refer to each other: neither could go first; nor a partition, when its table refers to itself.
            Item::Constraint(constraint)
                if constraint.references.as_ref().is_some_and(|to| {
                    let partitioned = || {
                        self.old
                            .database
                            .table(&to.table)
                            .is_some_and(|t| t.partition_key.is_some())
                    };
                    self.table_goes(&to.table) && (to.table != constraint.table || partitioned())
                }) =>
            {
                None
            }
            Item::Sequence(sequence) => {
                let owner = sequence.owned_by.as_ref()?;
                let column = Key::column(&owner.table, &owner.column);
                let table = Key::named(Kind::Table, &owner.table);
                [column, table].into_iter().find(|key| self.fates.goes(key))
            }
            _ => relation(item.owner()?),
        }
    }

    /// Parts that need something which cannot go after their owner: it has to go before it, or at once.
    fn parts_on_circles(&self, keys: &[&Key], going: &Going) -> Vec<Key> {
        let roots: BTreeSet<&Key> = keys.iter().map(|key| going.root(key)).collect();
        let number: BTreeMap<&Key, usize> = roots.iter().enumerate().map(|(at, key)| (*key, at)).collect();
        let mut edges: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); roots.len()];
        let needs_of = |key: &Key| -> Vec<usize> {
            self.old
                .needs(key)
                .filter(|need| need.kind != Kind::Schema)
                .filter_map(|need| number.get(going.root(need)).copied())
                .collect()
        };
        for key in keys {
            if let Some(at) = number.get(going.root(key)) {
                edges[*at].extend(needs_of(key));
            }
        }
        let edges: Vec<Vec<usize>> = edges.into_iter().map(|set| set.into_iter().collect()).collect();
        let mut circle = vec![0; edges.len()];
        for (at, members) in components(&edges).into_iter().enumerate() {
            for member in members {
                circle[member] = at;
            }
        }
        let mut out = Vec::new();
        for key in keys.iter().filter(|key| going.is_silent(key)) {
            let root = going.root(key);
            let Some(own) = number.get(root) else { continue };
            // The rows of a table that waits aside move late: what its parts need goes earlier.
            let waits = matches!(self.old.get(root), Some(Item::Table(table)) if self.moves(&table.name));
            let apart = needs_of(key)
                .into_iter()
                .any(|other| other != *own && (waits || circle[other] == circle[*own]));
            // Plain columns and sequences have no statement that would help; what is inherited goes with its parent's.
            let by_statement = match self.old.get(key) {
                Some(Item::Column(_, column)) => column.generated.is_some() && column.local,
                Some(Item::Constraint(constraint)) => constraint.local,
                Some(Item::Index(index)) => index.attached_to.is_none(),
                _ => key.kind != Kind::Sequence,
            };
            if apart && by_statement {
                out.push((*key).clone());
            }
        }
        out
    }
}
