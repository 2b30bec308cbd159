//! Figures of every cabinet, for the group: read cabinet by cabinet behind the same policies, and each cabinet's audit
//! says so.

use crate::{Error, Tx};
use jiff::Timestamp;
use nova_practice::{CabinetId, cabinet::Condition};
use serde::{Deserialize, Serialize};

/// What happened in one cabinet; no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The cabinet.
    pub cabinet: CabinetId,
    /// Its name.
    pub name: String,
    /// Patients on its lists.
    pub patients: i64,
    /// Appointments that began in the time.
    pub appointments: i64,
    /// Of those, how many took place.
    pub completed: i64,
    /// … were called off.
    pub cancelled: i64,
    /// … nobody came to.
    pub no_shows: i64,
    /// Minutes that were booked.
    pub minutes: i64,
}

/// What happened in each active cabinet from `from` until before `until`. In a transaction of the group that has a
/// reason.
pub async fn activity(tx: &Tx<'_>, from: Timestamp, until: Timestamp) -> Result<Vec<Activity>, Error> {
    let rows = tx
        .query(
            "SELECT cabinet, name, patients, appointments, completed, cancelled, no_shows, minutes \
             FROM practice.group_report_activity($1, $2) ORDER BY name, cabinet",
            &[&from, &until],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Activity {
            cabinet: CabinetId(row.get(0)),
            name: row.get(1),
            patients: row.get(2),
            appointments: row.get(3),
            completed: row.get(4),
            cancelled: row.get(5),
            no_shows: row.get(6),
            minutes: row.get(7),
        })
        .collect())
}

/// How one cabinet was when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The cabinet.
    pub cabinet: CabinetId,
    /// Its name.
    pub name: String,
    /// As the worst of its checks; none before the first.
    pub condition: Option<Condition>,
    /// Checks that are not healthy.
    pub ill: Vec<String>,
    /// When the last check was.
    pub at: Option<Timestamp>,
}

/// How each active cabinet was when it was last looked at. In a transaction of the group that has a reason.
pub async fn health(tx: &Tx<'_>) -> Result<Vec<Health>, Error> {
    let rows = tx
        .query(
            "SELECT cabinet, name, condition, ill, at FROM practice.group_report_health() ORDER BY name, cabinet",
            &[],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Health {
            cabinet: CabinetId(row.get(0)),
            name: row.get(1),
            condition: row.get::<_, Option<&str>>(2).and_then(Condition::named),
            ill: row.get(3),
            at: row.get(4),
        })
        .collect())
}
