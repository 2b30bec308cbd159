//! The statements that alter, create and drop single objects.

pub(crate) mod code;
pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod conversion;
pub(crate) mod foreign;
pub(crate) mod globals;
pub(crate) mod index;
pub(crate) mod sequence;
pub(crate) mod subscription;
pub(crate) mod table;
pub(crate) mod tablespace;
pub(crate) mod types;
pub(crate) mod view;

use nova_schema::quote_literal;

/// `name='value', …` from the catalog's `name=value`.
fn option_list<'a>(options: impl IntoIterator<Item = &'a String>) -> String {
    options
        .into_iter()
        .map(|option| match option.split_once('=') {
            Some((name, value)) => format!("{name}={}", quote_literal(value)),
            None => option.clone(),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// What turns one list of options into the other: `SET (…)` and `RESET (…)`.
fn options(before: &[String], after: &[String]) -> Vec<String> {
    let name = |option: &String| option.split('=').next().unwrap_or_default().to_owned();
    let set: Vec<&String> = after.iter().filter(|option| !before.contains(option)).collect();
    let reset: Vec<String> = before
        .iter()
        .map(name)
        .filter(|gone| !after.iter().any(|option| name(option) == *gone))
        .collect();
    let mut out = Vec::new();
    if !reset.is_empty() {
        out.push(format!("RESET ({})", reset.join(", ")));
    }
    if !set.is_empty() {
        out.push(format!("SET ({})", option_list(set)));
    }
    out
}
