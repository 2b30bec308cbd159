//! Who did what in the group: signing in, people, roles. What happens in cabinets stands in theirs.

use crate::people::user;
use axum::{Json, extract::State};
use jiff::Timestamp;
use nova_fn_practice::{
    Caller, Platform, Refusal,
    cursor::{self, Page},
};
use nova_http::{Named, Parameters};
use nova_practice::access::Permission;
use nova_practice_store::{
    Actor,
    audit::{self, Filter, Kept},
    identity::people,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which entries are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those of this person.
    #[param(example = "0192f0c4-0000-7000-8000-000000000002")]
    by: Option<Uuid>,
    /// Only those whose action begins so.
    #[param(example = "role.")]
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
pub(crate) struct GroupAuditEntry {
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
    /// Why, where a reason was given.
    #[schema(example = "")]
    pub reason: String,
    /// What was done.
    #[schema(example = "role.give")]
    pub action: String,
    /// To what kind of thing.
    #[schema(example = "user")]
    pub entity: String,
    /// To which.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000002")]
    pub subject: Option<Uuid>,
    /// More: names of fields, counts, ids.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
}

impl From<Kept> for GroupAuditEntry {
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
            details: kept.details,
        }
    }
}

/// A page of entries.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct GroupAudit {
    /// Newest first.
    pub entries: Vec<GroupAuditEntry>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    pub next: Option<String>,
}

/// That the chain is whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct GroupProof {
    /// Entries that were recomputed.
    #[schema(example = 42)]
    pub entries: i64,
    /// The hash of the last one: who keeps it elsewhere notices entries cut off at the end.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub head: String,
}

/// List what was done in the group
#[utoipa::path(
    get, path = "/v1/audit", operation_id = "listGroupAudit", tag = "audit", params(Which),
    responses((status = 200, description = "A page of entries, newest first", body = GroupAudit))
)]
pub(crate) async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Parameters(which): Parameters<Which>,
) -> Result<Json<GroupAudit>, Refusal> {
    let wanted = Filter {
        actor: which.by.map(|id| Actor::User(nova_practice::UserId(id)).to_string()),
        action: which.action,
        from: which.from,
        until: which.until,
        ..Filter::default()
    };
    let page = Page {
        limit: which.limit,
        cursor: which.cursor,
    };
    Ok(Json(found(&platform, &caller, wanted, &page).await?))
}

/// List what a user did
///
/// In the group: signing in, people and roles. What they did in a cabinet stands in that cabinet's audit.
#[utoipa::path(
    get, path = "/v1/users/{id}/activity", operation_id = "listActivity", tag = "audit", params(Page,
        ("id" = String, Path, description = "The user", example = "0192f0c4-0000-7000-8000-000000000002")),
    responses((status = 200, description = "A page of entries, newest first", body = GroupAudit))
)]
pub(crate) async fn activity(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
    Parameters(page): Parameters<Page>,
) -> Result<Json<GroupAudit>, Refusal> {
    let (id, reach) = (user(&id)?, caller.reach(Permission::AuditRead));
    platform
        .store()
        .with_group(&caller.actor(), async |tx| {
            people::read(tx, &reach, id).await?;
            people::wholly_within(tx, &reach, id).await
        })
        .await?;
    let wanted = Filter {
        actor: Some(Actor::User(id).to_string()),
        ..Filter::default()
    };
    Ok(Json(found(&platform, &caller, wanted, &page).await?))
}

async fn found(platform: &Platform, caller: &Caller, wanted: Filter, page: &Page) -> Result<GroupAudit, Refusal> {
    let limit = cursor::limit(page.limit)?;
    let kind = "group audit";
    let filter = Filter {
        before: cursor::read(kind, page.cursor.as_deref())?,
        limit: cursor::read_ahead(limit),
        ..wanted
    };
    let mut entries = platform
        .store()
        .with_group(&caller.actor(), async |tx| audit::list(tx, &filter).await)
        .await?;
    let next = cursor::page(kind, &mut entries, limit, |entry: &Kept| entry.seq);
    Ok(GroupAudit {
        entries: entries.into_iter().map(GroupAuditEntry::from).collect(),
        next,
    })
}

/// Prove the group's audit
///
/// Recomputes the chain of hashes from the first entry on.
#[utoipa::path(
    get, path = "/v1/audit/proof", operation_id = "proveGroupAudit", tag = "audit",
    responses((status = 200, description = "It is whole", body = GroupProof))
)]
pub(crate) async fn proof(State(platform): State<Platform>, caller: Caller) -> Result<Json<GroupProof>, Refusal> {
    let proof = platform
        .store()
        .with_group(&caller.actor(), async |tx| audit::verify_chain(tx).await)
        .await?;
    Ok(Json(GroupProof {
        entries: proof.entries,
        head: proof.head.iter().map(|byte| format!("{byte:02x}")).collect(),
    }))
}
