//! SQS, S3, KMS, Secrets Manager, SES and SNS of one's own: a moto server.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// The server: answers one call at a time.
const PROGRAM: &str = include_str!("moto.py");

/// Where the moto server of this process answers. It is started on first use, installed first where it is missing, and
/// ends with this process; tests share it and name what they make apart.
pub fn moto() -> &'static str {
    static SERVER: OnceLock<(String, Child)> = OnceLock::new();
    &SERVER.get_or_init(start).0
}

fn start() -> (String, Child) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/lib/moto");
    let installed = Command::new(script).stderr(Stdio::inherit()).output().unwrap();
    assert!(installed.status.success(), "moto cannot be installed");
    let program = String::from_utf8(installed.stdout).unwrap();
    let python = Path::new(program.trim()).with_file_name("python");
    let mut server = Command::new(python)
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    assert!(address.starts_with("http://"), "moto does not start");
    (address.trim().to_owned(), server)
}
