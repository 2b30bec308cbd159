//! How long somebody waits after failures.
//!
//! Failures are counted for the account that was named, whether it exists or not, and for the address they come from.
//! An attempt is counted *before* it is looked at, and struck off when it succeeds: a hundred attempts at the same
//! moment are a hundred failures, not one.
//!
//! 1. The first failures cost nothing: people mistype.
//! 2. Each further one doubles the wait, up to a limit. Nobody is locked out for good, or locking people out would be
//!    what an attacker does.
//! 3. A quiet spell forgets all.

/// How failures of one kind are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Failures that cost nothing.
    pub free: u32,
    /// The wait after the first that does, in milliseconds.
    pub first_ms: u64,
    /// The longest wait.
    pub longest_ms: u64,
    /// After that long without an attempt all is forgotten.
    pub forgotten_ms: u64,
}

/// Passwords of one account.
pub const ACCOUNT: Policy = Policy {
    free: 5,
    first_ms: 30_000,
    longest_ms: 15 * 60_000,
    forgotten_ms: 24 * 3_600_000,
};

/// Anything from one address: a practice's people share one.
pub const ADDRESS: Policy = Policy {
    free: 50,
    first_ms: 5_000,
    longest_ms: 5 * 60_000,
    forgotten_ms: 3_600_000,
};

/// Codes of one person: six digits are guessed in a million attempts.
pub const CODE: Policy = Policy {
    free: 5,
    first_ms: 60_000,
    longest_ms: 3_600_000,
    forgotten_ms: 24 * 3_600_000,
};

/// Letters that one person is sent.
pub const LETTER: Policy = Policy {
    free: 3,
    first_ms: 5 * 60_000,
    longest_ms: 3_600_000,
    forgotten_ms: 24 * 3_600_000,
};

/// What is known of earlier attempts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many in a row.
    pub count: u32,
    /// When the last was, in milliseconds since 1970-01-01 UTC.
    pub last_ms: u64,
}

/// What becomes of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It is looked at, and these are the failures if it fails.
    Allowed(Failures),
    /// It is not looked at.
    Wait {
        /// For how long, in milliseconds.
        for_ms: u64,
    },
}

/// Decides about an attempt.
pub fn attempt(policy: &Policy, before: Failures, now_ms: u64) -> Attempt {
    let since = now_ms.saturating_sub(before.last_ms);
    let counted = if since >= policy.forgotten_ms { 0 } else { before.count };
    let wait = wait_ms(policy, counted);
    if since < wait {
        return Attempt::Wait { for_ms: wait - since };
    }
    Attempt::Allowed(Failures {
        count: counted.saturating_add(1),
        last_ms: now_ms,
    })
}

/// The wait after so many failures.
fn wait_ms(policy: &Policy, count: u32) -> u64 {
    let Some(beyond) = count.checked_sub(policy.free) else {
        return 0;
    };
    let factor = 1_u64.checked_shl(beyond).unwrap_or(u64::MAX);
    policy.first_ms.saturating_mul(factor).min(policy.longest_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Attempts at these moments, all of them failures: which were looked at.
    fn looked_at(policy: &Policy, moments: impl IntoIterator<Item = u64>) -> Vec<bool> {
        let mut failures = Failures::default();
        moments
            .into_iter()
            .map(|now| match attempt(policy, failures, now) {
                Attempt::Allowed(next) => {
                    failures = next;
                    true
                }
                Attempt::Wait { .. } => false,
            })
            .collect()
    }

    #[test]
    fn mistyping_costs_nothing_and_guessing_costs_ever_more() {
        let start = 1_000_000_000_000;
        let seen = looked_at(&ACCOUNT, [0; 8].map(|_| start));
        assert_eq!(seen, [true, true, true, true, true, false, false, false]);
        let failures = Failures {
            count: 6,
            last_ms: start,
        };
        assert_eq!(attempt(&ACCOUNT, failures, start + 59_999), Attempt::Wait { for_ms: 1 });
        assert!(matches!(
            attempt(&ACCOUNT, failures, start + 60_000),
            Attempt::Allowed(_)
        ));
    }

    #[test]
    fn nobody_waits_longer_than_the_longest_and_a_quiet_spell_forgets() {
        let failures = Failures {
            count: u32::MAX,
            last_ms: 0,
        };
        assert_eq!(
            attempt(&ACCOUNT, failures, 0),
            Attempt::Wait {
                for_ms: ACCOUNT.longest_ms
            }
        );
        let later = attempt(&ACCOUNT, failures, ACCOUNT.forgotten_ms);
        assert!(matches!(later, Attempt::Allowed(Failures { count: 1, .. })));
    }

    proptest! {
        #[test]
        fn a_day_of_guessing_gets_few_guesses(gaps in prop::collection::vec(0_u64..5_000, 1..400)) {
            let mut now = 1_000_000_000_000;
            let moments: Vec<u64> = gaps.into_iter().map(|gap| { now += gap; now }).collect();
            let seen = looked_at(&CODE, moments.iter().copied());
            let span_minutes = (moments[moments.len() - 1] - moments[0]) / 60_000;
            let most = u64::from(CODE.free) + span_minutes + 1;
            prop_assert!(seen.iter().filter(|seen| **seen).count() as u64 <= most);
        }
    }
}
