//! From rules and findings to candidate specs, column by column.

use super::nearest::nearest;
use super::{Skipped, Source, applies};
use crate::catalogue::{self, Unique};
use crate::detect::{self, Finding};
use crate::error::Error;
use crate::facts::ColumnFacts;
use crate::kind::{Kind, Locale, squash};
use crate::mask::document::path::Path;
use crate::mask::template_is_unique;
use crate::rules::{Rule, Rules, covers_table};
use crate::spec::{Case, Entity, JsonLeaf, Parameters, Spec};
use crate::sql::SqlType;
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
        kind => document_form(kind, column),
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
    if is_document(kind) {
        let leaf = rule.value_kind.map(|value| with_settings(value, rule)).transpose();
        let leaf = leaf.map_err(inapplicable)?;
        let path = rule.path.clone().or_else(|| leaf.is_some().then(|| "$..*".to_owned()));
        if let Some(path) = path {
            spec.leaves.push(JsonLeaf { path, spec: leaf });
        }
        spec.attributes.clone_from(&column.attributes);
        return Ok(when(rule, spec));
    }
    spec = with_settings(kind, rule).map_err(inapplicable)?;
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
        Kind::Noise if !fits(|text| Decimal::parse(text).is_some()) => {
            Err(inapplicable("min and max of a number are numbers".to_owned()))
        }
        Kind::Financial | Kind::Noise | Kind::Date | Kind::BirthDate => Ok(when(rule, spec)),
        _ if bounded => Err(inapplicable(
            "minValue and maxValue go with `financial`, `date` and `birth_date`".to_owned(),
        )),
        _ => Ok(when(rule, spec)),
    }
}

/// A spec as the rule's settings and parameters ask for it.
fn with_settings(kind: Kind, rule: &Rule) -> Result<Spec, String> {
    if kind == Kind::Constant && rule.constant.is_some() {
        return Ok(Spec {
            constant: rule.constant.clone(),
            ..Spec::new(kind)
        });
    }
    let mut parameters: Parameters = rule
        .params
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let own_locale = parameters.contains_key("locale");
    // What the guide's format has of its own goes with every kind; bounds are checked beside the column's type.
    let spec = Spec::build(kind, &std::mem::take(&mut parameters))?;
    Ok(Spec {
        locale: if own_locale { spec.locale } else { rule.locale },
        preserve_format: spec.preserve_format || rule.preserve_format,
        min: rule.constraints.min.clone().or(spec.min),
        max: rule.constraints.max.clone().or(spec.max),
        constant: rule.constant.clone().or(spec.constant),
        ..spec
    })
}

/// The spec for the rows that the rule is about; all other rows stay.
fn when(rule: &Rule, spec: Spec) -> Spec {
    match &rule.when {
        None => spec,
        Some(condition) => Spec {
            cases: vec![Case {
                when: Some(condition.clone()),
                spec,
            }],
            ..Spec::new(Kind::Chain)
        },
    }
}

/// True for kinds whose values hold others.
pub(super) fn is_document(kind: Kind) -> bool {
    matches!(kind, Kind::Json | Kind::Xml | Kind::Hstore | Kind::Composite)
}

/// A rule with paths says `json`; what kind of document it is about says the column's type.
fn document_form(kind: Kind, column: &ColumnFacts) -> Kind {
    let ty = SqlType::parse(&column.base_type).0;
    match kind {
        Kind::Json if ty == SqlType::Xml => Kind::Xml,
        Kind::Json if ty == SqlType::Hstore => Kind::Hstore,
        Kind::Json if !column.attributes.is_empty() => Kind::Composite,
        kind => kind,
    }
}

/// Makes the columns of each declared entity read as one person, or one address.
pub(super) fn entities(
    columns: &[ColumnFacts],
    rules: &Rules,
    candidates: &mut [Option<Candidate>],
) -> Result<(), Error> {
    for declared in &rules.entities {
        let of_table = |column: &ColumnFacts| {
            covers_table(&declared.table, &column.schema, &column.table)
                || column
                    .parent
                    .as_ref()
                    .is_some_and(|(schema, table)| covers_table(&declared.table, schema, table))
        };
        let first = |parts: &[&str]| {
            parts.iter().find_map(|wanted| {
                let mut parts = declared.columns.iter();
                parts.find_map(|(column, part)| (squash(part) == squash(wanted)).then(|| column.clone()))
            })
        };
        let key = declared.key.clone().or_else(|| {
            first(&[
                "email",
                "username",
                "name",
                "last_name",
                "first_name",
                "address",
                "city",
            ])
        });
        let Some(key) = key.or_else(|| declared.columns.keys().next().cloned()) else {
            continue;
        };
        let entity = Entity {
            name: declared.name.clone(),
            key,
            gender: declared.gender.clone().or_else(|| first(&["gender", "sex"])),
        };
        for (name, part) in &declared.columns {
            let Some(transformer) = catalogue::find(part) else {
                return Err(Error::UnknownTransformer(catalogue::unknown(part)));
            };
            for (index, column) in columns.iter().enumerate() {
                if !of_table(column) || column.column != *name || column.generated {
                    continue;
                }
                applies(transformer.kind, &column.base_type).map_err(|reason| Error::Inapplicable {
                    column: column.full_name(),
                    kind: transformer.label.to_owned(),
                    sql_type: column.base_type.clone(),
                    reason,
                })?;
                let ruled = candidates[index]
                    .take_if(|candidate| candidate.source == Source::Rule)
                    .map(|candidate| candidate.spec);
                let spec = ruled.unwrap_or_else(|| Spec {
                    locale: rules.locale,
                    ..Spec::new(transformer.kind)
                });
                // The key's own replacement follows its value, as everywhere else.
                let spec = if column.column == entity.key && declared.key.is_none() {
                    spec
                } else {
                    seated(spec, &entity)
                };
                candidates[index] = Some(Candidate {
                    spec,
                    source: Source::Rule,
                });
            }
        }
    }
    Ok(())
}

/// A spec whose values, or the values of whose cases, belong to an entity.
fn seated(mut spec: Spec, entity: &Entity) -> Spec {
    for case in &mut spec.cases {
        case.spec.entity = Some(entity.clone());
    }
    spec.entity = Some(entity.clone());
    spec
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
        if column.generated || (column.enum_type && kind != Kind::Shuffle) {
            continue;
        }
        if column.partition_key {
            skipped.push(skip(
                column,
                "it decides its row's partition, which a replacement would change".to_owned(),
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
                                attributes: column.attributes.clone(),
                                ..Spec::new(document_form(Kind::Json, column))
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
    if may_be_null(spec) && column.not_null {
        return breaks("`null` on a NOT NULL column");
    }
    if spec.kind == Kind::Constant && column.unique {
        return breaks("one constant for all rows of a unique column");
    }
    if column.partition_key && !matches!(spec.kind, Kind::Keep) {
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
    if column.unique && is_document(spec.kind) {
        return breaks("a document with masked leaves may meet another under a unique constraint");
    }
    if column.unique && !keeps_apart(spec) {
        return breaks(&format!(
            "`{}` does not keep different values of a unique column different",
            catalogue::of(spec.kind).name
        ));
    }
    Ok(())
}

fn may_be_null(spec: &Spec) -> bool {
    spec.kind == Kind::Null
        || spec.kind == Kind::Token && spec.text("mode") == Some("null")
        || spec.cases.iter().any(|case| may_be_null(&case.spec))
}

/// True when different originals are sure to get different replacements, the spec being in its unique form.
fn keeps_apart(spec: &Spec) -> bool {
    match spec.kind {
        Kind::Null => true,
        Kind::Hash => spec.count("length").is_none_or(|length| length >= 20),
        Kind::Token => spec.text("mode").is_none_or(|mode| mode == "random" || mode == "null"),
        Kind::Template => template_is_unique(spec),
        // Cases must not meet each other, nor a value that stays: a suffix of 80 bits never does, a permutation would.
        Kind::Chain => spec.cases.iter().all(|case| {
            matches!(case.spec.kind, Kind::Keep | Kind::Null | Kind::Uuid)
                || catalogue::of(case.spec.kind).unique == Unique::Suffix && keeps_apart(&case.spec)
        }),
        kind => catalogue::of(kind).unique != Unique::No,
    }
}

/// Refuses references to columns that are not there.
pub(super) fn check_references(columns: &[ColumnFacts], column: &ColumnFacts, spec: &Spec) -> Result<(), Error> {
    let in_table = || {
        columns
            .iter()
            .filter(|other| other.schema == column.schema && other.table == column.table)
            .map(|other| other.column.as_str())
    };
    let missing = spec
        .references()
        .into_iter()
        .find(|name| !in_table().any(|other| other == name));
    match missing {
        None => Ok(()),
        Some(name) => Err(Error::UnknownColumn {
            table: format!("{}.{}", column.schema, column.table),
            nearest: nearest(&name, in_table())
                .into_iter()
                .map(|near| format!("column `{near}`"))
                .collect(),
            column: name,
        }),
    }
}
