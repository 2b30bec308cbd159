//! The feed of changes, for calendars that follow.

use crate::{Error, Tx};
use jiff::Timestamp;
use nova_practice::AppointmentId;
use nova_practice::booking::{Slot, Status};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A place in the feed: transaction and number. Printed `tx.seq`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    tx: i64,
    seq: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.tx, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text
            .split_once('.')
            .and_then(|(tx, seq)| Some((tx.parse().ok()?, seq.parse().ok()?)));
        parsed
            .map(|(tx, seq)| Self { tx, seq })
            .ok_or_else(|| "a cursor is what an answer gave, unchanged".to_owned())
    }
}

/// A change of an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its place.
    pub cursor: Cursor,
    /// The appointment.
    pub appointment: AppointmentId,
    /// Where it stands since then.
    pub status: Status,
    /// When it is.
    #[serde(flatten)]
    pub slot: Slot,
    /// Its version since then.
    pub version: i64,
    /// When it changed.
    pub at: Timestamp,
}

/// Changes after `after`, in order. A change that commits late is never passed over: what could still be overtaken by a
/// running transaction waits for the next call.
pub async fn changes(tx: &Tx<'_>, after: Cursor, limit: i64) -> Result<Vec<Changed>, Error> {
    let rows = tx
        .query(
            "SELECT tx, seq, appointment_id, status, starts_at, ends_at, version, at FROM practice.appointment_changes \
             WHERE (tx, seq) > ($1, $2) AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
             ORDER BY tx, seq LIMIT $3",
            &[&after.tx, &after.seq, &limit.clamp(1, 1000)],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Changed {
            cursor: Cursor {
                tx: row.get(0),
                seq: row.get(1),
            },
            appointment: AppointmentId(row.get(2)),
            status: Status::named(row.get(3)).unwrap_or(Status::Expired),
            slot: Slot {
                start: row.get(4),
                end: row.get(5),
            },
            version: row.get(6),
            at: row.get(7),
        })
        .collect())
}
