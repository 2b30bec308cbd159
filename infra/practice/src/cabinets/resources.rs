//! People and chairs: what appointments occupy.

use crate::audit::Entry;
use crate::{Error, Tx};
use nova_practice::{Faults, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::Row;

/// Something an appointment occupies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// `practitioner`, `assistant`, `chair`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Whether it can be booked.
    #[serde(default = "super::yes")]
    pub active: bool,
    /// The practitioner's own number, eleven digits.
    #[serde(default)]
    pub rpps: Option<String>,
}

const COLUMNS: &str = "id, kind, name, active, rpps";

/// People and chairs, by kind and name.
pub async fn resources(tx: &Tx<'_>) -> Result<Vec<Resource>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.resources ORDER BY kind, name");
    let rows = tx.query(&sql, &[]).await?;
    Ok(rows.iter().map(resource_of).collect())
}

/// One of people and chairs, if it is there.
pub async fn resource(tx: &Tx<'_>, id: ResourceId) -> Result<Option<Resource>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.resources WHERE id = $1");
    Ok(tx.optional(&sql, &[&id.uuid()]).await?.as_ref().map(resource_of))
}

fn resource_of(row: &Row) -> Resource {
    Resource {
        id: ResourceId(row.get(0)),
        kind: row.get(1),
        name: row.get(2),
        active: row.get(3),
        rpps: row.get(4),
    }
}

/// Adds somebody or a chair, or changes what is there under this id, all but its kind. Returns it as it is now.
pub async fn put_resource(tx: &Tx<'_>, resource: &Resource) -> Result<Resource, Error> {
    let mut faults = Faults::default();
    faults.unless(
        ["practitioner", "assistant", "chair"].contains(&resource.kind.as_str()),
        "kind",
        "is practitioner, assistant or chair",
    );
    faults.unless(
        (1..=200).contains(&resource.name.trim().chars().count()),
        "name",
        "has 1 to 200 characters",
    );
    faults.unless(
        resource
            .rpps
            .as_ref()
            .is_none_or(|rpps| rpps.len() == 11 && rpps.bytes().all(|digit| digit.is_ascii_digit())),
        "rpps",
        "is eleven digits",
    );
    faults.into_result()?;
    let sql = format!(
        "INSERT INTO practice.resources (cabinet_id, id, kind, name, active, rpps) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (cabinet_id, id) DO UPDATE SET name = excluded.name, active = excluded.active, \
         rpps = excluded.rpps, version = resources.version + 1 RETURNING {COLUMNS}"
    );
    let row = tx
        .one(
            &sql,
            &[
                &tx.tenant()?,
                &resource.id.uuid(),
                &resource.kind,
                &resource.name,
                &resource.active,
                &resource.rpps,
            ],
        )
        .await?;
    let kept = resource_of(&row);
    tx.audit(Entry::new("resource.put", "resource", kept.id.uuid()).details(json!({ "kind": kept.kind })));
    Ok(kept)
}
