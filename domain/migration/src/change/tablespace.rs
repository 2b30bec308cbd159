//! Where tables, indexes and materialized views are stored.

use crate::statement::{Hazard, Statement};
use nova_schema::quote_literal;

/// Moves something, told as `ALTER` takes it, to a tablespace, where the server has that; `None` is the database's own.
pub(crate) fn set(what: &str, tablespace: Option<&String>) -> String {
    let action = quote_literal(&format!("ALTER {} SET TABLESPACE %I", what.replace('%', "%%")));
    let body = if let Some(name) = tablespace {
        let name = quote_literal(name);
        format!(
            "BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_tablespace t WHERE t.spcname = {name}) THEN EXECUTE \
             pg_catalog.format({action}, {name}); END IF; END"
        )
    } else {
        format!(
            "BEGIN EXECUTE pg_catalog.format({action}, (SELECT t.spcname FROM pg_catalog.pg_database d JOIN \
             pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = pg_catalog.current_database())); END"
        )
    };
    format!("DO LANGUAGE plpgsql {}", quote_literal(&body))
}

/// True for a statement that moves something to a tablespace.
pub(crate) fn is_set_by(statement: &Statement) -> bool {
    statement.hazards.contains(&Hazard::Note(NOTE.to_owned()))
}

/// What to know about it.
pub(crate) const NOTE: &str = "copies all of it; skipped where the server has no such tablespace";
