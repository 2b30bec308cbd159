//! Killed at any moment, a clone can be resumed, and its result is the one that an undisturbed clone gives.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::program::{Run, Running};
use nova_e2e::random::{Random, seed};
use nova_e2e::servers::{self, PRODUCTION, TARGET, databases, databases_of};
use nova_e2e::{Contents, Project, Session};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Reservations in the sample of these tests: some 12 MB, in chunks of at most 1 MB.
const ROWS: u64 = 3_000;

/// Kills per test; several hit the same clone.
const KILLS: usize = 20;
const KILLS_UNDER_WRITES: usize = 6;

/// Most kills of one clone, so that some clones are killed once and some again and again.
const KILLS_PER_CLONE: u64 = 5;

/// One clone that is killed up to `kills` times at moments within `span`, and resumed until it is done. Tells how
/// often it was hit, and the operation.
fn clone_through_kills(project: &Project, kills: u64, span: Duration, random: &mut Random) -> (usize, String) {
    let mut hits = 0;
    let mut running: Running = project.start_clone(&[]);
    for _ in 0..kills {
        let micros = random.below(span.as_micros().try_into().unwrap());
        thread::sleep(Duration::from_micros(micros));
        let (hit, result) = running.kill();
        if !hit {
            return (hits, completed(project, result));
        }
        hits += 1;
        running = match project.history().operations().first() {
            Some(operation) => project.start_resume(operation),
            // Killed before anything was recorded.
            None => project.start_clone(&[]),
        };
    }
    (hits, completed(project, running.wait()))
}

/// The operation that a run completed, or found completed: the kill before it may have hit just after the end was recorded.
fn completed(project: &Project, result: Run) -> String {
    if result.code == Some(2) {
        result.error(1903);
        return project.history().operations().swap_remove(0);
    }
    let result = result.exits(0);
    assert_eq!(result.json()["status"], "completed", "{result:#?}");
    result.operation()
}

/// Nothing is left of a finished operation but the previous contents.
fn assert_tidy(project: &Project, operation: &str, before: &BTreeSet<String>) {
    assert_eq!(
        project.history().leftovers(),
        Vec::<String>::new(),
        "messages of {operation}"
    );
    assert_eq!(project.history().operations(), [operation], "operations");
    assert_eq!(databases_of(&TARGET, operation), [format!("nova_prev_{operation}")]);
    let added: Vec<String> = databases(&TARGET).difference(before).cloned().collect();
    assert_eq!(
        added,
        [format!("nova_prev_{operation}")],
        "databases on the target's server"
    );
    project.nova(&["audit", "verify", "--output", "json"]).exits(0);
}

/// Both tests look at the whole target server, so they take turns.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[test]
fn killed_at_random_moments_a_clone_resumes_to_the_same_result() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut random = Random::new(seed());
    let production = servers::sample(ROWS);
    let source_before = Contents::of(&production);

    let undisturbed_url = servers::old_target(&TARGET);
    let undisturbed = Project::new(&production, &undisturbed_url);
    let started = Instant::now();
    undisturbed.clone_to_test(&[]).exits(0);
    let span = started.elapsed();
    let expected = Contents::of(&undisturbed_url);
    println!("an undisturbed clone of {} rows takes {span:?}", expected.rows());

    let mut hits = 0;
    while hits < KILLS {
        let url = servers::old_target(&TARGET);
        let project = Project::new(&production, &url);
        project.share_keys_of(&undisturbed);
        let before = databases(&TARGET);
        let kills = 1 + random.below(KILLS_PER_CLONE.min((KILLS - hits).try_into().unwrap()));
        // Of several kills of one clone each falls into its own part.
        let part = if kills > 1 {
            span * 2 / u32::try_from(kills).unwrap()
        } else {
            span
        };
        let (hit, operation) = clone_through_kills(&project, kills, part, &mut random);
        hits += hit;
        println!("{operation} was killed {hit} times ({hits} of {KILLS})");
        Contents::of(&url).assert_same(&expected, &format!("clone {operation}, killed {hit} times"));
        assert_tidy(&project, &operation, &before);
        drop_database(&url, &operation);
    }
    Contents::of(&production).assert_same(&source_before, "production");
}

/// A killed run leaves databases of 80 MB; those that were compared are of no use any more.
fn drop_database(url: &str, operation: &str) {
    let session = Session::open(&TARGET.url("postgres"));
    session.run(&format!("DROP DATABASE {} WITH (FORCE)", servers::name_of(url)));
    session.run(&format!("DROP DATABASE nova_prev_{operation} WITH (FORCE)"));
}

/// Accounts in two tables, a list of transfers and a counter: what every transaction keeps true.
const BANK: &str = "
    CREATE TABLE left_accounts (id integer PRIMARY KEY, amount bigint NOT NULL, filler text);
    CREATE TABLE right_accounts (id integer PRIMARY KEY, amount bigint NOT NULL, filler text);
    CREATE TABLE transfers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, moved bigint NOT NULL, filler text);
    CREATE TABLE counter (transfers bigint NOT NULL, moved bigint NOT NULL);
    INSERT INTO left_accounts SELECT n, 1000, repeat('x', 900) FROM generate_series(1, 20000) n;
    INSERT INTO right_accounts SELECT n, 1000, repeat('y', 900) FROM generate_series(1, 20000) n;
    INSERT INTO counter VALUES (0, 0)";

/// Moves an amount from one table to the other, and says so in the two others.
const TRANSFER: &str = "
    WITH taken AS (UPDATE left_accounts SET amount = amount - $1 WHERE id = $2),
         given AS (UPDATE right_accounts SET amount = amount + $1 WHERE id = $3),
         noted AS (INSERT INTO transfers (moved, filler) VALUES ($1, repeat('z', 300)))
    UPDATE counter SET transfers = transfers + 1, moved = moved + $1";

fn write_until(stop: &Arc<AtomicBool>, url: String, seed: u64) -> thread::JoinHandle<u64> {
    let stop = Arc::clone(stop);
    thread::spawn(move || {
        let session = Session::open(&url);
        let mut random = Random::new(seed);
        let mut written = 0;
        while !stop.load(Ordering::Relaxed) {
            let amount = i64::try_from(random.below(100)).unwrap();
            let [from, to] = [0; 2].map(|_| i32::try_from(1 + random.below(20_000)).unwrap());
            session.execute(TRANSFER, &[&amount, &from, &to]);
            written += 1;
        }
        written
    })
}

#[test]
fn while_production_is_written_to_the_copy_is_one_point_in_time_however_often_the_clone_is_killed() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let seed = seed();
    let mut random = Random::new(seed);
    let production = servers::empty(&PRODUCTION, "bank");
    Session::open(&production).run(BANK);
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (1..=2)
        .map(|n| write_until(&stop, production.clone(), seed + n))
        .collect();

    let mut hits = 0;
    let mut span = None;
    while hits < KILLS_UNDER_WRITES {
        let url = servers::old_target(&TARGET);
        let project = Project::new(&production, &url);
        project.write("rules.json", "{\"rules\": []}");
        let before = databases(&TARGET);
        let started = Instant::now();
        // The first clone is not disturbed: it tells how long one takes.
        let kills = if span.is_some() { 1 + random.below(3) } else { 0 };
        let (hit, operation) = clone_through_kills(&project, kills, span.unwrap_or_default(), &mut random);
        span.get_or_insert(started.elapsed());
        hits += hit;
        println!("{operation} was killed {hit} times ({hits} of {KILLS_UNDER_WRITES})");

        let copy = Session::open(&url);
        let sum =
            copy.number("SELECT (SELECT sum(amount) FROM left_accounts) + (SELECT sum(amount) FROM right_accounts)");
        assert_eq!(
            sum, 40_000_000,
            "the sum that every writer keeps constant, in {operation}"
        );
        for same in [
            "SELECT (SELECT count(*) FROM transfers) - (SELECT transfers FROM counter)",
            "SELECT (SELECT coalesce(sum(moved), 0) FROM transfers) - (SELECT moved FROM counter)",
            "SELECT (SELECT sum(amount) FROM right_accounts) - 20000000 - (SELECT moved FROM counter)",
        ] {
            assert_eq!(copy.number(same), 0, "{same} in {operation}");
        }
        drop(copy);
        assert_tidy(&project, &operation, &before);
        drop_database(&url, &operation);
    }
    stop.store(true, Ordering::Relaxed);
    let written: u64 = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
    assert!(written > 100, "production was hardly written to: {written} transfers");
}
