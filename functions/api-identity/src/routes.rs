//! Every address, what it needs and its handler.

use crate::{audit, auth, people};
use axum::{
    Router,
    http::{Method, header::CONTENT_TYPE},
    routing::get,
};
use nova_fn_practice::{Needs, Platform, Route, Section, assemble};
use nova_practice::access::Permission::{AuditRead, RolesGrant, UsersRead, UsersWrite};
use utoipa_axum::{router::OpenApiRouter, routes as handlers};

use Needs::{InGroup, Nothing, SignIn, Somewhere};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

/// Every address with what it needs. What is not among them is not served.
pub static ROUTES: &[Route] = &[
    Route::new(GET, "/.well-known/jwks.json", Nothing),
    Route::new(POST, "/v1/auth/login", Nothing),
    Route::new(POST, "/v1/auth/second-factor", Nothing),
    Route::new(POST, "/v1/auth/refresh", Nothing),
    Route::new(POST, "/v1/auth/register", Nothing).placed(),
    Route::new(POST, "/v1/auth/password-reset", Nothing),
    Route::new(POST, "/v1/auth/password-reset/confirm", Nothing),
    Route::new(GET, "/v1/auth/me", SignIn),
    Route::new(POST, "/v1/auth/logout", SignIn),
    Route::new(POST, "/v1/auth/logout-everywhere", SignIn),
    Route::new(POST, "/v1/auth/password", SignIn),
    Route::new(GET, "/v1/auth/sessions", SignIn),
    Route::new(DELETE, "/v1/auth/sessions/{id}", SignIn),
    Route::new(POST, "/v1/auth/totp", SignIn),
    Route::new(POST, "/v1/auth/totp/confirm", SignIn),
    Route::new(POST, "/v1/auth/totp/remove", SignIn),
    Route::new(POST, "/v1/auth/backup-codes", SignIn),
    Route::new(GET, "/v1/roles", SignIn),
    Route::new(GET, "/v1/users", Somewhere(UsersRead)),
    Route::new(POST, "/v1/invitations", Somewhere(RolesGrant)).makes(),
    Route::new(GET, "/v1/users/{id}", Somewhere(UsersRead)).tagged(),
    Route::new(PATCH, "/v1/users/{id}", Somewhere(UsersWrite))
        .tagged()
        .versioned(),
    Route::new(DELETE, "/v1/users/{id}", Somewhere(UsersWrite)),
    Route::new(POST, "/v1/users/{id}/invitation", Somewhere(UsersWrite))
        .tagged()
        .placed(),
    Route::new(POST, "/v1/users/{id}/sign-out", Somewhere(UsersWrite)),
    Route::new(DELETE, "/v1/users/{id}/second-factor", InGroup(UsersWrite)),
    Route::new(POST, "/v1/users/{id}/roles", Somewhere(RolesGrant))
        .tagged()
        .placed(),
    Route::new(GET, "/v1/users/{id}/roles/{grant}", Somewhere(UsersRead)).tagged(),
    Route::new(DELETE, "/v1/users/{id}/roles/{grant}", Somewhere(RolesGrant)),
    Route::new(GET, "/v1/users/{id}/activity", Somewhere(AuditRead)),
    Route::new(POST, "/v1/users/bulk", Somewhere(UsersWrite)),
    Route::new(POST, "/v1/users/imports", Somewhere(RolesGrant)).makes(),
    Route::new(GET, "/v1/users/imports/{id}", Somewhere(RolesGrant)).tagged(),
    Route::new(GET, "/v1/users/imports/{id}/faults.csv", Somewhere(RolesGrant)).file("faults.csv"),
    Route::new(POST, "/v1/users/imports/{id}/apply", Somewhere(RolesGrant)),
    Route::new(POST, "/v1/users/imports/{id}/undo", Somewhere(RolesGrant)),
    Route::new(GET, "/v1/audit", InGroup(AuditRead)),
    Route::new(GET, "/v1/audit/proof", InGroup(AuditRead)),
];

/// The whole API.
pub fn router(platform: &Platform) -> Router {
    nova_http::edge(&platform.around(), routes(platform).merge(published()))
}

/// The addresses alone, each behind what it needs: to be merged with others.
pub fn routes(platform: &Platform) -> Router {
    assemble(platform, ROUTES, described())
}

/// The document of every API of the platform, as `web/client` holds it: read by everybody, as the keys are.
pub fn published() -> Router {
    const DOCUMENT: &str = include_str!("../../../web/client/platform.openapi.json");
    Router::new().route(
        "/v1/platform/openapi.json",
        get(async || ([(CONTENT_TYPE, "application/json")], DOCUMENT)),
    )
}

/// For the document of the whole platform.
pub fn section() -> Section {
    Section {
        routes: ROUTES,
        described: described(),
        tags: &[
            ("sign-in", "Signing in, and what belongs to oneself"),
            ("users", "People of the group and their roles"),
            ("audit", "Who did what"),
        ],
    }
}

fn described() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(handlers!(auth::keys::jwks))
        .routes(handlers!(auth::login::login))
        .routes(handlers!(auth::login::second_step))
        .routes(handlers!(auth::sessions::refresh))
        .routes(handlers!(auth::register::register))
        .routes(handlers!(auth::password::ask))
        .routes(handlers!(auth::password::reset))
        .routes(handlers!(auth::me::me))
        .routes(handlers!(auth::sessions::logout))
        .routes(handlers!(auth::sessions::logout_everywhere))
        .routes(handlers!(auth::password::change))
        .routes(handlers!(auth::sessions::list))
        .routes(handlers!(auth::sessions::end))
        .routes(handlers!(auth::second_factor::prepare))
        .routes(handlers!(auth::second_factor::confirm))
        .routes(handlers!(auth::second_factor::remove))
        .routes(handlers!(auth::second_factor::codes))
        .routes(handlers!(people::roles::catalogue))
        .routes(handlers!(people::list::list))
        .routes(handlers!(people::invite::invite))
        .routes(handlers!(
            people::list::show,
            people::change::change,
            people::change::remove
        ))
        .routes(handlers!(people::invite::again))
        .routes(handlers!(people::change::sign_out))
        .routes(handlers!(people::change::forget_second_factor))
        .routes(handlers!(people::roles::give))
        .routes(handlers!(people::roles::show, people::roles::take))
        .routes(handlers!(audit::activity))
        .routes(handlers!(people::bulk::bulk))
        .routes(handlers!(people::imports::preview))
        .routes(handlers!(people::imports::show))
        .routes(handlers!(people::imports::faults))
        .routes(handlers!(people::imports::apply))
        .routes(handlers!(people::imports::undo))
        .routes(handlers!(audit::list))
        .routes(handlers!(audit::proof))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_to_everybody_is_signing_in() {
        for route in ROUTES.iter().filter(|route| route.needs == Nothing) {
            let signing_in = route.path.starts_with("/v1/auth/") || route.path.starts_with("/.well-known/");
            assert!(signing_in, "{} {}", route.method, route.path);
        }
    }
}
