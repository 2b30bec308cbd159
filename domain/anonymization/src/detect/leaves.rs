//! Findings inside documents: the leaves of all samples of JSON, hstore and XML, by path.

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

type Leaves = BTreeMap<String, Leaf>;

/// The paths of the samples' JSON leaves that seem personal, sorted.
pub(super) fn of_json(table: &str, samples: &[String]) -> Vec<(String, Guess)> {
    let mut leaves = Leaves::new();
    for sample in samples {
        if let Ok(document) = serde_json::from_str::<Value>(sample) {
            collect(&document, "$", table, "", 0, &mut leaves);
        }
    }
    judged(leaves)
}

/// The same for hstore: one level, each path a key.
pub(super) fn of_hstore(table: &str, samples: &[String]) -> Vec<(String, Guess)> {
    let mut leaves = Leaves::new();
    for sample in samples {
        for (key, value) in pairs(sample) {
            let leaf = leaves.entry(child("$", &key)).or_default();
            table.clone_into(&mut leaf.owner);
            leaf.key = key;
            leaf.values.push(value);
        }
    }
    judged(leaves)
}

/// The same for XML: elements and attributes by their names.
pub(super) fn of_xml(table: &str, samples: &[String]) -> Vec<(String, Guess)> {
    let mut leaves = Leaves::new();
    for sample in samples {
        elements(sample, |path, key, text| {
            let leaf = leaves.entry(path.to_owned()).or_default();
            key.clone_into(&mut leaf.key);
            // The element around it: `contact` in `/sheet/contact/name` and `/sheet/contact/@mail`.
            let around = path.rsplit('/').nth(1).filter(|around| !around.is_empty());
            around.unwrap_or(table).clone_into(&mut leaf.owner);
            leaf.values.push(text.to_owned());
        });
    }
    judged(leaves)
}

/// True when nearly all samples are JSON objects or arrays in a column of text.
pub(super) fn are_json(samples: &[String]) -> bool {
    let documents = samples.iter().filter(|sample| !sample.trim().is_empty());
    let (mut all, mut json) = (0, 0);
    for sample in documents {
        all += 1;
        let starts = sample.trim_start().starts_with(['{', '[']);
        json += usize::from(starts && serde_json::from_str::<Value>(sample).is_ok_and(|value| !value.is_number()));
    }
    all > 0 && json * 5 >= all * 4
}

fn judged(leaves: Leaves) -> Vec<(String, Guess)> {
    leaves
        .into_iter()
        .filter_map(|(path, leaf)| {
            let fits = |category: super::Category| category.fits(SqlType::Text, "text");
            let hint = dictionary::hint(&leaf.key, &leaf.owner, None, &fits);
            judge(hint, &leaf.values, SqlType::Text).map(|guess| (path, guess))
        })
        .collect()
}

fn collect(value: &Value, path: &str, owner: &str, key: &str, depth: usize, leaves: &mut Leaves) {
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

pub(super) fn child(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name != "*" && !name.contains(['.', '[', ']', '\'', '"', '$']);
    if plain {
        format!("{path}.{name}")
    } else {
        format!("{path}['{name}']")
    }
}

/// The strings in double quotes of a text, escapes resolved.
fn quoted(text: &str) -> impl Iterator<Item = (String, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find('"')?;
        let mut value = String::new();
        let mut chars = rest[start + 1..].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => value.extend(chars.next().map(|(_, c)| c)),
                '"' => {
                    rest = &rest[start + 1 + at + 1..];
                    return Some((value, rest));
                }
                c => value.push(c),
            }
        }
        None
    })
}

/// The keys and values of an hstore literal; NULLs left out.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut key: Option<String> = None;
    for (word, after) in quoted(text) {
        match key.take() {
            None if after.starts_with("=>\"") || after.starts_with("=> \"") => key = Some(word),
            None => {}
            Some(key) => pairs.push((key, word)),
        }
    }
    pairs
}

/// Calls `found` with path, name and text of every element and attribute; lenient, never wrong about well-formed XML
/// without CDATA.
fn elements(xml: &str, mut found: impl FnMut(&str, &str, &str)) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        let text = rest[..start].trim();
        if let Some(name) = open.last().filter(|_| !text.is_empty()) {
            found(&format!("/{}", open.join("/")), name, text);
        }
        let Some(end) = rest[start..].find('>') else { return };
        let tag = &rest[start + 1..start + end];
        rest = &rest[start + end + 1..];
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if tag.starts_with('/') {
            open.pop();
            continue;
        }
        let empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        open.push(name);
        for part in attributes.split("\" ") {
            if let Some((name, value)) = part.split_once('=') {
                let (name, value) = (name.trim(), value.trim().trim_matches(['"', '\'']));
                found(&format!("/{}/@{name}", open.join("/")), name, value);
            }
        }
        if empty {
            open.pop();
        }
    }
}

/// The elements of an array literal, for looking at them; nested arrays are one row of elements.
pub(super) fn array_elements(literal: &str) -> Vec<String> {
    let mut elements = Vec::new();
    let mut element = String::new();
    let mut in_quotes = false;
    let mut chars = literal.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => element.extend(chars.next()),
            '"' => in_quotes = !in_quotes,
            '{' | '}' | ',' if !in_quotes => {
                if !element.is_empty() && element != "NULL" {
                    elements.push(std::mem::take(&mut element));
                }
                element.clear();
            }
            c => element.push(c),
        }
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hstore_xml_and_arrays_come_apart() {
        assert_eq!(
            pairs(r#""a"=>"b \" c", "n"=>NULL, "d"=>"e""#),
            [("a".to_owned(), "b \" c".to_owned()), ("d".to_owned(), "e".to_owned())]
        );
        let mut seen = Vec::new();
        elements("<p id=\"7\"><name>Zoé</name><x/></p>", |path, _, text| {
            seen.push(format!("{path}={text}"));
        });
        assert_eq!(seen, ["/p/@id=7", "/p/name=Zoé"]);
        assert_eq!(array_elements(r#"{{"a, b",c},{NULL,"d\"e"}}"#), ["a, b", "c", "d\"e"]);
    }
}
