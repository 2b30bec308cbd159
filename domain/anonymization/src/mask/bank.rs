//! IBANs and French RIBs: country, length and layout stay, the account is permuted, check digits are computed anew. A
//! wrong check digit stays wrong by the same amount, so different inputs stay different.

use crate::key::Prf;
use crate::pattern::{Symbols, class};

/// Length of a French account identification: bank 5, branch 5, account 11, key 2.
const FRENCH_BODY: usize = 23;

/// Appends the replacement; false when `core` is neither an IBAN nor a RIB.
pub(super) fn mask(prf: &Prf, core: &str, out: &mut String) -> bool {
    let compact: Vec<u8> = core
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    let separators = core
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '\u{a0}'));
    let Some(replaced) = replace(prf, &compact).filter(|_| separators) else {
        return false;
    };
    let mut next = replaced.iter();
    for c in core.chars() {
        if c.is_ascii_alphanumeric() {
            let replacement = next.next().map_or(c, |&byte| char::from(byte));
            out.push(if c.is_ascii_lowercase() {
                replacement.to_ascii_lowercase()
            } else {
                replacement
            });
        } else {
            out.push(c);
        }
    }
    true
}

fn replace(prf: &Prf, compact: &[u8]) -> Option<Vec<u8>> {
    if compact.len() == FRENCH_BODY && compact[..10].iter().all(u8::is_ascii_digit) {
        return replace_body(prf, b"FR", compact);
    }
    let iban = (15..=34).contains(&compact.len())
        && compact[..2].iter().all(u8::is_ascii_uppercase)
        && compact[2..4].iter().all(u8::is_ascii_digit);
    if !iban {
        return None;
    }
    let (country, body) = (&compact[..2], &compact[4..]);
    let new_body = replace_body(prf, country, body)?;
    let given = two_digits(&compact[2..4])?;
    let check = moved(given, iban_check(country, body)?, iban_check(country, &new_body)?);
    let mut result = country.to_vec();
    push_two_digits(check, &mut result);
    result.extend_from_slice(&new_body);
    Some(result)
}

fn replace_body(prf: &Prf, country: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let french = matches!(country, b"FR" | b"MC")
        && body.len() == FRENCH_BODY
        && body[FRENCH_BODY - 2..].iter().all(u8::is_ascii_digit);
    let account = if french { &body[..FRENCH_BODY - 2] } else { body };
    let mut symbols = Symbols::with_capacity(account.len());
    for &byte in account {
        let (base, radix) = class(char::from(byte))?;
        symbols.push(u32::from(byte) - base, radix);
    }
    symbols.permute(prf, country);
    let mut result: Vec<u8> = Vec::with_capacity(body.len());
    for (&byte, value) in account.iter().zip(symbols.values()) {
        let (base, _) = class(char::from(byte))?;
        result.push(u8::try_from(base + value).ok()?);
    }
    if french {
        let given = two_digits(&body[FRENCH_BODY - 2..])?;
        let key = moved(given, rib_key(account)?, rib_key(&result)?);
        push_two_digits(key, &mut result);
    }
    Some(result)
}

/// The new check number, as far from right as the given one was.
pub(super) fn moved(given: u32, right_before: u32, right_after: u32) -> u32 {
    (right_after + 100 + given - right_before) % 100
}

pub(super) fn two_digits(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
        }
        _ => None,
    }
}

pub(super) fn push_two_digits(value: u32, out: &mut Vec<u8>) {
    for digit in [value / 10 % 10, value % 10] {
        out.push(b'0' + digit.to_le_bytes()[0]);
    }
}

/// ISO 7064 mod 97-10 over body, country and `00`.
fn iban_check(country: &[u8], body: &[u8]) -> Option<u32> {
    let mut rest = 0u32;
    for &byte in body.iter().chain(country).chain(b"00") {
        let value = char::from(byte).to_digit(36)?;
        rest = if value > 9 {
            rest * 100 + value
        } else {
            rest * 10 + value
        } % 97;
    }
    Some(98 - rest)
}

/// The French RIB key: 97 − (89 × bank + 15 × branch + 3 × account) mod 97, letters read as A, J = 1, B, K, S = 2, …
fn rib_key(account: &[u8]) -> Option<u32> {
    let mut parts = [0u64; 3];
    for (index, &byte) in account.iter().enumerate() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'I' => byte - b'A' + 1,
            b'J'..=b'R' => byte - b'J' + 1,
            b'S'..=b'Z' => byte - b'S' + 2,
            _ => return None,
        };
        let part = match index {
            0..5 => 0,
            5..10 => 1,
            _ => 2,
        };
        parts[part] = parts[part] * 10 + u64::from(digit);
    }
    let sum = 89 * parts[0] + 15 * parts[1] + 3 * parts[2];
    u32::try_from(97 - sum % 97).ok()
}

/// True when the check digits of an IBAN are right.
pub(crate) fn valid_iban(text: &str) -> bool {
    let count = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    if !(15..=34).contains(&count) {
        return false;
    }
    let compact: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    compact[..2].iter().all(u8::is_ascii_uppercase)
        && two_digits(&compact[2..4]).is_some_and(|given| iban_check(&compact[..2], &compact[4..]) == Some(given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::MaskingKey;

    #[test]
    fn ibans_stay_valid() {
        let prf = MaskingKey::new([1; 32]).derive("iban");
        for text in [
            "FR14 2004 1010 0505 0001 3M02 606",
            "DE89370400440532013000",
            "GB29NWBK60161331926819",
            "BE68 5390 0754 7034",
        ] {
            assert!(valid_iban(text), "{text}");
            let mut out = String::new();
            assert!(mask(&prf, text, &mut out));
            assert!(valid_iban(&out), "{out}");
            assert_ne!(out, text);
            assert_eq!(out.len(), text.len());
            assert_eq!(out[..2], text[..2]);
        }
        assert_eq!(rib_key(b"20041010050500013M026"), Some(6));
    }

    #[test]
    fn a_wrong_check_digit_stays_wrong() {
        let prf = MaskingKey::new([1; 32]).derive("iban");
        let mut out = String::new();
        assert!(mask(&prf, "DE88370400440532013000", &mut out));
        assert!(!valid_iban(&out));
    }
}
