//! Waiting for a condition, with a limit that only a hanging program reaches.

use std::time::{Duration, Instant};

/// The longest that anything in these suites may take.
pub const PATIENCE: Duration = Duration::from_mins(5);

/// Asks again and again until the answer is yes; `what` is said when it never is.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "in vain: waiting until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
