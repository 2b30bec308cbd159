//! Findings inside composite values: each attribute is looked at as a column of its own.

use super::{Guess, leaves};
use crate::copy::composite_parts;
use crate::facts::ColumnFacts;
use crate::spec::Attribute;
use std::collections::HashSet;

/// The paths of a column's attributes that seem personal, in the type's order.
pub(super) fn of(column: &ColumnFacts, samples: &[String]) -> Vec<(String, Guess)> {
    let siblings: HashSet<String> = column
        .attributes
        .iter()
        .map(|attribute| super::dictionary::tokens(&attribute.name).join("_"))
        .collect();
    let mut values = vec![Vec::new(); column.attributes.len()];
    for sample in samples {
        // A value that is of another form than its type is none to learn from.
        let parts = composite_parts(sample).filter(|parts| parts.len() == values.len());
        for (values, part) in values.iter_mut().zip(parts.into_iter().flatten()) {
            values.extend(part);
        }
    }
    let mut found = Vec::new();
    for (attribute, samples) in column.attributes.iter().zip(values) {
        let part = facts(column, attribute, samples);
        let path = leaves::child("$", &attribute.name);
        for (inner, guess) in super::look(&part, Some(&siblings)) {
            let base_type = guess.base_type.clone().or_else(|| {
                let document = inner.is_some();
                Some(if document {
                    "text".to_owned()
                } else {
                    part.base_type.clone()
                })
            });
            let path = match inner {
                None => path.clone(),
                Some(inner) => match inner.strip_prefix('$') {
                    Some(below) => format!("{path}{below}"),
                    // XML has paths of another form.
                    None => continue,
                },
            };
            found.push((path, Guess { base_type, ..guess }));
        }
    }
    found
}

/// An attribute as if it were a column of the same table.
fn facts(column: &ColumnFacts, attribute: &Attribute, samples: Vec<String>) -> ColumnFacts {
    ColumnFacts {
        schema: column.schema.clone(),
        table: column.table.clone(),
        column: attribute.name.clone(),
        base_type: attribute.base_type.clone(),
        builtin: !attribute.base_type.contains('.'),
        attributes: attribute.attributes.clone(),
        samples,
        ..ColumnFacts::default()
    }
}
