//! `numeric` in binary: base-10000 digits, the weight of the first, a sign word and the display scale.

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NOT_A_NUMBER: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const MINUS_INFINITY: u16 = 0xF000;

/// Appends the text form. `None` when the bytes are not a numeric.
pub(crate) fn decode(raw: &[u8], out: &mut String) -> Option<()> {
    if raw.len() < 8 {
        return None;
    }
    let word = |index: usize| u16::from_be_bytes([raw[2 * index], raw[2 * index + 1]]);
    let count = usize::from(word(0));
    let weight = i16::from_be_bytes([raw[2], raw[3]]);
    let scale = usize::from(word(3));
    if raw.len() != 8 + 2 * count {
        return None;
    }
    match word(2) {
        POSITIVE => {}
        NEGATIVE => out.push('-'),
        NOT_A_NUMBER => {
            out.push_str("NaN");
            return Some(());
        }
        INFINITY => {
            out.push_str("Infinity");
            return Some(());
        }
        MINUS_INFINITY => {
            out.push_str("-Infinity");
            return Some(());
        }
        _ => return None,
    }
    let digit = |position: i32| -> u16 {
        usize::try_from(position)
            .ok()
            .filter(|&index| index < count)
            .map_or(0, |index| word(4 + index))
    };
    let weight = i32::from(weight);
    if weight < 0 {
        out.push('0');
    } else {
        for position in 0..=weight {
            push_group(out, digit(position), position > 0);
        }
    }
    if scale > 0 {
        out.push('.');
        let end = out.len() + scale;
        let mut position = weight + 1;
        // Groups before the first stored digit are zero.
        while out.len() < end {
            push_group(out, if position < 0 { 0 } else { digit(position) }, true);
            position += 1;
        }
        out.truncate(end);
    }
    Some(())
}

fn push_group(out: &mut String, value: u16, padded: bool) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = if padded {
        write!(out, "{value:04}")
    } else {
        write!(out, "{value}")
    };
}

/// Appends the binary form of a number in text form. `None` when the text is not one or is beyond numeric's limits.
pub(crate) fn encode(text: &str, out: &mut Vec<u8>) -> Option<()> {
    let special = match text {
        "NaN" => Some(NOT_A_NUMBER),
        "Infinity" => Some(INFINITY),
        "-Infinity" => Some(MINUS_INFINITY),
        _ => None,
    };
    if let Some(sign) = special {
        for word in [0, 0, sign, 0] {
            out.extend_from_slice(&word.to_be_bytes());
        }
        return Some(());
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (NEGATIVE, rest),
        None => (POSITIVE, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut groups: Vec<u16> = Vec::with_capacity((whole.len() + fraction.len()) / 4 + 2);
    let lead = whole.len() % 4;
    let value = |group: &[u8]| group.iter().fold(0u16, |sum, byte| sum * 10 + u16::from(byte - b'0'));
    if lead > 0 {
        groups.push(value(&whole.as_bytes()[..lead]));
    }
    groups.extend(whole.as_bytes()[lead..].chunks_exact(4).map(value));
    let mut weight = i32::try_from(groups.len()).ok()? - 1;
    for chunk in fraction.as_bytes().chunks(4) {
        let missing = u32::try_from(4 - chunk.len()).ok()?;
        groups.push(value(chunk) * 10u16.pow(missing));
    }
    let leading = groups.iter().take_while(|&&group| group == 0).count();
    groups.drain(..leading);
    weight -= i32::try_from(leading).ok()?;
    while groups.last() == Some(&0) {
        groups.pop();
    }
    let (sign, weight) = if groups.is_empty() {
        (POSITIVE, 0)
    } else {
        (sign, weight)
    };
    out.extend_from_slice(&u16::try_from(groups.len()).ok()?.to_be_bytes());
    out.extend_from_slice(&i16::try_from(weight).ok()?.to_be_bytes());
    out.extend_from_slice(&sign.to_be_bytes());
    out.extend_from_slice(&u16::try_from(fraction.len()).ok()?.to_be_bytes());
    for group in groups {
        out.extend_from_slice(&group.to_be_bytes());
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_survive_both_directions() {
        for text in [
            "0",
            "0.00",
            "1",
            "-1",
            "9999",
            "10000",
            "12345678.9",
            "0.0001",
            "0.00000001",
            "-0.05",
            "100000000",
            "NaN",
            "Infinity",
            "-Infinity",
            "123456789012345678901234567890.123456789",
        ] {
            let mut raw = Vec::new();
            encode(text, &mut raw).unwrap();
            let mut back = String::new();
            decode(&raw, &mut back).unwrap();
            assert_eq!(back, text);
        }
    }

    #[test]
    fn the_binary_form_is_the_servers() {
        // SELECT numeric_send(12345.678): ndigits 3, weight 1, sign +, dscale 3, digits 1 2345 6780.
        let mut raw = Vec::new();
        encode("12345.678", &mut raw).unwrap();
        let words: Vec<u16> = raw
            .chunks(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect();
        assert_eq!(words, [3, 1, 0, 3, 1, 2345, 6780]);
    }

    #[test]
    fn truncated_numerics_are_refused() {
        let mut out = String::new();
        assert_eq!(decode(&[0, 1, 0, 0, 0, 0, 0, 0], &mut out), None);
        assert_eq!(decode(&[0, 0], &mut out), None);
    }
}
