//! What every HTTP API of Nova shares.
//!
//! | module | holds |
//! |---|---|
//! | [`Problem`], [`status`] | errors as `application/problem+json`, with the codes of the command line |
//! | [`edge`] | what surrounds every request: id, time limit, headers, one line of log |
//! | [`Body`], [`Parameters`], [`Named`], [`Key`] … | what handlers take from a request |

mod around;
mod extract;
mod problem;

pub use around::{Actor, Around, HEADERS, REQUEST_ID, RequestId, edge};
pub use extract::{Body, Key, LONGEST_BODY, Named, OptionalBody, Parameters};
pub use problem::{CONTENT_TYPE, Problem, address, status};
