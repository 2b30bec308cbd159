//! How long functions take from the start of their process until they ask the Runtime API for their first event.
//!
//! `init FUNCTION…`: one line per program with the median of eleven starts, in milliseconds, and the program's size, in
//! bytes. The Runtime API is a listener of this program: what is measured is the function's own doing. Functions of the
//! practice platform look at their database before they ask: `NOVA_PLATFORM_DATABASE_URL` says where it is. What ends
//! without asking, or does not ask within ten seconds, has `-`.

use std::{
    io::{BufRead, BufReader, ErrorKind, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const RUNS: usize = 11;

/// How long a function may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What every function is told of its deployment; nothing of it is asked for before the first event.
const VARIABLES: [(&str, &str); 16] = [
    ("AWS_REGION", "eu-west-3"),
    ("AWS_ACCESS_KEY_ID", "local"),
    ("AWS_SECRET_ACCESS_KEY", "local"),
    ("AWS_LAMBDA_FUNCTION_NAME", "measured"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("NOVA_EVENTS_TABLE", "nova-events"),
    ("NOVA_WORK_TABLE", "nova-work"),
    ("NOVA_KEYS_TABLE", "nova-keys"),
    ("NOVA_BUCKET", "nova-chunks"),
    ("NOVA_KMS_KEY", "key"),
    ("NOVA_QUEUE_URL_PREFIX", "http://127.0.0.1:1/123456789012/nova-"),
    ("NOVA_SECRETS_PREFIX", "nova/environments/"),
    ("NOVA_WEBHOOK_SECRET", "nova/webhook"),
    (
        "NOVA_PLATFORM_KEY",
        "0000000000000000000000000000000000000000000000000000000000000001",
    ),
    ("NOVA_PLATFORM_ISSUER", "http://127.0.0.1:1"),
];

#[expect(clippy::print_stdout, reason = "figures are what this program is asked for")]
fn main() -> std::io::Result<()> {
    for program in std::env::args().skip(1) {
        let mut starts = Vec::new();
        for _ in 0..RUNS {
            let Some(took) = start(Path::new(&program))? else { break };
            starts.push(took);
        }
        starts.sort_unstable();
        let median = starts
            .get(RUNS / 2)
            .map(|took| format!("{:.1}", took.as_secs_f64() * 1000.0));
        let median = median.unwrap_or_else(|| "-".to_owned());
        println!("{program} {median} {}", std::fs::metadata(&program)?.len());
    }
    Ok(())
}

/// From the start of the process to its first request for an event, if it comes to that.
fn start(program: &Path) -> std::io::Result<Option<Duration>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let database = std::env::var("NOVA_PLATFORM_DATABASE_URL");
    let begun = Instant::now();
    let mut child = Command::new(program)
        .env_clear()
        .envs(VARIABLES)
        .envs(database.map(|url| ("NOVA_PLATFORM_DATABASE_URL", url)))
        .env("AWS_LAMBDA_RUNTIME_API", format!("{}", listener.local_addr()?))
        .stderr(Stdio::null())
        .spawn()?;
    let took = loop {
        match listener.accept() {
            Ok((connection, _)) => {
                connection.set_nonblocking(false)?;
                if asks_for_an_event(connection)? {
                    break Some(begun.elapsed());
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if begun.elapsed() > PATIENCE || child.try_wait()?.is_some() {
                    break None;
                }
                std::thread::sleep(Duration::from_micros(50));
            }
            Err(error) => return Err(error),
        }
    };
    child.kill()?;
    child.wait()?;
    Ok(took)
}

/// Registers extensions, until a connection asks for an invocation or has nothing more to say.
fn asks_for_an_event(connection: TcpStream) -> std::io::Result<bool> {
    let mut answers = connection.try_clone()?;
    let lines = BufReader::new(connection).lines();
    for line in lines {
        let line = line?;
        if line.contains("/runtime/invocation/next") {
            return Ok(true);
        }
        if line.contains("/extension/register") {
            answers.write_all(
                b"HTTP/1.1 200 OK\r\nlambda-extension-identifier: 1\r\ncontent-type: application/json\r\ncontent-length: 66\r\nconnection: close\r\n\r\n{\"functionName\":\"measured\",\"functionVersion\":\"1\",\"handler\":\"none\"}",
            )?;
            return Ok(false);
        }
        if line.contains("/extension/event/next") {
            // Never answered: there is no event. The next connection is the runtime's.
            std::mem::forget(answers);
            return Ok(false);
        }
    }
    Ok(false)
}
