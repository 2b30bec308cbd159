//! One plan from rules and findings: a spec per column, equal for columns that must change together.
//!
//! 1. Each rule is resolved to the columns it names; each finding to its column where no rule stands.
//! 2. Columns joined by foreign keys form groups. A group has one spec: that of its rules, else that of its best finding.
//! 3. Uniqueness is one property of a kind in the whole plan: when one e-mail column is unique, all e-mail columns use
//!    the unique form, so that tables which join on an address without a foreign key still do.
//!
//! The result is sorted; the same input gives the same plan.

mod fit;
mod groups;
mod nearest;
mod resolve;

pub(crate) use fit::{applies, types_of};
pub(crate) use nearest::nearest;

use crate::detect::Finding;
use crate::error::Error;
use crate::facts::{ColumnFacts, ForeignKeyFacts};
use crate::kind::Kind;
use crate::rules::Rules;
use crate::spec::Spec;
use crate::sql::SqlType;
use resolve::Candidate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is masked, and what was left out on purpose.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MaskingPlan {
    /// Sorted by schema, table and column.
    pub columns: Vec<ColumnMasking>,
    /// Columns that a rule or a finding names and that are not masked.
    #[serde(default)]
    pub skipped: Vec<Skipped>,
}

/// How one column is masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnMasking {
    /// Schema of the table.
    pub schema: String,
    /// Table.
    pub table: String,
    /// Column.
    pub column: String,
    /// How.
    pub spec: Spec,
    /// Why.
    pub source: Source,
}

/// Why a column is masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A rule names it.
    Rule,
    /// Detection found it.
    Detected {
        /// From 0.5 to 1.
        score: f32,
        /// In words.
        reason: String,
    },
    /// A foreign key joins it to a column that is masked.
    ForeignKey {
        /// That column, as `schema.table.column`.
        through: String,
    },
}

/// A column that is not masked although something named it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skipped {
    /// Schema of the table.
    pub schema: String,
    /// Table.
    pub table: String,
    /// Column.
    pub column: String,
    /// Why not.
    pub reason: String,
}

impl MaskingPlan {
    /// The spec of a column, if it is masked.
    pub fn spec(&self, schema: &str, table: &str, column: &str) -> Option<&Spec> {
        self.columns
            .iter()
            .find(|masking| masking.schema == schema && masking.table == table && masking.column == column)
            .map(|masking| &masking.spec)
    }
}

impl MaskingPlan {
    /// True when a column (`schema.table.column`) is masked; of a document, that place in it.
    pub fn masks(&self, column: &str, path: Option<&str>) -> bool {
        let named = |masking: &&ColumnMasking| {
            column
                .strip_prefix(masking.schema.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                .and_then(|rest| rest.strip_prefix(masking.table.as_str())?.strip_prefix('.'))
                == Some(masking.column.as_str())
        };
        self.columns.iter().find(named).is_some_and(|masking| match path {
            Some(path) if !masking.spec.leaves.is_empty() => masking
                .spec
                .leaves
                .iter()
                .any(|leaf| leaf.path == path || leaf.path.contains('*')),
            _ => true,
        })
    }
}

/// Joins rules and findings into a plan.
///
/// # Errors
/// [`Error::UnknownColumn`], [`Error::Inapplicable`], [`Error::Conflict`], [`Error::BreaksConstraint`]: rules that
/// cannot be carried out. Findings never cause errors; what they may not touch is skipped.
pub fn plan(
    columns: &[ColumnFacts],
    keys: &[ForeignKeyFacts],
    rules: &Rules,
    findings: &[Finding],
) -> Result<MaskingPlan, Error> {
    let mut skipped = Vec::new();
    let mut candidates: Vec<Option<Candidate>> = resolve::rules(columns, rules, &mut skipped)?;
    resolve::entities(columns, rules, &mut candidates)?;
    resolve::findings(columns, findings, rules.locale, &mut candidates, &mut skipped);
    let links = groups::Links::of(columns, keys);
    links.propagate(columns, &mut candidates, &mut skipped)?;
    settle_limits(columns, &links, &mut candidates);
    settle_uniqueness(columns, &links, &mut candidates);
    let mut maskings: Vec<ColumnMasking> = columns
        .iter()
        .zip(candidates)
        .filter_map(|(column, candidate)| {
            candidate.map(|candidate| ColumnMasking {
                schema: column.schema.clone(),
                table: column.table.clone(),
                column: column.column.clone(),
                spec: candidate.spec,
                source: candidate.source,
            })
        })
        .collect();
    maskings.sort_by(|a, b| (&a.schema, &a.table, &a.column).cmp(&(&b.schema, &b.table, &b.column)));
    for (column, masking) in columns.iter().filter_map(|column| {
        let found = maskings
            .iter()
            .find(|m| m.schema == column.schema && m.table == column.table && m.column == column.column)?;
        Some((column, found))
    }) {
        resolve::check_references(columns, column, &masking.spec)?;
        resolve::check_constraints(column, &masking.spec, &masking.source)?;
    }
    skipped.sort();
    skipped.dedup();
    Ok(MaskingPlan {
        columns: maskings,
        skipped,
    })
}

/// The shortest limit and the narrowest integer of each group.
fn settle_limits(columns: &[ColumnFacts], links: &groups::Links, candidates: &mut [Option<Candidate>]) {
    for group in links.groups() {
        let limit = group.iter().filter_map(|&index| columns[index].max_length).min();
        let integer = group
            .iter()
            .filter_map(|&index| SqlType::parse(&columns[index].base_type).0.integer_max())
            .min();
        for &index in group {
            if let Some(candidate) = &mut candidates[index] {
                let spec = &mut candidate.spec;
                spec.max_length = limit.filter(|&limit| limit < spec.kind.natural_length() || spec.preserve_format);
                spec.integer_max = integer.filter(|&max| max < i64::MAX);
            }
        }
    }
}

fn settle_uniqueness(columns: &[ColumnFacts], links: &groups::Links, candidates: &mut [Option<Candidate>]) {
    let mut unique: BTreeSet<Kind> = BTreeSet::new();
    for group in links.groups() {
        if group.iter().any(|&index| columns[index].unique) {
            for candidate in group.iter().filter_map(|&index| candidates[index].as_ref()) {
                collect_kinds(&candidate.spec, &mut unique);
            }
        }
    }
    for candidate in candidates.iter_mut().flatten() {
        make_unique(&mut candidate.spec, &unique);
    }
}

/// The kinds that decide what a unique column's values become.
fn collect_kinds(spec: &Spec, kinds: &mut BTreeSet<Kind>) {
    if spec.kind == Kind::Chain {
        for case in &spec.cases {
            collect_kinds(&case.spec, kinds);
        }
    } else if !resolve::is_document(spec.kind) {
        kinds.insert(spec.kind);
    }
}

/// Puts a spec, its leaves and its cases into the unique form where their kind has to be unique.
fn make_unique(spec: &mut Spec, unique: &BTreeSet<Kind>) {
    let capable = crate::catalogue::of(spec.kind).unique != crate::catalogue::Unique::No;
    spec.unique = unique.contains(&spec.kind) && capable && !matches!(spec.kind, Kind::Keep | Kind::Shuffle);
    if resolve::is_document(spec.kind) || spec.kind == Kind::Scrub {
        spec.unique_kinds = unique.iter().copied().collect();
    }
    for leaf in spec.leaves.iter_mut().filter_map(|leaf| leaf.spec.as_mut()) {
        make_unique(leaf, unique);
    }
    for case in &mut spec.cases {
        make_unique(&mut case.spec, unique);
    }
}
