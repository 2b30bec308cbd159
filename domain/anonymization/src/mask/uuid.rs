//! UUIDs.

use crate::key::Prf;
use crate::pattern::permute_bits;

/// Permutes a UUID's 122 free bits; version and variant stay.
pub(crate) fn permute(prf: &Prf, uuid: u128) -> u128 {
    // Layout: 48 bits, 4 version bits, 12 bits, 2 variant bits, 62 bits.
    const VARIANT_AT: u32 = 62;
    const LOW: u128 = (1 << VARIANT_AT) - 1;
    const MIDDLE: u128 = 0xFFF;
    let fixed = uuid & ((0xF << 76) | (0b11 << VARIANT_AT));
    let free = (uuid & LOW) | ((uuid >> 64 & MIDDLE) << 62) | ((uuid >> 80) << 74);
    let free = permute_bits(prf, 122, free, 122);
    fixed | (free & LOW) | ((free >> 62 & MIDDLE) << 64) | ((free >> 74) << 80)
}

/// The same for a UUID as text, with or without braces and hyphens; false when it is none.
pub(super) fn mask_text(prf: &Prf, core: &str, out: &mut String) -> bool {
    use std::fmt::Write;
    let bare = core
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(core);
    let mut value: u128 = 0;
    let mut digits = 0;
    for c in bare.chars() {
        if c == '-' {
            continue;
        }
        let Some(digit) = c.to_digit(16) else { return false };
        digits += 1;
        if digits > 32 {
            return false;
        }
        value = value << 4 | u128::from(digit);
    }
    if digits != 32 {
        return false;
    }
    // Writing to a String cannot fail.
    let mut hex = String::with_capacity(32);
    let _ = write!(hex, "{:032x}", permute(prf, value));
    let upper = bare.bytes().any(|byte| byte.is_ascii_uppercase());
    let mut hex = hex.chars();
    for c in core.chars() {
        if c.is_ascii_hexdigit() {
            let digit = hex.next().unwrap_or('0');
            out.push(if upper { digit.to_ascii_uppercase() } else { digit });
        } else {
            out.push(c);
        }
    }
    true
}
