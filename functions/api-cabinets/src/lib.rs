//! Cabinets of the platform: what they are, when they are open, what they have, who did what in them.
//!
//! | module | holds |
//! |---|---|
//! | [`ROUTES`] | every address with what it needs |
//! | `cabinets` | cabinets made, shown, changed, opened and closed |
//! | `inventory` | opening hours, people and chairs, services, equipment |
//! | `setup` | provisioning, configuration, health |
//! | `templates` | what new cabinets are furnished with |
//! | `rollouts` | a change of configuration, given to cabinets in stages |
//! | `reports` | figures of every cabinet |
//! | `audit` | who did what in a cabinet |
//! | [`shapes`] | what requests and answers are made of, as the OpenAPI document describes it |

mod audit;
mod cabinets;
mod inventory;
mod reports;
mod rollouts;
mod routes;
mod setup;
pub mod shapes;
mod templates;

pub use routes::{ROUTES, router, routes, section};
