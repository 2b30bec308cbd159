//! What is wrong with something that was sent, field by field.

use nova_errors::{Code, Failure};
use std::fmt;

/// One field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's name in the API, dotted where nested.
    pub field: String,
    /// What must hold, without the value.
    pub must: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.must)
    }
}

/// Every fault of a value, so that a person corrects all at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault unless `holds`.
    pub fn unless(&mut self, holds: bool, field: &str, must: &str) {
        if !holds {
            self.0.push(Fault {
                field: field.to_owned(),
                must: must.to_owned(),
            });
        }
    }

    /// The faults found.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// `Ok` when there are none.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        let count = faults.0.len();
        Self::new(
            Code::PRACTICE_INVALID,
            format!("{count} field{} cannot be taken", if count == 1 { "" } else { "s" }),
        )
        .with_details(faults.0.iter().map(ToString::to_string))
    }
}
