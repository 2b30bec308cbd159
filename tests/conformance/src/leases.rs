//! Laws of [`Leases`]. The time is a parameter here in every adapter.

use crate::Make;
use nova_eventlog::{Lease, Leases};

const TTL: u64 = 1_000;

fn lease(holder: &str, fence: u64, until_ms: u64) -> Lease {
    Lease {
        holder: holder.to_owned(),
        fence,
        until_ms,
    }
}

/// Until the last millisecond; whoever comes then has a higher fence.
pub async fn a_lease_keeps_others_out_until_it_runs_out(make: Make<'_, dyn Leases>) {
    let leases = make().await;
    assert_eq!(leases.look("op1").await.unwrap(), None);
    let mine = leases.acquire("op1", "a", 5_000, TTL).await.unwrap().unwrap();
    assert_eq!(mine, lease("a", mine.fence, 6_000));
    assert_eq!(leases.acquire("op1", "b", 5_999, TTL).await.unwrap(), Err(mine.clone()));
    assert_eq!(leases.look("op1").await.unwrap(), Some(mine.clone()));
    let theirs = leases.acquire("op1", "b", 6_000, TTL).await.unwrap().unwrap();
    assert!(theirs.fence > mine.fence);
    assert_eq!(
        leases.acquire("op1", "a", 6_001, TTL).await.unwrap(),
        Err(theirs.clone())
    );
    // It has run out, and is still the last one's.
    assert_eq!(leases.look("op1").await.unwrap(), Some(theirs));
    assert!(leases.acquire("op2", "a", 6_001, TTL).await.unwrap().is_ok());
}

/// Prolonging is no change of holder, not even late, as long as nobody came in between.
pub async fn its_holder_prolongs_it_under_the_same_fence(make: Make<'_, dyn Leases>) {
    let leases = make().await;
    let first = leases.acquire("op1", "a", 5_000, TTL).await.unwrap().unwrap();
    for now in [5_500, 6_400, 9_000] {
        let again = leases.acquire("op1", "a", now, TTL).await.unwrap().unwrap();
        assert_eq!(again, lease("a", first.fence, now + TTL));
    }
}

/// A fence never falls, or a late writer would look up to date.
pub async fn a_lease_that_was_given_back_is_free_and_its_fence_still_rises(make: Make<'_, dyn Leases>) {
    let leases = make().await;
    let first = leases.acquire("op1", "a", 5_000, TTL).await.unwrap().unwrap();
    leases.release("op1", "a").await.unwrap();
    assert_eq!(leases.look("op1").await.unwrap(), None);
    let second = leases.acquire("op1", "b", 5_001, TTL).await.unwrap().unwrap();
    assert!(second.fence > first.fence);
}

/// Nobody takes a lease away from its holder by giving it back.
pub async fn only_its_holder_gives_it_back(make: Make<'_, dyn Leases>) {
    let leases = make().await;
    leases.release("op1", "b").await.unwrap();
    let mine = leases.acquire("op1", "a", 5_000, TTL).await.unwrap().unwrap();
    leases.release("op1", "b").await.unwrap();
    assert_eq!(leases.look("op1").await.unwrap(), Some(mine));
}

/// Thirty-two at the same moment, on a free lease and on one that has run out.
pub async fn of_many_who_want_it_one_gets_it(make: Make<'_, dyn Leases>) {
    let leases = make().await;
    let mut fences = Vec::new();
    for now in [5_000, 50_000] {
        let mut candidates = tokio::task::JoinSet::new();
        for candidate in 0..32 {
            let leases = leases.share();
            let holder = format!("{now}-{candidate}");
            candidates.spawn(async move { leases.acquire("op1", &holder, now, TTL).await.unwrap() });
        }
        let answers = candidates.join_all().await;
        let winners: Vec<&Lease> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
        assert_eq!(winners.len(), 1, "{winners:?}");
        assert!(
            answers
                .iter()
                .filter_map(|answer| answer.as_ref().err())
                .all(|held| held == winners[0])
        );
        fences.push(winners[0].fence);
    }
    assert!(fences[0] < fences[1]);
}
