//! Answers hold to the document: their status, their content type and their headers, those that it says are always there and
//! no others. Every answer of this suite is compared.

use crate::isolation::{routes, sections};
use axum::http::HeaderMap;
use nova_fn_practice::document;
use serde_json::Value;
use std::{collections::BTreeSet, sync::OnceLock};

/// The document of the platform.
pub(crate) fn the_document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| document(sections().into()))
}

/// The address that a path belongs to: the one with the most words in it, where several would do.
fn address(method: &str, path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |known: &str| {
        let known: Vec<&str> = known.split('/').collect();
        known.len() == parts.len()
            && known
                .iter()
                .zip(&parts)
                .all(|(word, part)| word.starts_with('{') || word == part)
    };
    let taken = if method == "HEAD" { "GET" } else { method };
    let found = routes().into_iter().filter(|route| fits(route.path));
    let best = found.max_by_key(|route| route.path.split('/').filter(|word| !word.starts_with('{')).count())?;
    let served = routes()
        .into_iter()
        .any(|route| route.path == best.path && route.method.as_str() == taken);
    served.then_some(best.path)
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(place) => document.pointer(&place[1..]).unwrap(),
        None => value,
    }
}

/// What differs from the document; nothing for addresses that it does not have.
pub(crate) fn differences(method: &str, path: &str, status: u16, headers: &HeaderMap) -> Vec<String> {
    let mut found = Vec::new();
    if !headers.contains_key("x-request-id") {
        found.push("no X-Request-Id".to_owned());
    }
    let Some(address) = address(method, path) else {
        return found;
    };
    let document = the_document();
    let taken = if method == "HEAD" {
        "get".to_owned()
    } else {
        method.to_ascii_lowercase()
    };
    let responses = &document["paths"][address][&taken]["responses"];
    let known = if responses[status.to_string()].is_object() {
        &responses[status.to_string()]
    } else if status >= 400 {
        &responses["default"]
    } else {
        return vec![format!("{status} is not documented")];
    };
    let response = resolved(document, known);
    let empty = serde_json::Map::new();
    let told = response["headers"].as_object().unwrap_or(&empty);
    for (name, header) in told {
        let needed = resolved(document, header)["required"] == true;
        if needed && !headers.contains_key(name.as_str()) {
            found.push(format!("{status} lacks {name}"));
        }
    }
    let names: BTreeSet<String> = told.keys().map(|name| name.to_ascii_lowercase()).collect();
    // Of every answer, and of the protocol.
    let always = nova_http::HEADERS.map(|(name, _)| name.to_string());
    let protocol = [
        "content-type",
        "content-length",
        "date",
        "transfer-encoding",
        "connection",
    ];
    for name in headers.keys().map(axum::http::HeaderName::as_str) {
        if !names.contains(name) && !always.iter().any(|known| known == name) && !protocol.contains(&name) {
            found.push(format!("{status} has {name}, which is not documented"));
        }
    }
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next());
    let content = response["content"].as_object().unwrap_or(&empty);
    match essence {
        Some(essence) if content.contains_key(essence) => {}
        None if content.is_empty() => {}
        _ => found.push(format!(
            "{status} is {essence:?}, documented are {:?}",
            content.keys().collect::<Vec<_>>()
        )),
    }
    found
}
