//! Throwaway servers. The two that most tests share live as long as the test program; every test has databases of its
//! own on them.

use crate::Session;
use crate::sql::block_on;
use nova_cli::demo::sample;
use nova_pgserver::{Cluster, Installation, Options};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

/// The server that stands for production.
pub static PRODUCTION: LazyLock<Cluster> = LazyLock::new(|| start(None));

/// The server that stands for everything else.
pub static TARGET: LazyLock<Cluster> = LazyLock::new(|| start(None));

/// A server of a major version, or of any.
pub fn start(major: Option<u32>) -> Cluster {
    start_with(major, Options::default())
}

/// A server with settings.
pub fn start_with(major: Option<u32>, options: Options) -> Cluster {
    let installation = Installation::find_or_install(major).unwrap();
    let options = options.set("max_wal_size", "4GB");
    Cluster::start_with(&installation, &options).unwrap()
}

/// The name of a new, empty database whose name begins with `prefix`.
pub fn database(cluster: &Cluster, prefix: &str) -> String {
    let name = fresh_name(prefix);
    Session::open(&cluster.url("postgres")).run(&format!("CREATE DATABASE {name}"));
    name
}

/// The URL of a new, empty database.
pub fn empty(cluster: &Cluster, prefix: &str) -> String {
    cluster.url(&database(cluster, prefix))
}

/// The URL of a new database with something in it that a clone replaces and a rollback brings back.
pub fn old_target(cluster: &Cluster) -> String {
    let url = empty(cluster, "copy");
    Session::open(&url).run("CREATE TABLE before (note text); INSERT INTO before VALUES ('what was here before')");
    url
}

/// The URL of a new database with the sample of `rows` reservations, on the shared production server.
pub fn sample(rows: u64) -> String {
    static MADE: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());
    let template = format!("sample_{rows}");
    {
        let mut made = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if made.insert(rows) {
            Session::open(&PRODUCTION.url("postgres")).run(&format!("CREATE DATABASE {template}"));
            fill(&PRODUCTION.url(&template), rows);
        }
    }
    let name = fresh_name("shop");
    Session::open(&PRODUCTION.url("postgres")).run(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
    PRODUCTION.url(&name)
}

/// Fills an empty database with the sample.
pub fn fill(url: &str, rows: u64) {
    let session = Session::open(url);
    block_on(sample::create(session.client(), rows)).unwrap_or_else(|failure| panic!("{failure}"));
}

/// The name of the database that a URL leads to.
pub fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

/// The names of the databases on a server, without those that every server has.
pub fn databases(cluster: &Cluster) -> BTreeSet<String> {
    let session = Session::open(&cluster.url("postgres"));
    let names =
        session.column("SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')");
    names.into_iter().collect()
}

/// The databases on a server that an operation made.
pub fn databases_of(cluster: &Cluster, operation: &str) -> Vec<String> {
    databases(cluster)
        .into_iter()
        .filter(|name| name.contains(operation))
        .collect()
}

fn fresh_name(prefix: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    format!("{prefix}_{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}
