//! Codes on paper, for when the app is gone: ten, each of fifty random bits, each for one use.
//!
//! Stored is a keyed hash: whoever has the database alone cannot try all of 2⁵⁰.

use super::{Entropy, random, seal::MasterKey};
use crate::UserId;

/// How many are made at once.
pub const HOW_MANY: usize = 10;

/// Letters and digits that nobody takes for each other (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of a code.
const LENGTH: usize = 10;

/// New codes, as people get them: `7K2QM-X94TD`.
pub fn make(entropy: &dyn Entropy) -> Vec<String> {
    (0..HOW_MANY).map(|_| one(random(entropy))).collect()
}

fn one(bytes: [u8; LENGTH]) -> String {
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
        .collect();
    let (first, second) = letters.split_at(LENGTH / 2);
    first.iter().chain(['-'].iter()).chain(second).collect()
}

/// What is stored of a code, if it can be one. How it is typed does not matter: small letters, spaces, `O` for `0`.
pub fn stored(key: &MasterKey, user: UserId, code: &str) -> Option<[u8; 32]> {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    (plain.len() == LENGTH).then(|| key.mac("backup-code", &[user.0.as_bytes(), plain.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        collections::BTreeSet,
        sync::atomic::{AtomicU8, Ordering},
    };
    use uuid::Uuid;

    struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(7, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn codes_are_readable_and_differ() {
        let codes = make(&Counting(AtomicU8::new(3)));
        let different: BTreeSet<&String> = codes.iter().collect();
        assert_eq!((codes.len(), different.len()), (10, 10));
        for code in &codes {
            assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
            assert!(!code.contains(['I', 'L', 'O', 'U']), "{code}");
        }
    }

    #[test]
    fn how_a_code_is_typed_does_not_matter_but_whose_it_is_does() {
        let key = MasterKey::new([1; 32]);
        let (me, you) = (UserId::from(Uuid::from_u128(1)), UserId::from(Uuid::from_u128(2)));
        let kept = stored(&key, me, "70K2Q-1X94T");
        assert!(kept.is_some());
        assert_eq!(stored(&key, me, " 7ok2q lx94t"), kept);
        assert_ne!(stored(&key, you, "70K2Q-1X94T"), kept);
        assert_ne!(stored(&MasterKey::new([2; 32]), me, "70K2Q-1X94T"), kept);
        for wrong in ["", "70K2Q", "70K2Q-1X94T-1"] {
            assert_eq!(stored(&key, me, wrong), None, "{wrong}");
        }
    }
}
