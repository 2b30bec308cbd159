//! Where two databases differ: structurally, object by object, property by property.
//!
//! Privileges are compared by what they allow, not by how the catalog stores them. Between different major versions the
//! texts that servers are known to render differently (queries of views, parsed SQL bodies) are not compared; the
//! columns they yield are.
//!
//! | module | holds |
//! |---|---|
//! | `difference` | what differs, as values, and as text |
//! | `objects` | a database as a list of objects |
//! | `properties` | the properties of one object that differ |
//! | `privileges` | what lists of privileges allow |

mod difference;
mod objects;
mod privileges;
mod properties;

pub use difference::{Difference, DifferenceKind, OnlyIn, Property, PropertyChange, on_a_line};

use crate::Database;
use objects::objects;

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

/// What decides whether two values count as equal.
struct Context<'a> {
    options: &'a Options,
    oldest: u32,
    same_major: bool,
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
        let found = actual.remove(&(family, name.clone()));
        let properties = found
            .as_ref()
            .map(|found| properties::differing(&context, family, &wanted, found))
            .unwrap_or_default();
        let kind = match found {
            None => DifferenceKind::Missing,
            Some(_) if properties.is_empty() => continue,
            Some(_) => DifferenceKind::Changed,
        };
        out.push(Difference {
            family: family.label,
            name,
            part_of: wanted.part_of,
            kind,
            properties,
        });
    }
    out.extend(actual.into_iter().map(|((family, name), found)| Difference {
        family: family.label,
        name,
        part_of: found.part_of,
        kind: DifferenceKind::Unexpected,
        properties: Vec::new(),
    }));
    out.sort_by_cached_key(|difference| (difference.object(), difference.kind));
    out
}
