//! Phone numbers: punctuation, country, kind of line and validity stay, the subscriber's digits are permuted.
//!
//! What is valid follows the numbering plans as libphonenumber knows them. A replacement is valid exactly when the
//! original was: the permutation is walked until that holds, which keeps it a permutation.

use crate::key::Prf;
use crate::pattern::{Symbols, scramble, scramble_integer};

/// Country codes of one digit.
const ONE_DIGIT: &[u8] = b"17";
/// Country codes of two digits; all others have three.
const TWO_DIGITS: &[&[u8; 2]] = &[
    b"20", b"27", b"30", b"31", b"32", b"33", b"34", b"36", b"39", b"40", b"41", b"43", b"44", b"45", b"46", b"47",
    b"48", b"49", b"51", b"52", b"53", b"54", b"55", b"56", b"57", b"58", b"60", b"61", b"62", b"63", b"64", b"65",
    b"66", b"81", b"82", b"84", b"86", b"90", b"91", b"92", b"93", b"94", b"95", b"98",
];
/// Words beside a number that say nothing about a person.
const HARMLESS: &[&str] = &[
    "tel", "fax", "mob", "mobile", "port", "poste", "ext", "x", "bureau", "domicile", "home", "work",
];
/// More digits stay free than this, whatever a country's plan fixes.
const FREE: usize = 4;

/// Appends the replacement; false when there are fewer than four digits.
pub(super) fn mask(prf: &Prf, core: &str, out: &mut String) -> bool {
    let mut digits: Vec<u8> = core.bytes().filter(u8::is_ascii_digit).collect();
    if digits.len() < 4 {
        return false;
    }
    let international = core
        .trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+')
        .starts_with('+');
    replace(prf, &mut digits, international);
    let mut replaced = digits.iter();
    let mut word = String::new();
    for c in core.chars() {
        if c.is_alphabetic() {
            word.push(c);
            continue;
        }
        flush_word(prf, &mut word, out);
        if c.is_ascii_digit() {
            out.push(replaced.next().map_or('0', |&digit| char::from(digit)));
        } else {
            out.push(c);
        }
    }
    flush_word(prf, &mut word, out);
    true
}

/// Replaces the digits of a number that is stored as an integer.
pub(crate) fn replace_integer(prf: &Prf, value: u64, max: u64) -> u64 {
    if value < 10_000 {
        return scramble_integer(prf, value, max);
    }
    let mut current = value;
    loop {
        let mut digits = current.to_string().into_bytes();
        replace(prf, &mut digits, false);
        current = digits.iter().fold(0u64, |sum, digit| {
            sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))
        });
        if current <= max {
            return current;
        }
    }
}

fn flush_word(prf: &Prf, word: &mut String, out: &mut String) {
    if word.is_empty() {
        return;
    }
    if HARMLESS.contains(&word.to_lowercase().replace('é', "e").as_str()) {
        out.push_str(word);
    } else {
        scramble(prf, word, out);
    }
    word.clear();
}

fn replace(prf: &Prf, digits: &mut [u8], international: bool) {
    // What stands before the national number, and which numbering plan it belongs to.
    let (start, country): (usize, &[u8]) = if international {
        let length = country_length(digits);
        (length, &digits[..length])
    } else if digits.starts_with(b"00") && digits.len() > 8 {
        let length = country_length(&digits[2..]);
        (2 + length, &digits[2..2 + length])
    } else if digits.len() == 10 && digits[0] == b'0' && digits[1] != b'0' {
        (1, b"33")
    } else if digits.len() == 11 && digits.starts_with(b"33") {
        (2, b"33")
    } else if digits.len() == 9 && matches!(digits[0], b'1'..=b'9') {
        (0, b"33")
    } else {
        (0, b"")
    };
    let plan = country.len();
    // The trunk zero in "+33 (0)6 …" and "+44 (0)20 …".
    let trunk = usize::from(start > 0 && has_trunk(country, &digits[start..]));
    let national = start + trunk;
    let length = digits.len() - national;
    let kept = kept_digits(country, &digits[national..]).min(length.saturating_sub(FREE));
    let from = (national + kept).min(digits.len().saturating_sub(1));
    // At most three digits of the country, a colon, and the digits that are kept.
    let mut tweak = [b':'; 12];
    tweak[..plan].copy_from_slice(country);
    tweak[plan + 1..=plan + kept].copy_from_slice(&digits[national..national + kept]);
    let tweak = &tweak[..=plan + kept];
    let mut plan_of = [0; 3];
    plan_of[..plan].copy_from_slice(country);
    let was_valid = valid(&plan_of[..plan], &digits[national..]);
    loop {
        let mut symbols = Symbols::with_capacity(digits.len() - from);
        for digit in &digits[from..] {
            symbols.push(u32::from(digit - b'0'), 10);
        }
        symbols.permute(prf, tweak);
        for (digit, value) in digits[from..].iter_mut().zip(symbols.values()) {
            *digit = b'0' + u8::try_from(value).unwrap_or(0);
        }
        if valid(&plan_of[..plan], &digits[national..]) == was_valid {
            return;
        }
    }
}

/// A zero that is dialled inside the country only.
fn has_trunk(country: &[u8], rest: &[u8]) -> bool {
    rest.first() == Some(&b'0')
        && match country {
            b"33" => rest.len() == 10,
            b"44" | b"49" | b"32" | b"31" | b"41" | b"43" | b"46" => rest.len() >= 9,
            _ => false,
        }
}

/// How many digits of the national number stay: what tells the kind of line or the region, so far as validity hangs
/// on it. Without a country two stay, so that no replacement reads as a number of another form and meets its
/// replacement.
fn kept_digits(country: &[u8], national: &[u8]) -> usize {
    match country {
        // Mobile, landline or region; 8 is a plan of its own.
        b"33" if national.len() == 9 => {
            if national[0] == b'8' {
                4
            } else {
                1
            }
        }
        // The area code.
        b"1" => 3,
        b"" if national.len() >= 9 => 2,
        b"" => usize::from(national.len() > 4),
        // Elsewhere the first digits decide; the last five are free.
        _ => 6
            .min(national.len().saturating_sub(5))
            .max(usize::from(national.len() > 4)),
    }
}

/// Whether the digits that are not kept can be those of a number in use.
fn valid(country: &[u8], national: &[u8]) -> bool {
    match (country, national) {
        (b"33", &[b'2', second, third, ..]) if national.len() == 9 => {
            second != b'6' && third.is_ascii_digit() || second == b'6' && matches!(third, b'0' | b'1' | b'3' | b'9')
        }
        (b"33", &[b'4', second, ..]) if national.len() == 9 => second != b'0',
        (b"33", &[b'5', second, ..]) if national.len() == 9 => second != b'9',
        (b"33", &[b'6', second, third, ..]) if national.len() == 9 => match second {
            b'3' => third < b'9',
            b'9' => matches!(third, b'5' | b'8' | b'9'),
            other => other != b'3',
        },
        (b"33", &[b'7', second, ..]) if national.len() == 9 => second >= b'3',
        (b"1", &[_, _, _, exchange, ..]) if national.len() == 10 => exchange >= b'2',
        _ => true,
    }
}

fn country_length(digits: &[u8]) -> usize {
    let length = match digits {
        [first, ..] if ONE_DIGIT.contains(first) => 1,
        [first, second, ..] if TWO_DIGITS.iter().any(|code| **code == [*first, *second]) => 2,
        _ => 3,
    };
    length.min(digits.len())
}
