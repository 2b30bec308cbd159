//! Numbers with a form of their own: payment cards, VAT numbers, BICs, registrations, MAC addresses. What names a
//! country or an issuer stays, check digits are as right as they were, the rest is permuted.

use super::bank::{moved, push_two_digits, two_digits};
use super::national::{luhn_delta, set_luhn, siren};
use crate::key::Prf;
use crate::kind::Kind;
use crate::pattern::{Symbols, class, permute_bits};

/// Digits of a card that name its issuer.
const ISSUER: usize = 6;
/// Letters of French registrations: those that read as digits are not issued.
const PLATE_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRSTVWXYZ";

/// Appends the replacement; false when `core` has not the form of the kind. `companies` is the key of SIREN numbers.
pub(super) fn mask(kind: Kind, prf: &Prf, companies: &Prf, core: &str, out: &mut String) -> bool {
    if !core.is_ascii() {
        return false;
    }
    let mut compact: Vec<u8> = core
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    let replaced = match kind {
        Kind::Card => card(prf, &mut compact),
        Kind::Vat => vat(prf, companies, &mut compact),
        Kind::Bic => bic(prf, &mut compact),
        Kind::LicensePlate => plate(prf, &mut compact),
        _ => mac(prf, core, &mut compact),
    };
    if replaced.is_none() {
        return false;
    }
    let mut next = compact.iter();
    for c in core.chars() {
        if c.is_ascii_alphanumeric() {
            let new = next.next().map_or(c, |&byte| char::from(byte));
            out.push(
                if c.is_ascii_lowercase() || c.is_ascii_digit() && has_small_letters(core) {
                    new.to_ascii_lowercase()
                } else {
                    new
                },
            );
        } else {
            out.push(c);
        }
    }
    true
}

fn has_small_letters(core: &str) -> bool {
    core.bytes().any(|byte| byte.is_ascii_lowercase()) && !core.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// True for digits whose Luhn sum is right and that are as many as cards have.
pub(super) fn valid_card(digits: &[u8]) -> bool {
    (13..=19).contains(&digits.len()) && luhn_delta(digits) == Some(0) && digits.iter().any(|&digit| digit != b'0')
}

fn card(prf: &Prf, digits: &mut [u8]) -> Option<()> {
    if !(13..=19).contains(&digits.len()) {
        return None;
    }
    let delta = luhn_delta(digits)?;
    let (issuer, rest) = digits.split_at_mut(ISSUER);
    let (_, body) = rest.split_last_mut()?;
    let mut symbols = Symbols::with_capacity(body.len());
    for &digit in body.iter() {
        symbols.push(u32::from(digit - b'0'), 10);
    }
    symbols.permute(prf, issuer);
    for (digit, value) in body.iter_mut().zip(symbols.values()) {
        *digit = b'0' + u8::try_from(value).ok()?;
    }
    *digits.last_mut()? = b'0';
    set_luhn(digits, delta)
}

fn vat(prf: &Prf, companies: &Prf, compact: &mut Vec<u8>) -> Option<()> {
    let french = compact.len() == 13 && compact.starts_with(b"FR") && compact[4..].iter().all(u8::is_ascii_digit);
    if !french {
        let country = [*compact.first()?, *compact.get(1)?];
        if !country.iter().all(u8::is_ascii_uppercase) || !(6..=16).contains(&compact.len()) {
            return None;
        }
        return permute_classes(prf, &country, &mut compact[2..]);
    }
    let before = vat_key(&compact[4..])?;
    let given = two_digits(&compact[2..4]);
    siren(companies, &mut compact[4..])?;
    let after = vat_key(&compact[4..])?;
    match given {
        Some(given) => {
            let number = compact.split_off(4);
            compact.truncate(2);
            push_two_digits(moved(given, before, after), compact);
            compact.extend_from_slice(&number);
        }
        None => permute_classes(prf, b"key", &mut compact[2..4])?,
    }
    Some(())
}

/// The key of a French VAT number: 12 + 3 × (SIREN mod 97), mod 97.
fn vat_key(siren: &[u8]) -> Option<u32> {
    let rest = siren.iter().try_fold(0u32, |rest, &byte| {
        Some((rest * 10 + char::from(byte).to_digit(10)?) % 97)
    })?;
    Some((12 + 3 * rest) % 97)
}

fn bic(prf: &Prf, compact: &mut [u8]) -> Option<()> {
    if !matches!(compact.len(), 8 | 11) || !compact[..6].iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    let country = [compact[4], compact[5]];
    let head_office = compact.get(8..) == Some(b"XXX");
    let end = if head_office { 8 } else { compact.len() };
    let mut free: Vec<u8> = compact[..4].iter().chain(&compact[6..end]).copied().collect();
    loop {
        permute_classes(prf, &country, &mut free)?;
        // No branch may become the head office and meet it.
        if head_office || free.get(6..) != Some(b"XXX") {
            break;
        }
    }
    compact[..4].copy_from_slice(&free[..4]);
    compact[6..end].copy_from_slice(&free[4..]);
    Some(())
}

fn plate(prf: &Prf, compact: &mut [u8]) -> Option<()> {
    let letter = |byte: &u8| PLATE_LETTERS.contains(byte);
    let current = compact.len() == 7
        && compact[..2].iter().all(letter)
        && compact[2..5].iter().all(u8::is_ascii_digit)
        && compact[5..].iter().all(letter);
    if !current {
        // The département at the end of an older one stays: it is the last two digits.
        let kept = if compact.len() >= 6 && compact[compact.len() - 2..].iter().all(u8::is_ascii_digit) {
            2
        } else {
            0
        };
        let (free, tail) = compact.split_at_mut(compact.len() - kept);
        let mut tweak = b"old".to_vec();
        tweak.extend_from_slice(tail);
        return permute_classes(prf, &tweak, free);
    }
    let issued = |plate: &[u8]| &plate[2..5] != b"000" && &plate[..2] != b"SS" && &plate[5..] != b"SS";
    let before = issued(compact);
    loop {
        let mut symbols = Symbols::with_capacity(7);
        for byte in compact.iter() {
            match PLATE_LETTERS.iter().position(|letter| letter == byte) {
                Some(at) => symbols.push(u32::try_from(at).ok()?, 23),
                None => symbols.push(u32::from(byte - b'0'), 10),
            }
        }
        symbols.permute(prf, b"plate");
        for (byte, value) in compact.iter_mut().zip(symbols.values()) {
            let value = u8::try_from(value).ok()?;
            *byte = if byte.is_ascii_digit() {
                b'0' + value
            } else {
                PLATE_LETTERS[usize::from(value)]
            };
        }
        if issued(compact) == before {
            return Some(());
        }
    }
}

fn mac(prf: &Prf, core: &str, compact: &mut Vec<u8>) -> Option<()> {
    let separated = core
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'-' | b'.'));
    if !separated || !matches!(compact.len(), 12 | 16) {
        return None;
    }
    let value = compact.iter().try_fold(0u64, |value, &byte| {
        Some(value << 4 | u64::from(char::from(byte).to_digit(16)?))
    })?;
    let bytes = compact.len() / 2;
    let text = format!("{:0width$X}", mac_bits(prf, value, bytes), width = compact.len());
    *compact = text.into_bytes();
    Some(())
}

/// Replaces a MAC address of 6 or 8 bytes; the group bit stays, a maker's address becomes a locally administered one.
pub(crate) fn mac_bits(prf: &Prf, value: u64, bytes: usize) -> u64 {
    let width = u32::try_from(bytes * 8).unwrap_or(48);
    // The two lowest bits of the first byte: group, and locally administered.
    let low = width - 8;
    let flags = value >> low & 0b11;
    let below = value & ((1 << low) - 1);
    let above = value >> (low + 2);
    let free = permute_bits(prf, bytes.to_le_bytes()[0], u128::from(above << low | below), width - 2);
    let free = u64::try_from(free).unwrap_or_default();
    (free >> low) << (low + 2) | (flags ^ 0b10) << low | free & ((1 << low) - 1)
}

/// Permutes letters and digits within their classes.
fn permute_classes(prf: &Prf, tweak: &[u8], bytes: &mut [u8]) -> Option<()> {
    let mut symbols = Symbols::with_capacity(bytes.len());
    for &byte in bytes.iter() {
        let (base, radix) = class(char::from(byte))?;
        symbols.push(u32::from(byte) - base, radix);
    }
    symbols.permute(prf, tweak);
    for (byte, value) in bytes.iter_mut().zip(symbols.values()) {
        let (base, _) = class(char::from(*byte))?;
        *byte = u8::try_from(base + value).ok()?;
    }
    Some(())
}

/// Permutes the digits and letters of `core` except some at the ends, bijectively for what is kept.
pub(super) fn permute_middle(prf: &Prf, core: &str, first: usize, last: usize, out: &mut String) {
    let symbols_in = core.chars().filter(|c| class(*c).is_some()).count();
    // Something has to change.
    let last = last.min(symbols_in.saturating_sub(1));
    let first = first.min(symbols_in.saturating_sub(1 + last));
    let kept = |at: usize| at < first || at >= symbols_in - last;
    let mut tweak = b"middle".to_vec();
    let mut symbols = Symbols::with_capacity(symbols_in);
    let mut at = 0;
    for c in core.chars() {
        let Some((base, radix)) = class(c) else { continue };
        if kept(at) {
            tweak.extend_from_slice(c.to_string().as_bytes());
        } else {
            symbols.push(u32::from(c) - base, radix);
        }
        at += 1;
    }
    symbols.permute(prf, &tweak);
    let mut values = symbols.values();
    at = 0;
    for c in core.chars() {
        match class(c) {
            None => out.push(c),
            Some((base, _)) => {
                let replaced = if kept(at) { None } else { values.next() };
                out.push(replaced.and_then(|value| char::from_u32(base + value)).unwrap_or(c));
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::MaskingKey;

    fn masked(kind: Kind, text: &str) -> String {
        let key = MaskingKey::new([1; 32]);
        let mut out = String::new();
        assert!(
            mask(kind, &key.derive("x"), &key.derive("siren"), text, &mut out),
            "{text}"
        );
        assert_ne!(out, text);
        out
    }

    #[test]
    fn cards_stay_valid_and_keep_their_issuer() {
        for text in ["4970 1012 3456 7893", "5555555555554444", "378282246310005"] {
            let out = masked(Kind::Card, text);
            let digits: Vec<u8> = out.bytes().filter(u8::is_ascii_digit).collect();
            assert!(valid_card(&digits), "{out}");
            assert_eq!(&out[..4], &text[..4]);
        }
    }

    #[test]
    fn a_french_vat_number_holds_the_siren_of_its_company() {
        let out = masked(Kind::Vat, "FR44732829320");
        assert_eq!(two_digits(&out.as_bytes()[2..4]), vat_key(&out.as_bytes()[4..]));
        assert_eq!(vat_key(b"732829320"), Some(44));
        let mut siren_alone = b"732829320".to_vec();
        siren(&MaskingKey::new([1; 32]).derive("siren"), &mut siren_alone).unwrap();
        assert_eq!(&out.as_bytes()[4..], &siren_alone);
    }

    #[test]
    fn a_maker_s_address_becomes_a_local_one() {
        for text in ["00:1A:2B:3C:4D:5E", "001a.2b3c.4d5e", "00-1A-2B-FF-FE-3C-4D-5E"] {
            let out = masked(Kind::Mac, text);
            let first: String = out.chars().filter(char::is_ascii_hexdigit).take(2).collect();
            assert_eq!(u8::from_str_radix(&first, 16).unwrap() & 0b11, 0b10, "{out}");
            assert_eq!(out.len(), text.len());
        }
    }

    #[test]
    fn plates_and_banks_keep_their_form() {
        let plate = masked(Kind::LicensePlate, "AB-123-CD");
        assert!(
            plate
                .bytes()
                .filter(u8::is_ascii_alphabetic)
                .all(|b| PLATE_LETTERS.contains(&b))
        );
        assert!(masked(Kind::LicensePlate, "1234 AB 75").ends_with("75"));
        let bic = masked(Kind::Bic, "BNPAFRPPXXX");
        assert_eq!((&bic[4..6], &bic[8..]), ("FR", "XXX"));
    }
}
