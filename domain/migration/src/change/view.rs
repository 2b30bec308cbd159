//! Views: new ones, those that stay, those that go.

use super::options as option_changes;
use super::tablespace;
use crate::statement::{Statement, all};
use nova_schema::{View, ViewColumn, emit, quote_ident};

fn keyword(view: &View) -> &'static str {
    if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" }
}

/// A new view; a materialized one gets its rows when the other side's has some.
pub(crate) fn create_view(view: &View) -> Vec<Statement> {
    let mut out = all(emit::object::view(view, false));
    out.extend(all(emit::object::view_columns(view)));
    if view.materialized && view.populated {
        out.push(refresh(view));
    }
    out
}

fn refresh(view: &View) -> Statement {
    Statement::new(
        format!("view {}", view.name.readable()),
        format!("REFRESH MATERIALIZED VIEW {}", view.name.sql()),
    )
    .note("runs the query")
}

/// A view that stays: another query with more columns, options, defaults of columns.
pub(crate) fn view(before: &View, after: &View, same_major: bool) -> Vec<Statement> {
    let label = format!("view {}", after.name.readable());
    let name = after.name.sql();
    let mut out = Vec::new();
    let query = before.query != after.query && same_major || before.columns.len() != after.columns.len();
    if query && !after.materialized {
        out.extend(all(emit::object::view(after, true)));
    } else {
        for change in option_changes(&before.options, &after.options) {
            out.push(Statement::new(
                &label,
                format!("ALTER {} {name} {change}", keyword(after)),
            ));
        }
    }
    for column in &after.columns {
        let had = before.columns.iter().find(|other| other.name == column.name);
        let alter = |action: String| {
            Statement::new(
                &label,
                format!(
                    "ALTER {} {name} ALTER COLUMN {} {action}",
                    keyword(after),
                    quote_ident(&column.name)
                ),
            )
        };
        if had.and_then(|had| had.default.as_ref()) != column.default.as_ref() {
            let action = column.default.as_ref().map(|value| format!("SET DEFAULT {value}"));
            out.push(alter(action.unwrap_or_else(|| "DROP DEFAULT".to_owned())));
        }
        if after.materialized {
            out.extend(view_column(had, column).into_iter().map(alter));
        }
    }
    if before.tablespace != after.tablespace {
        let sql = tablespace::set(&format!("{} {name}", keyword(after)), after.tablespace.as_ref());
        out.push(Statement::new(&label, sql).note(tablespace::NOTE));
    }
    if before.populated != after.populated {
        out.push(if after.populated {
            refresh(after)
        } else {
            Statement::new(&label, format!("REFRESH MATERIALIZED VIEW {name} WITH NO DATA"))
        });
    }
    out
}

/// Statistics, storage, compression and options of a materialized view's column.
fn view_column(had: Option<&ViewColumn>, column: &ViewColumn) -> Vec<String> {
    let mut out = Vec::new();
    if had.and_then(|had| had.statistics) != column.statistics {
        out.push(format!("SET STATISTICS {}", column.statistics.unwrap_or(-1)));
    }
    if had.and_then(|had| had.storage.as_ref()) != column.storage.as_ref() {
        let usual = super::column::usual_storage_of(&column.type_sql);
        out.push(format!("SET STORAGE {}", column.storage.as_deref().unwrap_or(usual)));
    }
    if had.and_then(|had| had.compression.as_ref()) != column.compression.as_ref() {
        out.push(format!(
            "SET COMPRESSION {}",
            column.compression.as_deref().unwrap_or("default")
        ));
    }
    out.extend(option_changes(
        had.map(|had| had.options.as_slice()).unwrap_or_default(),
        &column.options,
    ));
    out
}

/// `DROP VIEW`.
pub(crate) fn drop_view(view: &View) -> Statement {
    Statement::new(
        format!("view {}", view.name.readable()),
        format!("DROP {} {}", keyword(view), view.name.sql()),
    )
}
