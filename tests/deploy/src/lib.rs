//! The deployment template as a program sees it, and what it must satisfy beyond what a linter knows.
//!
//! | module | holds |
//! |---|---|
//! | [`Template`] | `infra/deploy/template.yaml` with its loops unrolled and its mappings looked up |
//! | [`Function`] | a function with its limits and what invokes it: also what a local stack has to imitate |
//! | [`permissions`] | who may do what |
//! | [`checks`] | each returns what is wrong, as sentences; none when nothing is |

pub mod checks;
mod error;
mod expand;
mod function;
pub mod permissions;
mod template;
mod yaml;

pub use error::Error;
pub use function::{Function, Queue, Source};
pub use template::Template;
