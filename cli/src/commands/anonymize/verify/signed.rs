//! A report under the project's signature: who has the file and the project can tell whether it was changed.

use crate::{arguments::Format, output};
use nova_anonymization::verify::Report;
use nova_errors::{Code, Failure};
use nova_kit::Ports;
use ring::hmac;
use serde_json::{Value, json};
use std::{path::Path, process::ExitCode};

/// The key of reports among the project's keys.
const KEY: &str = "anonymization-reports";

/// The report and its signature as one document.
pub(super) fn document(report: &Report, signature: &str) -> Value {
    json!({"report": report, "signature": {"algorithm": "HMAC-SHA256", "value": signature}})
}

/// The signature, in hexadecimal digits.
pub(super) async fn sign(ports: &Ports, report: &Report) -> Result<String, Failure> {
    let tag = hmac::sign(&key(ports).await?, report.canonical().as_bytes());
    Ok(tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn key(ports: &Ports) -> Result<hmac::Key, Failure> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &ports.keys.data_key(KEY).await?))
}

/// Checks a report that was written as JSON.
pub(super) async fn check(ports: &Ports, file: &Path, format: Format) -> Result<ExitCode, Failure> {
    let unreadable = |what: String| Failure::new(Code::MISSING_FILE, format!("{}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    let mut document: Value = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let signature = document["signature"]["value"].as_str().unwrap_or_default().to_owned();
    let report: Report =
        serde_json::from_value(document["report"].take()).map_err(|error| unreadable(error.to_string()))?;
    let bytes: Option<Vec<u8>> = (0..signature.len())
        .step_by(2)
        .map(|at| {
            signature
                .get(at..at + 2)
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        })
        .collect();
    let genuine = bytes.filter(|bytes| !bytes.is_empty());
    let key = key(ports).await?;
    let genuine = genuine.is_some_and(|bytes| hmac::verify(&key, report.canonical().as_bytes(), &bytes).is_ok());
    if !genuine {
        let cause = format!("{}: the signature does not fit the report", file.display());
        return Err(Failure::new(Code::BAD_PROOF, cause));
    }
    if format == Format::Json {
        output::json(&json!({
            "status": "genuine", "environment": report.environment, "made_at": report.made_at, "passed": report.passed,
        }));
    } else {
        output::print(&format!(
            "{}: signed by this project on {}; it says that environment {} {}.",
            file.display(),
            report.made_at,
            report.environment,
            if report.passed { "passed" } else { "did not pass" }
        ));
    }
    Ok(ExitCode::SUCCESS)
}
