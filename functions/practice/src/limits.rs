//! How many requests somebody sends. One process counts for itself, by GCRA: a burst passes and a stream is slowed to the
//! rate. Instances of a deployment count together, in the store that they share.

use async_trait::async_trait;
use nova_errors::Failure;
use nova_eventlog::Counters;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Requests that pass at once.
const BURST: u32 = 1000;

/// One more passes that often.
const EVERY: Duration = Duration::from_millis(5);

/// Most senders that one process remembers; beyond that, those who sent nothing lately are forgotten.
const REMEMBERED: usize = 10_000;

/// How many requests somebody sends.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Counts a request of `who`: it passes, or has to wait that long.
    ///
    /// # Errors
    /// What counts.
    async fn take(&self, who: &str, now_ms: u64) -> Result<Option<Duration>, Failure>;
}

/// As many as they like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

#[async_trait]
impl Limits for Unlimited {
    async fn take(&self, _: &str, _: u64) -> Result<Option<Duration>, Failure> {
        Ok(None)
    }
}

/// Counted in this process.
#[derive(Debug, Default)]
pub struct InProcess(Mutex<HashMap<String, u64>>);

#[async_trait]
impl Limits for InProcess {
    async fn take(&self, who: &str, now_ms: u64) -> Result<Option<Duration>, Failure> {
        let every = u64::try_from(EVERY.as_millis()).unwrap_or(u64::MAX);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED {
            counts.retain(|_, empty_ms| *empty_ms > now_ms);
        }
        let empty_ms = counts.get(who).copied().unwrap_or(0).max(now_ms) + every;
        let fullest = now_ms + every * u64::from(BURST);
        if empty_ms > fullest {
            return Ok(Some(Duration::from_millis(empty_ms - fullest)));
        }
        counts.insert(who.to_owned(), empty_ms);
        Ok(None)
    }
}

/// Counted for all instances of a deployment together, in windows: as many pass in one as pass at once, which is the same
/// rate.
pub struct Windowed(pub Arc<dyn Counters>);

#[async_trait]
impl Limits for Windowed {
    async fn take(&self, who: &str, now_ms: u64) -> Result<Option<Duration>, Failure> {
        let length_ms = u64::try_from((EVERY * BURST).as_millis()).unwrap_or(u64::MAX);
        let window = now_ms / length_ms;
        let over_ms = (window + 1) * length_ms;
        match self.0.add(who, window, over_ms).await {
            Ok(count) if count > u64::from(BURST) => Ok(Some(Duration::from_millis(over_ms - now_ms))),
            Ok(_) => Ok(None),
            // What counts is out of order: that is no reason to turn patients away.
            Err(error) => {
                tracing::warn!("requests are not counted: {error}");
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts, or is out of order.
    struct Counting(Mutex<Option<HashMap<(String, u64), u64>>>);

    #[async_trait]
    impl Counters for Counting {
        async fn add(&self, key: &str, window: u64, _: u64) -> Result<u64, nova_eventlog::Error> {
            let mut counts = self.0.lock().unwrap();
            let counts = counts
                .as_mut()
                .ok_or_else(|| nova_eventlog::Error::Store("gone".to_owned()))?;
            let count = counts.entry((key.to_owned(), window)).or_default();
            *count += 1;
            Ok(*count)
        }
    }

    #[tokio::test]
    async fn instances_together_let_as_many_pass_and_the_next_window_begins_anew() {
        let counting = Arc::new(Counting(Mutex::new(Some(HashMap::new()))));
        let instances = [Windowed(counting.clone()), Windowed(counting.clone())];
        let now = 1_790_000_001_000;
        for number in 0..BURST as usize {
            assert_eq!(instances[number % 2].take("me", now).await.unwrap(), None);
        }
        let wait = instances[0].take("me", now).await.unwrap().unwrap();
        assert_eq!(wait, Duration::from_secs(4));
        assert_eq!(instances[0].take("you", now).await.unwrap(), None);
        assert_eq!(instances[1].take("me", now + 4_000).await.unwrap(), None);
        *counting.0.lock().unwrap() = None;
        assert_eq!(instances[0].take("me", now).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_burst_passes_and_a_stream_is_slowed_to_the_rate() {
        let limits = InProcess::default();
        let now = 1_790_000_000_000;
        for _ in 0..BURST {
            assert_eq!(limits.take("me", now).await.unwrap(), None);
        }
        assert_eq!(limits.take("me", now).await.unwrap(), Some(EVERY));
        assert_eq!(limits.take("you", now).await.unwrap(), None);
        assert_eq!(limits.take("me", now + 5).await.unwrap(), None);
        assert!(limits.take("me", now + 5).await.unwrap().is_some());
    }
}
