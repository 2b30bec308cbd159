//! Invitations.

use super::{grant, user};
use crate::shapes::{NewRole, User, moment};
use axum::{extract::State, response::Response};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Keyed, Platform, Refusal, letters, made, tagged};
use nova_http::{Body, Named};
use nova_practice::{
    Faults, UserId,
    access::{Grant, Permission},
    signin::link::Purpose,
};
use nova_practice_store::{
    Error, Tx,
    audit::Entry,
    identity::{
        keyed::{self, Answer},
        links,
        people::{self, Changes, Status},
        roles,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom to invite.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvitation {
    /// The address.
    #[schema(example = "claire@example.org")]
    email: String,
    /// The name.
    #[schema(example = "Claire M.")]
    name: String,
    /// The language [default: fr].
    #[schema(example = "fr")]
    locale: Option<String>,
    /// Roles; one at least.
    #[schema(min_items = 1)]
    roles: Vec<NewRole>,
}

/// An invitation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Invitation {
    /// Who is invited.
    pub user: User,
    /// What the invitation is accepted with, shown this once; they are sent it, too. None when the person is there
    /// already and only got the roles, or when the request was a repetition.
    #[schema(example = "nova_inv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub token: Option<String>,
    /// How long it works.
    #[schema(example = "2026-11-28T08:00:00Z")]
    pub expires_at: Option<Timestamp>,
}

/// Invite somebody
///
/// They are sent a letter, and set a password with it. Somebody who is there already gets the roles.
#[utoipa::path(
    post, path = "/v1/invitations", operation_id = "invite", tag = "users", request_body = NewInvitation,
    responses((status = 201, description = "The invitation", body = Invitation))
)]
pub(crate) async fn invite(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<NewInvitation>,
) -> Result<Response, Refusal> {
    let email = people::address(&body.email);
    let changes = Changes {
        name: Some(body.name.clone()),
        locale: body.locale.clone(),
        ..Changes::default()
    };
    people::check(Some(&email), &changes)?;
    let mut faults = Faults::default();
    faults.unless((1..=20).contains(&body.roles.len()), "roles", "hold 1 to 20 roles");
    faults.into_result()?;
    let grants: Vec<Grant> = body.roles.iter().map(grant).collect::<Result<_, _>>()?;
    for grant in &grants {
        caller.grants.may_grant(*grant)?;
    }
    let print = key.fingerprint(&body);
    let (version, invitation) = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            if let Some(key) = &key.key
                && let Some(answer) = keyed::claim(tx, caller.user, key, &print).await?
            {
                return serde_json::from_value(answer.body).map_err(|_| stale_answer());
            }
            let (version, mut invitation) = new(&platform, &caller, tx, (&email, &body), &grants).await?;
            if let Some(key) = &key.key {
                let token = invitation.token.take();
                let answer = Answer {
                    status: 201,
                    body: serde_json::to_value((version, &invitation)).unwrap_or_default(),
                };
                keyed::keep(tx, caller.user, key, &print, &answer).await?;
                invitation.token = token;
            }
            Ok((version, invitation))
        })
        .await?;
    Ok(shown(version, &invitation))
}

/// An invitation, with the address and the version of whoever is invited.
fn shown(version: i64, invitation: &Invitation) -> Response {
    made(
        &format!("/v1/users/{}", invitation.user.id),
        tagged(version, invitation),
    )
}

async fn new(
    platform: &Platform,
    caller: &Caller,
    tx: &Tx<'_>,
    (email, body): (&str, &NewInvitation),
    grants: &[Grant],
) -> Result<(i64, Invitation), Error> {
    let id = if let Some(id) = people::by_email(tx, email).await? {
        id
    } else {
        let id = UserId(platform.new_id());
        people::invite(tx, id, email, body.name.trim(), body.locale.as_deref()).await?;
        tx.audit(Entry::new("user.invite", "user", id.uuid()));
        id
    };
    for grant in grants {
        roles::give(tx, platform.new_id(), id, *grant, Some(caller.user)).await?;
    }
    let reach = caller.reach(Permission::UsersRead);
    let person = people::read(tx, &reach, id).await?;
    // Only who may change the person may hold what lets the person in.
    let waits = person.status == Status::Invited && people::wholly_within(tx, &reach, id).await.is_ok();
    let token = if waits {
        Some(link(platform, caller, tx, id).await?)
    } else {
        None
    };
    let expires_at = token
        .as_ref()
        .map(|_| moment(platform.now_ms() + Purpose::Invitation.lifetime_ms()));
    let invitation = Invitation {
        token,
        expires_at,
        user: person.clone().into(),
    };
    Ok((person.version, invitation))
}

/// Invite somebody again
///
/// For whoever has not accepted: a new letter; the one before works no longer.
#[utoipa::path(
    post, path = "/v1/users/{id}/invitation", operation_id = "inviteAgain", tag = "users",
    params(("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 201, description = "The invitation", body = Invitation))
)]
pub(crate) async fn again(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<Response, Refusal> {
    let (id, reach) = (user(&id)?, caller.reach(Permission::UsersWrite));
    let (version, invitation) = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            let person = people::read(tx, &reach, id).await?;
            people::wholly_within(tx, &reach, id).await?;
            if person.status != Status::Invited {
                return Err(Failure::new(Code::USER_EXISTS, "the invitation was accepted, or taken back").into());
            }
            let token = link(&platform, &caller, tx, id).await?;
            let invitation = Invitation {
                token: Some(token),
                expires_at: Some(moment(platform.now_ms() + Purpose::Invitation.lifetime_ms())),
                user: person.clone().into(),
            };
            Ok((person.version, invitation))
        })
        .await?;
    Ok(shown(version, &invitation))
}

/// A link for somebody who is invited, and the letter with it.
pub(super) async fn link(platform: &Platform, caller: &Caller, tx: &Tx<'_>, to: UserId) -> Result<String, Error> {
    let who = (to, Some(caller.user));
    let token = links::make(tx, platform.entropy(), Purpose::Invitation, who, platform.now_ms()).await?;
    letters::leave(platform, tx, ("user.invited", to), &token).await?;
    Ok(token)
}

fn stale_answer() -> Error {
    Failure::new(
        Code::KEY_REUSED,
        "the Idempotency-Key belongs to a request of an earlier version",
    )
    .into()
}
