//! What requests and answers are made of.

use jiff::Timestamp;
use nova_practice::access::Role;
use nova_practice_store::identity::people::{Given, Person, Status};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Role)]
pub enum RoleName {
    /// Runs the platform: cabinets, people, roles. Counts after a second factor only.
    SuperAdmin,
    /// Sees figures of all cabinets.
    GroupAnalyst,
    /// Reads who did what.
    Auditor,
    /// Runs a cabinet.
    CabinetManager,
    /// Treats patients.
    Practitioner,
    /// Assists at the chair.
    Assistant,
    /// Keeps the diary.
    Receptionist,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::SuperAdmin => Self::SuperAdmin,
            RoleName::GroupAnalyst => Self::GroupAnalyst,
            RoleName::Auditor => Self::Auditor,
            RoleName::CabinetManager => Self::CabinetManager,
            RoleName::Practitioner => Self::Practitioner,
            RoleName::Assistant => Self::Assistant,
            RoleName::Receptionist => Self::Receptionist,
        }
    }
}

/// Whether somebody may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UserStatus {
    /// Has not accepted the invitation yet.
    Invited,
    /// May.
    Active,
    /// May not.
    Disabled,
}

impl From<Status> for UserStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Invited => Self::Invited,
            Status::Active => Self::Active,
            Status::Disabled => Self::Disabled,
        }
    }
}

impl From<UserStatus> for Status {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Invited => Self::Invited,
            UserStatus::Active => Self::Active,
            UserStatus::Disabled => Self::Disabled,
        }
    }
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleGrant {
    /// The grant's id: to take it away.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000003")]
    pub id: Uuid,
    /// The role.
    #[schema(example = "receptionist")]
    pub role: String,
    /// The cabinet; none: the whole group.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    pub cabinet: Option<Uuid>,
}

impl From<Given> for RoleGrant {
    fn from(given: Given) -> Self {
        Self {
            id: given.id,
            role: given.role,
            cabinet: given.cabinet.map(nova_practice::CabinetId::uuid),
        }
    }
}

/// A role to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// The role.
    pub role: RoleName,
    /// The cabinet; none for roles of the whole group.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    pub cabinet: Option<Uuid>,
}

/// A person of the group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// The id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000002")]
    pub id: Uuid,
    /// The address, in small letters.
    #[schema(example = "claire@example.org")]
    pub email: String,
    /// The name.
    #[schema(example = "Claire M.")]
    pub name: String,
    /// A telephone number.
    #[schema(example = "+33 1 99 00 12 34")]
    pub phone: Option<String>,
    /// The language.
    #[schema(example = "fr")]
    pub locale: String,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// An authenticator app is set up.
    #[schema(example = true)]
    pub second_factor: bool,
    /// Roles, as far as you may see them.
    pub roles: Vec<RoleGrant>,
    /// When they were entered.
    #[schema(example = "2026-11-02T08:00:00Z")]
    pub created_at: Timestamp,
    /// When they last signed in.
    #[schema(example = "2026-11-20T07:58:12Z")]
    pub last_sign_in_at: Option<Timestamp>,
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.uuid(),
            email: person.email,
            name: person.name,
            phone: person.phone,
            locale: person.locale,
            status: person.status.into(),
            second_factor: person.second_factor,
            roles: person.roles.into_iter().map(RoleGrant::from).collect(),
            created_at: person.created_at,
            last_sign_in_at: person.seen_at,
        }
    }
}

/// A moment, from milliseconds since 1970-01-01 UTC.
pub(crate) fn moment(ms: u64) -> Timestamp {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_knows_the_roles_of_the_platform_by_the_same_words() {
        for role in Role::ALL {
            let name: RoleName = serde_json::from_value(role.name().into()).unwrap();
            assert_eq!(Role::from(name), role);
        }
    }
}
