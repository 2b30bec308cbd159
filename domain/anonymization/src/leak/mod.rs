//! Proof that nothing is left: keyed fingerprints of original e-mail addresses, phone numbers and full names are taken
//! while the data passes, and every cell of the finished target is scanned for them.
//!
//! 1. [`Recorder`]: one per table masker, hashes originals and their replacements in a normal form.
//! 2. [`Fingerprints`]: the sorted hashes of a chunk, a table or a whole clone; encoded compactly, merged at will.
//! 3. [`Filter`]: a Bloom filter over all originals, as large as their [`Estimate`] asks for and never larger than a
//!    fixed memory, and [`Scanner`], which reads cells and reports [`Hit`]s: candidates that the filter knows.
//! 4. [`Verdict`]: reads the fingerprints once more, set by set, and keeps the hits that are real.
//!
//! A hit in a masked column that equals a generated replacement is explained: the generator may have chosen the name of
//! another real person. A hit in an untouched column is a leak. Names of a single word never count.

mod estimate;
mod extract;
mod filter;
mod fingerprints;
mod letters;
mod recorder;
mod scanner;
mod verdict;

pub use estimate::Estimate;
pub use filter::Filter;
pub use fingerprints::Fingerprints;
pub(crate) use recorder::Recorder;
pub use scanner::{Hit, Scanner};
pub use verdict::Verdict;

pub(crate) use extract::{looks_like_email, phone_digits};

use crate::kind::Kind;
use serde::{Deserialize, Serialize};

/// What a fingerprint is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// An e-mail address, in lower case.
    Email,
    /// A phone number: national digits, without punctuation.
    Phone,
    /// A full name of two to four words, without case, accents and order.
    Name,
}

impl Category {
    /// All categories, in the order of their encoding.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Name];

    /// The category under which a kind's values are recorded.
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Email => Some(Self::Email),
            Kind::Phone => Some(Self::Phone),
            Kind::Name => Some(Self::Name),
            _ => None,
        }
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Email => 0,
            Self::Phone => 1,
            Self::Name => 2,
        }
    }
}
