//! A share of every table: which row a row belongs to.
//!
//! Sampling every table by itself tears apart what belongs together: a tenth of the orders references most customers. So
//! rows of a table follow the rows of one table that it references, its owner, and only tables without an owner are
//! sampled.

use super::Graph;

/// An owner has at least so many rows in the sample: with fewer, chance would decide how large the copy is.
const SAMPLED: f64 = 5.0;

/// From so many rows on a table is no list of a few kinds, whatever references it.
const NO_LIST: u64 = 1000;

/// A smaller table with more references than this to each of its rows is taken for a list of kinds: countries, states.
const OF_A_KIND: u64 = 100;

/// The reference (by position) to each unit's owner, when it has one. `rows` counts the rows of every unit, `fraction` of
/// which are wanted. Nothing belongs to itself, over however many tables.
pub fn owners(graph: &Graph, rows: &[u64], fraction: f64) -> Vec<Option<usize>> {
    let count = |unit: usize| rows.get(unit).copied().unwrap_or(0);
    let mut candidates: Vec<usize> = (0..graph.references.len())
        .filter(|number| {
            graph.references.get(*number).is_some_and(|reference| {
                let (from, to) = (reference.from.unit, reference.to.unit);
                let owner = count(to);
                from != to
                    && owner as f64 * fraction >= SAMPLED
                    && (owner >= NO_LIST || count(from) <= owner.saturating_mul(OF_A_KIND))
                    // A reference of one partition says nothing about the others.
                    && graph.units.get(from).is_some_and(|unit| unit.relation.leaves == reference.from.leaves)
            })
        })
        .collect();
    // The best come first: those that every row has, then those to the largest table, then the declared ones.
    candidates.sort_by_key(|number| {
        graph.references.get(*number).map(|reference| {
            (
                !reference.mandatory,
                std::cmp::Reverse(count(reference.to.unit)),
                !reference.constraint,
                *number,
            )
        })
    });
    let mut owners: Vec<Option<usize>> = vec![None; graph.units.len()];
    for number in candidates {
        let Some(reference) = graph.references.get(number) else {
            continue;
        };
        let mut current = Some(reference.to.unit);
        while let Some(unit) = current.filter(|unit| *unit != reference.from.unit) {
            current = owner(graph, &owners, unit);
        }
        let cycle = current.is_some();
        if let Some(slot) = owners
            .get_mut(reference.from.unit)
            .filter(|slot| slot.is_none() && !cycle)
        {
            *slot = Some(number);
        }
    }
    owners
}

fn owner(graph: &Graph, owners: &[Option<usize>], unit: usize) -> Option<usize> {
    let reference = owners.get(unit).copied().flatten()?;
    graph.references.get(reference).map(|reference| reference.to.unit)
}

/// Positions of the units, owners before what belongs to them.
pub fn order(graph: &Graph, owners: &[Option<usize>]) -> Vec<usize> {
    let depth = |unit: usize| {
        let mut depth = 0_usize;
        let mut current = unit;
        while let Some(owner) = owner(graph, owners, current) {
            depth += 1;
            current = owner;
        }
        depth
    };
    let mut order: Vec<usize> = (0..graph.units.len()).collect();
    order.sort_by_key(|unit| (depth(*unit), *unit));
    order
}

#[cfg(test)]
mod tests {
    use super::super::{Leaf, Reference, Relation, Unit};
    use super::*;
    use nova_schema::QualifiedName;

    fn graph(names: &[&str], references: &[(usize, usize, bool)]) -> Graph {
        let relation = |unit: usize| Relation {
            name: QualifiedName::new("public", names[unit]),
            partitioned: false,
            unit,
            leaves: vec![unit],
        };
        let (mut leaves, mut units) = (Vec::new(), Vec::new());
        for unit in 0..names.len() {
            let relation = relation(unit);
            leaves.push(Leaf {
                name: relation.name.clone(),
                unit,
            });
            units.push(Unit {
                relation,
                key: Vec::new(),
            });
        }
        let reference = |(from, to, mandatory): &(usize, usize, bool)| Reference {
            name: format!("{from}-{to}"),
            constraint: true,
            from: relation(*from),
            columns: Vec::new(),
            to: relation(*to),
            referenced_columns: Vec::new(),
            mandatory: *mandatory,
            as_text: false,
        };
        Graph {
            leaves,
            units,
            references: references.iter().map(reference).collect(),
        }
    }

    #[test]
    fn orders_belong_to_customers_and_not_to_countries_or_coupons() {
        let names = ["countries", "coupons", "customers", "items", "orders", "products"];
        let graph = graph(
            &names,
            &[
                (2, 0, true),
                (4, 2, true),
                (4, 1, false),
                (3, 4, true),
                (3, 5, true),
                (2, 2, false),
            ],
        );
        let rows = [250, 50_000, 40_000, 900_000, 300_000, 10_000];
        let owners = owners(&graph, &rows, 0.1);
        assert_eq!(owners, [None, None, None, Some(3), Some(1), None]);
        let order = order(&graph, &owners);
        let at = |unit: usize| order.iter().position(|other| *other == unit).unwrap();
        assert!(at(2) < at(4) && at(4) < at(3));
        assert_eq!(
            super::owners(&graph, &[1, 1, 3, 9, 5, 2], 0.1),
            [None; 6],
            "too few to choose from"
        );
    }

    #[test]
    fn in_a_cycle_nothing_belongs_to_itself() {
        let graph = graph(&["a", "b", "c"], &[(0, 1, true), (1, 2, true), (2, 0, true)]);
        let owners = owners(&graph, &[1000, 1000, 1000], 0.5);
        assert_eq!(owners.iter().flatten().count(), 2);
        assert_eq!(order(&graph, &owners).len(), 3);
    }
}
