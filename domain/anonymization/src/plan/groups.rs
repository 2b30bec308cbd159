//! Columns that change together: foreign keys join columns into groups, and a group has one spec.

use super::resolve::{Candidate, skip};
use super::{Skipped, Source, applies};
use crate::error::Error;
use crate::facts::{ColumnFacts, ForeignKeyFacts};
use crate::kind::Kind;
use crate::spec::Spec;
use crate::sql::SqlType;
use std::collections::{BTreeMap, HashMap};

/// The groups, by index into the columns; every column is in exactly one.
pub(super) struct Links {
    groups: Vec<Vec<usize>>,
    /// Columns that some foreign key references.
    referenced: Vec<bool>,
}

impl Links {
    /// Follows every foreign key; leaves of a partitioned table stand for it.
    pub(super) fn of(columns: &[ColumnFacts], keys: &[ForeignKeyFacts]) -> Self {
        let mut places: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::new();
        for (index, column) in columns.iter().enumerate() {
            let mut add = |schema, table| {
                places
                    .entry((schema, table, column.column.as_str()))
                    .or_default()
                    .push(index);
            };
            add(column.schema.as_str(), column.table.as_str());
            if let Some((schema, table)) = &column.parent {
                add(schema.as_str(), table.as_str());
            }
        }
        let find = |(schema, table): &(String, String), column: &str| -> Vec<usize> {
            places
                .get(&(schema.as_str(), table.as_str(), column))
                .cloned()
                .unwrap_or_default()
        };
        let mut forest: Vec<usize> = (0..columns.len()).collect();
        let mut referenced = vec![false; columns.len()];
        // The leaves of one partitioned table hold one column between them.
        for indices in places.values() {
            for pair in indices.windows(2) {
                unite(&mut forest, pair[0], pair[1]);
            }
        }
        for key in keys {
            for (column, target) in key.columns.iter().zip(&key.referenced_columns) {
                let from = find(&key.table, column);
                let to = find(&key.referenced, target);
                for &index in &to {
                    referenced[index] = true;
                }
                for pair in from.iter().chain(&to).copied().collect::<Vec<_>>().windows(2) {
                    unite(&mut forest, pair[0], pair[1]);
                }
            }
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in 0..columns.len() {
            let root = root(&forest, index);
            groups.entry(root).or_default().push(index);
        }
        Self {
            groups: groups.into_values().collect(),
            referenced,
        }
    }

    pub(super) fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// Gives all columns of a group one spec.
    pub(super) fn propagate(
        &self,
        columns: &[ColumnFacts],
        candidates: &mut [Option<Candidate>],
        skipped: &mut Vec<Skipped>,
    ) -> Result<(), Error> {
        for group in self.groups.iter().filter(|group| group.len() > 1) {
            self.propagate_group(group, columns, candidates, skipped)?;
        }
        Ok(())
    }

    fn propagate_group(
        &self,
        group: &[usize],
        columns: &[ColumnFacts],
        candidates: &mut [Option<Candidate>],
        skipped: &mut Vec<Skipped>,
    ) -> Result<(), Error> {
        // A reference may be cut without touching what it refers to.
        let cut = |candidate: &Candidate| matches!(candidate.spec.kind, Kind::Null | Kind::Constant);
        let is_rule = |candidate: &Candidate| candidate.source == Source::Rule;
        let mut chosen: Option<usize> = None;
        for &index in group {
            let Some(candidate) = &candidates[index] else { continue };
            if cut(candidate) {
                if self.referenced[index] {
                    return Err(Error::BreaksConstraint {
                        column: columns[index].full_name(),
                        reason: "other rows refer to its values by a foreign key".to_owned(),
                    });
                }
                continue;
            }
            let Some(best) = chosen.and_then(|best| candidates[best].as_ref().map(|other| (best, other))) else {
                chosen = Some(index);
                continue;
            };
            let (best_index, other) = best;
            if is_rule(candidate) && is_rule(other) {
                if let Some(difference) = difference(&other.spec, &candidate.spec) {
                    return Err(Error::Conflict {
                        first: columns[best_index].full_name(),
                        second: columns[index].full_name(),
                        difference,
                    });
                }
            } else if is_rule(candidate) || (!is_rule(other) && score(candidate) > score(other)) {
                chosen = Some(index);
            }
        }
        let Some(chosen) = chosen else { return Ok(()) };
        let Some(source) = candidates[chosen].clone() else {
            return Ok(());
        };
        let obstacle = group.iter().find_map(|&index| obstacle(&columns[index], &source));
        if let Some(reason) = obstacle.filter(|_| source.source != Source::Rule) {
            // A finding is not worth breaking references: the whole group stays.
            for &index in group {
                if candidates[index].take_if(|candidate| !is_rule(candidate)).is_some() {
                    skipped.push(skip(&columns[index], reason.clone()));
                }
            }
            return Ok(());
        }
        let mut source = source;
        let of_type = |wanted: fn(SqlType) -> bool| {
            group
                .iter()
                .copied()
                .find(|&index| wanted(SqlType::parse(&columns[index].base_type).0))
        };
        // A number and a text of the same digits are permuted each in its own way.
        let (number, text) = (of_type(SqlType::is_integer), of_type(SqlType::is_text));
        if let (Some(number), Some(text), false) = (number, text, same_as_text_and_number(source.spec.kind)) {
            return Err(Error::Conflict {
                first: columns[number].full_name(),
                second: columns[text].full_name(),
                difference: format!(
                    "one is a number, the other text, and `{}` replaces them differently",
                    source.spec.kind.label()
                ),
            });
        }
        if !refers_alike(&source.spec) {
            return Err(Error::Conflict {
                first: columns[chosen].full_name(),
                second: group
                    .iter()
                    .find(|&&index| index != chosen)
                    .map_or_else(String::new, |&index| columns[index].full_name()),
                difference: "the replacement depends on the rest of the row, which differs on the other side"
                    .to_owned(),
            });
        }
        // An e-mail address that others refer to is replaced by its value alone.
        source.spec.entity = None;
        for &index in group {
            if let Some(candidate) = &mut candidates[index] {
                candidate.spec.entity = None;
            }
            let kept = candidates[index]
                .as_ref()
                .is_some_and(|candidate| is_rule(candidate) && (index == chosen || cut(candidate)));
            if kept || index == chosen {
                continue;
            }
            let column = &columns[index];
            if column.generated {
                skipped.push(skip(
                    column,
                    "a generated column: it is computed from columns that may be masked",
                ));
                continue;
            }
            applies(source.spec.kind, &column.base_type).map_err(|reason| Error::Inapplicable {
                column: column.full_name(),
                kind: source.spec.kind.label().to_owned(),
                sql_type: column.base_type.clone(),
                reason: format!(
                    "{} changes with it through a foreign key; {reason}",
                    columns[chosen].full_name()
                ),
            })?;
            let own_rule = candidates[index].as_ref().is_some_and(is_rule);
            candidates[index] = Some(Candidate {
                spec: source.spec.clone(),
                source: if own_rule {
                    Source::Rule
                } else {
                    Source::ForeignKey {
                        through: columns[chosen].full_name(),
                    }
                },
            });
        }
        Ok(())
    }
}

/// True for kinds that make the same digits of a number and of its text.
fn same_as_text_and_number(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Null | Kind::Constant | Kind::Keep | Kind::Pick | Kind::Round
    )
}

/// True when equal values become equal values on both sides of a reference.
fn refers_alike(spec: &Spec) -> bool {
    let without_entity = Spec {
        entity: None,
        ..spec.clone()
    };
    !without_entity.needs_row()
}

fn score(candidate: &Candidate) -> f32 {
    match candidate.source {
        Source::Detected { score, .. } => score,
        _ => 1.0,
    }
}

/// Why a finding must not spread to a column.
fn obstacle(column: &ColumnFacts, source: &Candidate) -> Option<String> {
    if column.partition_key {
        return Some(format!(
            "{} decides its row's partition and is joined to it",
            column.full_name()
        ));
    }
    if source.spec.kind == Kind::Shuffle {
        return Some(format!(
            "{} is joined to others, and values that change places would part them",
            column.full_name()
        ));
    }
    applies(source.spec.kind, &column.base_type)
        .is_err()
        .then(|| format!("{} is joined to it and has another type", column.full_name()))
}

fn difference(first: &Spec, second: &Spec) -> Option<String> {
    if first == second {
        None
    } else if first.kind != second.kind {
        Some(format!("`{}` and `{}`", first.kind.label(), second.kind.label()))
    } else {
        Some(format!("both are `{}`, with other settings", first.kind.label()))
    }
}

fn root(forest: &[usize], mut index: usize) -> usize {
    while forest[index] != index {
        index = forest[index];
    }
    index
}

fn unite(forest: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(forest, a), root(forest, b));
    // The smaller index is the root: groups come in the columns' order.
    forest[a.max(b)] = a.min(b);
}
