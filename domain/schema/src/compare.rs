//! Where two databases differ: structurally, object by object, property by property.
//!
//! Privileges are compared by what they allow, not by how the catalog stores them. Between different major versions the
//! texts that servers are known to render differently (queries of views, parsed SQL bodies) are not compared; the
//! columns they yield are.

use crate::{ConstraintKind, Database, Grant, Grantable, effective_grants};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// What to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Owners, and what owners may do with what is theirs.
    pub owners: bool,
    /// The values sequences stand at.
    pub sequence_values: bool,
}

impl Default for Options {
    /// Without owners, with sequence values: what a clone must have kept.
    fn default() -> Self {
        Self {
            owners: false,
            sequence_values: true,
        }
    }
}

/// One object that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The object: `table public.users`.
    pub object: String,
    /// How it differs.
    pub kind: DifferenceKind,
    /// For a changed object the properties that differ; empty otherwise.
    pub detail: String,
}

/// How an object differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// Expected, but not there.
    Missing,
    /// There, but not expected.
    Unexpected,
    /// There, but not the same.
    Changed,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            DifferenceKind::Missing => write!(f, "{} is missing", self.object),
            DifferenceKind::Unexpected => write!(f, "{} was not expected", self.object),
            DifferenceKind::Changed => write!(f, "{} differs: {}", self.object, self.detail),
        }
    }
}

/// Every difference between what was expected and what is there, sorted; empty when there is none.
pub fn compare(expected: &Database, actual: &Database, options: &Options) -> Vec<Difference> {
    let context = Context {
        options,
        oldest: expected.server_version.min(actual.server_version),
        same_major: expected.server_version == actual.server_version,
    };
    let expected = objects(expected, &context);
    let mut actual = objects(actual, &context);
    let mut out = Vec::new();
    for ((family, name), wanted) in expected {
        let object = format!("{} {name}", family.label);
        match actual.remove(&(family, name)) {
            None => out.push(Difference {
                object,
                kind: DifferenceKind::Missing,
                detail: String::new(),
            }),
            Some(found) => {
                let details = context.differences(family, &wanted, &found);
                if !details.is_empty() {
                    out.push(Difference {
                        object,
                        kind: DifferenceKind::Changed,
                        detail: details.join("; "),
                    });
                }
            }
        }
    }
    out.extend(actual.into_keys().map(|(family, name)| Difference {
        object: format!("{} {name}", family.label),
        kind: DifferenceKind::Unexpected,
        detail: String::new(),
    }));
    out.sort();
    out
}

/// A kind of objects: its word, and the kind of privileges on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Family {
    label: &'static str,
    on: Option<Grantable>,
}

/// All objects of a database as JSON, by family and name.
type Objects = BTreeMap<(Family, String), Value>;

fn objects(database: &Database, context: &Context) -> Objects {
    let mut all = Objects::new();
    add(&mut all, "schema", Some(Grantable::Schema), &database.schemas, |item| {
        item.name.clone()
    });
    add(&mut all, "extension", None, &database.extensions, |item| {
        item.name.clone()
    });
    add(&mut all, "collation", None, &database.collations, |item| {
        item.name.readable()
    });
    add(&mut all, "type", Some(Grantable::Type), &database.types, |item| {
        item.name.readable()
    });
    add(
        &mut all,
        "function",
        Some(Grantable::Function),
        &database.functions,
        |item| format!("{}({})", item.name.readable(), without_in(&item.arguments)),
    );
    for item in &database.scripted {
        add(
            &mut all,
            "object",
            item.grantable,
            [item],
            crate::ScriptedObject::reference,
        );
    }
    add(
        &mut all,
        "large object",
        Some(Grantable::LargeObject),
        &database.large_objects,
        |item| item.number.to_string(),
    );
    add(&mut all, "security label", None, &database.labels, |item| {
        format!("of {} on {}", item.provider, item.object)
    });
    add(
        &mut all,
        "dependence on extension",
        None,
        &database.extension_dependents,
        |item| format!("{} of {}", item.extension, item.object),
    );
    // Who may not grant on them leaves them as they came with their extension.
    for item in database.member_grants.iter().filter(|_| context.options.owners) {
        add(&mut all, "privileges", Some(item.on), [item], |item| {
            item.identity.clone()
        });
    }
    add(
        &mut all,
        "sequence",
        Some(Grantable::Sequence),
        &database.sequences,
        |item| item.name.readable(),
    );
    add(&mut all, "table", Some(Grantable::Table), &database.tables, |item| {
        item.name.readable()
    });
    add(&mut all, "view", Some(Grantable::Table), &database.views, |item| {
        item.name.readable()
    });
    let constraints = database
        .constraints
        .iter()
        .filter(|constraint| constraint.kind != ConstraintKind::NotNull || context.oldest >= 18);
    add(&mut all, "constraint", None, constraints, |item| {
        format!("{} on {}", item.name, item.table.readable())
    });
    let indexes = database.indexes.iter().filter(|index| !index.is_abandoned());
    add(&mut all, "index", None, indexes, |item| item.name.readable());
    add(&mut all, "statistics", None, &database.statistics, |item| {
        item.name.readable()
    });
    add(&mut all, "trigger", None, &database.triggers, |item| {
        format!("{} on {}", item.name, item.table.readable())
    });
    add(&mut all, "rule", None, &database.rules, |item| {
        format!("{} on {}", item.name, item.table.readable())
    });
    add(&mut all, "policy", None, &database.policies, |item| {
        format!("{} on {}", item.name, item.table.readable())
    });
    for item in &database.default_privileges {
        let schema = item
            .schema
            .as_ref()
            .map(|schema| format!(" in schema {schema}"))
            .unwrap_or_default();
        let name = format!("of {}{schema} on {:?}", item.role, item.on);
        add(&mut all, "default privileges", Some(item.on), [item], |_| name.clone());
    }
    add(
        &mut all,
        "setting",
        None,
        database.settings.iter().filter(|item| !item.blocks_writing()),
        |item| {
            let role = item.role.as_ref().map(|role| format!(" of {role}")).unwrap_or_default();
            format!("{}{role}", item.name)
        },
    );
    add(&mut all, "publication", None, &database.publications, |item| {
        item.name.clone()
    });
    all
}

fn add<'a, T: Serialize + 'a>(
    all: &mut Objects,
    label: &'static str,
    on: Option<Grantable>,
    items: impl IntoIterator<Item = &'a T>,
    name: impl Fn(&T) -> String,
) {
    for item in items {
        let value = serde_json::to_value(item).unwrap_or(Value::Null);
        all.insert((Family { label, on }, name(item)), value);
    }
}

/// What decides whether two values count as equal.
struct Context<'a> {
    options: &'a Options,
    oldest: u32,
    same_major: bool,
}

impl Context<'_> {
    fn differences(&self, family: Family, expected: &Value, actual: &Value) -> Vec<String> {
        let mut out = Vec::new();
        let owner = |value: &Value| value.get("owner").and_then(Value::as_str).map(str::to_owned);
        let owners: Vec<String> = [owner(expected), owner(actual)].into_iter().flatten().collect();
        let pair = Pair { family, owners };
        self.walk(&pair, "", expected, actual, &mut out);
        out
    }

    fn walk(&self, pair: &Pair, path: &str, expected: &Value, actual: &Value, out: &mut Vec<String>) {
        match (expected, actual) {
            (Value::Object(wanted), Value::Object(found)) => {
                for key in wanted
                    .keys()
                    .chain(found.keys().filter(|key| !wanted.contains_key(*key)))
                {
                    let inner = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    let side = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or(Value::Null);
                    if key == "acl" {
                        self.privileges(pair, &inner, &side(wanted), &side(found), out);
                    } else if !self.ignored(pair.family, key, wanted) {
                        self.walk(pair, &inner, &side(wanted), &side(found), out);
                    }
                }
            }
            (Value::Array(wanted), Value::Array(found)) => {
                if let (Some(wanted), Some(found)) = (by_name(wanted), by_name(found)) {
                    self.lists(pair, path, &wanted, &found, out);
                } else if wanted != found {
                    out.push(changed(path, expected, actual));
                }
            }
            (Value::String(wanted), Value::String(found))
                if pair.family.label == "function" && !self.same_major && without_in(wanted) == without_in(found) => {}
            _ if expected != actual => out.push(changed(path, expected, actual)),
            _ => {}
        }
    }

    fn lists(
        &self,
        pair: &Pair,
        path: &str,
        wanted: &[(&str, &Value)],
        found: &[(&str, &Value)],
        out: &mut Vec<String>,
    ) {
        let get = |list: &[(&str, &Value)], name: &str| {
            list.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).clone())
        };
        for (name, value) in wanted {
            match get(found, name) {
                None => out.push(format!("{path}.{name} is missing")),
                Some(other) => self.walk(pair, &format!("{path}.{name}"), value, &other, out),
            }
        }
        for (name, _) in found.iter().filter(|(name, _)| get(wanted, name).is_none()) {
            out.push(format!("{path}.{name} was not expected"));
        }
        let order = |list: &[(&str, &Value)], other: &[(&str, &Value)]| -> Vec<String> {
            let shared = list.iter().filter(|(name, _)| get(other, name).is_some());
            shared.map(|(name, _)| (*name).to_owned()).collect()
        };
        if order(wanted, found) != order(found, wanted) {
            out.push(format!("{path} are in another order"));
        }
    }

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

    fn privileges(&self, pair: &Pair, path: &str, expected: &Value, actual: &Value, out: &mut Vec<String>) {
        let on = if path == "acl" {
            pair.family.on
        } else {
            Some(Grantable::Column)
        };
        let Some(on) = on else { return };
        let read = |value: &Value| serde_json::from_value::<Option<Vec<Grant>>>(value.clone()).unwrap_or_default();
        let (wanted, found) = (read(expected), read(actual));
        let owners: Vec<&str> = pair.owners.iter().map(String::as_str).collect();
        let allowed = |grants: &Option<Vec<Grant>>| -> Vec<String> {
            let owners_options = |grants: &Option<Vec<Grant>>, ignored: &[&str]| -> Vec<String> {
                // That an owner may grant goes without saying; where it was said, dumps say it again.
                let said = grants.iter().flatten().filter(|grant| {
                    let role = grant.grantee.as_deref();
                    self.options.owners && grant.grantable && role.is_some_and(|role| ignored.contains(&role))
                });
                said.map(|grant| format!("{} to the owner with grant option", grant.privilege))
                    .collect()
            };
            let ignored: &[&str] = match grants {
                Some(grants) if self.options.owners && !owner_as_usual(on, grants, &owners) => &[],
                _ => &owners,
            };
            effective_grants(on, grants.as_deref(), ignored)
                .into_iter()
                .filter(|(_, privilege, _)| *privilege != "MAINTAIN" || self.oldest >= 17)
                .map(|(grantee, privilege, grantable)| {
                    let option = if grantable { " with grant option" } else { "" };
                    format!("{privilege} to {}{option}", grantee.unwrap_or("PUBLIC"))
                })
                .chain(owners_options(grants, ignored))
                .collect()
        };
        let (wanted, found) = (allowed(&wanted), allowed(&found));
        let missing: Vec<_> = wanted
            .iter()
            .filter(|grant| !found.contains(grant))
            .map(|grant| format!("{path}: {grant} is missing"))
            .collect();
        let unexpected = found
            .iter()
            .filter(|grant| !wanted.contains(grant))
            .map(|grant| format!("{path}: {grant} was not expected"));
        out.extend(missing.into_iter().chain(unexpected));
    }
}

/// The two objects at hand: their kind and owners.
struct Pair {
    family: Family,
    owners: Vec<String>,
}

/// The owner holds what an owner holds when nothing was ever revoked.
fn owner_as_usual(on: Grantable, grants: &[Grant], owners: &[&str]) -> bool {
    on.owner_default().iter().all(|privilege| {
        grants.iter().any(|grant| {
            grant.privilege == *privilege && grant.grantee.as_deref().is_some_and(|role| owners.contains(&role))
        })
    })
}

/// Arguments without the `IN` that servers from 14 on write for procedures.
fn without_in(arguments: &str) -> String {
    let rest = arguments.strip_prefix("IN ").unwrap_or(arguments);
    rest.replace("(IN ", "(").replace(", IN ", ", ")
}

/// The elements of a list by their `name`, if all have one.
fn by_name(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    list.iter()
        .map(|item| Some((item.get("name")?.as_str()?, item)))
        .collect()
}

fn changed(path: &str, expected: &Value, actual: &Value) -> String {
    format!("{path}: expected {}, found {}", short(expected), short(actual))
}

/// A value on one line, at most about a hundred characters long.
fn short(value: &Value) -> String {
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
