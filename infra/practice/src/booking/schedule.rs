//! When people work and which days differ.

use crate::audit::Entry;
use crate::{Error, Tx};
use jiff::civil::{Date, Time};
use nova_practice::booking::{Exception, ExceptionKind, Hours, Week};
use nova_practice::{Faults, ItemId, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::Row;
use uuid::Uuid;

/// When somebody works, on one weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// The weekday, from and to, and the days it holds.
    #[serde(flatten)]
    pub hours: Hours,
}

/// A day that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionEntry {
    /// Its id.
    pub id: ItemId,
    /// Whose; none: the whole cabinet's.
    #[serde(default)]
    pub resource_id: Option<ResourceId>,
    /// The day.
    pub day: Date,
    /// How it differs.
    pub kind: ExceptionKind,
    /// From; none: the whole day.
    #[serde(default)]
    pub opens: Option<Time>,
    /// To.
    #[serde(default)]
    pub closes: Option<Time>,
    /// Why: a holiday, a training.
    #[serde(default)]
    pub note: Option<String>,
}

/// When somebody works.
pub async fn working_hours(tx: &Tx<'_>, resource: ResourceId) -> Result<Vec<WorkingHours>, Error> {
    let rows = tx
        .query(
            "SELECT weekday, opens, closes, valid_from, valid_until FROM practice.working_hours \
             WHERE resource_id = $1 ORDER BY weekday, opens",
            &[&resource.uuid()],
        )
        .await?;
    Ok(rows.iter().map(|row| WorkingHours { hours: hours(row) }).collect())
}

/// Replaces somebody's hours. Each comes with the id of its row.
pub async fn set_working_hours(
    tx: &Tx<'_>,
    resource: ResourceId,
    hours: &[(ItemId, WorkingHours)],
) -> Result<(), Error> {
    let cabinet = tx.tenant()?;
    let mut faults = Faults::default();
    for (place, (_, one)) in hours.iter().enumerate() {
        let one = one.hours;
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
    tx.execute(
        "DELETE FROM practice.working_hours WHERE resource_id = $1",
        &[&resource.uuid()],
    )
    .await?;
    for (id, WorkingHours { hours: one }) in hours {
        tx.execute(
            "INSERT INTO practice.working_hours (cabinet_id, id, resource_id, weekday, opens, closes, valid_from, valid_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &cabinet,
                &id.uuid(),
                &resource.uuid(),
                &i16::from(one.weekday),
                &one.opens,
                &one.closes,
                &one.valid_from,
                &one.valid_until,
            ],
        )
        .await?;
    }
    tx.audit(Entry::new("schedule.hours", "resource", resource.uuid()).details(json!({ "entries": hours.len() })));
    Ok(())
}

/// Days that differ, from `from` to `until`, both included.
pub async fn exceptions(tx: &Tx<'_>, from: Date, until: Date) -> Result<Vec<ExceptionEntry>, Error> {
    let rows = tx
        .query(
            "SELECT id, resource_id, day, kind, opens, closes, note FROM practice.schedule_exceptions \
             WHERE day >= $1 AND day <= $2 ORDER BY day, opens",
            &[&from, &until],
        )
        .await?;
    Ok(rows.iter().map(exception_of).collect())
}

fn exception_of(row: &Row) -> ExceptionEntry {
    ExceptionEntry {
        id: ItemId(row.get(0)),
        resource_id: row.get::<_, Option<Uuid>>(1).map(ResourceId),
        day: row.get(2),
        kind: kind(row.get(3)),
        opens: row.get(4),
        closes: row.get(5),
        note: row.get(6),
    }
}

/// Adds a day that differs, or changes the one with this id.
pub async fn put_exception(tx: &Tx<'_>, entry: &ExceptionEntry) -> Result<(), Error> {
    let mut faults = Faults::default();
    let both = entry.opens.is_some() == entry.closes.is_some();
    faults.unless(both, "closes", "goes with opens");
    let later = entry.closes.is_none() || entry.closes > entry.opens;
    faults.unless(later, "closes", "is later than opens");
    faults.unless(
        entry.kind == ExceptionKind::Closed || entry.opens.is_some(),
        "opens",
        "is said where a day opens",
    );
    faults.into_result()?;
    let kind = match entry.kind {
        ExceptionKind::Closed => "closed",
        ExceptionKind::Open => "open",
    };
    tx.execute(
        "INSERT INTO practice.schedule_exceptions (cabinet_id, id, resource_id, day, kind, opens, closes, note) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (cabinet_id, id) DO UPDATE SET resource_id = excluded.resource_id, day = excluded.day, \
         kind = excluded.kind, opens = excluded.opens, closes = excluded.closes, note = excluded.note",
        &[
            &tx.tenant()?,
            &entry.id.uuid(),
            &entry.resource_id.map(ResourceId::uuid),
            &entry.day,
            &kind,
            &entry.opens,
            &entry.closes,
            &entry.note,
        ],
    )
    .await?;
    tx.audit(Entry::new("schedule.exception", "exception", entry.id.uuid()));
    Ok(())
}

/// A day that differs.
pub async fn exception(tx: &Tx<'_>, id: ItemId) -> Result<ExceptionEntry, Error> {
    let sql = "SELECT id, resource_id, day, kind, opens, closes, note FROM practice.schedule_exceptions WHERE id = $1";
    let row = tx.optional(sql, &[&id.uuid()]).await?;
    row.as_ref().map(exception_of).ok_or(Error::Unknown("exception"))
}

/// Takes a day that differs away.
pub async fn remove_exception(tx: &Tx<'_>, id: ItemId) -> Result<(), Error> {
    let gone = tx
        .execute("DELETE FROM practice.schedule_exceptions WHERE id = $1", &[&id.uuid()])
        .await?;
    if gone == 0 {
        return Err(Error::Unknown("exception"));
    }
    tx.audit(Entry::new("schedule.exception_removed", "exception", id.uuid()));
    Ok(())
}

pub(super) const WEEKS: &str = "SELECT true, 'open', weekday, opens, closes, NULL::date, NULL::date, NULL::date FROM practice.opening_hours \
     UNION ALL SELECT false, 'open', weekday, opens, closes, valid_from, valid_until, NULL \
        FROM practice.working_hours WHERE resource_id = $1 \
     UNION ALL SELECT resource_id IS NULL, kind, 0::int2, opens, closes, NULL, NULL, day \
        FROM practice.schedule_exceptions \
        WHERE day >= $2 AND day <= $3 AND (resource_id IS NULL OR resource_id = $1)";

/// The weeks of the cabinet and of a practitioner, with the days that differ between two dates.
pub(super) async fn weeks(tx: &Tx<'_>, practitioner: Uuid, from: Date, until: Date) -> Result<(Week, Week), Error> {
    let rows = tx.query(WEEKS, &[&practitioner, &from, &until]).await?;
    let (mut cabinet, mut person) = (Week::default(), Week::default());
    for row in rows {
        let week = if row.get(0) { &mut cabinet } else { &mut person };
        match row.get::<_, Option<Date>>(7) {
            Some(day) => week.exceptions.push(Exception {
                day,
                kind: kind(row.get(1)),
                hours: row.get::<_, Option<Time>>(3).zip(row.get::<_, Option<Time>>(4)),
            }),
            None => week.hours.push(Hours {
                weekday: weekday(row.get(2)),
                opens: row.get(3),
                closes: row.get(4),
                valid_from: row.get(5),
                valid_until: row.get(6),
            }),
        }
    }
    Ok((cabinet, person))
}

fn hours(row: &Row) -> Hours {
    Hours {
        weekday: weekday(row.get(0)),
        opens: row.get(1),
        closes: row.get(2),
        valid_from: row.get(3),
        valid_until: row.get(4),
    }
}

fn weekday(number: i16) -> i8 {
    i8::try_from(number).unwrap_or_default()
}

fn kind(word: &str) -> ExceptionKind {
    if word == "open" {
        ExceptionKind::Open
    } else {
        ExceptionKind::Closed
    }
}
