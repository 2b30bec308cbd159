//! What the walk leaves out, each with its reason, and how it reads what is no plain value.

mod catalogs;
mod columns;
mod privileges;

pub(super) use catalogs::{condition, is_left_out, is_numbered, key, object, source};
pub(super) use columns::{Treatment, treatment};
pub(super) use privileges::{OWNER, privileges, privileges_in_short};
