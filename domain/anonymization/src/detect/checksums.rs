//! Numbers that prove themselves: Luhn, the keys of the NIR and of VAT numbers.

/// The letters and digits of a value in capitals, when nothing but the usual separators stands between them.
fn compact(value: &str) -> Option<Vec<u8>> {
    let mut compact = Vec::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b' ' | b'-' | b'.' => {}
            _ if byte.is_ascii_alphanumeric() => compact.push(byte.to_ascii_uppercase()),
            _ => return None,
        }
    }
    Some(compact)
}

fn digits(value: &str) -> Option<Vec<u8>> {
    compact(value).filter(|bytes| !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit))
}

/// True when the Luhn sum is right and the digits are not all the same.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = u32::from(digit - b'0') * if index % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != digits[0])
}

/// A payment card: 13 to 19 digits whose first says a scheme.
pub(super) fn card(value: &str) -> bool {
    digits(value)
        .is_some_and(|digits| (13..=19).contains(&digits.len()) && matches!(digits[0], b'2'..=b'6') && luhn(&digits))
}

/// A SIRET: 14 digits.
pub(super) fn siret(value: &str) -> bool {
    digits(value).is_some_and(|digits| digits.len() == 14 && luhn(&digits) && luhn(&digits[..9]))
}

/// A SIREN: 9 digits.
pub(super) fn siren(value: &str) -> bool {
    digits(value).is_some_and(|digits| digits.len() == 9 && luhn(&digits))
}

/// A French social security number of 13 digits and its key; Corsican departments included.
pub(super) fn nir(value: &str) -> bool {
    let Some(bytes) = compact(value) else { return false };
    if bytes.len() != 15 || !matches!(bytes[0], b'1'..=b'4' | b'7' | b'8') {
        return false;
    }
    // 2A counts as 19, 2B as 18.
    let mut number = bytes[..13].to_vec();
    match &bytes[5..7] {
        b"2A" => number[5..7].copy_from_slice(b"19"),
        b"2B" => number[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    let parse = |bytes: &[u8]| {
        std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    match (parse(&number), parse(&bytes[13..])) {
        (Some(number), Some(key)) => 97 - number % 97 == key,
        _ => false,
    }
}

/// A VAT number: a member state's letters and 8 to 12 characters, with the key of a French one.
pub(super) fn vat(value: &str) -> bool {
    const STATES: [&[u8]; 29] = [
        b"AT", b"BE", b"BG", b"CY", b"CZ", b"DE", b"DK", b"EE", b"EL", b"ES", b"FI", b"FR", b"HR", b"HU", b"IE", b"IT",
        b"LT", b"LU", b"LV", b"MT", b"NL", b"PL", b"PT", b"RO", b"SE", b"SI", b"SK", b"GB", b"XI",
    ];
    let Some(bytes) = compact(value).filter(|bytes| (10..=14).contains(&bytes.len())) else {
        return false;
    };
    let (state, rest) = bytes.split_at(2);
    let known = STATES.contains(&state) && rest.iter().filter(|byte| byte.is_ascii_digit()).count() >= 7;
    if !known || state != b"FR" {
        return known;
    }
    let parse = |bytes: &[u8]| {
        std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    match (
        rest.len(),
        parse(rest.get(..2).unwrap_or_default()),
        rest.get(2..).and_then(parse),
    ) {
        (11, Some(key), Some(siren)) => (12 + 3 * (siren % 97)) % 97 == key,
        // Keys with letters are in use, too.
        (11, None, Some(_)) => true,
        _ => false,
    }
}

/// Six pairs of hexadecimal digits with `:` or `-` between them.
pub(super) fn mac(value: &str) -> bool {
    let value = value.trim();
    value.len() == 17
        && value.bytes().enumerate().all(|(index, byte)| match index % 3 {
            2 => matches!(byte, b':' | b'-'),
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The usual forms of password hashes, and of tokens that sign themselves.
pub(super) fn credential(value: &str) -> bool {
    const PREFIXES: [&str; 14] = [
        "$2a$", "$2b$", "$2y$", "$argon2", "$pbkdf2", "pbkdf2_", "pbkdf2:", "scrypt:", "$scrypt", "$5$", "$6$", "$1$",
        "eyJ", "bcrypt$",
    ];
    const KEYS: [&str; 8] = [
        "sk_live_", "sk_test_", "ghp_", "xoxb-", "xoxp-", "AKIA", "glpat-", "SG.",
    ];
    value.len() >= 16
        && !value.contains(' ')
        && (PREFIXES
            .iter()
            .any(|prefix| value.starts_with(prefix) && value.len() > 30)
            || KEYS.iter().any(|prefix| value.starts_with(prefix)))
}

/// A browser's description of itself.
pub(super) fn user_agent(value: &str) -> bool {
    ["Mozilla/5.0 (", "Mozilla/4.0 (", "Opera/9", "Dalvik/"]
        .iter()
        .any(|prefix| value.starts_with(prefix))
}

/// The address of a contract or wallet, or another long hexadecimal number: never a postal address.
pub(super) fn hexadecimal(value: &str) -> bool {
    let digits = value.strip_prefix("0x").unwrap_or(value);
    digits.len() >= 20 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_prove_themselves() {
        assert!(card("4111 1111 1111 1111") && !card("4111 1111 1111 1112") && !card("0000000000000000"));
        assert!(siret("732 829 320 00074") && !siret("73282932000075"));
        assert!(siren("732829320") && !siren("732829321"));
        assert!(nir("1 85 05 78 006 084 91") && !nir("185057800608492"));
        assert!(nir("1 85 05 2A 006 084 25") || !nir("185052A00608400"));
        assert!(vat("FR 40 303 265 045") && !vat("FR 41 303 265 045") && vat("DE136695976") && !vat("QQ136695976"));
        assert!(mac("00:1b:44:11:3a:b7") && !mac("00:1b:44:11:3a"));
        assert!(credential(
            "$2b$12$KIXQ8yZrC7i9xw1bQzq0UeJt7bQzq0UeJt7bQzq0UeJt7bQzq0Ue"
        ));
        assert!(hexadecimal("0x52908400098527886E0F7030069857D2E4169EE7") && !hexadecimal("12 rue des Lilas"));
    }
}
