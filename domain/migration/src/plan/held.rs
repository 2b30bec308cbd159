//! Values that wait while the rows they hold change form: see `fate::held`.

use super::Builder;
use crate::change::column;
use crate::fate::{Fate, holders};
use crate::graph::{Phase, StepId};
use crate::inventory::{Inventory, Item, Key, Kind};
use nova_schema::{QualifiedName, TypeDefinition};
use std::collections::BTreeSet;

impl Builder<'_> {
    /// Lets values wait.
    pub(super) fn hold(&mut self) {
        let held: Vec<(Key, bool)> = self
            .fates
            .held
            .iter()
            .map(|(key, held)| (key.clone(), held.by_name))
            .collect();
        for (key, by_name) in held {
            let Some(Item::Column(table, part)) = self.old.get(&key) else {
                continue;
            };
            if self.waits_with_parent(&key).is_none() {
                self.add(&key, Phase::Release, vec![column::wait(table, part, by_name)]);
            }
        }
    }

    /// What a column holds has other columns or attributes than before, so that only their names tell which is which.
    pub(super) fn by_name(&self, key: &Key) -> bool {
        let same = matches!(
            (self.old.get(key), self.new.get(key)),
            (Some(Item::Column(_, a)), Some(Item::Column(_, b))) if a.type_sql == b.type_sql
        );
        let held = self.fates.held.get(key).is_some_and(|held| held.by_name);
        same && (held || self.attributes_differ(key))
    }

    /// A composite among the types of a column is built anew with its attributes in another order, or others.
    fn attributes_differ(&self, key: &Key) -> bool {
        let names = |inventory: &Inventory<'_>, key: &Key| -> Option<Vec<String>> {
            match inventory.get(key) {
                Some(Item::Type(item)) => match &item.definition {
                    TypeDefinition::Composite { attributes } => {
                        Some(attributes.iter().map(|attribute| attribute.name.clone()).collect())
                    }
                    _ => None,
                },
                _ => None,
            }
        };
        let mut types = self.old.needs(key).filter(|need| self.fates.swapped.contains(need));
        types.any(|need| names(&self.old, need) != names(&self.new, need) || self.attributes_differ(need))
    }

    /// The column of a parent by which this one is converted.
    fn waits_with_parent(&self, key: &Key) -> Option<Key> {
        let Some(Item::Column(table, part)) = self.old.get(key) else {
            return None;
        };
        super::relatives::parents_of(table)
            .map(|parent| Key::column(parent, &part.name))
            .find(|parent| self.fates.held.contains_key(parent))
    }

    /// Tables are rewritten once nothing holds their rows; values become rows when they are.
    pub(super) fn connect_held(&mut self) {
        let mut edges: Vec<(StepId, StepId)> = Vec::new();
        for key in self.fates.held.keys() {
            // A table may leave its parent once the parent's column, and with it its own, waits.
            if let (Some(parent), Some(Item::Column(table, _))) = (self.waits_with_parent(key), self.old.get(key)) {
                let owner = Key::named(Kind::Table, &table.name);
                edges.push(((owner, Phase::Release), (parent, Phase::Release)));
            } else if let Some(Item::Column(table, _)) = self.old.get(key) {
                let owner = Key::named(Kind::Table, &table.name);
                edges.push(((owner, Phase::Release), (key.clone(), Phase::Release)));
            }
        }
        for table in &self.fates.rewritten {
            let (before, after) = (holders(&self.old, table), holders(&self.new, table));
            if before.is_empty() && after.is_empty() {
                continue;
            }
            let rewriting = self.rewriting(table);
            for holder in before {
                let gone: Vec<StepId> = match self.waits_with_parent(&holder).unwrap_or_else(|| holder.clone()) {
                    key if self.fates.held.contains_key(&key) => vec![(key, Phase::Release)],
                    key => self.down(&key),
                };
                edges.extend(
                    rewriting
                        .iter()
                        .flat_map(|step| gone.iter().map(|gone| (step.clone(), gone.clone()))),
                );
                edges.extend(self.swapped_below(table).into_iter().flat_map(|swapped| {
                    let gone = gone.clone();
                    gone.into_iter()
                        .map(move |gone| ((swapped.clone(), Phase::Release), gone))
                }));
            }
            for holder in after {
                let back = match self.fates.get(&holder) {
                    Some(Fate::Create | Fate::Rebuild) => self.at(&holder),
                    _ => vec![(holder, Phase::Alter)],
                };
                edges.extend(
                    back.iter()
                        .flat_map(|back| rewriting.iter().map(|step| (back.clone(), step.clone()))),
                );
            }
        }
        for (step, need) in edges {
            if let Some(found) = self.steps.get_mut(&step) {
                found.needs.insert(need);
            }
        }
    }

    /// The steps that rewrite a table, its parents' on its behalf included.
    fn rewriting(&self, table: &QualifiedName) -> Vec<StepId> {
        let key = Key::named(Kind::Table, table);
        let mut out = vec![(key.clone(), Phase::Alter), (key.clone(), Phase::Create)];
        if self.fates.goes(&key) {
            out.extend([Phase::Release, Phase::Drop].map(|phase| (key.clone(), phase)));
        }
        let columns = |inventory: &Inventory<'_>| -> Vec<Key> {
            let found = inventory.database.table(table);
            let columns = found.into_iter().flat_map(|table| &table.columns);
            columns.map(|column| Key::column(table, &column.name)).collect()
        };
        for column in columns(&self.new) {
            out.extend([Phase::Alter, Phase::Create].map(|phase| (column.clone(), phase)));
        }
        for parent in self.parents(table) {
            out.extend(self.rewriting(parent));
        }
        out.retain(|id| self.steps.contains_key(id));
        out
    }

    /// Types of a table's columns that are dropped before the ones of their names are there.
    fn swapped_below(&self, table: &QualifiedName) -> BTreeSet<Key> {
        let found = self.old.database.table(table);
        let columns = found.into_iter().flat_map(|table| &table.columns);
        let keys = columns.map(|column| Key::column(table, &column.name));
        let retyped: Vec<Key> = keys.filter(|key| self.fates.retyped.contains(key)).collect();
        let needs = retyped.iter().flat_map(|key| self.old.needs(key));
        needs
            .filter(|need| self.fates.swapped.contains(need))
            .cloned()
            .collect()
    }
}
