//! A part of the rows, and what they reference.

use super::twenty::{SQL, TABLES};
use nova_e2e::program::Run;
use nova_e2e::servers::{self, PRODUCTION, TARGET};
use nova_e2e::{Project, Session};
use std::collections::BTreeMap;

/// A project whose production has twenty tables, and sessions in both databases.
fn project() -> (Project, Session, String) {
    let production = servers::empty(&PRODUCTION, "twenty");
    let session = Session::open(&production);
    session.run(SQL);
    let target = servers::empty(&TARGET, "part");
    let project = Project::new(&production, &target);
    project.write("nova.toml", "[clone]\nchunk_size_mb = 1\n");
    (project, session, target)
}

/// A clone as it is, so that keys can be compared.
fn plain(project: &Project, more: &[&str]) -> Run {
    let usual = "clone --source production --target test --allow-personal-data --yes --output json";
    let arguments: Vec<&str> = usual.split(' ').chain(more.iter().copied()).collect();
    project.nova(&arguments)
}

fn counts(session: &Session) -> BTreeMap<&'static str, u64> {
    let count = |table: &&'static str| {
        let rows = session.column(&format!("SELECT count(*)::text FROM {table}"));
        (*table, rows[0].parse().unwrap())
    };
    TABLES.iter().map(count).collect()
}

fn one(session: &Session, sql: &str) -> String {
    session.column(sql).remove(0)
}

/// Everything that is in a database, as one number.
fn fingerprint(session: &Session) -> String {
    let parts: Vec<String> = TABLES
        .iter()
        .map(|table| format!("(SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t)"))
        .collect();
    one(session, &format!("SELECT md5(concat({}))", parts.join(", ")))
}

#[test]
fn a_share_is_a_share_of_every_table_and_the_same_rows_every_time() {
    let (project, production, target) = project();
    let all = counts(&production);

    let planned = plain(&project, &["--subset", "10%", "--dry-run"]).exits(0).json();
    let done = plain(&project, &["--subset", "10%"]).exits(0).json();
    let copy = Session::open(&target);
    let part = counts(&copy);
    for (table, rows) in &part {
        assert!(*rows > 0, "{table} is empty: {part:?}");
        assert!(rows <= &all[table], "{table}");
    }
    // Customers, and what belongs to them.
    for (table, least, most) in [
        ("customers", 100, 420),
        ("orders", 250, 650),
        ("order_items", 750, 1950),
        ("visits", 350, 700),
        ("clicks", 700, 1400),
        ("products", 50, 500),
        ("settings", 3, 3),
        ("audit", 80, 80),
    ] {
        assert!((least..=most).contains(&part[table]), "{table}: {part:?}");
    }
    // Who was chosen is whole: the orders of a sampled customer are all there. Those who only are referenced have none.
    let torn = "SELECT count(*)::text FROM (SELECT customer, count(*) AS n FROM orders GROUP BY 1) AS o";
    assert!(one(&copy, torn).parse::<u64>().unwrap() >= 90);
    assert_eq!(
        one(
            &copy,
            "SELECT count(*)::text FROM orders o JOIN order_items i ON i.order_id = o.id"
        ),
        (part["orders"] * 3).to_string()
    );
    let rows = done["rows"].as_u64().unwrap();
    assert_eq!(rows, part.values().sum::<u64>());
    assert_eq!(
        planned["rows"].as_u64().unwrap(),
        rows,
        "a dry run says how many rows there will be"
    );
    let counted = done["validation"]["checks"].to_string();
    assert!(counted.contains("the chosen rows only"), "{counted}");

    let before = fingerprint(&copy);
    drop(copy);
    plain(&project, &["--subset", "10%"]).exits(0);
    assert_eq!(fingerprint(&Session::open(&target)), before);

    // Rows of some tables only, with those that they reference.
    plain(&project, &["--subset", "10%", "--tables", "orders"]).exits(0);
    let some = counts(&Session::open(&target));
    assert!(
        some["customers"] > 0 && some["orders"] > 0 && some["orders"] < all["orders"] / 4,
        "{some:?}"
    );
    assert_eq!(
        (some["visits"], some["order_items"], some["audit"]),
        (0, 0, 0),
        "{some:?}"
    );
    assert_eq!(counts(&production), all);
}

#[test]
fn a_query_begins_with_its_rows_and_takes_along_what_belongs_to_them_and_what_they_reference() {
    let (project, production, target) = project();
    let query = "SELECT c.*, 1 AS one FROM customers c WHERE c.id IN (700, 701) ORDER BY id -- the end";
    plain(&project, &["--subset", query]).exits(0);
    let copy = Session::open(&target);
    let ids = |table: &str, column: &str| copy.column(&format!("SELECT {column}::text FROM {table} ORDER BY {column}"));
    // 700 was referred by 350, who was referred by 175, by 87, by nobody; whoever follows them or is followed is there too.
    for id in ["700", "701", "350", "175", "87"] {
        assert!(ids("customers", "id").contains(&id.to_owned()), "{id}");
    }
    let of = |sql: &str| (one(&copy, sql), one(&production, sql));
    for sql in [
        "SELECT count(*)::text FROM orders WHERE customer IN (700, 701)",
        "SELECT count(*)::text FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.customer IN (700, 701)",
        "SELECT count(*)::text FROM clicks k JOIN visits v ON v.id = k.visit WHERE v.customer IN (700, 701)",
        "SELECT count(*)::text FROM follows WHERE lower(follower::text) IN ('handle700', 'handle701')",
        "SELECT count(*)::text FROM settings",
    ] {
        let (there, all) = of(sql);
        assert_eq!(there, all, "{sql}");
        assert_ne!(there, "0", "{sql}");
    }
    // Nobody else's.
    assert_eq!(
        one(&copy, "SELECT count(*)::text FROM orders WHERE customer = 350"),
        "0"
    );
    assert!(counts(&copy)["customers"] < 60, "{:?}", counts(&copy));

    for (wrong, told) in [
        ("SELECT 1", "primary key"),
        (
            "SELECT id FROM customers) AS q; DROP TABLE settings; SELECT (1",
            "cannot be used",
        ),
        (
            "WITH gone AS (DELETE FROM settings RETURNING key) SELECT key FROM gone",
            "cannot be used",
        ),
    ] {
        let refused = plain(&project, &["--subset", wrong]);
        assert_ne!(refused.code, Some(0), "{wrong}");
        assert!(
            refused.stdout.contains(told) || refused.stderr.contains(told),
            "{wrong}: {refused:?}"
        );
    }
    assert_eq!(one(&production, "SELECT count(*)::text FROM settings"), "30");
    plain(&project, &["--subset", "a tenth"]).exits(2);
}

#[test]
fn conditions_and_limits_leave_rows_out_with_all_that_reference_them() {
    let (project, production, target) = project();
    project.write(
        "rules.toml",
        "[[tables]]\ntable = \"customers\"\nrows = \"drop\"\nwhen = \"status == 'gone' or id > 900\"\n\
         [[tables]]\ntable = \"orders\"\nlimit = 1000\n\
         [[tables]]\ntable = \"visits\"\nwhen = \"id % 2 == 0\"\n\
         [[tables]]\ntable = \"tags\"\nlimit = 0\n\
         [[references]]\ntable = \"audit\"\ncolumns = [\"about\"]\nreferences = \"customers\"\nreferenced_columns = [\"id\"]\n\
         [[exempt]]\ntable = \"*\"\ncolumn = \"*\"\nreason = \"keys only\"\n",
    );
    let rules = project.path().join("rules.toml");
    project.clone_to_test(&["--rules", rules.to_str().unwrap()]).exits(0);
    let copy = Session::open(&target);
    let same = |sql: &str| assert_eq!(one(&copy, sql), "0", "{sql}");
    same("SELECT count(*)::text FROM customers WHERE status = 'gone' OR id > 900");
    same("SELECT count(*)::text FROM visits WHERE id % 2 = 1");
    same("SELECT count(*)::text FROM product_tags");
    same(
        "SELECT count(*)::text FROM audit a WHERE about <= 1000 AND NOT EXISTS (SELECT FROM customers c WHERE c.id = a.about)",
    );
    let parts = counts(&copy);
    // Whose referrer is gone is gone, too, and the limit counts what is left.
    let kept = "WITH RECURSIVE gone AS (SELECT id FROM customers WHERE status = 'gone' OR id > 900
                  UNION SELECT c.id FROM customers c JOIN gone g ON c.referrer = g.id)
                SELECT (1000 - count(*))::text FROM gone";
    assert_eq!(parts["customers"].to_string(), one(&production, kept));
    assert_eq!((parts["orders"], parts["order_items"]), (1000, 3000));
    let first = "SELECT (max(id) < 2000)::text FROM orders";
    assert_eq!(one(&copy, first), "true", "the first by primary key");
    // Entries about nobody, and about customers that never were, stay: nothing they point at was left out.
    assert_eq!(
        one(
            &copy,
            "SELECT count(*)::text FROM audit WHERE about IS NULL OR about > 1000"
        ),
        one(
            &production,
            "SELECT count(*)::text FROM audit WHERE about IS NULL OR about > 1000"
        )
    );
    assert_eq!(parts["settings"], 30);

    // A subset of what is left, with tables that are wanted whole and a table with a share of its own.
    project.write(
        "rules.toml",
        "subset = \"5%\"\n\
         [[tables]]\ntable = \"customers\"\nwhen = \"id <= 800\"\n\
         [[tables]]\ntable = \"products\"\nrows = \"keep\"\n\
         [[tables]]\ntable = \"audit\"\nsubset = \"50%\"\n\
         [[exempt]]\ntable = \"*\"\ncolumn = \"*\"\nreason = \"keys only\"\n",
    );
    drop(copy);
    project.clone_to_test(&["--rules", rules.to_str().unwrap()]).exits(0);
    let copy = Session::open(&target);
    let parts = counts(&copy);
    assert_eq!((parts["products"], parts["audit"]), (500, 400));
    assert_eq!(one(&copy, "SELECT (max(id) <= 800)::text FROM customers"), "true");
    assert!(parts["customers"] < 300 && parts["orders"] < 600, "{parts:?}");

    project.write(
        "rules.toml",
        "[[tables]]\ntable = \"customers\"\nwhen = \"stauts == 'gone'\"\n",
    );
    let refused = project.clone_to_test(&["--rules", rules.to_str().unwrap()]).exits(2);
    assert!(refused.stdout.contains("stauts"), "{refused:?}");
    project.write(
        "rules.toml",
        "[[tables]]\ntable = \"customers\"\nwhen = \"status ==\"\n",
    );
    project
        .nova(&["anonymize", "rules", "--check", rules.to_str().unwrap()])
        .exits(2);
}
