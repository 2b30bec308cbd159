//! Packs of pairs in both directions: after up the old side is like the new, after down like before.

use crate::pair::Pack;
use crate::server::{captured, connect, database, dump, walked, words};
use nova_catalog::oracle::Walk;
use nova_migration::{Migration, Options, Piece, compare, plan, script, split};
use nova_pgserver::Cluster;
use nova_schema::Database;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio_postgres::Client;

/// How many packs are run at a time.
const WORKERS: usize = 4;

/// What packs are run with.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// Compare `pg_dump -s` too.
    pub dumps: bool,
    /// Compare what the oracle walks, too.
    pub oracle: bool,
    /// Online statements.
    pub online: bool,
}

/// A side as it is at a moment.
struct State {
    schema: Database,
    dump: Option<String>,
    walk: Option<Walk>,
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
            Piece::Statement(placed) => &placed.sql,
        };
        if let Err(error) = client.batch_execute(sql).await {
            let said = words(&error);
            let _ = client.batch_execute("ROLLBACK").await;
            return Err(format!("{said}\nin: {sql}\n--- script\n{text}"));
        }
    }
    Ok(())
}

/// Where a state is not what was wanted.
fn unlike(wanted: &State, found: &State) -> Result<(), String> {
    let comparison = compare(&wanted.schema, &found.schema, true);
    if !comparison.equal {
        return Err(comparison.text("wanted", "found"));
    }
    if let (Some(a), Some(b)) = (&wanted.walk, &found.walk) {
        let findings = a.differences(b);
        if !findings.is_empty() {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            return Err(format!("the oracle finds:\n{}", lines.join("\n")));
        }
    }
    same_dump(wanted.dump.as_ref(), found.dump.as_ref())
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

async fn state(cluster: &Arc<Cluster>, name: &str, client: &Client, how: How) -> State {
    let dumping = how.dumps.then(|| {
        let (cluster, name) = (Arc::clone(cluster), name.to_owned());
        tokio::task::spawn_blocking(move || dump(&cluster, &name))
    });
    let (schema, walk) = if how.oracle {
        let (schema, walk) = walked(client).await;
        (schema, Some(walk))
    } else {
        (captured(client).await, None)
    };
    let dump = match dumping {
        Some(dumping) => dumping.await.expect("pg_dump"),
        None => None,
    };
    State { schema, dump, walk }
}

/// One direction: `client` is made like `goal`, then like it was.
async fn direction(
    cluster: &Arc<Cluster>,
    name: &str,
    client: &Client,
    start: &State,
    goal: &State,
    how: How,
) -> Result<(), String> {
    let up = planned(&start.schema, &goal.schema, how.online, false);
    let down = planned(&goal.schema, &start.schema, false, true);
    for (what, migration, wanted) in [("up", &up, goal), ("down", &down, start)] {
        apply(client, migration)
            .await
            .map_err(|error| format!("{what}: {error}"))?;
        // What the way back would have lost is kept there, and is no part of what was there before.
        client
            .batch_execute("DROP SCHEMA IF EXISTS nova_stash CASCADE")
            .await
            .map_err(|error| words(&error))?;
        unlike(wanted, &state(cluster, name, client, how).await).map_err(|error| {
            let text = script(migration, &nova_migration::Header::default());
            format!("{what}: {error}\n--- script\n{text}")
        })?;
    }
    Ok(())
}

/// A pack in both directions.
///
/// # Errors
/// What is not as it should be.
pub async fn pack(cluster: &Arc<Cluster>, admin: &Client, id: usize, pack: &Pack, how: How) -> Result<(), String> {
    let names = [format!("pair_{id}_old"), format!("pair_{id}_new")];
    let outcome = both(cluster, admin, &names, pack, how).await;
    for name in &names {
        without_subscriptions(cluster, name).await;
        let drop = admin
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await;
        drop.map_err(|error| words(&error))?;
    }
    outcome
}

/// No database that has a subscription can be dropped.
async fn without_subscriptions(cluster: &Cluster, name: &str) {
    let client = connect(cluster, name).await;
    let sql = "DO $$ DECLARE one name; BEGIN
        FOR one IN SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
        LOOP EXECUTE format('DROP SUBSCRIPTION %I', one); END LOOP; END $$";
    client.batch_execute(sql).await.expect("subscriptions go");
}

async fn both(
    cluster: &Arc<Cluster>,
    admin: &Client,
    names: &[String; 2],
    pack: &Pack,
    how: How,
) -> Result<(), String> {
    let mut clients = Vec::new();
    let mut starts = Vec::new();
    for (name, sql) in names.iter().zip(pack.sides()) {
        let client = database(admin, cluster, name).await;
        let made = client
            .batch_execute(&format!("SET client_min_messages = error; {sql}"))
            .await;
        made.map_err(|error| format!("the pair itself fails: {}", words(&error)))?;
        // As good as a fresh session: whatever the pair set, it set for itself.
        for sql in ["DISCARD ALL", "SET client_min_messages = error"] {
            client.batch_execute(sql).await.map_err(|error| words(&error))?;
        }
        starts.push(state(cluster, name, &client, how).await);
        clients.push(client);
    }
    let ([old, new], [before, after]) = (clients.as_slice(), starts.as_slice()) else {
        return Err("two sides".to_owned());
    };
    if before.schema == after.schema {
        return Err("the pair's sides are the same".to_owned());
    }
    let (there, back) = tokio::join!(
        direction(cluster, &names[0], old, before, after, how),
        direction(cluster, &names[1], new, after, before, how)
    );
    there.map_err(|error| format!("old to new, {error}"))?;
    back.map_err(|error| format!("new to old, {error}"))
}

/// Runs packs, several at a time; answers what fails. The pairs of a pack that fails are run again one by one, to tell
/// which of them it is.
pub async fn all(cluster: &Arc<Cluster>, packs: Vec<Pack>, how: How) -> Vec<String> {
    let packs = Arc::new(packs);
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = Vec::new();
    for worker in 0..WORKERS {
        let (cluster, packs, next) = (Arc::clone(cluster), Arc::clone(&packs), Arc::clone(&next));
        workers.push(tokio::spawn(async move {
            let admin = connect(&cluster, "postgres").await;
            let mut failures = Vec::new();
            loop {
                let position = next.fetch_add(1, Ordering::SeqCst);
                let Some(chosen) = packs.get(position) else { break };
                let Err(error) = pack(&cluster, &admin, position, chosen, how).await else {
                    continue;
                };
                let mut alone = Vec::new();
                for pair in chosen.pairs.iter().filter(|_| chosen.pairs.len() > 1) {
                    let id = packs.len() + worker;
                    if let Err(error) = pack(&cluster, &admin, id, &Pack::single(pair.clone()), how).await {
                        alone.push(format!("=== {}\n{error}", pair.title()));
                    }
                }
                if alone.is_empty() {
                    alone.push(format!("=== {}\n{error}", chosen.title()));
                }
                failures.extend(alone);
            }
            failures
        }));
    }
    let mut failures = Vec::new();
    for worker in workers {
        failures.extend(worker.await.expect("a worker"));
    }
    failures.sort();
    failures
}

/// A pack whose new side is on another server, of another version than the one that is to become like it, and back.
///
/// # Errors
/// What is not as it should be.
pub async fn across(source: &Cluster, target: &Cluster, pack: &Pack) -> Result<(), String> {
    let [old, new] = pack.sides();
    let mut sides = Vec::new();
    for (cluster, sql) in [(target, old), (source, new)] {
        let admin = connect(cluster, "postgres").await;
        admin
            .batch_execute("DROP DATABASE IF EXISTS across WITH (FORCE)")
            .await
            .map_err(|error| words(&error))?;
        let client = database(&admin, cluster, "across").await;
        client
            .batch_execute(&format!("SET client_min_messages = error; {sql}; RESET search_path"))
            .await
            .map_err(|error| format!("the pair itself fails: {}", words(&error)))?;
        let schema = captured(&client).await;
        sides.push((client, schema));
    }
    let [(client, start), (_, goal)] = sides.as_slice() else {
        return Err("two sides".to_owned());
    };
    let up = planned(start, goal, false, false);
    apply(client, &up).await.map_err(|error| format!("up: {error}"))?;
    let reached = captured(client).await;
    let comparison = compare(goal, &reached, true);
    if !comparison.equal {
        return Err(format!("up: {}", comparison.text("wanted", "found")));
    }
    let down = planned(&reached, start, false, true);
    apply(client, &down).await.map_err(|error| format!("down: {error}"))?;
    let comparison = compare(start, &captured(client).await, true);
    if comparison.equal {
        Ok(())
    } else {
        Err(format!("down: {}", comparison.text("wanted", "found")))
    }
}
