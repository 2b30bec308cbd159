//! What every session of ours sets, so that values read and written mean the same at both ends.

use crate::failure::failure;
use nova_errors::Failure;
use tokio_postgres::Client;

/// Settings that fix the text form of values and keep the server from giving up on long work. `row_security = off`
/// turns rows hidden by a policy into an error instead of an empty result.
const COMMON: &str = "
    SET search_path = '';
    SET datestyle = 'ISO, YMD';
    SET intervalstyle = 'postgres';
    SET timezone = 'UTC';
    SET extra_float_digits = 3;
    SET bytea_output = 'hex';
    SET xmloption = 'content';
    SET standard_conforming_strings = on;
    SET row_security = off;
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
";

/// Limits that servers may set and only newer ones know: on whole transactions, on idle sessions, and a look now and then
/// whether the client is there.
const NO_LIMITS: &str = "
    SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings
    WHERE name IN ('transaction_timeout', 'idle_session_timeout', 'client_connection_check_interval');
";

/// How long a session that loads waits for a lock.
pub(crate) const LOCK_TIMEOUT: &str = "60s";

/// A session that can only read, as the server sees it.
pub(crate) async fn read_only(client: &Client) -> Result<(), Failure> {
    // First of all: whatever follows, the server itself refuses a write.
    let setting = format!("SET default_transaction_read_only = on; {COMMON} {NO_LIMITS} SET lock_timeout = '30s';");
    client
        .batch_execute(&setting)
        .await
        .map_err(|error| failure(&error, "making the session read-only"))
}

/// A session that loads. Its server goes on with what was begun when nobody listens any more: it neither looks whether
/// the client is there nor sends it anything before the end.
pub(crate) async fn writing(client: &Client) -> Result<(), Failure> {
    let setting = format!(
        "SET default_transaction_read_only = off; {COMMON} {NO_LIMITS}
         SET lock_timeout = '{LOCK_TIMEOUT}';
         SET client_min_messages = error;
         SET check_function_bodies = off;
         SET synchronous_commit = off;
         SET default_tablespace = '';
         SET default_transaction_isolation = 'read committed';"
    );
    client
        .batch_execute(&setting)
        .await
        .map_err(|error| failure(&error, "preparing the session"))
}

/// Databases in SQL_ASCII hold bytes of unknown encoding: they pass unconverted.
pub(crate) async fn match_encoding(client: &Client) -> Result<(), Failure> {
    let doing = "matching the encoding";
    let rows = client
        .query("SELECT current_setting('server_encoding') = 'SQL_ASCII'", &[])
        .await;
    let ascii = rows
        .map_err(|error| failure(&error, doing))?
        .iter()
        .any(|row| row.get::<_, bool>(0));
    if ascii {
        client
            .batch_execute("SET client_encoding = 'SQL_ASCII'")
            .await
            .map_err(|error| failure(&error, doing))?;
    }
    Ok(())
}
