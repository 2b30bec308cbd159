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
    /// What its answers say beside their bodies.
    pub gives: Gives,
    /// What its requests say beside their bodies.
    pub takes: Takes,
    /// When it goes, where that is decided.
    pub goes: Option<Goes>,
}

/// What answers say beside their bodies when all goes well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gives {
    /// The version of what they show: `ETag`.
    pub tag: bool,
    /// Where what was made is: `Location`.
    pub place: bool,
    /// The name of the file that they are: `Content-Disposition`.
    pub file: Option<&'static str>,
}

/// What requests say beside their bodies. A handler that looks for what its route does not declare finds an error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Takes {
    /// `If-Match`: which version the change is made for.
    pub version: Option<Condition>,
    /// `Idempotency-Key`: a request that is sent again is not carried out again.
    pub key: bool,
    /// `X-Access-Reason` is not left out.
    pub reason: bool,
}

/// Whether a change is made without saying for which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It is not.
    Needed,
    /// For whatever is there.
    Optional,
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
            gives: Gives {
                tag: false,
                place: false,
                file: None,
            },
            takes: Takes {
                version: None,
                key: false,
                reason: false,
            },
            goes: None,
        }
    }

    /// Makes something: the answer says where it is and its version, and a request that is sent again with its key makes
    /// nothing twice.
    #[must_use]
    pub const fn makes(mut self) -> Self {
        self.takes.key = true;
        self.tagged().placed()
    }

    /// Shows something with its version.
    #[must_use]
    pub const fn tagged(mut self) -> Self {
        self.gives.tag = true;
        self
    }

    /// Says where to look for what was asked for.
    #[must_use]
    pub const fn placed(mut self) -> Self {
        self.gives.place = true;
        self
    }

    /// A request that is sent again with its key is carried out once.
    #[must_use]
    pub const fn keyed(mut self) -> Self {
        self.takes.key = true;
        self
    }

    /// Changes the version that the request names, and no other.
    #[must_use]
    pub const fn versioned(mut self) -> Self {
        self.takes.version = Some(Condition::Needed);
        self
    }

    /// The same where the request names one.
    #[must_use]
    pub const fn versioned_at_will(mut self) -> Self {
        self.takes.version = Some(Condition::Optional);
        self
    }

    /// Needs a reason.
    #[must_use]
    pub const fn reasoned(mut self) -> Self {
        self.takes.reason = true;
        self
    }

    /// Answers with a file.
    #[must_use]
    pub const fn file(mut self, name: &'static str) -> Self {
        self.gives.file = Some(name);
        self
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
