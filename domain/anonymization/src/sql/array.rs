//! Arrays: the text literal and the binary layout, rewritten element by element, everything else left as it is.

/// Rewrites the elements of an array literal such as `{a,"b c",NULL,{"x"}}`.
///
/// `mask` gets each element's value and appends its replacement, answering `false` for NULL. Braces, bounds and
/// NULL elements stay.
pub(crate) fn rewrite_text(
    input: &str,
    out: &mut Vec<u8>,
    mut mask: impl FnMut(&str, &mut Vec<u8>) -> Result<bool, &'static str>,
) -> Result<(), &'static str> {
    let bytes = input.as_bytes();
    let mut at = 0;
    // Explicit bounds: `[0:2]={...}`.
    if bytes.first() == Some(&b'[') {
        at = input.find('=').ok_or("not an array literal")? + 1;
        out.extend_from_slice(&bytes[..at]);
    }
    if bytes.get(at) != Some(&b'{') {
        return Err("not an array literal");
    }
    let mut depth = 0usize;
    let mut element = String::new();
    let mut replacement = Vec::new();
    while at < bytes.len() {
        match bytes[at] {
            b'{' => {
                depth += 1;
                out.push(b'{');
                at += 1;
            }
            b'}' => {
                depth = depth.checked_sub(1).ok_or("unbalanced braces in an array literal")?;
                out.push(b'}');
                at += 1;
            }
            b',' => {
                out.push(b',');
                at += 1;
            }
            _ => {
                element.clear();
                let (next, quoted) = read_element(input, at, &mut element)?;
                at = next;
                if !quoted && element.eq_ignore_ascii_case("null") {
                    out.extend_from_slice(b"NULL");
                    continue;
                }
                replacement.clear();
                if mask(&element, &mut replacement)? {
                    write_element(&replacement, out);
                } else {
                    out.extend_from_slice(b"NULL");
                }
            }
        }
        if depth == 0 && at < bytes.len() {
            return Err("text after an array literal");
        }
    }
    if depth == 0 {
        Ok(())
    } else {
        Err("unbalanced braces in an array literal")
    }
}

fn read_element(input: &str, start: usize, element: &mut String) -> Result<(usize, bool), &'static str> {
    let rest = &input[start..];
    if let Some(body) = rest.strip_prefix('"') {
        let mut chars = body.char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => return Ok((start + 1 + offset + 1, true)),
                '\\' => element.push(chars.next().ok_or("unfinished escape in an array literal")?.1),
                _ => element.push(c),
            }
        }
        return Err("unfinished quote in an array literal");
    }
    let mut chars = rest.char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            ',' | '}' | '{' => return Ok((start + offset, false)),
            '\\' => element.push(chars.next().ok_or("unfinished escape in an array literal")?.1),
            _ => element.push(c),
        }
    }
    Err("unbalanced braces in an array literal")
}

fn write_element(value: &[u8], out: &mut Vec<u8>) {
    let plain = !value.is_empty()
        && !value.eq_ignore_ascii_case(b"null")
        && !value.iter().any(|byte| {
            matches!(
                byte,
                b'{' | b'}' | b',' | b'"' | b'\\' | b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c
            )
        });
    if plain {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    for &byte in value {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Rewrites the elements of an array in binary form: dimensions, flags, element type and bounds stay.
pub(crate) fn rewrite_binary(
    raw: &[u8],
    out: &mut Vec<u8>,
    mut mask: impl FnMut(&[u8], &mut Vec<u8>) -> Result<bool, &'static str>,
) -> Result<(), &'static str> {
    const SHORT: &str = "a binary array ends early";
    let word = |at: usize| -> Result<i32, &'static str> {
        let bytes = raw.get(at..at + 4).ok_or(SHORT)?;
        Ok(i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    let dimensions = usize::try_from(word(0)?).map_err(|_| "a binary array has negative dimensions")?;
    let mut at = 12 + dimensions.checked_mul(8).ok_or(SHORT)?;
    let start = out.len();
    out.extend_from_slice(raw.get(..at).ok_or(SHORT)?);
    let mut nulls = word(4)? != 0;
    while at < raw.len() {
        let length = word(at)?;
        at += 4;
        let Ok(length) = usize::try_from(length) else {
            out.extend_from_slice(&(-1i32).to_be_bytes());
            continue;
        };
        let element = raw.get(at..at + length).ok_or(SHORT)?;
        at += length;
        let mark = out.len();
        out.extend_from_slice(&[0; 4]);
        if mask(element, out)? {
            let size = i32::try_from(out.len() - mark - 4).map_err(|_| "an array element is too long")?;
            out[mark..mark + 4].copy_from_slice(&size.to_be_bytes());
        } else {
            nulls = true;
            out.truncate(mark);
            out.extend_from_slice(&(-1i32).to_be_bytes());
        }
    }
    out[start + 4..start + 8].copy_from_slice(&i32::from(nulls).to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(text: &str) -> String {
        let mut out = Vec::new();
        rewrite_text(text, &mut out, |value, out| {
            out.extend_from_slice(value.as_bytes());
            Ok(true)
        })
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn array_literals_keep_their_shape() {
        for text in [
            "{}",
            "{a,b}",
            r#"{"a b","",NULL,"NULL","q\"q","b\\s"}"#,
            "{{a,b},{c,d}}",
            "[0:1]={x,y}",
            "{é,\"Jean, Paul\"}",
        ] {
            assert_eq!(identity(text), text);
        }
    }

    #[test]
    fn broken_array_literals_are_refused() {
        for text in ["", "a", "{a", "{a}}", "{\"a}", "{a}x"] {
            let result = rewrite_text(text, &mut Vec::new(), |_, _| Ok(true));
            assert!(result.is_err(), "{text}");
        }
    }
}
