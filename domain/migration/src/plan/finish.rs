//! What is said last, of objects that are all there: labels, dependence on extensions, privileges on their members.

use super::Builder;
use crate::acl;
use crate::change::globals;
use crate::graph::Phase;
use crate::inventory::{Item, Key, Kind};

impl Builder<'_> {
    /// Says it again too where the object it is on was built again.
    pub(super) fn finishing(&mut self) {
        let rebuilt: Vec<String> = self
            .fates
            .iter()
            .filter(|(key, _)| self.fates.goes(key) && self.new.has(key))
            .map(|(key, _)| key.name.replace('"', ""))
            .collect();
        let kinds = [Kind::ExtensionDependent, Kind::Label];
        let again: Vec<Key> = self
            .new
            .items
            .iter()
            .filter(|(key, _)| kinds.contains(&key.kind) && self.old.has(key))
            .filter(|(_, item)| {
                let on = match item {
                    Item::ExtensionDependent(item) => item.object.replace('"', ""),
                    Item::Label(item) => item.object.replace('"', ""),
                    _ => return false,
                };
                rebuilt.iter().any(|name| on_object(&on, name))
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in again {
            self.finish(&key);
        }
    }

    pub(super) fn finish(&mut self, key: &Key) {
        let statements = match self.new.get(key) {
            Some(Item::MemberGrants(item)) if self.options.privileges && self.options.owners => {
                let had = match self.old.get(key) {
                    Some(Item::MemberGrants(before)) => Some(before.acl.as_slice()),
                    _ => None,
                };
                acl::change_members(item, had, &item.acl)
            }
            Some(Item::ExtensionDependent(item)) => vec![globals::depends(item, true)],
            Some(Item::Label(item)) => vec![globals::label(item, Some(&item.label))],
            _ => return,
        };
        self.steps.entry((key.clone(), Phase::Finish)).or_default().statements = statements;
    }
}

/// True when `on`, a kind and an identity, is the object of that name or a part of it. Routines are told by name only:
/// saying it once more does no harm.
fn on_object(on: &str, name: &str) -> bool {
    let name = name.split('(').next().unwrap_or(name);
    on.match_indices(name).any(|(start, _)| {
        let before = on.get(..start).is_some_and(|before| before.ends_with(' '));
        let after = on.get(start + name.len()..).unwrap_or_default();
        before && (after.is_empty() || after.starts_with(['(', '.', ' ']))
    })
}
