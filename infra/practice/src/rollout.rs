//! A change of configuration on its way to many cabinets, stage by stage.

use crate::audit::Entry;
use crate::{Actor, Error, Scope, Store, Tx, configuration, health};
use nova_errors::{Code, Failure};
use nova_practice::cabinet::{Change, Condition, Configuration, Stage, Verdict, diff, verdict};
use nova_practice::{CabinetId, Faults};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::Row;
use uuid::Uuid;

/// Most cabinets that one roll-out reaches.
const MOST: usize = 500;

/// A roll-out as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    /// Its id.
    pub id: Uuid,
    /// Settings by path, with their new values.
    pub changes: BTreeMap<String, Value>,
    /// Why.
    pub note: String,
    /// Its stages, in order.
    pub stages: Vec<Stage>,
    /// How many stages have it.
    pub stage: i32,
    /// `running`, `paused`, `done`, `rolled_back`.
    pub status: String,
    /// Counts its changes.
    pub version: i64,
}

/// What is rolled out, and where to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRollout {
    /// Settings by path, with their new values.
    pub changes: BTreeMap<String, Value>,
    /// Why.
    pub note: String,
    /// Its stages, in order.
    pub stages: Vec<Stage>,
}

/// Begins a roll-out; nothing changes until [`advance`]. In a transaction of the group.
pub async fn begin(tx: &Tx<'_>, id: Uuid, new: &NewRollout) -> Result<Rollout, Error> {
    check(tx, new).await?;
    let (changes, stages) = (
        serde_json::to_value(&new.changes).unwrap_or_default(),
        serde_json::to_value(&new.stages).unwrap_or_default(),
    );
    tx.execute(
        "INSERT INTO practice.rollouts (id, changes, note, stages) VALUES ($1, $2, $3, $4)",
        &[&id, &changes, &new.note, &stages],
    )
    .await?;
    tx.audit(Entry::new("rollout.begin", "rollout", id));
    get(tx, id).await
}

/// Every fault: settings that are none, stages without cabinets, cabinets that are not there or named twice.
async fn check(tx: &Tx<'_>, new: &NewRollout) -> Result<(), Error> {
    let mut faults = Faults::default();
    let count = new.note.trim().chars().count();
    faults.unless((1..=500).contains(&count), "note", "has 1 to 500 characters");
    faults.unless(!new.changes.is_empty(), "changes", "is not empty");
    faults.unless((1..=20).contains(&new.stages.len()), "stages", "has 1 to 20 entries");
    let named: Vec<Uuid> = new
        .stages
        .iter()
        .flat_map(|stage| stage.cabinets.iter().map(|cabinet| cabinet.uuid()))
        .collect();
    for (place, stage) in new.stages.iter().enumerate() {
        let count = stage.name.trim().chars().count();
        let field = |name: &str| format!("stages.{place}.{name}");
        faults.unless((1..=100).contains(&count), &field("name"), "has 1 to 100 characters");
        faults.unless(!stage.cabinets.is_empty(), &field("cabinets"), "is not empty");
    }
    let different: BTreeSet<&Uuid> = named.iter().collect();
    faults.unless(named.len() <= MOST, "stages", "name at most 500 cabinets");
    faults.unless(different.len() == named.len(), "stages", "name each cabinet once");
    let row = tx
        .one("SELECT count(*) FROM practice.cabinets WHERE id = ANY ($1)", &[&named])
        .await?;
    let known = usize::try_from(row.get::<_, i64>(0)).unwrap_or(0);
    faults.unless(known == different.len(), "stages", "name cabinets that exist");
    faults.into_result()?;
    Configuration::default().with(&new.changes)?;
    Ok(())
}

/// A roll-out. In a transaction of the group.
pub async fn get(tx: &Tx<'_>, id: Uuid) -> Result<Rollout, Error> {
    tx.optional(
        "SELECT id, changes, note, stages, stage, status, version FROM practice.rollouts WHERE id = $1",
        &[&id],
    )
    .await?
    .as_ref()
    .map(rollout)
    .ok_or(Error::Unknown("rollout"))
}

/// Roll-outs, newest first, after one of them. In a transaction of the group.
pub async fn list(tx: &Tx<'_>, after: Option<Uuid>, limit: i64) -> Result<Vec<Rollout>, Error> {
    let rows = tx
        .query(
            "SELECT id, changes, note, stages, stage, status, version FROM practice.rollouts \
             WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2",
            &[&after, &limit],
        )
        .await?;
    Ok(rows.iter().map(rollout).collect())
}

fn rollout(row: &Row) -> Rollout {
    Rollout {
        id: row.get(0),
        changes: serde_json::from_value(row.get(1)).unwrap_or_default(),
        note: row.get(2),
        stages: serde_json::from_value(row.get(3)).unwrap_or_default(),
        stage: row.get(4),
        status: row.get(5),
        version: row.get(6),
    }
}

/// What a roll-out changes in a cabinet that does not have it yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The cabinet.
    pub cabinet: CabinetId,
    /// The stage it belongs to.
    pub stage: String,
    /// The settings that differ; none when it has them already.
    pub changes: Vec<Change>,
}

/// What the roll-out would change now, cabinet by cabinet.
pub async fn differences(store: &Store, actor: &Actor, id: Uuid) -> Result<Vec<Difference>, Error> {
    let rollout = store.with_group(actor, async |tx| get(tx, id).await).await?;
    let mut found = Vec::new();
    for stage in &rollout.stages {
        for cabinet in &stage.cabinets {
            let changes = store
                .with_cabinet(&scope(actor, *cabinet), async |tx| {
                    let now = configuration::live(tx).await?.map(|version| version.configuration);
                    let now = now.unwrap_or_default();
                    Ok(diff(&now, &now.with(&rollout.changes)?))
                })
                .await?;
            found.push(Difference {
                cabinet: *cabinet,
                stage: stage.name.clone(),
                changes,
            });
        }
    }
    Ok(found)
}

fn scope(actor: &Actor, cabinet: CabinetId) -> Scope {
    Scope {
        cabinet,
        actor: actor.clone(),
        request_id: String::new(),
        reason: Some("configuration roll-out".to_owned()),
    }
}

/// Looks at the cabinets that have the change. Healthy: the next stage gets it. Not: the roll-out pauses.
pub async fn advance(store: &Store, actor: &Actor, id: Uuid) -> Result<Rollout, Error> {
    let now = store.with_group(actor, async |tx| get(tx, id).await).await?;
    if now.status != "running" && now.status != "paused" {
        return Ok(now);
    }
    let mut conditions = BTreeMap::new();
    for cabinet in reached(&now) {
        let findings = store.with_cabinet(&scope(actor, cabinet), health::check).await?;
        let worst = findings.iter().map(|finding| finding.condition).max();
        conditions.insert(cabinet, worst.unwrap_or(Condition::Healthy));
    }
    let condition = |cabinet| conditions.get(&cabinet).copied().unwrap_or(Condition::Healthy);
    let count = usize::try_from(now.stage).unwrap_or(0);
    let (stage, status) = match verdict(&now.stages, count, condition) {
        Verdict::Pause(_) => (now.stage, "paused"),
        Verdict::Done => (now.stage, "done"),
        Verdict::Advance(place) => {
            for cabinet in &now.stages[place].cabinets {
                apply(store, actor, *cabinet, &now).await?;
            }
            (now.stage + 1, "running")
        }
    };
    keep(store, actor, &now, stage, status).await
}

/// The cabinets whose stage has the change.
fn reached(rollout: &Rollout) -> Vec<CabinetId> {
    let count = usize::try_from(rollout.stage).unwrap_or(0);
    let stages = rollout.stages.iter().take(count);
    stages.flat_map(|stage| stage.cabinets.iter().copied()).collect()
}

/// Gives one cabinet the change, once: a version that came from this roll-out is not made again.
async fn apply(store: &Store, actor: &Actor, cabinet: CabinetId, rollout: &Rollout) -> Result<(), Error> {
    store
        .with_cabinet(&scope(actor, cabinet), async |tx| {
            let before = configuration::live(tx).await?.map(|version| version.configuration);
            let before = before.unwrap_or_default();
            let after = before.with(&rollout.changes)?;
            if after == before {
                return Ok(());
            }
            become_of(tx, actor, rollout, &after, "configuration.rolled_out").await
        })
        .await
}

/// A version of this roll-out, live at once.
async fn become_of(
    tx: &Tx<'_>,
    actor: &Actor,
    rollout: &Rollout,
    wanted: &Configuration,
    told: &str,
) -> Result<(), Error> {
    let made = configuration::propose_for(tx, actor, wanted, &rollout.note, Some(rollout.id)).await?;
    configuration::activate(tx, made.number).await?;
    crate::outbox::leave(tx, told, Some(rollout.id), &json!({ "number": made.number })).await
}

/// Takes the change back where it arrived: as a new version, each setting that still is as the roll-out made it gets the
/// value it had before. What was changed since stays.
pub async fn roll_back(store: &Store, actor: &Actor, id: Uuid) -> Result<Rollout, Error> {
    let now = store.with_group(actor, async |tx| get(tx, id).await).await?;
    if now.status == "rolled_back" {
        return Err(Failure::new(Code::ROLLOUT, "it was rolled back before").into());
    }
    // A stage that was being given the change when its worker died has it in part.
    let mut further = reached(&now);
    let next = now.stages.get(usize::try_from(now.stage).unwrap_or(0));
    further.extend(next.iter().flat_map(|stage| stage.cabinets.iter().copied()));
    for cabinet in further {
        store
            .with_cabinet(&scope(actor, cabinet), async |tx| take_back(tx, actor, &now).await)
            .await?;
    }
    keep(store, actor, &now, now.stage, "rolled_back").await
}

async fn take_back(tx: &Tx<'_>, actor: &Actor, rollout: &Rollout) -> Result<(), Error> {
    let row = tx
        .optional(
            "SELECT number FROM practice.configurations WHERE rollout = $1 ORDER BY number LIMIT 1",
            &[&rollout.id],
        )
        .await?;
    let Some(row) = row else {
        return Ok(());
    };
    let ours = configuration::get(tx, row.get(0)).await?;
    let before = tx
        .optional(
            "SELECT number FROM practice.configurations WHERE live_at IS NOT NULL AND number < $1 \
             ORDER BY number DESC LIMIT 1",
            &[&ours.number],
        )
        .await?;
    let before = match before {
        Some(row) => configuration::get(tx, row.get(0)).await?.configuration,
        None => Configuration::default(),
    };
    let Some(live) = configuration::live(tx).await?.map(|version| version.configuration) else {
        return Ok(());
    };
    let changed_since: BTreeSet<String> = diff(&ours.configuration, &live)
        .into_iter()
        .map(|change| change.path)
        .collect();
    let back: BTreeMap<String, Value> = diff(&before, &ours.configuration)
        .into_iter()
        .filter(|change| rollout.changes.contains_key(&change.path) && !changed_since.contains(&change.path))
        // What was not there before is a feature, and off.
        .map(|change| (change.path, change.from.unwrap_or(Value::Bool(false))))
        .collect();
    if back.is_empty() {
        return Ok(());
    }
    become_of(tx, actor, rollout, &live.with(&back)?, "configuration.rolled_back").await
}

async fn keep(store: &Store, actor: &Actor, now: &Rollout, stage: i32, status: &str) -> Result<Rollout, Error> {
    store
        .with_group(actor, async |tx| {
            let kept = tx
                .execute(
                    "UPDATE practice.rollouts SET stage = $2, status = $3, version = version + 1 \
                     WHERE id = $1 AND version = $4",
                    &[&now.id, &stage, &status, &now.version],
                )
                .await?;
            // Somebody else was faster: what became of it is theirs to say.
            if kept == 1 {
                let details = json!({ "stage": stage, "status": status });
                tx.audit(Entry::new("rollout.advance", "rollout", now.id).details(details));
            }
            get(tx, now.id).await
        })
        .await
}
