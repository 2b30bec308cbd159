//! The record: found, shown, written, put away.

use crate::shapes;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use jiff::civil::Date;
use nova_fn_practice::{Caller, Item, Keyed, Platform, Refusal, Version, cursor, made, tagged};
use nova_http::{Body, Parameters};
use nova_practice::{PatientId, ResourceId, access::Permission, patient::PatientDetails};
use nova_practice_store::patients::{self, Patient, Search};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

/// Which patients are found.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Beginnings of names, a date of birth, a telephone number, an address; without accents or capitals if you like.
    #[param(example = "mor cla 1984")]
    q: Option<String>,
    /// Only those of this practitioner.
    #[param(example = "0192f0c4-0000-7000-8000-000000000010")]
    practitioner: Option<Uuid>,
    /// Only those born on this day or later.
    #[param(value_type = Option<String>, example = "1980-01-01")]
    born_from: Option<Date>,
    /// Only those born on this day or earlier.
    #[param(value_type = Option<String>, example = "1989-12-31")]
    born_until: Option<Date>,
    /// Also records that were put away; needs the permission `patients.delete`.
    #[param(example = false)]
    deleted: Option<bool>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Find patients
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients", operation_id = "searchPatients", tag = "patients",
    params(Which, ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "A page of records, in order of names", body = shapes::Patients))
)]
pub(crate) async fn search(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Value>, Refusal> {
    let limit = cursor::limit(which.limit)?;
    let deleted = which.deleted.unwrap_or(false);
    if deleted {
        caller.needs(Permission::PatientsDelete)?;
    }
    let wanted = Search {
        typed: which.q.unwrap_or_default(),
        practitioner: which.practitioner.map(ResourceId),
        born_from: which.born_from,
        born_until: which.born_until,
        deleted,
        after: cursor::read("patients", which.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
    };
    let mut found = platform
        .in_cabinet(&caller, async |tx| patients::search(tx, &wanted).await)
        .await?;
    let next = cursor::page("patients", &mut found, limit, |(patient, name)| {
        (name.clone(), patient.id)
    });
    let found: Vec<Patient> = found.into_iter().map(|(patient, _)| patient).collect();
    Ok(Json(json!({ "patients": found, "next": next })))
}

/// Enter a patient
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients", operation_id = "createPatient", tag = "patients", request_body = shapes::PatientDetails,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 201, description = "The record", body = shapes::Patient))
)]
pub(crate) async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    Body(details): Body<PatientDetails>,
) -> Result<Response, Refusal> {
    let id = PatientId(platform.new_id());
    let patient = platform
        .once(&caller, (&key, &details), async |tx, before| match before {
            Some(left) => {
                let id = serde_json::from_value(left.clone()).unwrap_or(id);
                Ok((left, patients::get(tx, id).await?))
            }
            None => Ok((json!(id), patients::create(tx, id, &details).await?)),
        })
        .await?;
    let place = format!("/v1/cabinets/{}/patients/{}", caller.scope()?.cabinet, patient.id);
    Ok(made(&place, tagged(patient.version, patient)))
}

/// Show a patient
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/patients/{id}", operation_id = "showPatient", tag = "patients",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The record", body = shapes::Patient))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Response, Refusal> {
    let patient = platform
        .in_cabinet(&caller, async |tx| patients::get(tx, id).await)
        .await?;
    Ok(tagged(patient.version, patient))
}

/// Change a patient's particulars
#[utoipa::path(
    put, path = "/v1/cabinets/{cabinet}/patients/{id}", operation_id = "changePatient", tag = "patients", request_body = shapes::PatientDetails,
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The record", body = shapes::Patient))
)]
pub(crate) async fn change(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Version(version): Version,
    Body(details): Body<PatientDetails>,
) -> Result<Response, Refusal> {
    let patient = platform
        .in_cabinet(&caller, async |tx| {
            let version = match version {
                Some(version) => version,
                None => patients::get(tx, id).await?.version,
            };
            patients::update(tx, id, version, &details).await
        })
        .await?;
    Ok(tagged(patient.version, patient))
}

/// Put a record away
///
/// It is not found any more; nothing of it is lost, and it can be restored.
#[utoipa::path(
    delete, path = "/v1/cabinets/{cabinet}/patients/{id}", operation_id = "removePatient", tag = "patients",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 204, description = "It is put away"))
)]
pub(crate) async fn remove(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
    Version(version): Version,
) -> Result<StatusCode, Refusal> {
    let reason = caller.reason.clone().unwrap_or_default();
    platform
        .in_cabinet(&caller, async |tx| patients::delete(tx, id, version, &reason).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring a record back
#[utoipa::path(
    post, path = "/v1/cabinets/{cabinet}/patients/{id}/restore", operation_id = "restorePatient", tag = "patients",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001"),
        ("id" = String, Path, description = "The patient", example = "0192f0c4-0000-7000-8000-000000000100")),
    responses((status = 200, description = "The record", body = shapes::Patient))
)]
pub(crate) async fn restore(
    State(platform): State<Platform>,
    caller: Caller,
    Item(id): Item<PatientId>,
) -> Result<Response, Refusal> {
    let patient = platform
        .in_cabinet(&caller, async |tx| patients::restore(tx, id).await)
        .await?;
    Ok(tagged(patient.version, patient))
}
