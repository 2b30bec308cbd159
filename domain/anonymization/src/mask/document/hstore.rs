//! `hstore` as the server writes it: `"key"=>"value", "other"=>NULL`.

use super::path::Segment;
use super::{DocumentMasker, Matched};
use crate::leak::Recorder;
use crate::mask::Fault;

const BROKEN: Fault = "not an hstore";

pub(super) fn rewrite(
    masker: &DocumentMasker,
    input: &str,
    out: &mut String,
    mut recorder: Option<&mut Recorder>,
) -> Result<(), Fault> {
    let start = &masker.start;
    let whole = masker.matched(start, Matched::No);
    let mut at = 0;
    let mut replacement = String::new();
    while at < input.len() {
        let key_end = quoted_end(input, at)?;
        let key = unescape(&input[at..key_end]);
        let arrow = input[key_end..].strip_prefix("=>").ok_or(BROKEN)?;
        out.push_str(&input[at..key_end + 2]);
        at = input.len() - arrow.len();
        if arrow.starts_with("NULL") {
            out.push_str("NULL");
            at += 4;
        } else {
            let end = quoted_end(input, at)?;
            let value = unescape(&input[at..end]);
            let active = masker.step(start, |segment| match segment {
                Segment::Key(name) => *name == key,
                Segment::Any => true,
                _ => false,
            });
            match masker.replacer(masker.matched(&active, whole), &key, &value) {
                None => out.push_str(&input[at..end]),
                Some(replacer) if replacer.literal.as_deref() == Some("null") => out.push_str("NULL"),
                Some(replacer) => {
                    replacement.clear();
                    if replacer.text.mask(&value, &mut replacement, recorder.as_deref_mut())? {
                        push_quoted(&replacement, out);
                    } else {
                        out.push_str("NULL");
                    }
                }
            }
            at = end;
        }
        let rest = &input[at..];
        if rest.is_empty() {
            break;
        }
        let next = rest.strip_prefix(',').ok_or(BROKEN)?.trim_start();
        if next.is_empty() {
            return Err(BROKEN);
        }
        let end = input.len() - next.len();
        out.push_str(&input[at..end]);
        at = end;
    }
    Ok(())
}

/// The end of the quoted text at `at`.
fn quoted_end(input: &str, at: usize) -> Result<usize, Fault> {
    let bytes = input.as_bytes();
    if bytes.get(at) != Some(&b'"') {
        return Err(BROKEN);
    }
    let mut index = at + 1;
    loop {
        match bytes.get(index).ok_or(BROKEN)? {
            b'"' => return Ok(index + 1),
            b'\\' => index += 2,
            _ => index += 1,
        }
    }
}

/// The value of a quoted text.
fn unescape(quoted: &str) -> String {
    let inside = &quoted[1..quoted.len() - 1];
    let mut value = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        value.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    value
}

fn push_quoted(value: &str, out: &mut String) {
    out.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use crate::key::MaskingKey;
    use crate::kind::Kind;
    use crate::mask::{TextMasker, plain_scope};
    use crate::spec::{JsonLeaf, Spec};
    use proptest::prelude::*;

    fn mask(input: &str, path: &str) -> Result<String, &'static str> {
        let mut spec = Spec::new(Kind::Hstore);
        spec.leaves.push(JsonLeaf {
            path: path.to_owned(),
            spec: Some(Spec::new(Kind::Email)),
        });
        let key = MaskingKey::new([1; 32]);
        let mut out = String::new();
        TextMasker::compile(&spec, &plain_scope(&key)).mask(input, &mut out, None)?;
        Ok(out)
    }

    #[test]
    fn only_the_named_key_changes() {
        let input = r#""mail"=>"jean@free.fr", "q\"k"=>"a\\b", "n"=>NULL, "NULL"=>"NULL""#;
        let out = mask(input, "mail").unwrap();
        assert!(
            out.ends_with(r#"", "q\"k"=>"a\\b", "n"=>NULL, "NULL"=>"NULL""#),
            "{out}"
        );
        assert!(!out.contains("jean"));
        assert_eq!(mask(input, "other").unwrap(), input);
        for broken in [
            "x",
            "\"a\"",
            "\"a\"=>b",
            "\"a\"=>\"b\",",
            "\"a\"=>\"b\" \"c\"=>\"d\"",
            "\"a=>",
        ] {
            assert!(mask(broken, "a").is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_kept(input in r#"("[a\\" ]{0,4}"(=>)?|NULL|, |=>|é|\\){0,8}"#) {
            if let Ok(out) = mask(&input, "absent") {
                prop_assert_eq!(out, input);
            }
        }
    }
}
