//! Databases for the tests: real ones, on throwaway servers.

#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::panic,
    reason = "a helper that fails fails its test"
)]

use nova_catalog::oracle::{self, Finding, Walk};
use nova_catalog::{CaptureOptions, capture};
use nova_pgserver::{Cluster, Installation};
use nova_schema::Database;
use nova_schema::compare::{self, Difference};
use nova_schema::emit::{self, Statement};
use std::process::{Command, Stdio};
use tokio_postgres::{Client, NoTls};

/// A server of this major version, or `None` where it can be neither found nor installed.
pub(crate) fn server(major: u32) -> Option<Cluster> {
    match Installation::find_or_install(Some(major)) {
        Ok(installation) => Some(Cluster::start(&installation).expect("the server starts")),
        Err(error) => {
            eprintln!("PostgreSQL {major} is not available: {error}");
            None
        }
    }
}

/// A session in a database that exists.
pub(crate) async fn connect(cluster: &Cluster, database: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(&cluster.url(database), NoTls)
        .await
        .expect("the server accepts the connection");
    tokio::spawn(connection);
    client
}

/// A session in a new database, with the roles that the fixtures mention.
pub(crate) async fn new_database(cluster: &Cluster, name: &str) -> Client {
    let admin = connect(cluster, "postgres").await;
    admin
        .batch_execute(
            "DO $$ BEGIN
               IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nova_reader') THEN
                 CREATE ROLE nova_reader; CREATE ROLE \"Nova Writer\";
               END IF;
             END $$",
        )
        .await
        .expect("roles");
    admin
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
        .await
        .expect("a new database");
    connect(cluster, name).await
}

/// The fixture of a major version: everything that version can hold.
pub(crate) async fn rich(cluster: &Cluster, name: &str, major: u32) -> Client {
    let client = new_database(cluster, name).await;
    let parts = [
        (13, include_str!("../fixtures/rich.sql")),
        (14, include_str!("../fixtures/since_14.sql")),
        (15, include_str!("../fixtures/since_15.sql")),
        (17, include_str!("../fixtures/since_17.sql")),
        (18, include_str!("../fixtures/since_18.sql")),
    ];
    for (since, sql) in parts {
        if major >= since {
            client.batch_execute(sql).await.unwrap_or_else(|error| {
                let answer = error.as_db_error();
                panic!("the fixture since {since} fails on {major}: {answer:?}")
            });
        }
    }
    client
}

/// Captures in a read-only transaction, as production is captured.
pub(crate) async fn captured(client: &Client) -> Database {
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

/// All statements that build a database, in order.
pub(crate) fn statements(database: &Database, options: &emit::Options) -> Vec<Statement> {
    let mut all = emit::pre_data(database, options);
    for table in database.row_tables() {
        all.extend(emit::table_post_data(database, &table.name, options));
    }
    all.extend(emit::post_data(database, options));
    all.extend(emit::event_triggers(database));
    all
}

/// Runs the statements, as a clone does.
pub(crate) async fn apply(client: &Client, statements: &[Statement]) {
    client
        .batch_execute("SET check_function_bodies = off; SET search_path = ''; SET client_min_messages = error")
        .await
        .expect("settings");
    for statement in statements {
        if let Err(error) = client.batch_execute(&statement.sql).await {
            let answer = error.as_db_error().map(|answer| answer.message().to_owned());
            panic!("{} fails: {answer:?}\n{}", statement.object, statement.sql);
        }
    }
}

/// Walks the whole catalog in a read-only transaction.
pub(crate) async fn walked(client: &Client) -> Walk {
    client
        .batch_execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .await
        .expect("begin");
    let walk = oracle::walk(client).await.unwrap_or_else(|error| panic!("{error:?}"));
    client.batch_execute("COMMIT").await.expect("commit");
    walk
}

/// Fails with everything that the catalogs of both hold differently.
pub(crate) fn assert_silent(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
}

/// Runs a script; a failure shows where.
pub(crate) async fn run(client: &Client, sql: &str) {
    if let Err(error) = client.batch_execute(sql).await {
        let answer = error.as_db_error();
        let place = answer.and_then(|answer| match answer.position() {
            Some(tokio_postgres::error::ErrorPosition::Original(at)) => Some(*at as usize),
            _ => None,
        });
        let near: String = sql
            .chars()
            .skip(place.unwrap_or(1).saturating_sub(1))
            .take(300)
            .collect();
        panic!("{:?} near:\n{near}", answer.map(ToString::to_string));
    }
}

/// Fails with every difference, one per line.
pub(crate) fn assert_same(expected: &Database, actual: &Database, options: &compare::Options) {
    let differences = compare::compare(expected, actual, options);
    let lines: Vec<String> = differences.iter().map(Difference::to_string).collect();
    assert!(lines.is_empty(), "{} differences:\n{}", lines.len(), lines.join("\n"));
}

/// `pg_dump --schema-only`, or `None` where there is no `pg_dump` as new as the server.
pub(crate) fn dump(cluster: &Cluster, database: &str, major: u32) -> Option<String> {
    let tool = cluster.installation().tool("pg_dump")?;
    let version = Command::new(&tool).arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let own: u32 = version
        .split_whitespace()
        .nth(2)?
        .split(['.', 'b'])
        .next()?
        .parse()
        .ok()?;
    if own < major {
        return None;
    }
    let output = Command::new(tool)
        .args(["--schema-only", "--dbname", &cluster.url(database)])
        .output()
        .expect("pg_dump runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// A dump after one round trip: restored into a new database and dumped again, so that what depends on the order in which
/// things were created is the same on both sides.
pub(crate) async fn canonical_dump(cluster: &Cluster, database: &str, major: u32) -> Option<String> {
    let first = dump(cluster, database, major)?;
    let again = format!("{database}_again");
    drop(new_database(cluster, &again).await);
    let psql = cluster.installation().tool("psql")?;
    let mut child = Command::new(psql)
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &cluster.url(&again)])
        .env("PGOPTIONS", "-c client_min_messages=error")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql runs");
    let mut input = child.stdin.take().expect("an input");
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut input, first.as_bytes()));
    let output = child.wait_with_output().expect("psql ends");
    let written = writer.join().expect("the writer ends");
    assert!(
        output.status.success() && written.is_ok(),
        "the dump of {database} cannot be restored: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let second = dump(cluster, &again, major);
    let admin = connect(cluster, "postgres").await;
    run(&admin, &format!("DROP DATABASE {again}")).await;
    second
}

/// The first line that differs with some lines around it, or `None` when there is none.
pub(crate) fn first_difference(expected: &str, actual: &str) -> Option<String> {
    let (wanted, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let number = (0..wanted.len().max(found.len())).find(|number| wanted.get(*number) != found.get(*number))?;
    let around = |lines: &[&str]| {
        let start = number.saturating_sub(8).min(lines.len());
        lines
            .iter()
            .skip(start)
            .take(16)
            .copied()
            .collect::<Vec<_>>()
            .join("\n")
    };
    Some(format!(
        "line {number}\n--- source\n{}\n--- copy\n{}",
        around(&wanted),
        around(&found)
    ))
}

/// Fails at the first line that differs.
pub(crate) fn assert_same_dump(expected: &str, actual: &str) {
    if let Some(difference) = first_difference(expected, actual) {
        panic!("pg_dump differs at {difference}");
    }
}
