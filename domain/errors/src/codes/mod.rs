//! The registry of codes, one file per range of a hundred.

use std::fmt;

/// How a process exits; the numbers are part of the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Something failed; nothing was half-applied.
    Failed = 1,
    /// The command or its input was wrong.
    Usage = 2,
    /// A guard refused.
    Refused = 3,
    /// Validation failed; the target is as it was.
    Invalid = 4,
    /// Interrupted by the person.
    Interrupted = 130,
}

/// One kind of error.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The number after `NOVA-`; never reused.
    pub number: u16,
    /// How a process exits on it.
    pub exit: Exit,
    /// A short title, the heading of its page in `docs/errors/`.
    pub title: &'static str,
    /// One line: what to do in general.
    pub remedy: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NOVA-{}", self.number)
    }
}

/// Declares the codes of one range: `NAME = number, exit, title, remedy;`.
macro_rules! codes {
    ($($name:ident = $number:literal, $exit:ident, $title:literal, $remedy:literal;)*) => {
        impl $crate::codes::Code {
            $(
                #[doc = $title]
                pub const $name: &'static $crate::codes::Code = &$crate::codes::Code {
                    number: $number,
                    exit: $crate::codes::Exit::$exit,
                    title: $title,
                    remedy: $remedy,
                };
            )*
        }
        /// The codes of this range.
        pub(in crate::codes) const RANGE: &[&$crate::codes::Code] = &[$($crate::codes::Code::$name),*];
    };
}

mod anonymization;
mod api;
mod automation;
mod connection;
mod data;
mod guard;
mod operation;
mod practice;
mod practice_access;
mod promotion;
mod schema;
mod server;
mod state;
mod usage;
mod validation;

/// Every range of codes; [`Code`]s are found by walking it.
pub const ALL: &[&[&Code]] = &[
    usage::RANGE,
    guard::RANGE,
    connection::RANGE,
    schema::RANGE,
    anonymization::RANGE,
    data::RANGE,
    validation::RANGE,
    promotion::RANGE,
    state::RANGE,
    operation::RANGE,
    server::RANGE,
    api::RANGE,
    automation::RANGE,
    practice::tenants::RANGE,
    practice::booking::RANGE,
    practice_access::RANGE,
];

impl Code {
    /// The code with this `NOVA-` number, if it exists.
    pub fn by_number(number: u16) -> Option<&'static Code> {
        ALL.iter()
            .flat_map(|range| range.iter())
            .copied()
            .find(|code| code.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_stay_in_their_range() {
        let mut seen = std::collections::BTreeSet::new();
        for range in ALL {
            let hundreds: std::collections::BTreeSet<u16> = range.iter().map(|code| code.number / 100).collect();
            assert!(hundreds.len() <= 1, "one file mixes ranges: {hundreds:?}");
            for code in *range {
                assert!(seen.insert(code.number), "{code} is declared twice");
            }
        }
    }

    #[test]
    fn every_code_says_what_to_do() {
        for code in ALL.iter().flat_map(|range| range.iter()) {
            assert!(!code.title.is_empty() && !code.remedy.is_empty(), "{code}");
        }
    }
}
