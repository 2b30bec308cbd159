//! Laws of [`Counters`].

use crate::Make;
use nova_eventlog::Counters;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

const OVER_MS: u64 = 1_790_000_005_000;

/// Nobody is told a count that somebody else was told, and none is left out.
pub async fn of_many_who_add_at_once_each_is_told_another_count(make: Make<'_, dyn Counters>) {
    let counters = make().await;
    let mut adding = JoinSet::new();
    for _ in 0..40 {
        let counters = counters.share();
        adding.spawn(async move { counters.add("me", 7, OVER_MS).await.unwrap() });
    }
    let told: BTreeSet<u64> = adding.join_all().await.into_iter().collect();
    assert_eq!(told, (1..=40).collect());
}

/// Another key, or another window, begins at one.
pub async fn keys_and_windows_count_apart(make: Make<'_, dyn Counters>) {
    let counters = make().await;
    assert_eq!(counters.add("me", 7, OVER_MS).await.unwrap(), 1);
    assert_eq!(counters.add("me", 7, OVER_MS).await.unwrap(), 2);
    for (key, window) in [("you", 7), ("me", 8), ("me/7", 7), ("person ü \u{1F9B7}", 7)] {
        assert_eq!(counters.add(key, window, OVER_MS).await.unwrap(), 1, "{key} {window}");
    }
    assert_eq!(counters.add("me", 7, OVER_MS).await.unwrap(), 3);
}
