//! One `.env.<name>` file.
//!
//! The dialect is the one that shells and the common readers of such files share: `KEY=value`, an optional `export`,
//! comments, single quotes (nothing inside is special), double quotes (`\n \r \t \" \\ \$` are escapes), quoted values
//! over several lines. `$` is an ordinary character: nothing is expanded. What is not set stays byte for byte as it was.

use crate::error::Error;
use std::ops::Range;

/// The text of a file and where its values stand.
#[derive(Clone)]
pub struct EnvFile {
    name: String,
    text: String,
    pairs: Vec<Pair>,
}

#[derive(Clone)]
struct Pair {
    key: String,
    value: String,
    line: usize,
    /// Where the value stands in the text, quotes included.
    place: Range<usize>,
}

impl EnvFile {
    /// Reads the bytes of a file; `name` is what errors call it.
    ///
    /// # Errors
    /// [`Error::EnvironmentFile`] with the line of what is not understood.
    pub fn parse(name: impl Into<String>, bytes: &[u8]) -> Result<Self, Error> {
        let name = name.into();
        let wrong = |line: usize, what: &str| Error::EnvironmentFile {
            file: name.clone(),
            line: Some(line),
            what: what.to_owned(),
        };
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                return Err(wrong(line, "it is not UTF-8 text"));
            }
        };
        let mut pairs = Vec::new();
        let mut scanner = Scanner::new(&text);
        while let Some(line) = scanner.next_line() {
            let number = line.number;
            pairs.extend(scanner.pair(&line).map_err(|what| wrong(number, what))?);
        }
        Ok(Self { name, text, pairs })
    }

    /// The value of a key; none when the key is not there or has no value.
    ///
    /// # Errors
    /// [`Error::EnvironmentFile`] when the key is there twice: readers disagree about which one counts.
    pub fn get(&self, key: &str) -> Result<Option<&str>, Error> {
        let value = self.only(key)?.map(|pair| pair.value.as_str());
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The line of a key, from 1.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.pairs.iter().find(|pair| pair.key == key).map(|pair| pair.line)
    }

    /// Gives a key a value, where it stands or on a new last line.
    ///
    /// # Errors
    /// [`Error::EnvironmentFile`] when the key is there twice.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), Error> {
        let mut text = self.text.clone();
        if let Some(pair) = self.only(key)? {
            text.replace_range(pair.place.clone(), &quoted(value));
        } else {
            let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
            if !text.is_empty() && !text.ends_with('\n') {
                text.push_str(ending);
            }
            text.extend([key, "=", &quoted(value), ending]);
        }
        *self = Self::parse(self.name.clone(), text.as_bytes())?;
        Ok(())
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn only(&self, key: &str) -> Result<Option<&Pair>, Error> {
        let mut found = self.pairs.iter().filter(|pair| pair.key == key);
        let first = found.next();
        match (first, found.next()) {
            (Some(first), Some(second)) => Err(Error::EnvironmentFile {
                file: self.name.clone(),
                line: Some(second.line),
                what: format!("{key} is set a second time (first on line {}); keep one", first.line),
            }),
            _ => Ok(first),
        }
    }
}

/// A value as it is written: bare where every reader agrees, else quoted.
fn quoted(value: &str) -> String {
    let bare = !value.is_empty()
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?@!&+,;=%[]*()^".contains(&byte));
    if bare {
        value.to_owned()
    } else if !value.contains('\'') {
        format!("'{value}'")
    } else {
        let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$");
        format!("\"{escaped}\"")
    }
}

/// Walks over a text line by line; a quoted value may move it several lines on.
struct Scanner<'a> {
    text: &'a str,
    position: usize,
    line: usize,
}

/// A line without its ending.
struct Line {
    number: usize,
    place: Range<usize>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            // A byte order mark belongs to no key.
            position: if text.starts_with('\u{feff}') { 3 } else { 0 },
            line: 1,
        }
    }

    fn next_line(&mut self) -> Option<Line> {
        let rest = self.text.get(self.position..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = Line {
            number: self.line,
            place: self.position..self.position + rest[..length].trim_end_matches('\r').len(),
        };
        self.position = (self.position + length + 1).min(self.text.len());
        self.line += 1;
        Some(line)
    }

    /// What a line sets, if anything.
    fn pair(&mut self, line: &Line) -> Result<Option<Pair>, &'static str> {
        let whole = &self.text[line.place.clone()];
        let trimmed = whole.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Ok(None);
        }
        let exported = trimmed
            .strip_prefix("export")
            .filter(|rest| rest.starts_with([' ', '\t']));
        let assignment = exported.unwrap_or(trimmed).trim_start();
        let Some((key, after)) = assignment.split_once('=') else {
            // `export KEY` passes on what is set elsewhere.
            return match exported {
                Some(_) if is_key(assignment.trim_end()) => Ok(None),
                _ => Err("there is no = after the key"),
            };
        };
        let key = key.trim_end();
        if !is_key(key) {
            return Err("what stands before = is not a key");
        }
        let start = line.place.end - after.len();
        let value_start = start + (after.len() - after.trim_start().len());
        let (value, place) = if let Some(quote @ ('"' | '\'')) = after.trim_start().chars().next() {
            let (value, end) = self.quoted_value(value_start, quote)?;
            (value, value_start..end)
        } else {
            let value = bare(after);
            // A value that is only a comment is empty and stands right behind the =.
            let begin = if value.is_empty() { start } else { value_start };
            (value.to_owned(), begin..begin + value.len())
        };
        Ok(Some(Pair {
            key: key.to_owned(),
            value,
            line: line.number,
            place,
        }))
    }

    /// A quoted value that begins at `start`, and where it ends; the scanner goes on behind its last line.
    fn quoted_value(&mut self, start: usize, quote: char) -> Result<(String, usize), &'static str> {
        let body = &self.text[start + 1..];
        let mut value = String::new();
        let mut characters = body.char_indices();
        while let Some((at, character)) = characters.next() {
            if character == quote {
                let end = start + 1 + at + 1;
                self.go_on_behind(end)?;
                return Ok((value, end));
            }
            if character != '\\' || quote == '\'' {
                value.push(character);
                continue;
            }
            match characters.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some(escaped @ ('"' | '\\' | '$')) => value.push(escaped),
                Some(other) => value.extend(['\\', other]),
                None => break,
            }
        }
        Err("the quote that opens the value is not closed")
    }

    fn go_on_behind(&mut self, end: usize) -> Result<(), &'static str> {
        // The line in which the value began has been counted already.
        if let Some(skipped) = self.text.get(self.position..end) {
            self.line += skipped.matches('\n').count() + 1;
            let rest = &self.text[end..];
            self.position = end + rest.find('\n').map_or(rest.len(), |at| at + 1);
        }
        let tail = self.text[end..].lines().next().unwrap_or_default().trim();
        if tail.is_empty() || tail.starts_with('#') {
            Ok(())
        } else {
            Err("something stands behind the closing quote")
        }
    }
}

fn is_key(word: &str) -> bool {
    let mut bytes = word.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// A value without quotes: up to a `#` that follows a blank, without blanks around it.
fn bare(after: &str) -> &str {
    let mut blank = true;
    let mut end = after.len();
    for (at, character) in after.char_indices() {
        if character == '#' && blank {
            end = at;
            break;
        }
        blank = character.is_whitespace();
    }
    after[..end].trim()
}

#[cfg(test)]
#[path = "env_file_tests.rs"]
mod tests;
