//! The proof that nothing personal is left: how every kind of text is read, and what the report says.
//!
//! - [`Texts`]: one value of a database as the texts in which originals are looked for;
//! - [`Report`]: what was looked at, what was found, what was exempted, and how sure that is.

mod html;
mod report;
mod texts;

pub use report::{Basis, Exempted, Grouped, Masked, Pattern, Report, Survivor};
pub use texts::{Form, Texts};
