//! PostgreSQL's value formats: how a field of each type reads in text and in binary COPY.

pub(crate) mod array;
pub(crate) mod dates;
pub(crate) mod decimal;
pub(crate) mod inet;
pub(crate) mod numeric;
mod types;
pub(crate) mod values;

pub(crate) use types::SqlType;
