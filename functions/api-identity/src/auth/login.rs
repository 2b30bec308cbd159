//! Signing in.
//!
//! 1. The attempt is counted, for the account and for the address, before anything else.
//! 2. The password is compared with a hash, of somebody or of nobody: it takes as long either way, and the answer is
//!    the same.
//! 3. Whoever has set up an authenticator app gets a challenge instead of tokens, which is good for one code.

use super::{SIGN_IN, throttled};
use axum::{Extension, Json, extract::State};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Client, Platform, Refusal};
use nova_http::{Body, RequestId};
use nova_practice::{
    SessionId, UserId,
    signin::{
        password, random, refresh, throttle,
        token::{ACCESS_MS, CHALLENGE_MS, Kind},
        totp::Verdict,
    },
};
use nova_practice_store::{
    Actor, Error,
    audit::Entry,
    identity::{
        passwords, people,
        people::Status,
        roles,
        second_factor::{self, Of},
        sessions::{self, New},
        throttles::{self, Counted},
    },
};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use utoipa::ToSchema;
use uuid::Uuid;

/// Address and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The address.
    #[schema(example = "claire@example.org")]
    email: String,
    /// The password.
    #[schema(example = "une molaire sous la pluie", format = Password)]
    password: String,
}

/// How far signing in has come.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub(crate) enum SignIn {
    /// Done.
    SignedIn(Tokens),
    /// A code of the authenticator app is needed, or a backup code.
    SecondFactor(Challenge),
}

/// What a session is used with.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Tokens {
    /// For requests: `Authorization: Bearer …`.
    #[schema(example = "eyJhbGciOiJFZERTQSIsImtpZCI6Ii4uLiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln")]
    pub access_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds that the access token is good for.
    #[schema(example = 600)]
    pub expires_in: u64,
    /// For the next access token: works once; keep the newest.
    #[schema(example = "nova_rt_AZLwxAAAcACAAAAAAAAAAQAAAAE")]
    pub refresh_token: String,
    /// Seconds that the refresh token is good for when it is not used.
    #[schema(example = 604_800)]
    pub refresh_expires_in: u64,
    /// The session.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000004")]
    pub session_id: Uuid,
    /// A role of yours counts only once an authenticator app is set up, and it is not: `POST /v1/auth/totp`.
    #[schema(example = false)]
    pub second_factor_needed: bool,
}

/// The password was right; who has it must show a code.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Challenge {
    /// Goes back with the code, to `/v1/auth/second-factor`; good for one sign-in.
    #[schema(example = "eyJhbGciOiJFZERTQSIsImtpZCI6Ii4uLiIsInR5cCI6Im5vdmEtY2hhbGxlbmdlK2p3dCJ9.e30.c2ln")]
    pub challenge: String,
    /// Seconds that it is good for.
    #[schema(example = 300)]
    pub expires_in: u64,
}

/// A code for a challenge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondStep {
    /// The challenge.
    #[schema(example = "eyJhbGciOiJFZERTQSIsImtpZCI6Ii4uLiIsInR5cCI6Im5vdmEtY2hhbGxlbmdlK2p3dCJ9.e30.c2ln")]
    challenge: String,
    /// What the authenticator app shows.
    #[schema(example = "287082")]
    code: Option<String>,
    /// Instead of it, one of the codes on paper.
    #[schema(example = json!(null))]
    backup_code: Option<String>,
}

/// Sign in
///
/// With an authenticator app set up, the answer is a challenge for `/v1/auth/second-factor`. Wrong passwords and unknown
/// addresses are one answer.
#[utoipa::path(
    post, path = "/v1/auth/login", operation_id = "signIn", tag = "sign-in", request_body = Login,
    responses((status = 200, description = "Signed in, or half of it", body = SignIn))
)]
pub(crate) async fn login(
    State(platform): State<Platform>,
    Extension(RequestId(request)): Extension<RequestId>,
    client: Client,
    Body(body): Body<Login>,
) -> Result<Json<SignIn>, Refusal> {
    let email = people::address(&body.email);
    throttled::attempt(&platform, &client, (&throttle::ACCOUNT, "password", &email)).await?;
    let known = platform
        .store()
        .with_group(&SIGN_IN, async |tx| passwords::by_email(tx, &email).await)
        .await?;
    let (hash, password) = (known.as_ref().and_then(|known| known.hash.clone()), body.password);
    let salt = random(platform.entropy());
    let (right, newer) = platform
        .hard(move || compared(hash.as_deref(), &password, &salt))
        .await?;
    let Some(known) = known.as_ref().filter(|known| right && known.status == Status::Active) else {
        let whose = known.map(|known| known.user);
        return Err(refused(&platform, &request, whose).await?);
    };
    let id = SessionId(platform.new_id());
    let now_ms = platform.now_ms();
    let session = (!known.second_factor).then(|| new(id, known.user, false, &client));
    let address = client.address_text();
    platform
        .store()
        .with_group_for(&Actor::User(known.user), &request, "", async |tx| {
            throttles::forgive(
                tx,
                Counted {
                    what: "password",
                    of: &email,
                },
            )
            .await?;
            throttles::strike_off(
                tx,
                Counted {
                    what: "address",
                    of: &address,
                },
            )
            .await?;
            if let (Some(newer), Some(old)) = (&newer, &known.hash) {
                passwords::renew(tx, known.user, old, newer).await?;
            }
            match &session {
                Some(session) => sessions::begin(tx, session, now_ms).await,
                None => Ok(()),
            }
        })
        .await?;
    let version = u64::try_from(known.grants_version).unwrap_or(0);
    if known.second_factor {
        let challenge = platform.sign(Kind::Challenge, (known.user, id, version)).await?;
        return Ok(Json(SignIn::SecondFactor(Challenge {
            challenge,
            expires_in: CHALLENGE_MS / 1000,
        })));
    }
    let tokens = tokens(&platform, (known.user, id, version), 0, false).await?;
    Ok(Json(SignIn::SignedIn(tokens)))
}

/// Finish signing in with a code
#[utoipa::path(
    post, path = "/v1/auth/second-factor", operation_id = "signInWithCode", tag = "sign-in", request_body = SecondStep,
    responses((status = 200, description = "Signed in", body = SignIn))
)]
pub(crate) async fn second_step(
    State(platform): State<Platform>,
    Extension(RequestId(request)): Extension<RequestId>,
    client: Client,
    Body(body): Body<SecondStep>,
) -> Result<Json<SignIn>, Refusal> {
    let Ok(claims) = platform.read(Kind::Challenge, &body.challenge).await else {
        return Err(Failure::new(
            Code::SIGN_IN_REFUSED,
            "the challenge is not one of this platform, or too old",
        )
        .into());
    };
    let user = claims.sub;
    throttled::attempt(&platform, &client, (&throttle::CODE, "code", &user.to_string())).await?;
    let now_ms = platform.now_ms();
    let master = platform.master();
    let session = new(claims.sid, user, true, &client);
    let address = client.address_text();
    let begun = platform
        .store()
        .with_group_for(&Actor::User(user), &request, "", async |tx| {
            let known = passwords::by_id(tx, user).await?;
            // A challenge is worth nothing once the password is another one.
            let still = known.filter(|known| known.status == Status::Active && known.changed_ms / 1000 <= claims.iat);
            let Some(known) = still else { return Ok(None) };
            let right = match (&body.code, &body.backup_code) {
                (Some(code), None) => {
                    let verdict = second_factor::check(tx, master, user, Of::Confirmed, code, now_ms).await?;
                    matches!(verdict, Verdict::Right { .. })
                }
                (None, Some(code)) => second_factor::use_code(tx, master, user, code, now_ms).await?,
                _ => false,
            };
            if !right {
                return Ok(None);
            }
            throttles::forgive(
                tx,
                Counted {
                    what: "code",
                    of: &user.to_string(),
                },
            )
            .await?;
            throttles::strike_off(
                tx,
                Counted {
                    what: "address",
                    of: &address,
                },
            )
            .await?;
            // The session's id stands in the challenge: a second sign-in with it finds it taken.
            sessions::begin(tx, &session, now_ms).await?;
            Ok(Some(known.grants_version))
        })
        .await;
    let begun = match begun {
        Err(Error::Duplicate(_)) => None,
        other => other?,
    };
    let Some(version) = begun else {
        return Err(refused(&platform, &request, Some(user)).await?);
    };
    let who = (user, claims.sid, u64::try_from(version).unwrap_or(0));
    Ok(Json(SignIn::SignedIn(tokens(&platform, who, 0, true).await?)))
}

/// Whether it is the password; and its hash with newer parameters, where the old one is outdated.
fn compared(hash: Option<&str>, given: &str, salt: &[u8; 16]) -> Result<(bool, Option<String>), Failure> {
    /// The hash of nobody's password: comparing with it takes as long.
    static NOBODY: OnceLock<String> = OnceLock::new();
    let Some(hash) = hash else {
        let nobody = if let Some(nobody) = NOBODY.get() {
            nobody
        } else {
            let made = password::hash("nobody has this password", salt)?;
            NOBODY.get_or_init(|| made)
        };
        password::verify(given, nobody)?;
        return Ok((false, None));
    };
    let verdict = password::verify(given, hash)?;
    let newer = (verdict.matches && verdict.outdated).then(|| password::hash(given, salt));
    Ok((verdict.matches, newer.transpose()?))
}

/// Writes down that somebody was refused; the answer does not say why.
async fn refused(platform: &Platform, request: &str, whose: Option<UserId>) -> Result<Refusal, Refusal> {
    platform
        .store()
        .with_group_for(&SIGN_IN, request, "", async |tx| {
            tx.audit(Entry::new("sign-in.refused", "user", whose.map(UserId::uuid)));
            Ok(())
        })
        .await?;
    let cause = "address, password or code are not right, or signing in is not allowed";
    Ok(Failure::new(Code::SIGN_IN_REFUSED, cause).into())
}

fn new(id: SessionId, user: UserId, second_factor: bool, client: &Client) -> New {
    New {
        id,
        user,
        second_factor,
        agent: client.agent.clone(),
        address: client.address_text(),
    }
}

/// The tokens of a session.
pub(crate) async fn tokens(
    platform: &Platform,
    (user, session, version): (UserId, SessionId, u64),
    number: u32,
    second_factor: bool,
) -> Result<Tokens, Refusal> {
    let needed = platform
        .store()
        .with_group(&SIGN_IN, async |tx| roles::of(tx, user).await)
        .await?
        .need_second_factor();
    Ok(Tokens {
        access_token: platform.sign(Kind::Access, (user, session, version)).await?,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_MS / 1000,
        refresh_token: refresh::write(platform.master(), session, number),
        refresh_expires_in: refresh::IDLE_MS / 1000,
        session_id: session.uuid(),
        second_factor_needed: needed && !second_factor,
    })
}
