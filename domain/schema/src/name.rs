//! Names and literals as PostgreSQL reads them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A name inside a schema. Both parts are raw (unquoted, as the catalogs store them); `Display` and [`Self::sql`] quote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema.
    pub schema: String,
    /// The name inside the schema.
    pub name: String,
}

impl QualifiedName {
    /// A name from its two raw parts.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            name: name.into(),
        }
    }

    /// `"schema"."name"`, always quoted.
    pub fn sql(&self) -> String {
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
    }

    /// `schema.name` for people: quotes only where a part would be misread without them.
    pub fn readable(&self) -> String {
        format!("{}.{}", readable_ident(&self.schema), readable_ident(&self.name))
    }

    /// The same schema with another name: where indexes and constraints of a table live.
    #[must_use]
    pub fn sibling(&self, name: &str) -> Self {
        Self::new(self.schema.clone(), name)
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql())
    }
}

/// Quotes an identifier: always in double quotes, inner ones doubled.
pub fn quote_ident(ident: &str) -> String {
    format!("\"{}\"", ident.replace('"', "\"\""))
}

/// Quotes a string literal; text with a backslash becomes an `E''` string, so the result means the same whatever
/// `standard_conforming_strings` says.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// An identifier for people: quoted unless it is plain lower case.
pub fn readable_ident(ident: &str) -> String {
    let mut chars = ident.chars();
    let plain = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { ident.to_owned() } else { quote_ident(ident) }
}

/// Quotes and joins identifiers with `, `.
pub fn quote_idents<'a>(idents: impl IntoIterator<Item = &'a String>) -> String {
    idents
        .into_iter()
        .map(|ident| quote_ident(ident))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_survive_quotes_dots_and_newlines() {
        assert_eq!(quote_ident("we\"ird.na\nme"), "\"we\"\"ird.na\nme\"");
        assert_eq!(QualifiedName::new("S", "a.b").to_string(), "\"S\".\"a.b\"");
    }

    #[test]
    fn literals_survive_quotes_and_backslashes() {
        assert_eq!(quote_literal("l'été"), "'l''été'");
        assert_eq!(quote_literal("C:\\New's"), "E'C:\\\\New''s'");
    }

    #[test]
    fn people_see_quotes_only_where_they_matter() {
        assert_eq!(QualifiedName::new("public", "users").readable(), "public.users");
        assert_eq!(QualifiedName::new("public", "Users").readable(), "public.\"Users\"");
    }
}
