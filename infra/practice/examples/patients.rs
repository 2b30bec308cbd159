//! Patients found among many, on a throwaway server: `patients [count]`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops at what it did not expect, and prints"
)]

use nova_pgserver::{Cluster, Installation, Options as ServerOptions};
use nova_practice::CabinetId;
use nova_practice_store::{Actor, Options, Scope, Store, migrate, patients, set_app_password};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let installation = Installation::find_or_install(None).unwrap();
    let options = ServerOptions {
        durable: true,
        ..ServerOptions::default()
    };
    let cluster = Cluster::start_with(&installation, &options.set("shared_buffers", "256MB")).unwrap();
    let owner = cluster.url("postgres");
    migrate(&owner).await.unwrap();
    set_app_password(&owner, "bench").await.unwrap();
    let url = format!(
        "postgres://nova_app:bench@127.0.0.1:{}/postgres?sslmode=disable",
        cluster.port()
    );
    let store = Store::connect_with(&url, &Options::default()).await.unwrap();
    patient_search(&store, &owner, count.unwrap_or(1_000_000)).await;
}

fn scope(cabinet: CabinetId) -> Scope {
    Scope {
        cabinet,
        actor: Actor::System("bench"),
        request_id: String::new(),
        reason: None,
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .map_or(0.0, |one| one.as_secs_f64() * 1000.0)
}

/// Rows like those the store writes, made by the server: a million one by one would take an hour.
const FILL: &str = include_str!("patients.sql");

async fn patient_search(store: &Store, owner: &str, count: u64) {
    let (admin, connection) = tokio_postgres::connect(owner, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    admin
        .batch_execute(&FILL.replace("1000000", &count.to_string()))
        .await
        .unwrap();
    admin
        .batch_execute("VACUUM (ANALYZE) practice.patient_tokens")
        .await
        .unwrap();
    admin.batch_execute("VACUUM (ANALYZE) practice.patients").await.unwrap();
    let typed = [
        "dupont",
        "dup",
        "martin lea",
        "le hug",
        "0612",
        "06 12 34",
        "19/05/1984",
        "bernard12 ma",
        "m",
        "roux 1971",
    ];
    let (mut times, mut found) = (BTreeMap::<&str, Vec<Duration>>::new(), 0);
    for round in 0..100_u128 {
        let cabinet = CabinetId(Uuid::from_u128(
            0x0000_0000_0000_7000_8000_0000_0000_0000 + round % 100 + 1,
        ));
        for words in typed {
            let wanted = patients::Search {
                typed: words.to_owned(),
                limit: 25,
                ..patients::Search::default()
            };
            let began = Instant::now();
            let rows = store
                .with_cabinet(&scope(cabinet), async |tx| patients::search(tx, &wanted).await)
                .await
                .unwrap();
            times.entry(words).or_default().push(began.elapsed());
            found += rows.len();
        }
    }
    let mut all: Vec<Duration> = times.values().flatten().copied().collect();
    all.sort_unstable();
    for (words, mut each) in times {
        each.sort_unstable();
        println!(
            "{words:>14}: median {:.1} ms, p95 {:.1} ms",
            percentile(&each, 50),
            percentile(&each, 95)
        );
    }
    println!(
        "{count} patients in 100 cabinets, {} searches, {found} rows: median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
        all.len(),
        percentile(&all, 50),
        percentile(&all, 95),
        percentile(&all, 99)
    );
}
