//! How a cabinet comes into being, how it is configured, how it is.

use crate::shapes;
use axum::{Json, extract::State, response::Response};
use jiff::Timestamp;
use nova_fn_practice::{
    Caller, Item, Keyed, Platform, Refusal, added, begun,
    cursor::{self, Page},
    hashed,
};
use nova_http::{Body, Parameters};
use nova_practice::{
    CabinetId,
    cabinet::{CabinetDetails, Condition, Configuration, Provisioning},
};
use nova_practice_store::{
    configuration,
    health::{self, Finding},
    provisioning,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;

/// A cabinet to be provisioned.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProvisioning {
    details: CabinetDetails,
    #[serde(default = "standard")]
    template: String,
}

fn standard() -> String {
    "standard".to_owned()
}

/// Provision a cabinet
///
/// Writes it down, and asks for everything that the template holds, step by step: the address in `Location` says how far
/// it has come. A step that failed can be tried again, or all of it undone.
#[utoipa::path(
    post, path = "/v1/cabinet-provisionings", operation_id = "provisionCabinet", tag = "cabinets",
    request_body = shapes::NewProvisioning,
    responses((status = 202, description = "It was asked for", body = shapes::Provisioning))
)]
pub(crate) async fn provision(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<NewProvisioning>,
) -> Result<Response, Refusal> {
    let new = CabinetId(platform.new_id());
    let id = platform
        .make_in_group(&caller, (&key, &body), async |tx| {
            provisioning::write_down(tx, new, &body.details, &body.template).await?;
            Ok(new)
        })
        .await?;
    ask(&platform, &caller, id, &body.template).await
}

/// The template.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FromTemplate {
    #[serde(default = "standard")]
    template: String,
}

/// Provision a cabinet that is a draft
///
/// One that was written down before. Asking again with the same template is the same.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/provisioning", operation_id = "provisionDraft", tag = "cabinets",
    request_body = shapes::ProvisionFrom,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 202, description = "It was asked for", body = shapes::Provisioning))
)]
pub(crate) async fn provision_draft(
    State(platform): State<Platform>,
    caller: Caller,
    Body(body): Body<FromTemplate>,
) -> Result<Response, Refusal> {
    let id = caller.scope()?.cabinet;
    platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            provisioning::check(tx, id, &body.template).await
        })
        .await?;
    ask(&platform, &caller, id, &body.template).await
}

async fn ask(platform: &Platform, caller: &Caller, id: CabinetId, template: &str) -> Result<Response, Refusal> {
    let actor = caller.actor().to_string();
    let now = platform.provisioning().begin(&actor, id, template).await?;
    Ok(accepted(id, &now))
}

fn accepted(id: CabinetId, now: &Provisioning) -> Response {
    begun(&format!("/v1/cabinets/{id}/provisioning"), now)
}

/// Show how far a provisioning came
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/provisioning", operation_id = "showProvisioning", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "How far it came", body = shapes::Provisioning))
)]
pub(crate) async fn provisioned(
    State(platform): State<Platform>,
    caller: Caller,
) -> Result<Json<Provisioning>, Refusal> {
    Ok(Json(platform.provisioning().state(caller.scope()?.cabinet).await?))
}

/// Try a provisioning that failed again
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/provisioning/retry", operation_id = "retryProvisioning", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 202, description = "It goes on", body = shapes::Provisioning))
)]
pub(crate) async fn retry(State(platform): State<Platform>, caller: Caller) -> Result<Response, Refusal> {
    decide(&platform, &caller, false).await
}

/// Undo a provisioning
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/provisioning/rollback", operation_id = "rollBackProvisioning", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 202, description = "It is being undone", body = shapes::Provisioning))
)]
pub(crate) async fn roll_back(State(platform): State<Platform>, caller: Caller) -> Result<Response, Refusal> {
    decide(&platform, &caller, true).await
}

async fn decide(platform: &Platform, caller: &Caller, rollback: bool) -> Result<Response, Refusal> {
    let (id, actor) = (caller.scope()?.cabinet, caller.actor().to_string());
    let now = platform.provisioning().decide(&actor, id, rollback).await?;
    Ok(accepted(id, &now))
}

/// A configuration, and why.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConfiguration {
    configuration: Configuration,
    #[serde(default)]
    note: String,
}

/// List versions of the configuration
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/configurations", operation_id = "listConfigurations", tag = "cabinets",
    params(Page, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "A page of them, newest first", body = shapes::Configurations))
)]
pub(crate) async fn configurations(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(page): Parameters<Page>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(page.limit)?;
    let before = cursor::read("configurations", page.cursor.as_deref())?;
    let more = cursor::read_ahead(limit);
    let mut found = platform
        .in_cabinet(&caller, async |tx| configuration::versions(tx, before, more).await)
        .await?;
    let place = |version: &configuration::Version| version.number;
    let next = cursor::page("configurations", &mut found, limit, place);
    Ok(Json(json!({ "configurations": found, "next": next })))
}

/// Show a version of the configuration
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/configurations/{id}", operation_id = "showConfiguration", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = i32, Path, description = "The version's number", example = 2)),
    responses((status = 200, description = "The version", body = shapes::ConfigurationVersion))
)]
pub(crate) async fn configuration(
    State(platform): State<Platform>,
    caller: Caller,
    Item(number): Item<i32>,
) -> Result<Response, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| configuration::get(tx, number).await)
        .await?;
    Ok(hashed(&found))
}

/// Propose a configuration
///
/// Nothing changes before the version is activated.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/configurations", operation_id = "proposeConfiguration", tag = "cabinets",
    request_body = shapes::NewConfiguration,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "The version", body = shapes::ConfigurationVersion))
)]
pub(crate) async fn propose(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(body): Body<NewConfiguration>,
) -> Result<Response, Refusal> {
    let actor = caller.actor();
    let note: String = body.note.chars().take(500).collect();
    let version = platform
        .make(&caller, (&key, &body), async |tx| {
            configuration::propose(tx, &actor, &body.configuration, &note).await
        })
        .await?;
    let cabinet = caller.scope()?.cabinet;
    let place = format!("/v1/cabinets/{cabinet}/configurations/{}", version.number);
    Ok(added(&place, &version))
}

/// Show what a version would change
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/configurations/{id}/changes", operation_id = "showConfigurationChanges", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = i32, Path, description = "The version's number", example = 2)),
    responses((status = 200, description = "Settings that differ from the live ones", body = shapes::ConfigurationChanges))
)]
pub(crate) async fn changes(
    State(platform): State<Platform>,
    caller: Caller,
    Item(number): Item<i32>,
) -> Result<Json<Value>, Refusal> {
    let changes = platform
        .in_cabinet(&caller, async |tx| configuration::changes(tx, number).await)
        .await?;
    Ok(Json(json!({ "changes": changes })))
}

/// Activate a version
///
/// Also an older one: that is how a change is taken back.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/configurations/{id}/activate", operation_id = "activateConfiguration", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = i32, Path, description = "The version's number", example = 2)),
    responses((status = 200, description = "The version", body = shapes::ConfigurationVersion))
)]
pub(crate) async fn activate(
    State(platform): State<Platform>,
    caller: Caller,
    Item(number): Item<i32>,
) -> Result<Json<configuration::Version>, Refusal> {
    let version = platform
        .in_cabinet(&caller, async |tx| configuration::activate(tx, number).await)
        .await?;
    Ok(Json(version))
}

/// Which findings are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Back {
    /// Only those of this check.
    #[param(example = "hours")]
    check: Option<String>,
    /// Only those in this condition: `healthy`, `degraded` or `failing`.
    #[param(value_type = Option<String>, example = "failing")]
    condition: Option<Condition>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Show how a cabinet was
///
/// It is looked at every quarter of an hour, and whenever somebody asks for it.
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/health", operation_id = "showHealth", tag = "cabinets", params(Back,
        ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "A page of findings, newest first", body = shapes::HealthHistory))
)]
pub(crate) async fn history(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(back): Parameters<Back>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(back.limit)?;
    let filter = health::Filter {
        check: back.check,
        condition: back.condition,
        before: cursor::read::<(Timestamp, String)>("health", back.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
    };
    let mut findings = platform
        .in_cabinet(&caller, async |tx| health::history(tx, &filter).await)
        .await?;
    let place = |finding: &Finding| (finding.at, finding.check.clone());
    let next = cursor::page("health", &mut findings, limit, place);
    Ok(Json(json!({ "findings": findings, "next": next })))
}

/// Look at how a cabinet is
///
/// What differs from the last time is told to whoever follows.
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/health/checks", operation_id = "checkHealth", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "What was found", body = shapes::Health))
)]
pub(crate) async fn check(State(platform): State<Platform>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let findings = platform.in_cabinet(&caller, async |tx| health::check(tx).await).await?;
    Ok(Json(json!({ "findings": findings })))
}
