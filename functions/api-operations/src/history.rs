//! What happened in an operation: as recorded, in words, as a plan, as a report.

use crate::{
    Api,
    reading::{
        logs::{self, Entry, Place},
        masked::{self, Masked},
        report,
    },
};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Failure};
use nova_http::{Named, Parameters, Problem};
use nova_kit::{documents, requests};
use nova_words::{Level, figures};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Commits or entries on a page when nobody says how many.
const LIMIT: usize = 200;

/// Most commits or entries on a page.
const MOST: usize = 1000;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// How many, at most 1000 [default: 200].
    #[param(example = 200, minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Entries {
    /// The least severe ones: `info`, `warning` or `error` [default: info].
    #[param(value_type = Option<String>, example = "warning")]
    level: Option<Level>,
    /// Chunks and tables, too [default: false].
    #[serde(default)]
    #[param(value_type = Option<bool>, example = false)]
    detailed: bool,
    /// How many, at most 1000 [default: 200].
    #[param(example = 200, minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of the operation's own stream.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Commits {
    /// The operation.
    #[schema(example = "01jz0000000000000000000001")]
    pub operation_id: String,
    /// In order.
    pub commits: Vec<Commit>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// What was recorded at once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Commit {
    /// Its place, from 0.
    #[schema(example = 0)]
    pub number: u64,
    /// What was done; doing it twice is found out by it.
    #[schema(example = "request")]
    pub id: String,
    /// When, in UTC.
    #[schema(example = "2026-03-01T12:00:00.123Z")]
    pub at: String,
    /// Who acted.
    #[schema(example = "token:ci")]
    pub actor: String,
    /// The events, each `{type, version, data}`.
    #[schema(value_type = Vec<Object>)]
    pub events: Vec<Value>,
    /// SHA-256 of the commit before.
    #[schema(example = "")]
    pub previous_hash: String,
    /// SHA-256 of this one.
    #[schema(example = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")]
    pub hash: String,
}

/// A page of entries.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Logs {
    /// The operation.
    #[schema(example = "01jz0000000000000000000001")]
    pub operation_id: String,
    /// In the order of time.
    pub entries: Vec<Entry>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// What a clone replaces.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Planned {
    /// The operation.
    #[schema(example = "01jz0000000000000000000001")]
    pub operation_id: String,
    /// Every column that is replaced.
    pub masked_columns: Vec<Masked>,
}

/// The events of an operation
///
/// As they were recorded, each commit with the hash of the one before it.
#[utoipa::path(
    get, path = "/v1/operations/{id}/events", operation_id = "listEvents", tag = "history",
    params(("id" = String, Path, description = "The operation", example = "01jz0000000000000000000001"), From),
    responses((status = 200, description = "A page of commits", body = Commits))
)]
pub(crate) async fn events(
    State(api): State<Api>,
    Named(id): Named,
    Parameters(which): Parameters<From>,
) -> Result<Json<Commits>, Problem> {
    let operation = requests::named(&api.ports, &id).await?;
    let from = match &which.cursor {
        None => 0,
        Some(cursor) => cursor.parse().map_err(|_| unknown_cursor())?,
    };
    let stream = nova_clone::names::operation_stream(&operation.id)?;
    let stored = api.ports.log.read(&stream, from).await?;
    let limit = which.limit.unwrap_or(LIMIT).clamp(1, MOST);
    let next = stored.get(limit).map(|commit| commit.number.to_string());
    let commits = stored
        .into_iter()
        .take(limit)
        .map(|commit| Commit {
            number: commit.number,
            id: commit.id,
            at: figures::moment(commit.at_ms),
            actor: commit.metadata.actor,
            events: commit.events.iter().map(|event| serde_json::json!(event)).collect(),
            previous_hash: commit.previous_hash,
            hash: commit.hash,
        })
        .collect();
    Ok(Json(Commits {
        operation_id: id,
        commits,
        next,
    }))
}

/// What happened in an operation
///
/// In words, in the order of time.
#[utoipa::path(
    get, path = "/v1/operations/{id}/logs", operation_id = "listLogs", tag = "history",
    params(("id" = String, Path, description = "The operation", example = "01jz0000000000000000000001"), Entries),
    responses((status = 200, description = "A page of entries", body = Logs))
)]
pub(crate) async fn logs(
    State(api): State<Api>,
    Named(id): Named,
    Parameters(which): Parameters<Entries>,
) -> Result<Json<Logs>, Problem> {
    let operation = requests::named(&api.ports, &id).await?;
    let after = match &which.cursor {
        None => None,
        Some(cursor) => Some(Place::parse(cursor).ok_or_else(unknown_cursor)?),
    };
    let least = which.level.unwrap_or(Level::Info);
    let limit = which.limit.unwrap_or(LIMIT).clamp(1, MOST);
    let mut entries = logs::entries(&api.ports, &operation.id, which.detailed).await?;
    entries.retain(|entry| entry.level >= least && after.as_ref().is_none_or(|after| entry.place > *after));
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(|entry| entry.place.cursor());
    Ok(Json(Logs {
        operation_id: id,
        entries,
        next,
    }))
}

/// What an operation replaces
///
/// Every column that is replaced, by what and why. Empty before the plan is made, and for clones without anonymization.
#[utoipa::path(
    get, path = "/v1/operations/{id}/plan", operation_id = "showPlan", tag = "history",
    params(("id" = String, Path, description = "The operation", example = "01jz0000000000000000000001")),
    responses((status = 200, description = "The columns", body = Planned))
)]
pub(crate) async fn plan(State(api): State<Api>, Named(id): Named) -> Result<Json<Planned>, Problem> {
    let operation = requests::named(&api.ports, &id).await?;
    let masked_columns = if operation.masking.is_some() {
        let plan = documents::masking(&api.ports, &id, operation.epoch).await?;
        let schema = documents::schema(&api.ports, &id, operation.epoch).await?;
        masked::columns(&plan, Some(&schema))
    } else {
        Vec::new()
    };
    Ok(Json(Planned {
        operation_id: id,
        masked_columns,
    }))
}

/// The report of an operation
///
/// One HTML file for people, complete in itself.
#[utoipa::path(
    get, path = "/v1/operations/{id}/report.html", operation_id = "showReport", tag = "history",
    params(("id" = String, Path, description = "The operation", example = "01jz0000000000000000000001")),
    responses((status = 200, description = "The report", body = String, content_type = "text/html"))
)]
pub(crate) async fn report(State(api): State<Api>, Named(id): Named) -> Result<Response, Problem> {
    let operation = requests::named(&api.ports, &id).await?;
    let html = report::html(&api.ports, &operation).await?;
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}

fn unknown_cursor() -> Problem {
    Failure::new(Code::BAD_ARGUMENT, "the cursor is not one that this address gave")
        .with_remedy("Begin without a cursor, and pass on `next` as it is.")
        .into()
}
