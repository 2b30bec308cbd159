//! The statements that build a database again, in four parts around the rows.
//!
//! 1. [`pre_data`] builds everything rows need: types, functions, sequences, tables with their checks, views.
//! 2. [`table_post_data`] completes one table once its rows are in: keys, indexes, statistics.
//! 3. [`post_data`] completes the whole: partitioned indexes, foreign keys, sequence values, triggers, policies,
//!    owners, privileges, materialized views, comments.
//! 4. [`event_triggers`] come when nothing else is to come.
//!
//! The session that runs them has `check_function_bodies` off and an empty `search_path`. A tablespace is used where the
//! target has it. Roles are not created: [`mentioned_roles`] names them.

mod code;
mod comments;
mod extras;
mod grants;
pub mod object;
mod order;
mod post;
mod pre;
mod relation;
mod roles;
mod settings;
mod table;
mod types;

pub use post::{event_triggers, post_data, table_post_data};
pub use pre::pre_data;
pub use roles::{acting_roles, mentioned_roles, superuser_objects, tablespaces};

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The object it is about, for messages: `table public.users`.
    pub object: String,
    /// The SQL, without a closing semicolon.
    pub sql: String,
    /// It may run inside a transaction block.
    pub transactional: bool,
}

impl Statement {
    /// A statement that may run inside a transaction block.
    pub(crate) fn new(object: impl Into<String>, sql: impl Into<String>) -> Self {
        Self {
            object: object.into(),
            sql: sql.into(),
            transactional: true,
        }
    }
}

/// What to emit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The major version of the server that will run the statements.
    pub target_version: u32,
    /// Emit `OWNER TO`, and the owners' own privileges.
    pub owners: bool,
}

impl Options {
    /// For a server of this major version, without owners.
    pub fn for_target(target_version: u32) -> Self {
        Self {
            target_version,
            owners: false,
        }
    }

    /// With owners.
    #[must_use]
    pub fn with_owners(mut self) -> Self {
        self.owners = true;
        self
    }
}

/// ` WITH (name='value', …)`, or nothing.
fn with_options(options: &[String]) -> String {
    if options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", option_list(options))
    }
}

/// `name='value', …` from the catalog's `name=value`.
fn option_list(options: &[String]) -> String {
    options
        .iter()
        .map(|option| match option.split_once('=') {
            Some((name, value)) => format!("{name}={}", crate::quote_literal(value)),
            None => option.clone(),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// ` OPTIONS (name 'value', …)` of foreign objects, or nothing.
fn foreign_options(options: &[String]) -> String {
    if options.is_empty() {
        return String::new();
    }
    let options: Vec<_> = options
        .iter()
        .map(|option| {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            format!("{} {}", crate::quote_ident(name), crate::quote_literal(value))
        })
        .collect();
    format!(" OPTIONS ({})", options.join(", "))
}

/// The statement, creating what it creates in a tablespace where the target has it and lets its role use it.
fn in_tablespace(tablespace: Option<&String>, mut statement: Statement) -> Statement {
    let Some(tablespace) = tablespace else {
        return statement;
    };
    let name = crate::quote_literal(tablespace);
    let body = format!(
        "DECLARE usual text := pg_catalog.current_setting('default_tablespace');
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_tablespace t
             WHERE t.spcname = {name} AND pg_catalog.has_tablespace_privilege(t.oid, 'CREATE')) THEN
    PERFORM pg_catalog.set_config('default_tablespace', {name}, true);
  END IF;
  EXECUTE {};
  PERFORM pg_catalog.set_config('default_tablespace', usual, true);
END",
        crate::quote_literal(&statement.sql)
    );
    statement.sql = format!("DO LANGUAGE plpgsql {}", crate::quote_literal(&body));
    statement
}

/// ` COLLATE "s"."c"`, or nothing.
fn collate(collation: Option<&crate::QualifiedName>) -> String {
    collation
        .map(|name| format!(" COLLATE {}", name.sql()))
        .unwrap_or_default()
}
