//! How a cabinet works, as versions: one is live, the others are history or proposals. A change of many cabinets goes
//! out in stages.

use crate::audit::Entry;
use crate::{Actor, Error, Tx};
use jiff::Timestamp;
use nova_practice::cabinet::{Change, Configuration, diff};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_postgres::Row;
use uuid::Uuid;

/// A version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Its number, from 1.
    pub number: i32,
    /// What it says.
    pub configuration: Configuration,
    /// Why it was made.
    pub note: String,
    /// Who made it.
    pub author: String,
    /// When.
    pub created_at: Timestamp,
    /// Since when it is, or was, live; none for a proposal.
    pub live_at: Option<Timestamp>,
}

/// Versions older than `before`, newest first.
pub async fn versions(tx: &Tx<'_>, before: Option<i32>, limit: i64) -> Result<Vec<Version>, Error> {
    tx.query(
        "SELECT number, body, note, author, created_at, live_at FROM practice.configurations \
         WHERE $1::int4 IS NULL OR number < $1 ORDER BY number DESC LIMIT $2",
        &[&before, &limit.clamp(1, 500)],
    )
    .await?
    .iter()
    .map(version)
    .collect()
}

/// The version with this number.
pub async fn get(tx: &Tx<'_>, number: i32) -> Result<Version, Error> {
    tx.optional(
        "SELECT number, body, note, author, created_at, live_at FROM practice.configurations WHERE number = $1",
        &[&number],
    )
    .await?
    .as_ref()
    .map_or(Err(Error::Unknown("configuration")), version)
}

/// The live version; none before the first.
pub async fn live(tx: &Tx<'_>) -> Result<Option<Version>, Error> {
    tx.optional(
        "SELECT number, body, note, author, created_at, live_at FROM practice.configurations \
         WHERE live_at IS NOT NULL ORDER BY live_at DESC, number DESC LIMIT 1",
        &[],
    )
    .await?
    .as_ref()
    .map(version)
    .transpose()
}

/// Keeps a new version; nothing changes until it is activated.
pub async fn propose(tx: &Tx<'_>, actor: &Actor, wanted: &Configuration, note: &str) -> Result<Version, Error> {
    propose_for(tx, actor, wanted, note, None).await
}

/// The same for a roll-out, which finds its versions again.
pub(crate) async fn propose_for(
    tx: &Tx<'_>,
    actor: &Actor,
    wanted: &Configuration,
    note: &str,
    rollout: Option<Uuid>,
) -> Result<Version, Error> {
    wanted.check()?;
    let row = tx
        .one(
            "INSERT INTO practice.configurations (cabinet_id, number, body, note, author, rollout) \
             SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM practice.configurations \
             RETURNING number, body, note, author, created_at, live_at",
            &[&tx.tenant()?, &wanted.document(), &note, &actor.to_string(), &rollout],
        )
        .await?;
    let made = version(&row)?;
    tx.audit(Entry::new("configuration.propose", "configuration", None).details(json!({ "number": made.number })));
    Ok(made)
}

/// What activating a version would change.
pub async fn changes(tx: &Tx<'_>, number: i32) -> Result<Vec<Change>, Error> {
    let now = live(tx).await?.map(|version| version.configuration).unwrap_or_default();
    Ok(diff(&now, &get(tx, number).await?.configuration))
}

/// Makes a version live; an older one too, which is how a change is taken back.
pub async fn activate(tx: &Tx<'_>, number: i32) -> Result<Version, Error> {
    let row = tx
        .optional(
            "UPDATE practice.configurations SET live_at = clock_timestamp() WHERE number = $1 \
             RETURNING number, body, note, author, created_at, live_at",
            &[&number],
        )
        .await?;
    let made = row.as_ref().map_or(Err(Error::Unknown("configuration")), version)?;
    tx.audit(Entry::new("configuration.activate", "configuration", None).details(json!({ "number": number })));
    Ok(made)
}

fn version(row: &Row) -> Result<Version, Error> {
    Ok(Version {
        number: row.get(0),
        configuration: Configuration::read(&row.get::<_, Value>(1))?,
        note: row.get(2),
        author: row.get(3),
        created_at: row.get(4),
        live_at: row.get(5),
    })
}
