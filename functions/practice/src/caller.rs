//! Who asks.

use crate::Refusal;
use axum::{extract::FromRequestParts, http::request::Parts};
use nova_errors::{Code, Failure};
use nova_practice::{
    CabinetId, SessionId, UserId,
    access::{Grants, Permission, Reach},
};
use nova_practice_store::{Actor, Scope, identity::nothing_here};

/// Who asks, as the gate found out for this request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// The session has shown a second factor.
    pub second_factor: bool,
    /// What they may do in this session.
    pub grants: Grants,
    /// The cabinet that the path names: it exists, and they have a role in it.
    pub cabinet: Option<CabinetId>,
    /// The request.
    pub request_id: String,
    /// Why personal data is accessed, where they say so (`X-Access-Reason`).
    pub reason: Option<String>,
}

impl Caller {
    /// As the audit names them.
    pub fn actor(&self) -> Actor {
        Actor::User(self.user)
    }

    /// How far a permission of theirs reaches.
    pub fn reach(&self, permission: Permission) -> Reach {
        self.grants.reach(permission)
    }

    /// The scope of a transaction in the cabinet that the path names.
    ///
    /// # Errors
    /// `NOVA-3205` when it names none.
    pub fn scope(&self) -> Result<Scope, Refusal> {
        Ok(Scope {
            cabinet: self.cabinet.ok_or_else(nothing_here)?,
            actor: self.actor(),
            request_id: self.request_id.clone(),
            reason: self.reason.clone(),
        })
    }

    /// Makes sure of a further permission in the cabinet that the path names.
    ///
    /// # Errors
    /// `NOVA-3204`.
    pub fn needs(&self, permission: Permission) -> Result<(), Refusal> {
        let may = match self.cabinet {
            Some(cabinet) => self.grants.may(permission, cabinet),
            None => self.grants.may_everywhere(permission),
        };
        if may {
            return Ok(());
        }
        let cause = format!("this needs the permission {permission}");
        Err(Failure::new(Code::NOT_PERMITTED, cause).into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        // The gate puts it there wherever an address needs somebody.
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Failure::new(Code::NOT_SIGNED_IN, "nobody is signed in").into())
    }
}
