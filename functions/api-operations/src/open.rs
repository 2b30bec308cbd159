//! What everyone may read.

use axum::{Json, response::IntoResponse};
use nova_errors::{Code, Failure};
use nova_http::{Named, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// That the API answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of Nova.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// What a code stands for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explained {
    /// The code.
    #[schema(example = "NOVA-1901")]
    code: String,
    /// What it stands for.
    #[schema(example = "The operation does not exist")]
    title: &'static str,
    /// What to do in general.
    #[schema(example = "`nova status --all` lists the operations.")]
    remedy: &'static str,
    /// The HTTP status of answers with this code.
    #[schema(example = 404)]
    status: u16,
    /// How the command line exits on it.
    #[schema(example = 2)]
    exit: u8,
}

/// Whether the API answers
#[utoipa::path(
    get, path = "/health", operation_id = "getHealth", tag = "about",
    responses((status = 200, description = "It does", body = Health))
)]
pub(crate) async fn health() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// This document
#[utoipa::path(
    get, path = "/v1/openapi.json", operation_id = "getDocument", tag = "about",
    responses((status = 200, description = "Every address, request and answer", body = Object))
)]
pub(crate) async fn openapi() -> impl IntoResponse {
    Json(crate::document())
}

/// What a code stands for
#[utoipa::path(
    get, path = "/v1/errors/{code}", operation_id = "explainError", tag = "about",
    params(("code" = String, Path, description = "The code", example = "NOVA-1901")),
    responses((status = 200, description = "What it stands for", body = Explained))
)]
pub(crate) async fn error(Named(code): Named) -> Result<Json<Explained>, Problem> {
    let number = code.strip_prefix("NOVA-").and_then(|number| number.parse().ok());
    let Some(found) = number.and_then(Code::by_number) else {
        return Err(Failure::new(Code::NO_ROUTE, format!("there is no code {code:?}")).into());
    };
    Ok(Json(Explained {
        code: found.to_string(),
        title: found.title,
        remedy: found.remedy,
        status: nova_http::status(found).as_u16(),
        exit: found.exit as u8,
    }))
}
