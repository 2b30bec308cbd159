//! Users, roles, invitations, files of people.

pub(crate) mod bulk;
pub(crate) mod change;
pub(crate) mod imports;
pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod roles;

use nova_errors::Failure;
use nova_practice::{CabinetId, UserId, access::Grant};
use nova_practice_store::identity::nothing_here;

/// The id that a path names. What is no id names nothing.
pub(crate) fn user(text: &str) -> Result<UserId, Failure> {
    text.parse().map_err(|_| nothing_here())
}

/// A role as it is asked for.
pub(crate) fn grant(role: &crate::shapes::NewRole) -> Result<Grant, Failure> {
    Grant::new(role.role.into(), role.cabinet.map(CabinetId))
}
