//! A web hook that keeps what it is told.

use crate::waiting;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// People are told after an operation has ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's web hook.
#[derive(Debug)]
pub struct WebHook {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<String>>>,
    silent: Arc<AtomicBool>,
}

impl WebHook {
    /// Listens until the process ends.
    pub fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let bodies: Arc<Mutex<Vec<String>>> = Arc::default();
        let silent: Arc<AtomicBool> = Arc::default();
        let (kept, says_nothing) = (Arc::clone(&bodies), Arc::clone(&silent));
        std::thread::spawn(move || {
            let mut unanswered = Vec::new();
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                kept.lock().unwrap().push(take(&connection));
                if says_nothing.load(Ordering::SeqCst) {
                    // Who waits for an answer waits as long as the connection is there.
                    unanswered.push(connection);
                } else {
                    accept(&mut connection);
                }
            }
        });
        Self {
            address,
            bodies,
            silent,
        }
    }

    /// Leaves those who call from now on without an answer, or no longer.
    pub fn set_silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The bodies that came.
    pub fn told(&self) -> Vec<String> {
        self.bodies.lock().unwrap().clone()
    }

    /// The body that came as this one, counted from 0; waits for it.
    pub fn body(&self, number: usize) -> String {
        waiting::until("the web hook is called", || self.told().len() > number);
        self.told().swap_remove(number)
    }

    /// Whether a body with this word comes in good time.
    pub fn is_told(&self, word: &str) -> bool {
        let until = Instant::now() + PATIENCE;
        while !self.told().iter().any(|body| body.contains(word)) {
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        true
    }
}

/// Reads one request and returns its body.
fn take(connection: &TcpStream) -> String {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(bytes) = line.strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

/// Answers that a request was accepted.
fn accept(connection: &mut TcpStream) {
    connection
        .write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
}
