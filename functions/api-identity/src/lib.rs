//! People of the platform: signing in, second factors, sessions, users, roles, the group's audit.
//!
//! | module | holds |
//! |---|---|
//! | [`ROUTES`] | every address with what it needs |
//! | `auth` | signing in and what belongs to oneself |
//! | `people` | users, roles, invitations, files of people |
//! | `audit` | who did what in the group |
//! | [`shapes`] | what requests and answers are made of |

mod audit;
mod auth;
mod people;
mod routes;
pub mod shapes;

pub use routes::{ROUTES, published, router, routes, section};
