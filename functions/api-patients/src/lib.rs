//! Patients of a cabinet: the record, what belongs to it, finding, merging.
//!
//! | module | holds |
//! |---|---|
//! | [`ROUTES`] | every address with what it needs |
//! | `record` | the record: found, shown, written, put away |
//! | `history` | medical and dental history, consents, attachments, communications |
//! | `merge` | two records of one person |
//! | [`shapes`] | what requests and answers are made of, as the OpenAPI document describes it |

mod history;
mod merge;
mod record;
mod routes;
pub mod shapes;

pub use routes::{ROUTES, router, routes, section};
