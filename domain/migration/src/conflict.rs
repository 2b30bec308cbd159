//! What two sides changed since they were the same.

use crate::comparison::{Change, Comparison, Difference, compare};
use nova_schema::Database;
use serde::Serialize;

/// An object that both sides changed, not alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The object.
    pub object: String,
    /// What the source did to it since.
    pub source: String,
    /// What the target did to it since.
    pub target: String,
    /// The properties in which they differ now.
    pub difference: Difference,
}

/// The conflicts between two sides that began as `base`, beside what only one of them changed.
pub fn conflicts(
    base: &Database,
    source: &Database,
    target: &Database,
    owners: bool,
) -> (Vec<Conflict>, Comparison, Comparison) {
    let (by_source, by_target) = (compare(source, base, owners), compare(target, base, owners));
    let now = compare(source, target, owners);
    let find = |comparison: &Comparison, object: &str| {
        comparison
            .differences
            .iter()
            .find(|difference| difference.object == object)
            .map(words)
    };
    let conflicts = now
        .differences
        .iter()
        .filter_map(|difference| {
            // A table that one side dropped is in conflict with every part that the other changed.
            let source = find(&by_source, &difference.object)?;
            let target = find(&by_target, &difference.object)?;
            Some(Conflict {
                object: difference.object.clone(),
                source,
                target,
                difference: difference.clone(),
            })
        })
        .collect();
    (conflicts, by_source, by_target)
}

fn words(difference: &Difference) -> String {
    match difference.change {
        Change::OnlyInSource => "created it".to_owned(),
        Change::OnlyInTarget => "dropped it".to_owned(),
        Change::Different => {
            let properties: Vec<&str> = difference
                .properties
                .iter()
                .map(|property| property.property.as_str())
                .collect();
            format!("changed {}", properties.join(", "))
        }
    }
}
