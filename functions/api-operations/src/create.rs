//! Operations begin.

use crate::{
    Api,
    access::Caller,
    bodies::Create,
    reading::operations::{Always, Shown},
};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use nova_access::Scope;
use nova_anonymization::rules::Policy;
use nova_http::{Body, Key, Named, Problem};
use nova_kit::requests::{self, Requested, RollbackRequest};

/// Says that the answer is that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Start an operation
///
/// The answer comes as soon as the request is recorded; the operation goes on by itself. With `Idempotency-Key`, sending
/// the same request again starts nothing and answers with the same operation.
#[utoipa::path(
    post, path = "/v1/operations", operation_id = "createOperation", tag = "operations",
    params(("Idempotency-Key" = Option<String>, Header, description = "A word of your choice, at most 200 characters, new for every new request")),
    request_body(content = Create, examples(
        ("clone" = (summary = "An anonymized clone", value = json!({ "kind": "clone", "source": "production", "target": "test", "anonymize": true }))),
        ("rules" = (summary = "A dry run with rules", value = json!({
            "kind": "clone", "source": "production", "target": "test", "anonymize": true, "dry_run": true,
            "rules": { "rules": [{ "tableName": "users", "columnName": "email", "anonymizationType": "email" }] }
        }))),
        ("backup" = (summary = "A backup, to go back to", value = json!({ "kind": "backup", "environment": "test" }))),
        ("rollback" = (summary = "The previous contents back", value = json!({ "kind": "rollback", "environment": "test" }))),
    )),
    responses(
        (status = 201, description = "It has been requested", body = Shown, headers(("location" = String, description = "The operation's address"))),
        (status = 200, description = "It had been requested before, with the same key", body = Shown, headers(("idempotency-replayed" = bool))),
    )
)]
pub(crate) async fn create(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Key(key): Key,
    Body(body): Body<Create>,
) -> Result<Response, Problem> {
    let key = key.as_deref();
    let of_body = |failure| Problem::from(failure).of_body();
    let requested = match body {
        Create::Clone(clone) => {
            if clone.allow_personal_data {
                caller.needs(Scope::Admin, "a clone with personal data")?;
            }
            // Rules of one's own leave out whatever the project's rules mask. A dry run shows what they would do.
            if clone.rules.is_some() && !clone.dry_run {
                caller.needs(Scope::Admin, "a clone under rules of one's own")?;
            }
            if clone.queries_source() {
                caller.needs(Scope::Admin, "a clone of the rows of a query")?;
            }
            if clone.policy == Some(Policy::Off) && !clone.dry_run {
                caller.needs(Scope::Admin, "a clone under the policy off")?;
            }
            requests::request_clone(&api.ports, &caller.actor, clone.request(), key).await
        }
        Create::Rollback(rollback) => {
            requests::request_rollback(
                &api.ports,
                &caller.actor,
                rollback.request(caller.may(Scope::Admin)),
                key,
            )
            .await
        }
        Create::Backup(backup) => requests::request_backup(&api.ports, &caller.actor, &backup.environment, key).await,
    };
    answer(&api, requested.map_err(of_body)?).await
}

/// Undo an operation
///
/// Brings back what its target held before it; of a backup: what it copied. Contents that may hold personal data need the
/// scope `admin`.
#[utoipa::path(
    post, path = "/v1/operations/{id}/rollback", operation_id = "undoOperation", tag = "operations",
    params(
        ("id" = String, Path, description = "The operation to undo", example = "01jz0000000000000000000001"),
        ("Idempotency-Key" = Option<String>, Header, description = "A word of your choice, at most 200 characters, new for every new request"),
    ),
    responses(
        (status = 201, description = "The rollback has been requested", body = Shown, headers(("location" = String, description = "The rollback's address"))),
        (status = 200, description = "It had been requested before, with the same key", body = Shown, headers(("idempotency-replayed" = bool))),
    )
)]
pub(crate) async fn rollback(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Named(id): Named,
    Key(key): Key,
) -> Result<Response, Problem> {
    let undone = requests::named(&api.ports, &id).await?;
    let request = RollbackRequest {
        environment: undone.requested.target,
        to_backup: Some(undone.id),
        personal_data_allowed: caller.may(Scope::Admin),
    };
    let requested = requests::request_rollback(&api.ports, &caller.actor, request, key.as_deref()).await?;
    answer(&api, requested).await
}

async fn answer(api: &Api, requested: Requested) -> Result<Response, Problem> {
    api.changed.notify_one();
    let operation = requests::named(&api.ports, &requested.operation).await?;
    let shown = Shown::in_full(&api.ports, &Always, &operation).await?;
    let status = if requested.repeated {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let mut response = (status, Json(shown)).into_response();
    let headers = response.headers_mut();
    if requested.repeated {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    } else if let Ok(location) = HeaderValue::from_str(&format!("/v1/operations/{}", operation.id)) {
        headers.insert(header::LOCATION, location);
    }
    Ok(response)
}
