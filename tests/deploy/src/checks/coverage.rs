//! What the repository has against what the template deploys.

use super::{Expectations, concurrency::queue_name};
use crate::{Error, Template, template::below_stack};
use std::{collections::BTreeSet, fs, path::Path};

/// The functions of the repository.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Folders of `functions/` that make a binary.
    pub binaries: BTreeSet<String>,
    /// Those with a sample invocation in `events/lambda/<name>/`.
    pub sampled: BTreeSet<String>,
    /// Those that react to messages.
    pub steps: BTreeSet<String>,
}

impl Sources {
    /// Looks at the repository.
    ///
    /// # Errors
    /// When its folders cannot be read.
    pub fn of(root: &Path) -> Result<Self, Error> {
        let folders = |folder: &Path| -> Result<Vec<(String, std::path::PathBuf)>, Error> {
            let mut all = Vec::new();
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                all.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
            }
            Ok(all)
        };
        let mut sampled = BTreeSet::new();
        let samples = root.join("events/lambda");
        for (name, path) in if samples.is_dir() {
            folders(&samples)?
        } else {
            Vec::new()
        } {
            if path.is_dir()
                && folders(&path)?
                    .iter()
                    .any(|(_, file)| file.extension().is_some_and(|extension| extension == "json"))
            {
                sampled.insert(name);
            }
        }
        let binaries = folders(&root.join("functions"))?.into_iter();
        Ok(Self {
            binaries: binaries
                .filter(|(_, path)| path.join("src/main.rs").is_file())
                .map(|(name, _)| name)
                .collect(),
            sampled,
            steps: nova_events::Function::ALL
                .iter()
                .chain(&nova_events::Function::PLATFORM)
                .map(|function| function.name().to_owned())
                .collect(),
        })
    }
}

pub(super) fn functions(template: &Template, expectations: &Expectations) -> Result<Vec<String>, Error> {
    let deployed: BTreeSet<String> = template
        .functions()?
        .into_iter()
        .map(|function| function.name)
        .collect();
    let there = &expectations.sources.binaries;
    let mut findings: Vec<String> = there
        .difference(&deployed)
        .map(|name| format!("functions/{name} is not deployed"))
        .chain(
            deployed
                .difference(there)
                .map(|name| format!("{name} is deployed, but functions/{name} makes no binary")),
        )
        .collect();
    for function in template.functions()? {
        let code = &template.properties(&function.logical)["CodeUri"]["Key"]["Fn::Sub"];
        if *code != format!("${{CodePrefix}}/{}.zip", function.name) {
            findings.push(format!("{} runs the code {code}", function.name));
        }
    }
    Ok(findings)
}

pub(super) fn samples(_: &Template, expectations: &Expectations) -> Result<Vec<String>, Error> {
    let Sources { binaries, sampled, .. } = &expectations.sources;
    let without = binaries.difference(sampled);
    let unknown = sampled.difference(binaries);
    Ok(without
        .map(|name| format!("events/lambda/{name} holds no sample event"))
        .chain(unknown.map(|name| format!("events/lambda/{name} is a sample for no function")))
        .collect())
}

pub(super) fn queues(template: &Template, expectations: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let functions = template.functions()?;
    for step in &expectations.sources.steps {
        let consumer = functions.iter().find(|function| function.name == *step);
        match consumer.and_then(|function| function.queue()) {
            Some(queue) if queue.name == *step => {}
            Some(queue) => findings.push(format!("{step} listens to queue {}", queue.name)),
            None => findings.push(format!("{step} listens to no queue")),
        }
    }
    for (logical, properties) in template.resources("AWS::SQS::Queue") {
        let name = queue_name(properties).unwrap_or(logical);
        let of = name.strip_suffix("-dead").unwrap_or(name);
        if !expectations.sources.binaries.contains(of) {
            findings.push(format!("queue {name} belongs to no function"));
        }
    }
    Ok(findings)
}

pub(super) fn variables(template: &Template, expectations: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for function in template.functions()? {
        for needed in &expectations.needed_variables {
            if !function.variables.contains_key(needed) {
                findings.push(format!("{} does not start without {needed}", function.name));
            }
        }
        let known = |name: &String| {
            expectations.needed_variables.contains(name) || expectations.optional_variables.contains(name)
        };
        for name in function.variables.keys().filter(|name| !known(name)) {
            findings.push(format!("{} is told {name}, which nothing reads", function.name));
        }
        let refers = |variable: &str, logical: &str| {
            function.variables.get(variable).and_then(crate::template::target) == Some(logical)
        };
        for (variable, logical) in [
            ("NOVA_EVENTS_TABLE", "events"),
            ("NOVA_WORK_TABLE", "work"),
            ("NOVA_KEYS_TABLE", "keys"),
            ("NOVA_BUCKET", "bucket"),
            ("NOVA_KMS_KEY", "dataKey"),
        ] {
            if !refers(variable, logical) {
                findings.push(format!("{variable} of {} is not {logical}", function.name));
            }
        }
        let prefix = function.variables.get("NOVA_QUEUE_URL_PREFIX");
        let prefix = prefix.and_then(|value| value["Fn::Sub"].as_str()).unwrap_or_default();
        if !prefix.ends_with("/${AWS::StackName}-") {
            findings.push(format!("{} looks for queues at {prefix}", function.name));
        }
    }
    Ok(findings)
}

pub(super) fn platform(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for (logical, properties) in template.resources("AWS::Serverless::Function") {
        let name = below_stack(&properties["FunctionName"]).unwrap_or(logical);
        if properties["Runtime"] != "provided.al2023" || properties["Handler"] != "bootstrap" {
            findings.push(format!("{name} does not run on provided.al2023"));
        }
        if properties["Architectures"] != serde_json::json!([{ "Ref": "Architecture" }]) {
            findings.push(format!("{name} does not take the architecture it is built for"));
        }
    }
    let architecture = template.at("/Parameters/Architecture");
    if architecture["Default"] != "arm64" || architecture["AllowedValues"] != serde_json::json!(["arm64", "x86_64"]) {
        findings.push("the architecture is not arm64 unless someone says x86_64".to_owned());
    }
    Ok(findings)
}
