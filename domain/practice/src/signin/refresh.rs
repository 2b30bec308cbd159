//! Refresh tokens: what keeps a session going.
//!
//! A token names its session and a number, and is proved by a keyed hash of both; nothing of it is stored. The session
//! remembers the number that is current. Using the current token makes the next one, and then:
//!
//! 1. The current token makes the next one current.
//! 2. The one before it, within a short grace, gets the current one again: two tabs that woke up together, or an answer
//!    that was lost, log nobody out.
//! 3. Any older one, or the one before it later, can only be a copy: the session ends, for the thief and for the owner.
//!
//! A session also ends when it is not used for a while, and at last when it gets old.

use super::seal::MasterKey;
use crate::SessionId;
use uuid::Uuid;

/// What refresh tokens begin with, so that people and scanners know one.
const PREFIX: &str = "nova_rt_";

/// How long the token before the current one is taken, in milliseconds.
pub const GRACE_MS: u64 = 10_000;

/// A session that is not refreshed for that long ends: a week.
pub const IDLE_MS: u64 = 7 * 24 * 3_600_000;

/// A session ends at that age: thirty days.
pub const OLDEST_MS: u64 = 30 * 24 * 3_600_000;

/// A token that was shown and is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Its session.
    pub session: SessionId,
    /// Its number.
    pub number: u32,
}

/// What is stored of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The number of the current token.
    pub current: u32,
    /// When that was made.
    pub refreshed_ms: u64,
    /// When the session began.
    pub began_ms: u64,
    /// It was ended: by the person, by an administrator, by theft.
    pub ended: bool,
}

/// What becomes of a session whose token was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The token of this number becomes current.
    Rotate(u32),
    /// The current token, of this number, is given once more.
    Again(u32),
    /// A copy is about: the session ends.
    Stolen,
    /// The session is over.
    Over,
}

/// Decides.
pub fn decide(session: &Session, shown: u32, now_ms: u64) -> Outcome {
    if session.ended || now_ms.saturating_sub(session.began_ms) >= OLDEST_MS {
        return Outcome::Over;
    }
    let idle_ms = now_ms.saturating_sub(session.refreshed_ms);
    if idle_ms >= IDLE_MS {
        return Outcome::Over;
    }
    if shown == session.current {
        // Numbers run out after 4 billion refreshes; a session gets a few thousand.
        return session.current.checked_add(1).map_or(Outcome::Over, Outcome::Rotate);
    }
    if shown.checked_add(1) == Some(session.current) && idle_ms < GRACE_MS {
        return Outcome::Again(session.current);
    }
    Outcome::Stolen
}

/// The token of that number.
pub fn write(key: &MasterKey, session: SessionId, number: u32) -> String {
    let mac = key.mac("refresh", &[session.0.as_bytes(), &number.to_be_bytes()]);
    let mut bytes = Vec::with_capacity(52);
    bytes.extend_from_slice(session.0.as_bytes());
    bytes.extend_from_slice(&number.to_be_bytes());
    bytes.extend_from_slice(&mac);
    format!("{PREFIX}{}", super::encode(&bytes))
}

/// Reads a token; nothing when it is not one of ours.
pub fn read(key: &MasterKey, token: &str) -> Option<Shown> {
    let bytes = super::decode(token.strip_prefix(PREFIX)?)?;
    let (session, rest) = bytes.split_first_chunk::<16>()?;
    let (number, mac) = rest.split_first_chunk::<4>()?;
    let genuine = key.check("refresh", &[session, number], mac);
    genuine.then(|| Shown {
        session: SessionId::from(Uuid::from_bytes(*session)),
        number: u32::from_be_bytes(*number),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000_000;

    fn session(current: u32) -> Session {
        Session {
            current,
            refreshed_ms: NOW,
            began_ms: NOW - 1000,
            ended: false,
        }
    }

    #[test]
    fn each_token_makes_the_next() {
        assert_eq!(decide(&session(0), 0, NOW + 60_000), Outcome::Rotate(1));
        assert_eq!(decide(&session(7), 7, NOW + IDLE_MS - 1), Outcome::Rotate(8));
    }

    #[test]
    fn two_tabs_stay_signed_in_and_a_copy_ends_the_session() {
        assert_eq!(decide(&session(3), 2, NOW + GRACE_MS - 1), Outcome::Again(3));
        assert_eq!(decide(&session(3), 2, NOW + GRACE_MS), Outcome::Stolen);
        assert_eq!(decide(&session(3), 1, NOW), Outcome::Stolen);
        assert_eq!(decide(&session(3), 4, NOW), Outcome::Stolen);
    }

    #[test]
    fn idle_old_and_ended_sessions_are_over_whatever_is_shown() {
        for shown in 0..4 {
            assert_eq!(decide(&session(2), shown, NOW + IDLE_MS), Outcome::Over);
            let ended = Session {
                ended: true,
                ..session(2)
            };
            assert_eq!(decide(&ended, shown, NOW), Outcome::Over);
            let old = Session {
                began_ms: NOW - OLDEST_MS,
                ..session(2)
            };
            assert_eq!(decide(&old, shown, NOW), Outcome::Over);
        }
    }

    #[test]
    fn a_token_is_read_as_it_was_written_and_nothing_else_is() {
        let key = MasterKey::new([9; 32]);
        let id = SessionId::from(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001));
        let token = write(&key, id, 5);
        assert_eq!(read(&key, &token), Some(Shown { session: id, number: 5 }));
        assert_eq!(read(&MasterKey::new([8; 32]), &token), None);
        for place in PREFIX.len()..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(read(&key, &forged), None, "{forged}");
        }
        for wrong in ["", PREFIX, &token[1..], &format!("{token}=")] {
            assert_eq!(read(&key, wrong), None, "{wrong}");
        }
    }
}
