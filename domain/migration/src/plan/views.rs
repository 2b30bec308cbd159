//! The statements that blank views and put placeholders in their places, where a circle has to be cut.

use crate::graph::Views;
use crate::inventory::{Inventory, Item, Key};
use crate::statement::{Statement, all};
use nova_schema::emit;

/// The views of both sides.
pub(super) struct ViewTexts<'a, 'b> {
    pub(super) old: &'b Inventory<'a>,
    pub(super) new: &'b Inventory<'a>,
}

impl ViewTexts<'_, '_> {
    fn view(inventory: &Inventory<'_>, key: &Key) -> Option<nova_schema::View> {
        match inventory.get(key) {
            Some(Item::View(view)) if !view.materialized => Some(view.clone()),
            _ => None,
        }
    }
}

impl Views for ViewTexts<'_, '_> {
    fn placeholder(&self, key: &Key) -> Vec<Statement> {
        Self::view(self.new, key).map_or_else(Vec::new, |view| all(emit::object::placeholder(&view)))
    }

    fn replace(&self, key: &Key) -> Vec<Statement> {
        Self::view(self.new, key).map_or_else(Vec::new, |view| {
            let mut out = all(emit::object::view(&view, true));
            out.extend(all(emit::object::view_columns(&view)));
            out
        })
    }

    fn blank(&self, key: &Key) -> Vec<Statement> {
        Self::view(self.old, key).map_or_else(Vec::new, |view| {
            all(emit::object::placeholder(&view))
                .into_iter()
                .map(|mut statement| {
                    statement.sql = statement.sql.replacen("CREATE VIEW", "CREATE OR REPLACE VIEW", 1);
                    statement
                })
                .collect()
        })
    }
}
