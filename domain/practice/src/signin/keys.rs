//! Which signing key is used, published and forgotten when.
//!
//! 1. A new key is published for a day before it signs: whoever keeps a copy of the published keys has it by then. The
//!    very first one signs at once.
//! 2. It signs until its successor does, thirty days later.
//! 3. It stays published for a day after that, longer than any token it signed, and is forgotten.

use super::token::ACCESS_MS;

const DAY_MS: u64 = 24 * 3_600_000;

/// Published that long before it signs, in milliseconds.
pub const ANNOUNCED_MS: u64 = DAY_MS;

/// Signs that long.
pub const SIGNS_MS: u64 = 30 * DAY_MS;

/// Published that long after it signed.
pub const REMEMBERED_MS: u64 = DAY_MS;

const _: () = assert!(REMEMBERED_MS > 2 * ACCESS_MS);

/// A key, without what makes it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Its id.
    pub id: String,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_ms: u64,
}

/// What is to be done with keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The one that signs.
    pub signing: Option<String>,
    /// Those that are published, oldest first.
    pub published: Vec<String>,
    /// A new one is due.
    pub make: bool,
    /// Those whose time is over.
    pub forget: Vec<String>,
}

/// Decides for the keys there are at `now_ms`.
pub fn plan(keys: &[Life], now_ms: u64) -> Plan {
    let mut keys: Vec<&Life> = keys.iter().collect();
    keys.sort_by(|one, other| (one.made_ms, &one.id).cmp(&(other.made_ms, &other.id)));
    let since = |key: &Life| now_ms.saturating_sub(key.made_ms);
    // The newest that was announced long enough; before there is one, the first.
    let signing = keys.iter().rposition(|key| since(key) >= ANNOUNCED_MS).unwrap_or(0);
    let mut plan = Plan {
        signing: keys.get(signing).map(|key| key.id.clone()),
        make: keys.last().is_none_or(|newest| since(newest) >= SIGNS_MS),
        ..Plan::default()
    };
    for (place, key) in keys.iter().enumerate() {
        // It stopped when its successor began.
        let stopped = keys.get(place + 1).filter(|_| place < signing);
        if stopped.is_some_and(|next| since(next) >= ANNOUNCED_MS + REMEMBERED_MS) {
            plan.forget.push(key.id.clone());
        } else {
            plan.published.push(key.id.clone());
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_790_000_000_000;

    /// The keys after carrying out every plan, each hour, for some days.
    fn after(days: u64, mut watch: impl FnMut(u64, &Plan)) -> Vec<Life> {
        let mut keys: Vec<Life> = Vec::new();
        for hour in 0..=days * 24 {
            let now = START + hour * 3_600_000;
            if plan(&keys, now).make {
                keys.push(Life {
                    id: format!("k{}", keys.len() + usize::try_from(hour).unwrap()),
                    made_ms: now,
                });
            }
            let plan = plan(&keys, now);
            keys.retain(|key| !plan.forget.contains(&key.id));
            watch(now, &plan);
        }
        keys
    }

    #[test]
    fn the_first_key_signs_at_once() {
        assert!(plan(&[], START).make);
        let keys = after(0, |_, _| {});
        assert_eq!(plan(&keys, START).signing.as_deref(), Some("k0"));
    }

    #[test]
    fn nobody_meets_a_key_that_was_not_published_a_day_before_nor_a_token_whose_key_is_gone() {
        let mut first_published = std::collections::BTreeMap::new();
        let mut last_signed = std::collections::BTreeMap::new();
        let mut changes = 0;
        let mut signing_before = None;
        let keys = after(100, |now, plan| {
            let signing = plan.signing.clone().unwrap();
            assert!(plan.published.contains(&signing));
            for key in &plan.published {
                first_published.entry(key.clone()).or_insert(now);
            }
            if signing_before.is_some() && signing_before.as_ref() != Some(&signing) {
                changes += 1;
                assert!(now - first_published[&signing] >= ANNOUNCED_MS);
            }
            last_signed.insert(signing.clone(), now);
            for (key, when) in &last_signed {
                if now - when < REMEMBERED_MS {
                    assert!(plan.published.contains(key), "{key} was forgotten too soon");
                }
            }
            signing_before = Some(signing);
        });
        assert_eq!(changes, 3);
        assert!(keys.len() <= 2, "{keys:?}");
    }
}
