//! Cabinets themselves: made, found, changed, opened and closed.

use crate::audit::Entry;
use crate::{Error, Tx};
use nova_practice::CabinetId;
use nova_practice::cabinet::{Address, Cabinet, CabinetDetails, CabinetStatus};
use serde_json::json;
use tokio_postgres::Row;

/// Which cabinets are wanted, in order of their names.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those whose name or town has this in it, in small or capital letters.
    pub text: Option<String>,
    /// The other way round.
    pub descending: bool,
    /// Those that stand there.
    pub status: Option<CabinetStatus>,
    /// Those with one of these ids; none: whichever the transaction sees.
    pub only: Option<Vec<CabinetId>>,
    /// After this one: its name and id.
    pub after: Option<(String, CabinetId)>,
    /// At most so many.
    pub limit: i64,
}

const COLUMNS: &str = "id, name, siret, street, postal_code, city, country, zone, phone, email, status, version";

/// Writes a cabinet down. In a transaction of the group.
pub async fn create(tx: &Tx<'_>, id: CabinetId, details: &CabinetDetails) -> Result<Cabinet, Error> {
    details.check()?;
    let row = tx
        .one(
            &format!(
                "INSERT INTO practice.cabinets (id, name, siret, street, postal_code, city, country, zone, phone, email) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING {COLUMNS}"
            ),
            &[
                &id.uuid(),
                &details.name,
                &details.siret,
                &details.address.street,
                &details.address.postal_code,
                &details.address.city,
                &details.address.country,
                &details.zone,
                &details.phone,
                &details.email,
            ],
        )
        .await?;
    tx.audit(Entry::new("cabinet.create", "cabinet", id.uuid()));
    Ok(cabinet(&row))
}

/// A cabinet.
pub async fn get(tx: &Tx<'_>, id: CabinetId) -> Result<Cabinet, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.cabinets WHERE id = $1");
    let row = tx.optional(&sql, &[&id.uuid()]).await?;
    row.as_ref().map(cabinet).ok_or(Error::Unknown("cabinet"))
}

/// Cabinets in order of their names.
pub async fn list(tx: &Tx<'_>, filter: &Filter) -> Result<Vec<Cabinet>, Error> {
    let (name, after) = filter.after.clone().unzip();
    let only: Option<Vec<uuid::Uuid>> = filter.only.as_ref().map(|ids| ids.iter().map(|id| id.uuid()).collect());
    let (beyond, way) = if filter.descending { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.cabinets \
         WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid[] IS NULL OR id = ANY ($2)) \
           AND ($3::text IS NULL OR (name, id) {beyond} ($3, $4)) \
           AND ($6::text IS NULL OR strpos(lower(name || ' ' || city), lower($6)) > 0) \
         ORDER BY name {way}, id {way} LIMIT $5"
    );
    let rows = tx
        .query(
            &sql,
            &[
                &filter.status.map(CabinetStatus::name),
                &only,
                &name,
                &after.map(CabinetId::uuid),
                &filter.limit.clamp(1, 200),
                &filter.text,
            ],
        )
        .await?;
    Ok(rows.iter().map(cabinet).collect())
}

/// The cabinets that serve patients. In a transaction of the group.
pub async fn active(tx: &Tx<'_>) -> Result<Vec<CabinetId>, Error> {
    let rows = tx
        .query(
            "SELECT id FROM practice.cabinets WHERE status = 'active' ORDER BY id",
            &[],
        )
        .await?;
    Ok(rows.iter().map(|row| CabinetId(row.get(0))).collect())
}

/// Changes what is said about a cabinet, if it still has `version`.
pub async fn update(tx: &Tx<'_>, id: CabinetId, version: i64, details: &CabinetDetails) -> Result<Cabinet, Error> {
    details.check()?;
    let row = tx
        .optional(
            &format!(
                "UPDATE practice.cabinets SET name = $3, siret = $4, street = $5, postal_code = $6, city = $7, \
                 country = $8, zone = $9, phone = $10, email = $11, version = version + 1, updated_at = now() \
                 WHERE id = $1 AND version = $2 RETURNING {COLUMNS}"
            ),
            &[
                &id.uuid(),
                &version,
                &details.name,
                &details.siret,
                &details.address.street,
                &details.address.postal_code,
                &details.address.city,
                &details.address.country,
                &details.zone,
                &details.phone,
                &details.email,
            ],
        )
        .await?;
    let Some(row) = row else {
        get(tx, id).await?;
        return Err(Error::Stale("cabinet"));
    };
    tx.audit(Entry::new("cabinet.update", "cabinet", id.uuid()));
    Ok(cabinet(&row))
}

/// Where a cabinet stands from now on; a reason when it is closed.
pub async fn set_status(
    tx: &Tx<'_>,
    id: CabinetId,
    status: CabinetStatus,
    reason: Option<&str>,
) -> Result<Cabinet, Error> {
    let row = tx
        .optional(
            &format!(
                "UPDATE practice.cabinets SET status = $2, inactive_reason = $3, version = version + 1, \
                 updated_at = now() WHERE id = $1 RETURNING {COLUMNS}"
            ),
            &[&id.uuid(), &status.name(), &reason],
        )
        .await?;
    let row = row.ok_or(Error::Unknown("cabinet"))?;
    tx.audit(Entry::new("cabinet.status", "cabinet", id.uuid()).details(json!({ "status": status.name() })));
    crate::outbox::leave(tx, &format!("cabinet.{}", status.name()), Some(id.uuid()), &json!({})).await?;
    Ok(cabinet(&row))
}

fn cabinet(row: &Row) -> Cabinet {
    Cabinet {
        id: CabinetId(row.get(0)),
        details: CabinetDetails {
            name: row.get(1),
            siret: row.get(2),
            address: Address {
                street: row.get(3),
                postal_code: row.get(4),
                city: row.get(5),
                country: row.get(6),
            },
            zone: row.get(7),
            phone: row.get(8),
            email: row.get(9),
        },
        status: CabinetStatus::named(row.get(10)).unwrap_or(CabinetStatus::Inactive),
        version: row.get(11),
    }
}
