//! Texts of the shape of a regular expression.

use crate::key::{Draw, Prf};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// How often something without an upper bound is repeated at most, beyond its lower bound.
const MORE: u32 = 8;
/// Longest text that is generated, in characters.
const LONGEST: usize = 4096;

pub(super) struct Shape {
    prf: Prf,
    hir: Hir,
}

/// Checks a pattern.
///
/// # Errors
/// In words.
pub(crate) fn check_pattern(pattern: &str) -> Result<(), String> {
    let hir = parse(pattern)?;
    match hir.properties().minimum_len() {
        Some(length) if length <= LONGEST => Ok(()),
        Some(_) => Err(format!("it asks for more than {LONGEST} characters")),
        None => Err("nothing matches it".to_owned()),
    }
}

fn parse(pattern: &str) -> Result<Hir, String> {
    regex_syntax::ParserBuilder::new()
        .nest_limit(50)
        .build()
        .parse(pattern)
        .map_err(|error| {
            let text = error.to_string();
            text.lines().last().unwrap_or("not a regular expression").to_owned()
        })
}

impl Shape {
    /// Compiles a pattern that was checked; any other matches nothing but the empty text.
    pub(super) fn compile(pattern: &str, prf: Prf) -> Self {
        Self {
            prf,
            hir: parse(pattern).unwrap_or_else(|_| Hir::empty()),
        }
    }

    pub(super) fn mask(&self, core: &str, attempt: u32, out: &mut String) {
        let mut draw = self.prf.draw(core.as_bytes(), attempt);
        let limit = out.len() + LONGEST * 4;
        write(&self.hir, &mut draw, limit, out);
    }
}

fn write(hir: &Hir, draw: &mut Draw, limit: usize, out: &mut String) {
    if out.len() > limit {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            push_of_class(class, draw, out);
        }
        HirKind::Class(Class::Bytes(class)) => {
            if let Some(range) = class.ranges().first() {
                out.push(char::from(range.start()));
            }
        }
        HirKind::Repetition(repetition) => {
            let most = repetition
                .max
                .unwrap_or(repetition.min.saturating_add(MORE))
                .max(repetition.min);
            let count = u64::from(repetition.min) + draw.below(u64::from(most - repetition.min) + 1);
            for _ in 0..count {
                write(&repetition.sub, draw, limit, out);
                if out.len() > limit {
                    return;
                }
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, draw, limit, out),
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, draw, limit, out);
            }
        }
        HirKind::Alternation(parts) => write(&parts[draw.index(parts.len())], draw, limit, out),
    }
}

/// Appends one character of a class: of its plain letters, digits and signs where it has some, since `\d` means the digits
/// of all scripts.
fn push_of_class(class: &ClassUnicode, draw: &mut Draw, out: &mut String) {
    let mut plain = class.clone();
    plain.intersect(&ClassUnicode::new([ClassUnicodeRange::new('!', '~')]));
    let class = if plain.ranges().is_empty() { class } else { &plain };
    let count: u64 = class
        .ranges()
        .iter()
        .map(|range| size(range.start(), range.end()))
        .sum();
    // Everything, as `.` is: letters and digits.
    if count == u64::from(b'~' - b'!') + 1 {
        out.push(char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[draw.index(36)]));
        return;
    }
    let mut at = draw.below(count);
    for range in class.ranges() {
        let size = size(range.start(), range.end());
        if at < size {
            let point = u32::from(range.start()) + u32::try_from(at).unwrap_or(0);
            out.push(char::from_u32(point).unwrap_or(range.start()));
            return;
        }
        at -= size;
    }
}

fn size(start: char, end: char) -> u64 {
    u64::from(u32::from(end) - u32::from(start)) + 1
}
