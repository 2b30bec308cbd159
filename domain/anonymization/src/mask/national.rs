//! French numbers with check digits: SIREN and SIRET (Luhn), NIR (mod 97). Everything but the check digits is permuted;
//! a wrong check digit stays wrong by the same amount, so different inputs stay different.

use super::bank::{moved, push_two_digits, two_digits};
use crate::key::Prf;
use crate::kind::Kind;
use crate::pattern::{Symbols, scramble_digits};

/// Appends the replacement; false when `core` has not the length of the kind.
pub(super) fn mask(kind: Kind, prf: &Prf, core: &str, out: &mut String) -> bool {
    let mut compact: Vec<u8> = core
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    let digits_only = compact.iter().all(u8::is_ascii_digit);
    let replaced = match (kind, compact.len()) {
        (Kind::Siren, 9) if digits_only => siren(prf, &mut compact),
        (Kind::Siret, 14) if digits_only => siret(prf, &mut compact),
        (Kind::Nir, 13 | 15) => nir(prf, &mut compact),
        _ => None,
    };
    if replaced.is_none() || !core.is_ascii() {
        return false;
    }
    let mut next = compact.iter();
    for c in core.chars() {
        match next.as_slice().first() {
            Some(&byte) if c.is_ascii_alphanumeric() => {
                out.push(char::from(byte));
                next.next();
            }
            _ => out.push(c),
        }
    }
    true
}

pub(super) fn siren(prf: &Prf, digits: &mut [u8]) -> Option<()> {
    let delta = luhn_delta(digits)?;
    let (last, body) = digits.split_last_mut()?;
    scramble_digits(prf, b"siren", body);
    *last = b'0';
    set_luhn(digits, delta)
}

fn siret(prf: &Prf, digits: &mut [u8]) -> Option<()> {
    let delta = luhn_delta(digits)?;
    let mut tweak = b"siret".to_vec();
    tweak.extend_from_slice(&digits[..9]);
    siren(prf, &mut digits[..9])?;
    let end = digits.len() - 1;
    scramble_digits(prf, &tweak, &mut digits[9..end]);
    digits[end] = b'0';
    set_luhn(digits, delta)
}

/// The Luhn sum modulo 10; 0 when the last digit is right.
pub(super) fn luhn_delta(digits: &[u8]) -> Option<u8> {
    let mut sum = 0u32;
    for (index, &digit) in digits.iter().rev().enumerate() {
        let value = char::from(digit).to_digit(10)?;
        let value = if index % 2 == 1 { value * 2 } else { value };
        sum += if value > 9 { value - 9 } else { value };
    }
    u8::try_from(sum % 10).ok()
}

/// Sets the last digit, which is zero, so that the Luhn sum is `delta`.
pub(super) fn set_luhn(digits: &mut [u8], delta: u8) -> Option<()> {
    let missing = (10 + delta - luhn_delta(digits)?) % 10;
    *digits.last_mut()? = b'0' + missing;
    Some(())
}

/// Sex, month and department stay; year of birth, commune and order are permuted.
fn nir(prf: &Prf, compact: &mut Vec<u8>) -> Option<()> {
    const FREE: [usize; 8] = [1, 2, 7, 8, 9, 10, 11, 12];
    let before = nir_key(&compact[..13])?;
    let mut symbols = Symbols::with_capacity(FREE.len());
    let mut tweak = b"nir".to_vec();
    for (index, &byte) in compact.iter().take(13).enumerate() {
        if FREE.contains(&index) {
            symbols.push(char::from(byte).to_digit(10)?, 10);
        } else {
            tweak.push(byte);
        }
    }
    symbols.permute(prf, &tweak);
    for (&index, value) in FREE.iter().zip(symbols.values()) {
        compact[index] = b'0' + u8::try_from(value).ok()?;
    }
    if compact.len() == 15 {
        let key = moved(two_digits(&compact[13..])?, before, nir_key(&compact[..13])?);
        compact.truncate(13);
        push_two_digits(key, compact);
    }
    Some(())
}

/// 97 − number mod 97; Corsica's 2A and 2B count as 19 and 18.
pub(super) fn nir_key(number: &[u8]) -> Option<u32> {
    let mut rest = 0u32;
    for (index, &byte) in number.iter().enumerate() {
        let digit = match (index, byte) {
            (5, b'2') if matches!(number[6], b'A' | b'B') => 1,
            (6, b'A') => 9,
            (6, b'B') => 8,
            _ => char::from(byte).to_digit(10)?,
        };
        rest = (rest * 10 + digit) % 97;
    }
    Some(97 - rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::MaskingKey;

    fn masked(kind: Kind, text: &str) -> String {
        let mut out = String::new();
        assert!(mask(kind, &MaskingKey::new([1; 32]).derive("siren"), text, &mut out));
        out
    }

    #[test]
    fn check_digits_stay_right_and_a_siret_starts_with_its_siren() {
        let siren = masked(Kind::Siren, "732829320");
        let siret = masked(Kind::Siret, "732 829 320 00074");
        assert_eq!(luhn_delta(siren.as_bytes()), Some(0));
        let digits: Vec<u8> = siret.bytes().filter(u8::is_ascii_digit).collect();
        assert_eq!(luhn_delta(&digits), Some(0));
        assert_eq!(siren.as_bytes(), &digits[..9]);
        assert_ne!(siren, "732829320");
    }

    #[test]
    fn a_social_security_number_keeps_its_key_right() {
        for text in ["255081416802538", "2 69 05 49 588 157 80", "1 85 05 2A 005 120 34"] {
            let compact: Vec<u8> = masked(Kind::Nir, text)
                .bytes()
                .filter(u8::is_ascii_alphanumeric)
                .collect();
            let before: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
            let right = |compact: &[u8]| two_digits(&compact[13..]) == nir_key(&compact[..13]);
            assert_eq!(right(&compact), right(&before), "{text}");
            assert_ne!(compact, before);
        }
    }
}
