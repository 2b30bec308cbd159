//! What belongs to a record. An entry that was wrong is struck out; it stays readable and no longer counts.

pub(crate) mod attachments;
pub(crate) mod communications;
pub(crate) mod conditions;
pub(crate) mod consents;
pub(crate) mod teeth;

use crate::shapes;
use axum::{Json, http::StatusCode, response::Response};
use nova_fn_practice::{Caller, Keyed, Platform, Refusal, made};
use nova_practice::{EntryId, PatientId};
use nova_practice_store::{
    Actor, Error, Tx,
    patients::{self, Recorded},
};
use serde::Serialize;
use serde_json::{Value, json};

/// Adds an entry to a record, once for a request with a key, and answers with its place among those of its kind.
async fn add_entry<T: Serialize>(
    platform: &Platform,
    caller: &Caller,
    (patient, kind): (PatientId, &str),
    (key, entry): (&Keyed, &T),
    add: impl AsyncFnOnce(&Tx<'_>, &Actor, PatientId, EntryId, &T) -> Result<(), Error>,
) -> Result<Response, Refusal> {
    let (id, actor) = (EntryId(platform.new_id()), caller.actor());
    let id = platform
        .make(caller, (key, entry), async |tx| {
            add(tx, &actor, patient, id, entry).await?;
            Ok(id)
        })
        .await?;
    let cabinet = caller.scope()?.cabinet;
    let place = format!("/v1/cabinets/{cabinet}/patients/{patient}/{kind}/{id}");
    Ok(made(&place, Json(shapes::Added { id: id.uuid() })))
}

/// Strikes an entry out.
async fn strike_entry(
    platform: &Platform,
    caller: &Caller,
    patient: PatientId,
    kind: &'static str,
    entry: EntryId,
) -> Result<StatusCode, Refusal> {
    let actor = caller.actor();
    platform
        .in_cabinet(caller, async |tx| {
            patients::strike(tx, &actor, patient, kind, entry).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The entry with that id.
fn one<T: Serialize>(entries: Vec<Recorded<T>>, id: EntryId) -> Result<Json<Value>, Refusal> {
    let found = entries.into_iter().find(|entry| entry.id == id);
    Ok(Json(json!(found.ok_or(Error::Unknown("entry"))?)))
}
