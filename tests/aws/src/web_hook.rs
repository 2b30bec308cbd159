//! A web hook that keeps what it is told.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// People are told after an operation has ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's web hook.
pub struct WebHook {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl WebHook {
    /// Listens until the process ends.
    pub fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let bodies: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                kept.lock().unwrap().push(take(connection.unwrap()));
            }
        });
        Self { address, bodies }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The bodies that came.
    pub fn told(&self) -> Vec<String> {
        self.bodies.lock().unwrap().clone()
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

/// Reads one request and accepts it.
fn take(mut connection: TcpStream) -> String {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
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
    connection
        .write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    String::from_utf8(body).unwrap()
}
