//! Cabinets and what belongs to them: opening hours, people and chairs, equipment, services.

use crate::audit::Entry;
use crate::{Error, Tx};
use jiff::civil::Time;
use nova_practice::cabinet::{Address, Cabinet, CabinetDetails, CabinetStatus};
use nova_practice::{CabinetId, Faults, ItemId, ResourceId, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
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

/// When a cabinet is open on a weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: i16,
    /// From, in the cabinet's zone.
    pub opens: Time,
    /// To.
    pub closes: Time,
}

/// The opening hours, by weekday.
pub async fn opening_hours(tx: &Tx<'_>) -> Result<Vec<OpeningHours>, Error> {
    let rows = tx
        .query(
            "SELECT weekday, opens, closes FROM practice.opening_hours ORDER BY weekday, opens",
            &[],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| OpeningHours {
            weekday: row.get(0),
            opens: row.get(1),
            closes: row.get(2),
        })
        .collect())
}

/// Replaces the opening hours. `ids` has one for each.
pub async fn set_opening_hours(tx: &Tx<'_>, hours: &[(ItemId, OpeningHours)]) -> Result<(), Error> {
    let cabinet = tx.tenant()?;
    let mut faults = Faults::default();
    for (place, (_, one)) in hours.iter().enumerate() {
        faults.unless(
            (1..=7).contains(&one.weekday),
            &format!("{place}.weekday"),
            "lies between 1 and 7",
        );
        faults.unless(
            one.closes > one.opens,
            &format!("{place}.closes"),
            "is later than opens",
        );
    }
    faults.into_result()?;
    tx.execute("DELETE FROM practice.opening_hours", &[]).await?;
    for (id, one) in hours {
        tx.execute(
            "INSERT INTO practice.opening_hours (cabinet_id, id, weekday, opens, closes) VALUES ($1, $2, $3, $4, $5)",
            &[&cabinet, &id.uuid(), &one.weekday, &one.opens, &one.closes],
        )
        .await?;
    }
    tx.audit(Entry::new("cabinet.hours", "cabinet", cabinet).details(json!({ "entries": hours.len() })));
    Ok(())
}

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
    #[serde(default = "yes")]
    pub active: bool,
    /// The practitioner's own number, eleven digits.
    #[serde(default)]
    pub rpps: Option<String>,
}

fn yes() -> bool {
    true
}

/// People and chairs, by kind and name.
pub async fn resources(tx: &Tx<'_>) -> Result<Vec<Resource>, Error> {
    let rows = tx
        .query(
            "SELECT id, kind, name, active, rpps FROM practice.resources ORDER BY kind, name",
            &[],
        )
        .await?;
    Ok(rows.iter().map(resource_of).collect())
}

/// One of people and chairs, if it is there.
pub async fn resource(tx: &Tx<'_>, id: ResourceId) -> Result<Option<Resource>, Error> {
    let sql = "SELECT id, kind, name, active, rpps FROM practice.resources WHERE id = $1";
    Ok(tx.optional(sql, &[&id.uuid()]).await?.as_ref().map(resource_of))
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

/// Lets no other change of what the cabinet has happen until this transaction ends: what was read is what is replaced.
pub async fn alone(tx: &Tx<'_>) -> Result<(), Error> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('nova inventory ' || $1::uuid::text, 0))";
    tx.execute(sql, &[&tx.tenant()?]).await?;
    Ok(())
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
    let sql = "INSERT INTO practice.resources (cabinet_id, id, kind, name, active, rpps) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (cabinet_id, id) DO UPDATE SET name = excluded.name, active = excluded.active, \
         rpps = excluded.rpps, version = resources.version + 1 RETURNING id, kind, name, active, rpps";
    let row = tx
        .one(
            sql,
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
    #[serde(default = "yes")]
    pub needs_chair: bool,
    /// Whether it can be booked.
    #[serde(default = "yes")]
    pub active: bool,
}

fn euro() -> String {
    "EUR".to_owned()
}

/// The services, by code.
pub async fn services(tx: &Tx<'_>) -> Result<Vec<Service>, Error> {
    let rows = tx
        .query(
            "SELECT id, code, name, minutes, price_cents, currency, needs_chair, active FROM practice.services ORDER BY code",
            &[],
        )
        .await?;
    Ok(rows.iter().map(service_of).collect())
}

/// A service, if it is there.
pub async fn service(tx: &Tx<'_>, id: ServiceId) -> Result<Option<Service>, Error> {
    let sql = "SELECT id, code, name, minutes, price_cents, currency, needs_chair, active FROM practice.services WHERE id = $1";
    Ok(tx.optional(sql, &[&id.uuid()]).await?.as_ref().map(service_of))
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

/// The equipment, by kind and name.
pub async fn equipment(tx: &Tx<'_>) -> Result<Vec<Equipment>, Error> {
    let rows = tx
        .query(
            "SELECT id, name, kind, serial, chair_id FROM practice.equipment ORDER BY kind, name, id",
            &[],
        )
        .await?;
    Ok(rows.iter().map(piece_of).collect())
}

/// A piece of equipment, if it is there.
pub async fn piece(tx: &Tx<'_>, id: ItemId) -> Result<Option<Equipment>, Error> {
    let sql = "SELECT id, name, kind, serial, chair_id FROM practice.equipment WHERE id = $1";
    Ok(tx.optional(sql, &[&id.uuid()]).await?.as_ref().map(piece_of))
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

/// A template: what a new cabinet is furnished with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// `standard`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Hours, services, chairs, equipment, configuration.
    pub body: Value,
}

/// A template. In a transaction of the group.
pub async fn template(tx: &Tx<'_>, name: &str) -> Result<Template, Error> {
    let row = tx
        .optional(
            "SELECT name, title, body FROM practice.templates WHERE name = $1",
            &[&name],
        )
        .await?;
    row.as_ref().map(template_of).ok_or(Error::Unknown("template"))
}

/// Every template, by name.
pub async fn templates(tx: &Tx<'_>) -> Result<Vec<Template>, Error> {
    let rows = tx
        .query("SELECT name, title, body FROM practice.templates ORDER BY name", &[])
        .await?;
    Ok(rows.iter().map(template_of).collect())
}

/// Lets no other change of the templates happen until this transaction ends.
pub async fn templates_alone(tx: &Tx<'_>) -> Result<(), Error> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('nova templates', 0))";
    tx.execute(sql, &[]).await?;
    Ok(())
}

/// Adds or changes a template; true when it is new.
pub async fn put_template(tx: &Tx<'_>, template: &Template) -> Result<bool, Error> {
    let row = tx
        .one(
            "INSERT INTO practice.templates (name, title, body) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET title = excluded.title, body = excluded.body, updated_at = now() \
             RETURNING xmax::text = '0'",
            &[&template.name, &template.title, &template.body],
        )
        .await?;
    tx.audit(Entry::new("template.put", "template", None).details(json!({ "name": template.name })));
    Ok(row.get(0))
}

/// Takes a template away; cabinets that were furnished with it keep what they have.
pub async fn remove_template(tx: &Tx<'_>, name: &str) -> Result<(), Error> {
    let gone = tx
        .execute("DELETE FROM practice.templates WHERE name = $1", &[&name])
        .await?;
    if gone == 0 {
        return Err(Error::Unknown("template"));
    }
    tx.audit(Entry::new("template.remove", "template", None).details(json!({ "name": name })));
    Ok(())
}

fn template_of(row: &Row) -> Template {
    Template {
        name: row.get(0),
        title: row.get(1),
        body: row.get(2),
    }
}
