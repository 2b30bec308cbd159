//! How long a capture, a comparison and the look at the whole catalogs take, for one or two databases:
//!
//! `cargo run --release -p nova-schema-tests --example speed -- URL [URL]`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "the output is the purpose"
)]

use nova_catalog::{CaptureOptions, capture, oracle};
use std::time::Instant;
use tokio_postgres::{Client, NoTls};

/// How many runs the medians are of.
const RUNS: usize = 7;

async fn session(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await
        .unwrap();
    client
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[tokio::main]
async fn main() {
    let urls: Vec<String> = std::env::args().skip(1).collect();
    let (one, two) = (&urls[0], urls.last().unwrap());
    let mut times: [Vec<f64>; 4] = Default::default();
    let mut equal = (false, 0);
    for _ in 0..RUNS {
        let alone = session(one).await;
        let start = Instant::now();
        capture(&alone, &CaptureOptions::default()).await.unwrap();
        times[0].push(start.elapsed().as_secs_f64());
        drop(alone);
        let start = Instant::now();
        let (a, b) = tokio::join!(session(one), session(two));
        let options = CaptureOptions::default();
        let (x, y) = tokio::join!(capture(&a, &options), capture(&b, &options));
        let found = nova_migration::compare(&x.unwrap(), &y.unwrap(), true);
        times[1].push(start.elapsed().as_secs_f64());
        let looked = Instant::now();
        let (x, y) = tokio::join!(oracle::digest(&a, true), oracle::digest(&b, true));
        equal = (found.equal, x.unwrap().differing(&y.unwrap()).len());
        times[2].push(looked.elapsed().as_secs_f64());
        times[3].push(start.elapsed().as_secs_f64());
    }
    let names = [
        "capture of one",
        "captures of both, compared",
        "digests of both",
        "comparison, all in all",
    ];
    for (name, times) in names.iter().zip(times) {
        println!("{name:<28} {:>6.0} ms, median of {RUNS}", median(times) * 1000.0);
    }
    println!("equal: {}; catalogs that differ: {}", equal.0, equal.1);
}
