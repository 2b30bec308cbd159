//! The same for many users at once.

use super::{change::write, grant};
use crate::shapes::NewRole;
use axum::{Json, extract::State};
use nova_errors::Failure;
use nova_fn_practice::{Caller, Platform, Refusal};
use nova_http::Body;
use nova_practice::{Faults, UserId, access::Permission};
use nova_practice_store::{
    Error, Tx,
    identity::{
        nothing_here,
        people::{self, Changes, Status},
        roles,
        sessions::{self, Because, Which},
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most users of one request.
const MOST: usize = 200;

/// What to do with which users.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bulk {
    /// The users; at most 200.
    #[schema(example = json!(["0192f0c4-0000-7000-8000-000000000002"]), max_items = 200, min_items = 1)]
    users: Vec<Uuid>,
    /// What to do.
    action: Action,
    /// The role to give or to take away.
    role: Option<NewRole>,
}

/// What to do with users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    /// Let them sign in again.
    Enable,
    /// Do not let them sign in.
    Disable,
    /// End their sessions.
    SignOut,
    /// Give `role`.
    GiveRole,
    /// Take `role` away.
    TakeRole,
}

/// What became of each.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Outcomes {
    /// In the order of the request.
    pub outcomes: Vec<Outcome>,
    /// How many were done.
    #[schema(example = 1)]
    pub done: usize,
}

/// What became of one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Outcome {
    /// The user.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000002")]
    pub user: Uuid,
    /// It was done.
    #[schema(example = true)]
    pub done: bool,
    /// Why not: the code.
    #[schema(example = json!(null))]
    pub code: Option<String>,
    /// Why not, in words.
    #[schema(example = json!(null))]
    pub detail: Option<String>,
}

/// Do the same for many users
///
/// Each on its own: what cannot be done for one is told, and done for the others.
#[utoipa::path(
    post, path = "/v1/users/bulk", operation_id = "changeUsers", tag = "users", request_body = Bulk,
    responses((status = 200, description = "What became of each", body = Outcomes))
)]
pub(crate) async fn bulk(
    State(platform): State<Platform>,
    caller: Caller,
    Body(body): Body<Bulk>,
) -> Result<Json<Outcomes>, Refusal> {
    let mut faults = Faults::default();
    faults.unless((1..=MOST).contains(&body.users.len()), "users", "hold 1 to 200 ids");
    let with_role = matches!(body.action, Action::GiveRole | Action::TakeRole);
    faults.unless(
        body.role.is_some() == with_role,
        "role",
        "be there when a role is given or taken, and not otherwise",
    );
    faults.into_result()?;
    let mut outcomes = Vec::with_capacity(body.users.len());
    for user in &body.users {
        let done = platform
            .store()
            .with_group_for(&caller.actor(), &caller.request_id, "bulk", async |tx| {
                one(&platform, &caller, tx, UserId(*user), &body).await
            })
            .await;
        let failure = done.err().map(Failure::from);
        outcomes.push(Outcome {
            user: *user,
            done: failure.is_none(),
            code: failure.as_ref().map(|failure| failure.code.to_string()),
            detail: failure.map(|failure| failure.cause),
        });
    }
    let done = outcomes.iter().filter(|outcome| outcome.done).count();
    Ok(Json(Outcomes { outcomes, done }))
}

async fn one(platform: &Platform, caller: &Caller, tx: &Tx<'_>, id: UserId, body: &Bulk) -> Result<(), Error> {
    let reach = caller.reach(Permission::UsersWrite);
    let person = people::read(tx, &reach, id).await?;
    let now_ms = platform.now_ms();
    let status = |status| Changes {
        status: Some(status),
        ..Changes::default()
    };
    match (body.action, &body.role) {
        (Action::Enable, _) => write(tx, (id, &reach), None, &status(Status::Active), now_ms).await,
        (Action::Disable, _) => write(tx, (id, &reach), None, &status(Status::Disabled), now_ms).await,
        (Action::SignOut, _) => {
            people::wholly_within(tx, &reach, id).await?;
            sessions::end(tx, id, Which::All, Because::Everywhere, now_ms).await?;
            Ok(())
        }
        (Action::GiveRole, Some(role)) => {
            let given = grant(role)?;
            caller.grants.may_grant(given)?;
            roles::give(tx, platform.new_id(), id, given, Some(caller.user)).await?;
            Ok(())
        }
        (Action::TakeRole, Some(role)) => {
            let taken = grant(role)?;
            caller.grants.may_grant(taken)?;
            let name = taken.role.name();
            let held = person
                .roles
                .iter()
                .find(|held| held.role == name && held.cabinet == taken.cabinet);
            roles::take(tx, id, held.ok_or_else(nothing_here)?.id).await
        }
        (Action::GiveRole | Action::TakeRole, None) => Err(nothing_here().into()),
    }
}
