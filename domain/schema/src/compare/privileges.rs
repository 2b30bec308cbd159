//! Privileges by what they allow, not by how the catalog stores them.

use super::Context;
use crate::{Grant, Grantable, effective_grants};
use serde::Deserialize;
use serde_json::Value;

impl Context<'_> {
    /// What a list of privileges allows, in words; `owners` are the owners of the object on both sides.
    pub(super) fn allowed(&self, on: Grantable, list: &Value, owners: &[&str]) -> Vec<String> {
        let grants = Option::<Vec<Grant>>::deserialize(list).unwrap_or_default();
        let ignored = match &grants {
            Some(grants) if self.options.owners && !owner_as_usual(on, grants, owners) => &[],
            _ => owners,
        };
        // That an owner may grant goes without saying; where it was said, dumps say it again.
        let said = grants.iter().flatten().filter(|grant| {
            let role = grant.grantee.as_deref();
            self.options.owners && grant.grantable && role.is_some_and(|role| ignored.contains(&role))
        });
        let said = said.map(|grant| format!("{} to the owner with grant option", grant.privilege));
        effective_grants(on, grants.as_deref(), ignored)
            .into_iter()
            .filter(|(_, privilege, _)| *privilege != "MAINTAIN" || self.oldest >= 17)
            .map(|(grantee, privilege, grantable)| {
                let option = if grantable { " with grant option" } else { "" };
                format!("{privilege} to {}{option}", grantee.unwrap_or("PUBLIC"))
            })
            .chain(said)
            .collect()
    }
}

/// The owner holds what an owner holds when nothing was ever revoked.
fn owner_as_usual(on: Grantable, grants: &[Grant], owners: &[&str]) -> bool {
    on.owner_default().iter().all(|privilege| {
        grants.iter().any(|grant| {
            grant.privilege == *privilege && grant.grantee.as_deref().is_some_and(|role| owners.contains(&role))
        })
    })
}
