//! Logs: JSON lines for machines, on standard error.

use tracing_subscriber::EnvFilter;

/// Starts logging with the given filter (`info`, `nova=debug` …); starting twice keeps the first.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .try_init();
    drop(started);
}
