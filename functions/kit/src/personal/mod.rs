//! Personal data of a database: what there is, what was decided about it, what becomes of it.
//!
//! | part | holds |
//! |---|---|
//! | [`survey()`] | facts and sampled values of every column |
//! | [`masking`] | the plan that rules, findings and the policy make of a survey |
//! | [`Decisions`] | what one clone was told beside its rules |
//! | [`Approval`] | the rules that were approved for an environment, and the columns there were then |
//! | [`masking_key`], [`rotate_key`] | the key that replacements are made with, and its versions |
//! | [`supabase`] | rules for the schemas that Supabase brings |

mod approval;
mod decisions;
mod keys;
pub mod supabase;
mod survey;

pub use approval::Approval;
pub use decisions::{Decisions, decisions, keep_decisions};
pub use keys::{key_version, masking_key, operation_key, rotate_key};
pub use survey::{Outcome, Survey, is_of, masking, survey};
