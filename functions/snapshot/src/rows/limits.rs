//! Rows that rules leave out, and what references them.

use super::{Chooser, Direction, Sets, check_memory, relation, sets::Pending};
use nova_anonymization::{
    RowCondition,
    rules::{Rows, TableRule},
};
use nova_clone::rows::Relation;
use nova_errors::{Code, Failure};
use nova_postgres::{Asked, RowId};
use std::borrow::Cow;

/// A rule, and the tables it is the last one to cover.
struct Ruled<'a> {
    rule: &'a TableRule,
    relation: Relation,
    leaves: Vec<usize>,
}

/// The rows that stay behind: those that a condition leaves out, then those beyond a limit, each time with all that
/// reference them.
pub(super) async fn left_out(chooser: &Chooser<'_>, rules: &[TableRule]) -> Result<Sets, Failure> {
    let mut out = chooser.sets();
    let ruled = ruled(chooser, rules);
    for ruled in ruled.iter().filter(|ruled| ruled.rule.when.is_some()) {
        unwanted(chooser, ruled, &mut out).await?;
    }
    let pending = out.pending();
    chooser
        .follow(Direction::Referencing, &mut out, pending, |_, _| true)
        .await?;
    for unit in chooser.graph.order() {
        for ruled in ruled.iter().filter(|ruled| ruled.relation.unit == unit) {
            if let Some(limit) = ruled.rule.limit {
                let pending = beyond(chooser, ruled, limit, &mut out).await?;
                chooser
                    .follow(Direction::Referencing, &mut out, pending, |_, _| true)
                    .await?;
            }
        }
    }
    Ok(out)
}

/// The rules and what they are about: of several that cover a table the last one counts.
fn ruled<'a>(chooser: &Chooser<'_>, rules: &'a [TableRule]) -> Vec<Ruled<'a>> {
    let mut taken = vec![false; chooser.graph.leaves.len()];
    let mut ruled = Vec::new();
    for rule in rules.iter().rev() {
        for relation in chooser.graph.covered(chooser.schema, &rule.table) {
            let mut leaves = relation.leaves.clone();
            leaves.retain(|leaf| !taken.get(*leaf).copied().unwrap_or(true));
            for leaf in &leaves {
                if let Some(taken) = taken.get_mut(*leaf) {
                    *taken = true;
                }
            }
            if !leaves.is_empty() {
                ruled.push(Ruled { rule, relation, leaves });
            }
        }
    }
    ruled
}

/// Adds the rows that a condition leaves out.
async fn unwanted(chooser: &Chooser<'_>, ruled: &Ruled<'_>, out: &mut Sets) -> Result<(), Failure> {
    let when = ruled.rule.when.as_deref().unwrap_or_default();
    let mut condition = RowCondition::compile(when)?;
    let columns = condition.columns().to_vec();
    let table = chooser.schema.table(&ruled.relation.name);
    let unknown = |column: &&String| table.is_none_or(|table| table.column(column).is_none());
    if let Some(column) = columns.iter().find(unknown) {
        let cause = format!(
            "the condition on the rows of {} names the column {column}, which is not there",
            ruled.relation.name.readable()
        );
        return Err(Failure::new(Code::UNKNOWN_COLUMN, cause));
    }
    let drops = ruled.rule.rows == Some(Rows::Drop);
    let asked = Asked {
        texts: &columns,
        ..Asked::default()
    };
    let rows = chooser.source.rows(relation(&ruled.relation), &asked).await?;
    rows.for_each(|texts, [row]: [RowId; 1]| {
        let Some(leaf) = chooser.leaf(row).filter(|leaf| ruled.leaves.contains(leaf)) else {
            return Ok(());
        };
        let values: Vec<Option<Cow<'_, str>>> = texts
            .iter()
            .map(|text| text.as_deref().map(String::from_utf8_lossy))
            .collect();
        let holds = condition.holds(&values).map_err(|reason| {
            let cause = format!("{}: {reason}", ruled.relation.name.readable());
            Failure::new(Code::VALUE_NOT_MASKED, cause)
        })?;
        if holds == drops {
            out.insert(leaf, row.place);
        }
        Ok(())
    })
    .await?;
    check_memory(out)
}

/// Adds the rows beyond a limit, of those that are not left out already, and gives them back.
async fn beyond(chooser: &Chooser<'_>, ruled: &Ruled<'_>, limit: u64, out: &mut Sets) -> Result<Vec<Pending>, Failure> {
    let mut pending = chooser.sets().pending();
    let key = chooser
        .graph
        .units
        .get(ruled.relation.unit)
        .map(|unit| unit.key.clone());
    let key = key.unwrap_or_default();
    let asked = Asked {
        key: &key,
        ordered: true,
        ..Asked::default()
    };
    let mut kept = 0;
    let rows = chooser.source.rows(relation(&ruled.relation), &asked).await?;
    rows.for_each(|_, [row]: [RowId; 1]| {
        let Some(leaf) = chooser.leaf(row).filter(|leaf| ruled.leaves.contains(leaf)) else {
            return Ok(());
        };
        if out.contains(leaf, row.place) {
            return Ok(());
        }
        if kept < limit {
            kept += 1;
            return Ok(());
        }
        out.insert(leaf, row.place);
        if let Some(pending) = pending.get_mut(leaf) {
            pending.rows.insert(row.place);
        }
        Ok(())
    })
    .await?;
    check_memory(out)?;
    Ok(pending)
}
