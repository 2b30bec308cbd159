//! The HTTPS API: operations and environments, for programs and for `nova --api`.
//!
//! | module | holds |
//! |---|---|
//! | [`Api`] | what handlers share |
//! | [`router`], [`routes`], [`edge`] | every address; and, of `nova-http`, what surrounds them |
//! | [`access`] | which scope an address needs; who asks |
//! | [`tokens`] | bearer tokens made, listed, revoked |
//! | [`Problem`] | errors as `application/problem+json`, with the codes of the command line |
//! | [`document()`] | the OpenAPI document |
//! | [`shapes`], [`bodies`] | what answers and requests are made of |
//! | [`reading`] | how the history is read; the command line reads it the same way |

pub mod access;
pub mod bodies;
mod control;
mod create;
mod document;
mod environments;
mod history;
mod list;
mod open;
pub mod reading;
mod routes;
pub mod shapes;
pub mod tokens;

pub use document::document;
pub use environments::{Environment, Environments, LastOperation, Point, Points};
pub use history::{Commits, Logs, Planned};
pub use list::Operations;
pub use nova_http::{CONTENT_TYPE as PROBLEM_JSON, Problem};
pub use routes::{edge, router, routes};

use nova_kit::Ports;
use std::sync::Arc;
use tokio::sync::Notify;

/// What handlers share.
#[derive(Clone)]
pub struct Api {
    /// The stores.
    pub ports: Arc<Ports>,
    /// Woken whenever a request has changed something: workers of the same process need not wait for their next look.
    pub changed: Arc<Notify>,
}

impl Api {
    /// An API over these stores.
    pub fn new(ports: Arc<Ports>) -> Self {
        Self {
            ports,
            changed: Arc::default(),
        }
    }
}
