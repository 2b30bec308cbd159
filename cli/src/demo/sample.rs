//! The sample production database: properties, reservations, bills and dental practices, with the personal data of
//! invented people in columns, free text and JSON.
//!
//! The SQL is plain and deterministic: the same number of rows gives the same data on every server version.

use nova_errors::{Code, Failure};
use tokio_postgres::Client;

/// The rules for the sample: what an administrator would decide by hand. Some columns are left to detection, among them
/// `auth.users.phone`, `reservations.guest_email` and `bills.iban`.
pub const RULES: &str = include_str!("rules.json");

/// The number of reservations when nobody says otherwise: about 80 MB of tables.
pub const DEFAULT_ROWS: u64 = 20_000;

/// Bytes of heap per reservation, all tables together (measured on PostgreSQL 15: 250 000 give 1.00 GB).
pub const BYTES_PER_ROW: u64 = 4_000;

/// The scripts, in order; each says what it does.
const SCRIPTS: [(&str, &str); 4] = [
    ("tables", include_str!("sample/1_tables.sql")),
    ("people", include_str!("sample/2_people.sql")),
    ("data", include_str!("sample/3_data.sql")),
    ("behaviour", include_str!("sample/4_behaviour.sql")),
];

/// Fills an empty database with the sample, in one transaction. `rows` is the number of reservations, from which all
/// other tables are sized ([`BYTES_PER_ROW`]). The role must be able to create roles and extensions.
pub async fn create(client: &Client, rows: u64) -> Result<(), Failure> {
    // JIT compilation costs more than these statements take.
    let settings = format!("BEGIN; SET LOCAL nova.rows = {rows}; SET LOCAL timezone = 'UTC'; SET LOCAL jit = off");
    run(client, "start", &settings).await?;
    for (step, script) in SCRIPTS {
        run(client, step, script).await?;
    }
    run(client, "end", "COMMIT").await
}

async fn run(client: &Client, step: &str, script: &str) -> Result<(), Failure> {
    client.batch_execute(script).await.map_err(|error| {
        let reason = error
            .as_db_error()
            .map_or_else(|| error.to_string(), |error| error.message().to_owned());
        Failure::new(Code::QUERY, format!("filling the sample database ({step}): {reason}"))
    })
}

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
