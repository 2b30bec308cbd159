//! Where names without a schema are looked up.
//!
//! Sessions of ours have an empty search path, so that nothing that somebody put into a schema stands in for what we
//! mean. But an index on `f(name)` runs `f` whenever rows come in and even when a query is planned, and a body such as
//! `SELECT unaccent($1)` finds nothing there: a dump of such a database cannot be restored. A session that meets such a
//! routine looks where the database's own sessions look.

use crate::failure::failure;
use nova_errors::Failure;
use nova_schema::quote_ident;
use tokio_postgres::Client;

/// Whether anything but a trigger or a policy, which our sessions leave out, calls a routine whose body is looked up when
/// it runs and that does not say where.
const NEEDED: &str = "SELECT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'n'
      AND d.classid NOT IN ('pg_catalog.pg_trigger'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass)
      AND l.lanname NOT IN ('internal', 'c') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) AS setting WHERE setting LIKE 'search\\_path=%'))";

/// Where routines that a reading session runs look for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchPath<'a> {
    /// Nowhere: the session reads catalogs and runs nothing of users.
    Empty,
    /// In these schemas: a session before this one has asked the same database. Nowhere when there are none.
    Known(&'a [String]),
    /// Where the role's own sessions look, if a routine needs that: the server is asked.
    AsNeeded,
}

impl SearchPath<'_> {
    /// The schemas, in order; none where an empty path does.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub(crate) async fn schemas(self, client: &Client) -> Result<Vec<String>, Failure> {
        match self {
            Self::Empty => Ok(Vec::new()),
            Self::Known(schemas) => Ok(schemas.to_vec()),
            Self::AsNeeded => needed(client).await,
        }
    }
}

/// The schemas in which sessions of this role look in this database; none where an empty path does.
///
/// # Errors
/// `NOVA-12xx`.
pub(crate) async fn needed(client: &Client) -> Result<Vec<String>, Failure> {
    let doing = "asking where routines look for names";
    let needed = client.query_one(NEEDED, &[]).await;
    if !needed.map_err(|error| failure(&error, doing))?.get::<_, bool>(0) {
        return Ok(Vec::new());
    }
    let default = client.batch_execute("SET search_path TO DEFAULT").await;
    default.map_err(|error| failure(&error, doing))?;
    let row = client.query_one("SELECT pg_catalog.current_schemas(false)::text[]", &[]);
    let row = row.await.map_err(|error| failure(&error, doing))?;
    let empty = client.batch_execute("SET search_path = ''").await;
    empty.map_err(|error| failure(&error, doing))?;
    Ok(row.get(0))
}

/// Makes a session look in these schemas; in none when there are none.
///
/// # Errors
/// `NOVA-12xx`.
pub(crate) async fn follow(client: &Client, schemas: &[String]) -> Result<(), Failure> {
    if schemas.is_empty() {
        return Ok(());
    }
    let set = client
        .batch_execute(&format!("SET search_path = {}", list(schemas)))
        .await;
    set.map_err(|error| failure(&error, "setting the search path"))
}

/// The schemas as `SET search_path` takes them.
pub(crate) fn list(schemas: &[String]) -> String {
    if schemas.is_empty() {
        return "''".to_owned();
    }
    let quoted: Vec<String> = schemas.iter().map(|schema| quote_ident(schema)).collect();
    quoted.join(", ")
}
