//! A source of one major version, a target of another.

use nova_schema_tests::pair::{Pack, Pair, corpus};
use nova_schema_tests::run::across;
use nova_schema_tests::server::{roles, server};

/// Every so many pairs of the corpus are enough to see what versions render differently.
const EVERY: usize = 3;

async fn run(source: u32, target: u32) {
    let (Some(from), Some(to)) = (server(source), server(target)) else {
        return;
    };
    roles(&from).await;
    roles(&to).await;
    let pairs: Vec<Pair> = corpus()
        .into_iter()
        .filter(|pair| pair.fits(source) && pair.fits(target) && !pair.is_database_wide())
        .step_by(EVERY)
        .collect();
    let mut failures = Vec::new();
    for pack in Pack::all(pairs, 20) {
        if let Err(error) = across(&from, &to, &pack).await {
            failures.push(format!("=== {}\n{error}", pack.title()));
        }
    }
    assert!(failures.is_empty(), "{source} to {target}:\n{}", failures.join("\n"));
}

#[tokio::test]
async fn a_target_becomes_like_a_source_five_versions_older() {
    let major = |name: &str, usual| {
        let chosen = std::env::var(name).ok().and_then(|major| major.parse().ok());
        chosen.unwrap_or(usual)
    };
    run(major("NOVA_ACROSS_FROM", 13), major("NOVA_ACROSS_TO", 18)).await;
}
