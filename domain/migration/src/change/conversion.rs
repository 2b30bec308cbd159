//! How a column's values become values of another type.

#![expect(clippy::match_same_arms, reason = "one row per conversion")]

use crate::statement::Statement;
use nova_schema::{Column, QualifiedName, quote_ident, quote_literal};

/// Types whose values PostgreSQL assigns to one another without being told how.
const FAMILIES: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["text", "character varying", "character", "name", "\"char\""],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["time without time zone", "time with time zone", "interval"],
    &["json", "jsonb"],
    &["inet", "cidr"],
    &["bit", "bit varying"],
    &["macaddr", "macaddr8"],
    &["money", "numeric"],
];

/// Pairs with a cast that only an explicit conversion uses.
const EXPLICIT: &[(&str, &str)] = &[
    ("boolean", "integer"),
    ("integer", "boolean"),
    ("integer", "\"char\""),
    ("\"char\"", "integer"),
    ("bit", "integer"),
    ("bit", "bigint"),
    ("integer", "bit"),
    ("bigint", "bit"),
    ("timestamp without time zone", "time without time zone"),
    ("timestamp with time zone", "time without time zone"),
    ("timestamp with time zone", "time with time zone"),
];

/// The expression after `USING`, or `None` when assignment does it. `rebuilt` says that the type of the same name is
/// another one now.
pub(crate) fn using(column: &str, from: &str, to: &str, rebuilt: bool) -> Option<String> {
    let (from_base, to_base) = (base(from), base(to));
    if rebuilt || from_base.ends_with("[]") != to_base.ends_with("[]") {
        return Some(format!("{column}::text::{to}"));
    }
    let (from_element, to_element) = (from_base.trim_end_matches("[]"), to_base.trim_end_matches("[]"));
    let textual = FAMILIES.get(1).is_some_and(|family| family.contains(&to_element));
    let together = FAMILIES
        .iter()
        .any(|family| family.contains(&from_element) && family.contains(&to_element));
    if from_element == to_element || textual || together {
        None
    } else if EXPLICIT.contains(&(from_element, to_element)) {
        Some(format!("{column}::{to}"))
    } else {
        Some(format!("{column}::text::{to}"))
    }
}

/// The type that tells how JSON becomes what a column holds, while it is converted.
const BY_NAME: &str = "nova_rows";

/// What turns a column of JSON into rows, by the names of their columns.
pub(crate) fn row_by_name(schema: &str, column: &str) -> String {
    let shape = QualifiedName::new(schema, BY_NAME).sql();
    let (name, column) = (quote_literal(column), quote_ident(column));
    format!("(pg_catalog.json_populate_record(NULL::{shape}, pg_catalog.json_build_object({name}, {column}))).{column}")
}

/// A statement that uses [`row_by_name`] for these columns, with the type it needs for its time.
pub(crate) fn with_rows_by_name(
    label: &str,
    schema: &str,
    columns: &[&Column],
    statement: Statement,
) -> Vec<Statement> {
    if columns.is_empty() {
        return vec![statement];
    }
    let shape = QualifiedName::new(schema, BY_NAME).sql();
    let attributes: Vec<String> = columns
        .iter()
        .map(|column| format!("{} {}", quote_ident(&column.name), column.type_sql))
        .collect();
    vec![
        Statement::new(label, format!("CREATE TYPE {shape} AS ({})", attributes.join(", "))),
        statement,
        Statement::new(label, format!("DROP TYPE {shape}")),
    ]
}

/// True when values may be changed or refused on the way.
pub(crate) fn narrows(from: &str, to: &str) -> bool {
    const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric"];
    let (from_base, to_base) = (base(from), base(to));
    let rank = |name: &str| NUMBERS.iter().position(|other| *other == name);
    if let (Some(a), Some(b)) = (rank(&from_base), rank(&to_base)) {
        return b < a || b == 3 && modifier(to).is_some() && modifier(from) != modifier(to);
    }
    match (from_base.as_str(), to_base.as_str()) {
        ("character varying" | "character", "text" | "character varying") => {
            modifier(to).is_some_and(|to| modifier(from).is_none_or(|from| to.0 < from.0))
        }
        (_, "text")
        | ("date", "timestamp without time zone" | "timestamp with time zone")
        | ("real", "double precision") => false,
        ("json", "jsonb") => false,
        _ => true,
    }
}

/// A type without its modifier.
fn base(name: &str) -> String {
    match (name.find('('), name.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!(
                "{}{}",
                name.get(..open).unwrap_or_default(),
                name.get(close + 1..).unwrap_or_default()
            )
        }
        _ => name.to_owned(),
    }
}

/// The modifier: a length, or precision and scale.
fn modifier(name: &str) -> Option<(u32, u32)> {
    let inside = name.split_once('(')?.1.split_once(')')?.0;
    let mut parts = inside.split(',').map(|part| part.trim().parse().unwrap_or(0));
    Some((parts.next()?, parts.next().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignment_does_what_it_can_because_an_explicit_cast_would_cut_values_off() {
        assert_eq!(
            using("c", "character varying(80)", "character varying(10)", false),
            None
        );
        assert_eq!(using("c", "integer", "bigint", false), None);
        assert_eq!(using("c", "public.mood", "text", false), None);
        assert_eq!(
            using("c", "text", "integer", false).as_deref(),
            Some("c::text::integer")
        );
        assert_eq!(using("c", "boolean", "integer", false).as_deref(), Some("c::integer"));
    }

    #[test]
    fn a_longer_string_or_number_keeps_every_value() {
        assert!(!narrows("integer", "bigint"));
        assert!(!narrows("character varying(10)", "character varying(20)"));
        assert!(narrows("character varying(20)", "character varying(10)"));
        assert!(narrows("bigint", "integer"));
        assert!(!narrows("character varying(20)", "text"));
    }
}
