//! Operations as they stand now.

use super::summary;
use crate::shapes;
use nova_clone::{Operation, Outcome, Status, Summary};
use nova_errors::Failure;
use nova_kit::{Ports, RollbackPoint};
use nova_words::figures;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who acts for operations that have not ended.
pub trait Runners: Send + Sync {
    /// True when somebody acts for it.
    ///
    /// # Errors
    /// When that cannot be found out.
    fn run(&self, operation: &str) -> Result<bool, Failure>;
}

/// Where the functions, or the workers of `nova serve`, take up whatever has not ended.
#[derive(Debug, Clone, Copy)]
pub struct Always;

impl Runners for Always {
    fn run(&self, _: &str) -> Result<bool, Failure> {
        Ok(true)
    }
}

/// How far the rows have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chunks {
    /// Chunks the rows were divided into.
    #[schema(example = 40)]
    pub planned: u64,
    /// Read from the source.
    #[schema(example = 22)]
    pub exported: u64,
    /// Read, and personal data replaced.
    #[schema(example = 20)]
    pub anonymized: u64,
    /// Loaded into staging.
    #[schema(example = 18)]
    pub imported: u64,
    /// Rows loaded.
    #[schema(example = 180_000)]
    pub rows: u64,
    /// Bytes on the source's disk of what is copied.
    #[schema(example = 320_000_000)]
    pub bytes: u64,
}

/// An operation as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Operation)]
pub struct Shown {
    /// Its result so far.
    #[serde(flatten)]
    #[schema(value_type = shapes::Summary)]
    pub summary: Summary,
    /// When it was requested, in UTC.
    #[schema(example = "2026-03-01T12:00:00.123Z")]
    pub requested_at: String,
    /// Who requested it.
    #[schema(example = "token:ci")]
    pub requested_by: String,
    /// Somebody acts for it.
    pub running: bool,
    /// It can go on although nobody acts for it.
    pub resumable: bool,
    /// The step that failed.
    #[schema(example = json!(null))]
    pub failed_step: Option<String>,
    /// How far the rows have come, while it has not ended.
    pub chunks: Option<Chunks>,
}

impl Shown {
    /// An operation, without its tables.
    ///
    /// # Errors
    /// What the stores and `runners` say.
    pub async fn of(ports: &Ports, runners: &dyn Runners, operation: &Operation) -> Result<Self, Failure> {
        let running = !operation.has_ended() && runners.run(&operation.id)?;
        let chunks = match &operation.chunks {
            Some(_) if !operation.has_ended() => Some(chunks(ports, operation).await?),
            _ => None,
        };
        Ok(Self {
            summary: Summary::of(operation),
            requested_at: figures::moment(operation.requested_at_ms),
            requested_by: operation.actor.clone(),
            running,
            resumable: !running && operation.is_resumable(),
            failed_step: match &operation.outcome {
                Some(Outcome::Failed { step, .. }) => Some(step.clone()),
                _ => None,
            },
            chunks,
        })
    }

    /// An operation with its tables. It offers to roll back as long as the previous contents are there.
    ///
    /// # Errors
    /// As [`Shown::of`].
    pub async fn in_full(ports: &Ports, runners: &dyn Runners, operation: &Operation) -> Result<Self, Failure> {
        let mut shown = Self::of(ports, runners, operation).await?;
        // Whoever waits asks again and again: counting every chunk in the log is for results.
        if operation.has_ended() {
            shown.summary = summary(ports, operation).await?;
        } else if let Some(chunks) = shown.chunks {
            shown.summary.rows = chunks.rows;
        }
        if shown.summary.rollback_id.is_some() {
            let points = nova_kit::rollback_points(ports, &operation.requested.target).await?;
            shown.forget_used(points.iter());
        }
        Ok(shown)
    }

    /// An offer to roll back holds as long as the previous contents are there.
    pub fn forget_used<'a>(&mut self, mut points: impl Iterator<Item = &'a RollbackPoint>) {
        if !points.any(|point| point.operation == self.summary.operation_id) {
            self.summary.rollback_id = None;
        }
    }

    /// True when it has not ended, and yet nobody acts for it.
    pub fn is_interrupted(&self) -> bool {
        !self.summary.status.is_final() && !self.running
    }

    /// When it was requested, in milliseconds since 1970-01-01 UTC.
    pub fn requested_at_ms(&self) -> u64 {
        figures::parse_moment(&self.requested_at).unwrap_or_default()
    }
}

/// Counts the chunks on their way, from the read model that the pump keeps.
async fn chunks(ports: &Ports, operation: &Operation) -> Result<Chunks, Failure> {
    let planned = operation.chunks.as_ref();
    let prefix = format!("{}/{}/", operation.id, operation.epoch);
    let mut chunks = Chunks {
        planned: planned.map_or(0, |planned| planned.chunks.into()),
        exported: 0,
        anonymized: 0,
        imported: 0,
        rows: 0,
        bytes: planned.map_or(0, |planned| planned.estimated_bytes),
    };
    for (_, item) in ports.views.list(nova_fn_pump::CHUNKS, &prefix).await? {
        let steps = match item["phase"].as_str() {
            Some("imported") => 3,
            Some("anonymized") => 2,
            Some("exported") => 1,
            _ => 0,
        };
        chunks.exported += u64::from(steps >= 1);
        chunks.anonymized += u64::from(steps >= 2);
        chunks.imported += u64::from(steps >= 3);
        if steps >= 3 {
            chunks.rows += item["rows"].as_u64().unwrap_or(0);
        }
    }
    Ok(chunks)
}

/// Which operations are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those in this state.
    pub status: Option<Status>,
    /// Those on this target.
    pub target: Option<String>,
}

impl Filter {
    fn takes(&self, operation: &Operation) -> bool {
        self.status.is_none_or(|status| operation.status() == status)
            && self
                .target
                .as_ref()
                .is_none_or(|target| operation.requested.target == *target)
    }
}

/// Most operations that one page looks at: a filter that takes few must not read a whole history at once.
const LOOKED_AT: usize = 500;

/// Up to `limit` operations that were requested before operation `before`, newest first, and the operation at which
/// the next page begins. A page may hold fewer, or none, although there is a next one.
///
/// # Errors
/// What the log says.
pub async fn page(
    ports: &Ports,
    filter: &Filter,
    before: Option<&str>,
    limit: usize,
) -> Result<(Vec<Operation>, Option<String>), Failure> {
    const PREFIX: &str = "operation/";
    let streams = nova_kit::streams(ports, PREFIX).await?;
    // Ids sort by time of creation.
    let mut ids: Vec<&str> = streams
        .iter()
        .map(|stream| stream.as_str().trim_start_matches(PREFIX))
        .filter(|id| before.is_none_or(|before| *id < before))
        .collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    let mut operations = Vec::new();
    for (looked_at, id) in ids.iter().enumerate() {
        let found = nova_kit::operation_if_any(ports, id).await?;
        operations.extend(found.filter(|operation| filter.takes(operation)));
        if operations.len() == limit || looked_at + 1 == LOOKED_AT {
            let more = looked_at + 1 < ids.len();
            return Ok((operations, more.then(|| (*id).to_owned())));
        }
    }
    Ok((operations, None))
}
