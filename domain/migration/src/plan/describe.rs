//! Comments, owners and privileges of what is there in the end.

use super::Builder;
use crate::describe::{self, Carry};
use crate::fate::Fate;
use crate::graph::Phase;
use crate::inventory::{Item, Key};
use nova_schema::Grantable;

impl Builder<'_> {
    pub(super) fn describe(&mut self, key: &Key, fate: Fate) {
        let Some(after) = self.new.get(key) else { return };
        // An extension's comment is that of its release.
        if matches!(after, Item::Extension(_)) && self.old.database.server_version != self.new.database.server_version {
            return;
        }
        let carry = Carry {
            owners: self.options.owners,
            privileges: self.options.privileges,
            maintain: self.options.target_version >= 17
                && self.old.database.server_version >= 17
                && self.new.database.server_version >= 17,
            runner: self.options.runner.clone(),
        };
        let stays = matches!(fate, Fate::Keep | Fate::Alter);
        let wanted = describe::describe(&after, self.new.database);
        let had = self
            .old
            .get(key)
            .filter(|_| stays)
            .map(|item| describe::describe(&item, self.old.database));
        let schema = after
            .schema()
            .or_else(|| after.owner().map(|owner| owner.schema.as_str()))
            .map(str::to_owned);
        let (old, new) = (self.old.database, self.new.database);
        let lately = |on: Grantable, _: &str| -> Vec<Option<String>> {
            let mut roles: Vec<Option<String>> = old
                .default_privileges
                .iter()
                .chain(&new.default_privileges)
                .filter(|item| item.on == on && (item.schema.is_none() || item.schema == schema))
                .flat_map(|item| item.acl.iter().map(|grant| grant.grantee.clone()))
                .collect();
            roles.sort();
            roles.dedup();
            roles
        };
        let statements = describe::change(had.as_ref(), &wanted, &carry, &lately);
        if !statements.is_empty() {
            self.add(key, Phase::Describe, statements);
        }
    }
}
