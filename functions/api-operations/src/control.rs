//! Operations stop and go on.

use crate::{
    Api,
    access::Caller,
    bodies::Stop,
    reading::operations::{Always, Shown},
};
use axum::{Extension, Json, extract::State, http::StatusCode};
use nova_access::Scope;
use nova_errors::{Code, Failure};
use nova_http::{Named, OptionalBody, Problem};
use nova_kit::requests;

/// Stop an operation
///
/// Nothing new starts; what is at work ends within one chunk. The target stays as it is.
#[utoipa::path(
    post, path = "/v1/operations/{id}/stop", operation_id = "stopOperation", tag = "operations",
    params(("id" = String, Path, description = "The operation", example = "01jz0000000000000000000001")),
    request_body(content = Option<Stop>, description = "May be left out"),
    responses((status = 200, description = "It has stopped", body = Shown))
)]
pub(crate) async fn stop(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Named(id): Named,
    OptionalBody(stop): OptionalBody<Stop>,
) -> Result<Json<Shown>, Problem> {
    let stopped = requests::stop(&api.ports, &caller.actor, &id, stop.force).await?;
    api.changed.notify_one();
    Ok(Json(Shown::in_full(&api.ports, &Always, &stopped).await?))
}

/// Let an operation go on
///
/// One that was stopped or failed, and has kept what it had built.
#[utoipa::path(
    post, path = "/v1/operations/{id}/resume", operation_id = "resumeOperation", tag = "operations",
    params(("id" = String, Path, description = "The operation", example = "01jz0000000000000000000001")),
    responses((status = 202, description = "It goes on", body = Shown))
)]
pub(crate) async fn resume(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Named(id): Named,
) -> Result<(StatusCode, Json<Shown>), Problem> {
    let found = requests::named(&api.ports, &id).await?;
    if !found.has_ended() {
        let cause = format!("operation {id} is {} and goes on by itself", found.status().name());
        return Err(Failure::new(Code::OPERATION_RUNNING, cause).into());
    }
    if found.options().is_some_and(|options| options.allow_personal_data) {
        caller.needs(Scope::Admin, "going on with a clone with personal data")?;
    }
    let resumed = requests::resume(&api.ports, &caller.actor, &id).await?;
    nova_fn_reconcile::reconcile(&api.ports, &resumed).await?;
    api.changed.notify_one();
    let shown = Shown::in_full(&api.ports, &Always, &resumed).await?;
    Ok((StatusCode::ACCEPTED, Json(shown)))
}
