//! Which scope an address needs, and who asks.

use crate::{Api, Problem, tokens};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use nova_access::{Scope, Secret};
use nova_errors::{Code, Failure};
use nova_http::Actor;

/// Who may use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Open,
    /// Who shows a token of this scope, or of a wider one.
    Token(Scope),
}

use Access::{Open, Token};
use Scope::{Cloner, Viewer};

/// Every address: method, path, who may use it. What is not in this table is not served.
pub const ACCESS: &[(Method, &str, Access)] = &[
    (Method::GET, "/health", Open),
    (Method::GET, "/v1/openapi.json", Open),
    (Method::GET, "/v1/errors/{code}", Open),
    (Method::GET, "/v1/operations", Token(Viewer)),
    // Personal data in a target, and which rules keep it out, are decisions of an admin: the handler asks for that scope.
    (Method::POST, "/v1/operations", Token(Cloner)),
    (Method::GET, "/v1/operations/{id}", Token(Viewer)),
    (Method::GET, "/v1/operations/{id}/events", Token(Viewer)),
    (Method::GET, "/v1/operations/{id}/logs", Token(Viewer)),
    (Method::GET, "/v1/operations/{id}/plan", Token(Viewer)),
    (Method::GET, "/v1/operations/{id}/report.html", Token(Viewer)),
    (Method::POST, "/v1/operations/{id}/stop", Token(Cloner)),
    (Method::POST, "/v1/operations/{id}/resume", Token(Cloner)),
    (Method::POST, "/v1/operations/{id}/rollback", Token(Cloner)),
    (Method::GET, "/v1/environments", Token(Viewer)),
    (Method::GET, "/v1/environments/{name}", Token(Viewer)),
    (Method::GET, "/v1/environments/{name}/rollback-points", Token(Viewer)),
];

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// As the history names them.
    pub(crate) actor: String,
    /// What they may do.
    pub(crate) scope: Scope,
}

impl Caller {
    /// True when the caller may do what needs `scope`.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scope >= scope
    }

    /// Makes sure that the caller may do what needs `scope`.
    ///
    /// # Errors
    /// `NOVA-2102`.
    pub(crate) fn needs(&self, scope: Scope, what: &str) -> Result<(), Failure> {
        if self.may(scope) {
            return Ok(());
        }
        let cause = format!("{what} needs the scope {scope}; the token has {}", self.scope);
        Err(Failure::new(Code::FORBIDDEN, cause))
    }
}

/// Lets a request through to its handler when its address is in the table and its token reaches that far.
pub(crate) async fn check(State(api): State<Api>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let access = match access(request.method(), path.as_str()) {
        Ok(access) => access,
        Err(refusal) => return *refusal,
    };
    let Token(scope) = access else {
        return next.run(request).await;
    };
    let caller = match caller(&api, request.headers()).await {
        Ok(caller) => caller,
        Err(failure) => return Problem::from(failure).into_response(),
    };
    let what = format!("{} {}", request.method(), path.as_str());
    let mut response = match caller.needs(scope, &what) {
        Ok(()) => {
            request.extensions_mut().insert(caller.clone());
            next.run(request).await
        }
        Err(failure) => Problem::from(failure).into_response(),
    };
    // For the log.
    response.extensions_mut().insert(Actor(caller.actor));
    response
}

/// What the table says of an address.
fn access(method: &Method, path: &str) -> Result<Access, Box<Response>> {
    let taken = if *method == Method::HEAD { &Method::GET } else { method };
    let here = || ACCESS.iter().filter(|(_, known, _)| *known == path);
    if let Some((_, _, access)) = here().find(|(known, _, _)| known == taken) {
        return Ok(*access);
    }
    let mut methods: Vec<&str> = here().map(|(method, _, _)| method.as_str()).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    let failure = Failure::new(Code::NO_METHOD, format!("{path} does not take {method}"));
    let mut response = Problem::from(failure).into_response();
    if let Ok(allow) = HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    Err(Box::new(response))
}

async fn caller(api: &Api, headers: &HeaderMap) -> Result<Caller, Failure> {
    let refused = |cause: &str| Failure::new(Code::UNAUTHENTICATED, cause);
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(header), None) = (given.next(), given.next()) else {
        return Err(refused(
            "the request needs one Authorization header with a bearer token",
        ));
    };
    let shown = header.to_str().ok().and_then(|text| text.split_once(' '));
    let Some((_, token)) = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return Err(refused("the Authorization header is not `Bearer <token>`"));
    };
    let (tokens, _) = tokens::read(&api.ports).await?;
    let shown = Secret::shown(token.trim());
    match tokens.matching(&shown, api.ports.clock.now_ms()) {
        Some(token) => Ok(Caller {
            actor: format!("token:{}", token.name),
            scope: token.scope,
        }),
        None => Err(refused("the token is unknown, has expired or was revoked")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_address_lacks_a_scope_and_no_scope_an_address() {
        let document = serde_json::to_value(crate::document()).unwrap();
        let served: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods.map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .collect();
        let declared: BTreeSet<String> = ACCESS
            .iter()
            .map(|(method, path, _)| format!("{method} {path}"))
            .collect();
        assert_eq!(served, declared);
        assert_eq!(ACCESS.len(), declared.len(), "an address stands there twice");
    }

    #[test]
    fn what_changes_something_needs_more_than_looking() {
        for (method, path, access) in ACCESS {
            if *method != Method::GET {
                assert!(matches!(access, Token(scope) if *scope >= Cloner), "{method} {path}");
            }
        }
    }

    #[test]
    fn an_address_that_is_not_in_the_table_is_not_served() {
        let refused = access(&Method::DELETE, "/v1/operations").unwrap_err();
        assert_eq!(refused.status(), 405);
        assert_eq!(refused.headers()[header::ALLOW], "GET, POST, HEAD");
        assert!(access(&Method::GET, "/v1/secrets").is_err());
        assert_eq!(access(&Method::HEAD, "/health").unwrap(), Open);
    }

    #[test]
    fn a_scope_reaches_as_far_as_its_own_and_narrower_ones() {
        let caller = |scope| Caller {
            actor: "token:ci".to_owned(),
            scope,
        };
        assert!(caller(Scope::Admin).needs(Cloner, "x").is_ok());
        assert!(caller(Cloner).needs(Cloner, "x").is_ok());
        assert_eq!(caller(Viewer).needs(Cloner, "x").unwrap_err().code, Code::FORBIDDEN);
    }
}
