//! Who is there? Asked read-only, of any server.

use crate::{connect::open, failure::failure};
use nova_environments::DatabaseUrl;
use nova_errors::{Code, Failure};
use nova_events::Identity;
use tokio_postgres::Client;

/// What a server says about itself and about the role that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The server's and the database's identity.
    pub identity: Identity,
    /// A hot standby: it can be read, never written.
    pub in_recovery: bool,
    /// The role that is signed in.
    pub role: String,
}

/// Asks a server for its identity without being able to write to it. Leaves nothing behind in the session, which a
/// pooler may give to others: production is known even by an address that nothing can be cloned from.
///
/// # Errors
/// `NOVA-12xx` when it cannot be reached, refuses the sign-in or is of an unsupported version.
pub async fn probe(url: &DatabaseUrl) -> Result<Probe, Failure> {
    let client = open(url, None).await?;
    client
        .batch_execute("BEGIN READ ONLY; SET LOCAL search_path = ''")
        .await
        .map_err(|error| failure(&error, "beginning a read-only transaction"))?;
    let probe = ask(&client).await;
    let _ = client.batch_execute("ROLLBACK").await;
    probe
}

/// Nothing is prepared by name: a session would remember it.
pub(crate) async fn ask(client: &Client) -> Result<Probe, Failure> {
    let doing = "asking for the server's identity";
    let row = client
        .query_typed_one(
            "SELECT current_setting('server_version_num')::int / 10000, d.oid, d.datname::text, pg_is_in_recovery(),
                    current_user::text,
                    has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
             FROM pg_catalog.pg_database d WHERE d.datname = current_database()",
            &[],
        )
        .await
        .map_err(|error| failure(&error, doing))?;
    let version = u32::try_from(row.get::<_, i32>(0)).unwrap_or(0);
    if !crate::SUPPORTED_VERSIONS.contains(&version) {
        return Err(Failure::new(
            Code::VERSION,
            format!("the server is PostgreSQL {version}"),
        ));
    }
    let system = if row.get::<_, bool>(5) {
        client
            .query_typed_one(
                "SELECT system_identifier::text FROM pg_catalog.pg_control_system()",
                &[],
            )
            .await
    } else {
        // A managed service may hide the control file. The start of the server and its port are the same over every
        // route to it, which is what the comparison needs while an operation runs.
        client
            .query_typed_one(
                "SELECT 'fallback:' || extract(epoch FROM pg_postmaster_start_time())::text || ':' || current_setting('port')",
                &[],
            )
            .await
    };
    let system = system.map_err(|error| failure(&error, doing))?.get(0);
    Ok(Probe {
        identity: Identity {
            system,
            database_oid: row.get(1),
            database: row.get(2),
            version,
        },
        in_recovery: row.get(3),
        role: row.get(4),
    })
}
