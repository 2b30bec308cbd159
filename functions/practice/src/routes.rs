//! Addresses, and what it takes to use them.

use crate::{Platform, gate};
use axum::{Router, extract::DefaultBodyLimit, http::Method, middleware::from_fn_with_state};
use nova_http::LONGEST_BODY;
use nova_practice::access::Permission;
use utoipa_axum::router::OpenApiRouter;

/// What it takes to use an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// To be signed in: it is about oneself.
    SignIn,
    /// This permission in the cabinet that the path names as `{cabinet}`.
    InCabinet(Permission),
    /// This permission in one cabinet at least; the handler shows what it reaches.
    Somewhere(Permission),
    /// This permission in the whole group.
    InGroup(Permission),
}

/// An address with what it takes to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, as the router writes it.
    pub path: &'static str,
    /// What it takes.
    pub needs: Needs,
    /// When it goes, where that is decided.
    pub goes: Option<Goes>,
}

/// When an address goes: its answers say so from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goes {
    /// Since when it should not be used any more, in seconds since 1970-01-01 UTC (`Deprecation`, RFC 9745).
    pub deprecated: i64,
    /// When it is served for the last time, as HTTP writes dates (`Sunset`, RFC 8594).
    pub sunset: &'static str,
}

impl Route {
    /// An address with what it takes to use it.
    pub const fn new(method: Method, path: &'static str, needs: Needs) -> Self {
        Self {
            method,
            path,
            needs,
            goes: None,
        }
    }

    /// The same, on its way out.
    #[must_use]
    pub const fn going(mut self, goes: Goes) -> Self {
        self.goes = Some(goes);
        self
    }
}

/// A router whose addresses are each behind what they need. One that is not among `routes` is not served.
pub fn assemble(platform: &Platform, routes: &'static [Route], described: OpenApiRouter<Platform>) -> Router {
    let (router, _) = described.split_for_parts();
    let gate = gate::Gate {
        platform: platform.clone(),
        routes,
    };
    router
        .route_layer(from_fn_with_state(gate, gate::check))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(platform.clone())
}
