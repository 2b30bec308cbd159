//! What a routine's body mentions by name, which the catalogs do not record.

use super::Builder;
use crate::inventory::{Item, Key};
use crate::routine;
use std::collections::BTreeMap;

impl Builder<'_> {
    /// Routines and views that a routine's body mentions by name, which the catalogs do not record.
    pub(super) fn mentions(&self) -> BTreeMap<Key, Vec<Key>> {
        let mut names: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
        for (key, item) in &self.new.items {
            let name = match item {
                Item::Function(item) => &item.name.name,
                Item::Table(item) => &item.name.name,
                Item::View(item) => &item.name.name,
                Item::Sequence(item) => &item.name.name,
                _ => continue,
            };
            if !self.at(key).is_empty() {
                names.entry(name.as_str()).or_default().push(key.clone());
            }
        }
        let mut out = BTreeMap::new();
        if names.is_empty() {
            return out;
        }
        for (key, item) in &self.new.items {
            if let Item::Function(function) = item
                && !function.sql_body
                && !self.at(key).is_empty()
            {
                let found: Vec<Key> = routine::words(&function.definition)
                    .into_iter()
                    .filter_map(|word| names.get(word))
                    .flatten()
                    .filter(|other| *other != key)
                    .cloned()
                    .collect();
                out.insert(key.clone(), found);
            }
        }
        out
    }
}
