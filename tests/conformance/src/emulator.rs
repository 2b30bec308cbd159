//! A DynamoDB of one's own.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};
use tokio::{net::TcpStream, time::Instant};

/// Runs a program until standard input closes, so that it does not outlive a test that was killed.
const LEASH: &str = r#"exec 3<&0; "$@" </dev/null & program=$!; (read -r _ <&3; kill -9 $program) & wait $program"#;

/// How long the emulator may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running emulator that holds nothing yet; ends when it is dropped.
pub struct DynamoDbEmulator {
    url: String,
    process: Child,
}

impl DynamoDbEmulator {
    /// Starts one on a free port, installed first where it is missing.
    pub async fn start() -> Self {
        let program = program();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let address = free_address();
            let port = address.rsplit_once(':').unwrap().1;
            let process = Command::new("sh")
                .args(["-c", LEASH, "sh", program, "--port", port, "--log", "quiet"])
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let url = format!("http://{address}");
            let mut emulator = Self { url, process };
            // Somebody else may have taken the port meanwhile; then the program ends.
            while emulator.process.try_wait().unwrap().is_none() {
                if TcpStream::connect(&address).await.is_ok() {
                    return emulator;
                }
                assert!(Instant::now() < deadline, "the DynamoDB emulator does not answer");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert!(Instant::now() < deadline, "the DynamoDB emulator does not start");
        }
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for DynamoDbEmulator {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Where the emulator is installed.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/lib/dynamodb");
        let output = Command::new(script).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "the DynamoDB emulator cannot be installed");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    })
}
