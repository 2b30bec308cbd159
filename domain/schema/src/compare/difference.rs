//! What differs, as values; and the one place where these become text.

use serde_json::Value;
use std::fmt;

/// One object that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The kind of object in words: `table`, `large object`.
    pub family: &'static str,
    /// Its name among those of its kind: `public.users`, `users_pkey on public.users`.
    pub name: String,
    /// The table or view that it is a part of; none for what stands by itself.
    pub part_of: Option<String>,
    /// How it differs.
    pub kind: DifferenceKind,
    /// For a changed object the properties that differ; empty otherwise.
    pub properties: Vec<Property>,
}

impl Difference {
    /// The object: `table public.users`.
    pub fn object(&self) -> String {
        format!("{} {}", self.family, self.name)
    }
}

/// How an object differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Expected, but not there.
    Missing,
    /// There, but not expected.
    Unexpected,
    /// There, but not the same.
    Changed,
}

/// One property in which an object differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Where it is in the object, from the outside in: `columns`, `email`, `not_null`.
    pub path: Vec<String>,
    /// How it differs.
    pub change: PropertyChange,
}

/// How a property differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyChange {
    /// It has another value; null is none.
    Value {
        /// What should be there.
        expected: Value,
        /// What is there.
        found: Value,
    },
    /// It is an element of a list that only one side has.
    Element(OnlyIn),
    /// It is a list of privileges, and only one side grants this one: `SELECT to app`.
    Privilege(String, OnlyIn),
    /// It is a list whose elements are in another order.
    Order,
}

/// The side that has something the other does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnlyIn {
    /// It should be there, and is not.
    Expected,
    /// It is there, and should not be.
    Found,
}

impl Property {
    /// What it is called: `columns.email.not_null`, `acl: SELECT to app`.
    pub fn name(&self) -> String {
        let path = self.path.join(".");
        match &self.change {
            PropertyChange::Privilege(privilege, _) => format!("{path}: {privilege}"),
            _ => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = self.object();
        match self.kind {
            DifferenceKind::Missing => write!(f, "{object} is missing"),
            DifferenceKind::Unexpected => write!(f, "{object} was not expected"),
            DifferenceKind::Changed => {
                let properties: Vec<String> = self.properties.iter().map(ToString::to_string).collect();
                write!(f, "{object} differs: {}", properties.join("; "))
            }
        }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match &self.change {
            PropertyChange::Value { expected, found } => {
                write!(
                    f,
                    "{name}: expected {}, found {}",
                    on_a_line(expected),
                    on_a_line(found)
                )
            }
            PropertyChange::Element(OnlyIn::Expected) | PropertyChange::Privilege(_, OnlyIn::Expected) => {
                write!(f, "{name} is missing")
            }
            PropertyChange::Element(OnlyIn::Found) | PropertyChange::Privilege(_, OnlyIn::Found) => {
                write!(f, "{name} was not expected")
            }
            PropertyChange::Order => write!(f, "{name} are in another order"),
        }
    }
}

/// A value on one line, at most about a hundred characters long.
pub fn on_a_line(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    if text.chars().count() > 100 {
        format!("{}…", text.chars().take(99).collect::<String>())
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(path: &[&str], change: PropertyChange) -> Property {
        Property {
            path: path.iter().map(|step| (*step).to_owned()).collect(),
            change,
        }
    }

    #[test]
    fn a_difference_says_every_property_on_one_line() {
        let changed = Difference {
            family: "table",
            name: "public.users".to_owned(),
            part_of: None,
            kind: DifferenceKind::Changed,
            properties: vec![
                property(
                    &["comment"],
                    PropertyChange::Value {
                        expected: "a;\n  b".into(),
                        found: Value::Null,
                    },
                ),
                property(&["columns", "email"], PropertyChange::Element(OnlyIn::Expected)),
                property(
                    &["acl"],
                    PropertyChange::Privilege("SELECT to app".to_owned(), OnlyIn::Found),
                ),
                property(&["columns"], PropertyChange::Order),
            ],
        };
        assert_eq!(
            changed.to_string(),
            "table public.users differs: comment: expected a; b, found none; columns.email is missing; \
             acl: SELECT to app was not expected; columns are in another order"
        );
    }
}
