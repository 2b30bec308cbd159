//! Oneself.

use crate::shapes::{User, moment};
use axum::{Json, extract::State};
use jiff::Timestamp;
use nova_fn_practice::{Caller, Platform, Refusal};
use nova_practice::{CabinetId, access::Permission};
use nova_practice_store::identity::{people, roles, second_factor};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Oneself, and what one may do.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Me {
    /// Who one is.
    pub user: User,
    /// This session.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000004")]
    pub session_id: Uuid,
    /// How the second factor stands.
    pub second_factor: SecondFactor,
    /// What one may do, per cabinet.
    pub access: Vec<Access>,
}

/// How the second factor stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct SecondFactor {
    /// Since when an authenticator app is set up.
    #[schema(example = "2026-11-02T08:00:00Z")]
    pub since: Option<Timestamp>,
    /// Backup codes that are left.
    #[schema(example = 9)]
    pub backup_codes_left: i64,
    /// This session has shown it.
    #[schema(example = true)]
    pub shown: bool,
    /// A role counts only with it.
    #[schema(example = true)]
    pub needed: bool,
}

/// What one may do in a cabinet, or in all of them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Access {
    /// The cabinet; none: the whole group.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    pub cabinet: Option<Uuid>,
    /// The role that allows it.
    #[schema(example = "receptionist")]
    pub role: String,
    /// What it allows in this session.
    #[schema(example = json!(["patients.read", "appointments.write"]))]
    pub permissions: Vec<String>,
}

/// Who you are and what you may do
#[utoipa::path(
    get, path = "/v1/auth/me", operation_id = "whoAmI", tag = "sign-in",
    responses((status = 200, description = "Oneself", body = Me))
)]
pub(crate) async fn me(State(platform): State<Platform>, caller: Caller) -> Result<Json<Me>, Refusal> {
    let (person, state, all) = platform
        .store()
        .with_group(&caller.actor(), async |tx| {
            Ok((
                people::oneself(tx, caller.user).await?,
                second_factor::state(tx, caller.user).await?,
                roles::of(tx, caller.user).await?,
            ))
        })
        .await?;
    let access = all
        .iter()
        .map(|grant| {
            let counts = caller.grants.iter().any(|counting| counting == grant);
            let permissions = Permission::ALL
                .iter()
                .filter(|permission| counts && permission.roles().contains(&grant.role));
            Access {
                cabinet: grant.cabinet.map(CabinetId::uuid),
                role: grant.role.name().to_owned(),
                permissions: permissions.map(|permission| permission.name().to_owned()).collect(),
            }
        })
        .collect();
    Ok(Json(Me {
        user: person.into(),
        session_id: caller.session.uuid(),
        second_factor: SecondFactor {
            since: state.since_ms.map(moment),
            backup_codes_left: state.codes_left,
            shown: caller.second_factor,
            needed: all.need_second_factor(),
        },
        access,
    }))
}
