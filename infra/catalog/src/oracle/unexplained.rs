//! What two walks differ in although the typed model finds the databases equal.

use super::Finding;

/// What schemas of Nova's own begin with.
const OURS: &str = "nova_";

/// Findings that have no known cause; `noted` are tables of which something is known to differ.
pub fn unexplained(findings: Vec<Finding>, noted: &[&str]) -> Vec<Finding> {
    findings
        .into_iter()
        .filter(|finding| {
            let known = follows(finding) || noted.iter().any(|table| mentions(&finding.identity, table));
            !known && !finding.identity.contains(OURS)
        })
        .collect()
}

/// What differs with the order of columns and with what children declare, and what a failed build left behind.
fn follows(finding: &Finding) -> bool {
    matches!(
        finding.column.as_deref(),
        Some("attnum" | "attislocal" | "conislocal" | "attinhcount" | "coninhcount" | "indisvalid" | "indisready")
    )
}

/// True when a name stands in an identity as a whole.
fn mentions(identity: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    identity.match_indices(name).any(|(start, _)| {
        let before = identity.get(..start).unwrap_or_default();
        let after = identity.get(start + name.len()..).unwrap_or_default();
        !before.ends_with(|c: char| part(c) || c == '.') && !after.starts_with(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_about_a_table_and_its_parts_and_not_about_what_merely_begins_so() {
        assert!(mentions("app.tasks · title", "app.tasks"));
        assert!(mentions("k on app.tasks", "app.tasks"));
        assert!(!mentions("app.tasks_old", "app.tasks"));
        assert!(!mentions("my.app.tasks", "app.tasks"));
    }
}
