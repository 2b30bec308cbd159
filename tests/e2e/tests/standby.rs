//! A standby as production: what most teams let tools read.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::servers::{self, TARGET};
use nova_e2e::{Contents, Project, Session, waiting};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Reservations in the sample of these tests: some 12 MB, in chunks of at most 1 MB.
const ROWS: u64 = 3_000;

/// Waits until the standby has replayed what the primary has written.
fn caught_up(primary: &Session, standby: &Session) {
    let position = primary.value("SELECT pg_current_wal_insert_lsn()");
    let sql = format!("SELECT pg_last_wal_replay_lsn() >= '{position}'");
    waiting::until("the standby catches up", || standby.value(&sql) == "t");
}

#[test]
fn a_standby_that_replays_meanwhile_is_cloned_as_one_moment_and_resumed_without_mixing_two() {
    let mut primary = servers::start(None);
    let name = servers::database(&primary, "shop");
    servers::fill(&primary.url(&name), ROWS);
    let standby = primary.standby().unwrap();
    let (write, read) = (Session::open(&primary.url(&name)), Session::open(&standby.url(&name)));
    caught_up(&write, &read);

    // What is moved from one account to the other stays the same in sum at every moment.
    write.run("CREATE TABLE accounts (id int PRIMARY KEY, cents bigint NOT NULL, filler text NOT NULL)");
    write.run("INSERT INTO accounts SELECT n, 1000, repeat('x', 900) FROM generate_series(1, 6000) AS n");
    caught_up(&write, &read);
    let sum = "SELECT sum(cents) FROM accounts";
    let expected = read.value(sum);

    let target = servers::old_target(&TARGET);
    let project = Project::new(&standby.url(&name), &target);
    let over = Arc::new(AtomicBool::new(false));
    let mover = thread::spawn({
        let (over, mover) = (Arc::clone(&over), Session::open(&primary.url(&name)));
        move || {
            let mut n = 0;
            while !over.load(Ordering::Relaxed) {
                n = n % 2_900 + 1;
                mover.run(&format!(
                    "UPDATE accounts SET cents = cents + CASE id WHEN {n} THEN 1 ELSE -1 END WHERE id IN ({n}, 6001 - {n})"
                ));
            }
        }
    });
    // Killed once: whoever goes on sees that the standby has moved, although no transaction is listed there.
    let mut running = project.start_clone(&[]);
    waiting::until("something is recorded", || {
        running.has_ended() || !project.history().operations().is_empty()
    });
    thread::sleep(std::time::Duration::from_millis(400));
    let (hit, _) = running.kill();
    let run = if hit {
        let operation = project.history().operations().swap_remove(0);
        project.start_resume(&operation).wait()
    } else {
        project.start_clone(&[]).wait()
    };
    over.store(true, Ordering::Relaxed);
    mover.join().unwrap();
    let run = run.exits(0);
    assert_eq!(run.json()["status"], "completed", "{run:#?}");
    assert_eq!(Session::open(&target).value(sum), expected);

    // At rest, nothing but personal data differs from the standby.
    caught_up(&write, &read);
    let before = Contents::of(&standby.url(&name));
    project.clone_to_test(&[]).exits(0);
    Contents::of(&standby.url(&name)).assert_same(&before, "the standby");
}
