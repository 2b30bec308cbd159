//! A second process for the tests: `conformance-helper append DB STREAM COUNT NAME` or `conformance-helper drain DB`.
//! Every line on standard output is something that is stored for good.
#![expect(clippy::print_stdout, reason = "its output is read by the test that started it")]

use nova_conformance::{commit, stream};
use nova_eventlog::{Appended, EventLog, Gates, Head, Queue};
use nova_events::Function;
use nova_sqlite::Sqlite;
use std::{error::Error, io::Write, process::ExitCode};

type Done = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["append", db, name, count, writer] => append(db, name, count, writer).await,
        ["drain", db] => drain(db).await,
        _ => Err("append DB STREAM COUNT NAME | drain DB".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Appends commits to a stream that others write to as well; each commit's message is sent, and its gate arrived at.
async fn append(db: &str, name: &str, count: &str, writer: &str) -> Done {
    let (sqlite, name, count) = (Sqlite::open(db)?, stream(name), count.parse::<u32>()?);
    let mut head = Head::of(&sqlite.read(&name, 0).await?);
    for number in 0..count {
        let id = format!("{writer}-{number}");
        let commit = loop {
            match sqlite.append(commit(&name, head, &id)).await? {
                Appended::Stored(commit) => break commit,
                Appended::Replayed(commit) => return Err(format!("{id} stands already at {}", commit.number).into()),
                Appended::Conflict { head: now, .. } => head = now,
            }
        };
        say(&format!("appended {} {}", commit.number, commit.hash));
        sqlite.send(&commit.messages).await?;
        say(&format!("sent {id}"));
        sqlite.arrive(writer, number, count).await?;
        say(&format!("arrived {number}"));
        head = Head::after(&commit);
    }
    Ok(())
}

/// Takes and deletes messages until there are none.
async fn drain(db: &str) -> Done {
    let sqlite = Sqlite::open(db)?;
    loop {
        let received = sqlite.receive(Function::Export, 3, 1, 600_000).await?;
        if received.is_empty() {
            return Ok(());
        }
        for delivery in received {
            say(&format!("took {}", delivery.id));
            sqlite.delete(Function::Export, &delivery.receipt).await?;
        }
    }
}

/// A line that has left the process before the next step begins.
fn say(line: &str) {
    println!("{line}");
    let _ = std::io::stdout().flush();
}
