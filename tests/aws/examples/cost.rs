//! What a clone costs on AWS, computed from what its functions asked for: `cost ROWS CHUNK_MB`.
//!
//! The sample is cloned through the emulated services with every function in a process of its own. Each function writes
//! with its figures what it asked of services, in the units they bill; event sources are added as Lambda polls them: one
//! request to receive a message and one to delete it. Processor time is the durations of this machine at the memory of
//! the template, so it is an estimate; the counts are not.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use nova_aws_e2e::Deployment;
use nova_deploy::Template;
use nova_e2e::{
    Project,
    servers::{self, TARGET},
};
use nova_localaws::Faults;
use serde_json::Value;
use std::collections::BTreeMap;

/// Dollars for a million units; <https://aws.amazon.com/pricing/>, us-east-1, November 2026.
fn price(call: &str) -> f64 {
    match call {
        "Lambda invocations" => 0.20,
        "Lambda GB-s (arm64)" => 13.3334,
        "DynamoDB.GetItem" | "DynamoDB.Query" | "DynamoDB.Scan" => 0.125,
        "S3.GetObject" | "S3.HeadObject" => 0.40,
        "S3.DeleteObject" | "S3.DeleteObjects" | "S3.AbortMultipartUpload" => 0.0,
        _ if call.starts_with("DynamoDB.") => 0.625,
        _ if call.starts_with("SQS.") => 0.40,
        _ if call.starts_with("S3.") => 5.0,
        _ if call.starts_with("KMS.") => 3.0,
        _ if call.starts_with("Secrets Manager.") => 5.0,
        _ => panic!("nobody said what {call} costs"),
    }
}

/// Units by what is asked for.
#[derive(Default)]
struct Bill {
    units: BTreeMap<String, f64>,
    chunks: f64,
}

impl Bill {
    fn add(&mut self, call: &str, units: f64) {
        *self.units.entry(call.to_owned()).or_default() += units;
    }

    /// Adds a line of figures of a function with so much memory.
    fn add_line(&mut self, line: &Value, memory_mb: &BTreeMap<String, u64>) {
        let function = line["Function"].as_str().unwrap();
        for (call, units) in line["billed"].as_object().into_iter().flatten() {
            self.add(call, units.as_f64().unwrap());
        }
        let count = |name: &str| line[name].as_f64().unwrap_or_default();
        let messages = count("Done") + count("Again") + count("Failed");
        self.add("Lambda invocations", 1.0);
        let memory_gb = *memory_mb.get(function).unwrap() as f64 / 1024.0;
        self.add("Lambda GB-s (arm64)", count("Duration") / 1000.0 * memory_gb);
        self.add("SQS.ReceiveMessage (event source)", messages);
        self.add("SQS.DeleteMessage (event source)", count("Done"));
        if function == "import" {
            self.chunks += count("Done");
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse().unwrap());
    let (rows, chunk_mb) = (arguments.next().unwrap(), arguments.next().unwrap());
    let production = servers::sample(rows);
    let target = servers::old_target(&TARGET);
    let deployment = Deployment::start_with_chunks(Project::new(&production, &target), Faults::default(), chunk_mb);
    let run = deployment
        .start_clone(&["--rules", "rules.json"])
        .wait()
        .exits(0)
        .json();

    let functions = Template::committed().unwrap().functions().unwrap();
    let memory_mb: BTreeMap<_, _> = functions.into_iter().map(|f| (f.name, f.memory)).collect();
    let mut bill = Bill::default();
    for file in std::fs::read_dir(deployment.stack().logs()).unwrap() {
        let log = std::fs::read_to_string(file.unwrap().path()).unwrap_or_default();
        let figures = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        for line in figures.filter(|line| line.get("_aws").is_some()) {
            bill.add_line(&line, &memory_mb);
        }
    }

    println!(
        "{} rows, {} bytes, {} chunks of at most {chunk_mb} MB, {} ms",
        run["rows"], run["bytes"], bill.chunks, run["duration_ms"]
    );
    println!("{:<40} {:>12} {:>10}", "per 1,000 chunks", "units", "dollars");
    let mut total = 0.0;
    for (call, units) in &bill.units {
        let units = units / bill.chunks * 1000.0;
        let dollars = units * price(call) / 1e6;
        total += dollars;
        println!("{call:<40} {units:>12.0} {dollars:>10.4}");
    }
    println!("{:<40} {:>12} {total:>10.4}", "all", "");
}
