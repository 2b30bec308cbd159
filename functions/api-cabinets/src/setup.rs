//! How a cabinet comes into being, how it is configured, how it is.

use crate::shapes;
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::Response,
};
use nova_fn_practice::{Caller, Item, Platform, Refusal, added, cursor};
use nova_http::{Body, Parameters};
use nova_practice::{
    CabinetId,
    cabinet::{CabinetDetails, Configuration, Provisioning},
};
use nova_practice_store::{configuration, health, provisioning};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

/// A cabinet to be provisioned.
#[derive(Debug, Deserialize)]
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
    responses((status = 202, description = "It was asked for", body = shapes::Provisioning,
        headers(("location" = String, description = "How far it has come"))))
)]
pub(crate) async fn provision(
    State(platform): State<Platform>,
    caller: Caller,
    Body(body): Body<NewProvisioning>,
) -> Result<Accepted, Refusal> {
    let id = CabinetId(platform.new_id());
    platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            provisioning::write_down(tx, id, &body.details, &body.template).await
        })
        .await?;
    begun(&platform, &caller, id, &body.template).await
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
    responses((status = 202, description = "It was asked for", body = shapes::Provisioning,
        headers(("location" = String, description = "How far it has come"))))
)]
pub(crate) async fn provision_draft(
    State(platform): State<Platform>,
    caller: Caller,
    Body(body): Body<FromTemplate>,
) -> Result<Accepted, Refusal> {
    let id = caller.scope()?.cabinet;
    platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            provisioning::check(tx, id, &body.template).await
        })
        .await?;
    begun(&platform, &caller, id, &body.template).await
}

/// Asked for, with where it can be followed.
type Accepted = (StatusCode, [(HeaderName, String); 1], Json<Provisioning>);

async fn begun(platform: &Platform, caller: &Caller, id: CabinetId, template: &str) -> Result<Accepted, Refusal> {
    let actor = caller.actor().to_string();
    Ok(accepted(id, platform.provisioning().begin(&actor, id, template).await?))
}

fn accepted(id: CabinetId, now: Provisioning) -> Accepted {
    let place = format!("/v1/cabinets/{id}/provisioning");
    (StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(now))
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
    responses((status = 202, description = "It goes on", body = shapes::Provisioning,
        headers(("location" = String, description = "How far it has come"))))
)]
pub(crate) async fn retry(State(platform): State<Platform>, caller: Caller) -> Result<Accepted, Refusal> {
    decide(&platform, &caller, false).await
}

/// Undo a provisioning
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/provisioning/rollback", operation_id = "rollBackProvisioning", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 202, description = "It is being undone", body = shapes::Provisioning,
        headers(("location" = String, description = "How far it has come"))))
)]
pub(crate) async fn roll_back(State(platform): State<Platform>, caller: Caller) -> Result<Accepted, Refusal> {
    decide(&platform, &caller, true).await
}

async fn decide(platform: &Platform, caller: &Caller, rollback: bool) -> Result<Accepted, Refusal> {
    let (id, actor) = (caller.scope()?.cabinet, caller.actor().to_string());
    Ok(accepted(
        id,
        platform.provisioning().decide(&actor, id, rollback).await?,
    ))
}

/// A configuration, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConfiguration {
    configuration: Configuration,
    #[serde(default)]
    note: String,
}

/// List versions of the configuration
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/configurations", operation_id = "listConfigurations", tag = "cabinets",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "Newest first", body = shapes::Configurations))
)]
pub(crate) async fn configurations(State(platform): State<Platform>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let found = platform
        .in_cabinet(&caller, async |tx| configuration::versions(tx).await)
        .await?;
    Ok(Json(json!({ "configurations": found })))
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
    Body(body): Body<NewConfiguration>,
) -> Result<Response, Refusal> {
    let actor = caller.actor();
    let note: String = body.note.chars().take(500).collect();
    let version = platform
        .in_cabinet(&caller, async |tx| {
            configuration::propose(tx, &actor, &body.configuration, &note).await
        })
        .await?;
    let cabinet = caller.scope()?.cabinet;
    let place = format!("/v1/cabinets/{cabinet}/configurations/{}/changes", version.number);
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

/// How far back.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Back {
    /// How many findings, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Show how a cabinet was
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/health", operation_id = "showHealth", tag = "cabinets", params(Back,
        ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "Findings, newest first", body = shapes::Health))
)]
pub(crate) async fn history(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(back): Parameters<Back>,
) -> Result<Json<Value>, Refusal> {
    let limit = i64::try_from(cursor::limit(back.limit)?).unwrap_or(i64::MAX);
    let findings = platform
        .in_cabinet(&caller, async |tx| health::history(tx, limit).await)
        .await?;
    Ok(Json(json!({ "findings": findings })))
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
