//! Every pair of the corpus, in both directions, on real servers.

use nova_schema_tests::pair::{Pack, Pair, corpus};
use nova_schema_tests::run::{How, all};
use nova_schema_tests::server::{can_dump, roles, server};
use std::sync::Arc;

/// How many pairs share a database.
const SIZE: usize = 20;

const WHOLE: How = How {
    dumps: true,
    oracle: true,
    online: false,
};

/// Runs the pairs that fit a server of this version and `chosen`. `NOVA_CORPUS` chooses by name and runs one by one,
/// `NOVA_CORPUS_SIZE` says how many share a database.
async fn run(major: u32, how: How, chosen: impl Fn(&Pair) -> bool) {
    let Some(cluster) = server(major) else { return };
    roles(&cluster).await;
    let only = std::env::var("NOVA_CORPUS").unwrap_or_default();
    let pairs: Vec<Pair> = corpus()
        .into_iter()
        .filter(|pair| pair.fits(major) && chosen(pair) && pair.title().contains(&only))
        .collect();
    let how = How {
        dumps: how.dumps && can_dump(major),
        ..how
    };
    let count = pairs.len();
    let size = std::env::var("NOVA_CORPUS_SIZE")
        .ok()
        .and_then(|size| size.parse().ok());
    let size = if only.is_empty() { size.unwrap_or(SIZE) } else { 1 };
    let failures = all(&Arc::new(cluster), Pack::all(pairs, size), how).await;
    assert!(
        failures.is_empty(),
        "{} of {count} pairs fail on PostgreSQL {major}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_pair_goes_there_and_back_with_the_same_dump() {
    let major = std::env::var("NOVA_CORPUS_MAJOR")
        .ok()
        .and_then(|major| major.parse().ok());
    run(major.unwrap_or(15), WHOLE, |_| true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_newer_servers_do_otherwise_goes_there_and_back() {
    let how = How { dumps: false, ..WHOLE };
    let files = ["newer", "partitions", "constraints"];
    run(18, how, |pair| files.contains(&pair.file.as_str())).await;
}

#[test]
fn the_corpus_has_three_hundred_pairs_and_no_two_of_one_name() {
    let mut titles: Vec<String> = corpus().iter().map(Pair::title).collect();
    let count = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), count);
    assert!(count >= 300, "{count}");
}
