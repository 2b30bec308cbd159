//! From rules and findings to candidate specs, column by column.

use super::nearest::nearest;
use super::{Skipped, Source, applies};
use crate::detect::{self, Finding};
use crate::error::Error;
use crate::facts::ColumnFacts;
use crate::kind::{Kind, Locale};
use crate::mask::json::path::Path;
use crate::rules::{Rule, Rules};
use crate::spec::{JsonLeaf, Spec};
use crate::sql::dates::parse_iso_date;
use crate::sql::decimal::Decimal;

/// A column's spec so far.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) spec: Spec,
    pub(super) source: Source,
}

pub(super) fn skip(column: &ColumnFacts, reason: impl Into<String>) -> Skipped {
    Skipped {
        schema: column.schema.clone(),
        table: column.table.clone(),
        column: column.column.clone(),
        reason: reason.into(),
    }
}

/// True when `name` (a table, or a schema and a table) names the column's table or its partitioned parent.
fn names_table(name: &str, column: &ColumnFacts, same: fn(&str, &str) -> bool) -> bool {
    let fits = |schema: &str, table: &str| {
        same(name, table)
            || name
                .match_indices('.')
                .any(|(at, _)| same(&name[..at], schema) && same(&name[at + 1..], table))
    };
    fits(&column.schema, &column.table)
        || column
            .parent
            .as_ref()
            .is_some_and(|(schema, table)| fits(schema, table))
}

/// The columns a rule names: exactly written, else with another case.
fn named_by(rule: &Rule, columns: &[ColumnFacts]) -> Result<Vec<usize>, Error> {
    if rule.is_pattern() {
        let covered = |column: &ColumnFacts| {
            rule.covers(&column.schema, &column.table, &column.column)
                || column
                    .parent
                    .as_ref()
                    .is_some_and(|(schema, table)| rule.covers(schema, table, &column.column))
        };
        // A pattern of a shared file may cover nothing here.
        return Ok((0..columns.len()).filter(|&index| covered(&columns[index])).collect());
    }
    let exact: fn(&str, &str) -> bool = |a, b| a == b;
    let folded: fn(&str, &str) -> bool = |a, b| a.eq_ignore_ascii_case(b);
    for same in [exact, folded] {
        let found: Vec<usize> = columns
            .iter()
            .enumerate()
            .filter(|(_, column)| same(&rule.column, &column.column) && names_table(&rule.table, column, same))
            .map(|(index, _)| index)
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let in_table: Vec<&ColumnFacts> = columns
        .iter()
        .filter(|column| names_table(&rule.table, column, folded))
        .collect();
    let nearest: Vec<String> = if in_table.is_empty() {
        let bare = rule.table.rsplit('.').next().unwrap_or(&rule.table);
        nearest(bare, columns.iter().map(|column| column.table.as_str()))
            .into_iter()
            .map(|table| format!("table `{table}`"))
            .collect()
    } else {
        nearest(&rule.column, in_table.iter().map(|column| column.column.as_str()))
            .into_iter()
            .map(|column| format!("column `{column}`"))
            .collect()
    };
    Err(Error::UnknownColumn {
        table: rule.table.clone(),
        column: rule.column.clone(),
        nearest,
    })
}

/// Resolves every rule.
pub(super) fn rules(
    columns: &[ColumnFacts],
    rules: &Rules,
    skipped: &mut Vec<Skipped>,
) -> Result<Vec<Option<Candidate>>, Error> {
    let mut candidates: Vec<Option<Candidate>> = vec![None; columns.len()];
    let (patterns, named): (Vec<&Rule>, Vec<&Rule>) = rules.rules.iter().partition(|rule| rule.is_pattern());
    for rule in named.into_iter().chain(patterns) {
        for index in named_by(rule, columns)? {
            let column = &columns[index];
            // Who names a column is surer than who names many, and the first pattern counts.
            let decided = candidates[index].is_some();
            if rule.is_pattern()
                && (decided || rules.exemption(&column.schema, &column.table, &column.column).is_some())
            {
                continue;
            }
            if column.generated {
                skipped.push(skip(
                    column,
                    "a generated column: it is computed from columns that may be masked",
                ));
                continue;
            }
            let spec = spec_of(rule, column)?;
            match &mut candidates[index] {
                None => {
                    candidates[index] = Some(Candidate {
                        spec,
                        source: Source::Rule,
                    });
                }
                Some(earlier) => join(column, &mut earlier.spec, spec)?,
            }
        }
    }
    Ok(candidates)
}

/// Two rules for one column: paths of one JSON column add up, anything else must be the same.
fn join(column: &ColumnFacts, earlier: &mut Spec, spec: Spec) -> Result<(), Error> {
    if *earlier == spec {
        return Ok(());
    }
    let paths = !earlier.leaves.is_empty() && !spec.leaves.is_empty();
    let repeated = spec
        .leaves
        .iter()
        .any(|leaf| earlier.leaves.iter().any(|other| other.path == leaf.path));
    if paths && !repeated {
        earlier.leaves.extend(spec.leaves);
        return Ok(());
    }
    Err(Error::Conflict {
        first: column.full_name(),
        second: column.full_name(),
        difference: "the file has two rules for this column".to_owned(),
    })
}

fn spec_of(rule: &Rule, column: &ColumnFacts) -> Result<Spec, Error> {
    let kind = match rule.kind {
        Kind::Name => detect::refine_name(&column.column, &column.table),
        kind => kind,
    };
    let inapplicable = |reason: String| Error::Inapplicable {
        column: column.full_name(),
        kind: kind.label().to_owned(),
        sql_type: column.base_type.clone(),
        reason,
    };
    if column.enum_type && !matches!(kind, Kind::Null | Kind::Constant) {
        return Err(inapplicable(
            "an enum, which takes `null` or `constant:VALUE` as customGenerator".to_owned(),
        ));
    }
    applies(kind, &column.base_type).map_err(inapplicable)?;
    let mut spec = Spec {
        locale: rule.locale,
        ..Spec::new(kind)
    };
    if kind == Kind::Json {
        let leaf = rule.value_kind.map(|value| with_settings(Spec::new(value), rule));
        let path = rule.path.clone().or_else(|| leaf.is_some().then(|| "$..*".to_owned()));
        if let Some(path) = path {
            spec.leaves.push(JsonLeaf { path, spec: leaf });
        }
        return Ok(spec);
    }
    spec = with_settings(spec, rule);
    let bounds = [&spec.min, &spec.max];
    let fits = |test: fn(&str) -> bool| bounds.iter().all(|bound| bound.as_deref().is_none_or(test));
    let bounded = bounds.iter().any(|bound| bound.is_some());
    match kind {
        Kind::Financial if !fits(|text| Decimal::parse(text).is_some()) => Err(inapplicable(
            "minValue and maxValue of an amount are numbers".to_owned(),
        )),
        Kind::Date | Kind::BirthDate if !fits(|text| parse_iso_date(text).is_some()) => Err(inapplicable(
            "minValue and maxValue of a date are dates such as \"2020-01-31\"".to_owned(),
        )),
        Kind::Financial | Kind::Date | Kind::BirthDate => Ok(spec),
        _ if bounded => Err(inapplicable(
            "minValue and maxValue go with `financial`, `date` and `birth_date`".to_owned(),
        )),
        _ => Ok(spec),
    }
}

fn with_settings(spec: Spec, rule: &Rule) -> Spec {
    Spec {
        locale: rule.locale,
        preserve_format: rule.preserve_format,
        min: rule.constraints.min.clone(),
        max: rule.constraints.max.clone(),
        constant: rule.constant.clone(),
        ..spec
    }
}

/// Adds findings where no rule stands.
pub(super) fn findings(
    columns: &[ColumnFacts],
    findings: &[Finding],
    locale: Locale,
    candidates: &mut [Option<Candidate>],
    skipped: &mut Vec<Skipped>,
) {
    for finding in findings {
        let Some(kind) = finding.kind else { continue };
        let position = columns.iter().position(|column| {
            column.schema == finding.schema && column.table == finding.table && column.column == finding.column
        });
        let Some(index) = position else { continue };
        let column = &columns[index];
        if candidates[index]
            .as_ref()
            .is_some_and(|candidate| candidate.source == Source::Rule)
        {
            continue;
        }
        if column.generated || column.enum_type {
            continue;
        }
        if column.partition_key {
            skipped.push(skip(
                column,
                format!("looks like {}, but decides its row's partition", kind.label()),
            ));
            continue;
        }
        let leaf = Spec {
            locale,
            ..Spec::new(kind)
        };
        let source = Source::Detected {
            score: finding.score,
            reason: finding.reason.clone(),
        };
        match (&finding.path, &mut candidates[index]) {
            (Some(path), slot) => {
                if Path::parse(path).is_err() {
                    continue;
                }
                let leaf = JsonLeaf {
                    path: path.clone(),
                    spec: Some(leaf),
                };
                match slot {
                    Some(candidate) => candidate.spec.leaves.push(leaf),
                    None => {
                        *slot = Some(Candidate {
                            spec: Spec {
                                locale,
                                leaves: vec![leaf],
                                ..Spec::new(Kind::Json)
                            },
                            source,
                        });
                    }
                }
            }
            (None, slot @ None) if applies(kind, &column.base_type).is_ok() => {
                *slot = Some(Candidate { spec: leaf, source });
            }
            (None, _) => {}
        }
    }
}

/// Refuses what the column's constraints forbid.
pub(super) fn check_constraints(column: &ColumnFacts, spec: &Spec, source: &Source) -> Result<(), Error> {
    let breaks = |reason: &str| {
        Err(Error::BreaksConstraint {
            column: column.full_name(),
            reason: reason.to_owned(),
        })
    };
    if spec.kind == Kind::Null && column.not_null {
        return breaks("`null` on a NOT NULL column");
    }
    if spec.kind == Kind::Constant && column.unique {
        return breaks("one constant for all rows of a unique column");
    }
    if column.partition_key {
        return breaks(match source {
            Source::ForeignKey { .. } => {
                "a foreign key carries masking to this partition key, and rows would move between partitions"
            }
            _ => "it is a partition key, and rows would move between partitions",
        });
    }
    if column.unique && (spec.min.is_some() || spec.max.is_some()) {
        return breaks("minValue and maxValue leave too few values for a unique column");
    }
    if column.unique && spec.kind == Kind::Json {
        return breaks("a JSON document with masked leaves may meet another under a unique constraint");
    }
    Ok(())
}
