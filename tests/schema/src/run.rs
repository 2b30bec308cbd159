//! A pair in both directions: after up the old side is like the new, after down like before.

use crate::pair::Pair;
use crate::server::{captured, connect, database, dump, words};
use nova_migration::{Migration, Options, Piece, compare, plan, script, split};
use nova_pgserver::Cluster;
use nova_schema::Database;
use tokio_postgres::Client;

/// What a pair is run with.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// Compare `pg_dump -s` too.
    pub dumps: bool,
    /// Online statements.
    pub online: bool,
}

/// Plans like the command line does.
pub fn planned(old: &Database, new: &Database, online: bool, stash: bool) -> Migration {
    let options = Options {
        target_version: old.server_version,
        online,
        owners: true,
        privileges: true,
        runner: Some("postgres".to_owned()),
        stash,
        ..Options::default()
    };
    plan(old, new, &options)
}

/// Runs a migration as the script that psql would get.
///
/// # Errors
/// What the server said, with the statement and the script.
pub async fn apply(client: &Client, migration: &Migration) -> Result<(), String> {
    let text = script(migration, &nova_migration::Header::default());
    let pieces = split(&text).map_err(|error| format!("the script cannot be split: {error:?}\n{text}"))?;
    for piece in pieces {
        let sql = match &piece {
            Piece::Begin => "BEGIN",
            Piece::Commit => "COMMIT",
            Piece::Statement(sql) => sql,
        };
        if let Err(error) = client.batch_execute(sql).await {
            let said = words(&error);
            let _ = client.batch_execute("ROLLBACK").await;
            return Err(format!("{said}\nin: {sql}\n--- script\n{text}"));
        }
    }
    Ok(())
}

fn same(wanted: &Database, found: &Database) -> Result<(), String> {
    let comparison = compare(wanted, found, true);
    if comparison.equal {
        Ok(())
    } else {
        Err(comparison.text("wanted", "found"))
    }
}

fn same_dump(wanted: Option<&String>, found: Option<&String>) -> Result<(), String> {
    if wanted == found {
        return Ok(());
    }
    let (wanted, found) = (wanted.cloned().unwrap_or_default(), found.cloned().unwrap_or_default());
    let only = |a: &str, b: &str, mark: &str| -> Vec<String> {
        a.lines()
            .filter(|line| !b.lines().any(|other| other == *line))
            .map(|line| format!("{mark} {line}"))
            .collect()
    };
    let mut lines = only(&wanted, &found, "wanted:");
    lines.extend(only(&found, &wanted, "found: "));
    if lines.is_empty() {
        lines.push(format!(
            "the same lines in another order\n--- wanted\n{wanted}\n--- found\n{found}"
        ));
    }
    Err(format!("pg_dump differs:\n{}", lines.join("\n")))
}

/// One direction: `client` is made like `other`, then like it was.
async fn direction(
    cluster: &Cluster,
    name: &str,
    client: &Client,
    start: &(Database, Option<String>),
    goal: &(Database, Option<String>),
    how: How,
) -> Result<(), String> {
    let up = planned(&start.0, &goal.0, how.online, false);
    let down = planned(&goal.0, &start.0, false, true);
    for (what, migration, wanted) in [("up", &up, goal), ("down", &down, start)] {
        let fail = |error: String| {
            let text = script(migration, &nova_migration::Header::default());
            format!("{what}: {error}\n--- script\n{text}")
        };
        apply(client, migration)
            .await
            .map_err(|error| format!("{what}: {error}"))?;
        same(&wanted.0, &captured(client).await).map_err(fail)?;
        if how.dumps {
            let found = dump(cluster, name);
            same_dump(wanted.1.as_ref(), found.as_ref()).map_err(fail)?;
        }
    }
    Ok(())
}

/// A pair in both directions.
///
/// # Errors
/// What is not as it should be.
pub async fn pair(cluster: &Cluster, admin: &Client, id: usize, pair: &Pair, how: How) -> Result<(), String> {
    let names = [format!("pair_{id}_old"), format!("pair_{id}_new")];
    let outcome = both(cluster, admin, &names, pair, how).await;
    for name in &names {
        let drop = admin
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await;
        drop.map_err(|error| words(&error))?;
    }
    outcome
}

async fn both(cluster: &Cluster, admin: &Client, names: &[String; 2], pair: &Pair, how: How) -> Result<(), String> {
    let mut clients = Vec::new();
    let mut starts = Vec::new();
    for (name, sql) in names.iter().zip([&pair.old, &pair.new]) {
        let client = database(admin, cluster, name).await;
        let made = client
            .batch_execute(&format!("SET client_min_messages = error; {sql}"))
            .await;
        made.map_err(|error| format!("the pair itself fails: {}", words(&error)))?;
        drop(client);
        // A fresh session: whatever the pair set, it set for itself.
        let client = connect(cluster, name).await;
        client
            .batch_execute("SET client_min_messages = error")
            .await
            .map_err(|error| words(&error))?;
        let schema = captured(&client).await;
        let text = if how.dumps { dump(cluster, name) } else { None };
        clients.push(client);
        starts.push((schema, text));
    }
    let (Some(old), Some(new)) = (clients.first(), clients.get(1)) else {
        return Err("two sides".to_owned());
    };
    if starts[0].0 == starts[1].0 {
        return Err("the pair's sides are the same".to_owned());
    }
    direction(cluster, &names[0], old, &starts[0], &starts[1], how)
        .await
        .map_err(|error| format!("old to new, {error}"))?;
    direction(cluster, &names[1], new, &starts[1], &starts[0], how)
        .await
        .map_err(|error| format!("new to old, {error}"))
}
