//! What goes on one side and comes on the other, alike enough to be a rename. Only proposed, never done by itself: a
//! wrong guess would carry values to where they do not belong.

use nova_schema::{Database, Table};
use serde::Serialize;

/// A drop and a creation that look like a rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rename {
    /// `table` or `column`.
    pub kind: &'static str,
    /// What the target has: `public.users` or `public.users.mail`.
    pub from: String,
    /// What the source has.
    pub to: String,
    /// Why it looks like one.
    pub evidence: String,
}

/// Proposals for making `old` like `new`, in the order of names.
pub fn renames(old: &Database, new: &Database) -> Vec<Rename> {
    let mut out = Vec::new();
    let gone: Vec<&Table> = old
        .tables
        .iter()
        .filter(|table| new.table(&table.name).is_none())
        .collect();
    let fresh: Vec<&Table> = new
        .tables
        .iter()
        .filter(|table| old.table(&table.name).is_none())
        .collect();
    for table in &gone {
        let best = fresh
            .iter()
            .map(|other| (alike(table, other), *other))
            .max_by_key(|(score, other)| (*score, std::cmp::Reverse(&other.name)));
        if let Some((score, other)) = best.filter(|(score, _)| *score >= 70) {
            out.push(Rename {
                kind: "table",
                from: table.name.readable(),
                to: other.name.readable(),
                evidence: format!("{score} % of their columns have the same name and type"),
            });
        }
    }
    for table in &new.tables {
        let Some(before) = old.table(&table.name) else { continue };
        let dropped: Vec<_> = before
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| table.column(&column.name).is_none())
            .collect();
        let added: Vec<_> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| before.column(&column.name).is_none())
            .collect();
        for (position, column) in &dropped {
            let same: Vec<_> = added
                .iter()
                .filter(|(_, other)| other.type_sql == column.type_sql && other.not_null == column.not_null)
                .collect();
            let placed = same.iter().find(|(other, _)| other == position);
            let only = if same.len() == 1 { same.first() } else { None };
            if let Some((other_position, other)) = placed.or(only) {
                let mut evidence = format!("both are {}", column.type_sql);
                if other_position == position {
                    evidence.push_str(", at the same place");
                }
                if other.default.is_some() && other.default == column.default {
                    evidence.push_str(", with the same default");
                }
                out.push(Rename {
                    kind: "column",
                    from: format!(
                        "{}.{}",
                        table.name.readable(),
                        nova_schema::readable_ident(&column.name)
                    ),
                    to: format!("{}.{}", table.name.readable(), nova_schema::readable_ident(&other.name)),
                    evidence,
                });
            }
        }
    }
    out
}

/// How alike two tables are, in percent of the columns of both.
fn alike(a: &Table, b: &Table) -> usize {
    let shared = a
        .columns
        .iter()
        .filter(|column| {
            b.column(&column.name)
                .is_some_and(|other| other.type_sql == column.type_sql)
        })
        .count();
    let all = a.columns.len() + b.columns.len() - shared;
    if shared < 2 { 0 } else { shared * 100 / all.max(1) }
}
