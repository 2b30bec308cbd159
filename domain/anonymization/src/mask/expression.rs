//! Conditions and templates over the row, by minijinja: no loops over anything large, no files, no clock.

use super::identity::{Identity, Seat, commune};
use super::{Fault, Row, Scope, suffix};
use crate::key::{Draw, Prf};
use crate::spec::Spec;
use crate::words::Words;
use minijinja::value::Value;
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

/// The name under which the one expression of an environment is kept.
const NAME: &str = "it";
/// What a condition that holds is rendered as.
const HOLDS: &str = "t";
/// Steps that one evaluation may take.
const STEPS: u64 = 20_000;
/// Globals of the language: no columns.
const GLOBALS: &[&str] = &[
    "range",
    "dict",
    "namespace",
    "debug",
    "lipsum",
    "cycler",
    "joiner",
    "true",
    "false",
    "none",
];
/// What templates can ask for.
const GENERATORS: &[&str] = &[
    "firstName",
    "lastName",
    "fullName",
    "initials",
    "userName",
    "email",
    "city",
    "postCode",
    "department",
    "street",
    "company",
    "jobTitle",
    "code",
    "digits",
    "letters",
    "hex",
    "number",
];

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_fuel(Some(STEPS));
    environment
}

/// Reads a column's text as a number, a truth or a text.
fn typed(text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::from(()) };
    match text {
        "t" | "true" => return Value::from(true),
        "f" | "false" => return Value::from(false),
        _ => {}
    }
    // A postal code or a phone number is no number: it begins with a zero or a plus.
    let number = text.len() < 16
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
        && !text.starts_with('.')
        && !(text.starts_with('0') && text.len() > 1 && !text.starts_with("0."));
    if number {
        if let Ok(whole) = text.parse::<i64>() {
            return Value::from(whole);
        }
        if let Ok(number) = text.parse::<f64>() {
            return Value::from(number);
        }
    }
    Value::from(text)
}

fn names_in(nested: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    nested.into_iter().collect()
}

fn words_of(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => detail.to_owned(),
        None => error.kind().to_string(),
    }
}

/// Checks a condition.
///
/// # Errors
/// In words.
pub(crate) fn check_condition(when: &str) -> Result<(), String> {
    environment()
        .compile_expression_owned(when.to_owned())
        .map(|_| ())
        .map_err(|error| format!("condition `{when}`: {}", words_of(&error)))
}

/// The columns a condition reads: `x` and `row.x`.
pub(crate) fn condition_columns(when: &str) -> Vec<String> {
    let environment = environment();
    let Ok(expression) = environment.compile_expression_owned(when.to_owned()) else {
        return Vec::new();
    };
    names_in(expression.undeclared_variables(true))
        .into_iter()
        .filter_map(|name| match name.strip_prefix("row.") {
            Some(column) => Some(column.to_owned()),
            None if name == "value" || name == "row" || GLOBALS.contains(&name.as_str()) => None,
            None => Some(name.split('.').next().unwrap_or(&name).to_owned()),
        })
        .collect()
}

/// Checks a template.
///
/// # Errors
/// In words; an unknown name with those that there are.
pub(crate) fn check_template(text: &str) -> Result<(), String> {
    let mut environment = environment();
    environment
        .add_template_owned(NAME, text.to_owned())
        .map_err(|error| words_of(&error))?;
    let template = environment.get_template(NAME).map_err(|error| words_of(&error))?;
    let unknown = names_in(template.undeclared_variables(false))
        .into_iter()
        .find(|name| !GENERATORS.contains(&name.as_str()) && !["row", "new", "value"].contains(&name.as_str()));
    match unknown {
        None => Ok(()),
        Some(name) if GLOBALS.contains(&name.as_str()) => Ok(()),
        Some(name) => Err(format!(
            "`{name}` is none of {}, row.COLUMN, new.COLUMN, value",
            GENERATORS.join(", ")
        )),
    }
}

fn template_names(spec: &Spec) -> BTreeSet<String> {
    let mut environment = environment();
    let text = spec.text("template").unwrap_or_default();
    if environment.add_template_owned(NAME, text.to_owned()).is_err() {
        return BTreeSet::new();
    }
    environment
        .get_template(NAME)
        .map(|template| names_in(template.undeclared_variables(true)))
        .unwrap_or_default()
}

/// The columns a template names, `row.x` and `new.x`.
pub(crate) fn template_columns(spec: &Spec) -> Vec<String> {
    template_names(spec)
        .iter()
        .filter_map(|name| name.strip_prefix("row.").or_else(|| name.strip_prefix("new.")))
        .map(str::to_owned)
        .collect()
}

/// The columns whose replacements a template reads.
pub(crate) fn template_new_columns(spec: &Spec) -> Vec<String> {
    template_names(spec)
        .iter()
        .filter_map(|name| name.strip_prefix("new."))
        .map(str::to_owned)
        .collect()
}

/// True when different originals cannot give the same text: the template holds the 80-bit `code`.
pub(crate) fn template_is_unique(spec: &Spec) -> bool {
    template_names(spec).contains("code")
}

/// The columns an expression reads, and what the current row has there.
struct Reader {
    columns: Vec<(String, usize)>,
    values: BTreeMap<String, Value>,
}

impl Reader {
    fn of(names: Vec<String>, scope: &Scope<'_>) -> Self {
        Self {
            columns: names
                .into_iter()
                .map(|name| {
                    let column = scope.column(&name);
                    (name, column)
                })
                .collect(),
            values: BTreeMap::new(),
        }
    }

    fn bind(&mut self, row: &dyn Row, replaced: bool) -> Result<(), Fault> {
        for (name, column) in &self.columns {
            let text = if replaced {
                row.replaced(*column)?
            } else {
                row.original(*column)?
            };
            self.values.insert(name.clone(), typed(text.as_deref()));
        }
        Ok(())
    }
}

fn object(reader: &Reader) -> Value {
    Value::from_pairs(reader.values.iter().map(|(name, value)| (name.clone(), value.clone())))
}

/// A condition on the row and on the value itself.
pub(crate) struct Condition {
    environment: Environment<'static>,
    reader: Reader,
}

impl Condition {
    pub(crate) fn compile(when: &str, scope: &Scope<'_>) -> Self {
        let mut environment = environment();
        // A condition that cannot be read was refused when the rules were.
        let _ = environment.add_template_owned(NAME, format!("{{% if ({when}) %}}{HOLDS}{{% endif %}}"));
        Self {
            environment,
            reader: Reader::of(condition_columns(when), scope),
        }
    }

    pub(crate) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        self.reader.bind(row, false)
    }

    /// Whether it holds for a value of the bound row.
    pub(crate) fn holds(&self, value: Option<&str>) -> Result<bool, Fault> {
        const FAILED: Fault = "a condition cannot be evaluated for this row";
        let template = self.environment.get_template(NAME).map_err(|_| FAILED)?;
        let mut context = self.reader.values.clone();
        context.insert("row".to_owned(), object(&self.reader));
        context.insert("value".to_owned(), typed(value));
        let result = template.render(Value::from_pairs(context)).map_err(|_| FAILED)?;
        Ok(result == HOLDS)
    }
}

/// A template.
pub(super) struct Template {
    environment: Environment<'static>,
    prf: Prf,
    words: &'static Words,
    names: BTreeSet<String>,
    row: Reader,
    new: Reader,
}

impl Template {
    pub(super) fn compile(spec: &Spec, words: &'static Words, prf: Prf, scope: &Scope<'_>) -> Self {
        let mut environment = environment();
        // A template that cannot be read was refused when the rules were.
        let _ = environment.add_template_owned(NAME, spec.text("template").unwrap_or_default().to_owned());
        let names = template_names(spec);
        let read = |prefix: &str| {
            let columns = names
                .iter()
                .filter_map(|name| Some(name.strip_prefix(prefix)?.to_owned()));
            Reader::of(columns.collect(), scope)
        };
        Self {
            row: read("row."),
            new: read("new."),
            environment,
            prf,
            words,
            names,
        }
    }

    pub(super) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        self.row.bind(row, false)?;
        self.new.bind(row, true)
    }

    pub(super) fn mask(&self, core: &str, attempt: u32, seat: Option<&Seat>, out: &mut String) -> Result<(), Fault> {
        const FAILED: Fault = "the template cannot be filled in for this row";
        let hash = self.prf.hash(core.as_bytes());
        let identity = seat
            .and_then(|seat| seat.identity(attempt, self.words))
            .unwrap_or_else(|| Identity::of(hash, attempt, self.words, None));
        let mut context: BTreeMap<String, Value> = BTreeMap::new();
        for name in &self.names {
            if let Some(value) = self.generated(name, hash, attempt, &identity) {
                context.insert(name.clone(), value);
            }
        }
        context.insert("row".to_owned(), object(&self.row));
        context.insert("new".to_owned(), object(&self.new));
        context.insert("value".to_owned(), Value::from(core));
        let template = self.environment.get_template(NAME).map_err(|_| FAILED)?;
        let text = template.render(Value::from_pairs(context)).map_err(|_| FAILED)?;
        out.push_str(&text);
        Ok(())
    }

    fn generated(&self, name: &str, hash: u128, attempt: u32, identity: &Identity) -> Option<Value> {
        let words = self.words;
        let (given, given_plain) = identity.given(words);
        let (family, family_plain) = identity.family(words);
        let place = commune(identity.hash, attempt);
        let mut draw = Draw::of(hash.rotate_left(32), attempt);
        let seed = draw.bits();
        let characters = |set: &'static [u8]| {
            let next = AtomicU64::new(seed);
            Value::from_function(move |count: usize| -> Result<String, minijinja::Error> {
                if count > 1000 {
                    return Err(minijinja::Error::new(
                        ErrorKind::InvalidOperation,
                        "too many characters",
                    ));
                }
                let start = next.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
                let mut draw = Draw::seeded(u128::from(start) << 64 | u128::from(seed));
                Ok((0..count).map(|_| char::from(set[draw.index(set.len())])).collect())
            })
        };
        Some(match name {
            "firstName" => Value::from(given),
            "lastName" => Value::from(family),
            "fullName" => Value::from(format!("{given} {family}")),
            "initials" => Value::from(
                [given, family]
                    .iter()
                    .filter_map(|name| name.chars().next())
                    .collect::<String>(),
            ),
            "userName" => Value::from(format!("{given_plain}.{family_plain}")),
            "email" => Value::from(format!("{given_plain}.{family_plain}@example.org")),
            "city" if words.french => Value::from(place.name),
            "city" => Value::from(draw.pick(words.cities)),
            "postCode" => Value::from(place.post_code),
            "department" => Value::from(place.department_name()),
            "street" => Value::from(format!("{} {}", draw.below(120) + 1, draw.pick(words.streets))),
            "company" => Value::from(format!("{family} {}", draw.pick(words.company_forms))),
            "jobTitle" => Value::from(draw.pick(words.jobs)),
            "code" => {
                let mut code = String::new();
                suffix::push_code(hash, &mut code);
                Value::from(code)
            }
            "digits" => characters(b"0123456789"),
            "letters" => characters(b"abcdefghijklmnopqrstuvwxyz"),
            "hex" => characters(b"0123456789abcdef"),
            "number" => Value::from_function(move |low: i64, high: i64| -> i64 {
                let mut draw = Draw::seeded(u128::from(seed) << 64 | u128::from(low.unsigned_abs()));
                let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
                low.saturating_add(i64::try_from(draw.below(span)).unwrap_or(0))
            }),
            _ => return None,
        })
    }
}
