//! Throwaway clusters on real servers of several versions.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use nova_errors::{Code, Failure};
use nova_pgserver::{Cluster, Error, Installation, Options};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio_postgres::NoTls;

fn query(url: &str, sql: &str) -> Result<String, tokio_postgres::Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            let driver = tokio::spawn(connection);
            let value = client.query_one(sql, &[]).await?.get::<_, String>(0);
            drop(client);
            driver.await.unwrap()?;
            Ok(value)
        })
}

fn execute(url: &str, sql: &str) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(sql).await.unwrap();
        });
}

fn major(url: &str) -> u32 {
    query(url, "SELECT (current_setting('server_version_num')::int / 10000)::text")
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn the_oldest_and_the_newest_version_and_the_distributions_run_at_once_and_leave_nothing() {
    let clusters: Vec<Cluster> = [13, 15, 18]
        .map(|major| Cluster::start(&Installation::find_or_install(Some(major)).unwrap()).unwrap())
        .into();
    let folders: Vec<PathBuf> = clusters.iter().map(Cluster::data).collect();
    assert_eq!(
        clusters
            .iter()
            .map(|cluster| major(&cluster.url("postgres")))
            .collect::<Vec<_>>(),
        [13, 15, 18]
    );
    assert_eq!(
        clusters
            .iter()
            .map(|cluster| major(&cluster.socket_url("postgres")))
            .collect::<Vec<_>>(),
        [13, 15, 18]
    );
    let pids: Vec<u32> = clusters.iter().filter_map(Cluster::pid).collect();
    assert_eq!(pids.len(), 3);
    drop(clusters);
    for folder in folders {
        assert!(
            !folder.exists() && !folder.parent().unwrap().exists(),
            "{} is left",
            folder.display()
        );
    }
    for pid in pids {
        assert!(!PathBuf::from(format!("/proc/{pid}")).exists(), "process {pid} is left");
    }
}

#[test]
fn two_clusters_of_one_version_have_different_identities() {
    let one = Cluster::start_any().unwrap();
    let other = Cluster::start_any().unwrap();
    let identity = "SELECT system_identifier::text FROM pg_control_system()";
    assert_ne!(one.port(), other.port());
    assert_ne!(
        query(&one.url("postgres"), identity).unwrap(),
        query(&other.url("postgres"), identity).unwrap()
    );
}

#[test]
fn the_password_is_checked_on_tcp_and_on_the_socket() {
    let cluster = Cluster::start_any().unwrap();
    for url in [cluster.url("postgres"), cluster.socket_url("postgres")] {
        assert!(query(&url.replace(cluster.password(), "wrong"), "SELECT 'x'").is_err());
    }
}

#[test]
fn data_survives_a_kill_and_a_restart_under_the_same_url() {
    let options = Options {
        durable: true,
        ..Options::default()
    };
    let installation = Installation::find_or_install(None).unwrap();
    let mut cluster = Cluster::start_with(&installation, &options).unwrap();
    let url = cluster.url("postgres");
    execute(&url, "CREATE TABLE kept AS SELECT 42 AS n");
    cluster.kill().unwrap();
    assert!(query(&url, "SELECT 'x'").is_err());
    cluster.restart().unwrap();
    assert_eq!(query(&url, "SELECT n::text FROM kept").unwrap(), "42");
    assert!(
        std::fs::read_to_string(cluster.log())
            .unwrap()
            .contains("automatic recovery in progress")
    );
    cluster.stop().unwrap();
    cluster.stop().unwrap();
    cluster.restart().unwrap();
    assert_eq!(query(&url, "SELECT n::text FROM kept").unwrap(), "42");
}

#[test]
fn settings_reach_the_server_and_a_wrong_one_is_named_in_the_error() {
    let installation = Installation::find_or_install(None).unwrap();
    let cluster = Cluster::start_with(&installation, &Options::default().set("work_mem", "13MB")).unwrap();
    assert_eq!(
        query(&cluster.url("postgres"), "SELECT current_setting('work_mem')").unwrap(),
        "13MB"
    );
    let wrong = Cluster::start_with(&installation, &Options::default().set("work_mem", "plenty")).unwrap_err();
    let failure = Failure::from(wrong);
    assert_eq!(failure.code, Code::SERVER_START);
    assert!(
        failure.details.iter().any(|line| line.contains("work_mem")),
        "{failure:?}"
    );
}

#[test]
fn every_contrib_module_that_the_sample_uses_is_there() {
    for major in [13, 15, 18] {
        let cluster = Cluster::start(&Installation::find_or_install(Some(major)).unwrap()).unwrap();
        let found = query(
            &cluster.url("postgres"),
            "SELECT count(*)::text FROM pg_available_extensions WHERE name = 'btree_gist'",
        );
        assert_eq!(found.unwrap(), "1", "PostgreSQL {major}");
    }
}

/// Runs this test binary again with a changed environment; `role` selects what the child does.
fn in_child(role: &str, test: &str, environment: &[(&str, &str)]) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("NOVA_PGSERVER_TEST_ROLE", role)
        .envs(environment.iter().copied())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap()
}

fn role() -> Option<String> {
    std::env::var("NOVA_PGSERVER_TEST_ROLE").ok()
}

#[test]
fn a_machine_without_postgresql_and_npm_gets_an_error_that_says_what_was_tried() {
    const NAME: &str = "a_machine_without_postgresql_and_npm_gets_an_error_that_says_what_was_tried";
    if role().as_deref() == Some("nothing") {
        let Some(absent) = Installation::all_majors()
            .into_iter()
            .find(|major| Installation::find(Some(*major)).is_none())
        else {
            return;
        };
        let error = Installation::find_or_install(Some(absent)).unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
        let failure = Failure::from(error);
        assert_eq!(failure.code, Code::NO_SERVER);
        assert!(failure.cause.contains(&format!("PostgreSQL {absent}")), "{failure:?}");
        assert!(
            failure
                .details
                .iter()
                .any(|line| line.starts_with("npm: npm cannot be run")),
            "{failure:?}"
        );
        assert!(
            failure.details.iter().any(|line| line.starts_with("apt-get: ")),
            "{failure:?}"
        );
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    std::fs::set_permissions(cache.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let empty = tempfile::tempdir().unwrap();
    let environment = [
        ("NOVA_CACHE", cache.path().to_str().unwrap()),
        ("HOME", cache.path().to_str().unwrap()),
        ("PATH", empty.path().to_str().unwrap()),
    ];
    assert!(in_child("nothing", NAME, &environment).wait().unwrap().success());
}

#[test]
fn a_killed_owner_leaves_neither_a_server_nor_a_folder() {
    const NAME: &str = "a_killed_owner_leaves_neither_a_server_nor_a_folder";
    if role().as_deref() == Some("owner") {
        let cluster = Cluster::start_any().unwrap();
        println!(
            "\nfolder={}\npid={}",
            cluster.socket_folder().display(),
            cluster.pid().unwrap()
        );
        std::thread::sleep(Duration::from_mins(5));
        return;
    }
    let mut owner = in_child("owner", NAME, &[]);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(owner.stdout.take().unwrap()));
    let mut value = |name: &str| {
        lines
            .find_map(|line| line.unwrap().strip_prefix(name).map(str::to_owned))
            .unwrap()
    };
    let folder = PathBuf::from(value("folder="));
    let pid = value("pid=");
    owner.kill().unwrap();
    owner.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let runs =
        || std::fs::read_to_string(format!("/proc/{pid}/status")).is_ok_and(|status| !status.contains("State:\tZ"));
    while folder.exists() || runs() {
        assert!(
            Instant::now() < deadline,
            "{} or process {pid} is left",
            folder.display()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
