//! What a copy must satisfy.

use nova_errors::Code;
use nova_events::Check;
use nova_schema::{Database, compare, emit};
use std::borrow::Cow;
use std::collections::BTreeSet;

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

/// Rows agree wherever they were counted. Of `chosen` tables only some rows were to be copied: they count as the source's.
pub fn row_counts(counts: &[TableCount], chosen: usize) -> Check {
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
        let all = format!("{rows} rows in {} tables, equal at source and copy", counts.len());
        match chosen {
            0 => all,
            1 => format!("{all}; of 1 table the chosen rows only"),
            _ => format!("{all}; of {chosen} tables the chosen rows only"),
        }
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
    let expected = &without_lacking(expected, actual);
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

/// The names of the checks that warn.
const CATALOGS: &str = "catalogs";
const TABLESPACES: &str = "tablespaces";

/// The tablespaces of the source in which nothing of the copy is.
fn lacking(expected: &Database, actual: &Database) -> BTreeSet<String> {
    let there = emit::tablespaces(actual);
    let wanted = emit::tablespaces(expected).into_iter();
    wanted.filter(|name| !there.contains(name)).collect()
}

/// What is expected where the target puts into its own tablespace what it has no other for.
fn without_lacking<'a>(expected: &'a Database, actual: &Database) -> Cow<'a, Database> {
    let lacking = lacking(expected, actual);
    if lacking.is_empty() {
        return Cow::Borrowed(expected);
    }
    let mut usual = expected.clone();
    usual.leave_tablespaces(&lacking);
    Cow::Owned(usual)
}

/// Tells of tablespaces that the target does not have, or does not let its role use; none where it has all.
pub fn tablespaces(expected: &Database, actual: &Database) -> Option<Check> {
    let lacking: Vec<String> = lacking(expected, actual).into_iter().collect();
    let detail = format!(
        "{WARNING}the target has no tablespace {}: what is there at the source is in the copy's own",
        lacking.join(", ")
    );
    (!lacking.is_empty()).then(|| Check {
        name: TABLESPACES.to_owned(),
        passed: true,
        detail,
    })
}

/// What begins the detail of a check that holds and yet has something to say.
const WARNING: &str = "warning: ";

/// A look at every row of the catalogs, after which nothing that the schema knows of differs: what was found is told, and
/// fails nothing.
pub fn catalogs(found: &[String]) -> Check {
    let mut told = check(CATALOGS, found, || {
        "every row about users' objects as at the source".to_owned()
    });
    if !told.passed {
        let cause = Code::UNEXPLAINED;
        told.detail = format!(
            "{WARNING}{cause}: the catalogs differ where the schema has no word for it: {}",
            told.detail
        );
        told.passed = true;
    }
    told
}

/// What a check that holds warns of.
pub fn warning(check: &Check) -> Option<&str> {
    check
        .detail
        .strip_prefix(WARNING)
        .filter(|_| check.passed && check.name == CATALOGS)
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
        assert!(row_counts(&[count(Some(5), 5, 5, 5), count(None, 0, 0, 0)], 0).passed);
        for wrong in [
            count(Some(5), 4, 5, 5),
            count(Some(5), 5, 4, 5),
            count(Some(5), 5, 5, 4),
            count(None, 0, 0, 1),
        ] {
            assert!(!row_counts(&[wrong], 0).passed);
        }
    }

    #[test]
    fn what_only_the_catalogs_tell_apart_is_a_warning_and_fails_nothing() {
        assert_eq!(warning(&catalogs(&[])), None);
        let told = catalogs(&["pg_type public.mood: typcategory".to_owned()]);
        assert!(told.passed);
        assert!(
            warning(&told).is_some_and(|text| text.contains("NOVA-1317") && text.contains("public.mood")),
            "{told:?}"
        );
    }

    #[test]
    fn a_constraint_that_was_invalid_before_is_no_news() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(constraints(&names(&["a"]), &names(&["a"]), 2).passed);
        assert!(!constraints(&names(&["a"]), &names(&["a", "b"]), 2).passed);
    }
}
