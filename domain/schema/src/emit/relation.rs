//! Sequences, views, indexes, statistics.

use super::{Statement, collate, in_tablespace, option_list, with_options};
use crate::{Index, Sequence, Statistics, View, quote_ident, quote_literal};

pub(super) fn sequence(sequence: &Sequence) -> Statement {
    Statement::new(
        label(sequence),
        format!(
            "CREATE {}SEQUENCE {} AS {}{}",
            if sequence.unlogged { "UNLOGGED " } else { "" },
            sequence.name.sql(),
            sequence.type_sql,
            sequence_settings(sequence)
        ),
    )
}

fn label(sequence: &Sequence) -> String {
    format!("sequence {}", sequence.name.readable())
}

/// ` START WITH …` and so on, every option spelled out.
pub(super) fn sequence_settings(sequence: &Sequence) -> String {
    format!(
        " START WITH {} INCREMENT BY {} MINVALUE {} MAXVALUE {} CACHE {}{}",
        sequence.start,
        sequence.increment,
        sequence.minimum,
        sequence.maximum,
        sequence.cache,
        if sequence.cycle { " CYCLE" } else { "" }
    )
}

/// `OWNED BY`, for sequences that a column owns without being its identity.
pub(super) fn owned_by(sequence: &Sequence) -> Option<Statement> {
    let owner = sequence.owned_by.as_ref().filter(|owner| !owner.identity)?;
    Some(Statement::new(
        label(sequence),
        format!(
            "ALTER SEQUENCE {} OWNED BY {}.{}",
            sequence.name.sql(),
            owner.table.sql(),
            quote_ident(&owner.column)
        ),
    ))
}

/// The value the source's sequence stands at.
pub(super) fn sequence_value(sequence: &Sequence) -> Option<Statement> {
    Some(Statement::new(
        label(sequence),
        format!(
            "SELECT pg_catalog.setval({}::pg_catalog.regclass, {}, {})",
            quote_literal(&sequence.name.sql()),
            sequence.last_value?,
            sequence.is_called
        ),
    ))
}

/// A view; a materialized one is created without rows. `replace` puts it in the place of its placeholder.
pub(super) fn view(view: &View, replace: bool) -> Statement {
    let name = view.name.sql();
    let options = with_options(&view.options);
    let sql = if view.materialized {
        let method = view
            .access_method
            .as_ref()
            .map(|method| format!(" USING {}", quote_ident(method)));
        format!(
            "CREATE MATERIALIZED VIEW {name}{}{options} AS\n{}\nWITH NO DATA",
            method.unwrap_or_default(),
            view.query
        )
    } else {
        let replace = if replace { "OR REPLACE " } else { "" };
        format!("CREATE {replace}VIEW {name}{options} AS\n{}", view.query)
    };
    in_tablespace(
        view.tablespace.as_ref(),
        Statement::new(format!("view {}", view.name.readable()), sql),
    )
}

/// A view with the right columns and no rows, for others to refer to until the real one can be created.
pub(super) fn placeholder(view: &View) -> Statement {
    let columns: Vec<_> = view
        .columns
        .iter()
        .map(|column| {
            format!(
                "NULL::{}{} AS {}",
                column.type_sql,
                collate(column.collation.as_ref()),
                quote_ident(&column.name)
            )
        })
        .collect();
    Statement::new(
        format!("view {}", view.name.readable()),
        format!("CREATE VIEW {} AS SELECT {}", view.name.sql(), columns.join(", ")),
    )
}

/// Defaults of view columns; statistics targets, storage and options of those of materialized views.
pub(super) fn view_column_settings(view: &View) -> Vec<Statement> {
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let mut out = Vec::new();
    let mut alter = |column: &str, action: String| {
        out.push(Statement::new(
            format!("view {}", view.name.readable()),
            format!(
                "ALTER {kind} {} ALTER COLUMN {} {action}",
                view.name.sql(),
                quote_ident(column)
            ),
        ));
    };
    for column in &view.columns {
        if let Some(default) = &column.default {
            alter(&column.name, format!("SET DEFAULT {default}"));
        }
        if !view.materialized {
            continue;
        }
        if let Some(statistics) = column.statistics {
            alter(&column.name, format!("SET STATISTICS {statistics}"));
        }
        if let Some(storage) = &column.storage {
            alter(&column.name, format!("SET STORAGE {storage}"));
        }
        if let Some(compression) = &column.compression {
            alter(&column.name, format!("SET COMPRESSION {compression}"));
        }
        if !column.options.is_empty() {
            alter(&column.name, format!("SET ({})", option_list(&column.options)));
        }
    }
    out
}

/// An index that is not behind a constraint.
pub(super) fn index(index: &Index) -> Statement {
    in_tablespace(
        index.tablespace.as_ref(),
        Statement::new(format!("index {}", index.name.readable()), &index.definition),
    )
}

/// Settings that an index needs once it exists.
pub(super) fn index_settings(index: &Index) -> Vec<Statement> {
    let label = format!("index {}", index.name.readable());
    let mut out: Vec<_> = index
        .statistics
        .iter()
        .map(|(position, target)| {
            Statement::new(
                &label,
                format!(
                    "ALTER INDEX {} ALTER COLUMN {position} SET STATISTICS {target}",
                    index.name.sql()
                ),
            )
        })
        .collect();
    if index.clustered {
        out.push(Statement::new(
            &label,
            format!(
                "ALTER TABLE {} CLUSTER ON {}",
                index.table.sql(),
                quote_ident(&index.name.name)
            ),
        ));
    }
    out
}

/// Storage parameters of the index behind a constraint.
pub(super) fn index_options(name: &crate::QualifiedName, options: &[String]) -> Option<Statement> {
    (!options.is_empty()).then(|| {
        Statement::new(
            format!("index {}", name.readable()),
            format!("ALTER INDEX {} SET ({})", name.sql(), option_list(options)),
        )
    })
}

/// Makes an index a part of its partitioned parent's.
pub(super) fn attach(index: &Index) -> Option<Statement> {
    let parent = index.attached_to.as_ref()?;
    Some(Statement::new(
        format!("index {}", index.name.readable()),
        format!("ALTER INDEX {} ATTACH PARTITION {}", parent.sql(), index.name.sql()),
    ))
}

pub(super) fn statistics(statistics: &Statistics) -> Vec<Statement> {
    let label = format!("statistics {}", statistics.name.readable());
    let mut out = vec![Statement::new(&label, &statistics.definition)];
    if let Some(target) = statistics.target {
        out.push(Statement::new(
            label,
            format!("ALTER STATISTICS {} SET STATISTICS {target}", statistics.name.sql()),
        ));
    }
    out
}
