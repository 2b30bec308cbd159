//! A client that costs next to nothing: one connection that is kept, one request at a time.

use serde_json::Value;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Its text at a place of the JSON; empty when there is none.
    pub(crate) fn text(&self, place: &str) -> String {
        let found = self.json();
        found
            .pointer(place)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

/// A connection to the server, opened again when it was lost.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::with_capacity(16 << 10),
        }
    }

    async fn stream(&mut self) -> Result<&mut TcpStream, Error> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        self.stream.as_mut().ok_or_else(|| Error::from(ErrorKind::NotConnected))
    }

    /// Sends a request and waits for its answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Answer, Error> {
        let result = self.exchange(request).await;
        if result.is_err() {
            self.stream = None;
        }
        result
    }

    /// Sends a request and is gone before the answer.
    pub(crate) async fn cut(&mut self, request: &[u8], after: Duration) -> Result<(), Error> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(self.address).await?,
        };
        stream.write_all(request).await?;
        tokio::time::sleep(after).await;
        Ok(())
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer, Error> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let stream = self.stream().await?;
        stream.write_all(request).await?;
        let (mut head, mut length) = (None, 0);
        loop {
            if let Some(head) = head
                && buffer.len() >= head + length
            {
                let status = std::str::from_utf8(&buffer[9..12])
                    .ok()
                    .and_then(|text| text.parse().ok());
                let answer = Answer {
                    status: status.ok_or_else(|| Error::from(ErrorKind::InvalidData))?,
                    body: buffer[head..head + length].to_vec(),
                };
                self.buffer = buffer;
                return Ok(answer);
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Err(Error::from(ErrorKind::UnexpectedEof));
            }
            if head.is_none()
                && let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                head = Some(end + 4);
                length = length_of(&String::from_utf8_lossy(&buffer[..end]));
            }
        }
    }
}

fn length_of(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}

/// A request as it goes over the wire.
pub(crate) fn request(method: &str, path: &str, token: &str, headers: &str, body: Option<&Value>) -> Vec<u8> {
    let authorization = if token.is_empty() {
        String::new()
    } else {
        format!("Authorization: Bearer {token}\r\n")
    };
    let body = body.map_or_else(String::new, Value::to_string);
    let kind = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len())
    };
    format!("{method} {path} HTTP/1.1\r\nHost: bench\r\n{authorization}{headers}{kind}\r\n{body}").into_bytes()
}
