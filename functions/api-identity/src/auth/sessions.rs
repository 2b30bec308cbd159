//! Sessions: going on, looking at them, ending them.

use super::{SIGN_IN, login};
use axum::{Extension, Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Platform, Refusal};
use nova_http::{Body, Named, RequestId};
use nova_practice::{
    SessionId,
    signin::refresh::{self, Outcome},
};
use nova_practice_store::{
    identity::{
        nothing_here,
        sessions::{self, Because, Which},
    },
    outbox,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    /// The newest one.
    #[schema(example = "nova_rt_AZLwxAAAcACAAAAAAAAAAQAAAAE")]
    refresh_token: String,
}

/// A sign-in on one device.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Session {
    /// The id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000004")]
    pub id: Uuid,
    /// It is the one that asks.
    #[schema(example = true)]
    pub current: bool,
    /// When it began.
    #[schema(example = "2026-11-20T07:58:12Z")]
    pub began_at: Timestamp,
    /// When it was last refreshed.
    #[schema(example = "2026-11-20T09:12:40Z")]
    pub refreshed_at: Timestamp,
    /// It has shown a second factor.
    #[schema(example = true)]
    pub second_factor: bool,
    /// What the client calls itself.
    #[schema(example = "Mozilla/5.0")]
    pub agent: String,
    /// Where it came from, where that is known.
    #[schema(example = "192.0.2.7")]
    pub address: String,
}

/// Sessions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Sessions {
    /// Newest first.
    pub sessions: Vec<Session>,
}

/// How many sessions ended.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Ended {
    /// So many.
    #[schema(example = 2)]
    pub ended: u64,
}

/// Go on with a session
///
/// Each refresh token works once. Within ten seconds, the one before the current gets the current one again, so that two
/// tabs do not sign each other out; later, or with an older one, the session ends: somebody has a copy.
#[utoipa::path(
    post, path = "/v1/auth/refresh", operation_id = "refreshSession", tag = "sign-in", request_body = Refresh,
    responses((status = 200, description = "The next tokens", body = login::Tokens))
)]
pub(crate) async fn refresh(
    State(platform): State<Platform>,
    Extension(RequestId(request)): Extension<RequestId>,
    Body(body): Body<Refresh>,
) -> Result<Json<login::Tokens>, Refusal> {
    let over = || Failure::new(Code::SESSION_OVER, "the refresh token is of no session that goes on");
    let shown = refresh::read(platform.master(), body.refresh_token.trim()).ok_or_else(over)?;
    let now_ms = platform.now_ms();
    let refreshed = platform
        .store()
        .with_group_for(&SIGN_IN, &request, "", async |tx| {
            let refreshed = sessions::refresh(tx, shown.session, shown.number, now_ms).await?;
            if let Some(found) = refreshed.filter(|found| found.outcome == Outcome::Stolen) {
                let body = serde_json::json!({ "session": shown.session });
                outbox::leave(tx, "session.stolen", Some(found.user.uuid()), &body).await?;
            }
            Ok(refreshed)
        })
        .await?
        .ok_or_else(over)?;
    let number = match refreshed.outcome {
        Outcome::Rotate(number) | Outcome::Again(number) => number,
        Outcome::Over => return Err(over().into()),
        Outcome::Stolen => {
            let cause = "the refresh token had been replaced before";
            return Err(Failure::new(Code::SESSION_STOLEN, cause).into());
        }
    };
    let who = (refreshed.user, shown.session, refreshed.grants_version);
    Ok(Json(
        login::tokens(&platform, who, number, refreshed.second_factor).await?,
    ))
}

/// Sign out
#[utoipa::path(
    post, path = "/v1/auth/logout", operation_id = "signOut", tag = "sign-in",
    responses((status = 204, description = "The session is over, at once"))
)]
pub(crate) async fn logout(State(platform): State<Platform>, caller: Caller) -> Result<StatusCode, Refusal> {
    finish(&platform, &caller, Which::One(caller.session), Because::SignedOut).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out everywhere
#[utoipa::path(
    post, path = "/v1/auth/logout-everywhere", operation_id = "signOutEverywhere", tag = "sign-in",
    responses((status = 200, description = "Every session is over, this one too", body = Ended))
)]
pub(crate) async fn logout_everywhere(
    State(platform): State<Platform>,
    caller: Caller,
) -> Result<Json<Ended>, Refusal> {
    let ended = finish(&platform, &caller, Which::All, Because::Everywhere).await?;
    Ok(Json(Ended { ended }))
}

/// List your sessions
#[utoipa::path(
    get, path = "/v1/auth/sessions", operation_id = "listSessions", tag = "sign-in",
    responses((status = 200, description = "Those that go on, newest first", body = Sessions))
)]
pub(crate) async fn list(State(platform): State<Platform>, caller: Caller) -> Result<Json<Sessions>, Refusal> {
    let now_ms = platform.now_ms();
    let seen = platform
        .store()
        .with_group(&caller.actor(), async |tx| {
            sessions::list(tx, caller.user, now_ms).await
        })
        .await?;
    let sessions = seen
        .into_iter()
        .map(|seen| Session {
            current: seen.id == caller.session.uuid(),
            id: seen.id,
            began_at: seen.began_at,
            refreshed_at: seen.refreshed_at,
            second_factor: seen.second_factor,
            agent: seen.agent,
            address: seen.address,
        })
        .collect();
    Ok(Json(Sessions { sessions }))
}

/// End one of your sessions
#[utoipa::path(
    delete, path = "/v1/auth/sessions/{id}", operation_id = "endSession", tag = "sign-in",
    params(("id" = String, Path, description = "The session", example = "0192f0c4-0000-7000-8000-000000000004")),
    responses((status = 204, description = "It is over"))
)]
pub(crate) async fn end(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<StatusCode, Refusal> {
    let id: SessionId = id.parse().map_err(|_| nothing_here())?;
    match finish(&platform, &caller, Which::One(id), Because::SignedOut).await? {
        0 => Err(nothing_here().into()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

async fn finish(platform: &Platform, caller: &Caller, which: Which, because: Because) -> Result<u64, Refusal> {
    let now_ms = platform.now_ms();
    let ended = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            sessions::end(tx, caller.user, which, because, now_ms).await
        })
        .await?;
    Ok(ended)
}
