//! Every pair of the corpus, in both directions, on a real server.

#![allow(clippy::panic, reason = "tests")]

use nova_schema_tests::pair::{Pair, parse};
use nova_schema_tests::run::{How, pair};
use nova_schema_tests::server::{connect, roles, server};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many pairs run at a time.
const WORKERS: usize = 4;

fn corpus() -> Vec<Pair> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{error}"))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}"));
            parse(
                &path
                    .file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned())
                    .unwrap_or_default(),
                &text,
            )
        })
        .collect()
}

async fn run(major: u32, how: How) -> usize {
    let Some(cluster) = server(major) else { return 0 };
    roles(&cluster).await;
    // One pair or file while working on it.
    let only = std::env::var("NOVA_CORPUS").unwrap_or_default();
    let pairs: Vec<Pair> = corpus()
        .into_iter()
        .filter(|pair| pair.since <= major && format!("{}: {}", pair.file, pair.name).contains(&only))
        .collect();
    let (cluster, pairs) = (Arc::new(cluster), Arc::new(pairs));
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        let (cluster, pairs, next) = (Arc::clone(&cluster), Arc::clone(&pairs), Arc::clone(&next));
        workers.push(tokio::spawn(async move {
            let admin = connect(&cluster, "postgres").await;
            let mut failures = Vec::new();
            loop {
                let position = next.fetch_add(1, Ordering::SeqCst);
                let Some(chosen) = pairs.get(position) else { break };
                let outcome = pair(&cluster, &admin, position, chosen, how).await;
                if let Err(error) = outcome {
                    failures.push(format!("=== {}: {}\n{error}", chosen.file, chosen.name));
                }
            }
            failures
        }));
    }
    let mut failures = Vec::new();
    for worker in workers {
        failures.extend(worker.await.unwrap_or_else(|error| panic!("{error}")));
    }
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} pairs fail:\n{}",
        failures.len(),
        pairs.len(),
        failures.join("\n")
    );
    pairs.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_pair_goes_there_and_back_with_the_same_dump() {
    let how = How {
        dumps: true,
        online: false,
    };
    run(15, how).await;
}
