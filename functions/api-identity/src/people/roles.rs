//! Roles: what they are, given and taken away.

use super::{grant, user};
use crate::shapes::{NewRole, RoleGrant};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Platform, Refusal, added, hashed};
use nova_http::Body;
use nova_practice::{
    CabinetId,
    access::{GivenFor, Permission, Role},
};
use nova_practice_store::identity::{nothing_here, people, roles};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Roles and what they allow.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Catalogue {
    /// Every role.
    pub roles: Vec<Described>,
    /// Every permission.
    pub permissions: Vec<Allowed>,
}

/// A role and what it allows.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Described {
    /// The role.
    #[schema(example = "receptionist")]
    pub role: String,
    /// `group`, `cabinet` or `either`.
    #[schema(example = "cabinet")]
    pub given_for: String,
    /// It counts only in sessions that have shown a second factor.
    #[schema(example = false)]
    pub needs_second_factor: bool,
    /// What it allows.
    #[schema(example = json!(["patients.read", "appointments.write"]))]
    pub permissions: Vec<String>,
}

/// A permission.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Allowed {
    /// The permission.
    #[schema(example = "patients.read")]
    pub permission: String,
    /// What it allows.
    #[schema(example = "Find patients and see their particulars.")]
    pub about: String,
}

/// What roles there are and what they allow
#[utoipa::path(
    get, path = "/v1/roles", operation_id = "listRoles", tag = "users",
    responses((status = 200, description = "Roles and permissions", body = Catalogue))
)]
pub(crate) async fn catalogue(_: Caller) -> Json<Catalogue> {
    let roles = Role::ALL.into_iter().map(|role| Described {
        role: role.name().to_owned(),
        given_for: match role.given_for() {
            GivenFor::Group => "group",
            GivenFor::Cabinet => "cabinet",
            GivenFor::Either => "either",
        }
        .to_owned(),
        needs_second_factor: role.needs_second_factor(),
        permissions: Permission::ALL
            .iter()
            .filter(|permission| permission.roles().contains(&role))
            .map(|permission| permission.name().to_owned())
            .collect(),
    });
    let permissions = Permission::ALL.iter().map(|permission| Allowed {
        permission: permission.name().to_owned(),
        about: permission.about().to_owned(),
    });
    Json(Catalogue {
        roles: roles.collect(),
        permissions: permissions.collect(),
    })
}

/// Give a role
///
/// It counts from the person's next request on. Giving it again changes nothing.
#[utoipa::path(
    post, path = "/v1/users/{id}/roles", operation_id = "giveRole", tag = "users", request_body = NewRole,
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 201, description = "The grant", body = RoleGrant), (status = 200, description = "They had it", body = RoleGrant))
)]
pub(crate) async fn give(
    State(platform): State<Platform>,
    caller: Caller,
    nova_http::Named(id): nova_http::Named,
    Body(body): Body<NewRole>,
) -> Result<Response, Refusal> {
    let (id, given) = (user(&id)?, grant(&body)?);
    let reach = caller.reach(Permission::UsersRead);
    let grant_id = platform.new_id();
    let (made, fresh) = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            people::read(tx, &reach, id).await?;
            caller.grants.may_grant(given)?;
            roles::give(tx, grant_id, id, given, Some(caller.user)).await
        })
        .await?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    let grant = RoleGrant {
        id: made,
        role: given.role.name().to_owned(),
        cabinet: given.cabinet.map(CabinetId::uuid),
    };
    let mut response = added(&format!("/v1/users/{id}/roles/{made}"), &grant);
    *response.status_mut() = status;
    Ok(response)
}

/// Show a role that somebody has
#[utoipa::path(
    get, path = "/v1/users/{id}/roles/{grant}", operation_id = "showRole", tag = "users",
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002"),
        ("grant" = String, Path, description = "The grant", example = "0192f0c4-0000-7000-8000-000000000003")),
    responses((status = 200, description = "The grant", body = RoleGrant))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    axum::extract::Path((id, grant_id)): axum::extract::Path<(String, String)>,
) -> Result<Response, Refusal> {
    let id = user(&id)?;
    let grant_id: Uuid = grant_id.parse().map_err(|_| nothing_here())?;
    let reach = caller.reach(Permission::UsersRead);
    let found = platform
        .store()
        .with_group(&caller.actor(), async |tx| roles::read(tx, &reach, id, grant_id).await)
        .await?;
    Ok(hashed(&RoleGrant {
        id: grant_id,
        role: found.role.name().to_owned(),
        cabinet: found.cabinet.map(CabinetId::uuid),
    }))
}

/// Take a role away
///
/// It counts from the person's next request on.
#[utoipa::path(
    delete, path = "/v1/users/{id}/roles/{grant}", operation_id = "takeRole", tag = "users",
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002"),
        ("grant" = String, Path, description = "The grant", example = "0192f0c4-0000-7000-8000-000000000003")),
    responses((status = 204, description = "It is taken away"))
)]
pub(crate) async fn take(
    State(platform): State<Platform>,
    caller: Caller,
    axum::extract::Path((id, grant_id)): axum::extract::Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let id = user(&id)?;
    let grant_id: Uuid = grant_id.parse().map_err(|_| nothing_here())?;
    let reach = caller.reach(Permission::RolesGrant);
    platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            let given = roles::read(tx, &reach, id, grant_id).await?;
            caller.grants.may_grant(given)?;
            roles::take(tx, id, grant_id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
