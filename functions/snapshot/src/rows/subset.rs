//! Where a subset begins: a share of every table, or the rows of a query and what belongs to them.

use super::{Chooser, Direction, Sets, Wanted, check_memory, relation, sets::Pending};
use nova_anonymization::rules::{Subset, TableRule};
use nova_clone::rows::{Unit, share};
use nova_errors::{Code, Failure};
use nova_postgres::{Asked, RowId, Sample};

/// Tables of more rows than this by the statistics are not counted.
const COUNTED: u64 = 1_000_000;

/// Rows out of which an exact number is drawn; of more a share is taken, which is as good.
const EXACT: u64 = 200_000;

/// What is to happen to one unit's rows.
enum Begins<'a> {
    /// As the subset of all tables says.
    AsAll,
    /// All of them travel.
    Whole,
    /// With a subset of its own.
    With(&'a Subset),
}

/// The rows a copy begins with, without what they reference.
pub(super) async fn chosen(chooser: &Chooser<'_>, wanted: &Wanted, left_out: &Sets) -> Result<Sets, Failure> {
    let begins = begins(chooser, &wanted.rules.tables);
    let of_all = wanted.subset.as_ref().or(wanted.rules.subset.as_ref());
    let own = begins.iter().any(|begins| matches!(begins, Begins::With(_)));
    match of_all {
        Some(Subset::Share { .. }) => shares(chooser, of_all.and_then(Subset::fraction), &begins, left_out).await,
        Some(Subset::Query(query)) => seeds(chooser, Some(query), &begins, left_out).await,
        None if own => seeds(chooser, None, &begins, left_out).await,
        None => {
            let mut sets = chooser.sets();
            (0..chooser.graph.leaves.len()).for_each(|leaf| sets.take_whole(leaf));
            Ok(sets)
        }
    }
}

/// What rules say of each unit; the last one that covers it counts.
fn begins<'a>(chooser: &Chooser<'_>, rules: &'a [TableRule]) -> Vec<Begins<'a>> {
    let units = chooser.graph.units.iter();
    units
        .map(|unit| {
            let name = &unit.relation.name;
            let rule = rules
                .iter()
                .rfind(|rule| nova_anonymization::rules::covers_table(&rule.table, &name.schema, &name.name));
            match rule {
                Some(rule) if rule.keeps_all() => Begins::Whole,
                Some(TableRule {
                    subset: Some(subset), ..
                }) => Begins::With(subset),
                _ => Begins::AsAll,
            }
        })
        .collect()
}

/// A share of every table: what belongs to somebody follows him.
async fn shares(
    chooser: &Chooser<'_>,
    fraction: Option<f64>,
    begins: &[Begins<'_>],
    left_out: &Sets,
) -> Result<Sets, Failure> {
    let fraction = fraction.unwrap_or(1.0);
    let mut counts = Vec::with_capacity(chooser.graph.units.len());
    for unit in &chooser.graph.units {
        counts.push(count(chooser, unit).await?);
    }
    // Whole tables own nothing: all rows would follow.
    let owning: Vec<u64> = counts
        .iter()
        .zip(begins)
        .map(|(count, begins)| if matches!(begins, Begins::Whole) { 0 } else { *count })
        .collect();
    let owners = share::owners(chooser.graph, &owning, fraction);
    let mut sets = chooser.sets();
    for number in share::order(chooser.graph, &owners) {
        let (Some(unit), Some(begins)) = (chooser.graph.units.get(number), begins.get(number)) else {
            continue;
        };
        let rows = counts.get(number).copied().unwrap_or(0);
        let owner = owners.get(number).copied().flatten();
        match begins {
            Begins::Whole => take_whole(unit, &mut sets),
            Begins::With(subset) => begin(chooser, unit, subset, rows, left_out, &mut sets).await?,
            Begins::AsAll if fraction >= 1.0 => take_whole(unit, &mut sets),
            Begins::AsAll => {
                if let Some(owner) = owner {
                    owned(chooser, owner, fraction, left_out, &mut sets).await?;
                }
                if (sets.count(&unit.relation.leaves) as f64) < fraction * rows as f64 / 2.0 || owner.is_none() {
                    sampled(chooser, unit, fraction, rows, left_out, &mut sets).await?;
                }
            }
        }
        check_memory(&sets)?;
    }
    Ok(sets)
}

/// The rows that a unit's owner brings along, and a share of those that have none.
async fn owned(
    chooser: &Chooser<'_>,
    owner: usize,
    fraction: f64,
    left_out: &Sets,
    sets: &mut Sets,
) -> Result<(), Failure> {
    let Some(reference) = chooser.graph.references.get(owner) else {
        return Ok(());
    };
    for leaf in &reference.to.leaves {
        let rows = Pending {
            all: sets.is_whole(*leaf),
            rows: sets.rows(*leaf).cloned().unwrap_or_default(),
        };
        if !rows.is_empty() {
            chooser
                .neighbours(reference, Direction::Referencing, *leaf, &rows, |row| {
                    admit(chooser, row, left_out, sets);
                })
                .await?;
        }
    }
    if !reference.mandatory {
        let key = chooser
            .graph
            .units
            .get(reference.from.unit)
            .map(|unit| unit.key.clone());
        let asked = Asked {
            key: key.as_deref().unwrap_or_default(),
            sample: Some(Sample::Share(fraction)),
            null_in: &reference.columns,
            ..Asked::default()
        };
        take(chooser, relation(&reference.from), &asked, left_out, sets).await?;
    }
    Ok(())
}

/// A share of a unit's rows by the hash of their keys, at least one.
async fn sampled(
    chooser: &Chooser<'_>,
    unit: &Unit,
    fraction: f64,
    rows: u64,
    left_out: &Sets,
    sets: &mut Sets,
) -> Result<(), Failure> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of rows"
    )]
    let sample = if rows <= EXACT {
        Sample::Rows((fraction * rows as f64).ceil() as u64)
    } else {
        Sample::Share(fraction)
    };
    let asked = Asked {
        key: &unit.key,
        sample: Some(sample),
        ..Asked::default()
    };
    take(chooser, relation(&unit.relation), &asked, left_out, sets).await
}

/// The rows of queries, everything that belongs to them, and all of the tables that have nothing to do with them.
async fn seeds(
    chooser: &Chooser<'_>,
    query: Option<&str>,
    begins: &[Begins<'_>],
    left_out: &Sets,
) -> Result<Sets, Failure> {
    let mut sets = chooser.sets();
    let mut first = Vec::new();
    if let Some(query) = query {
        first.extend(queried(chooser, query, None, left_out, &mut sets).await?);
    }
    for (number, (unit, begins)) in chooser.graph.units.iter().zip(begins).enumerate() {
        if let Begins::With(subset) = begins {
            let rows = count(chooser, unit).await?;
            begin(chooser, unit, subset, rows, left_out, &mut sets).await?;
            first.push(number);
        }
    }
    let pending = sets.pending();
    chooser
        .follow(Direction::Referencing, &mut sets, pending, |leaf, place| {
            !left_out.contains(leaf, place)
        })
        .await?;
    let connected = chooser.graph.connected(&first);
    for (number, (unit, begins)) in chooser.graph.units.iter().zip(begins).enumerate() {
        let apart = !connected.get(number).copied().unwrap_or(false);
        if matches!(begins, Begins::Whole) || apart {
            take_whole(unit, &mut sets);
        }
    }
    Ok(sets)
}

/// The rows of a unit's own subset.
async fn begin(
    chooser: &Chooser<'_>,
    unit: &Unit,
    subset: &Subset,
    rows: u64,
    left_out: &Sets,
    sets: &mut Sets,
) -> Result<(), Failure> {
    if let Subset::Query(query) = subset {
        return queried(chooser, query, Some(unit), left_out, sets).await.map(drop);
    }
    let fraction = subset.fraction().unwrap_or(1.0);
    sampled(chooser, unit, fraction, rows, left_out, sets).await
}

/// The rows whose keys a query gives, in every unit whose key is in its result, or in the one that is named; and which
/// units those are.
async fn queried(
    chooser: &Chooser<'_>,
    query: &str,
    only: Option<&Unit>,
    left_out: &Sets,
    sets: &mut Sets,
) -> Result<Vec<usize>, Failure> {
    let columns = chooser.source.result_columns(query).await?;
    let mut units = Vec::new();
    for (number, unit) in chooser.graph.units.iter().enumerate() {
        if unit.key.is_empty() || only.is_some_and(|only| only != unit) {
            continue;
        }
        let of_unit = |oid: &u32| {
            let name = chooser.names.get(oid);
            let leaf = chooser
                .leaves
                .get(oid)
                .is_some_and(|leaf| unit.relation.leaves.contains(leaf));
            leaf || name == Some(&unit.relation.name)
        };
        let place = |wanted: &String| {
            columns
                .iter()
                .position(|column| matches!(column, Some((oid, name)) if of_unit(oid) && name == wanted))
        };
        let Some(places) = unit.key.iter().map(place).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let from = relation(&unit.relation);
        let found = chooser
            .source
            .rows_of_query(from, &unit.key, query, &places, columns.len())
            .await?;
        for row in found {
            admit(chooser, row, left_out, sets);
        }
        units.push(number);
    }
    if units.is_empty() {
        let of = only.map_or_else(
            || "of any table whose rows are copied".to_owned(),
            |unit| format!("of {}", unit.relation.name.readable()),
        );
        let cause = format!("the query of the subset does not give the primary key {of}");
        return Err(Failure::new(Code::BAD_ARGUMENT, cause)
            .with_remedy("Name the key's columns as they are in the table: SELECT id FROM customers WHERE …"));
    }
    check_memory(sets)?;
    Ok(units)
}

async fn take(
    chooser: &Chooser<'_>,
    from: nova_postgres::Relation<'_>,
    asked: &Asked<'_>,
    left_out: &Sets,
    sets: &mut Sets,
) -> Result<(), Failure> {
    let rows = chooser.source.rows(from, asked).await?;
    rows.for_each(|_, [row]: [RowId; 1]| {
        admit(chooser, row, left_out, sets);
        Ok(())
    })
    .await
}

fn admit(chooser: &Chooser<'_>, row: RowId, left_out: &Sets, sets: &mut Sets) {
    if let Some(leaf) = chooser.leaf(row)
        && !left_out.contains(leaf, row.place)
    {
        sets.insert(leaf, row.place);
    }
}

fn take_whole(unit: &Unit, sets: &mut Sets) {
    for leaf in &unit.relation.leaves {
        sets.take_whole(*leaf);
    }
}

async fn count(chooser: &Chooser<'_>, unit: &Unit) -> Result<u64, Failure> {
    let estimate: u64 = unit
        .relation
        .leaves
        .iter()
        .filter_map(|leaf| chooser.estimates.get(*leaf))
        .sum();
    if estimate > COUNTED {
        return Ok(estimate);
    }
    chooser.source.count_rows(relation(&unit.relation)).await
}
