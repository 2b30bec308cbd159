//! Operations, many or one.

use crate::{
    Api,
    reading::operations::{self, Always, Filter, Shown},
};
use axum::{Json, extract::State};
use nova_clone::Status;
use nova_http::{Named, Parameters, Problem};
use nova_kit::{requests, rollback_points_among};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Operations on a page when nobody says how many.
const LIMIT: usize = 20;

/// Most operations on a page.
const MOST: usize = 100;

/// Which operations are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those in this state.
    #[param(value_type = Option<String>, example = "completed")]
    status: Option<Status>,
    /// Only those on this target.
    #[param(example = "test")]
    target: Option<String>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of operations.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Operations {
    /// Newest first, without their tables.
    pub operations: Vec<Shown>,
    /// What the next page begins with; none on the last page. A page with a next one may hold fewer operations than asked
    /// for.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// List operations
#[utoipa::path(
    get, path = "/v1/operations", operation_id = "listOperations", tag = "operations", params(Which),
    responses((status = 200, description = "A page of operations, newest first", body = Operations))
)]
pub(crate) async fn list(
    State(api): State<Api>,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Operations>, Problem> {
    let filter = Filter {
        status: which.status,
        target: which.target,
    };
    let limit = which.limit.unwrap_or(LIMIT).clamp(1, MOST);
    let (found, next) = operations::page(&api.ports, &filter, which.cursor.as_deref(), limit).await?;
    let mut shown = Vec::with_capacity(found.len());
    for operation in &found {
        shown.push(Shown::of(&api.ports, &Always, operation).await?);
    }
    if shown.iter().any(|shown| shown.summary.rollback_id.is_some()) {
        let operations = nova_kit::operations(&api.ports).await?;
        for shown in &mut shown {
            let points = rollback_points_among(&operations, &shown.summary.target);
            shown.forget_used(points.iter());
        }
    }
    Ok(Json(Operations {
        operations: shown,
        next,
    }))
}

/// Show an operation
#[utoipa::path(
    get, path = "/v1/operations/{id}", operation_id = "showOperation", tag = "operations",
    params(("id" = String, Path, description = "The operation", example = "01jz0000000000000000000001")),
    responses((status = 200, description = "Where it stands", body = Shown))
)]
pub(crate) async fn show(State(api): State<Api>, Named(id): Named) -> Result<Json<Shown>, Problem> {
    let operation = requests::named(&api.ports, &id).await?;
    Ok(Json(Shown::in_full(&api.ports, &Always, &operation).await?))
}
