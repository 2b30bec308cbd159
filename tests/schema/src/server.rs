//! Servers, sessions, captures and dumps.

use nova_catalog::{CaptureOptions, capture};
use nova_pgserver::{Cluster, Installation, Options};
use nova_schema::Database;
use std::process::Command;
use std::sync::OnceLock;
use tokio_postgres::{Client, NoTls};

/// A server for tests, or `None` where it can be neither found nor installed.
pub fn server(major: u32) -> Option<Cluster> {
    match Installation::find_or_install(Some(major)) {
        Ok(installation) => {
            let options = Options::default()
                .set("max_connections", "60")
                .set("wal_level", "logical");
            Some(Cluster::start_with(&installation, &options).expect("the server starts"))
        }
        Err(error) => {
            eprintln!("PostgreSQL {major} is not available: {error}");
            None
        }
    }
}

/// A session in a database that exists.
pub async fn connect(cluster: &Cluster, database: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(&cluster.url(database), NoTls)
        .await
        .expect("the server accepts the connection");
    tokio::spawn(connection);
    client
}

/// The roles that the corpus mentions.
pub async fn roles(cluster: &Cluster) {
    connect(cluster, "postgres")
        .await
        .batch_execute("CREATE ROLE app; CREATE ROLE reader; CREATE ROLE \"Odd Role\"; CREATE ROLE boss SUPERUSER")
        .await
        .expect("roles");
}

/// Makes a database and a session in it.
pub async fn database(admin: &Client, cluster: &Cluster, name: &str) -> Client {
    // Copying files is the faster way where nothing is synchronised; servers before 15 know no other.
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
    if admin.batch_execute(&format!("{sql} STRATEGY file_copy")).await.is_err() {
        admin.batch_execute(&sql).await.expect("a new database");
    }
    connect(cluster, name).await
}

/// Captures in a read-only transaction.
pub async fn captured(client: &Client) -> Database {
    client
        .batch_execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .await
        .expect("begin");
    let database = capture(client, &CaptureOptions::default())
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    client.batch_execute("COMMIT").await.expect("commit");
    database
}

/// Where `pg_dump` of this machine is, newest first; it dumps every older server too.
fn pg_dump() -> Option<&'static str> {
    static FOUND: OnceLock<Option<String>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let mut found: Vec<String> = (13..=18)
                .map(|major| format!("/usr/lib/postgresql/{major}/bin/pg_dump"))
                .filter(|path| std::path::Path::new(path).exists())
                .collect();
            found.pop()
        })
        .as_deref()
}

/// `pg_dump -s` without comments, settings of the dump itself and blank lines; `None` where there is no `pg_dump`.
pub fn dump(cluster: &Cluster, database: &str) -> Option<String> {
    let output = Command::new(pg_dump()?)
        .args(["--schema-only", "--dbname", &cluster.url(database)])
        .output()
        .expect("pg_dump runs");
    assert!(
        output.status.success(),
        "pg_dump {database}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let kept = text.lines().filter(|line| {
        let aside = line.starts_with("--") || line.starts_with('\\') || line.trim().is_empty();
        let setting = line.starts_with("SET default_") || line.starts_with("SELECT pg_catalog.set_config");
        !aside && !setting
    });
    Some(kept.collect::<Vec<_>>().join("\n"))
}

/// What the server said, with the statement it said it about.
pub fn words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(answer) => format!(
            "{} ({}){}",
            answer.message(),
            answer.code().code(),
            answer.detail().map(|detail| format!(": {detail}")).unwrap_or_default()
        ),
        None => error.to_string(),
    }
}
