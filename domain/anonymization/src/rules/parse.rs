//! From text to [`Rules`]. The parsers know line and column of whatever a `Deserialize` refuses, so every check that
//! concerns one value happens while that value is read.

use super::{
    Constraints, Entity, Exemption, Policy, QuasiIdentifiers, Reference, Rows, Rule, Rules, Subset, TableRule,
    generator,
};
use crate::error::Error;
use crate::kind::{Kind, Locale};
use crate::mask::document::path::Path;
use crate::sql::{dates, decimal};
use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};
use serde_json::{Map, Value};
use std::fmt;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(rename = "version", default)]
    _version: Option<Version>,
    #[serde(rename = "comment", default)]
    _comment: Option<String>,
    #[serde(default)]
    locale: Option<Locale>,
    #[serde(default)]
    policy: Option<Policy>,
    #[serde(default)]
    subset: Option<Subset>,
    #[serde(default)]
    defaults: Defaults,
    #[serde(default)]
    rules: Vec<Checked>,
    #[serde(default)]
    tables: Vec<CheckedTable>,
    #[serde(default)]
    entities: Vec<Entity>,
    #[serde(default)]
    references: Vec<Reference>,
    #[serde(default)]
    exempt: Vec<Reasoned>,
    #[serde(default)]
    quasi_identifiers: Vec<QuasiIdentifiers>,
}

/// The version of the format; there is one.
struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(de::Error::custom(format_args!(
                "version {other} is not known, expected 1"
            ))),
        }
    }
}

/// What holds for rules that do not say.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
struct Defaults {
    locale: Option<Locale>,
    preserve_format: Option<bool>,
}

/// An exemption with a reason that says something.
#[derive(serde::Deserialize)]
#[serde(try_from = "Exemption")]
struct Reasoned(Exemption);

impl TryFrom<Exemption> for Reasoned {
    type Error = String;

    fn try_from(exemption: Exemption) -> Result<Self, String> {
        if exemption.reason.trim().len() < 3 {
            return Err(format!(
                "the exemption of {}.{} gives no reason",
                exemption.table, exemption.column
            ));
        }
        Ok(Self(exemption))
    }
}

/// A rule for a table whose parts fit together.
#[derive(serde::Deserialize)]
#[serde(try_from = "TableRule")]
struct CheckedTable(TableRule);

impl TryFrom<TableRule> for CheckedTable {
    type Error = String;

    fn try_from(rule: TableRule) -> Result<Self, String> {
        let of_table = |message: &str| format!("the table {}: {message}", rule.table);
        if rule.rows == Some(Rows::Drop) && (rule.limit.is_some() || rule.subset.is_some()) {
            return Err(of_table("rows that are dropped have no `limit` and no `subset`"));
        }
        if let Some(when) = &rule.when {
            crate::mask::check_condition(when).map_err(|message| of_table(&message))?;
        }
        Ok(Self(rule))
    }
}

/// A rule whose parts fit together; the check runs while reading, so that its errors carry a position too.
#[derive(serde::Deserialize)]
#[serde(try_from = "RawRule")]
struct Checked {
    rule: Rule,
    locale: Option<Locale>,
    preserve_format: Option<bool>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawRule {
    #[serde(alias = "table")]
    table_name: Name,
    #[serde(alias = "column")]
    column_name: Name,
    #[serde(alias = "transformer", alias = "type")]
    anonymization_type: RuleType,
    #[serde(default, alias = "preserve_format")]
    preserve_format: Option<bool>,
    #[serde(alias = "custom_generator", alias = "generator")]
    custom_generator: Option<Generator>,
    constraints: Option<RawConstraints>,
    path: Option<JsonPath>,
    #[serde(alias = "value_type", alias = "value")]
    value_type: Option<RuleType>,
    locale: Option<Locale>,
    when: Option<Name>,
    #[serde(default)]
    params: Map<String, Value>,
    #[serde(rename = "comment", default)]
    _comment: Option<String>,
}

struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.trim().is_empty() {
            return Err(de::Error::custom("a name or an expression is empty"));
        }
        Ok(Self(text))
    }
}

struct RuleType(Kind);

impl<'de> Deserialize<'de> for RuleType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Kind::parse(&text).map(Self).ok_or_else(|| {
            de::Error::custom(format_args!(
                "unknown type `{text}`, expected one of {}",
                list(&Kind::labels())
            ))
        })
    }
}

struct Generator {
    name: String,
    kind: Kind,
    constant: Option<String>,
}

impl<'de> Deserialize<'de> for Generator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        match generator::resolve(&name) {
            Some((kind, constant)) => Ok(Self { name, kind, constant }),
            None => Err(de::Error::custom(format_args!(
                "unknown generator `{name}`, expected one of {}",
                list(&generator::generator_names())
            ))),
        }
    }
}

struct JsonPath(String);

impl<'de> Deserialize<'de> for JsonPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match Path::parse(&text) {
            Ok(_) => Ok(Self(text)),
            Err(reason) => Err(de::Error::custom(format_args!("path `{text}`: {reason}"))),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawConstraints {
    #[serde(alias = "min_value")]
    min_value: Option<Bound>,
    #[serde(alias = "max_value")]
    max_value: Option<Bound>,
}

struct Bound(String);

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoundVisitor;
        impl Visitor<'_> for BoundVisitor {
            type Value = Bound;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a date such as \"2020-01-31\"")
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Bound, E> {
                Ok(Bound(value.to_string()))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Bound, E> {
                let text = value.trim();
                if decimal::Decimal::parse(text).is_some() || dates::parse_iso_date(text).is_some() {
                    Ok(Bound(text.to_owned()))
                } else {
                    Err(E::invalid_value(Unexpected::Str(value), &self))
                }
            }
        }
        deserializer.deserialize_any(BoundVisitor)
    }
}

pub(super) fn parse(text: &str) -> Result<Rules, Error> {
    let file: File = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| locate(&error))?
    } else {
        toml_edit::de::from_str(text).map_err(|error| locate_toml(text, &error))?
    };
    let locale = file.locale.or(file.defaults.locale).unwrap_or_default();
    let rules = file
        .rules
        .into_iter()
        .map(|checked| Rule {
            locale: checked.locale.unwrap_or(locale),
            preserve_format: checked
                .preserve_format
                .or(file.defaults.preserve_format)
                .unwrap_or_default(),
            ..checked.rule
        })
        .collect();
    Ok(Rules {
        locale,
        policy: file.policy,
        subset: file.subset,
        rules,
        tables: file.tables.into_iter().map(|CheckedTable(rule)| rule).collect(),
        entities: file.entities,
        references: file.references,
        exempt: file.exempt.into_iter().map(|Reasoned(exemption)| exemption).collect(),
        quasi_identifiers: file.quasi_identifiers,
    })
}

impl TryFrom<RawRule> for Checked {
    type Error = String;

    fn try_from(raw: RawRule) -> Result<Self, String> {
        let (locale, preserve_format) = (raw.locale, raw.preserve_format);
        assemble(raw).map(|rule| Self {
            rule,
            locale,
            preserve_format,
        })
    }
}

fn assemble(raw: RawRule) -> Result<Rule, String> {
    let RawRule {
        table_name: Name(table),
        column_name: Name(column),
        anonymization_type: RuleType(declared),
        ..
    } = raw;
    let of_rule = |message: &str| format!("the rule for {table}.{column}: {message}");
    let path = raw.path.map(|JsonPath(path)| path);
    let document = matches!(declared, Kind::Json | Kind::Xml | Kind::Hstore | Kind::Composite);
    if path.is_some() && !document {
        return Err(of_rule(
            "`path` goes with types `json`, `xml`, `hstore` and `composite` only",
        ));
    }
    let (generated, constant, custom_generator) = match raw.custom_generator {
        Some(generator) => (Some(generator.kind), generator.constant, Some(generator.name)),
        None => (None, None, None),
    };
    // In a JSON rule the generator is for the leaves; elsewhere it replaces the declared type.
    let (kind, value_kind) = if document {
        (declared, generated.or(raw.value_type.map(|RuleType(kind)| kind)))
    } else if raw.value_type.is_some() {
        return Err(of_rule(
            "`valueType` goes with types `json`, `xml`, `hstore` and `composite` only",
        ));
    } else {
        (generated.unwrap_or(declared), None)
    };
    if value_kind == Some(Kind::Json) {
        return Err(of_rule("`valueType` is what the leaf is, not `json`"));
    }
    let told = value_kind.unwrap_or(kind);
    if told != Kind::Constant || constant.is_none() {
        let params = raw
            .params
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        crate::catalogue::check(told, &params).map_err(|message| of_rule(&message))?;
    }
    if let Some(Name(when)) = &raw.when {
        crate::mask::check_condition(when).map_err(|message| of_rule(&message))?;
    }
    let constraints = raw.constraints.map_or_else(Constraints::default, |raw| Constraints {
        min: raw.min_value.map(|Bound(text)| text),
        max: raw.max_value.map(|Bound(text)| text),
    });
    if let (Some(min), Some(max)) = (&constraints.min, &constraints.max)
        && !ordered(min, max)
    {
        return Err(of_rule(&format!("minValue {min} is not below maxValue {max}")));
    }
    Ok(Rule {
        kind,
        preserve_format: raw.preserve_format.unwrap_or_default(),
        custom_generator,
        constant,
        constraints,
        path,
        value_kind,
        locale: Locale::default(),
        table,
        column,
        when: raw.when.map(|Name(text)| text),
        params: raw.params,
    })
}

fn ordered(min: &str, max: &str) -> bool {
    match (decimal::Decimal::parse(min), decimal::Decimal::parse(max)) {
        (Some(low), Some(high)) => low.less_than(&high),
        (None, None) => match (dates::parse_iso_date(min), dates::parse_iso_date(max)) {
            (Some(low), Some(high)) => low < high,
            _ => false,
        },
        _ => false,
    }
}

fn locate(error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    Error::Rules {
        line: error.line(),
        column: error.column(),
        message: text.strip_suffix(&position).unwrap_or(&text).to_owned(),
    }
}

fn locate_toml(text: &str, error: &toml_edit::de::Error) -> Error {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..start).unwrap_or_default();
    Error::Rules {
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1,
        message: error.message().trim_end().to_owned(),
    }
}

fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
