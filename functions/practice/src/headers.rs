//! Headers of answers. What a route declares is written into its answers by [`finish`], and into the document by
//! [`describe`]: neither can say what the other does not.

use crate::{Needs, Route, routes::Gives};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use nova_http::Problem;
use serde_json::{Map, Value, json};

/// A header of answers, as the document tells of it.
struct Told {
    name: &'static str,
    about: &'static str,
    example: &'static str,
}

const fn told(name: &'static str, about: &'static str, example: &'static str) -> Told {
    Told { name, about, example }
}

const LOCATION: Told = told(
    "Location",
    "Where it is.",
    "/v1/cabinets/0192f0c4-0000-7000-8000-000000000001",
);
const ETAG: Told = told(
    "ETag",
    "Its version: for `If-Match`, where a change takes that.",
    "\"3\"",
);
const FILE: Told = told(
    "Content-Disposition",
    "What the file is called.",
    "attachment; filename=\"faults.csv\"",
);
const DEPRECATION: Told = told(
    "Deprecation",
    "Since when this should not be used any more (RFC 9745).",
    "@1790000000",
);
const SUNSET: Told = told(
    "Sunset",
    "When this is served for the last time (RFC 8594).",
    "Thu, 31 Dec 2027 23:59:59 GMT",
);
const REQUEST: Told = told(
    "X-Request-Id",
    "The request's id, in every line of log and entry of the audit.",
    "01jz0000000000000000000001",
);
const CHANGED: Told = told(
    "Nova-Grants-Changed",
    "`true`: your roles have changed since the token was made.",
    "true",
);
const WAIT: Told = told("Retry-After", "Seconds after which the same request may succeed.", "2");
const SIGN_IN: Told = told(
    "WWW-Authenticate",
    "How to sign in, where that is what is missing.",
    "Bearer realm=\"nova\"",
);
const ORIGIN: Told = told(
    "Access-Control-Allow-Origin",
    "To pages of the site: that they may read this.",
    "https://nova.example.org",
);
const SHOWN: Told = told(
    "Access-Control-Expose-Headers",
    "To pages of the site: which headers they may read.",
    "etag, location",
);
const VARY: Told = told("Vary", "That the answer differs by the page that asks.", "origin");

/// Every header that answers may have.
const ALL: [&Told; 12] = [
    &LOCATION,
    &ETAG,
    &FILE,
    &DEPRECATION,
    &SUNSET,
    &REQUEST,
    &CHANGED,
    &WAIT,
    &SIGN_IN,
    &ORIGIN,
    &SHOWN,
    &VARY,
];

/// Says that roles have changed since the token was made: what a client shows may be out of date.
pub(crate) const GRANTS_CHANGED: HeaderName = HeaderName::from_static("nova-grants-changed");

/// Names of the headers that pages of the site may read: those that are not the browser's own business.
pub(crate) fn readable() -> String {
    let hidden = [SIGN_IN.name, ORIGIN.name, SHOWN.name, VARY.name];
    let names = ALL
        .iter()
        .map(|header| header.name)
        .filter(|name| !hidden.contains(name));
    names.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(", ")
}

/// What a handler says of its answer; an extension of the response. Whether it becomes headers is the route's to say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// Where what was made is.
    pub(crate) place: Option<HeaderValue>,
    /// Its version.
    pub(crate) tag: Option<HeaderValue>,
}

/// Writes the headers that a route declares.
pub(crate) fn finish(route: &Route, response: &mut Response) {
    let said = response.extensions_mut().remove::<Said>().unwrap_or_default();
    let status = response.status();
    let headers = response.headers_mut();
    if status.is_success() {
        let Gives { tag, place, file } = route.gives;
        let places = place && is_new(status);
        for (name, declared, value) in [(header::ETAG, tag, said.tag), (header::LOCATION, places, said.place)] {
            match (declared, value) {
                (true, Some(value)) => {
                    headers.insert(name, value);
                }
                (true, None) => tracing::error!(route = route.path, %name, "declared, and not said"),
                (false, _) => {}
            }
        }
        if let Some(name) = file
            && let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
    }
    if let Some(goes) = &route.goes {
        announce(goes, headers);
    }
}

/// Something has come into being, or is about to.
fn is_new(status: StatusCode) -> bool {
    matches!(status, StatusCode::CREATED | StatusCode::ACCEPTED)
}

/// Says when an address goes.
fn announce(goes: &crate::Goes, headers: &mut HeaderMap) {
    let since = HeaderValue::from_str(&format!("@{}", goes.deprecated));
    headers.extend(since.ok().map(|since| (HeaderName::from_static("deprecation"), since)));
    headers.insert(HeaderName::from_static("sunset"), HeaderValue::from_static(goes.sunset));
}

/// The headers that an answer of this route may have, those that it always has first.
fn of(route: &Route, status: Option<StatusCode>) -> Vec<&'static Told> {
    let mut headers = vec![&REQUEST];
    if let Some(status) = status {
        let Gives { tag, place, file } = route.gives;
        headers.extend(tag.then_some(&ETAG));
        headers.extend((place && is_new(status)).then_some(&LOCATION));
        headers.extend(file.map(|_| &FILE));
    } else {
        headers.extend([&WAIT, &SIGN_IN]);
    }
    if route.goes.is_some() {
        headers.extend([&DEPRECATION, &SUNSET]);
    }
    if route.needs != Needs::Nothing {
        headers.push(&CHANGED);
    }
    headers.extend([&ORIGIN, &SHOWN, &VARY]);
    headers
}

fn references(headers: &[&Told]) -> Value {
    let references = headers.iter().map(|header| {
        let place = format!("#/components/headers/{}", header.name);
        (header.name.to_owned(), json!({ "$ref": place }))
    });
    Value::Object(references.collect())
}

/// Why a request was not answered as hoped.
fn problem(route: &Route) -> Value {
    json!({
        "description": "Why it was not done; `code` says what kind of error it is",
        "headers": references(&of(route, None)),
        "content": { nova_http::CONTENT_TYPE: {
            "schema": { "$ref": format!("#/components/schemas/{}", <Problem as utoipa::ToSchema>::name()) },
        } },
    })
}

/// Writes the headers of a route's answers into its operation of the document, and what errors look like.
pub(crate) fn describe(route: &Route, operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        let status = StatusCode::from_bytes(status.as_bytes()).ok();
        response["headers"] = references(&of(route, status));
    }
    // Errors of most routes are one: those that go say so in theirs, too.
    let error = match (route.goes.is_some(), route.needs == Needs::Nothing) {
        (true, _) => problem(route),
        (false, true) => json!({ "$ref": "#/components/responses/Problem" }),
        (false, false) => json!({ "$ref": "#/components/responses/ProblemOfSession" }),
    };
    responses.insert("default".to_owned(), error);
}

/// What the operations refer to: `headers` and `responses` of the document's components.
pub(crate) fn components() -> [(&'static str, Value); 2] {
    let always = [REQUEST.name, LOCATION.name, ETAG.name];
    let headers: Map<String, Value> = ALL
        .iter()
        .map(|header| {
            let described = json!({
                "description": header.about,
                "required": always.contains(&header.name),
                "schema": { "type": "string" },
                "example": header.example,
            });
            (header.name.to_owned(), described)
        })
        .collect();
    let open = Route::new(axum::http::Method::GET, "", Needs::Nothing);
    let signed_in = Route::new(axum::http::Method::GET, "", Needs::SignIn);
    let responses = json!({ "Problem": problem(&open), "ProblemOfSession": problem(&signed_in) });
    [("headers", headers.into()), ("responses", responses)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Goes;
    use axum::{http::Method, response::IntoResponse};
    use nova_http::REQUEST_ID;

    #[test]
    fn what_is_to_go_says_when() {
        let goes = Goes {
            deprecated: 1_790_000_000,
            sunset: "Thu, 31 Dec 2027 23:59:59 GMT",
        };
        let route = Route::new(Method::GET, "/v1/old", Needs::SignIn).going(goes);
        let mut response = StatusCode::OK.into_response();
        finish(&route, &mut response);
        assert_eq!(response.headers()["deprecation"], "@1790000000");
        assert_eq!(response.headers()["sunset"], "Thu, 31 Dec 2027 23:59:59 GMT");
        let mut operation = json!({ "responses": { "200": {} } });
        describe(&route, &mut operation);
        for status in ["200", "default"] {
            assert!(
                operation["responses"][status]["headers"]["Sunset"].is_object(),
                "{operation}"
            );
        }
    }

    #[test]
    fn what_is_said_and_not_declared_is_no_header() {
        let said = Said {
            place: Some(HeaderValue::from_static("/v1/things/1")),
            tag: Some(HeaderValue::from_static("\"1\"")),
        };
        let answered = |route: &Route, status: StatusCode| {
            let mut response = status.into_response();
            response.extensions_mut().insert(said.clone());
            finish(route, &mut response);
            [header::ETAG, header::LOCATION].map(|name| response.headers().contains_key(name))
        };
        let route = Route::new(Method::POST, "/v1/things", Needs::SignIn);
        assert_eq!(answered(&route, StatusCode::CREATED), [false, false]);
        let route = route.makes();
        assert_eq!(answered(&route, StatusCode::CREATED), [true, true]);
        assert_eq!(answered(&route, StatusCode::OK), [true, false]);
        assert_eq!(answered(&route, StatusCode::CONFLICT), [false, false]);
    }

    #[test]
    fn the_document_knows_the_request_id_by_the_name_that_answers_use() {
        assert_eq!(REQUEST.name.to_ascii_lowercase(), REQUEST_ID.as_str());
    }
}
