//! What transformers can be told, and whether what a rule says is allowed.

use super::of;
use crate::kind::{Kind, Locale};
use crate::spec::Parameters;
use crate::sql::dates::parse_iso_date;
use crate::sql::decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

/// What a parameter's value must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Type {
    /// Any text.
    Text,
    /// Exactly one character.
    Character,
    /// The name of a column of the same table.
    Column,
    /// A template with `{{ … }}`.
    Template,
    /// A regular expression.
    Pattern,
    /// `true` or `false`.
    Flag,
    /// A number within bounds.
    Number {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// A whole number within bounds.
    Count {
        /// Smallest.
        min: u64,
        /// Largest.
        max: u64,
    },
    /// One of some words.
    Choice {
        /// The words.
        words: &'static [&'static str],
    },
    /// A list of values, or an object of values and weights.
    Values,
    /// A list of `{when, transformer, parameters}`.
    Cases,
    /// A list of words: a program and its arguments.
    Command,
    /// A number or an ISO date.
    Bound,
    /// A language such as `fr_FR`.
    Locale,
}

/// One thing a transformer can be told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What its value must be.
    #[serde(flatten)]
    pub of: Type,
    /// What holds where it is not given, in words.
    pub default: &'static str,
    /// One line in English.
    pub english: &'static str,
    /// One line in French.
    pub french: &'static str,
}

impl Parameter {
    pub(super) const fn new(
        name: &'static str,
        of: Type,
        default: &'static str,
        english: &'static str,
        french: &'static str,
    ) -> Self {
        Self {
            name,
            of,
            default,
            english,
            french,
        }
    }

    /// What its value must be, in words.
    pub fn expects(&self) -> String {
        match self.of {
            Type::Text => "text".to_owned(),
            Type::Character => "one character".to_owned(),
            Type::Column => "the name of a column of the same table".to_owned(),
            Type::Template => "a template with {{ … }}".to_owned(),
            Type::Pattern => "a regular expression".to_owned(),
            Type::Flag => "true or false".to_owned(),
            Type::Number { min, max } => format!("a number from {min} to {max}"),
            Type::Count { min, max } => format!("a whole number from {min} to {max}"),
            Type::Choice { words } => format!("one of {}", words.join(", ")),
            Type::Values => "a list of values, or an object of values and weights".to_owned(),
            Type::Cases => "a list of {when, transformer, parameters}".to_owned(),
            Type::Command => "a list of words: a program and its arguments".to_owned(),
            Type::Bound => "a number or a date such as 2020-01-31".to_owned(),
            Type::Locale => "a language such as fr_FR or en".to_owned(),
        }
    }

    fn allows(&self, value: &Value) -> bool {
        let text = value.as_str();
        match self.of {
            Type::Text => text.is_some() || value.is_number() || value.is_boolean(),
            Type::Column => text.is_some_and(|text| !text.trim().is_empty()),
            Type::Character => text.is_some_and(|text| text.chars().count() == 1),
            Type::Template => text.is_some_and(|text| crate::mask::check_template(text).is_ok()),
            Type::Pattern => text.is_some_and(|text| crate::mask::check_pattern(text).is_ok()),
            Type::Flag => value.is_boolean(),
            Type::Number { min, max } => value.as_f64().is_some_and(|number| (min..=max).contains(&number)),
            Type::Count { min, max } => value.as_u64().is_some_and(|number| (min..=max).contains(&number)),
            Type::Choice { words } => text.is_some_and(|text| words.contains(&text)),
            Type::Values => match value {
                Value::Array(values) => !values.is_empty() && values.iter().all(is_scalar),
                Value::Object(weights) => {
                    weights
                        .values()
                        .all(|weight| weight.as_f64().is_some_and(|weight| weight >= 0.0))
                        && weights.values().filter_map(Value::as_f64).sum::<f64>() > 0.0
                }
                _ => false,
            },
            Type::Cases => value.as_array().is_some_and(|cases| !cases.is_empty()),
            Type::Command => value
                .as_array()
                .is_some_and(|words| !words.is_empty() && words.iter().all(Value::is_string)),
            Type::Bound => {
                value.is_number()
                    || text.is_some_and(|text| Decimal::parse(text).is_some() || parse_iso_date(text).is_some())
            }
            Type::Locale => serde_json::from_value::<Locale>(value.clone()).is_ok(),
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}

/// Checks parameters against the catalogue.
///
/// # Errors
/// In words: the parameter that is unknown, missing or has a value that is not allowed, and what is.
pub fn check(kind: Kind, parameters: &Parameters) -> Result<(), String> {
    let transformer = of(kind);
    for (name, value) in parameters {
        let Some(parameter) = transformer.parameters.iter().find(|parameter| parameter.name == name) else {
            let known: Vec<String> = transformer
                .parameters
                .iter()
                .map(|parameter| format!("`{}`", parameter.name))
                .collect();
            return Err(if known.is_empty() {
                format!("`{}` takes no parameters, not `{name}`", transformer.name)
            } else {
                format!(
                    "`{}` has no parameter `{name}`; it takes {}",
                    transformer.name,
                    known.join(", ")
                )
            });
        };
        if !parameter.allows(value) {
            let why = match (parameter.of, value.as_str()) {
                (Type::Template, Some(text)) => crate::mask::check_template(text).err(),
                (Type::Pattern, Some(text)) => crate::mask::check_pattern(text).err(),
                _ => None,
            };
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            return Err(format!(
                "`{name}` of `{}` is {}, not {value}{why}",
                transformer.name,
                parameter.expects()
            ));
        }
    }
    let missing = transformer
        .parameters
        .iter()
        .find(|parameter| parameter.default == REQUIRED && !parameters.contains_key(parameter.name));
    match missing {
        Some(parameter) => Err(format!(
            "`{}` needs `{}`: {}",
            transformer.name,
            parameter.name,
            parameter.expects()
        )),
        None => Ok(()),
    }
}

/// The default of a parameter that must be given.
pub(super) const REQUIRED: &str = "(required)";
