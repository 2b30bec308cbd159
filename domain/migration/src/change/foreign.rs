//! Options of foreign tables, their columns, servers, wrappers and user mappings.

use super::{column, subscription};
use crate::statement::Statement;
use nova_schema::{Column, Foreign, ScriptedObject, Table, quote_ident, quote_literal};
use std::fmt::Write as _;

/// `OPTIONS (ADD …, SET …, DROP …)` between two lists of name and value; nothing when they are the same.
fn options(before: &[(String, String)], after: &[(String, String)]) -> Option<String> {
    let mut changes = Vec::new();
    for (name, _) in before {
        if !after.iter().any(|(other, _)| other == name) {
            changes.push(format!("DROP {}", quote_ident(name)));
        }
    }
    for (name, value) in after {
        let action = match before.iter().find(|(other, _)| other == name) {
            Some((_, had)) if had == value => continue,
            Some(_) => "SET",
            None => "ADD",
        };
        changes.push(format!("{action} {} {}", quote_ident(name), quote_literal(value)));
    }
    (!changes.is_empty()).then(|| format!("OPTIONS ({})", changes.join(", ")))
}

/// Name and value of the catalog's `name=value`.
fn pairs(stored: &[String]) -> Vec<(String, String)> {
    let split = |option: &String| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        (name.to_owned(), value.to_owned())
    };
    stored.iter().map(split).collect()
}

/// Other options of a foreign table.
pub(crate) fn table(table: &Table, before: &Foreign, after: &Foreign) -> Option<Statement> {
    let changes = options(&pairs(&before.options), &pairs(&after.options))?;
    Some(
        Statement::new(
            format!("table {}", table.name.readable()),
            format!("ALTER FOREIGN TABLE {} {changes}", table.name.sql()),
        )
        .touching(&table.name),
    )
}

/// Other options of a foreign table's column.
pub(crate) fn column_options(table: &Table, before: &Column, after: &Column) -> Option<Statement> {
    let changes = options(&pairs(&before.foreign_options), &pairs(&after.foreign_options))?;
    let mut statement = column::alter(
        table,
        after,
        false,
        &format!("ALTER COLUMN {} {changes}", quote_ident(&after.name)),
    );
    statement.sql = statement.sql.replacen("ALTER TABLE", "ALTER FOREIGN TABLE", 1);
    Some(statement)
}

/// True when two servers, wrappers or user mappings differ in options (and a server's version) only; or two subscriptions
/// in what statements change.
pub(crate) fn alterable(before: &ScriptedObject, after: &ScriptedObject) -> bool {
    if after.kind == subscription::KIND {
        return subscription::alterable(before, after);
    }
    let (Some(a), Some(b)) = (Parsed::of(before), Parsed::of(after)) else {
        return false;
    };
    a.head == b.head && (a.version.is_none() || b.version.is_some())
}

/// `ALTER SERVER`, `ALTER FOREIGN DATA WRAPPER`, `ALTER USER MAPPING`.
pub(crate) fn scripted(before: &ScriptedObject, after: &ScriptedObject) -> Vec<Statement> {
    let (Some(a), Some(b)) = (Parsed::of(before), Parsed::of(after)) else {
        return Vec::new();
    };
    let version = match &b.version {
        Some(version) if a.version != b.version => format!(" VERSION {}", quote_literal(version)),
        _ => String::new(),
    };
    let changes = options(&a.options, &b.options).map(|changes| format!(" {changes}"));
    if version.is_empty() && changes.is_none() {
        return Vec::new();
    }
    vec![Statement::new(
        format!("{} {}", after.kind.to_lowercase(), after.identity),
        format!(
            "ALTER {} {}{version}{}",
            after.kind,
            after.identity,
            changes.unwrap_or_default()
        ),
    )]
}

/// A `CREATE` of a foreign object in its parts.
struct Parsed {
    /// Everything but version and options.
    head: String,
    version: Option<String>,
    options: Vec<(String, String)>,
}

impl Parsed {
    fn of(item: &ScriptedObject) -> Option<Self> {
        if !matches!(item.kind.as_str(), "SERVER" | "FOREIGN DATA WRAPPER" | "USER MAPPING") {
            return None;
        }
        let [statement] = item.statements.as_slice() else {
            return None;
        };
        let tokens = tokens(statement)?;
        let mut head = String::new();
        let (mut version, mut options) = (None, Vec::new());
        let mut rest = tokens.as_slice();
        while let Some((token, after)) = rest.split_first() {
            match (token, after) {
                (Token::Word(word), [Token::Text(value), after @ ..]) if word == "VERSION" => {
                    version = Some(value.clone());
                    rest = after;
                }
                (Token::Word(word), [Token::Word(open), list @ ..]) if word == "OPTIONS" && open == "(" => {
                    options = list
                        .chunks(3)
                        .filter_map(|chunk| match chunk {
                            [Token::Word(name) | Token::Name(name), Token::Text(value), _] => {
                                Some((name.clone(), value.clone()))
                            }
                            _ => None,
                        })
                        .collect();
                    rest = &[];
                }
                _ => {
                    let _ = write!(head, "{token:?} ");
                    rest = after;
                }
            }
        }
        Some(Self { head, version, options })
    }
}

/// A piece of a statement as the capture renders it.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// A keyword, a plain name or a sign.
    Word(String),
    /// A quoted name, unquoted.
    Name(String),
    /// A literal, unquoted.
    Text(String),
}

/// `None` for what has no place in such a statement.
fn tokens(statement: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut chars = statement.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            _ if c.is_whitespace() => {}
            '(' | ')' | ',' | '.' => out.push(Token::Word(c.to_string())),
            '"' | '\'' => out.push(if c == '"' {
                Token::Name(quoted(&mut chars, c, false)?)
            } else {
                Token::Text(quoted(&mut chars, c, false)?)
            }),
            'E' if chars.peek() == Some(&'\'') => {
                chars.next();
                out.push(Token::Text(quoted(&mut chars, '\'', true)?));
            }
            _ => {
                let mut word = c.to_string();
                while let Some(next) = chars.next_if(|next| !next.is_whitespace() && !"(),.'\"".contains(*next)) {
                    word.push(next);
                }
                out.push(Token::Word(word));
            }
        }
    }
    Some(out)
}

/// What stands before the closing quote; doubled quotes, and escaped signs where there are escapes, count once.
fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char, escapes: bool) -> Option<String> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            '\\' if escapes => text.push(chars.next()?),
            c if c == quote => {
                if chars.next_if_eq(&quote).is_none() {
                    return Some(text);
                }
                text.push(c);
            }
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(options: &str) -> ScriptedObject {
        ScriptedObject {
            kind: "SERVER".into(),
            identity: "s".into(),
            statements: vec![format!("CREATE SERVER s VERSION '1' FOREIGN DATA WRAPPER w{options}")],
            late: false,
            owner: None,
            comment: None,
            grantable: None,
            acl: None,
            roles: vec![],
            superuser: false,
        }
    }

    #[test]
    fn options_of_a_server_are_added_set_and_dropped() {
        let before = server(" OPTIONS (host 'a''b', port '1')");
        let after = server(" OPTIONS (host E'c\\\\d', \"db Name\" 'x')");
        assert!(alterable(&before, &after));
        let found = scripted(&before, &after);
        assert_eq!(
            found[0].sql,
            "ALTER SERVER s OPTIONS (DROP \"port\", SET \"host\" E'c\\\\d', ADD \"db Name\" 'x')"
        );
    }
}
