//! Patterns of names: `*` stands for any run of characters, case does not matter.

/// True when `text` matches.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    fn folded(pattern: &str, text: &str) -> bool {
        let Some((first, rest)) = pattern.split_once('*') else {
            return pattern == text;
        };
        let Some(text) = text.strip_prefix(first) else {
            return false;
        };
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        rest.is_empty() || starts.into_iter().any(|at| folded(rest, &text[at..]))
    }
    folded(&pattern.to_lowercase(), &text.to_lowercase())
}

/// True when `pattern` (a table, or a schema and a table) covers the table: `users`, `auth.users`, `audit.*`, `*_log`.
pub fn covers_table(pattern: &str, schema: &str, table: &str) -> bool {
    matches(pattern, table)
        || pattern
            .match_indices('.')
            .any(|(at, _)| matches(&pattern[..at], schema) && matches(&pattern[at + 1..], table))
}

#[cfg(test)]
mod tests {
    use super::{covers_table, matches};

    #[test]
    fn stars_stand_for_any_run() {
        assert!(matches("*_email", "work_EMAIL") && matches("a*b*c", "axxbyybc") && matches("*", "é"));
        assert!(!matches("*_email", "email") && !matches("a*b", "abc") && !matches("email", "emails"));
        assert!(covers_table("auth.*", "auth", "users") && covers_table("users", "auth", "users"));
        assert!(!covers_table("auth.users", "public", "users"));
    }
}
