//! Composite values as text: `(a,"b c",,"say ""hi""")`. Chosen attributes are replaced, the text of all others stays.

use super::CopyFormat;
use super::column::ColumnMasker;
use crate::kind::Kind;
use crate::leak::Recorder;
use crate::mask::document::path::{Path, Segment};
use crate::mask::{Fault, Row, Scope};
use crate::spec::{Attribute, JsonLeaf, Spec};

const BROKEN: Fault = "not a composite value";

/// The maskers of a composite type's attributes, by position.
pub(super) struct Composites {
    attributes: Vec<Option<ColumnMasker>>,
    /// Text of one value, and of its replacement.
    value: String,
    replacement: Vec<u8>,
}

impl Composites {
    pub(super) fn compile(base_type: &str, spec: &Spec, scope: &Scope<'_>) -> Result<Self, String> {
        if spec.attributes.is_empty() {
            return Err(format!(
                "{base_type} is not a composite type whose attributes are known"
            ));
        }
        let names = || {
            let names: Vec<&str> = spec
                .attributes
                .iter()
                .map(|attribute| attribute.name.as_str())
                .collect();
            names.join(", ")
        };
        for leaf in &spec.leaves {
            let path = Path::parse(&leaf.path)?;
            let known = |attribute: &Attribute| attribute_of(&path, attribute).is_some();
            if !spec.attributes.iter().any(known) {
                return Err(format!("no attribute is at {}; there are {}", leaf.path, names()));
            }
        }
        let attributes = spec
            .attributes
            .iter()
            .map(|attribute| {
                attribute_spec(spec, attribute)?
                    .map(|inner| {
                        ColumnMasker::compile(CopyFormat::Text, &attribute.name, &attribute.base_type, &inner, scope)
                            .map_err(|error| error.to_string())
                    })
                    .transpose()
            })
            .collect::<Result<_, String>>()?;
        Ok(Self {
            attributes,
            value: String::new(),
            replacement: Vec::new(),
        })
    }

    pub(super) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        self.attributes
            .iter_mut()
            .flatten()
            .try_for_each(|masker| masker.bind(row))
    }

    /// Appends the value with its attributes replaced.
    pub(super) fn rewrite(
        &mut self,
        input: &str,
        out: &mut Vec<u8>,
        mut recorder: Option<&mut Recorder>,
    ) -> Result<(), Fault> {
        let inside = input
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .ok_or(BROKEN)?;
        out.push(b'(');
        let mut at = 0;
        let count = self.attributes.len();
        for (index, masker) in self.attributes.iter_mut().enumerate() {
            if index > 0 {
                if inside.as_bytes().get(at) != Some(&b',') {
                    return Err(BROKEN);
                }
                out.push(b',');
                at += 1;
            }
            let start = at;
            self.value.clear();
            let quoted = read(inside, &mut at, &mut self.value)?;
            match masker {
                // Nothing at all is NULL.
                Some(masker) if quoted || at > start => {
                    self.replacement.clear();
                    if masker.mask_text(self.value.as_bytes(), &mut self.replacement, recorder.as_deref_mut())? {
                        write(&self.replacement, out);
                    }
                }
                _ => out.extend_from_slice(&inside.as_bytes()[start..at]),
            }
        }
        if at != inside.len() || count == 0 {
            return Err(BROKEN);
        }
        out.push(b')');
        Ok(())
    }
}

/// What is left of a path below an attribute; `None` when the path is not about it.
fn attribute_of(path: &Path, attribute: &Attribute) -> Option<Vec<Segment>> {
    // The elements of an array of composites are meant by the array.
    let mut segments = path.segments.as_slice();
    while let [Segment::Any | Segment::Anywhere, rest @ ..] = segments
        && !rest.is_empty()
    {
        segments = rest;
    }
    match segments.split_first()? {
        (Segment::Key(name), rest) if *name == attribute.name => Some(rest.to_vec()),
        (Segment::Any, rest) => Some(rest.to_vec()),
        _ => None,
    }
}

/// How an attribute is masked, if it is.
fn attribute_spec(spec: &Spec, attribute: &Attribute) -> Result<Option<Spec>, String> {
    let mut deeper: Vec<JsonLeaf> = Vec::new();
    for leaf in &spec.leaves {
        let path = Path::parse(&leaf.path)?;
        let Some(rest) = attribute_of(&path, attribute) else {
            continue;
        };
        if rest.is_empty() {
            // What a leaf without a spec is shows its content; an attribute has a type instead.
            return Ok(Some(leaf.spec.clone().unwrap_or_else(|| Spec::new(Kind::Text))));
        }
        deeper.push(JsonLeaf {
            path: written(&rest),
            spec: leaf.spec.clone(),
        });
    }
    if deeper.is_empty() {
        return Ok(None);
    }
    let kind = if attribute.attributes.is_empty() {
        Kind::Json
    } else {
        Kind::Composite
    };
    Ok(Some(Spec {
        leaves: deeper,
        attributes: attribute.attributes.clone(),
        ..Spec::new(kind)
    }))
}

fn written(segments: &[Segment]) -> String {
    let mut path = "$".to_owned();
    for segment in segments {
        match segment {
            Segment::Key(name) => path.extend(["['", name, "']"]),
            Segment::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            Segment::Any => path.push_str("[*]"),
            Segment::Anywhere => path.push('.'),
        }
    }
    path
}

/// Reads one attribute's text; true when some of it was quoted, as an empty text is.
fn read(inside: &str, at: &mut usize, value: &mut String) -> Result<bool, Fault> {
    let mut chars = inside[*at..].char_indices().peekable();
    let start = *at;
    let mut in_quotes = false;
    let mut quoted = false;
    while let Some((offset, c)) = chars.next() {
        match c {
            ',' if !in_quotes => {
                *at = start + offset;
                return Ok(quoted);
            }
            '(' | ')' if !in_quotes => return Err(BROKEN),
            '"' if in_quotes && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                value.push('"');
                chars.next();
            }
            '"' => {
                in_quotes = !in_quotes;
                quoted = true;
            }
            '\\' => value.push(chars.next().ok_or(BROKEN)?.1),
            _ => value.push(c),
        }
    }
    if in_quotes {
        return Err(BROKEN);
    }
    *at = inside.len();
    Ok(quoted)
}

/// The attributes' texts of one value, none for NULL; none at all when it is no composite value.
pub(crate) fn parts(value: &str) -> Option<Vec<Option<String>>> {
    let inside = value.strip_prefix('(')?.strip_suffix(')')?;
    let mut parts = Vec::new();
    let mut at = 0;
    loop {
        let start = at;
        let mut text = String::new();
        let quoted = read(inside, &mut at, &mut text).ok()?;
        parts.push((quoted || at > start).then_some(text));
        if at == inside.len() {
            return Some(parts);
        }
        at += 1;
    }
}

/// Appends an attribute's text as the server writes it.
fn write(value: &[u8], out: &mut Vec<u8>) {
    let special =
        |byte: &u8| matches!(byte, b'"' | b'\\' | b'(' | b')' | b',') || byte.is_ascii_whitespace() || *byte == 0x0b;
    if !value.is_empty() && !value.iter().any(special) {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    for &byte in value {
        if matches!(byte, b'"' | b'\\') {
            out.push(byte);
        }
        out.push(byte);
    }
    out.push(b'"');
}
