//! Every address × every role × own, foreign and unknown ids, made of the declarations; and nothing that anybody sends
//! is the server's fault.

use crate::world::World;
use axum::http::Method;
use nova_fn_practice::{Needs, Route, Section, assert_declared, document};
use nova_practice::{
    CabinetId,
    access::{GivenFor, Grant, Grants, Role},
};
use serde_json::{Map, Value, json};

pub(crate) fn sections() -> [Section; 4] {
    [
        nova_fn_api_identity::section(),
        nova_fn_api_cabinets::section(),
        nova_fn_api_patients::section(),
        nova_fn_api_appointments::section(),
    ]
}

pub(crate) fn routes() -> Vec<Route> {
    sections()
        .into_iter()
        .flat_map(|section| section.routes.to_vec())
        .collect()
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
        let parts = parts.iter().map(|part| example(document, part));
        let fields = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(fields.collect());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return example(
            document,
            choices.iter().find(|choice| choice["type"] != "null").unwrap(),
        );
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| **kind != "null").cloned().unwrap_or_default(),
        kind => kind.clone(),
    };
    match kind.as_str() {
        Some("array") => json!([example(document, &schema["items"])]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(1),
        Some("string") => schema["enum"].get(0).cloned().unwrap_or_else(|| json!("text")),
        _ => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            fields
                .map(|(name, field)| (name.clone(), example(document, field)))
                .collect::<Map<_, _>>()
                .into()
        }
    }
}

/// The body that the document shows for an operation, if it takes one.
pub(crate) fn body(document: &Value, route: &Route) -> Option<Value> {
    let content = &document["paths"][route.path][route.method.as_str().to_lowercase()]["requestBody"]["content"];
    if let Some(text) = content["text/csv"]["example"].as_str() {
        return Some(json!(format!("csv:{text}")));
    }
    let media = &content["application/json"];
    media.is_object().then(|| example(document, &media["schema"]))
}

/// The query that the document asks for.
pub(crate) fn query(document: &Value, route: &Route) -> String {
    let parameters = document["paths"][route.path][route.method.as_str().to_lowercase()]["parameters"].clone();
    let needed = parameters.as_array().cloned().unwrap_or_default();
    let needed = needed
        .iter()
        .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    let pairs: Vec<String> = needed
        .map(|parameter| {
            format!(
                "{}={}",
                parameter["name"].as_str().unwrap(),
                parameter["example"].as_str().unwrap_or("1")
            )
        })
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

/// A path with its names filled in.
pub(crate) fn filled(path: &str, cabinet: &str, id: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        parts.push(match part {
            "{cabinet}" => cabinet,
            "{id}" | "{entry}" | "{grant}" => id,
            other => other,
        });
    }
    parts.join("/")
}

/// The same body with names of its own for each id: what is put under a new id must not meet what was put before.
pub(crate) fn named_after(mut body: Value, route: &Route, id: &str) -> Value {
    if route.method == Method::PUT && route.path.ends_with("/{id}") {
        for field in ["name", "code", "serial"] {
            if let Some(value) = body.get_mut(field) {
                *value = id.into();
            }
        }
    }
    body
}

pub(crate) const NOBODY: &str = "0192f0c4-9999-7000-8000-999999999999";

pub(crate) async fn everybody(world: &World, own: CabinetId) -> Vec<(Role, Grants, String)> {
    let mut people = Vec::new();
    for role in Role::ALL {
        let place = (role.given_for() != GivenFor::Group).then_some(own);
        let token = world.signed_in(&format!("{role}@nova.example"), role, place).await;
        people.push((role, Grants::new([Grant::new(role, place).unwrap()]), token));
    }
    people
}

#[test]
fn no_address_lacks_a_declaration_and_no_declaration_an_address() {
    for section in sections() {
        assert_declared(section);
    }
}

#[tokio::test]
async fn foreign_and_unknown_are_one_answer_for_every_role_at_every_address() {
    let world = World::new().await;
    let [own, other] = world.cabinets;
    let document = document(sections().into());
    // What there is to be found in the other cabinet, and a person there.
    let stranger = world
        .person("stranger@example.org", Role::Receptionist, Some(other))
        .await;
    let there = world.signed_in("there@example.org", Role::SuperAdmin, None).await;
    let record = json!({ "last_name": "Moreau", "first_name": "Claire", "birth_date": "1984-02-09" });
    let patients = format!("/v1/cabinets/{other}/patients");
    let patient = world.post(&patients, Some(&there), record).await.is(201).text_at("/id");
    let chair = json!({ "kind": "chair", "name": "Fauteuil 1" });
    let chair = world
        .post(&format!("/v1/cabinets/{other}/resources"), Some(&there), chair)
        .await
        .is(201)
        .text_at("/id");
    let foreign_ids = [patient, chair, stranger.to_string()];

    let people = everybody(&world, own).await;
    let (mut compared, mut refused) = (0, 0);
    for route in routes() {
        let body = body(&document, &route);
        let query = query(&document, &route);
        for (role, grants, token) in &people {
            let ask = async |cabinet: &str, id: &str| {
                let path = filled(route.path, cabinet, id) + &query;
                let body = body.clone().map(|body| named_after(body, &route, id));
                world
                    .send(route.method.clone(), &path, Some(token), body.as_ref())
                    .await
            };
            let what = format!("{role}: {} {}", route.method, route.path);
            if let Needs::InCabinet(permission) = route.needs {
                let unknown = ask(NOBODY, NOBODY).await;
                assert_eq!(unknown.problem(), (404, "NOVA-3205".to_owned()), "{what}");
                // Those of the group know every cabinet.
                if role.given_for() != GivenFor::Group {
                    for cabinet in [other.to_string(), "nonsense".to_owned()] {
                        let foreign = ask(&cabinet, &foreign_ids[0]).await;
                        assert_eq!(
                            (foreign.status, &foreign.text),
                            (unknown.status, &unknown.text),
                            "{what}"
                        );
                        compared += 1;
                    }
                }
                if !grants.may(permission, own) {
                    let answer = ask(&own.to_string(), NOBODY).await;
                    assert_eq!(answer.problem(), (403, "NOVA-3204".to_owned()), "{what}");
                    refused += 1;
                    continue;
                }
            }
            // Ids of others, in the own cabinet or where there is none in the path.
            let by_id = route.path.contains("{id}");
            let whole_group = role.given_for() == GivenFor::Group && !route.path.contains("{cabinet}");
            if by_id && !whole_group {
                let place = own.to_string();
                let unknown = ask(&place, NOBODY).await;
                for id in &foreign_ids {
                    let foreign = ask(&place, id).await;
                    assert_eq!(
                        (foreign.status, foreign.text.replace(id, NOBODY)),
                        (unknown.status, unknown.text.clone()),
                        "{what} with {id}"
                    );
                    compared += 1;
                }
            }
        }
    }
    println!("{compared} answers to foreign ids compared with those to unknown ones, {refused} permissions missing");
    assert!(compared > 500 && refused > 50, "{compared}, {refused}");
}

#[tokio::test]
async fn nothing_that_anybody_sends_is_the_servers_fault() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let document = document(sections().into());
    let people = everybody(&world, own).await;
    let nonsense = [
        json!({}),
        json!([]),
        json!("text"),
        json!(null),
        json!({ "email": "a\u{0}b@example.org", "name": "\u{0}", "password": "\u{0}", "last_name": "a\u{0}", "first_name": "b" }),
    ];
    for route in routes() {
        // Those end sessions that the others need.
        let ends = ["/v1/auth/logout", "/v1/auth/logout-everywhere"].contains(&route.path);
        if ends || route.path.starts_with("/v1/auth/password") {
            continue;
        }
        let takes = body(&document, &route);
        let bodies: Vec<Option<Value>> = match &takes {
            Some(shown) => nonsense
                .iter()
                .cloned()
                .map(Some)
                .chain([Some(shown.clone()), None])
                .collect(),
            None => vec![None],
        };
        let query = query(&document, &route);
        for (role, _, token) in people
            .iter()
            .filter(|(role, ..)| matches!(role, Role::SuperAdmin | Role::Practitioner))
        {
            for id in [NOBODY, "nonsense", "%00", "%ff"] {
                let path = filled(route.path, &own.to_string(), id);
                for body in &bodies {
                    let queries = [query.as_str(), "?limit=0", "?cursor=%00", "?q=%00&limit=5"];
                    let tried = if route.method == Method::GET { 4 } else { 1 };
                    for query in &queries[..tried] {
                        let path = format!("{path}{query}");
                        let answer = world
                            .send(route.method.clone(), &path, Some(token), body.as_ref())
                            .await;
                        assert!(
                            answer.status < 500,
                            "{role}: {} {path} {body:?}: {}",
                            route.method,
                            answer.text
                        );
                    }
                }
                if !route.path.contains("{id}") {
                    break;
                }
            }
        }
    }
}
