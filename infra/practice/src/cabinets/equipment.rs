//! What stands in a cabinet besides chairs.

use crate::audit::Entry;
use crate::{Error, Tx};
use nova_practice::{Faults, ItemId, ResourceId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

/// A piece of equipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equipment {
    /// Its id.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// What kind of thing: `autoclave`, `panoramic`, `compressor` …
    pub kind: String,
    /// The maker's number.
    #[serde(default)]
    pub serial: Option<String>,
    /// The chair it belongs to.
    #[serde(default)]
    pub chair_id: Option<ResourceId>,
}

const COLUMNS: &str = "id, name, kind, serial, chair_id";

/// The equipment, by kind and name.
pub async fn equipment(tx: &Tx<'_>) -> Result<Vec<Equipment>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.equipment ORDER BY kind, name, id");
    let rows = tx.query(&sql, &[]).await?;
    Ok(rows.iter().map(piece_of).collect())
}

/// A piece of equipment, if it is there.
pub async fn piece(tx: &Tx<'_>, id: ItemId) -> Result<Option<Equipment>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.equipment WHERE id = $1");
    Ok(tx.optional(&sql, &[&id.uuid()]).await?.as_ref().map(piece_of))
}

fn piece_of(row: &Row) -> Equipment {
    Equipment {
        id: ItemId(row.get(0)),
        name: row.get(1),
        kind: row.get(2),
        serial: row.get(3),
        chair_id: row.get::<_, Option<uuid::Uuid>>(4).map(ResourceId),
    }
}

/// Adds equipment, or changes what is there under this id. Returns it as it is now.
pub async fn put_equipment(tx: &Tx<'_>, item: &Equipment) -> Result<Equipment, Error> {
    let mut faults = Faults::default();
    faults.unless(!item.name.trim().is_empty(), "name", "is not empty");
    faults.unless(!item.kind.trim().is_empty(), "kind", "is not empty");
    faults.into_result()?;
    tx.execute(
        "INSERT INTO practice.equipment (cabinet_id, id, name, kind, serial, chair_id) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (cabinet_id, id) DO UPDATE SET name = excluded.name, kind = excluded.kind, \
         serial = excluded.serial, chair_id = excluded.chair_id",
        &[
            &tx.tenant()?,
            &item.id.uuid(),
            &item.name,
            &item.kind,
            &item.serial,
            &item.chair_id.map(ResourceId::uuid),
        ],
    )
    .await?;
    tx.audit(Entry::new("equipment.put", "equipment", item.id.uuid()));
    Ok(item.clone())
}

/// Takes a piece of equipment away.
pub async fn remove_equipment(tx: &Tx<'_>, id: ItemId) -> Result<(), Error> {
    if tx
        .execute("DELETE FROM practice.equipment WHERE id = $1", &[&id.uuid()])
        .await?
        == 0
    {
        return Err(Error::Unknown("equipment"));
    }
    tx.audit(Entry::new("equipment.remove", "equipment", id.uuid()));
    Ok(())
}
