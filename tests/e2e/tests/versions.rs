//! Clones between servers of different major versions.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use nova_e2e::{Contents, Project, Session, servers};

/// Clones the sample from a server of one major version to one of another, and back by a rollback.
fn clones(from: u32, to: u32) {
    let (source, target) = (servers::start(Some(from)), servers::start(Some(to)));
    let (production, test) = (servers::empty(&source, "shop"), servers::old_target(&target));
    servers::fill(&production, 300);
    let before = Contents::of(&test);
    let project = Project::new(&production, &test);

    let result = project.clone_to_test(&[]).exits(0).json();
    assert_eq!(result["validation"]["passed"], true, "{result:#}");
    let (original, copy) = (Session::open(&production), Session::open(&test));
    assert_eq!(
        original.number("SELECT current_setting('server_version_num')::int / 10000"),
        i64::from(from)
    );
    assert_eq!(
        copy.number("SELECT current_setting('server_version_num')::int / 10000"),
        i64::from(to)
    );
    // Columns that nobody replaces, of tables with enums, ranges, partitions and generated columns.
    for query in [
        "SELECT id, property_id, period, status, guests, nights, created_at FROM reservations",
        "SELECT id, state, title, estimate, due_on, tableoid::regclass FROM tasks",
        "SELECT id, title, kind, location, surface_m2, search, check_in FROM properties",
        "SELECT id, net_amount, vat, total_amount, due_on FROM bills",
        "SELECT property_id, month, stays FROM property_revenue",
        "SELECT id, happened_at, table_name, action, tableoid::regclass FROM audit.log",
    ] {
        let [mut left, mut right] = [original.lines(query), copy.lines(query)];
        left.sort_unstable();
        right.sort_unstable();
        assert!(!left.is_empty(), "{query}");
        let difference = left.iter().zip(&right).find(|(left, right)| left != right);
        assert_eq!(difference, None, "{query}");
        assert_eq!(left.len(), right.len(), "{query}");
    }
    for object in [
        "SELECT count(*) FROM pg_constraint WHERE contype <> 'n' AND connamespace::regnamespace::text IN ('public', 'auth', 'audit')",
        "SELECT count(*) FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relnamespace::regnamespace::text IN ('public', 'auth', 'audit')",
        "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT count(*) FROM pg_policies",
    ] {
        assert_eq!(copy.number(object), original.number(object), "{object}");
    }
    project.roll_back(&[]).exits(0);
    Contents::of(&test).assert_same(&before, "what the rollback brought back");
}

#[test]
fn from_13_to_18() {
    clones(13, 18);
}

#[test]
fn from_15_to_15() {
    clones(15, 15);
}

#[test]
fn from_18_to_18() {
    clones(18, 18);
}
