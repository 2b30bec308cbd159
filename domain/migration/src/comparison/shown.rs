//! The properties of a difference as people read them: both sides as text, types once, definitions whole.

use super::Property;
use nova_schema::compare::{self, OnlyIn, PropertyChange, on_a_line};
use nova_schema::{Database, Table};
use std::collections::{BTreeMap, BTreeSet};

/// What stands for a side that has something of which nothing else is to be said.
const THERE: &str = "there";

/// What is shown whole, by the names that differences call it; the source's first, then the target's.
pub(super) struct Texts<'a> {
    /// Definitions of routines and queries of views.
    definitions: [BTreeMap<(&'static str, String), &'a str>; 2],
    tables: [BTreeMap<String, &'a Table>; 2],
}

impl<'a> Texts<'a> {
    pub(super) fn new(source: &'a Database, target: &'a Database) -> Self {
        let definitions = |side: &'a Database| {
            let routines = side
                .functions
                .iter()
                .map(|item| (("function", item.readable()), item.definition.as_str()));
            let views = side
                .views
                .iter()
                .map(|item| (("view", item.name.readable()), item.query.as_str()));
            routines.chain(views).collect()
        };
        let tables = |side: &'a Database| side.tables.iter().map(|item| (item.name.readable(), item)).collect();
        Self {
            definitions: [definitions(source), definitions(target)],
            tables: [tables(source), tables(target)],
        }
    }

    /// A property of a difference, its type under the name `type`.
    pub(super) fn shown(&self, difference: &compare::Difference, property: &compare::Property) -> Property {
        let mut name = property.name();
        if written_type(property).is_some() {
            name.truncate(name.len() - "_sql".len());
        }
        let (source, target) = self.whole(difference, property).unwrap_or_else(|| sides(property));
        if property.change == PropertyChange::Order {
            name.push_str(" order");
        }
        Property {
            property: name,
            source,
            target,
        }
    }

    /// Both sides of what is shown whole: definitions of routines, queries of views, columns that only one side has.
    fn whole(
        &self,
        difference: &compare::Difference,
        property: &compare::Property,
    ) -> Option<(Option<String>, Option<String>)> {
        let path: Vec<&str> = property.path.iter().map(String::as_str).collect();
        let [source, target] = match (difference.family, path.as_slice(), &property.change) {
            ("function", ["definition"], _) | ("view", ["query"], _) => {
                let key = (difference.family, difference.name.clone());
                let texts = self.definitions.each_ref();
                texts.map(|side| side.get(&key).map(|text| (*text).to_owned()))
            }
            ("table", ["columns", column], PropertyChange::Element(_)) => {
                let tables = self.tables.each_ref();
                tables.map(|side| declared(side.get(&difference.name)?, column))
            }
            _ => return None,
        };
        (source.is_some() || target.is_some()).then_some((source, target))
    }
}

/// A column as its table declares it, without its name.
fn declared(table: &Table, column: &str) -> Option<String> {
    let column = table.column(column)?;
    let not_null = if column.not_null { " NOT NULL" } else { "" };
    let default = column.default.as_ref().map(|value| format!(" DEFAULT {value}"));
    Some(format!("{}{not_null}{}", column.type_sql, default.unwrap_or_default()))
}

/// Both sides of a property; none for one that has no such thing.
fn sides(property: &compare::Property) -> (Option<String>, Option<String>) {
    let there = || Some(THERE.to_owned());
    match &property.change {
        PropertyChange::Value { expected, found } => (Some(on_a_line(expected)), Some(on_a_line(found))),
        PropertyChange::Element(OnlyIn::Expected) | PropertyChange::Privilege(_, OnlyIn::Expected) => (there(), None),
        PropertyChange::Element(OnlyIn::Found) | PropertyChange::Privilege(_, OnlyIn::Found) => (None, there()),
        PropertyChange::Order => (None, None),
    }
}

/// The path to what has this type, where the property is a type as SQL writes it.
fn written_type(property: &compare::Property) -> Option<&[String]> {
    match (property.path.as_slice(), &property.change) {
        ([owner @ .., last], PropertyChange::Value { .. }) if !owner.is_empty() && last == "type_sql" => Some(owner),
        _ => None,
    }
}

/// A column's type is said once, as SQL writes it; the model knows it in parts besides.
pub(super) fn types_once(properties: &mut Vec<compare::Property>) {
    let written: BTreeSet<Vec<String>> = properties
        .iter()
        .filter_map(written_type)
        .map(<[String]>::to_vec)
        .collect();
    let is_part = |property: &compare::Property| match property.path.as_slice() {
        [owner @ .., last] if last == "base_type" || last == "type_kind" => written.contains(owner),
        [owner @ .., name, _] if name == "type_name" => written.contains(owner),
        _ => false,
    };
    properties.retain(|property| !is_part(property));
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_schema::compare::DifferenceKind;
    use nova_schema::{Function, FunctionKind, QualifiedName};

    fn value(path: &[&str], expected: &str, found: &str) -> compare::Property {
        compare::Property {
            path: path.iter().map(|step| (*step).to_owned()).collect(),
            change: PropertyChange::Value {
                expected: expected.into(),
                found: found.into(),
            },
        }
    }

    fn shown(properties: Vec<compare::Property>) -> Vec<Property> {
        let difference = compare::Difference {
            family: "table",
            name: "public.users".to_owned(),
            part_of: None,
            kind: DifferenceKind::Changed,
            properties,
        };
        let (source, target) = (Database::default(), Database::default());
        let texts = Texts::new(&source, &target);
        let shown = |property| texts.shown(&difference, property);
        difference.properties.iter().map(shown).collect()
    }

    #[test]
    fn values_may_hold_what_separates_properties() {
        let found = shown(vec![value(
            &["comment"],
            "a; b is missing",
            "is: expected c, found d; columns are in another order",
        )]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].source.as_deref(), Some("a; b is missing"));
        let target = "is: expected c, found d; columns are in another order";
        assert_eq!(found[0].target.as_deref(), Some(target));
    }

    #[test]
    fn a_type_that_differs_is_said_once() {
        let mut found = vec![
            value(&["columns", "a", "base_type"], "int8", "int4"),
            value(&["columns", "a", "type_name", "name"], "int8", "int4"),
            value(&["columns", "a", "type_sql"], "bigint", "integer"),
            value(&["columns", "b", "base_type"], "int8", "int4"),
        ];
        types_once(&mut found);
        let shown = shown(found);
        let names: Vec<&str> = shown.iter().map(|property| property.property.as_str()).collect();
        assert_eq!(names, ["columns.a.type", "columns.b.base_type"]);
    }

    #[test]
    fn a_definition_is_shown_whole_also_of_a_procedure_with_arguments() {
        let side = |arguments: &str, body: &str| Database {
            functions: vec![Function {
                name: QualifiedName::new("public", "close_bill"),
                arguments: arguments.to_owned(),
                kind: FunctionKind::Procedure,
                definition: format!("CREATE OR REPLACE PROCEDURE public.close_bill() AS '{body}'"),
                language: "sql".to_owned(),
                sql_body: false,
                out_arguments: false,
                owner: "app".to_owned(),
                acl: None,
                comment: None,
            }],
            ..Database::default()
        };
        // Servers from 14 on write the mode of a procedure's arguments, older ones do not.
        let (long, longer) = ("x".repeat(200), "y".repeat(300));
        let (source, target) = (side("IN bill bigint", &long), side("bill bigint", &longer));
        let found = compare::compare(&source, &target, &compare::Options::default());
        let definition = found[0]
            .properties
            .iter()
            .find(|property| property.path == ["definition"]);
        let shown = Texts::new(&source, &target).shown(&found[0], definition.unwrap());
        assert!(shown.source.unwrap().contains(&long));
        assert!(shown.target.unwrap().contains(&longer));
    }
}
