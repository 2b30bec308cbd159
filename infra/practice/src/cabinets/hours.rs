//! When a cabinet is open.

use crate::audit::Entry;
use crate::{Error, Tx};
use jiff::civil::Time;
use nova_practice::{Faults, ItemId};
use serde::{Deserialize, Serialize};
use serde_json::json;

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
