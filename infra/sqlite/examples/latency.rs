//! How long the state database takes: `cargo run --release -p nova-sqlite --example latency [FOLDER]`. Prints the mean
//! time of each call in microseconds, one caller at a time, then sixteen at once.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use nova_eventlog::{EventLog, Head, Metadata, NewCommit, Outbox, Queue, StreamId};
use nova_events::{Event, Function, Message, OperationResumed, Outgoing};
use nova_sqlite::Sqlite;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ROUNDS: u32 = 5_000;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = match std::env::args().nth(1) {
        Some(parent) => tempfile::tempdir_in(parent)?,
        None => tempfile::tempdir()?,
    };
    let sqlite = Sqlite::open(folder.path().join("nova.db"))?;

    let mut times = [0.0; 5];
    for round in 0..ROUNDS {
        let spent = cycle(&sqlite, round).await?;
        for (sum, one) in times.iter_mut().zip(spent) {
            *sum += one;
        }
    }
    let names = ["append", "mark sent", "send", "receive", "delete"];
    for (name, sum) in names.iter().zip(times) {
        println!("{name:>10} {:6.1} µs", sum * 1e6 / f64::from(ROUNDS));
    }

    let start = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..16 {
        let sqlite = sqlite.clone();
        callers.spawn(async move {
            for round in 0..ROUNDS / 16 {
                cycle(&sqlite, ROUNDS + caller * ROUNDS + round).await?;
            }
            Result::Ok(())
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS / 16 * 16);
    println!("sixteen callers: {each:.1} µs for all five calls");
    Ok(())
}

/// One commit with one message through the outbox and the queue; the seconds of each call.
async fn cycle(sqlite: &Sqlite, round: u32) -> Result<[f64; 5]> {
    let message = Outgoing {
        id: format!("export-{round}"),
        message: Message::Export {
            operation: "latency".to_owned(),
            epoch: 1,
            first: round,
            last: round,
        },
    };
    let stream = StreamId::new(format!("chunk/latency/1/{round}"))?;
    let commit = NewCommit {
        stream: stream.clone(),
        after: Head::start(),
        id: "only".to_owned(),
        events: vec![Event::from(OperationResumed {}).encode()?],
        messages: vec![message.clone()],
        metadata: Metadata::default(),
        at_ms: 1,
    };
    let mut times = [0.0; 5];
    let mut clock = Instant::now();
    let mut lap = |place: &mut f64| {
        *place = clock.elapsed().as_secs_f64();
        clock = Instant::now();
    };
    sqlite.append(commit).await?;
    lap(&mut times[0]);
    sqlite.sent(&[(stream, 0)]).await?;
    lap(&mut times[1]);
    sqlite.send(&[message]).await?;
    lap(&mut times[2]);
    let received = sqlite.receive(Function::Export, 1, 1, 60_000).await?;
    lap(&mut times[3]);
    for delivery in received {
        sqlite.delete(Function::Export, &delivery.receipt).await?;
    }
    lap(&mut times[4]);
    Ok(times)
}
