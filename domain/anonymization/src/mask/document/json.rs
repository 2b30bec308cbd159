//! The tokenizer that walks a document, copies it byte for byte and stops at matched leaves.

use super::json_text::{push_string, unescape};
use super::path::Segment;
use super::{Active, DocumentMasker, Matched, Replacer, Rooms};
use crate::kind::Kind;
use crate::leak::Recorder;
use crate::mask::Fault;

const BROKEN: Fault = "not a JSON document";
/// Deepest nesting that is walked; untouched branches may be deeper.
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
        rooms: masker.rooms.take(),
    };
    walk.value(&masker.start, "", Matched::No, 0)?;
    walk.space();
    if walk.at != input.len() {
        return Err(BROKEN);
    }
    walk.out.push_str(&input[walk.copied..]);
    masker.rooms.replace(walk.rooms);
    Ok(())
}

struct Walk<'a, 'o> {
    masker: &'a DocumentMasker,
    input: &'a str,
    at: usize,
    copied: usize,
    out: &'o mut String,
    recorder: Option<&'o mut Recorder>,
    rooms: Rooms,
}

impl<'a> Walk<'a, '_> {
    fn peek(&self) -> Option<u8> {
        self.input.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        self.space();
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(BROKEN)
        }
    }

    fn value(&mut self, active: &Active, key: &str, matched: Matched<'a>, depth: usize) -> Result<(), Fault> {
        if depth > DEPTH {
            return Err("a JSON document nested too deeply");
        }
        self.space();
        let masker = self.masker;
        let matched = masker.matched(active, matched);
        if let Matched::By(Replacer {
            literal: Some(literal), ..
        }) = matched
        {
            let start = self.at;
            self.skip()?;
            self.replace(start, |out| out.push_str(literal));
            return Ok(());
        }
        if active.is_empty() && matches!(matched, Matched::No) {
            return self.skip();
        }
        match self.peek() {
            Some(b'{') => self.object(active, matched, depth),
            Some(b'[') => self.array(active, key, matched, depth),
            Some(b'"') => self.string(key, matched),
            Some(b'-' | b'0'..=b'9') => self.number(key, matched),
            _ => self.literal(),
        }
    }

    fn object(&mut self, active: &Active, matched: Matched<'a>, depth: usize) -> Result<(), Fault> {
        self.expect(b'{')?;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            let inside = self.raw_string()?;
            let mut room = String::new();
            let key = decoded(inside, &mut room)?;
            self.expect(b':')?;
            let next = self.masker.step(active, |segment| match segment {
                Segment::Key(name) => *name == key,
                Segment::Any => true,
                _ => false,
            });
            self.value(&next, key, matched, depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(BROKEN),
            }
        }
    }

    fn array(&mut self, active: &Active, key: &str, matched: Matched<'a>, depth: usize) -> Result<(), Fault> {
        self.expect(b'[')?;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        for index in 0.. {
            let next = self.masker.step(active, |segment| match segment {
                Segment::Index(wanted) => *wanted == index,
                Segment::Any => true,
                _ => false,
            });
            self.value(&next, key, matched, depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(BROKEN),
            }
        }
        Ok(())
    }

    fn string(&mut self, key: &str, matched: Matched<'a>) -> Result<(), Fault> {
        let start = self.at;
        let inside = self.raw_string()?;
        let mut rooms = std::mem::take(&mut self.rooms);
        let value = decoded(inside, &mut rooms.value)?;
        if let Some(replacer) = self.masker.replacer(matched, key, value) {
            let replacement = &mut rooms.replacement;
            replacement.clear();
            let kept = replacer.text.mask(value, replacement, self.recorder.as_deref_mut())?;
            self.replace(start, |out| {
                if kept {
                    push_string(replacement, out);
                } else {
                    out.push_str("null");
                }
            });
        }
        self.rooms = rooms;
        Ok(())
    }

    fn number(&mut self, key: &str, matched: Matched<'a>) -> Result<(), Fault> {
        let start = self.at;
        self.literal()?;
        let replacer = match matched {
            Matched::No => None,
            Matched::By(replacer) => Some(replacer),
            Matched::Automatic => self.masker.automatic_number(key),
        };
        let Some(replacer) = replacer else { return Ok(()) };
        let number = &self.input[start..self.at];
        let mut replacement = String::with_capacity(number.len());
        if replacer.by_text() {
            // Whatever comes out as a number stays one.
            let kept = replacer
                .text
                .mask(number, &mut replacement, self.recorder.as_deref_mut())?;
            let still = serde_json::from_str::<serde_json::Number>(&replacement).is_ok();
            self.replace(start, |out| match (kept, still) {
                (false, _) => out.push_str("null"),
                (true, true) => out.push_str(&replacement),
                (true, false) => push_string(&replacement, out),
            });
            return Ok(());
        }
        if replacer.kind == Kind::Phone && number.bytes().all(|byte| byte.is_ascii_digit()) {
            replacer
                .text
                .mask(number, &mut replacement, self.recorder.as_deref_mut())?;
        } else {
            replacer.number.decimal(number, &mut replacement);
        }
        self.replace(start, |out| out.push_str(&replacement));
        Ok(())
    }

    /// Puts something else in place of the input from `start` to here.
    fn replace(&mut self, start: usize, write: impl FnOnce(&mut String)) {
        self.out.push_str(&self.input[self.copied..start]);
        write(self.out);
        self.copied = self.at;
    }

    /// Passes a string and returns what is between its quotes.
    fn raw_string(&mut self) -> Result<&'a str, Fault> {
        if self.peek() != Some(b'"') {
            return Err(BROKEN);
        }
        let input = self.input;
        let start = self.at + 1;
        let mut at = start;
        loop {
            let found = memchr::memchr2(b'"', b'\\', &input.as_bytes()[at..]).ok_or(BROKEN)?;
            at += found;
            if input.as_bytes()[at] == b'"' {
                self.at = at + 1;
                return Ok(&input[start..at]);
            }
            at += 2;
            if at > input.len() {
                return Err(BROKEN);
            }
        }
    }

    /// Passes a number, `true`, `false` or `null`.
    fn literal(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(BROKEN) }
    }

    /// Passes a value without looking inside.
    fn skip(&mut self) -> Result<(), Fault> {
        let mut depth = 0usize;
        loop {
            self.space();
            match self.peek().ok_or(BROKEN)? {
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(BROKEN)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                b'"' => {
                    self.raw_string()?;
                }
                _ => self.literal()?,
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// The text between the quotes of a string, without its escapes.
fn decoded<'a>(inside: &'a str, room: &'a mut String) -> Result<&'a str, Fault> {
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Ok(inside);
    }
    room.clear();
    unescape(inside, room).ok_or(BROKEN)?;
    Ok(room)
}
