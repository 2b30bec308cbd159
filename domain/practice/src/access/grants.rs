//! What one person was given.

use super::{
    permission::Permission,
    role::{GivenFor, Role},
};
use crate::CabinetId;
use nova_errors::{Code, Failure};
use std::collections::BTreeSet;

/// One role, for one cabinet or for the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The cabinet; none: the whole group.
    pub cabinet: Option<CabinetId>,
}

impl Grant {
    /// A role for a cabinet, or for the group when there is none.
    ///
    /// # Errors
    /// `NOVA-3216` when the role is not given for that.
    pub fn new(role: Role, cabinet: Option<CabinetId>) -> Result<Self, Failure> {
        match (role.given_for(), cabinet) {
            (GivenFor::Group, Some(_)) => Err(Failure::new(
                Code::ROLE_NOT_GRANTABLE,
                format!("{role} is a role of the whole group: leave the cabinet out"),
            )),
            (GivenFor::Cabinet, None) => Err(Failure::new(
                Code::ROLE_NOT_GRANTABLE,
                format!("{role} is a role in a cabinet: name the cabinet"),
            )),
            _ => Ok(Self { role, cabinet }),
        }
    }

    fn reaches(&self, cabinet: CabinetId) -> bool {
        self.cabinet.is_none_or(|own| own == cabinet)
    }
}

/// How far a permission reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All cabinets, and what belongs to none.
    Group,
    /// These.
    Cabinets(BTreeSet<CabinetId>),
}

impl Reach {
    /// True when it reaches nothing.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Cabinets(cabinets) if cabinets.is_empty())
    }

    /// The cabinets; none stands for all of them.
    pub fn cabinets(&self) -> Option<Vec<CabinetId>> {
        match self {
            Self::Group => None,
            Self::Cabinets(cabinets) => Some(cabinets.iter().copied().collect()),
        }
    }
}

/// Everything that one person was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants(Vec<Grant>);

impl Grants {
    /// These.
    pub fn new(grants: impl IntoIterator<Item = Grant>) -> Self {
        Self(grants.into_iter().collect())
    }

    /// What counts in a session that has, or has not, shown a second factor.
    #[must_use]
    pub fn in_session(mut self, second_factor: bool) -> Self {
        self.0
            .retain(|grant| second_factor || !grant.role.needs_second_factor());
        self
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.0.iter()
    }

    /// True when one of the roles counts only after a second factor.
    pub fn need_second_factor(&self) -> bool {
        self.0.iter().any(|grant| grant.role.needs_second_factor())
    }

    /// True when the person may do this in that cabinet.
    pub fn may(&self, permission: Permission, cabinet: CabinetId) -> bool {
        self.holding(permission).any(|grant| grant.reaches(cabinet))
    }

    /// True when the person may do this for the whole group.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.holding(permission).any(|grant| grant.cabinet.is_none())
    }

    /// True when the person has any role in that cabinet: to anybody else, it does not exist.
    pub fn know(&self, cabinet: CabinetId) -> bool {
        self.0.iter().any(|grant| grant.reaches(cabinet))
    }

    /// How far a permission reaches.
    pub fn reach(&self, permission: Permission) -> Reach {
        let mut cabinets = BTreeSet::new();
        for grant in self.holding(permission) {
            match grant.cabinet {
                None => return Reach::Group,
                Some(cabinet) => {
                    cabinets.insert(cabinet);
                }
            }
        }
        Reach::Cabinets(cabinets)
    }

    /// Makes sure that this person may give `grant`, or take it away: roles of the group only those who grant roles
    /// everywhere; roles in a cabinet those who grant roles there.
    ///
    /// # Errors
    /// `NOVA-3216`.
    pub fn may_grant(&self, grant: Grant) -> Result<(), Failure> {
        let may = match grant.cabinet {
            None => self.may_everywhere(Permission::RolesGrant),
            Some(cabinet) => self.may(Permission::RolesGrant, cabinet),
        };
        if may {
            return Ok(());
        }
        let place = grant.cabinet.map_or("the group", |_| "that cabinet");
        let cause = format!("the role {} in {place} is not yours to give", grant.role);
        Err(Failure::new(Code::ROLE_NOT_GRANTABLE, cause))
    }

    fn holding(&self, permission: Permission) -> impl Iterator<Item = &Grant> {
        self.0
            .iter()
            .filter(move |grant| permission.roles().contains(&grant.role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn cabinet(number: u128) -> CabinetId {
        CabinetId::from(Uuid::from_u128(number))
    }

    fn of(role: Role, in_cabinet: Option<u128>) -> Grants {
        Grants::new([Grant::new(role, in_cabinet.map(cabinet)).unwrap()])
    }

    #[test]
    fn a_role_in_one_cabinet_says_nothing_of_another() {
        for role in Role::ALL {
            if role.given_for() == GivenFor::Group {
                continue;
            }
            let grants = of(role, Some(1));
            for permission in Permission::ALL {
                let expected = permission.roles().contains(&role);
                assert_eq!(grants.may(*permission, cabinet(1)), expected, "{role}: {permission}");
                assert!(!grants.may(*permission, cabinet(2)), "{role}: {permission}");
                assert!(!grants.may_everywhere(*permission), "{role}: {permission}");
            }
            assert!(grants.know(cabinet(1)) && !grants.know(cabinet(2)));
        }
    }

    #[test]
    fn a_role_of_the_group_reaches_every_cabinet() {
        let grants = of(Role::SuperAdmin, None);
        assert!(grants.may(Permission::PatientsRead, cabinet(7)) && grants.know(cabinet(8)));
        assert_eq!(grants.reach(Permission::UsersRead), Reach::Group);
        assert_eq!(
            of(Role::CabinetManager, Some(3))
                .reach(Permission::UsersRead)
                .cabinets(),
            Some(vec![cabinet(3)])
        );
        assert!(
            of(Role::Receptionist, Some(3))
                .reach(Permission::UsersRead)
                .is_nothing()
        );
    }

    #[test]
    fn what_needs_a_second_factor_does_not_count_without() {
        let grants = of(Role::SuperAdmin, None);
        assert!(grants.need_second_factor());
        assert!(!grants.clone().in_session(false).may_everywhere(Permission::UsersRead));
        assert!(grants.in_session(true).may_everywhere(Permission::UsersRead));
    }

    #[test]
    fn a_manager_gives_roles_in_the_own_cabinet_only() {
        let manager = of(Role::CabinetManager, Some(1));
        let grant = |role, place: Option<u128>| Grant {
            role,
            cabinet: place.map(cabinet),
        };
        assert!(manager.may_grant(grant(Role::Receptionist, Some(1))).is_ok());
        for refused in [
            grant(Role::Receptionist, Some(2)),
            grant(Role::SuperAdmin, None),
            grant(Role::Auditor, None),
        ] {
            assert_eq!(manager.may_grant(refused).unwrap_err().code, Code::ROLE_NOT_GRANTABLE);
        }
        assert!(
            of(Role::Practitioner, Some(1))
                .may_grant(grant(Role::Assistant, Some(1)))
                .is_err()
        );
    }

    #[test]
    fn roles_are_given_for_what_they_are_made_for() {
        assert!(Grant::new(Role::SuperAdmin, Some(cabinet(1))).is_err());
        assert!(Grant::new(Role::Practitioner, None).is_err());
        assert!(Grant::new(Role::Auditor, None).is_ok() && Grant::new(Role::Auditor, Some(cabinet(1))).is_ok());
    }
}
