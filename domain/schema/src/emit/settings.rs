//! Configuration parameters of the database itself.

use super::Statement;
use crate::{Database, Setting, quote_ident, quote_literal, readable_ident};

/// Parameters whose stored value is a list of quoted identifiers already.
const LISTS: &[&str] = &[
    "search_path",
    "temp_tablespaces",
    "session_preload_libraries",
    "local_preload_libraries",
    "unix_socket_directories",
];

/// Sets the parameters on whatever the database is called when the statements run.
pub(super) fn all(database: &Database) -> Vec<Statement> {
    database
        .settings
        .iter()
        .filter(|item| !item.blocks_writing())
        .map(set)
        .collect()
}

pub(super) fn set(setting: &Setting) -> Statement {
    let value = if !LISTS.contains(&setting.name.as_str()) {
        quote_literal(&setting.value)
    } else if setting.value.is_empty() {
        "''".to_owned()
    } else {
        list(&setting.value)
    };
    let name: Vec<_> = setting.name.split('.').map(quote_ident).collect();
    let whose = match &setting.role {
        Some(role) => format!("ROLE {} IN DATABASE", quote_ident(role)),
        None => "DATABASE".to_owned(),
    };
    let before = quote_literal(&format!("ALTER {whose} "));
    let after = quote_literal(&format!(" SET {} TO {value}", name.join(".")));
    Statement::new(
        format!("setting {}", readable_ident(&setting.name)),
        format!(
            "DO LANGUAGE plpgsql {}",
            quote_literal(&format!(
                "BEGIN EXECUTE {before} || pg_catalog.quote_ident(pg_catalog.current_database()) || {after}; END"
            ))
        ),
    )
}

/// A stored list as `SET` takes it: the empty item is stored as an empty identifier, which `SET` refuses.
fn list(stored: &str) -> String {
    let framed = format!(", {stored}, ").replace(", \"\", ", ", '', ");
    framed.trim_start_matches(", ").trim_end_matches(", ").to_owned()
}
