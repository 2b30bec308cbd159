//! Publications that stay while what they publish changes.

use super::Builder;
use crate::change::globals;
use crate::fate::Fate;
use crate::graph::{Phase, StepId};
use crate::inventory::{Item, Key, Kind};
use crate::statement::Statement;
use nova_schema::quote_ident;

impl Builder<'_> {
    /// Columns of published tables that get another type make the publication let go of the table for a while.
    pub(super) fn publications(&mut self) {
        let old = self.old.database;
        for item in &old.publications {
            let key = Key::new(Kind::Publication, quote_ident(&item.name));
            let Some(Item::Publication(after)) = self.new.get(&key) else {
                continue;
            };
            if self.fates.goes(&key) {
                continue;
            }
            let loosened: Vec<_> = item
                .tables
                .iter()
                .filter(|published| {
                    let bound = published.filter.is_some() || !published.columns.is_empty();
                    let table = old.table(&published.table);
                    let changes = table.is_some_and(|table| {
                        table.columns.iter().any(|column| {
                            let column = Key::column(&published.table, &column.name);
                            self.fates.retyped.contains(&column) || self.fates.goes(&column)
                        })
                    });
                    bound && changes && !self.table_goes(&published.table)
                })
                .cloned()
                .collect();
            // What is built anew under its name has left the publication.
            let rebuilt: Vec<&nova_schema::QualifiedName> = item
                .tables
                .iter()
                .map(|published| &published.table)
                .filter(|table| self.table_fate(table) == Some(Fate::Rebuild))
                .collect();
            if loosened.is_empty() && rebuilt.is_empty() {
                continue;
            }
            let out: Vec<Statement> = loosened.iter().map(|table| globals::drop_table(item, table)).collect();
            self.add(&key, Phase::Release, out);
            let mut without = item.clone();
            without.tables.clear();
            let again = globals::publication(&without, after, &self.emit);
            let step = self.steps.entry((key.clone(), Phase::Alter)).or_default();
            step.statements = again;
            let built = rebuilt
                .iter()
                .map(|table| (Key::named(Kind::Table, table), Phase::Create));
            let columns: Vec<StepId> = loosened
                .iter()
                .filter_map(|table| old.table(&table.table))
                .flat_map(|table| {
                    table.columns.iter().flat_map(|column| {
                        let column = Key::column(&table.name, &column.name);
                        [Phase::Create, Phase::Drop, Phase::Alter].map(|phase| (column.clone(), phase))
                    })
                })
                .chain(built)
                .collect();
            for id in &columns {
                if let Some(step) = self.steps.get_mut(id)
                    && id.1 != Phase::Create
                {
                    step.needs.insert((key.clone(), Phase::Release));
                }
            }
            if let Some(step) = self.steps.get_mut(&(key, Phase::Alter)) {
                step.needs.extend(columns);
            }
        }
    }
}
