//! What a step needs of others: where things are, what takes them down.

use super::Builder;
use crate::fate::Fate;
use crate::graph::{Phase, StepId};
use crate::inventory::{Item, Key, Kind};
use nova_schema::ConstraintKind;
use std::collections::{BTreeMap, BTreeSet};

impl Builder<'_> {
    /// The steps after which an object of the new side is there as it is to be.
    pub(super) fn at(&self, key: &Key) -> Vec<StepId> {
        let mut key = key;
        let mut hops = 0;
        while let Some(home) = self.homes.get(key).filter(|_| hops < 3) {
            key = home;
            hops += 1;
        }
        [Phase::Create, Phase::Alter]
            .iter()
            .map(|phase| (key.clone(), *phase))
            .filter(|id| self.steps.contains_key(id))
            .collect()
    }

    /// What takes an object of the old side down.
    pub(super) fn down(&self, key: &Key) -> Vec<StepId> {
        let key = self.going.root(key);
        [Phase::Drop, Phase::Release]
            .iter()
            .map(|phase| (key.clone(), *phase))
            .filter(|id| self.steps.contains_key(id))
            .collect()
    }

    pub(super) fn connect(&mut self) {
        let mut holders: BTreeMap<String, Vec<Key>> = BTreeMap::new();
        for (key, item) in &self.old.items {
            let changes = self.fates.goes(key) || self.steps.contains_key(&(key.clone(), Phase::Release));
            if changes {
                for name in item.names(self.old.database) {
                    holders.entry(name).or_default().push(key.clone());
                }
            }
        }
        let mentions = self.mentions();
        let ids: Vec<StepId> = self.steps.keys().cloned().collect();
        for id in ids {
            let mut needs: BTreeSet<StepId> = BTreeSet::new();
            let mut wishes: BTreeSet<StepId> = BTreeSet::new();
            match id.1 {
                Phase::Begin | Phase::Blank | Phase::Placeholder | Phase::Finish => {}
                Phase::Release | Phase::Drop => {
                    self.teardown_needs(&id, &mut needs);
                    if id.1 == Phase::Release {
                        // A table lets go before it goes, and before what it takes along does.
                        needs.retain(|need| need.0 != id.0 && !self.is_share(&need.0, &id.0));
                    }
                }
                Phase::Create | Phase::Alter | Phase::Settle => {
                    self.build_needs(&id, &holders, &mut needs);
                    if let Some(found) = mentions.get(&id.0) {
                        wishes.extend(found.iter().flat_map(|key| self.at(key)));
                    }
                }
                Phase::Discard => {
                    for user in self.old.needed_by(&id.0) {
                        needs.extend(self.down(user));
                        for phase in [Phase::Alter, Phase::Discard] {
                            needs.insert((user.clone(), phase));
                        }
                    }
                    needs.extend(self.at(&id.0));
                    needs.insert((id.0.clone(), Phase::Settle));
                }
                Phase::Describe => {
                    needs.extend(self.at(&id.0));
                    needs.insert((id.0.clone(), Phase::Settle));
                    needs.insert((id.0.clone(), Phase::Release));
                }
            }
            if let Some(step) = self.steps.get_mut(&id) {
                step.needs.extend(needs);
                step.wishes.extend(wishes);
            }
        }
    }

    /// A share of a foreign key that this table takes along.
    fn is_share(&self, key: &Key, table: &Key) -> bool {
        match self.old.get(key) {
            Some(Item::Constraint(share)) => {
                share.references.is_some() && !share.local && Key::named(Kind::Table, &share.table) == *table
            }
            _ => false,
        }
    }

    pub(super) fn teardown_needs(&self, (key, phase): &StepId, needs: &mut BTreeSet<StepId>) {
        let with_type = self.goes_with_its_type(key);
        // What needs a part that goes along has to be gone by then, too.
        for part in self.going.parts(key) {
            for user in self.old.needed_by(part).filter(|user| user.kind != Kind::Table) {
                if self.fates.goes(user) {
                    needs.extend(self.down(user));
                } else if *phase == Phase::Drop {
                    needs.insert((user.clone(), Phase::Alter));
                    needs.insert((user.clone(), Phase::Release));
                }
            }
        }
        for user in self.old.needed_by(key).filter(|user| with_type.as_ref() != Some(user)) {
            if user.kind == Kind::Table {
                // A child is detached, or goes, before its parent does.
                let set_aside = self.fates.get(key) == Some(Fate::Rebuild) && key.kind == Kind::Table;
                let goes = self.fates.get(user) == Some(Fate::Drop);
                if key.kind == Kind::Table && !(set_aside && goes) {
                    needs.extend(self.down(user));
                } else if key.kind == Kind::Schema {
                    needs.extend(self.down(user));
                    needs.insert((user.clone(), Phase::Discard));
                }
                continue;
            }
            // What only goes with its parent needs nothing of it.
            let goes = self.fates.goes(user);
            if goes {
                needs.extend(self.down(user));
                if *phase == Phase::Drop && self.fates.swapped.contains(user) {
                    needs.insert((user.clone(), Phase::Discard));
                }
            } else if *phase == Phase::Drop {
                if !self.fates.held.contains_key(user) {
                    needs.insert((user.clone(), Phase::Alter));
                }
                needs.insert((user.clone(), Phase::Release));
            }
        }
        if *phase == Phase::Drop {
            needs.insert((key.clone(), Phase::Release));
        }
        // What came from a parent can go only once the table has left it.
        let inherited = match self.old.get(key) {
            Some(Item::Column(table, column)) if !column.local => Some(&table.name),
            Some(Item::Constraint(constraint)) if !constraint.local => Some(&constraint.table),
            _ => None,
        };
        // What a parent loses, its children lose: those that are leaving have to be gone by then.
        let own = match self.old.get(key) {
            Some(Item::Column(table, _)) => Some(&table.name),
            // But for foreign keys: their shares go with them.
            Some(Item::Constraint(constraint)) if constraint.references.is_none() => Some(&constraint.table),
            _ => None,
        };
        for child in own.map(|own| self.relatives.old_children(own)).unwrap_or_default() {
            needs.insert((Key::named(Kind::Table, &child.name), Phase::Release));
        }
        // A partition is part of what refers to the table that it is part of.
        if let Some(Item::Table(table)) = self.old.get(key) {
            let mut above = table.partition_of.as_ref();
            while let Some(partition) = above {
                let parent = Key::named(Kind::Table, &partition.parent);
                let refers = |user: &&Key| match self.old.get(user) {
                    Some(Item::Constraint(other)) => {
                        other.references.as_ref().is_some_and(|to| to.table == partition.parent)
                    }
                    _ => false,
                };
                let users: Vec<&Key> = self.old.needed_by(&parent).filter(refers).collect();
                // Its share of the parent's own foreign keys would stay with it once it has left.
                let keys = self.relatives.old_keys(&partition.parent).iter().filter(
                    |part| matches!(self.old.get(part), Some(Item::Constraint(own)) if own.references.is_some()),
                );
                let spoken = keys.filter(|key| !self.going.is_silent(key));
                let going = users.iter().copied().chain(spoken);
                for user in going.filter(|user| self.fates.goes(user)) {
                    needs.extend(self.down(user));
                }
                // Rows that refer to its rows go first.
                for user in users.into_iter().filter(|user| !self.fates.goes(user)) {
                    if let Some(Item::Constraint(other)) = self.old.get(user) {
                        let gone = self.relatives.old_partitions(&other.table).into_iter();
                        let gone = gone.map(|name| Key::named(Kind::Table, name));
                        for gone in gone.filter(|gone| gone != key && self.fates.get(gone) == Some(Fate::Drop)) {
                            needs.extend(self.down(&gone));
                        }
                    }
                }
                let found = self.old.database.table(&partition.parent);
                above = found.and_then(|found| found.partition_of.as_ref());
            }
        }
        if let Some(owner) = inherited.filter(|owner| !self.table_goes(owner)) {
            needs.insert((Key::named(Kind::Table, owner), Phase::Release));
        }
        // A key and an identity hold NOT NULL in place.
        if let Some(Item::Constraint(constraint)) = self.old.get(key)
            && constraint.kind == ConstraintKind::NotNull
        {
            for column in &constraint.columns {
                let column = Key::column(&constraint.table, column);
                let users = self.old.needed_by(&column).filter(|user| user.kind == Kind::Constraint);
                for user in users.filter(|user| *user != key && self.fates.goes(user)) {
                    let keyed = matches!(self.old.get(user), Some(Item::Constraint(other)) if other.kind == ConstraintKind::PrimaryKey);
                    if keyed {
                        needs.extend(self.down(user));
                    }
                }
                needs.insert((column, Phase::Release));
            }
        }
        if self.fates.swapped.contains(key) {
            // What hangs on a column that is converted on the way has to be down by then.
            for column in self
                .old
                .needed_by(key)
                .filter(|user| self.fates.retyped.contains(*user))
            {
                for user in self.old.needed_by(column).filter(|user| self.fates.goes(user)) {
                    needs.extend(self.down(user));
                }
            }
        }
        // An index that is part of its parent's goes with that, or once its table is detached.
        if let Some(Item::Index(_) | Item::Constraint(_)) = self.old.get(key) {
            if let Some(owner) = self.old.get(key).and_then(|item| item.owner())
                && self.detaches(owner)
            {
                needs.insert((Key::named(Kind::Table, owner), Phase::Release));
                return;
            }
            let parents: Vec<&Key> = self
                .old
                .needs(key)
                .filter(|need| matches!(need.kind, Kind::Index | Kind::Constraint) && self.attached(key, need))
                .collect();
            for parent in parents {
                needs.extend(self.down(parent));
            }
        }
    }
}
