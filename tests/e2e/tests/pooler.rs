//! Addresses that lead to a pooler: what one client sets must never reach another.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::pooler::{Mode, Pooler};
use nova_e2e::servers::{self, PRODUCTION, TARGET, databases, name_of};
use nova_e2e::{Contents, Project, Session};
use std::sync::atomic::{AtomicBool, Ordering};

const ROWS: u64 = 100;

/// What somebody finds who asks the pooler for a session now. Sessions of a pool are many: all that are free are asked.
fn assert_as_new(pooled: &str) {
    let clients: Vec<Session> = (0..8).map(|_| Session::open(pooled)).collect();
    for client in &clients {
        client.run("BEGIN");
    }
    for client in &clients {
        assert_eq!(client.value("SHOW search_path"), "\"$user\", public");
        assert_eq!(client.value("SHOW default_transaction_read_only"), "off");
        assert_eq!(client.value("SHOW statement_timeout"), "0");
        assert_eq!(client.value("SHOW row_security"), "on");
        assert_eq!(client.value("SELECT count(*) FROM pg_prepared_statements"), "0");
        client.run("CREATE TEMPORARY TABLE written (note text)");
        client.run("ROLLBACK");
    }
}

#[test]
fn a_pooler_that_shares_sessions_is_refused_and_its_sessions_stay_as_they_are() {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    let before = Contents::of(&test);
    let Some(pooler) = Pooler::start(&PRODUCTION, Mode::Transaction) else {
        return;
    };
    let pooled = pooler.url(name_of(&production));
    let project = Project::new(&pooled, &test);
    project.clone_to_test(&[]).exits(3).error(1209);
    assert_as_new(&pooled);
    project
        .nova(&["schema", "backup", "--environment", "production"])
        .exits(3);
    assert_as_new(&pooled);
    Contents::of(&test).assert_same(&before, "the target");
}

#[test]
fn a_pooler_that_is_busy_is_refused_too() {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    let Some(pooler) = Pooler::start(&PRODUCTION, Mode::Transaction) else {
        return;
    };
    let pooled = pooler.url(name_of(&production));
    let project = Project::new(&pooled, &test);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let application = Session::open(&pooled);
                while !done.load(Ordering::SeqCst) {
                    application.run("SELECT pg_sleep(0.002)");
                }
            });
        }
        for _ in 0..5 {
            project.clone_to_test(&[]).exits(3).error(1209);
        }
        done.store(true, Ordering::SeqCst);
    });
    assert_as_new(&pooled);
}

#[test]
fn a_pooler_in_session_mode_serves_a_clone_and_gives_its_sessions_on_as_new() {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    let (Some(source), Some(target)) = (
        Pooler::start(&PRODUCTION, Mode::Session),
        Pooler::start(&TARGET, Mode::Session),
    ) else {
        return;
    };
    let pooled = source.url(name_of(&production));
    let project = Project::new(&pooled, &target.url(name_of(&test)));
    project.clone_to_test(&[]).exits(0);
    assert_as_new(&pooled);
    project.nova(&["rollback", "--environment", "test", "--yes"]).exits(0);
    let note = Session::open(&test).value("SELECT note FROM before");
    assert_eq!(note, "what was here before");
}

#[test]
fn a_target_behind_a_pooler_that_shares_sessions_is_refused_at_the_guard() {
    let (production, test) = (servers::sample(ROWS), servers::old_target(&TARGET));
    let before = Contents::of(&test);
    let Some(pooler) = Pooler::start(&TARGET, Mode::Transaction) else {
        return;
    };
    let project = Project::new(&production, &pooler.url(name_of(&test)));
    let run = project.clone_to_test(&[]).exits(3);
    run.error(1209);
    let operation = run.json()["operation_id"].as_str().unwrap_or_default().to_owned();
    assert!(!operation.is_empty(), "{run:#?}");
    assert!(!databases(&TARGET).iter().any(|name| name.contains(&operation)));
    Contents::of(&test).assert_same(&before, "the target");
}

#[test]
fn production_is_known_behind_a_pooler_that_shares_sessions() {
    let production = servers::sample(ROWS);
    let before = Contents::of(&production);
    let Some(pooler) = Pooler::start(&PRODUCTION, Mode::Transaction) else {
        return;
    };
    let pooled = pooler.url(name_of(&production));
    let project = Project::new(&production, &pooled);
    let run = project.clone_to_test(&[]).exits(3);
    assert!(run.stdout.contains("NOVA-11"), "{run:#?}");
    assert_as_new(&pooled);
    Contents::of(&production).assert_same(&before, "production");
}
