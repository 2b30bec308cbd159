//! Kinds of treatment.

use crate::audit::Entry;
use crate::{Error, Tx};
use nova_practice::{Faults, ServiceId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

/// A kind of treatment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Short name, unique in the cabinet.
    pub code: String,
    /// Name.
    pub name: String,
    /// How long it takes.
    pub minutes: i32,
    /// Price in hundredths of `currency`.
    #[serde(default)]
    pub price_cents: Option<i64>,
    /// ISO 4217.
    #[serde(default = "euro")]
    pub currency: String,
    /// Whether it occupies a chair.
    #[serde(default = "super::yes")]
    pub needs_chair: bool,
    /// Whether it can be booked.
    #[serde(default = "super::yes")]
    pub active: bool,
}

fn euro() -> String {
    "EUR".to_owned()
}

const COLUMNS: &str = "id, code, name, minutes, price_cents, currency, needs_chair, active";

/// The services, by code.
pub async fn services(tx: &Tx<'_>) -> Result<Vec<Service>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.services ORDER BY code");
    let rows = tx.query(&sql, &[]).await?;
    Ok(rows.iter().map(service_of).collect())
}

/// A service, if it is there.
pub async fn service(tx: &Tx<'_>, id: ServiceId) -> Result<Option<Service>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.services WHERE id = $1");
    Ok(tx.optional(&sql, &[&id.uuid()]).await?.as_ref().map(service_of))
}

fn service_of(row: &Row) -> Service {
    Service {
        id: ServiceId(row.get(0)),
        code: row.get(1),
        name: row.get(2),
        minutes: row.get(3),
        price_cents: row.get(4),
        currency: row.get(5),
        needs_chair: row.get(6),
        active: row.get(7),
    }
}

/// Adds a service, or changes what is there under this id. Returns it as it is now.
pub async fn put_service(tx: &Tx<'_>, service: &Service) -> Result<Service, Error> {
    let mut faults = Faults::default();
    faults.unless(
        (5..=720).contains(&service.minutes),
        "minutes",
        "lies between 5 and 720",
    );
    faults.unless(!service.code.trim().is_empty(), "code", "is not empty");
    faults.unless(!service.name.trim().is_empty(), "name", "is not empty");
    faults.unless(
        service.price_cents.is_none_or(|cents| cents >= 0),
        "price_cents",
        "is not negative",
    );
    faults.unless(
        service.currency.len() == 3 && service.currency.bytes().all(|letter| letter.is_ascii_uppercase()),
        "currency",
        "is three capital letters",
    );
    faults.into_result()?;
    tx.execute(
        "INSERT INTO practice.services (cabinet_id, id, code, name, minutes, price_cents, currency, needs_chair, active) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (cabinet_id, id) DO UPDATE SET code = excluded.code, name = excluded.name, \
         minutes = excluded.minutes, price_cents = excluded.price_cents, currency = excluded.currency, \
         needs_chair = excluded.needs_chair, active = excluded.active, version = services.version + 1",
        &[
            &tx.tenant()?,
            &service.id.uuid(),
            &service.code,
            &service.name,
            &service.minutes,
            &service.price_cents,
            &service.currency,
            &service.needs_chair,
            &service.active,
        ],
    )
    .await?;
    tx.audit(Entry::new("service.put", "service", service.id.uuid()));
    Ok(service.clone())
}
