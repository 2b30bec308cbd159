//! What new cabinets are furnished with.

use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Item, Platform, Refusal, Shown, added, hashed};
use nova_http::Body;
use nova_practice::{Faults, cabinet::Furniture};
use nova_practice_store::{
    Error,
    cabinets::{self, Template},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a template says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTemplate {
    title: String,
    body: Value,
}

/// List templates of cabinets
#[utoipa::path(
    get, path = "/v1/cabinet-templates", operation_id = "listTemplates", tag = "cabinets",
    responses((status = 200, description = "Each of them", body = shapes::Templates))
)]
pub(crate) async fn list(State(platform): State<Platform>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let found = platform
        .store()
        .with_group(&caller.actor(), async |tx| cabinets::templates(tx).await)
        .await?;
    Ok(Json(json!({ "templates": found })))
}

/// Show a template
#[utoipa::path(
    get, path = "/v1/cabinet-templates/{id}", operation_id = "showTemplate", tag = "cabinets",
    params(("id" = String, Path, description = "Its name", example = "standard")),
    responses((status = 200, description = "The template", body = shapes::Template))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(name): Item<String>,
) -> Result<Response, Refusal> {
    let found = platform
        .store()
        .with_group(&caller.actor(), async |tx| cabinets::template(tx, &name).await)
        .await?;
    Ok(hashed(&found))
}

/// Add or change a template
///
/// Cabinets that were furnished with it before keep what they have.
#[utoipa::path(
    put, path = "/v1/cabinet-templates/{id}", operation_id = "putTemplate", tag = "cabinets",
    request_body = shapes::NewTemplate,
    params(("id" = String, Path, description = "Its name: a letter, then letters, digits and hyphens", example = "standard")),
    responses((status = 200, description = "It was changed", body = shapes::Template),
        (status = 201, description = "It was added", body = shapes::Template))
)]
pub(crate) async fn put(
    State(platform): State<Platform>,
    caller: Caller,
    Item(name): Item<String>,
    read: Shown,
    Body(new): Body<NewTemplate>,
) -> Result<Response, Refusal> {
    let mut faults = Faults::default();
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let named =
        name.len() <= 63 && name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(letters);
    faults.unless(
        named,
        "name",
        "is a small letter, then small letters, digits and hyphens, at most 63",
    );
    let titled = (1..=200).contains(&new.title.trim().chars().count());
    faults.unless(titled, "title", "has 1 to 200 characters");
    faults.into_result()?;
    Furniture::read(&new.body)?;
    let template = Template {
        name,
        title: new.title,
        body: new.body,
    };
    let made = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            cabinets::templates_alone(tx).await?;
            let there = match cabinets::template(tx, &template.name).await {
                Err(Error::Unknown(_)) => None,
                found => Some(found?),
            };
            read.is_still("template", there.as_ref())?;
            cabinets::put_template(tx, &template).await
        })
        .await?;
    let status = if made { StatusCode::CREATED } else { StatusCode::OK };
    let place = format!("/v1/cabinet-templates/{}", template.name);
    let mut response = added(&place, &template);
    *response.status_mut() = status;
    Ok(response)
}

/// Take a template away
#[utoipa::path(
    delete, path = "/v1/cabinet-templates/{id}", operation_id = "removeTemplate", tag = "cabinets",
    params(("id" = String, Path, description = "Its name", example = "standard")),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn remove(
    State(platform): State<Platform>,
    caller: Caller,
    Item(name): Item<String>,
) -> Result<StatusCode, Refusal> {
    platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "", async |tx| {
            cabinets::remove_template(tx, &name).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
