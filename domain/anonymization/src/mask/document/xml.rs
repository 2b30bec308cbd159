//! XML: a tokenizer over the bytes of a document or fragment. Text and attributes at matched places are replaced; tags,
//! comments, instructions, declarations and white space stay byte for byte.

use super::path::Segment;
use super::{Active, DocumentMasker, Matched};
use crate::leak::Recorder;
use crate::mask::Fault;

const BROKEN: Fault = "not an XML document";
/// Deepest nesting that is walked.
const DEPTH: usize = 1000;

pub(super) fn rewrite(
    masker: &DocumentMasker,
    input: &str,
    out: &mut String,
    recorder: Option<&mut Recorder>,
) -> Result<(), Fault> {
    let mut walk = Walk {
        masker,
        input,
        at: 0,
        copied: 0,
        out,
        recorder,
    };
    walk.document()
}

/// An element that is open.
struct Open<'a> {
    name: &'a str,
    active: Active,
    matched: Matched<'a>,
}

struct Walk<'a, 'o> {
    masker: &'a DocumentMasker,
    input: &'a str,
    at: usize,
    copied: usize,
    out: &'o mut String,
    recorder: Option<&'o mut Recorder>,
}

impl<'a> Walk<'a, '_> {
    fn document(&mut self) -> Result<(), Fault> {
        let start = self.masker.start.clone();
        let mut open = vec![Open {
            name: "",
            matched: self.masker.matched(&start, Matched::No),
            active: start,
        }];
        while self.at < self.input.len() {
            let rest = &self.input[self.at..];
            if rest.starts_with("<!--") {
                self.pass("-->")?;
            } else if rest.starts_with("<![CDATA[") {
                self.text(&open, true)?;
            } else if rest.starts_with("<?") {
                self.pass("?>")?;
            } else if rest.starts_with("<!") {
                self.declaration()?;
            } else if let Some(close) = rest.strip_prefix("</") {
                let end = close.find('>').ok_or(BROKEN)?;
                let name = close[..end].trim_end();
                let element = open.pop().ok_or(BROKEN)?;
                if element.name != name || open.is_empty() {
                    return Err(BROKEN);
                }
                self.at += 2 + end + 1;
            } else if rest.starts_with('<') {
                self.tag(&mut open)?;
            } else {
                self.text(&open, false)?;
            }
        }
        if open.len() != 1 {
            return Err(BROKEN);
        }
        self.out.push_str(&self.input[self.copied..]);
        Ok(())
    }

    /// Passes everything up to and including `end`.
    fn pass(&mut self, end: &str) -> Result<(), Fault> {
        let found = self.input[self.at..].find(end).ok_or(BROKEN)?;
        self.at += found + end.len();
        Ok(())
    }

    /// `<!DOCTYPE …>`, its quoted parts and its internal subset included.
    fn declaration(&mut self) -> Result<(), Fault> {
        let mut depth = 0usize;
        let mut quote = None;
        for (offset, byte) in self.input.as_bytes()[self.at..].iter().enumerate() {
            match (quote, byte) {
                (Some(open), byte) if open == byte => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'[' | b'<') => depth += 1,
                (None, b']') => depth = depth.saturating_sub(1),
                (None, b'>') => {
                    depth = depth.checked_sub(1).ok_or(BROKEN)?;
                    if depth == 0 {
                        self.at += offset + 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(BROKEN)
    }

    /// A start tag with its attributes.
    fn tag(&mut self, open: &mut Vec<Open<'a>>) -> Result<(), Fault> {
        if open.len() > DEPTH {
            return Err("an XML document nested too deeply");
        }
        let input = self.input;
        let parent = open.last().ok_or(BROKEN)?;
        self.at += 1;
        let name = self.name()?;
        let active = self.masker.step(&parent.active, |segment| names(segment, name));
        let matched = self.masker.matched(&active, parent.matched);
        loop {
            let before = self.at;
            self.space();
            let rest = &input[self.at..];
            if rest.starts_with("/>") {
                self.at += 2;
                return Ok(());
            }
            if rest.starts_with('>') {
                self.at += 1;
                open.push(Open { name, active, matched });
                return Ok(());
            }
            if self.at == before {
                return Err(BROKEN);
            }
            self.attribute(&active, matched)?;
        }
    }

    fn attribute(&mut self, active: &Active, above: Matched<'a>) -> Result<(), Fault> {
        let input = self.input;
        let name = self.name()?;
        self.space();
        self.at += input[self.at..].strip_prefix('=').map(|_| 1).ok_or(BROKEN)?;
        self.space();
        let quote = input[self.at..]
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or(BROKEN)?;
        let start = self.at + 1;
        let end = start + input[start..].find(quote).ok_or(BROKEN)?;
        self.at = end + 1;
        if name == "xmlns" || name.starts_with("xmlns:") {
            return Ok(());
        }
        let next = self.masker.step(active, |segment| match segment {
            Segment::Key(wanted) => wanted.strip_prefix('@').is_some_and(|wanted| same_name(wanted, name)),
            _ => false,
        });
        // What replaces an element's text is not for its attributes.
        let inherited = match above {
            Matched::Automatic => Matched::Automatic,
            _ => Matched::No,
        };
        let matched = self.masker.matched(&next, inherited);
        self.replace(start, end, name, matched, Some(quote))
    }

    /// Text up to the next `<`, or a CDATA section.
    fn text(&mut self, open: &[Open<'a>], section: bool) -> Result<(), Fault> {
        let element = open.last().ok_or(BROKEN)?;
        let (start, end, next) = if section {
            let start = self.at + "<![CDATA[".len();
            let end = start + self.input[start..].find("]]>").ok_or(BROKEN)?;
            (start, end, end + 3)
        } else {
            let end =
                memchr::memchr(b'<', &self.input.as_bytes()[self.at..]).map_or(self.input.len(), |at| self.at + at);
            (self.at, end, end)
        };
        self.at = next;
        if self.input[start..end].trim().is_empty() {
            return Ok(());
        }
        if section {
            let value = &self.input[start..end];
            let Some(replacer) = self.masker.replacer(element.matched, element.name, value) else {
                return Ok(());
            };
            let mut replacement = String::new();
            replacer
                .text
                .mask(value, &mut replacement, self.recorder.as_deref_mut())?;
            self.put(start, end, |out| out.push_str(&replacement.replace("]]>", "]] >")));
            return Ok(());
        }
        self.replace(start, end, element.name, element.matched, None)
    }

    /// Puts the replacement of the text from `start` to `end` in its place.
    fn replace(
        &mut self,
        start: usize,
        end: usize,
        name: &str,
        matched: Matched<'a>,
        quote: Option<char>,
    ) -> Result<(), Fault> {
        if matches!(matched, Matched::No) {
            return Ok(());
        }
        let value = unescape(&self.input[start..end])?;
        let Some(replacer) = self.masker.replacer(matched, name, &value) else {
            return Ok(());
        };
        let mut replacement = String::new();
        // NULL inside a document is an empty text.
        if replacer.literal.as_deref() != Some("null") {
            replacer
                .text
                .mask(&value, &mut replacement, self.recorder.as_deref_mut())?;
        }
        self.put(start, end, |out| push_escaped(&replacement, quote, out));
        Ok(())
    }

    fn put(&mut self, start: usize, end: usize, write: impl FnOnce(&mut String)) {
        self.out.push_str(&self.input[self.copied..start]);
        write(self.out);
        self.copied = end;
    }

    fn space(&mut self) {
        let rest = &self.input[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn name(&mut self) -> Result<&'a str, Fault> {
        let input = self.input;
        let rest = &input[self.at..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '=' | '<' | '"' | '\'' | '&'))
            .unwrap_or(rest.len());
        if end == 0 {
            return Err(BROKEN);
        }
        self.at += end;
        Ok(&rest[..end])
    }
}

fn names(segment: &Segment, name: &str) -> bool {
    match segment {
        Segment::Key(wanted) => same_name(wanted, name),
        Segment::Any => true,
        _ => false,
    }
}

/// A name without a prefix means that name in any namespace.
fn same_name(wanted: &str, name: &str) -> bool {
    wanted == name || !wanted.contains(':') && name.rsplit(':').next() == Some(wanted)
}

/// The value of a text with its references resolved.
fn unescape(text: &str) -> Result<String, Fault> {
    const UNKNOWN: Fault = "an XML entity that is not known";
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        value.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.find(';').ok_or(UNKNOWN)?;
        let entity = &after[..end];
        value.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let point = match entity.strip_prefix("#x") {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => entity.strip_prefix('#').and_then(|digits| digits.parse().ok()),
                };
                point.and_then(char::from_u32).ok_or(UNKNOWN)?
            }
        });
        rest = &after[end + 1..];
    }
    value.push_str(rest);
    Ok(value)
}

fn push_escaped(value: &str, quote: Option<char>, out: &mut String) {
    for c in value.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if quote == Some('"') => out.push_str("&quot;"),
            '\'' if quote == Some('\'') => out.push_str("&apos;"),
            // XML 1.0 has no such characters.
            c if c < ' ' && !matches!(c, '\t' | '\n' | '\r') => out.push(' '),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::key::MaskingKey;
    use crate::kind::Kind;
    use crate::mask::{TextMasker, plain_scope};
    use crate::spec::{JsonLeaf, Spec};
    use proptest::prelude::*;

    fn mask(input: &str, paths: &[&str], kind: Kind) -> Result<String, &'static str> {
        let mut spec = Spec::new(Kind::Xml);
        for path in paths {
            spec.leaves.push(JsonLeaf {
                path: (*path).to_owned(),
                spec: Some(Spec::new(kind)),
            });
        }
        let key = MaskingKey::new([1; 32]);
        let mut out = String::new();
        TextMasker::compile(&spec, &plain_scope(&key)).mask(input, &mut out, None)?;
        Ok(out)
    }

    const DOCUMENT: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE p [<!ENTITY e \"x>y\">]>\n<p:people xmlns:p='urn:x' >\
        <!-- jean@free.fr --><person mail = 'a&amp;b@free.fr' id=\"7\"><name>Jean &lt;Dupont&gt;</name>\
        <note><![CDATA[1 < 2 & x]]></note><empty/></person> </p:people>\n";

    #[test]
    fn only_what_a_path_names_changes() {
        assert_eq!(mask(DOCUMENT, &["/absent"], Kind::Email).unwrap(), DOCUMENT);
        let out = mask(DOCUMENT, &["/people/person/@mail"], Kind::Redact).unwrap();
        assert_eq!(out, DOCUMENT.replace("a&amp;b@free.fr", "[redacted]"));
        let out = mask(DOCUMENT, &["//name", "//note"], Kind::Redact).unwrap();
        let expected = DOCUMENT
            .replace("Jean &lt;Dupont&gt;", "[redacted]")
            .replace("1 < 2 & x", "[redacted]");
        assert_eq!(out, expected);
        // A fragment is content, too.
        assert!(
            mask("text <b>x</b> tail", &["/b"], Kind::Redact)
                .unwrap()
                .contains("<b>[redacted]</b>")
        );
    }

    #[test]
    fn what_is_not_xml_is_refused() {
        for broken in [
            "<a>",
            "</a>",
            "<a></b>",
            "<a",
            "<a b>",
            "<a b=c/>",
            "<!-- x",
            "<a>&unknown;</a>",
            "<a b='x'c='y'/>",
        ] {
            assert!(mask(broken, &["//a", "/@b"], Kind::Redact).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_kept(input in r#"(<a>|</a>|<b x="é"/>|<!--|-->|<!\[CDATA\[|\]\]>|<|>|&amp;|&|x| |"|<\?p \?>){0,10}"#) {
            if let Ok(out) = mask(&input, &["/absent"], Kind::Email) {
                prop_assert_eq!(out, input);
            }
        }
    }
}
