use super::document;
use crate::{
    Commits, Environment, Environments, Logs, Operations, Planned, Points, Problem, bodies, reading::operations::Shown,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn written() -> Value {
    serde_json::to_value(document()).unwrap()
}

/// Every operation with its method and path.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((format!("{method} {path}"), operation.clone()));
        }
    }
    found
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// A value that a schema describes, made of its examples.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(given) = schema.get("example") {
        return given.clone();
    }
    if let Some(reference) = schema["$ref"].as_str() {
        return example(document, document.pointer(&reference[1..]).unwrap());
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(fields) = example(document, part) {
                whole.extend(fields);
            }
        }
        return Value::Object(whole);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let one = choices.iter().find(|choice| choice["type"] != "null").unwrap();
        return example(document, one);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null").cloned().unwrap_or_default(),
        kind => kind.clone(),
    };
    match kind.as_str() {
        Some("object") | None => {
            let fields = schema["properties"].as_object();
            fields
                .into_iter()
                .flatten()
                .map(|(name, field)| (name.clone(), example(document, field)))
                .collect::<Map<_, _>>()
                .into()
        }
        Some("array") => json!([example(document, &schema["items"])]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(1),
        Some(_) => schema["enum"].get(0).cloned().unwrap_or_else(|| json!("text")),
    }
}

fn reads<T: DeserializeOwned>(name: &str) {
    let document = written();
    let schema = &document["components"]["schemas"][name];
    assert!(schema.is_object(), "{name} is not described");
    let value = example(&document, schema);
    if let Err(error) = serde_json::from_value::<T>(value.clone()) {
        panic!("{name}: {error}\n{value:#}");
    }
}

#[test]
fn the_version_is_31_and_every_reference_leads_somewhere() {
    let document = written();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    assert_eq!(document["info"]["title"], "Nova");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10, "{found:?}");
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn every_operation_says_what_it_does_who_may_and_how_errors_look() {
    let mut names = BTreeSet::new();
    for (name, operation) in operations(&written()) {
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} has no id"));
        assert!(names.insert(id.to_owned()), "{id} is the id of two operations");
        assert!(
            operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
            "{name}"
        );
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}");
        let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(*problem, "#/components/schemas/Problem", "{name}");
        let open = name.ends_with("/health") || name.contains("openapi") || name.contains("errors");
        assert_eq!(operation["security"].is_null(), open, "{name}");
        // Every name in the path is a parameter, and the other way round.
        let path = name.split(' ').nth(1).unwrap();
        let in_path: Vec<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described: Vec<&str> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(in_path, described, "{name}");
    }
}

#[test]
fn every_example_of_a_request_is_one() {
    let mut examples = 0;
    for (name, operation) in operations(&written()) {
        let content = &operation["requestBody"]["content"];
        for (kind, media) in content.as_object().into_iter().flatten() {
            assert_eq!(kind, "application/json", "{name}");
            for (title, given) in media["examples"].as_object().into_iter().flatten() {
                let parsed = serde_json::from_value::<bodies::Create>(given["value"].clone());
                let body = parsed.unwrap_or_else(|error| panic!("{title}: {error}"));
                if let bodies::Create::Clone(clone) = body
                    && let Some(rules) = clone.rules
                {
                    nova_anonymization::rules::Rules::parse(&rules.to_string()).unwrap();
                }
                examples += 1;
            }
        }
    }
    assert_eq!(examples, 4);
}

#[test]
fn what_the_document_shows_is_what_clients_read() {
    reads::<bodies::Create>("NewOperation");
    reads::<bodies::NewClone>("NewClone");
    reads::<bodies::NewRollback>("NewRollback");
    reads::<bodies::NewBackup>("NewBackup");
    reads::<bodies::Stop>("Stop");
    reads::<Shown>("Operation");
    reads::<Operations>("Operations");
    reads::<Commits>("Commits");
    reads::<Logs>("Logs");
    reads::<Planned>("Planned");
    reads::<Environment>("Environment");
    reads::<Environments>("Environments");
    reads::<Points>("RollbackPoints");
    reads::<Problem>("Problem");
}
