//! Who did what in a cabinet, and whose data it was.

use axum::{Json, extract::State};
use jiff::Timestamp;
use nova_fn_practice::{Caller, Platform, Refusal, cursor};
use nova_http::Parameters;
use nova_practice::{PatientId, UserId};
use nova_practice_store::{
    Actor,
    audit::{self, Filter, Kept},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which entries are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those about this patient, alone or among others.
    #[param(example = "0192f0c4-0000-7000-8000-000000000100")]
    patient: Option<Uuid>,
    /// Only those of this person.
    #[param(example = "0192f0c4-0000-7000-8000-000000000002")]
    by: Option<Uuid>,
    /// Only those whose action begins so.
    #[param(example = "patient.")]
    action: Option<String>,
    /// Only those from then on.
    #[param(example = "2026-11-01T00:00:00Z")]
    from: Option<Timestamp>,
    /// Only those before.
    #[param(example = "2026-12-01T00:00:00Z")]
    until: Option<Timestamp>,
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// An entry.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its number in the chain.
    #[schema(example = 42)]
    pub number: i64,
    /// When.
    #[schema(example = "2026-11-20T07:58:12Z")]
    pub at: Timestamp,
    /// Who: `user:<id>`, or `system:<part>`.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    pub actor: String,
    /// The request: its X-Request-Id.
    #[schema(example = "01jz0000000000000000000001")]
    pub request_id: String,
    /// Why, as whoever asked said (X-Access-Reason).
    #[schema(example = "call from the patient")]
    pub reason: String,
    /// What was done.
    #[schema(example = "patient.read")]
    pub action: String,
    /// To what kind of thing.
    #[schema(example = "patient")]
    pub entity: String,
    /// To which.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000100")]
    pub subject: Option<Uuid>,
    /// Whose data.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000100")]
    pub patient: Option<Uuid>,
    /// More: names of fields, counts, ids.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
}

impl From<Kept> for AuditEntry {
    fn from(kept: Kept) -> Self {
        Self {
            number: kept.seq,
            at: kept.at,
            actor: kept.actor,
            request_id: kept.request,
            reason: kept.reason,
            action: kept.action,
            entity: kept.entity,
            subject: kept.subject,
            patient: kept.patient.map(PatientId::uuid),
            details: kept.details,
        }
    }
}

/// A page of entries.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Audit {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// That the chain is whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct AuditProof {
    /// Entries that were recomputed.
    #[schema(example = 42)]
    pub entries: i64,
    /// The hash of the last one: who keeps it elsewhere notices entries cut off at the end.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub head: String,
}

/// List what was done in a cabinet
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/audit", operation_id = "listAudit", tag = "cabinet-audit", params(Which,
        ("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "A page of entries, newest first", body = Audit))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> Result<Json<Audit>, Refusal> {
    let limit = cursor::limit(which.limit)?;
    let filter = Filter {
        patient: which.patient.map(PatientId),
        actor: which.by.map(|id| Actor::User(UserId(id)).to_string()),
        action: which.action,
        from: which.from,
        until: which.until,
        before: cursor::read("audit", which.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
    };
    let mut entries = platform
        .in_cabinet(&caller, async |tx| audit::list(tx, &filter).await)
        .await?;
    let next = cursor::page("audit", &mut entries, limit, |entry: &Kept| entry.seq);
    Ok(Json(Audit {
        entries: entries.into_iter().map(AuditEntry::from).collect(),
        next,
    }))
}

/// Prove a cabinet's audit
///
/// Recomputes the chain of hashes from the first entry on.
#[utoipa::path(
    get, path = "/v1/cabinets/{cabinet}/audit/proof", operation_id = "proveAudit", tag = "cabinet-audit",
    params(("cabinet" = String, Path, description = "The cabinet", example = "0192f0c4-0000-7000-8000-000000000001")),
    responses((status = 200, description = "It is whole", body = AuditProof))
)]
pub(crate) async fn proof(State(platform): State<Platform>, caller: Caller) -> Result<Json<AuditProof>, Refusal> {
    let proof = platform
        .in_cabinet(&caller, async |tx| audit::verify_chain(tx).await)
        .await?;
    Ok(Json(AuditProof {
        entries: proof.entries,
        head: proof.head.iter().map(|byte| format!("{byte:02x}")).collect(),
    }))
}
