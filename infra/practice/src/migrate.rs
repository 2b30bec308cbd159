//! The schema `practice` and its roles.
//!
//! Migrations are SQL files, applied in order and each in a transaction, while one advisory lock on the same connection
//! keeps others out. They *expand* only: a version of Nova that is being replaced goes on working. What it no longer
//! needs is taken away (*contract*) by a migration of a later version.

use crate::Error;
use nova_environments::DatabaseUrl;
use nova_errors::{Code, Failure};
use refinery_core::{Migration, Runner};
use tokio_postgres::Client;

/// Every migration, in order. A file that was released never changes.
const MIGRATIONS: &[(&str, &str)] = &[
    ("V1__tenancy", include_str!("../migrations/V1__tenancy.sql")),
    ("V2__identity", include_str!("../migrations/V2__identity.sql")),
    ("V3__patients", include_str!("../migrations/V3__patients.sql")),
    ("V4__appointments", include_str!("../migrations/V4__appointments.sql")),
    ("V5__operations", include_str!("../migrations/V5__operations.sql")),
    ("V6__workflows", include_str!("../migrations/V6__workflows.sql")),
    ("V7__asking", include_str!("../migrations/V7__asking.sql")),
    ("V8__event_log", include_str!("../migrations/V8__event_log.sql")),
    ("V9__following", include_str!("../migrations/V9__following.sql")),
];

/// The migration after which the template `standard` is left, once.
const FURNISHES: i32 = 6;

/// Where the versions are noted that were applied.
const HISTORY: &str = "practice.schema_history";

/// The number behind the advisory lock: `nova pra` as bytes.
const LOCK: i64 = 0x6e6f_7661_2070_7261;

/// What the roles and the schema need before the first migration. Roles belong to the whole server, so another database
/// may have made them at the same moment.
const GROUND: &str = "
DO $$
DECLARE
    wanted record;
BEGIN
    IF current_setting('server_version_num')::int < 140000 THEN
        RAISE EXCEPTION 'the platform needs PostgreSQL 14 or newer' USING ERRCODE = 'feature_not_supported';
    END IF;
    FOR wanted IN SELECT * FROM (VALUES ('nova_owner', 'NOLOGIN'), ('nova_app', 'LOGIN'), ('nova_reports', 'NOLOGIN')) w(name, may) LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
                EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.may);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
    IF NOT pg_has_role('nova_owner', 'MEMBER') THEN
        EXECUTE format('GRANT nova_owner TO %I', current_user);
    END IF;
END $$;
CREATE SCHEMA IF NOT EXISTS practice AUTHORIZATION nova_owner;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
GRANT USAGE ON SCHEMA practice TO nova_app, nova_reports;
SET ROLE nova_owner;
SET search_path = pg_catalog;
SET lock_timeout = '30s';
";

/// What a run of the migrations did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationReport {
    /// Names of the migrations that were applied now, in order.
    pub applied: Vec<String>,
    /// The version the schema has now.
    pub version: u32,
}

/// Brings the database behind `owner_url` to this version. The role of the URL must be allowed to create roles and, in
/// this database, schemas and trusted extensions. Running it again does nothing; running it twice at once, one waits.
pub async fn migrate(owner_url: &str) -> Result<MigrationReport, Error> {
    let mut client = connect(owner_url).await?;
    let broken = |error: &tokio_postgres::Error| {
        let failure = nova_postgres::failure(error, "preparing the platform's schema");
        Failure::new(Code::PRACTICE_MIGRATION, failure.cause)
    };
    client
        .execute("SELECT pg_advisory_lock($1)", &[&LOCK])
        .await
        .map_err(|error| broken(&error))?;
    client.batch_execute(GROUND).await.map_err(|error| broken(&error))?;
    let migrations = MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::new(Code::PRACTICE_MIGRATION, error.to_string()))?;
    let mut runner = Runner::new(&migrations).set_abort_missing(false);
    runner.set_migration_table_name(HISTORY);
    let report = runner
        .run_async(&mut client)
        .await
        .map_err(|error| Failure::new(Code::PRACTICE_MIGRATION, explain(&error)))?;
    client
        .batch_execute(&format!("GRANT SELECT ON {HISTORY} TO nova_app"))
        .await
        .map_err(|error| broken(&error))?;
    let furnishes = report.applied_migrations().iter().any(|one| one.version() == FURNISHES);
    if furnishes {
        leave_a_template(&mut client).await.map_err(|error| broken(&error))?;
    }
    let version = applied_version(&client).await?;
    Ok(MigrationReport {
        applied: report
            .applied_migrations()
            .iter()
            .map(|migration| format!("V{}__{}", migration.version(), migration.name()))
            .collect(),
        version,
    })
}

/// The first cabinet can be provisioned: there is a template to begin with, which whoever looks after the group changes.
async fn leave_a_template(client: &mut Client) -> Result<(), tokio_postgres::Error> {
    let tx = client.transaction().await?;
    tx.batch_execute("SELECT set_config('app.group', 'on', true)").await?;
    tx.execute(
        "INSERT INTO practice.templates (name, title, body) VALUES ('standard', 'Cabinet standard', $1) ON CONFLICT DO NOTHING",
        &[&crate::demo::standard_template()],
    )
    .await?;
    tx.commit().await
}

/// Lets the service sign in as `nova_app` with this password, of which the server only ever sees the SCRAM verifier.
pub async fn set_app_password(owner_url: &str, password: &str) -> Result<(), Error> {
    let client = connect(owner_url).await?;
    let verifier = postgres_protocol::password::scram_sha_256(password.as_bytes());
    client
        .batch_execute(&format!("ALTER ROLE nova_app LOGIN PASSWORD '{verifier}'"))
        .await?;
    Ok(())
}

/// Refuses a schema that lacks a migration of this version. A newer one is fine: migrations expand.
pub(crate) async fn refuse_old(client: &Client) -> Result<(), Error> {
    let newest = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    let there: bool = client
        .query_one("SELECT to_regclass($1) IS NOT NULL", &[&HISTORY])
        .await?
        .get(0);
    let version = if there { applied_version(client).await? } else { 0 };
    if version >= newest {
        return Ok(());
    }
    let cause = if there {
        format!("the schema has version {version}, this Nova needs {newest}")
    } else {
        "the database has no schema of the platform".to_owned()
    };
    Err(Failure::new(Code::PRACTICE_SCHEMA, cause).into())
}

async fn applied_version(client: &Client) -> Result<u32, Error> {
    let version: i32 = client
        .query_one(&format!("SELECT coalesce(max(version), 0)::int4 FROM {HISTORY}"), &[])
        .await?
        .get(0);
    Ok(u32::try_from(version).unwrap_or(0))
}

async fn connect(url: &str) -> Result<Client, Error> {
    let (config, tls) = nova_postgres::configure(&DatabaseUrl::new(url))?;
    let (client, connection) = config
        .connect(tls)
        .await
        .map_err(|error| nova_postgres::failure(&error, "connecting to the platform's database"))?;
    tokio::spawn(async move {
        // Whoever uses the client is told by its own calls.
        let _ = connection.await;
    });
    Ok(client)
}

/// The error with the server's own words, which for a migration quote no rows.
fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text.replace('\n', " ")
}
