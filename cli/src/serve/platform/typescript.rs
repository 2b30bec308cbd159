//! Types for TypeScript, made of an OpenAPI document: one per schema, and one entry per operation with what it takes and
//! gives. No code: whoever calls `fetch` gets the compiler's help.

use serde_json::{Map, Value};
use std::fmt::Write;

/// The declarations for a document.
pub(super) fn types(document: &Value) -> String {
    let mut text = "// Made by `nova platform types` of the OpenAPI document; do not change by hand.\n".to_owned();
    for (name, schema) in object(&document["components"]["schemas"]) {
        comment(&mut text, "", schema);
        let _ = writeln!(text, "export type {name} = {};\n", kind(schema, ""));
    }
    text.push_str("/** Every operation: what it takes and what it gives. */\nexport interface Operations {\n");
    for (path, item) in object(&document["paths"]) {
        for (method, operation) in object(item) {
            let id = operation["operationId"].as_str().unwrap_or_default();
            let _ = writeln!(
                text,
                "  /** {} */",
                one_line(operation["summary"].as_str().unwrap_or_default())
            );
            let _ = writeln!(text, "  {id}: {{");
            let _ = writeln!(text, "    method: {:?};", method.to_uppercase());
            let _ = writeln!(text, "    path: {path:?};");
            // Under a name of their own: `path` is the address.
            for (place, name) in [("path", "params"), ("query", "query"), ("header", "header")] {
                parameters(&mut text, operation, place, name);
            }
            if let Some((_, media)) = object(&operation["requestBody"]["content"]).next() {
                let _ = writeln!(text, "    body: {};", kind(&media["schema"], "    "));
            }
            let _ = writeln!(text, "    answer: {};", answer(operation));
            headers(&mut text, document, operation);
            text.push_str("  };\n");
        }
    }
    text.push_str("}\n");
    text
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// What an operation answers when all goes well.
fn answer(operation: &Value) -> String {
    let mut kinds: Vec<String> = object(&operation["responses"])
        .filter(|(status, _)| status.starts_with('2'))
        .map(|(_, response)| {
            let media = object(&response["content"]).next();
            media.map_or_else(|| "void".to_owned(), |(_, media)| kind(&media["schema"], "    "))
        })
        .collect();
    kinds.dedup();
    kinds.join(" | ")
}

fn parameters(text: &mut String, operation: &Value, place: &str, called: &str) {
    let all = operation["parameters"].as_array().cloned().unwrap_or_default();
    let here: Vec<&Value> = all.iter().filter(|parameter| parameter["in"] == place).collect();
    if here.is_empty() {
        return;
    }
    let fields: Vec<String> = here
        .iter()
        .map(|parameter| {
            let optional = if parameter["required"] == true { "" } else { "?" };
            let name = parameter["name"].as_str().unwrap_or_default();
            format!("{name:?}{optional}: {}", kind(&parameter["schema"], "    "))
        })
        .collect();
    let _ = writeln!(text, "    {called}: {{ {} }};", fields.join("; "));
}

/// Names of the headers that an operation's answers always have when all goes well, beside those of every answer.
fn headers(text: &mut String, document: &Value, operation: &Value) {
    let mut names: Vec<&String> = object(&operation["responses"])
        .filter(|(status, _)| status.starts_with('2'))
        .flat_map(|(_, response)| object(&response["headers"]))
        .filter(|(name, _)| document["components"]["headers"][name.as_str()]["required"] == true)
        .map(|(name, _)| name)
        .filter(|name| *name != "X-Request-Id")
        .collect();
    names.sort();
    names.dedup();
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
        let _ = writeln!(text, "    answerHeaders: {};", names.join(" | "));
    }
}

/// The type of a schema.
fn kind(schema: &Value, indent: &str) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    for (word, between) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
        if let Some(parts) = schema[word].as_array() {
            let kinds: Vec<String> = parts.iter().map(|part| kind(part, indent)).collect();
            return kinds.join(between);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    match &schema["type"] {
        Value::Array(kinds) => {
            let kinds = kinds.iter().filter_map(Value::as_str);
            kinds
                .map(|word| plain(word, schema, indent))
                .collect::<Vec<_>>()
                .join(" | ")
        }
        Value::String(word) => plain(word, schema, indent),
        _ => "unknown".to_owned(),
    }
}

fn plain(word: &str, schema: &Value, indent: &str) -> String {
    match word {
        "string" => "string".to_owned(),
        "integer" | "number" => "number".to_owned(),
        "boolean" => "boolean".to_owned(),
        "null" => "null".to_owned(),
        "array" => format!("Array<{}>", kind(&schema["items"], indent)),
        "object" if schema["properties"].is_object() => fields(schema, indent),
        "object" if schema["additionalProperties"].is_object() => {
            format!("Record<string, {}>", kind(&schema["additionalProperties"], indent))
        }
        _ => "Record<string, unknown>".to_owned(),
    }
}

fn fields(schema: &Value, indent: &str) -> String {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let inner = format!("{indent}  ");
    let mut text = "{\n".to_owned();
    for (name, field) in object(&schema["properties"]) {
        comment(&mut text, &inner, field);
        let optional = if required.contains(&Value::from(name.as_str())) {
            ""
        } else {
            "?"
        };
        let _ = writeln!(text, "{inner}{name:?}{optional}: {};", kind(field, &inner));
    }
    let _ = write!(text, "{indent}}}");
    text
}

fn comment(text: &mut String, indent: &str, schema: &Value) {
    if let Some(about) = schema["description"].as_str() {
        let _ = writeln!(text, "{indent}/** {} */", one_line(about));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("*/", "* /")
}
