//! What the statements do not do.

use super::Builder;
use crate::fate::Fate;
use crate::inventory::Key;

impl Builder<'_> {
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for table in &self.new.database.tables {
            let Some(before) = self.old.database.table(&table.name) else {
                continue;
            };
            if self.table_comes(&table.name) {
                continue;
            }
            // Where the columns end up: those that stay keep their places, new ones come last.
            let stays = |name: &String| {
                let key = Key::column(&table.name, name);
                matches!(self.fates.get(&key), Some(Fate::Keep | Fate::Alter))
            };
            let mut result: Vec<&String> = before
                .columns
                .iter()
                .map(|c| &c.name)
                .filter(|name| stays(name))
                .collect();
            result.extend(table.columns.iter().map(|c| &c.name).filter(|name| !stays(name)));
            if !result
                .iter()
                .copied()
                .eq(table.columns.iter().map(|column| &column.name))
            {
                notes.push(format!(
                    "table {}: its columns end up in another order than on the source; PostgreSQL adds columns at the end \
                     only, and no statement moves them",
                    table.name.readable()
                ));
            }
        }
        for unsupported in &self.new.database.unsupported {
            if unsupported.kind != "sequence value" && !self.old.database.unsupported.contains(unsupported) {
                notes.push(format!(
                    "{} {} is not migrated: {}",
                    unsupported.kind, unsupported.name, unsupported.reason
                ));
            }
        }
        notes
    }
}
