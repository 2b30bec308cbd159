//! No original is left anywhere in the copy.
//!
//! The masker took keyed fingerprints of every original e-mail, phone and full name. They are merged into a filter of
//! bounded memory; every text-like cell of the copy is read and its candidates looked up; the few that the filter knows
//! are confirmed against the fingerprints themselves.

use crate::reading::{CANDIDATES, Candidates};
use nova_anonymization::{
    Action, Kind,
    leak::{Category, Estimate, Filter, Fingerprints, Hit, Scanner, Verdict},
};
use nova_clone::{
    Operation, checks,
    plan::{Plan, PlannedTable},
};
use nova_errors::Failure;
use nova_eventlog::{BlobKey, read_all};
use nova_events::Check;
use nova_kit::Ports;
use nova_schema::QualifiedName;
use std::{collections::BTreeMap, sync::Arc};

/// Memory for the filter, in bytes.
const FILTER_BYTES: usize = 32 * 1024 * 1024;

/// Where the text of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Content {
    /// From the source.
    #[default]
    Untouched,
    /// From the generator, in part or in whole, so that a hit may be another person's replacement.
    Masked,
    /// From the generator in whole, and not from the one of phones: digits that look like somebody's phone number are a
    /// coincidence.
    Invented,
}

impl Content {
    /// Appends the candidates in one cell, given as text and whether that is JSON.
    pub(crate) fn scan(self, scanner: &mut Scanner, (text, json): (&[u8], bool), hits: &mut Vec<Hit>) {
        if json {
            scanner.json(text, self != Self::Untouched, hits);
        } else {
            scanner.cell(text, self != Self::Untouched, hits);
        }
        if self == Self::Invented {
            hits.retain(|hit| hit.category != Category::Phone);
        }
    }
}

/// What is searched for, and where.
pub(crate) struct Search {
    blobs: Vec<BlobKey>,
    /// How many there are, about.
    originals: usize,
    filter: Arc<Filter>,
    key: [u8; 16],
    contents: BTreeMap<QualifiedName, BTreeMap<String, Content>>,
}

impl Search {
    /// Merges the fingerprints of all chunks; none when nothing was masked that could be looked for.
    pub(crate) async fn prepare(ports: &Ports, operation: &Operation, plan: &Plan) -> Result<Option<Self>, Failure> {
        let blobs = fingerprint_blobs(ports, operation, plan).await?;
        if blobs.is_empty() {
            return Ok(None);
        }
        let mut estimate = Estimate::default();
        for blob in &blobs {
            estimate.add(&load(ports, blob).await?);
        }
        let mut filter = Filter::new(&estimate, FILTER_BYTES);
        for blob in &blobs {
            filter.add(&load(ports, blob).await?);
        }
        Ok(Some(Self {
            blobs,
            originals: estimate.originals(),
            filter: Arc::new(filter),
            key: nova_kit::fingerprint_key(ports, &operation.id).await?,
            contents: plan.tables.iter().map(contents).collect(),
        }))
    }

    /// A scanner, one per task.
    pub(crate) fn scanner(&self) -> Scanner {
        Scanner::new(self.key, Arc::clone(&self.filter))
    }

    /// Where the text of each of these columns comes from.
    pub(crate) fn contents(&self, table: &QualifiedName, columns: &[String]) -> Vec<Content> {
        let known = self.contents.get(table);
        let content = |column| known.and_then(|known| known.get(column)).copied().unwrap_or_default();
        columns.iter().map(content).collect()
    }

    /// Confirms or clears the candidates.
    pub(crate) async fn check(&self, ports: &Ports, candidates: &Candidates) -> Result<Check, Failure> {
        let mut verdict = Verdict::new(candidates.keys().copied());
        if !verdict.is_empty() {
            for blob in &self.blobs {
                verdict.check(&load(ports, blob).await?);
            }
        }
        let mut leaks = summary(&verdict.leaks(), candidates);
        if leaks.is_empty() && candidates.len() >= CANDIDATES {
            // What came after these was not looked at: nothing is proved.
            leaks.push(format!(
                "more than {CANDIDATES} values look like originals, too many to tell"
            ));
        }
        Ok(checks::check(NAME, &leaks, || {
            format!(
                "none of about {} original values is left in any text of the copy",
                self.originals
            )
        }))
    }
}

/// The name of the check.
const NAME: &str = "personal_data";

/// What is said when there was nothing to search for.
pub(crate) fn nothing_to_find() -> Check {
    checks::check(NAME, &[], || "nothing was masked that could be looked for".to_owned())
}

/// One line per column and category: which kind of value is left where, never the value.
fn summary(leaks: &[Hit], candidates: &Candidates) -> Vec<String> {
    let mut places: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for hit in leaks {
        let what = match hit.category {
            Category::Email => "e-mail addresses",
            Category::Phone => "phone numbers",
            Category::Name => "full names",
        };
        if let Some((place, times)) = candidates.get(hit) {
            *places.entry((place.clone(), what)).or_default() += times;
        }
    }
    places
        .iter()
        .map(|((place, what), times)| format!("{place} still holds {times} original {what}: give it a rule"))
        .collect()
}

pub(crate) async fn fingerprint_blobs(
    ports: &Ports,
    operation: &Operation,
    plan: &Plan,
) -> Result<Vec<BlobKey>, Failure> {
    let mut blobs = Vec::new();
    for (number, chunk) in (0u32..).zip(&plan.chunks) {
        if plan
            .tables
            .get(chunk.table as usize)
            .is_some_and(|table| table.layout.is_some())
        {
            let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, number).await?;
            let name = state.anonymized.and_then(|clean| clean.fingerprints);
            blobs.extend(name.map(|name| BlobKey::new(operation.id.clone(), name)));
        }
    }
    Ok(blobs)
}

pub(crate) async fn load(ports: &Ports, blob: &BlobKey) -> Result<Fingerprints, Failure> {
    let bytes = read_all(ports.blobs.as_ref(), blob).await?;
    Ok(Fingerprints::from_bytes(&bytes)?)
}

/// Where the text of a table's masked columns comes from.
fn contents(table: &PlannedTable) -> (QualifiedName, BTreeMap<String, Content>) {
    let columns = table.layout.iter().flat_map(|layout| &layout.columns);
    let contents = columns.filter_map(|column| {
        let content = match &column.action {
            Action::Pass => return None,
            Action::Mask(spec) if matches!(spec.kind, Kind::Phone | Kind::Json) => Content::Masked,
            Action::Mask(_) => Content::Invented,
        };
        Some((column.name.clone(), content))
    });
    (table.name.clone(), contents.collect())
}
