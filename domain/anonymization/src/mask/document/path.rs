//! Paths into a document: `$.contact.email`, `phones[*]`, `*.name`, `$..email`; for XML also `/person/@email`, `//name`.

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A member of an object.
    Key(String),
    /// An element of an array.
    Index(usize),
    /// Every member or element.
    Any,
    /// Any number of steps.
    Anywhere,
}

/// A parsed path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) segments: Vec<Segment>,
}

impl Path {
    /// Reads a path; the leading `$` may be missing, `.` reaches through objects only, `[*]` and `*` through both.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut rest = text.trim();
        if rest.starts_with('/') {
            return Self::parse_slashes(rest);
        }
        rest = rest.strip_prefix('$').unwrap_or(rest);
        let mut segments = Vec::new();
        let mut first = true;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("..") {
                segments.push(Segment::Anywhere);
                rest = after;
                if rest.is_empty() {
                    return Err("ends after `..`");
                }
                if !rest.starts_with('[') {
                    rest = take_key(rest, &mut segments)?;
                }
            } else if let Some(after) = rest.strip_prefix('[') {
                let end = match after.chars().next() {
                    Some(quote @ ('\'' | '"')) => after.find(&format!("{quote}]")).map(|at| at + 1),
                    _ => after.find(']'),
                };
                let end = end.ok_or("a `[` without `]`")?;
                segments.push(bracket(&after[..end])?);
                rest = &after[end + 1..];
            } else if let Some(after) = rest.strip_prefix('.') {
                rest = take_key(after, &mut segments)?;
            } else if first {
                rest = take_key(rest, &mut segments)?;
            } else {
                return Err("expected `.` or `[`");
            }
            first = false;
        }
        if segments.is_empty() {
            return Err("names nothing inside the document");
        }
        Ok(Self { segments })
    }
}

impl Path {
    /// The path language of XML, as far as it names places: `/a/b`, `//c`, `*`, `@name`.
    fn parse_slashes(text: &str) -> Result<Self, &'static str> {
        let mut segments = Vec::new();
        let mut rest = text;
        while let Some(after) = rest.strip_prefix('/') {
            let after = match after.strip_prefix('/') {
                Some(after) => {
                    segments.push(Segment::Anywhere);
                    after
                }
                None => after,
            };
            let end = after.find('/').unwrap_or(after.len());
            match &after[..end] {
                "" => return Err("ends with `/`"),
                "*" => segments.push(Segment::Any),
                // The text of the element that was named is what is meant anyway.
                "text()" => {}
                step if step.contains(['[', ']', '(', ')', ' ']) => {
                    return Err("a step is a name, `@name`, `*` or `text()`");
                }
                step => segments.push(Segment::Key(step.to_owned())),
            }
            rest = &after[end..];
        }
        if segments.is_empty() {
            return Err("names nothing inside the document");
        }
        Ok(Self { segments })
    }
}

fn take_key<'a>(text: &'a str, segments: &mut Vec<Segment>) -> Result<&'a str, &'static str> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    segments.push(match key {
        "" => return Err("an empty key"),
        "*" => Segment::Any,
        _ => Segment::Key(key.to_owned()),
    });
    Ok(rest)
}

fn bracket(inside: &str) -> Result<Segment, &'static str> {
    let inside = inside.trim();
    let quoted = |quote: char| inside.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    if inside == "*" {
        Ok(Segment::Any)
    } else if let Some(key) = quoted('\'').or_else(|| quoted('"')) {
        Ok(Segment::Key(key.to_owned()))
    } else {
        inside
            .parse()
            .map(Segment::Index)
            .map_err(|_| "expected a number, `*` or a quoted key between `[` and `]`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_with_and_without_the_dollar() {
        let key = |name: &str| Segment::Key(name.to_owned());
        let read = |text| Path::parse(text).unwrap().segments;
        assert_eq!(read("$.contact.email"), [key("contact"), key("email")]);
        assert_eq!(read("contact.email"), [key("contact"), key("email")]);
        assert_eq!(read("$[*].phones[0]"), [Segment::Any, key("phones"), Segment::Index(0)]);
        assert_eq!(read("$..email"), [Segment::Anywhere, key("email")]);
        assert_eq!(read("$['a.b'].*"), [key("a.b"), Segment::Any]);
        for wrong in ["$", "", "a..", "a[", "a[x]", "a.", "$a]b.[0]c"] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
    }
}
