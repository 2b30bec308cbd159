//! Keyed suffixes of at least 80 bits: what keeps generated values apart where no bijection exists.

use crate::kind::Kind;

/// Letters and digits of the e-mail suffix, five bits each.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of an e-mail suffix: 16 × 5 = 80 bits.
pub(super) const CODE_LENGTH: usize = 16;
/// Letters of a word suffix: 18 × log2(26) = 84 bits.
pub(super) const WORD_LENGTH: usize = 18;

/// The fewest characters into which a unique value of this kind fits; below, the original's shape is permuted instead.
pub(super) fn shortest(kind: Kind) -> usize {
    match kind {
        Kind::Email => CODE_LENGTH + super::email::SHORT_DOMAIN.len() + 1,
        Kind::Username => CODE_LENGTH,
        Kind::Name | Kind::FirstName | Kind::LastName | Kind::Address | Kind::City | Kind::Company => WORD_LENGTH,
        _ => 0,
    }
}

/// Appends 16 letters and digits that carry 80 bits of `hash`.
pub(super) fn push_code(hash: u128, out: &mut String) {
    // Twelve letters of five bits are in the lower 64 bits, which shift much faster than 128.
    const LOW: usize = 12;
    let bytes = hash.to_le_bytes();
    let part = |from: usize| u64::from_le_bytes(std::array::from_fn(|index| bytes[from + index]));
    let (low, high) = (part(0), part(7) >> 4);
    let code: [u8; CODE_LENGTH] = std::array::from_fn(|index| {
        let bits = if index < LOW {
            low >> (5 * index)
        } else {
            high >> (5 * (index - LOW))
        };
        BASE32[usize::from(bits.to_le_bytes()[0] & 31)]
    });
    out.push_str(std::str::from_utf8(&code).unwrap_or_default());
}

/// Appends a number below 1000.
pub(super) fn push_small(number: u64, out: &mut String) {
    let digit = |place: u64| char::from(b'0' + (number / place % 10).to_le_bytes()[0]);
    if number >= 100 {
        out.push(digit(100));
    }
    if number >= 10 {
        out.push(digit(10));
    }
    out.push(digit(1));
}

/// Appends 18 letters that carry 84 bits of `hash`.
pub(super) fn push_word(hash: u128, upper: bool, out: &mut String) {
    // 64 bits hold 13 letters, and divide much faster than 128.
    const HALF: usize = 13;
    let power = 26u128.pow(13);
    for (part, count) in [(hash % power, HALF), (hash / power, WORD_LENGTH - HALF)] {
        let mut rest = u64::try_from(part % power).unwrap_or_default();
        for _ in 0..count {
            let letter = (rest % 26).to_le_bytes()[0];
            rest /= 26;
            out.push(char::from(if upper { b'A' } else { b'a' } + letter));
        }
    }
}

/// Cuts what was appended since `start` so that `reserve` more characters stay within `limit`.
pub(super) fn make_room(out: &mut String, start: usize, limit: Option<usize>, reserve: usize) {
    let Some(limit) = limit else { return };
    let keep = limit.saturating_sub(reserve);
    if let Some((end, _)) = out[start..].char_indices().nth(keep) {
        out.truncate(start + end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_code_is_eighty_bits_five_by_five(hash: u128) {
            let mut code = String::new();
            push_code(hash, &mut code);
            let expected: String = (0..CODE_LENGTH)
                .map(|index| char::from(BASE32[usize::try_from((hash >> (5 * index)) & 31).unwrap()]))
                .collect();
            prop_assert_eq!(code, expected);
        }
    }

    #[test]
    fn small_numbers_are_written_as_ever() {
        for number in 0..1000 {
            let mut text = String::new();
            push_small(number, &mut text);
            assert_eq!(text, number.to_string());
        }
    }
}
