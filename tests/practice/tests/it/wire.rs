//! HTTP as it goes over a socket: a server for the router, connections that are kept, one request at a time on each.

use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue},
};
use std::{
    io::{Error, ErrorKind},
    net::SocketAddr,
    sync::Mutex,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What was answered.
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A server on a port of its own, and connections to it.
pub(crate) struct Wire {
    address: SocketAddr,
    idle: Mutex<Vec<TcpStream>>,
    serving: JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Wire {
    pub(crate) async fn to(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self {
            address,
            idle: Mutex::default(),
            serving,
        }
    }

    /// Sends a request and waits for its answer.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Raw {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: tests\r\n");
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        if let Some(body) = body {
            request.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
        }
        let mut request = (request + "\r\n").into_bytes();
        request.extend_from_slice(body.unwrap_or_default());
        let kept = self.idle.lock().unwrap().pop();
        let mut stream = match kept {
            Some(stream) => stream,
            None => TcpStream::connect(self.address).await.unwrap(),
        };
        let raw = exchange(&mut stream, &request, method).await;
        let raw = raw.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        self.idle.lock().unwrap().push(stream);
        raw
    }
}

async fn exchange(stream: &mut TcpStream, request: &[u8], method: &str) -> Result<Raw, Error> {
    stream.write_all(request).await?;
    let mut buffer = Vec::new();
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, &mut buffer).await?;
    };
    let mut raw = head(&String::from_utf8_lossy(&buffer[..end]));
    let length = match raw.headers.get("content-length") {
        Some(length) if method != "HEAD" => length.to_str().unwrap().parse().unwrap(),
        _ => 0,
    };
    while buffer.len() < end + length {
        more(stream, &mut buffer).await?;
    }
    raw.body = buffer.split_off(end);
    Ok(raw)
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(), Error> {
    match stream.read_buf(buffer).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn head(text: &str) -> Raw {
    let mut lines = text.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name: HeaderName = name.parse().unwrap();
        headers.append(name, HeaderValue::from_str(value.trim()).unwrap());
    }
    Raw {
        status,
        headers,
        body: Vec::new(),
    }
}
