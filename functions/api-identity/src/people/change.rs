//! Users changed and removed, their sessions ended, their second factor taken away.

use super::user;
use crate::{
    auth::sessions::Ended,
    shapes::{User, UserStatus},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Platform, Refusal, Version, tagged};
use nova_http::{Body, Named};
use nova_practice::{
    UserId,
    access::{Permission, Reach},
};
use nova_practice_store::{
    Error, Tx,
    audit::Entry,
    identity::{
        people::{self, Changes, Status},
        roles, second_factor,
        sessions::{self, Because, Which},
    },
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Particulars; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Particulars {
    /// The name.
    #[schema(example = "Claire M.")]
    name: Option<String>,
    /// A telephone number; an empty one is taken away.
    #[schema(example = "+33 1 99 00 12 34")]
    phone: Option<String>,
    /// The language.
    #[schema(example = "fr")]
    locale: Option<String>,
    /// Whether they may sign in: `active` or `disabled`. Disabling ends every session at once.
    status: Option<UserStatus>,
}

/// Change a user
///
/// Whoever also has roles beyond your cabinets is not changed from there.
#[utoipa::path(
    patch, path = "/v1/users/{id}", operation_id = "changeUser", tag = "users", request_body = Particulars,
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 200, description = "As they are now", body = User))
)]
pub(crate) async fn change(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
    Version(version): Version,
    Body(body): Body<Particulars>,
) -> Result<Response, Refusal> {
    let (id, reach) = (user(&id)?, caller.reach(Permission::UsersWrite));
    let changes = Changes {
        name: body.name,
        phone: body.phone,
        locale: body.locale,
        status: body.status.map(Into::into),
    };
    let now_ms = platform.now_ms();
    let person = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            write(tx, (id, &reach), version, &changes, now_ms).await?;
            people::read(tx, &reach, id).await
        })
        .await?;
    Ok(tagged(person.version, User::from(person)))
}

/// Changes somebody within reach.
pub(super) async fn write(
    tx: &Tx<'_>,
    (id, reach): (UserId, &Reach),
    version: Option<i64>,
    changes: &Changes,
    now_ms: u64,
) -> Result<(), Error> {
    let before = people::read(tx, reach, id).await?;
    people::wholly_within(tx, reach, id).await?;
    let mut faults = nova_practice::Faults::default();
    // Nobody becomes invited again, and who was never there becomes active by registering only.
    let fits = match changes.status {
        Some(Status::Invited) => before.status == Status::Invited,
        Some(Status::Active) => before.status != Status::Invited,
        _ => true,
    };
    faults.unless(
        fits,
        "status",
        "be one that follows: who is invited becomes active by registering",
    );
    faults.into_result()?;
    people::change(tx, id, version, changes).await?;
    let fields: Vec<&str> = [
        ("name", changes.name.is_some()),
        ("phone", changes.phone.is_some()),
        ("locale", changes.locale.is_some()),
        ("status", changes.status.is_some()),
    ]
    .into_iter()
    .filter_map(|(field, changed)| changed.then_some(field))
    .collect();
    let details = serde_json::json!({ "fields": fields, "status": changes.status.map(Status::name) });
    tx.audit(Entry::new("user.change", "user", id.uuid()).details(details));
    if changes.status == Some(Status::Disabled) {
        sessions::end(tx, id, Which::All, Because::Disabled, now_ms).await?;
    }
    Ok(())
}

/// Remove a user
///
/// Roles that you may take away are taken away. Who has none left may not sign in any more; what they did stays in the
/// audit.
#[utoipa::path(
    delete, path = "/v1/users/{id}", operation_id = "removeUser", tag = "users",
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 204, description = "They are gone"))
)]
pub(crate) async fn remove(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<StatusCode, Refusal> {
    let (id, reach) = (user(&id)?, caller.reach(Permission::UsersWrite));
    let now_ms = platform.now_ms();
    platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            let person = people::read(tx, &reach, id).await?;
            let wholly = people::wholly_within(tx, &reach, id).await.is_ok();
            if wholly {
                let changes = Changes {
                    status: Some(Status::Disabled),
                    ..Changes::default()
                };
                write(tx, (id, &reach), None, &changes, now_ms).await?;
            }
            for given in person.roles {
                let grant = roles::read(tx, &reach, id, given.id).await?;
                caller.grants.may_grant(grant)?;
                roles::take(tx, id, given.id).await?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign a user out everywhere
#[utoipa::path(
    post, path = "/v1/users/{id}/sign-out", operation_id = "signUserOut", tag = "users",
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 200, description = "How many sessions ended", body = Ended))
)]
pub(crate) async fn sign_out(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<Ended>, Refusal> {
    let (id, reach) = (user(&id)?, caller.reach(Permission::UsersWrite));
    let now_ms = platform.now_ms();
    let ended = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            people::read(tx, &reach, id).await?;
            people::wholly_within(tx, &reach, id).await?;
            sessions::end(tx, id, Which::All, Because::Everywhere, now_ms).await
        })
        .await?;
    Ok(Json(Ended { ended }))
}

/// Take a user's second factor away
///
/// For whoever has lost phone and codes: after you have made sure that it is them. Every session ends; the next sign-in
/// takes the password alone, and roles that need a second factor count once a new one is set up.
#[utoipa::path(
    delete, path = "/v1/users/{id}/second-factor", operation_id = "removeSecondFactor", tag = "users",
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn forget_second_factor(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<StatusCode, Refusal> {
    let (id, reach) = (user(&id)?, caller.reach(Permission::UsersWrite));
    let now_ms = platform.now_ms();
    platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            people::read(tx, &reach, id).await?;
            second_factor::remove(tx, id).await?;
            sessions::end(tx, id, Which::All, Because::SecondFactorReset, now_ms).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
