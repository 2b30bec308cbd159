//! Authenticator apps and backup codes.

use super::throttled;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Client, Platform, Refusal, added};
use nova_http::Body;
use nova_practice::signin::{
    throttle,
    totp::{self, Verdict},
};
use nova_practice_store::{
    Tx,
    identity::{
        people,
        second_factor::{self, Of},
        sessions,
        throttles::{self, Counted},
    },
};
use qrcode::{QrCode, render::svg};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an authenticator app needs. It is shown once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Setup {
    /// What the app scans.
    #[schema(
        example = "otpauth://totp/Nova:claire@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nova&algorithm=SHA1&digits=6&period=30"
    )]
    pub uri: String,
    /// The same for typing.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    /// The same as a picture.
    #[schema(example = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    pub qr_svg: String,
}

/// A code of the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code6 {
    /// What the app shows now.
    #[schema(example = "287082")]
    code: String,
}

/// Codes for when the app is gone. They are shown once; each works once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct BackupCodes {
    /// Ten of them.
    #[schema(example = json!(["7K2QM-X94TD"]))]
    pub backup_codes: Vec<String>,
}

/// Begin setting up an authenticator app
///
/// Nothing counts before a code was confirmed; asking again makes a new secret.
#[utoipa::path(
    post, path = "/v1/auth/totp", operation_id = "prepareTotp", tag = "sign-in",
    responses((status = 201, description = "What the app needs", body = Setup))
)]
pub(crate) async fn prepare(State(platform): State<Platform>, caller: Caller) -> Result<Response, Refusal> {
    let now_ms = platform.now_ms();
    let (email, secret) = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            let secret =
                second_factor::prepare(tx, (platform.master(), platform.entropy()), caller.user, now_ms).await?;
            Ok((people::oneself(tx, caller.user).await?.email, secret))
        })
        .await?;
    let uri = totp::uri("Nova", &email, &secret);
    let code = QrCode::new(uri.as_bytes()).map_err(|_| Failure::new(Code::INTERNAL, "no picture of the secret"))?;
    let picture = code.render::<svg::Color>().min_dimensions(240, 240).build();
    let setup = Setup {
        secret: totp::base32(&secret),
        qr_svg: picture,
        uri,
    };
    Ok(added("/v1/auth/totp", &setup))
}

/// Confirm the authenticator app
///
/// From now on signing in asks for a code; this session counts as having shown one.
#[utoipa::path(
    post, path = "/v1/auth/totp/confirm", operation_id = "confirmTotp", tag = "sign-in", request_body = Code6,
    responses((status = 200, description = "Codes to keep on paper", body = BackupCodes))
)]
pub(crate) async fn confirm(
    State(platform): State<Platform>,
    caller: Caller,
    client: Client,
    Body(body): Body<Code6>,
) -> Result<Json<BackupCodes>, Refusal> {
    let now_ms = platform.now_ms();
    let backup_codes = with_code(&platform, (&caller, &client), (Of::Pending, &body.code), async |tx| {
        let keys = (platform.master(), platform.entropy());
        let codes = second_factor::confirm(tx, keys, caller.user, now_ms).await?;
        sessions::strengthen(tx, caller.session).await?;
        Ok(codes)
    })
    .await?;
    Ok(Json(BackupCodes { backup_codes }))
}

/// Take the authenticator app away
///
/// Sessions that have shown a code end, except this one.
#[utoipa::path(
    post, path = "/v1/auth/totp/remove", operation_id = "removeTotp", tag = "sign-in", request_body = Code6,
    responses((status = 204, description = "It is gone, with its backup codes"))
)]
pub(crate) async fn remove(
    State(platform): State<Platform>,
    caller: Caller,
    client: Client,
    Body(body): Body<Code6>,
) -> Result<StatusCode, Refusal> {
    let now_ms = platform.now_ms();
    with_code(&platform, (&caller, &client), (Of::Confirmed, &body.code), async |tx| {
        second_factor::remove(tx, caller.user).await?;
        let others = sessions::Which::Others(caller.session);
        sessions::end(tx, caller.user, others, sessions::Because::SecondFactorReset, now_ms).await?;
        sessions::weaken(tx, caller.session).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new backup codes
///
/// Earlier ones work no longer.
#[utoipa::path(
    post, path = "/v1/auth/backup-codes", operation_id = "makeBackupCodes", tag = "sign-in", request_body = Code6,
    responses((status = 200, description = "Codes to keep on paper", body = BackupCodes))
)]
pub(crate) async fn codes(
    State(platform): State<Platform>,
    caller: Caller,
    client: Client,
    Body(body): Body<Code6>,
) -> Result<Json<BackupCodes>, Refusal> {
    let now_ms = platform.now_ms();
    let backup_codes = with_code(&platform, (&caller, &client), (Of::Confirmed, &body.code), async |tx| {
        let keys = (platform.master(), platform.entropy());
        second_factor::new_codes(tx, keys, caller.user, now_ms).await
    })
    .await?;
    Ok(Json(BackupCodes { backup_codes }))
}

/// Does something in one transaction with the use of a code.
async fn with_code<T>(
    platform: &Platform,
    (caller, client): (&Caller, &Client),
    (of, code): (Of, &str),
    work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, nova_practice_store::Error>,
) -> Result<T, Refusal> {
    let who = caller.user.to_string();
    throttled::attempt(platform, client, (&throttle::CODE, "code", &who)).await?;
    let now_ms = platform.now_ms();
    let done = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            let state = second_factor::state(tx, caller.user).await?;
            if (of == Of::Confirmed) != state.since_ms.is_some() {
                let cause = match of {
                    Of::Pending => "an authenticator app is set up already",
                    Of::Confirmed => "no authenticator app is set up",
                };
                return Err(Failure::new(Code::SECOND_FACTOR_STATE, cause).into());
            }
            let verdict = second_factor::check(tx, platform.master(), caller.user, of, code, now_ms).await?;
            if let Verdict::Right { .. } = verdict {
                throttles::forgive(tx, Counted { what: "code", of: &who }).await?;
                return work(tx).await;
            }
            let cause = match verdict {
                Verdict::Used => "the code was used before; wait for the next one",
                _ => "the code is not the one that the app shows now",
            };
            Err(Failure::new(Code::CODE_REFUSED, cause).into())
        })
        .await?;
    Ok(done)
}
