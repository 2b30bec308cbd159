//! What has to be there, or gone, before something is built or altered.

use super::Builder;
use super::relatives::parents_of;
use crate::fate::Fate;
use crate::graph::{Phase, StepId};
use crate::inventory::{Item, Key, Kind};
use nova_schema::{Constraint, ConstraintKind, Publication, QualifiedName, Table};
use std::collections::{BTreeMap, BTreeSet};

/// The steps that another comes after.
type Needs = BTreeSet<StepId>;

impl Builder<'_> {
    pub(super) fn build_needs(&self, (key, phase): &StepId, holders: &BTreeMap<String, Vec<Key>>, needs: &mut Needs) {
        let earlier: &[Phase] = match phase {
            Phase::Create => &[Phase::Drop, Phase::Release],
            Phase::Alter => &[Phase::Drop, Phase::Release, Phase::Create],
            _ => &[Phase::Drop, Phase::Release, Phase::Create, Phase::Alter],
        };
        needs.extend(earlier.iter().map(|phase| (key.clone(), *phase)));
        let Some(item) = self.new.get(key) else { return };
        for need in self.new.needs(key) {
            if self.is_two_step(need) && self.new.needs(need).any(|function| function == key) {
                needs.insert((need.clone(), Phase::Placeholder));
            } else {
                needs.extend(self.at(need));
            }
        }
        if *phase == Phase::Create {
            needs.insert((key.clone(), Phase::Placeholder));
            self.brought_along(key, &item, needs);
        }
        if matches!(phase, Phase::Create | Phase::Settle) {
            for name in item.names(self.new.database) {
                for holder in holders.get(&name).into_iter().flatten().filter(|holder| *holder != key) {
                    needs.extend(self.down(holder));
                }
            }
        }
        match item {
            Item::Column(table, column) => self.column_needs(key, *phase, table, &column.name, needs),
            Item::Table(table) if *phase == Phase::Settle => self.settling(key, table, needs),
            Item::Constraint(_)
            | Item::Index(_)
            | Item::Trigger(_)
            | Item::Policy(_)
            | Item::Rule(_)
            | Item::Statistics(_)
                if *phase == Phase::Create =>
            {
                self.after_columns(key, &item, needs);
                // Attaching a partition would give it such an index, too.
                if let Item::Index(index) = item
                    && index.partitioned
                    && !index.valid
                {
                    let partitions = self.relatives.new_partitions(&index.table).into_iter();
                    needs.extend(partitions.map(|name| (Key::named(Kind::Table, name), Phase::Settle)));
                }
                if let Item::Trigger(trigger) = item
                    && trigger.definition.is_none()
                {
                    self.after_attaching(&trigger.table, needs);
                }
            }
            // Attaching an index needs the parent's, and the table attached.
            Item::Index(_) | Item::Constraint(_) if *phase == Phase::Settle => {
                if let Some(owner) = item.owner() {
                    needs.insert((Key::named(Kind::Table, owner), Phase::Settle));
                }
            }
            Item::Publication(publication) => self.published(publication, needs),
            _ => {}
        }
    }

    /// What comes along with an object has needs of its own.
    fn brought_along(&self, key: &Key, item: &Item<'_>, needs: &mut Needs) {
        let owner = match item {
            Item::Table(table) => Some(&table.name),
            Item::Type(user_type) => Some(&user_type.name),
            _ => None,
        };
        let brought = owner
            .map(|owner| self.relatives.new_parts(owner))
            .unwrap_or_default()
            .iter();
        let default = match item {
            Item::Column(table, column) => Some(Key::default_of(&table.name, &column.name)),
            _ => None,
        };
        for part in brought.chain(&default).filter(|part| self.homes.contains_key(*part)) {
            for need in self.new.needs(part) {
                needs.extend(self.at(need).into_iter().filter(|id| id.0 != *key));
            }
        }
    }

    fn column_needs(&self, key: &Key, phase: Phase, table: &Table, column: &str, needs: &mut Needs) {
        match phase {
            Phase::Alter if self.fates.retyped.contains(key) => {
                for user in self.old.needed_by(key).filter(|user| self.fates.goes(user)) {
                    needs.extend(self.down(user));
                }
                self.parents_first(table, column, phase, needs);
            }
            Phase::Create => self.parents_first(table, column, phase, needs),
            Phase::Settle => {
                self.parents_first(table, column, phase, needs);
                needs.insert((Key::default_of(&table.name, column), Phase::Drop));
                // A column is free of NOT NULL only once no key holds it.
                for user in self.old.needed_by(key).filter(|user| user.kind == Kind::Constraint) {
                    needs.extend(self.down(user));
                }
            }
            _ => {}
        }
    }

    /// Attaching and inheriting come when columns and keys of both are as they are to be; rows move once there are
    /// partitions to take them.
    fn settling(&self, key: &Key, table: &Table, needs: &mut Needs) {
        if self.fates.get(key) == Some(Fate::Rebuild) {
            let partitions = self.relatives.new_partitions(&table.name).into_iter();
            needs.extend(partitions.map(|name| (Key::named(Kind::Table, name), Phase::Settle)));
        }
        // An index whose partitions are not all part of it yet is passed over: the server would make another one.
        for partition in self.relatives.new_partitions(&table.name) {
            let keys = self.relatives.new_parts(partition).iter();
            for part in keys.filter(|part| matches!(part.kind, Kind::Index | Kind::Constraint)) {
                let foreign =
                    matches!(self.new.get(part), Some(Item::Constraint(c)) if c.kind == ConstraintKind::ForeignKey);
                if !foreign {
                    needs.insert((part.clone(), Phase::Settle));
                }
            }
        }
        for relative in parents_of(table).chain([&table.name]) {
            let own = *relative == table.name;
            for part in self.relatives.new_parts(relative) {
                let keyed = matches!(part.kind, Kind::Index | Kind::Constraint);
                let foreign =
                    matches!(self.new.get(part), Some(Item::Constraint(c)) if c.kind == ConstraintKind::ForeignKey);
                if part.kind == Kind::Column || own && keyed && !foreign {
                    needs.extend(self.at(part));
                    if part.kind == Kind::Column {
                        needs.insert((part.clone(), Phase::Settle));
                    }
                }
            }
            needs.extend(self.at(&Key::named(Kind::Table, relative)));
        }
        if let Some(partition) = &table.partition_of {
            // The server would make an index that is about to go a part of the parent's.
            for part in self
                .relatives
                .old_keys(&table.name)
                .iter()
                .filter(|part| self.fates.goes(part))
            {
                needs.extend(self.down(part));
            }
            // What had the same bounds has to be gone.
            for sibling in self.relatives.old_children(&partition.parent) {
                let down = self.down(&Key::named(Kind::Table, &sibling.name));
                needs.extend(down.into_iter().filter(|id| id.0 != *key));
            }
        }
    }

    /// Parts come when all columns of their table are as they are to be.
    fn after_columns(&self, key: &Key, item: &Item<'_>, needs: &mut Needs) {
        let Some(owner) = item.owner() else { return };
        self.after_leaving(owner, needs);
        let columns = self.relatives.new_parts(owner).iter();
        for part in columns.filter(|part| part.kind == Kind::Column) {
            needs.extend(self.at(part));
            if key.kind == Kind::Constraint {
                needs.insert((part.clone(), Phase::Settle));
            }
        }
        if let Item::Constraint(constraint) = item {
            self.foreign_key_needs(owner, constraint, needs);
        }
        self.after_referenced(item, owner, needs);
    }

    /// A foreign key rests on the oldest unique index that fits its columns: those that are to be rested on come first.
    fn after_referenced(&self, item: &Item<'_>, owner: &QualifiedName, needs: &mut Needs) {
        let own = match item {
            Item::Index(index) if index.unique => &index.name.name,
            Item::Constraint(key) if matches!(key.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique) => {
                &key.name
            }
            _ => return,
        };
        if self.relatives.referenced(owner).any(|name| name == own) {
            return;
        }
        for name in self.relatives.referenced(owner) {
            needs.extend(self.at(&Key::on(Kind::Constraint, owner, name)));
            needs.extend(self.at(&Key::named(Kind::Index, &owner.sibling(name))));
        }
    }

    /// A clone of a trigger is there once its table is part of the one that has the trigger.
    fn after_attaching(&self, partition: &QualifiedName, needs: &mut Needs) {
        let mut table = Some(partition);
        while let Some(name) = table {
            needs.insert((Key::named(Kind::Table, name), Phase::Settle));
            let found = self.new.database.table(name);
            table = found.and_then(|found| found.partition_of.as_ref()).map(|of| &of.parent);
        }
    }

    /// A foreign key looks at rows: they have to be there, in partitions that are attached.
    fn foreign_key_needs(&self, owner: &QualifiedName, constraint: &Constraint, needs: &mut Needs) {
        let Some(references) = &constraint.references else {
            return;
        };
        needs.insert((Key::named(Kind::Table, owner), Phase::Settle));
        needs.insert((Key::named(Kind::Table, &references.table), Phase::Settle));
        // What leaves either table has left.
        for table in [owner, &references.table] {
            for left in self.relatives.old_partitions(table) {
                let left = Key::named(Kind::Table, left);
                needs.insert((left.clone(), Phase::Release));
                if self.fates.get(&left) == Some(Fate::Drop) {
                    needs.extend(self.down(&left));
                }
            }
        }
        // The key of a partitioned table is one only when those of all partitions are part of it.
        let keyed = self.relatives.new_partitions(&references.table).into_iter();
        for part in keyed
            .chain([&references.table])
            .flat_map(|table| self.relatives.new_parts(table))
        {
            let unique = match self.new.get(part) {
                Some(Item::Index(index)) => index.unique,
                Some(Item::Constraint(other)) => {
                    matches!(other.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique)
                }
                _ => false,
            };
            if unique {
                needs.extend(self.at(part));
                needs.insert((part.clone(), Phase::Settle));
            }
        }
    }

    /// Whatever a publication names has to be there; what it names through a schema, too.
    fn published(&self, publication: &Publication, needs: &mut Needs) {
        let schemas = self.new.items.keys().take_while(|other| other.kind == Kind::Schema);
        for other in schemas {
            needs.extend(self.at(other));
        }
        for published in &publication.tables {
            for part in self.relatives.new_parts(&published.table) {
                if part.kind == Kind::Column || part.kind == Kind::Constraint {
                    needs.extend(self.at(part));
                }
            }
        }
    }

    /// What a parent gets, its children get: those that leave see to themselves, and have to be gone by then.
    fn after_leaving(&self, parent: &QualifiedName, needs: &mut Needs) {
        let leaving = self.relatives.old_descendants(parent).into_iter();
        let leaving = leaving.filter(|child| self.detaches(child));
        needs.extend(leaving.map(|child| (Key::named(Kind::Table, child), Phase::Release)));
    }

    /// What a parent does to its column comes before what is done to the child's.
    fn parents_first(&self, table: &Table, column: &str, phase: Phase, needs: &mut Needs) {
        for parent in self.parents(&table.name) {
            needs.insert((Key::column(parent, column), phase));
        }
        self.after_leaving(&table.name, needs);
        // A parent that converts converts its children too: what hangs on theirs has to be down by then.
        if phase == Phase::Alter {
            let children = self.relatives.old_children(&table.name).iter();
            for child in children.clone() {
                let child_key = Key::named(Kind::Table, &child.name);
                needs.insert((child_key.clone(), Phase::Release));
                if self.table_goes(&child.name) {
                    needs.extend(self.down(&child_key));
                }
            }
            for child in children.filter(|child| self.parents(&child.name).contains(&&table.name)) {
                let child_column = Key::column(&child.name, column);
                for user in self.old.needed_by(&child_column).filter(|user| self.fates.goes(user)) {
                    needs.extend(self.down(user));
                }
            }
        }
    }
}
