//! Privileges on objects.

use serde::{Deserialize, Serialize};

/// One privilege of one role on one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// The role, or `None` for `PUBLIC`.
    pub grantee: Option<String>,
    /// The role that granted it.
    pub grantor: String,
    /// The privilege as SQL writes it, for example `SELECT`.
    pub privilege: String,
    /// With the grant option.
    pub grantable: bool,
}

/// The kinds of objects privileges are on: they differ in what `PUBLIC` may do when nothing was ever granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantable {
    /// A schema.
    Schema,
    /// A table, view or materialized view.
    Table,
    /// Columns of a table.
    Column,
    /// A sequence.
    Sequence,
    /// A function, procedure or aggregate.
    Function,
    /// A type or domain.
    Type,
    /// A large object.
    LargeObject,
    /// A procedural language.
    Language,
    /// A foreign-data wrapper.
    ForeignDataWrapper,
    /// A foreign server.
    ForeignServer,
}

impl Grantable {
    /// What `PUBLIC` holds by default, if anything.
    pub fn public_default(self) -> Option<&'static str> {
        match self {
            Self::Function => Some("EXECUTE"),
            Self::Type | Self::Language => Some("USAGE"),
            Self::Schema
            | Self::Table
            | Self::Column
            | Self::Sequence
            | Self::LargeObject
            | Self::ForeignDataWrapper
            | Self::ForeignServer => None,
        }
    }

    /// The privileges an owner holds by default, as PostgreSQL 13 knew them (`MAINTAIN` came with 17).
    pub fn owner_default(self) -> &'static [&'static str] {
        match self {
            Self::Schema => &["CREATE", "USAGE"],
            Self::Table => &[
                "DELETE",
                "INSERT",
                "REFERENCES",
                "SELECT",
                "TRIGGER",
                "TRUNCATE",
                "UPDATE",
            ],
            Self::Column => &[],
            Self::Sequence => &["SELECT", "UPDATE", "USAGE"],
            Self::Function => &["EXECUTE"],
            Self::Type | Self::Language | Self::ForeignDataWrapper | Self::ForeignServer => &["USAGE"],
            Self::LargeObject => &["SELECT", "UPDATE"],
        }
    }
}

/// What others than the owner may do: `(grantee, privilege, grantable)`, sorted. A catalog without an explicit list
/// (`acl` is `None`) means the built-in default, which is spelled out here, so that both forms compare equal.
pub fn effective_grants<'a>(
    on: Grantable,
    acl: Option<&'a [Grant]>,
    owners: &[&str],
) -> Vec<(Option<&'a str>, &'a str, bool)> {
    let mut all: Vec<_> = match acl {
        None => on
            .public_default()
            .map(|privilege| (None, privilege, false))
            .into_iter()
            .collect(),
        Some(grants) => grants
            .iter()
            .filter(|grant| grant.grantee.as_deref().is_none_or(|role| !owners.contains(&role)))
            .map(|grant| (grant.grantee.as_deref(), grant.privilege.as_str(), grant.grantable))
            .collect(),
    };
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_on_a_function_means_everyone_may_execute() {
        assert_eq!(
            effective_grants(Grantable::Function, None, &[]),
            vec![(None, "EXECUTE", false)]
        );
    }

    #[test]
    fn a_list_without_public_means_nobody_else_may() {
        let acl = [Grant {
            grantee: Some("app".into()),
            grantor: "app".into(),
            privilege: "EXECUTE".into(),
            grantable: false,
        }];
        assert_eq!(effective_grants(Grantable::Function, Some(&acl), &["app"]), vec![]);
    }
}
