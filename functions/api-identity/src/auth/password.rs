//! A password is changed by who knows it, or reset by who reads the letter.

use super::{SIGN_IN, throttled};
use axum::{Extension, Json, extract::State, http::StatusCode};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Client, Platform, Refusal, letters};
use nova_http::{Body, RequestId};
use nova_practice::{
    UserId,
    signin::{link::Purpose, password, random, throttle},
};
use nova_practice_store::{
    Actor,
    audit::Entry,
    identity::{
        links, passwords,
        people::{self, Status},
        sessions::{self, Because, Which},
        throttles::{self, Counted},
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new password for the old one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// The password as it is.
    #[schema(example = "une molaire sous la pluie", format = Password)]
    current: String,
    /// The password as it is to be.
    #[schema(example = "quatre dents et un parapluie", format = Password, min_length = 12)]
    new: String,
}

/// Who forgot the password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// The address.
    #[schema(example = "claire@example.org")]
    email: String,
}

/// The request was taken; whether there is such a person is not said.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Asked {
    /// `A letter is on its way if somebody has this address.`
    #[schema(example = "A letter is on its way if somebody has this address.")]
    pub message: String,
}

/// A new password for a letter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    /// The token of the letter.
    #[schema(example = "nova_pwr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    token: String,
    /// The password as it is to be.
    #[schema(example = "quatre dents et un parapluie", format = Password, min_length = 12)]
    password: String,
}

/// Change your password
///
/// Every other session ends.
#[utoipa::path(
    post, path = "/v1/auth/password", operation_id = "changePassword", tag = "sign-in", request_body = NewPassword,
    responses((status = 204, description = "It is changed"))
)]
pub(crate) async fn change(
    State(platform): State<Platform>,
    caller: Caller,
    client: Client,
    Body(body): Body<NewPassword>,
) -> Result<StatusCode, Refusal> {
    let who = caller.user.to_string();
    throttled::attempt(&platform, &client, (&throttle::ACCOUNT, "change", &who)).await?;
    let known = platform
        .store()
        .with_group(&caller.actor(), async |tx| passwords::by_id(tx, caller.user).await)
        .await?;
    let (email, name, hash) = known
        .map(|known| (known.email, known.name, known.hash))
        .unwrap_or_default();
    let current = body.current;
    let right = platform
        .hard(move || hash.map_or(Ok(false), |hash| Ok(password::verify(&current, &hash)?.matches)))
        .await?;
    if !right {
        // Not 401: the session is as good as before.
        return Err(Failure::new(Code::NOT_PERMITTED, "the current password is another one").into());
    }
    password::accept(&body.new, &email, &name)?;
    set(
        &platform,
        (caller.user, &caller.request_id),
        body.new,
        Which::Others(caller.session),
        None,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a new password
///
/// Somebody with this address is sent a letter with a token that works once, for half an hour.
#[utoipa::path(
    post, path = "/v1/auth/password-reset", operation_id = "askForReset", tag = "sign-in", request_body = Ask,
    responses((status = 202, description = "Taken, whoever it is", body = Asked))
)]
pub(crate) async fn ask(
    State(platform): State<Platform>,
    Extension(RequestId(request)): Extension<RequestId>,
    client: Client,
    Body(body): Body<Ask>,
) -> Result<(StatusCode, Json<Asked>), Refusal> {
    let email = people::address(&body.email);
    throttled::attempt(&platform, &client, (&throttle::LETTER, "letter", &email)).await?;
    let now_ms = platform.now_ms();
    platform
        .store()
        .with_group_for(&SIGN_IN, &request, "", async |tx| {
            let known = passwords::by_email(tx, &email).await?;
            let Some(known) = known.filter(|known| known.status == Status::Active) else {
                return Ok(());
            };
            let token = links::make(tx, platform.entropy(), Purpose::Reset, (known.user, None), now_ms).await?;
            letters::leave(&platform, tx, ("password.reset", known.user), &token).await
        })
        .await?;
    let message = "A letter is on its way if somebody has this address.".to_owned();
    Ok((StatusCode::ACCEPTED, Json(Asked { message })))
}

/// Set a new password
///
/// Every session ends. A second factor stays as it is.
#[utoipa::path(
    post, path = "/v1/auth/password-reset/confirm", operation_id = "resetPassword", tag = "sign-in", request_body = Reset,
    responses((status = 204, description = "It is set"))
)]
pub(crate) async fn reset(
    State(platform): State<Platform>,
    Extension(RequestId(request)): Extension<RequestId>,
    Body(body): Body<Reset>,
) -> Result<StatusCode, Refusal> {
    let now_ms = platform.now_ms();
    let whose = platform
        .store()
        .with_group(&SIGN_IN, async |tx| {
            let user = links::look(tx, Purpose::Reset, &body.token, now_ms).await?;
            people::oneself(tx, user).await
        })
        .await?;
    password::accept(&body.password, &whose.email, &whose.name)?;
    set(
        &platform,
        (whose.id, &request),
        body.password,
        Which::All,
        Some(&body.token),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets a password and ends sessions, in one transaction with the use of the link.
async fn set(
    platform: &Platform,
    (user, request): (UserId, &str),
    password: String,
    ending: Which,
    link: Option<&str>,
) -> Result<(), Refusal> {
    let salt = random(platform.entropy());
    let hash = platform.hard(move || password::hash(&password, &salt)).await?;
    let now_ms = platform.now_ms();
    let actor = Actor::User(user);
    let done = platform.store().with_group_for(&actor, request, "", async |tx| {
        if let Some(token) = link {
            links::redeem(tx, Purpose::Reset, token, now_ms).await?;
        }
        passwords::set(tx, user, &hash, now_ms).await?;
        sessions::end(tx, user, ending, Because::PasswordChanged, now_ms).await?;
        let whose = user.to_string();
        throttles::forgive(
            tx,
            Counted {
                what: "change",
                of: &whose,
            },
        )
        .await?;
        tx.audit(Entry::new("password.set", "user", user.uuid()));
        Ok(())
    });
    Ok(done.await?)
}
