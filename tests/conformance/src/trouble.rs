//! A bad connection to an AWS service.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It gets through, and so does its answer.
    None,
    /// The service says it is asked too much.
    Throttled,
    /// S3 says so.
    SlowDown,
    /// The service fails.
    Failed,
    /// The connection ends before the call gets through.
    Cut,
    /// The call never gets through, and nobody says so.
    Silence,
    /// The call gets through, the connection ends before the answer is back.
    AnswerCut,
    /// The call gets through, the answer never comes.
    AnswerSilent,
    /// The call gets through, the connection ends after so many bytes of the answer.
    AnswerEnds(usize),
    /// The call gets through with its last byte changed.
    Altered,
}

/// Stands between a client and a service and gets in the way. Ends when it is dropped.
pub struct TroubledConnection {
    url: String,
    calls: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl TroubledConnection {
    /// Stands before the service at `url` (`http://host:port`). `plan` says what happens to a call by its number, from
    /// 0, and the action it asks for, such as `PutItem`, or its method where it names none.
    pub async fn to(url: &str, plan: impl Fn(usize, &str) -> Trouble + Send + Sync + 'static) -> Self {
        let service = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let (counted, plan) = (Arc::clone(&calls), Arc::new(plan));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (service, counted, plan) = (service.clone(), Arc::clone(&counted), Arc::clone(&plan));
                tokio::spawn(async move {
                    // A connection that fails in the middle is what this is for.
                    let _ = one_call(client, &service, |action| {
                        plan(counted.fetch_add(1, Ordering::SeqCst), action)
                    })
                    .await;
                });
            }
        });
        Self {
            url,
            calls,
            task: accepting.abort_handle(),
        }
    }

    /// Where clients connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Drop for TroubledConnection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Longer than any client waits.
const FOREVER: Duration = Duration::from_mins(10);

async fn one_call(mut client: TcpStream, service: &str, plan: impl FnOnce(&str) -> Trouble) -> std::io::Result<()> {
    let mut request = read_request(&mut client).await?;
    let head = String::from_utf8_lossy(&request).into_owned();
    let action = header(&head, "x-amz-target").and_then(|target| target.rsplit('.').next());
    let method = head.split(' ').next();
    match plan(action.or(method).unwrap_or_default()) {
        Trouble::None => client.write_all(&forward(service, &request).await?).await?,
        Trouble::Throttled => {
            let refusal = refusal(400, "ProvisionedThroughputExceededException");
            client.write_all(&refusal).await?;
        }
        Trouble::SlowDown => client.write_all(&slow_down()).await?,
        Trouble::Failed => client.write_all(&refusal(500, "InternalServerError")).await?,
        Trouble::Cut => {}
        Trouble::Silence => tokio::time::sleep(FOREVER).await,
        Trouble::AnswerCut => drop(forward(service, &request).await?),
        Trouble::AnswerSilent => {
            forward(service, &request).await?;
            tokio::time::sleep(FOREVER).await;
        }
        Trouble::AnswerEnds(after) => {
            let answer = forward(service, &request).await?;
            client.write_all(&answer[..after.min(answer.len())]).await?;
        }
        Trouble::Altered => {
            if let Some(last) = request.last_mut() {
                *last ^= 1;
            }
            client.write_all(&forward(service, &request).await?).await?;
        }
    }
    client.shutdown().await
}

/// Head and body of an HTTP request that says how long it is.
async fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        if client.read_buf(&mut request).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]);
        let length: usize = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        while request.len() < end + 4 + length {
            if client.read_buf(&mut request).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        return Ok(request);
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// Sends a request on and reads the whole answer.
async fn forward(service: &str, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut service = TcpStream::connect(service).await?;
    let first_line = request.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    service.write_all(&request[..first_line]).await?;
    // One call per connection: the answer ends with it.
    service.write_all(b"Connection: close\r\n").await?;
    service.write_all(&request[first_line..]).await?;
    let mut answer = Vec::new();
    service.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn refusal(status: u16, code: &str) -> Vec<u8> {
    let body = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"not now"}}"#);
    answer(status, "application/x-amz-json-1.0", &body)
}

fn slow_down() -> Vec<u8> {
    let body = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
    answer(503, "application/xml", body)
}

fn answer(status: u16, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Refused\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}
