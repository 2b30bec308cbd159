//! What concerns tables as wholes: attaching, inheriting, row security, replica identity, rows.

use super::Builder;
use super::relatives::default_of;
use crate::change::table;
use crate::fate::Fate;
use crate::graph::{Phase, StepId};
use crate::inventory::{Item, Key, Kind};
use crate::statement::Statement;
use nova_schema::{QualifiedName, Table, quote_ident};
use std::collections::BTreeMap;

impl Builder<'_> {
    /// What concerns tables as wholes: attaching, inheriting, row security, replica identity, owners of sequences, rows.
    pub(super) fn tables(&mut self) {
        let (old, new) = (self.old.database, self.new.database);
        for item in &old.tables {
            let key = Key::named(Kind::Table, &item.name);
            let Some(after) = new.table(&item.name).filter(|_| !self.fates.goes(&key)) else {
                self.rows_of_a_dropped_partition(&key, item);
                self.leaves_before_it_goes(&key, item);
                continue;
            };
            if let Some(partition) = &item.partition_of
                && (after.partition_of.as_ref() != Some(partition) || self.table_goes(&partition.parent))
            {
                self.add(&key, Phase::Release, vec![table::detach(item, partition)]);
            }
            for parent in item.inherits.iter().filter(|parent| !after.inherits.contains(parent)) {
                self.add(&key, Phase::Release, vec![table::inherit(item, parent, false)]);
            }
            if item.of_type.is_some() && after.of_type.is_none() {
                self.add(&key, Phase::Release, vec![table::of_type(after)]);
            }
        }
        for item in &new.tables {
            let key = Key::named(Kind::Table, &item.name);
            let before = old.table(&item.name).filter(|_| !self.fates.comes(&key));
            self.settle(&key, before, item);
            if self.moves(&item.name)
                && let Some(former) = old.table(&item.name)
            {
                let rebuilt = |column: &str| {
                    let column = Key::column(&item.name, column);
                    let held = self.fates.held.contains_key(&column);
                    held || self.old.needs(&column).any(|need| self.fates.swapped.contains(need))
                };
                let by_name = |column: &str| self.by_name(&Key::column(&item.name, column));
                let moved = table::move_rows(&table::aside(&item.name), former, item, rebuilt, by_name);
                self.add(&key, Phase::Settle, moved);
                self.add(&key, Phase::Discard, vec![table::drop_aside(former)]);
            }
            let security = table::row_security(before, item);
            if !security.is_empty() {
                self.add(&key, Phase::Settle, security);
            }
            self.replica_identity(&key, before, item);
        }
    }

    /// Attaching, inheriting, following a type.
    fn settle(&mut self, key: &Key, before: Option<&Table>, item: &Table) {
        if let Some(partition) = &item.partition_of
            && (before.is_none_or(|before| before.partition_of.as_ref() != Some(partition))
                || self.table_goes(&partition.parent))
        {
            let mut attach = table::attach(item, partition);
            if let Some(default) = self.staying_default(item, &partition.parent) {
                let why = format!(
                    "rows of the default partition {} belong into this one: move them first",
                    default.name.readable()
                );
                attach = attach.may_fail(why);
            }
            if before.is_some() {
                attach = attach.may_fail("a row is outside the partition's bounds");
            }
            self.add(key, Phase::Settle, vec![attach]);
        }
        let Some(before) = before else { return };
        for parent in item.inherits.iter().filter(|parent| !before.inherits.contains(parent)) {
            self.add(key, Phase::Settle, vec![table::inherit(item, parent, true)]);
        }
        if item.of_type.is_some() && before.of_type != item.of_type {
            self.add(key, Phase::Settle, vec![table::of_type(item)]);
        }
    }

    /// The default partition of a table that is there before and after another one is attached: its rows are checked then.
    fn staying_default(&self, item: &Table, parent: &QualifiedName) -> Option<&Table> {
        let default = self.relatives.old_default(parent)?;
        let after = self.new.database.table(&default.name)?;
        let stays = default_of(after) == Some(parent) && after.name != item.name && !self.table_goes(parent);
        stays.then_some(default)
    }

    /// Comes once every part of the table is there.
    fn replica_identity(&mut self, key: &Key, before: Option<&Table>, item: &Table) {
        let Some(identity) = table::replica_identity(before, item, self.replica_index_built(item)) else {
            return;
        };
        let id = (
            Key::new(Kind::Setting, format!("replica identity {}", key.name)),
            Phase::Settle,
        );
        let parts = self.relatives.new_parts(&item.name).iter().chain([key]);
        let needs: Vec<StepId> = parts
            .flat_map(|part| [Phase::Create, Phase::Settle].map(|phase| (part.clone(), phase)))
            .filter(|id| self.steps.contains_key(id) || id.0 == *key)
            .collect();
        self.add(&id.0, id.1, vec![identity]);
        if let Some(step) = self.steps.get_mut(&id) {
            step.needs.extend(needs);
        }
    }

    pub(super) fn replica_index_built(&self, table: &Table) -> bool {
        let nova_schema::ReplicaIdentity::Index(name) = &table.replica_identity else {
            return false;
        };
        let index = table.name.sibling(name);
        self.fates.comes(&Key::named(Kind::Index, &index))
            || self.fates.comes(&Key::on(Kind::Constraint, &table.name, name))
    }

    /// A partition that goes while its parent becomes another kind of table: its rows are the new table's.
    pub(super) fn rows_of_a_dropped_partition(&mut self, key: &Key, item: &Table) {
        let Some(parent) = item.partition_of.as_ref().map(|partition| &partition.parent) else {
            return;
        };
        if self.moves(parent) && self.fates.get(key) == Some(Fate::Drop) {
            // The rows are read through the old parent; this one may only go with it.
            let after = (Key::named(Kind::Table, parent), Phase::Discard);
            let drop = self.steps.entry((key.clone(), Phase::Drop)).or_default();
            drop.statements.clear();
            drop.needs.insert(after);
        }
    }

    /// A partition of a table that a foreign key refers to cannot be dropped while the key is there: it has to leave first,
    /// and takes its own partitions along.
    fn leaves_before_it_goes(&mut self, key: &Key, item: &Table) {
        let Some(partition) = item.partition_of.as_ref() else {
            return;
        };
        if self.fates.get(key) != Some(Fate::Drop) {
            return;
        }
        let parent = Key::named(Kind::Table, &partition.parent);
        if self.fates.get(&parent) == Some(Fate::Drop) {
            let drop = self.steps.entry((key.clone(), Phase::Drop)).or_default();
            drop.needs.insert((parent, Phase::Release));
        } else if !self.table_goes(&partition.parent) && self.is_referred_to(&partition.parent) {
            self.add(key, Phase::Release, vec![table::detach(item, partition)]);
        }
    }

    /// A foreign key to the table, or to what it is a partition of, stays, or waits with rows that move.
    fn is_referred_to(&self, name: &QualifiedName) -> bool {
        let stays = |user: &Key| match self.old.get(user) {
            Some(Item::Constraint(key)) if key.references.as_ref().is_some_and(|to| to.table == *name) => {
                !self.fates.goes(user) || self.moves(&key.table)
            }
            _ => false,
        };
        let found = self.old.database.table(name);
        let above = found.and_then(|table| table.partition_of.as_ref());
        self.old.needed_by(&Key::named(Kind::Table, name)).any(stays)
            || above.is_some_and(|above| self.is_referred_to(&above.parent))
    }

    /// The schemas in which tables wait whose rows move.
    pub(super) fn aside_schemas(&mut self) {
        let mut waiting: BTreeMap<String, Vec<Key>> = BTreeMap::new();
        for table in self.new.database.tables.iter().filter(|table| self.moves(&table.name)) {
            let schema = table::moving(&table.name.schema);
            waiting
                .entry(schema)
                .or_default()
                .push(Key::named(Kind::Table, &table.name));
        }
        for (name, moving) in waiting {
            let schema = Key::new(Kind::Schema, quote_ident(&name));
            for (phase, verb) in [(Phase::Release, "CREATE"), (Phase::Discard, "DROP")] {
                let sql = format!("{verb} SCHEMA {}", quote_ident(&name));
                self.add(&schema, phase, vec![Statement::new(format!("schema {name}"), sql)]);
            }
            for key in &moving {
                if let Some(step) = self.steps.get_mut(&(key.clone(), Phase::Release)) {
                    step.needs.insert((schema.clone(), Phase::Release));
                }
            }
            if let Some(step) = self.steps.get_mut(&(schema, Phase::Discard)) {
                step.needs.extend(moving.into_iter().map(|key| (key, Phase::Discard)));
            }
        }
    }
}
