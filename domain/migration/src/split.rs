//! Cuts a script into statements as psql does: quotes, dollar quotes, comments, parentheses and the bodies of routines
//! in standard SQL hold semicolons that end nothing.

/// A piece of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// `BEGIN`.
    Begin,
    /// `COMMIT`.
    Commit,
    /// Any other statement.
    Statement(Placed),
}

/// A statement and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its text with the comments above it, without its semicolon.
    pub sql: String,
    /// The line of the script that its first word is on, counted from 1.
    pub line: usize,
}

/// What a script cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// A quote, comment or parenthesis is not closed; the line it begins on.
    Open(usize),
    /// A command of psql's own; its line.
    Meta(usize),
    /// `ROLLBACK`, `BEGIN` within a transaction, or a transaction that is not ended; its line.
    Transaction(usize),
}

/// The pieces of a script, in order.
///
/// # Errors
/// Where it is malformed.
pub fn split(script: &str) -> Result<Vec<Piece>, Malformed> {
    let mut pieces = Vec::new();
    let mut open = None;
    for (line, text) in statements(script)? {
        let words: Vec<String> = bare_words(&text, 3);
        let word = |position: usize| words.get(position).map_or("", String::as_str);
        match (word(0), word(1)) {
            ("begin", _) | ("start", "transaction") => {
                if open.is_some() {
                    return Err(Malformed::Transaction(line));
                }
                open = Some(line);
                pieces.push(Piece::Begin);
            }
            ("commit", "prepared") | ("rollback" | "abort" | "savepoint" | "prepare", _) => {
                return Err(Malformed::Transaction(line));
            }
            ("commit" | "end", _) => {
                if open.take().is_none() {
                    return Err(Malformed::Transaction(line));
                }
                pieces.push(Piece::Commit);
            }
            _ => pieces.push(Piece::Statement(Placed { sql: text, line })),
        }
    }
    match open {
        Some(line) => Err(Malformed::Transaction(line)),
        None => Ok(pieces),
    }
}

/// The first words of a statement in lower case, comments left out.
fn bare_words(text: &str, count: usize) -> Vec<String> {
    let mut rest = text.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after).trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after).trim_start();
        } else {
            break;
        }
    }
    rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .take(count)
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Statements with the line each begins on; what is only comment is left out.
fn statements(script: &str) -> Result<Vec<(usize, String)>, Malformed> {
    let mut out = Vec::new();
    let mut cutter = Cutter {
        text: script,
        at: 0,
        line: 1,
    };
    loop {
        let (start, start_line) = (cutter.at, cutter.line);
        let Some((end, line)) = cutter.statement()? else {
            return Ok(out);
        };
        let text = script.get(start..end).unwrap_or_default().trim();
        if !bare_words(text, 1).is_empty() || text.starts_with('"') {
            out.push((line.unwrap_or(start_line), text.to_owned()));
        }
    }
}

struct Cutter<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Cutter<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        let passed = self.text.get(self.at..self.at + bytes).unwrap_or_default();
        self.line += passed.matches('\n').count();
        self.at += bytes;
    }

    /// Up to and over `end`, or an error that names the line it began on.
    fn over(&mut self, opening: usize, end: &str) -> Result<(), Malformed> {
        let line = self.line;
        let found = self.rest().get(opening..).and_then(|rest| rest.find(end));
        let Some(position) = found else {
            return Err(Malformed::Open(line));
        };
        self.advance(opening + position + end.len());
        Ok(())
    }

    /// Advances behind the next semicolon that ends a statement; answers where the statement ends and on which line its
    /// first word is. `None` at the end of the script.
    fn statement(&mut self) -> Result<Option<(usize, Option<usize>)>, Malformed> {
        if self.rest().is_empty() {
            return Ok(None);
        }
        let mut depth = 0usize;
        let mut body = 0usize;
        let mut words: Vec<String> = Vec::new();
        let mut first = None;
        while let Some(character) = self.rest().chars().next() {
            if !character.is_whitespace()
                && first.is_none()
                && !self.rest().starts_with("--")
                && !self.rest().starts_with("/*")
            {
                first = Some(self.line);
            }
            match character {
                '-' if self.rest().starts_with("--") => {
                    let end = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.advance(end);
                }
                '/' if self.rest().starts_with("/*") => self.block_comment()?,
                '\'' => {
                    let escaped = self.text.get(..self.at).is_some_and(|before| {
                        let mut tail = before.chars().rev();
                        matches!(tail.next(), Some('e' | 'E'))
                            && !tail.next().is_some_and(|c| c.is_alphanumeric() || c == '_')
                    });
                    self.quoted('\'', escaped)?;
                }
                '"' => self.quoted('"', false)?,
                '$' => match self.dollar_tag() {
                    Some(tag) => self.over(tag.len(), &tag)?,
                    None => self.advance(1),
                },
                '(' | '[' => {
                    depth += 1;
                    self.advance(1);
                }
                ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    self.advance(1);
                }
                ';' if depth == 0 && body == 0 => {
                    let end = self.at;
                    self.advance(1);
                    return Ok(Some((end, first)));
                }
                '\\' => return Err(Malformed::Meta(self.line)),
                _ if character.is_alphabetic() || character == '_' => {
                    let end = self
                        .rest()
                        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                        .unwrap_or(self.rest().len());
                    let word = self.rest().get(..end).unwrap_or_default().to_ascii_lowercase();
                    let routine = words.first().is_some_and(|word| word == "create")
                        && words
                            .iter()
                            .take(4)
                            .any(|word| word == "function" || word == "procedure");
                    if routine {
                        match word.as_str() {
                            "begin" => body += 1,
                            "case" if body > 0 => body += 1,
                            "end" if body > 0 => body -= 1,
                            _ => {}
                        }
                    }
                    if words.len() < 4 {
                        words.push(word);
                    }
                    self.advance(end);
                }
                other => self.advance(other.len_utf8()),
            }
        }
        if depth > 0 || body > 0 {
            return Err(Malformed::Open(first.unwrap_or(self.line)));
        }
        Ok(Some((self.at, first)))
    }

    fn block_comment(&mut self) -> Result<(), Malformed> {
        let line = self.line;
        let mut depth = 0usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                depth += 1;
                self.advance(2);
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.advance(2);
                if depth == 0 {
                    return Ok(());
                }
            } else if let Some(character) = rest.chars().next() {
                self.advance(character.len_utf8());
            } else {
                return Err(Malformed::Open(line));
            }
        }
    }

    fn quoted(&mut self, quote: char, escaped: bool) -> Result<(), Malformed> {
        let line = self.line;
        self.advance(1);
        while let Some(character) = self.rest().chars().next() {
            self.advance(character.len_utf8());
            if character == '\\' && escaped {
                let next = self.rest().chars().next().map_or(0, char::len_utf8);
                self.advance(next);
            } else if character == quote {
                if self.rest().starts_with(quote) {
                    self.advance(1);
                } else {
                    return Ok(());
                }
            }
        }
        Err(Malformed::Open(line))
    }

    /// `$tag$` here, unless the dollar belongs to a name or a parameter.
    fn dollar_tag(&self) -> Option<String> {
        let before = self.text.get(..self.at)?.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            return None;
        }
        let rest = self.rest();
        let end = rest.get(1..)?.find('$')? + 1;
        let tag = rest.get(1..end)?;
        let fits =
            tag.chars().all(|c| c.is_alphanumeric() || c == '_') && !tag.starts_with(|c: char| c.is_ascii_digit());
        fits.then(|| format!("${tag}$"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<String> {
        split(script)
            .unwrap()
            .into_iter()
            .map(|piece| match piece {
                Piece::Begin => "BEGIN".to_owned(),
                Piece::Commit => "COMMIT".to_owned(),
                Piece::Statement(placed) => placed.sql,
            })
            .collect()
    }

    #[test]
    fn semicolons_inside_quotes_bodies_and_parentheses_end_nothing() {
        let script = "SELECT ';', $$;$$, $a$;$b$;$a$, E'\\';', \"a;b\" /* ; /* ; */ ; */ -- ;\n;\
                      CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\
                      CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;\
                      SELECT 3";
        assert_eq!(texts(script).len(), 4, "{:#?}", texts(script));
    }

    #[test]
    fn transactions_are_told_from_other_statements() {
        assert_eq!(
            texts("-- one\nBEGIN;\nSELECT 1;\nCOMMIT;\n-- nothing more\n"),
            ["BEGIN", "SELECT 1", "COMMIT"]
        );
        let last = split("-- one\nSELECT 1;\n-- two\n\nSELECT 2;").unwrap().pop();
        assert!(
            matches!(last, Some(Piece::Statement(Placed { line: 5, .. }))),
            "{last:?}"
        );
        assert_eq!(split("BEGIN; SELECT 1;"), Err(Malformed::Transaction(1)));
        assert_eq!(split("SELECT 1;\nROLLBACK;"), Err(Malformed::Transaction(2)));
        assert_eq!(split("\\connect x"), Err(Malformed::Meta(1)));
        assert_eq!(split("SELECT 1;\nSELECT 'a"), Err(Malformed::Open(2)));
    }
}
