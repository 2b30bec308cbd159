//! The properties of one object that differ, found by walking both sides' JSON.

use super::objects::{Family, Object};
use super::{Context, OnlyIn, Property, PropertyChange};
use crate::Grantable;
use crate::model::without_in;
use serde_json::{Map, Value};

/// What stands for a property that one side does not have.
static NONE: Value = Value::Null;

/// The properties in which two objects of one kind and name differ.
pub(super) fn differing(context: &Context, family: Family, expected: &Object, actual: &Object) -> Vec<Property> {
    let (expected, actual) = (&expected.value, &actual.value);
    let owner = |value: &Value| value.get("owner").and_then(Value::as_str).map(str::to_owned);
    let mut walk = Walk {
        context,
        family,
        owners: [owner(expected), owner(actual)].into_iter().flatten().collect(),
        path: Vec::new(),
        found: Vec::new(),
    };
    walk.values(expected, actual);
    walk.found
}

/// A walk over both sides of one object.
struct Walk<'a> {
    context: &'a Context<'a>,
    family: Family,
    /// The owners of both sides.
    owners: Vec<String>,
    /// Where the walk is.
    path: Vec<String>,
    found: Vec<Property>,
}

impl Walk<'_> {
    fn add(&mut self, change: PropertyChange) {
        self.found.push(Property {
            path: self.path.clone(),
            change,
        });
    }

    /// Walks what is one step further in.
    fn within(&mut self, step: &str, walk: impl FnOnce(&mut Self)) {
        self.path.push(step.to_owned());
        walk(self);
        self.path.pop();
    }

    fn values(&mut self, expected: &Value, actual: &Value) {
        match (expected, actual) {
            (Value::Object(wanted), Value::Object(found)) => self.objects(wanted, found),
            (Value::Array(wanted), Value::Array(found)) => {
                if let (Some(wanted), Some(found)) = (by_name(wanted), by_name(found)) {
                    self.lists(&wanted, &found);
                } else if wanted != found {
                    self.changed(expected, actual);
                }
            }
            (Value::String(wanted), Value::String(found))
                if self.family.label == "function"
                    && !self.context.same_major
                    && without_in(wanted) == without_in(found) => {}
            _ if expected != actual => self.changed(expected, actual),
            _ => {}
        }
    }

    fn changed(&mut self, expected: &Value, actual: &Value) {
        self.add(PropertyChange::Value {
            expected: expected.clone(),
            found: actual.clone(),
        });
    }

    fn objects(&mut self, wanted: &Map<String, Value>, found: &Map<String, Value>) {
        let others = found.keys().filter(|key| !wanted.contains_key(*key));
        for key in wanted.keys().chain(others) {
            let expected = wanted.get(key).unwrap_or(&NONE);
            let actual = found.get(key).unwrap_or(&NONE);
            if key == "acl" {
                self.within(key, |walk| walk.privileges(expected, actual));
            } else if !self.context.ignored(self.family, key, wanted) {
                self.within(key, |walk| walk.values(expected, actual));
            }
        }
    }

    fn lists(&mut self, wanted: &[(&str, &Value)], found: &[(&str, &Value)]) {
        for (name, value) in wanted {
            self.within(name, |walk| match named(found, name) {
                None => walk.add(PropertyChange::Element(OnlyIn::Expected)),
                Some(other) => walk.values(value, other),
            });
        }
        for (name, _) in found.iter().filter(|(name, _)| named(wanted, name).is_none()) {
            self.within(name, |walk| walk.add(PropertyChange::Element(OnlyIn::Found)));
        }
        let shared = |list: &[(&str, &Value)], other: &[(&str, &Value)]| -> Vec<String> {
            let shared = list.iter().filter(|(name, _)| named(other, name).is_some());
            shared.map(|(name, _)| (*name).to_owned()).collect()
        };
        if shared(wanted, found) != shared(found, wanted) {
            self.add(PropertyChange::Order);
        }
    }

    fn privileges(&mut self, expected: &Value, actual: &Value) {
        // Lists further in are those of columns.
        let on = match self.path.as_slice() {
            [_] => self.family.on,
            _ => Some(Grantable::Column),
        };
        let Some(on) = on else { return };
        let owners: Vec<&str> = self.owners.iter().map(String::as_str).collect();
        let allowed = |list: &Value| self.context.allowed(on, list, &owners);
        let (wanted, found) = (allowed(expected), allowed(actual));
        for grant in wanted.iter().filter(|grant| !found.contains(grant)) {
            self.add(PropertyChange::Privilege(grant.clone(), OnlyIn::Expected));
        }
        for grant in found.iter().filter(|grant| !wanted.contains(grant)) {
            self.add(PropertyChange::Privilege(grant.clone(), OnlyIn::Found));
        }
    }
}

impl Context<'_> {
    /// Properties that do not count.
    fn ignored(&self, family: Family, key: &str, expected: &Map<String, Value>) -> bool {
        match (family.label, key) {
            // A target that lacks a tablespace puts things elsewhere.
            (_, "owner" | "tablespace") => !self.options.owners,
            // Which of several equal indexes a foreign key rests on is the server's choice.
            ("extension", "version")
            | ("index", "valid" | "partitioned")
            | ("privileges", "initial")
            | ("constraint", "index") => true,
            ("sequence", "last_value" | "is_called") => !self.options.sequence_values,
            ("view", "query")
            | ("rule" | "statistics", "definition")
            | ("collation", "locale")
            | ("extension", "comment") => !self.same_major,
            ("function", "definition") => !self.same_major && expected.get("sql_body") == Some(&Value::Bool(true)),
            ("type", "multirange") => self.oldest < 14,
            _ => false,
        }
    }
}

/// The elements of a list by their `name`, if all have one.
fn by_name(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    list.iter()
        .map(|item| Some((item.get("name")?.as_str()?, item)))
        .collect()
}

fn named<'a>(list: &[(&str, &'a Value)], name: &str) -> Option<&'a Value> {
    list.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
}
