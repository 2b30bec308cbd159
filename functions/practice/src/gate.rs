//! Lets a request through to its handler, or not.
//!
//! 1. The address is declared, or it is not served.
//! 2. The token says who and in which session; the store says, with one query, whether that session goes on and what the
//!    person may do *now*. Nothing of it is remembered: a role that was taken away is gone with the next request.
//! 3. A cabinet that does not exist and one that the person has nothing to do with get the same answer to the last byte.

use crate::{Caller, Client, Limits, Needs, Platform, Refusal, Route, headers, headers::GRANTS_CHANGED, origin};
use axum::{
    extract::{MatchedPath, RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Failure};
use nova_http::{Actor as Logged, Problem, RequestId};
use nova_practice::{
    CabinetId,
    access::{Grants, Permission},
    signin::token::{Claims, Kind},
};
use nova_practice_store::{
    Actor,
    identity::{keyring::Unread, nothing_here, sessions},
};

/// Why personal data is accessed, in the words of whoever does.
const REASON: &str = "x-access-reason";

#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) platform: Platform,
    pub(crate) routes: &'static [Route],
}

pub(crate) async fn check(
    State(gate): State<Gate>,
    path: MatchedPath,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(parameters) = parameters else {
        return Refusal::from(nothing_here()).into_response();
    };
    let origin = origin::of_site(gate.platform.site(), request.headers());
    let mut response = match declared(gate.routes, request.method(), path.as_str()) {
        Ok(route) => {
            let mut response = passed(&gate, route, &parameters, request, next).await;
            headers::finish(route, &mut response);
            response
        }
        Err(refused) => match refused.headers().get(header::ALLOW) {
            Some(methods) if request.method() == Method::OPTIONS => origin::options(methods, &request.into_parts().0),
            _ => *refused,
        },
    };
    if let Some(origin) = origin {
        origin::allow(origin, response.headers_mut());
    }
    response
}

async fn passed(gate: &Gate, route: &Route, parameters: &RawPathParams, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (client, needs) = (Client::of(&parts), route.needs);
    parts.extensions.insert(route.takes);
    if needs == Needs::Nothing {
        if let Some(address) = client.address
            && let Err(refused) = within(gate.platform.limits(), &format!("address {address}"), &gate.platform).await
        {
            return refused.into_response();
        }
        return next.run(Request::from_parts(parts, body)).await;
    }
    let cabinet = parameters
        .iter()
        .find(|(name, _)| *name == "cabinet")
        .map(|(_, value)| value);
    match admitted(&gate.platform, needs, cabinet, &parts).await {
        Ok((caller, changed)) => {
            if route.takes.reason && caller.reason.as_deref().unwrap_or_default().trim().is_empty() {
                let failure = Failure::new(Code::REPORT_REASON, "X-Access-Reason is missing");
                return Refusal::from(failure).into_response();
            }
            let actor = Logged(Actor::User(caller.user).to_string());
            parts.extensions.insert(caller);
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if changed {
                response
                    .headers_mut()
                    .insert(GRANTS_CHANGED, HeaderValue::from_static("true"));
            }
            response.extensions_mut().insert(actor);
            response
        }
        Err(refused) => refused.into_response(),
    }
}

/// What the declarations say of an address.
fn declared<'r>(routes: &'r [Route], method: &Method, path: &str) -> Result<&'r Route, Box<Response>> {
    let taken = if *method == Method::HEAD { &Method::GET } else { method };
    let here = || routes.iter().filter(|route| route.path == path);
    if let Some(route) = here().find(|route| route.method == *taken) {
        return Ok(route);
    }
    let mut methods: Vec<&str> = here().map(|route| route.method.as_str()).collect();
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

/// Who asks, if they may; and whether their roles have changed since their token was made.
async fn admitted(
    platform: &Platform,
    needs: Needs,
    cabinet: Option<&str>,
    parts: &Parts,
) -> Result<(Caller, bool), Refusal> {
    let claims = claims(platform, &parts.headers).await?;
    within(platform.limits(), &format!("user {}", claims.sub), platform).await?;
    // What is no id names nothing, as an id does that nobody has.
    let in_cabinet = cabinet.is_some();
    let cabinet: Option<CabinetId> = cabinet.and_then(|text| text.parse().ok());
    let who = (claims.sid, claims.sub);
    let now_ms = platform.now_ms();
    let asking = sessions::asking(platform.store(), who, cabinet, now_ms)
        .await?
        .ok_or_else(|| Failure::new(Code::NOT_SIGNED_IN, "the session is over"))?;
    let all = asking.grants.clone();
    let grants = asking.grants.in_session(asking.second_factor);
    let place = cabinet.filter(|_| asking.cabinet_exists);
    if let Err(refused) = allowed(needs, &grants, in_cabinet, place) {
        let with_it = allowed(needs, &all, in_cabinet, place);
        if with_it.is_ok() {
            let cause = "this takes a session that has shown a second factor";
            return Err(Failure::new(Code::SECOND_FACTOR_NEEDED, cause).into());
        }
        return Err(refused.into());
    }
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let caller = Caller {
        user: claims.sub,
        session: claims.sid,
        second_factor: asking.second_factor,
        grants,
        cabinet: place,
        request_id: parts
            .extensions
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default(),
        reason: text(REASON).map(|reason| reason.chars().take(200).collect()),
    };
    Ok((caller, claims.pv != asking.grants_version))
}

async fn claims(platform: &Platform, headers: &HeaderMap) -> Result<Claims, Refusal> {
    let refused = |cause: &str| Failure::new(Code::NOT_SIGNED_IN, cause);
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(shown), None) = (given.next(), given.next()) else {
        let cause = "the request needs one Authorization header with an access token";
        return Err(refused(cause).into());
    };
    let shown = shown.to_str().ok().and_then(|text| text.split_once(' '));
    let Some((_, token)) = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        return Err(refused("the Authorization header is not `Bearer <token>`").into());
    };
    match platform.read(Kind::Access, token.trim()).await {
        Ok(claims) => Ok(claims),
        Err(Unread::Refused(why)) => Err(refused(&why.to_string()).into()),
        Err(Unread::Failed(error)) => Err(error.into()),
    }
}

/// Whether grants are enough for what an address needs. `place` is the cabinet it names, if there is one.
fn allowed(needs: Needs, grants: &Grants, in_cabinet: bool, place: Option<CabinetId>) -> Result<(), Failure> {
    let refused = |permission: Permission| {
        let cause = format!("this needs the permission {permission}");
        Err(Failure::new(Code::NOT_PERMITTED, cause))
    };
    if in_cabinet && !place.is_some_and(|cabinet| grants.know(cabinet)) {
        return Err(nothing_here());
    }
    match (needs, place) {
        (Needs::Nothing | Needs::SignIn, _) => Ok(()),
        (Needs::InCabinet(permission), Some(cabinet)) if grants.may(permission, cabinet) => Ok(()),
        (Needs::Somewhere(permission), _) if !grants.reach(permission).is_nothing() => Ok(()),
        (Needs::InGroup(permission), _) if grants.may_everywhere(permission) => Ok(()),
        (Needs::InCabinet(permission) | Needs::Somewhere(permission) | Needs::InGroup(permission), _) => {
            refused(permission)
        }
    }
}

async fn within(limits: &dyn Limits, who: &str, platform: &Platform) -> Result<(), Refusal> {
    match limits.take(who, platform.now_ms()).await? {
        None => Ok(()),
        Some(wait) => {
            let failure = Failure::new(Code::TOO_MANY_REQUESTS, "requests come faster than they are taken");
            Err(Problem::from(failure).after(wait.as_secs() + 1).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_practice::access::{Grant, Role};
    use uuid::Uuid;

    fn cabinet(number: u128) -> CabinetId {
        CabinetId(Uuid::from_u128(number))
    }

    fn receptionist() -> Grants {
        Grants::new([Grant::new(Role::Receptionist, Some(cabinet(1))).unwrap()])
    }

    #[test]
    fn a_foreign_cabinet_one_that_does_not_exist_and_nonsense_are_one_answer() {
        let needs = Needs::InCabinet(Permission::PatientsRead);
        let foreign = allowed(needs, &receptionist(), true, Some(cabinet(2))).unwrap_err();
        let unknown = allowed(needs, &receptionist(), true, None).unwrap_err();
        assert_eq!(foreign, unknown);
        assert_eq!(foreign.code, Code::NOTHING_HERE);
        // Also where the permission is missing.
        let missing = Needs::InCabinet(Permission::AuditRead);
        assert_eq!(
            allowed(missing, &receptionist(), true, Some(cabinet(2))).unwrap_err(),
            foreign
        );
    }

    #[test]
    fn in_the_own_cabinet_the_missing_permission_is_named() {
        let failure = allowed(
            Needs::InCabinet(Permission::AuditRead),
            &receptionist(),
            true,
            Some(cabinet(1)),
        )
        .unwrap_err();
        assert_eq!(failure.code, Code::NOT_PERMITTED);
        assert!(failure.cause.contains("audit.read"));
    }

    #[test]
    fn what_is_not_declared_is_not_served() {
        static ROUTES: &[Route] = &[Route::new(Method::GET, "/v1/users", Needs::SignIn)];
        assert_eq!(
            declared(ROUTES, &Method::HEAD, "/v1/users").unwrap().needs,
            Needs::SignIn
        );
        let refused = declared(ROUTES, &Method::DELETE, "/v1/users").unwrap_err();
        assert_eq!(
            (refused.status().as_u16(), &refused.headers()[header::ALLOW]),
            (405, &HeaderValue::from_static("GET, HEAD"))
        );
    }
}
