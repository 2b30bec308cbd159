//! JSON string escapes.

/// Appends the value of a string's inside; `None` when an escape is broken.
pub(super) fn unescape(inside: &str, out: &mut String) -> Option<()> {
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.as_bytes().get(at + 1)?;
        let mut next = at + 2;
        match escape {
            b'"' => out.push('"'),
            b'\\' => out.push('\\'),
            b'/' => out.push('/'),
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let unit = hex(rest.get(at + 2..at + 6)?)?;
                next = at + 6;
                let point = if (0xD800..0xDC00).contains(&unit) {
                    let low = rest.get(next..)?.strip_prefix("\\u").and_then(|low| hex(low.get(..4)?));
                    match low {
                        Some(low) if (0xDC00..0xE000).contains(&low) => {
                            next += 6;
                            0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                        }
                        _ => 0xFFFD,
                    }
                } else {
                    unit
                };
                out.push(char::from_u32(point).unwrap_or('\u{FFFD}'));
            }
            _ => return None,
        }
        rest = &rest[next..];
    }
    out.push_str(rest);
    Some(())
}

fn hex(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(text, 16).ok())
        .flatten()
}

/// Appends `value` as a string with its quotes.
pub(super) fn push_string(value: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    let mut rest = value;
    // What needs an escape is ASCII, and so never part of another character.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' ')) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            // Writing to a String cannot fail.
            byte => {
                let _ = write!(out, "\\u{byte:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}
