//! Accepting an invitation.

use super::SIGN_IN;
use crate::shapes::User;
use axum::{Extension, Json, extract::State, response::Response};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Platform, Refusal, made};
use nova_http::{Body, RequestId};
use nova_practice::signin::{link::Purpose, password, random};
use nova_practice_store::{
    Actor,
    identity::{
        links, passwords,
        people::{self, Changes, Status},
    },
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What an invitation is answered with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// The token of the invitation.
    #[schema(example = "nova_inv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    token: String,
    /// The password: at least twelve characters.
    #[schema(example = "une molaire sous la pluie", format = Password, min_length = 12)]
    password: String,
    /// The name, where the invitation has it wrong.
    #[schema(example = "Claire M.")]
    name: Option<String>,
    /// A telephone number.
    #[schema(example = "+33 1 99 00 12 34")]
    phone: Option<String>,
}

/// Accept an invitation
///
/// The invitation works once. Sign in afterwards.
#[utoipa::path(
    post, path = "/v1/auth/register", operation_id = "register", tag = "sign-in", request_body = Register,
    responses((status = 201, description = "Who may sign in now", body = User))
)]
pub(crate) async fn register(
    State(platform): State<Platform>,
    Extension(RequestId(request)): Extension<RequestId>,
    Body(body): Body<Register>,
) -> Result<Response, Refusal> {
    let changes = Changes {
        name: body.name,
        phone: body.phone,
        ..Changes::default()
    };
    people::check(None, &changes)?;
    let now_ms = platform.now_ms();
    let invited = platform
        .store()
        .with_group(&SIGN_IN, async |tx| {
            let user = links::look(tx, Purpose::Invitation, &body.token, now_ms).await?;
            people::oneself(tx, user).await
        })
        .await?;
    password::accept(&body.password, &invited.email, &invited.name)?;
    let (salt, given) = (random(platform.entropy()), body.password);
    let hash = platform.hard(move || password::hash(&given, &salt)).await?;
    let user = platform
        .store()
        .with_group_for(&Actor::User(invited.id), &request, "", async |tx| {
            let user = links::redeem(tx, Purpose::Invitation, &body.token, now_ms).await?;
            if people::oneself(tx, user).await?.status != Status::Invited {
                return Err(Failure::new(Code::LINK_OVER, "the invitation was accepted, or taken back").into());
            }
            passwords::set(tx, user, &hash, now_ms).await?;
            people::activate(tx, user, &changes).await?;
            people::oneself(tx, user).await
        })
        .await?;
    Ok(made("/v1/auth/me", Json(User::from(user))))
}
