//! E-mail addresses and login names.

use super::identity::{Identity, Seat};
use super::suffix;
use crate::key::{Draw, Prf};
use crate::words::Words;
use std::borrow::Cow;

/// Domains that RFC 2606 reserves: mail to them reaches nobody.
const RESERVED: &[&str] = &["example.com", "example.org", "example.net"];
/// The shortest reserved domain, for narrow columns.
pub(super) const SHORT_DOMAIN: &str = "a.test";

pub(super) struct Emails {
    pub(super) prf: Prf,
    pub(super) words: &'static Words,
    pub(super) domain: Domain,
    /// A login name: the part before the `@` only.
    pub(super) login: bool,
    pub(super) unique: bool,
}

/// What stands behind the `@`.
pub(super) enum Domain {
    /// One of the reserved domains.
    Safe,
    /// The original's.
    Keep,
    /// This one.
    Fixed(String),
}

/// An address without regard to case, as it is hashed.
fn normal(core: &str) -> Cow<'_, str> {
    if core.is_ascii() && !core.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Borrowed(core)
    } else {
        Cow::Owned(core.to_lowercase())
    }
}

/// The hash that stands for the owner of an address.
pub(super) fn normal_hash(prf: &Prf, address: &str) -> u128 {
    prf.hash(normal(address).as_bytes())
}

impl Emails {
    pub(super) fn mask(&self, core: &str, attempt: u32, limit: Option<usize>, seat: Option<&Seat>, out: &mut String) {
        let normal = normal(core);
        let hash = self.prf.hash(normal.as_bytes());
        let identity = seat
            .and_then(|seat| seat.identity(attempt, self.words))
            .unwrap_or_else(|| Identity::of(hash, attempt, self.words, None));
        let mut draw = Draw::of(hash.rotate_left(64), attempt);
        let safe = draw.pick(RESERVED);
        let mut domain = if self.login {
            ""
        } else {
            self.domain(&normal).unwrap_or(safe)
        };
        let reserve = if self.unique { suffix::CODE_LENGTH } else { 4 };
        if !self.login && limit.is_some_and(|limit| limit < domain.chars().count() + 1 + reserve) {
            domain = SHORT_DOMAIN;
        }
        let room = limit.map(|limit| {
            let at_domain = if self.login { 0 } else { domain.chars().count() + 1 };
            limit.saturating_sub(at_domain)
        });
        let start = out.len();
        out.push_str(identity.given(self.words).1);
        out.push('.');
        out.push_str(identity.family(self.words).1);
        if self.unique {
            suffix::make_room(out, start, room, suffix::CODE_LENGTH + 1);
            if out.len() > start {
                if out.ends_with('.') {
                    out.pop();
                }
                out.push('.');
            }
            suffix::push_code(hash, out);
        } else {
            suffix::make_room(out, start, room, 3);
            while out.ends_with('.') {
                out.pop();
            }
            suffix::push_small(draw.below(1000), out);
        }
        if !self.login {
            out.push('@');
            out.push_str(domain);
        }
        if core != normal {
            self.copy_case(core, out, start);
        }
    }

    fn domain<'a>(&'a self, normal: &'a str) -> Option<&'a str> {
        match &self.domain {
            Domain::Safe => None,
            Domain::Fixed(domain) => Some(domain),
            Domain::Keep => {
                let (_, domain) = normal.rsplit_once('@')?;
                let plausible =
                    domain.contains('.') && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
                plausible.then_some(domain)
            }
        }
    }

    /// Two addresses that differ only in case stay different in case only: joins that ignore case and unique
    /// constraints that do not both survive.
    fn copy_case(&self, core: &str, out: &mut String, start: usize) {
        let mut letters = core.chars().filter(|c| c.is_alphabetic());
        let shouting = letters.clone().all(char::is_uppercase);
        if !self.unique && !shouting {
            return;
        }
        let cased: String = out[start..]
            .chars()
            .map(|c| {
                let upper = c.is_ascii_lowercase() && (shouting || letters.next().is_some_and(char::is_uppercase));
                if upper { c.to_ascii_uppercase() } else { c }
            })
            .collect();
        out.truncate(start);
        out.push_str(&cased);
    }
}
