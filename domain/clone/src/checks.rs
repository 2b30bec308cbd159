//! What a copy must satisfy.

use nova_events::Check;
use nova_schema::{Database, compare};

/// The rows of one table at each place where they were counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCount {
    /// The table.
    pub table: String,
    /// `count(*)` at the source under the snapshot; none when its rows stay behind.
    pub source: Option<u64>,
    /// Counted in the streams that were read.
    pub exported: u64,
    /// Counted by the target server while loading.
    pub imported: u64,
    /// `count(*)` in the copy.
    pub copy: u64,
}

/// Rows agree wherever they were counted.
pub fn row_counts(counts: &[TableCount]) -> Check {
    let wrong: Vec<String> = counts
        .iter()
        .filter(|count| {
            let expected = count.source.unwrap_or(0);
            count.exported != expected || count.imported != expected || count.copy != expected
        })
        .map(|count| {
            let source = count.source.unwrap_or(0);
            format!(
                "{}: {source} at the source, {} read, {} loaded, {} found",
                count.table, count.exported, count.imported, count.copy
            )
        })
        .collect();
    let rows: u64 = counts.iter().map(|count| count.copy).sum();
    check("row_counts", &wrong, || {
        format!("{rows} rows in {} tables, equal at source and copy", counts.len())
    })
}

/// Everything that is valid at the source is valid in the copy.
pub fn constraints(invalid_at_source: &[String], invalid_in_copy: &[String], total: usize) -> Check {
    let wrong: Vec<String> = invalid_in_copy
        .iter()
        .filter(|name| !invalid_at_source.contains(name))
        .cloned()
        .collect();
    check("constraints", &wrong, || {
        format!("{total} constraints valid as at the source")
    })
}

/// The schema of the copy equals the captured one; `sequences` separates the positions of sequences from the rest.
pub fn schema(expected: &Database, actual: &Database, owners: bool) -> [Check; 2] {
    let options = compare::Options {
        owners,
        sequence_values: false,
    };
    let differences: Vec<String> = compare::compare(expected, actual, &options)
        .iter()
        .map(ToString::to_string)
        .collect();
    let with_values = compare::Options {
        owners,
        sequence_values: true,
    };
    let positions: Vec<String> = compare::compare(expected, actual, &with_values)
        .iter()
        .map(ToString::to_string)
        .filter(|line| !differences.contains(line))
        .collect();
    let objects = expected.tables.len()
        + expected.views.len()
        + expected.functions.len()
        + expected.types.len()
        + expected.indexes.len();
    [
        check("schema", &differences, || {
            format!("{objects} tables, views, functions, types and indexes equal")
        }),
        check("sequences", &positions, || {
            format!("{} sequences at the source's positions", expected.sequences.len())
        }),
    ]
}

/// Row level security and triggers are there and in the same state.
pub fn protection(expected: &Database, actual: &Database) -> [Check; 2] {
    let secured = |database: &Database| -> Vec<String> {
        let tables = database.tables.iter().filter(|table| table.row_security);
        let tables = tables.map(|table| {
            format!(
                "row security of {} (forced: {})",
                table.name.readable(),
                table.force_row_security
            )
        });
        tables
            .chain(
                database
                    .policies
                    .iter()
                    .map(|policy| format!("policy {}", policy.identity())),
            )
            .collect()
    };
    let triggers = |database: &Database| -> Vec<String> {
        database
            .triggers
            .iter()
            .map(|trigger| {
                format!(
                    "trigger {} on {} {:?}",
                    trigger.name,
                    trigger.table.readable(),
                    trigger.state
                )
            })
            .collect()
    };
    let missing = |wanted: Vec<String>, there: &[String]| -> Vec<String> {
        wanted
            .into_iter()
            .filter(|item| !there.contains(item))
            .map(|item| format!("{item} is missing"))
            .collect()
    };
    let (policies, trigger_count) = (expected.policies.len(), expected.triggers.len());
    [
        check("row_security", &missing(secured(expected), &secured(actual)), || {
            format!("{policies} policies in force")
        }),
        check("triggers", &missing(triggers(expected), &triggers(actual)), || {
            format!("{trigger_count} triggers as at the source")
        }),
    ]
}

/// A check that passes when nothing is wrong; the first few wrong things are named.
pub fn check(name: &str, wrong: &[String], detail: impl FnOnce() -> String) -> Check {
    let passed = wrong.is_empty();
    let detail = if passed {
        detail()
    } else {
        let shown: Vec<&str> = wrong.iter().take(10).map(String::as_str).collect();
        let more = wrong.len().saturating_sub(shown.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{}{more}", shown.join("; "))
    };
    Check {
        name: name.to_owned(),
        passed,
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(source: Option<u64>, exported: u64, imported: u64, copy: u64) -> TableCount {
        TableCount {
            table: "public.t".to_owned(),
            source,
            exported,
            imported,
            copy,
        }
    }

    #[test]
    fn one_row_less_anywhere_is_found() {
        assert!(row_counts(&[count(Some(5), 5, 5, 5), count(None, 0, 0, 0)]).passed);
        for wrong in [
            count(Some(5), 4, 5, 5),
            count(Some(5), 5, 4, 5),
            count(Some(5), 5, 5, 4),
            count(None, 0, 0, 1),
        ] {
            assert!(!row_counts(&[wrong]).passed);
        }
    }

    #[test]
    fn a_constraint_that_was_invalid_before_is_no_news() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(constraints(&names(&["a"]), &names(&["a"]), 2).passed);
        assert!(!constraints(&names(&["a"]), &names(&["a", "b"]), 2).passed);
    }
}
