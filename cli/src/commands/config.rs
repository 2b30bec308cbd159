//! `nova config`.

use crate::{
    arguments::{Config, ConfigSet, Format},
    output,
};
use nova_errors::{Code, Failure};
use nova_project::{KEYS, Kind, Listed, Project};
use serde_json::{Value, json};
use std::process::ExitCode;

pub(super) fn run(project: &Project, config: &Config) -> Result<ExitCode, Failure> {
    match config {
        Config::Set(arguments) => set(project, arguments)?,
        Config::Get(arguments) => {
            let value = project.settings()?.get(&arguments.key)?;
            match arguments.output {
                Format::Text => output::print(&value),
                Format::Json => output::json(&json!({ "key": arguments.key, "value": some(&value) })),
            }
        }
        Config::List(arguments) => {
            let listed = project.settings()?.list();
            match arguments.output {
                Format::Text => output::print(&text(&listed)),
                Format::Json => {
                    let settings: Vec<Value> = listed.iter().map(object).collect();
                    output::json(&json!({ "settings": settings }));
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn set(project: &Project, arguments: &ConfigSet) -> Result<(), Failure> {
    let missing = |what: &str| Failure::new(Code::BAD_ARGUMENT, format!("{what} is missing"));
    let key = arguments
        .key
        .as_ref()
        .or(arguments.key_option.as_ref())
        .ok_or_else(|| missing("KEY"))?;
    let value = arguments
        .value
        .as_ref()
        .or(arguments.value_option.as_ref())
        .ok_or_else(|| missing("VALUE"))?;
    let mut settings = project.settings()?;
    settings.set(key, value)?;
    settings.save()?;
    let now = settings.get(key)?;
    output::print(&match (is_secret(key), now.is_empty()) {
        (_, true) => format!("{key} is not set"),
        (true, false) => format!("{key} is set"),
        (false, false) => format!("{key} = {now}"),
    });
    Ok(())
}

fn text(listed: &[Listed]) -> String {
    let rows: Vec<Vec<String>> = listed
        .iter()
        .map(|setting| {
            let default = if setting.default.is_empty() {
                "–"
            } else {
                setting.default
            };
            vec![
                setting.key.to_owned(),
                shown(setting),
                default.to_owned(),
                setting.doc.to_owned(),
            ]
        })
        .collect();
    output::table(&["key", "value", "default", "meaning"], &rows)
}

fn object(setting: &Listed) -> Value {
    json!({
        "key": setting.key,
        "value": some(&shown(setting)),
        "default": some(setting.default),
        "set": setting.set,
        "doc": setting.doc,
    })
}

/// The value, unless it is a secret: lists are shown to others.
fn shown(setting: &Listed) -> String {
    if is_secret(setting.key) && !setting.value.is_empty() {
        "(set)".to_owned()
    } else {
        setting.value.clone()
    }
}

fn is_secret(name: &str) -> bool {
    KEYS.iter().any(|key| key.name == name && key.kind == Kind::Url)
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
