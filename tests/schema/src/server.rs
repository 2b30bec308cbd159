//! Servers, sessions, captures and dumps.

use nova_catalog::oracle::Walk;
use nova_catalog::{CaptureOptions, capture};
use nova_pgserver::{Cluster, Installation, Options};
use nova_schema::Database;
use std::process::Command;
use std::sync::OnceLock;
use tokio_postgres::{Client, NoTls};

/// A server for tests, or `None` where it can be neither found nor installed. Several whole schemas are built at once.
pub fn server(major: u32) -> Option<Cluster> {
    server_with_locks(major, 256)
}

/// A server whose sessions together may hold so many locks for each connection that it allows, of which there are 60.
pub fn server_with_locks(major: u32, locks: u32) -> Option<Cluster> {
    match Installation::find_or_install(Some(major)) {
        Ok(installation) => {
            let mut options = Options::default()
                .set("max_connections", "60")
                .set("max_locks_per_transaction", locks.to_string())
                .set("wal_level", "logical")
                .set("jit", "off")
                .set("autovacuum", "off");
            // A database is three hundred files: where there is a file system in memory, they are made there.
            let memory = std::path::Path::new("/dev/shm");
            options.parent = memory.is_dir().then(|| memory.to_owned());
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

/// The roles and tablespaces that the corpus mentions.
pub async fn roles(cluster: &Cluster) {
    let client = connect(cluster, "postgres").await;
    client
        .batch_execute("CREATE ROLE app; CREATE ROLE reader; CREATE ROLE \"Odd Role\"; CREATE ROLE boss SUPERUSER")
        .await
        .expect("roles");
    // In the server's own folder, so that nobody has to make one for it.
    for sql in [
        "SET allow_in_place_tablespaces = on",
        "CREATE TABLESPACE fast LOCATION ''",
        "CREATE TABLESPACE \"Slow One\" LOCATION ''",
    ] {
        client.batch_execute(sql).await.expect("tablespaces");
    }
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

/// Captures and walks in one read-only transaction.
pub async fn walked(client: &Client) -> (Database, Walk) {
    client
        .batch_execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .await
        .expect("begin");
    let database = capture(client, &CaptureOptions::default())
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    let walk = nova_catalog::oracle::walk(client)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"));
    client.batch_execute("COMMIT").await.expect("commit");
    (database, walk)
}

/// The newest `pg_dump` of this machine with its version; it dumps every older server too.
fn pg_dump() -> Option<&'static (u32, String)> {
    static FOUND: OnceLock<Option<(u32, String)>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let paths = (13..=18).map(|major| (major, format!("/usr/lib/postgresql/{major}/bin/pg_dump")));
            paths.rev().find(|(_, path)| std::path::Path::new(path).exists())
        })
        .as_ref()
}

/// Whether a server of this version can be dumped here.
pub fn can_dump(major: u32) -> bool {
    pg_dump().is_some_and(|(newest, _)| major <= *newest)
}

/// `pg_dump -s` without comments, settings of the dump itself and blank lines; `None` where there is no `pg_dump`.
pub fn dump(cluster: &Cluster, database: &str) -> Option<String> {
    let output = Command::new(&pg_dump()?.1)
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
