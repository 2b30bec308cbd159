//! `Fn::ForEach` unrolled and `Fn::FindInMap` looked up, as the transform `AWS::LanguageExtensions` does it.

use crate::error::Error;
use serde_json::{Map, Value};

/// Unrolls what stands below `value`. `bound` are the loop variables with their values.
pub(crate) fn expand(value: &Value, mappings: &Value, bound: &[(String, String)]) -> Result<Value, Error> {
    match value {
        Value::Array(items) => {
            let items: Result<_, _> = items.iter().map(|item| expand(item, mappings, bound)).collect();
            Ok(Value::Array(items?))
        }
        Value::Object(object) => match single(object) {
            Some(("Ref", Value::String(name))) if lookup(name, bound).is_some() => {
                Ok(lookup(name, bound).map_or(Value::Null, |found| Value::String(found.to_owned())))
            }
            Some(("Fn::Sub", Value::String(text))) => Ok(substituted(text, bound)),
            Some(("Fn::FindInMap", path)) => find_in_map(&expand(path, mappings, bound)?, mappings),
            _ => expand_object(object, mappings, bound),
        },
        other => Ok(other.clone()),
    }
}

fn expand_object(object: &Map<String, Value>, mappings: &Value, bound: &[(String, String)]) -> Result<Value, Error> {
    let mut expanded = Map::new();
    for (key, value) in object {
        let parts = if key.starts_with("Fn::ForEach::") {
            unroll(key, value, mappings, bound)?
        } else {
            vec![(fill(key, bound), expand(value, mappings, bound)?)]
        };
        for (key, value) in parts {
            if expanded.insert(key.clone(), value).is_some() {
                return Err(Error::Structure(format!("{key} stands twice once loops are unrolled")));
            }
        }
    }
    Ok(Value::Object(expanded))
}

fn unroll(
    name: &str,
    value: &Value,
    mappings: &Value,
    bound: &[(String, String)],
) -> Result<Vec<(String, Value)>, Error> {
    let wrong = || Error::Structure(format!("{name} is no loop over names"));
    let (Some(variable), Some(names), Some(body)) = (value[0].as_str(), value[1].as_array(), value[2].as_object())
    else {
        return Err(wrong());
    };
    let mut all = Vec::new();
    for name in names {
        let name = name.as_str().ok_or_else(wrong)?;
        let mut inner = bound.to_vec();
        inner.push((variable.to_owned(), name.to_owned()));
        if let Value::Object(part) = expand_object(body, mappings, &inner)? {
            all.extend(part);
        }
    }
    Ok(all)
}

/// The only entry of an intrinsic function.
fn single(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None) => Some((key, value)),
        _ => None,
    }
}

fn lookup<'a>(name: &str, bound: &'a [(String, String)]) -> Option<&'a str> {
    let (_, value) = bound.iter().find(|(variable, _)| variable == name)?;
    Some(value)
}

fn fill(text: &str, bound: &[(String, String)]) -> String {
    bound.iter().fold(text.to_owned(), |text, (variable, value)| {
        text.replace(&format!("${{{variable}}}"), value)
    })
}

/// A substitution whose variables are all known is a plain string.
fn substituted(text: &str, bound: &[(String, String)]) -> Value {
    let text = fill(text, bound);
    if text.contains("${") {
        serde_json::json!({ "Fn::Sub": text })
    } else {
        Value::String(text)
    }
}

fn find_in_map(path: &Value, mappings: &Value) -> Result<Value, Error> {
    let names: Option<Vec<&str>> = path
        .as_array()
        .map(|path| path.iter().filter_map(Value::as_str).collect());
    match names.as_deref() {
        Some([map, first, second]) if !mappings[map][first][second].is_null() => {
            Ok(mappings[map][first][second].clone())
        }
        _ => Err(Error::Structure(format!("no mapping has {path}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_loop_makes_one_resource_for_each_name() {
        let mappings = json!({"M": {"x": {"V": 1}, "y": {"V": 2}}});
        let looped = json!({"Fn::ForEach::L": ["N", ["x", "y"], {
            "${N}Q": {"v": {"Fn::FindInMap": ["M", {"Ref": "N"}, "V"]}, "s": {"Fn::Sub": "${A}-${N}"}},
        }]});
        let unrolled = json!({
            "xQ": {"v": 1, "s": {"Fn::Sub": "${A}-x"}},
            "yQ": {"v": 2, "s": {"Fn::Sub": "${A}-y"}},
        });
        assert_eq!(expand(&looped, &mappings, &[]).unwrap(), unrolled);
    }
}
