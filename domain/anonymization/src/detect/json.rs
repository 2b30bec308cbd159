//! Findings inside JSON documents: the leaves of all samples, by path.

use super::{Guess, dictionary, judge};
use crate::sql::SqlType;
use serde_json::Value;
use std::collections::BTreeMap;

/// Leaves deeper than this are not looked at.
const DEPTH: usize = 16;

#[derive(Default)]
struct Leaf {
    key: String,
    /// The key of the object around it: `customer` in `customer.name`.
    owner: String,
    values: Vec<String>,
}

/// The paths of the samples' leaves that seem personal, sorted.
pub(super) fn leaves(table: &str, samples: &[String]) -> Vec<(String, Guess)> {
    let mut leaves: BTreeMap<String, Leaf> = BTreeMap::new();
    for sample in samples {
        if let Ok(document) = serde_json::from_str::<Value>(sample) {
            collect(&document, "$", table, "", 0, &mut leaves);
        }
    }
    leaves
        .into_iter()
        .filter_map(|(path, leaf)| {
            let hint = dictionary::hint(&leaf.key, &leaf.owner, None);
            judge(hint, &leaf.values, SqlType::Text).map(|guess| (path, guess))
        })
        .collect()
}

fn collect(value: &Value, path: &str, owner: &str, key: &str, depth: usize, leaves: &mut BTreeMap<String, Leaf>) {
    let text = match value {
        _ if depth > DEPTH => return,
        Value::Object(members) => {
            let owner = if key.is_empty() { owner } else { key };
            // A key that no path can name is left to the leak check.
            for (name, member) in members.iter().filter(|(name, _)| !name.contains("']")) {
                collect(member, &child(path, name), owner, name, depth + 1, leaves);
            }
            return;
        }
        Value::Array(elements) => {
            let path = format!("{path}[*]");
            for element in elements {
                collect(element, &path, owner, key, depth + 1, leaves);
            }
            return;
        }
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(_) | Value::Null => return,
    };
    if path == "$" {
        return;
    }
    let leaf = leaves.entry(path.to_owned()).or_default();
    key.clone_into(&mut leaf.key);
    owner.clone_into(&mut leaf.owner);
    leaf.values.push(text);
}

fn child(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name != "*" && !name.contains(['.', '[', ']', '\'', '"', '$']);
    if plain {
        format!("{path}.{name}")
    } else {
        format!("{path}['{name}']")
    }
}
