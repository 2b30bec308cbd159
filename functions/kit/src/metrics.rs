//! Figures in CloudWatch's embedded metric format: one line of JSON on standard output, which becomes metrics without a
//! call. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use crate::{
    deliver::Verdict,
    progress::{Phase, Progress},
};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    io::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// The namespace of every metric of Nova.
const NAMESPACE: &str = "Nova";

/// A metric; every one has the dimension `Function`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// How long a message took.
    Duration,
    /// Rows that went through.
    Rows,
    /// Bytes that went through.
    Bytes,
    /// Messages that were handled.
    Done,
    /// Messages that come again.
    Again,
    /// Messages whose operation failed.
    Failed,
    /// Operations that have not ended and have not come further for long.
    StuckOperations,
    /// How long ago the oldest snapshot that is still needed was opened.
    SnapshotAge,
}

impl Metric {
    /// Its name and unit.
    fn definition(self) -> (&'static str, &'static str) {
        match self {
            Self::Duration => ("Duration", "Milliseconds"),
            Self::Rows => ("Rows", "Count"),
            Self::Bytes => ("Bytes", "Bytes"),
            Self::Done => ("Done", "Count"),
            Self::Again => ("Again", "Count"),
            Self::Failed => ("Failed", "Count"),
            Self::StuckOperations => ("StuckOperations", "Count"),
            Self::SnapshotAge => ("SnapshotAge", "Seconds"),
        }
    }
}

/// What became of a message, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Handled.
    Done,
    /// It comes again, or goes on in a next message.
    Again,
    /// Its operation failed.
    Failed,
}

impl Outcome {
    /// In logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again => "again",
            Self::Failed => "failed",
        }
    }

    fn metric(self) -> Metric {
        match self {
            Self::Done => Metric::Done,
            Self::Again => Metric::Again,
            Self::Failed => Metric::Failed,
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Done => Self::Done,
            Verdict::Again { .. } | Verdict::GoesOn => Self::Again,
            Verdict::Failed => Self::Failed,
        }
    }
}

/// Counts what one message moves, and what is asked of services for it.
#[derive(Debug, Default)]
pub struct Tally {
    rows: AtomicU64,
    bytes: AtomicU64,
    billed: Mutex<BTreeMap<String, u64>>,
}

impl Tally {
    /// Begins a new count of what is moved.
    pub fn reset(&self) {
        self.rows.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
    }

    /// What services bill since the last time: what settles a message is counted to the next one.
    fn take_billed(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut *self.billed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Progress for Tally {
    fn begin(&self, _: Phase, _: u64) {}

    fn advance(&self, phase: Phase, units: u64, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
        if matches!(phase, Phase::Export | Phase::Anonymize | Phase::Import) {
            self.bytes.fetch_add(units, Ordering::Relaxed);
        }
    }

    fn billed(&self, call: &str, units: u64) {
        let mut billed = self.billed.lock().unwrap_or_else(PoisonError::into_inner);
        *billed.entry(call.to_owned()).or_default() += units;
    }
}

/// Whose figures they are.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The function: the metrics' dimension.
    pub function: &'a str,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub now_ms: u64,
    /// The operation, or nothing; found by searching, not a dimension.
    pub operation: &'a str,
    /// The invocation.
    pub request_id: &'a str,
}

impl Line<'_> {
    /// Writes what one message took.
    pub fn message(self, outcome: Outcome, duration_ms: u64, tally: &Tally) {
        let figures = [
            (Metric::Duration, duration_ms),
            (Metric::Rows, tally.rows.load(Ordering::Relaxed)),
            (Metric::Bytes, tally.bytes.load(Ordering::Relaxed)),
            (outcome.metric(), 1),
        ];
        self.write(&figures, tally);
    }

    /// Writes figures, and what services bill. Where nobody takes them, nothing is lost but figures.
    pub fn write(self, figures: &[(Metric, u64)], tally: &Tally) {
        let line = format!("{}\n", self.json(figures, &tally.take_billed()));
        let _ = std::io::stdout().lock().write_all(line.as_bytes());
    }

    /// `billed` is in the line for whoever computes costs from logs, but is no metric: each would cost by itself.
    fn json(self, figures: &[(Metric, u64)], billed: &BTreeMap<String, u64>) -> Value {
        let metrics: Vec<Value> = figures
            .iter()
            .map(|(metric, _)| {
                let (name, unit) = metric.definition();
                json!({ "Name": name, "Unit": unit })
            })
            .collect();
        let mut line = Map::new();
        let directive = json!([{ "Namespace": NAMESPACE, "Dimensions": [["Function"]], "Metrics": metrics }]);
        line.insert(
            "_aws".to_owned(),
            json!({ "Timestamp": self.now_ms, "CloudWatchMetrics": directive }),
        );
        for (key, value) in [
            ("Function", self.function),
            ("operation", self.operation),
            ("request_id", self.request_id),
        ] {
            if !value.is_empty() {
                line.insert(key.to_owned(), value.into());
            }
        }
        for (metric, value) in figures {
            line.insert(metric.definition().0.to_owned(), (*value).into());
        }
        if !billed.is_empty() {
            line.insert("billed".to_owned(), json!(billed));
        }
        Value::Object(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_that_is_announced_has_a_value_and_every_dimension_too() {
        let line = Line {
            function: "export",
            now_ms: 1_800_000_000_000,
            operation: "op1",
            request_id: "r1",
        };
        let tally = Tally::default();
        tally.billed("S3.PutObject", 1);
        tally.billed("S3.PutObject", 1);
        let figures = [(Metric::Duration, 12), (Metric::Rows, 7), (Metric::Done, 1)];
        let json = line.json(&figures, &tally.take_billed());
        assert_eq!(json["billed"], json!({ "S3.PutObject": 2 }));
        assert!(line.json(&figures, &tally.take_billed()).get("billed").is_none());
        let directive = &json["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], "Nova");
        for name in directive["Metrics"].as_array().unwrap() {
            let name = name["Name"].as_str().unwrap();
            assert!(json[name].is_u64(), "{name}");
        }
        for dimension in directive["Dimensions"][0].as_array().unwrap() {
            assert!(json[dimension.as_str().unwrap()].is_string(), "{dimension}");
        }
        assert_eq!((&json["Rows"], &json["operation"]), (&json!(7), &json!("op1")));
    }

    #[test]
    fn a_tally_counts_bytes_only_where_units_are_bytes() {
        let tally = Tally::default();
        tally.advance(Phase::Import, 100, 3);
        tally.advance(Phase::Finalize, 1, 0);
        assert_eq!(
            (tally.rows.load(Ordering::Relaxed), tally.bytes.load(Ordering::Relaxed)),
            (3, 100)
        );
        tally.reset();
        assert_eq!(tally.bytes.load(Ordering::Relaxed), 0);
    }
}
