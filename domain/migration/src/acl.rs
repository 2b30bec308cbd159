//! From one list of privileges to another, by the fewest statements that keep the order in which they were granted.

#![expect(clippy::type_complexity, reason = "groups of entries, used where they are made")]

use crate::statement::Statement;
use nova_schema::{Grant, Grantable, MemberGrants, quote_ident};

/// Privileges on one object or column.
#[derive(Debug, Clone)]
pub(crate) struct Acl<'a> {
    pub(crate) on: Grantable,
    /// `TABLE "s"."t"`, as `GRANT … ON` takes it.
    pub(crate) sql: String,
    /// The column, where it is about one.
    pub(crate) column: Option<&'a str>,
    pub(crate) grants: Option<&'a [Grant]>,
    pub(crate) owner: &'a str,
}

/// A privilege: grantee, what, with grant option.
type Entry = (Option<String>, String, bool);

/// What an owner who holds everything is called among the entries.
const OWNER: &str = "\u{0}owner";

impl Acl<'_> {
    /// The entries in the order of granting. The owner is one entry while he holds what owners hold.
    fn entries(&self, maintain: bool) -> Vec<Entry> {
        let full = (Some(OWNER.to_owned()), String::new(), false);
        let mut entries = Vec::new();
        match self.grants {
            None => {
                if self.on != Grantable::Column {
                    entries.push(full);
                }
                entries.extend(
                    self.on
                        .public_default()
                        .map(|privilege| (None, privilege.to_owned(), false)),
                );
            }
            Some(grants) => {
                let usual = self.on != Grantable::Column
                    && self.on.owner_default().iter().all(|privilege| {
                        grants
                            .iter()
                            .any(|grant| grant.grantee.as_deref() == Some(self.owner) && grant.privilege == *privilege)
                    });
                if usual {
                    entries.push(full);
                }
                for grant in grants {
                    let is_owner = grant.grantee.as_deref() == Some(self.owner);
                    // That an owner may grant goes without saying; that it was said shows in the catalog.
                    let skipped = usual && is_owner && !grant.grantable || !maintain && grant.privilege == "MAINTAIN";
                    let entry = (grant.grantee.clone(), grant.privilege.clone(), grant.grantable);
                    if !skipped && !entries.contains(&entry) {
                        entries.push(entry);
                    }
                }
            }
        }
        entries
    }

    fn statement(
        &self,
        action: &str,
        privileges: &[String],
        direction: &str,
        grantee: Option<&str>,
        tail: &str,
    ) -> Statement {
        let privileges: Vec<String> = match self.column {
            Some(column) => privileges
                .iter()
                .map(|privilege| format!("{privilege} ({})", quote_ident(column)))
                .collect(),
            None => privileges.to_vec(),
        };
        let role = grantee.map_or_else(|| "PUBLIC".to_owned(), quote_ident);
        Statement::new(
            format!("privileges on {}", self.sql.to_lowercase()),
            format!(
                "{action} {} ON {} {direction} {role}{tail}",
                privileges.join(", "),
                self.sql
            ),
        )
    }

    fn grant(&self, entries: &[Entry], owner: &str, out: &mut Vec<Statement>) {
        let mut groups: Vec<((Option<String>, bool), Vec<String>)> = Vec::new();
        for (grantee, privilege, grantable) in entries {
            let key = (grantee.clone(), *grantable);
            match groups.iter_mut().find(|(group, _)| *group == key) {
                Some((_, privileges)) => privileges.push(privilege.clone()),
                None => groups.push((key, vec![privilege.clone()])),
            }
        }
        for ((grantee, grantable), privileges) in groups {
            let tail = if grantable { " WITH GRANT OPTION" } else { "" };
            if grantee.as_deref() == Some(OWNER) {
                out.push(self.statement("GRANT", &["ALL".to_owned()], "TO", Some(owner), ""));
            } else {
                out.push(self.statement("GRANT", &privileges, "TO", grantee.as_deref(), tail));
            }
        }
    }
}

/// From what an object has to what it is to have. `had` is `None` for an object that was just created; `lately` are the
/// roles that default privileges may have given something on it.
pub(crate) fn change(
    had: Option<&Acl<'_>>,
    wanted: &Acl<'_>,
    lately: &[Option<String>],
    maintain: bool,
) -> Vec<Statement> {
    let fresh = Acl {
        grants: None,
        ..wanted.clone()
    };
    let before_all = had.unwrap_or(&fresh);
    let mut before = before_all.entries(maintain);
    let after = wanted.entries(maintain);
    let mut out = Vec::new();
    if had.is_none() && wanted.on != Grantable::Column {
        for role in lately.iter().filter(|role| role.as_deref() != Some(wanted.owner)) {
            out.push(wanted.statement("REVOKE", &["ALL".to_owned()], "FROM", role.as_deref(), ""));
            before.retain(|(grantee, _, _)| grantee != role);
        }
    }
    // The owner of the object may have changed with it: what the former one had, the new one has now.
    let as_owner = |entry: &Entry| -> Entry {
        if entry.0.as_deref() == Some(before_all.owner) {
            (Some(wanted.owner.to_owned()), entry.1.clone(), entry.2)
        } else {
            entry.clone()
        }
    };
    let before: Vec<Entry> = before.iter().map(as_owner).collect();
    let mut sorted_before = before.clone();
    let mut sorted_after = after.clone();
    sorted_before.sort();
    sorted_after.sort();
    if sorted_before == sorted_after {
        return out;
    }
    let kept: Vec<Entry> = before.iter().filter(|entry| after.contains(entry)).cloned().collect();
    let in_order = after.iter().take(kept.len()).eq(kept.iter());
    let (revoked, granted): (Vec<Entry>, Vec<Entry>) = if in_order {
        (
            before.iter().filter(|entry| !after.contains(entry)).cloned().collect(),
            after.iter().skip(kept.len()).cloned().collect(),
        )
    } else {
        (
            before
                .iter()
                .filter(|entry| entry.0.as_deref() != Some(OWNER) || !after.contains(entry))
                .cloned()
                .collect(),
            after
                .iter()
                .filter(|entry| entry.0.as_deref() != Some(OWNER) || !before.contains(entry))
                .cloned()
                .collect(),
        )
    };
    let (options, revoked): (Vec<Entry>, Vec<Entry>) = revoked
        .into_iter()
        .partition(|entry| entry.2 && entry.0.as_deref() == Some(wanted.owner));
    let options: Vec<String> = options.into_iter().map(|entry| entry.1).collect();
    if !options.is_empty() {
        out.push(wanted.statement("REVOKE GRANT OPTION FOR", &options, "FROM", Some(wanted.owner), ""));
    }
    let mut groups: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for (grantee, privilege, _) in &revoked {
        match groups.iter_mut().find(|(group, _)| group == grantee) {
            Some((_, privileges)) => privileges.push(privilege.clone()),
            None => groups.push((grantee.clone(), vec![privilege.clone()])),
        }
    }
    for (grantee, privileges) in groups {
        if grantee.as_deref() == Some(OWNER) {
            out.push(wanted.statement("REVOKE", &["ALL".to_owned()], "FROM", Some(wanted.owner), ""));
        } else {
            out.push(wanted.statement("REVOKE", &privileges, "FROM", grantee.as_deref(), " CASCADE"));
        }
    }
    // What was taken from a grantee may include what another entry of his still needs: a grant option goes with its
    // privilege.
    let mut again: Vec<Entry> = kept
        .iter()
        .filter(|entry| in_order && revoked.iter().any(|gone| gone.0 == entry.0 && gone.1 == entry.1))
        .cloned()
        .collect();
    again.extend(granted);
    wanted.grant(&again, wanted.owner, &mut out);
    out
}

/// Privileges on a member of an extension; `had` is `None` where it has those that it came with.
pub(crate) fn change_members(item: &MemberGrants, had: Option<&[Grant]>, wanted: &[Grant]) -> Vec<Statement> {
    let acl = |grants| Acl {
        on: item.on,
        sql: item.identity.clone(),
        column: None,
        grants: Some(grants),
        owner: &item.owner,
    };
    change(Some(&acl(had.unwrap_or(&item.initial))), &acl(wanted), &[], true)
}

/// `ALTER DEFAULT PRIVILEGES`: what is new is granted, what is gone revoked.
pub(crate) fn change_defaults(
    item: &nova_schema::DefaultPrivileges,
    had: Option<&[Grant]>,
    wanted: Option<&[Grant]>,
) -> Vec<Statement> {
    let on = match item.on {
        Grantable::Schema => "SCHEMAS",
        Grantable::Sequence => "SEQUENCES",
        Grantable::Function => "FUNCTIONS",
        Grantable::Type => "TYPES",
        Grantable::LargeObject => "LARGE OBJECTS",
        _ => "TABLES",
    };
    let schema = item
        .schema
        .as_ref()
        .map(|schema| format!(" IN SCHEMA {}", quote_ident(schema)));
    let prefix = format!(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {}{}",
        quote_ident(&item.role),
        schema.unwrap_or_default()
    );
    let entries = |grants: Option<&[Grant]>| -> Vec<Entry> {
        let acl = Acl {
            on: item.on,
            sql: String::new(),
            column: None,
            grants,
            owner: &item.role,
        };
        match grants {
            // With a schema the list adds to the built-in default; without one it replaces it.
            None if item.schema.is_some() => Vec::new(),
            Some(grants) if item.schema.is_some() => grants
                .iter()
                .map(|grant| (grant.grantee.clone(), grant.privilege.clone(), grant.grantable))
                .collect(),
            _ => acl.entries(true),
        }
    };
    let (before, after) = (entries(had), entries(wanted));
    let label = format!("default privileges of {}", item.role);
    let role = |grantee: &Option<String>| match grantee.as_deref() {
        None => "PUBLIC".to_owned(),
        Some(OWNER) => quote_ident(&item.role),
        Some(role) => quote_ident(role),
    };
    let words = |entry: &Entry| {
        if entry.1.is_empty() {
            "ALL".to_owned()
        } else {
            entry.1.clone()
        }
    };
    let mut out = Vec::new();
    for entry in before.iter().filter(|entry| !after.contains(entry)) {
        out.push(Statement::new(
            &label,
            format!("{prefix} REVOKE {} ON {on} FROM {}", words(entry), role(&entry.0)),
        ));
    }
    for entry in after.iter().filter(|entry| !before.contains(entry)) {
        let tail = if entry.2 { " WITH GRANT OPTION" } else { "" };
        out.push(Statement::new(
            &label,
            format!("{prefix} GRANT {} ON {on} TO {}{tail}", words(entry), role(&entry.0)),
        ));
    }
    out
}
