//! People, what they may do, and their sessions. All functions take a transaction of the group
//! ([`Store::with_group`](crate::Store::with_group)).
//!
//! | module | holds |
//! |---|---|
//! | [`people`] | users: made, changed, listed |
//! | [`roles`] | roles given and taken away |
//! | [`passwords`] | what a sign-in is checked against |
//! | [`sessions`] | sessions: who asks, refreshing, ending |
//! | [`second_factor`] | authenticator apps and backup codes |
//! | [`links`] | invitations and resets |
//! | [`keyring`] | signing keys, made and forgotten in time |
//! | [`throttles`] | failures and requests counted for all instances |
//! | [`keyed`] | requests that carry a key |
//! | [`imports`] | files of people: looked at, applied, undone |

pub mod imports;
pub mod keyed;
pub mod keyring;
pub mod links;
pub mod passwords;
pub mod people;
pub mod roles;
pub mod second_factor;
pub mod sessions;
pub mod throttles;

use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_practice::signin::Entropy;
use ring::rand::{SecureRandom, SystemRandom};

/// Random bytes of the system.
#[derive(Debug, Clone)]
pub struct SystemEntropy(SystemRandom);

impl Default for SystemEntropy {
    fn default() -> Self {
        Self(SystemRandom::new())
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // The system's source does not fail once it is there, and guessable bytes must never be used instead.
        while self.0.fill(bytes).is_err() {
            std::thread::yield_now();
        }
    }
}

/// A moment, from milliseconds since 1970-01-01 UTC.
pub(crate) fn at(ms: u64) -> Timestamp {
    i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or(Timestamp::MAX)
}

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn ms(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or(0)
}

/// That somebody or something is not there, or not for whoever asks: the same words for both.
pub fn nothing_here() -> Failure {
    Failure::new(Code::NOTHING_HERE, "there is nothing at this address that you may see")
}
