//! What rings, who hears it, and what it takes back.

use super::Expectations;
use crate::{
    Error, Source, Template,
    template::{below_stack, target},
};
use serde_json::Value;
use std::{fs, path::Path};

/// An alarm on a metric of one thing.
fn rings(template: &Template, metric: &str, of: &dyn Fn(&Value) -> bool) -> bool {
    template.resources("AWS::CloudWatch::Alarm").any(|(_, alarm)| {
        let dimensions = alarm["Dimensions"].as_array().into_iter().flatten();
        alarm["MetricName"] == metric && dimensions.map(|dimension| &dimension["Value"]).any(of)
    })
}

pub(super) fn coverage(template: &Template, expectations: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for function in template.functions()? {
        let name = function.name.as_str();
        let of_function = |value: &Value| target(value) == Some(&function.logical) || below_stack(value) == Some(name);
        for metric in ["Errors", "Throttles"] {
            if !rings(template, metric, &of_function) {
                findings.push(format!("nothing rings on {metric} of {name}"));
            }
        }
        for source in &function.sources {
            match source {
                Source::Queue(queue) => {
                    if !rings(template, "ApproximateAgeOfOldestMessage", &|value| {
                        target(value) == Some(&queue.logical)
                    }) {
                        findings.push(format!("nothing rings when messages wait for {name}"));
                    }
                    let dead = queue.dead_letters.as_deref();
                    if !rings(template, "ApproximateNumberOfMessagesVisible", &|value| {
                        target(value) == dead
                    }) {
                        findings.push(format!("nothing rings on dead letters of {name}"));
                    }
                }
                Source::Stream { given_up, .. } => {
                    if !rings(template, "IteratorAge", &of_function) {
                        findings.push(format!("nothing rings when {name} falls behind"));
                    }
                    if !rings(template, "ApproximateNumberOfMessagesVisible", &|value| {
                        target(value) == given_up.as_deref()
                    }) {
                        findings.push(format!("nothing rings on what {name} gave up"));
                    }
                }
                Source::Http { .. } => {
                    if !rings(template, "5xx", &|value| target(value) == Some("api")) {
                        findings.push("nothing rings on server errors of the API".to_owned());
                    }
                }
                Source::Schedule { .. } => {}
            }
        }
    }
    for metric in ["StuckOperations", "SnapshotAge"] {
        if !rings(template, metric, &|value| value == "reconcile") {
            findings.push(format!("nothing rings on {metric}"));
        }
    }
    for (name, alarm) in template
        .resources("AWS::CloudWatch::Alarm")
        .filter(|(_, alarm)| alarm["Namespace"] == "Nova")
    {
        let metric = alarm["MetricName"].as_str().unwrap_or_default();
        if !is_said(&expectations.root.join("functions"), &format!("\"{metric}\""))? {
            findings.push(format!("{name} listens to {metric}, which no function reports"));
        }
    }
    Ok(findings)
}

/// Whether a Rust file below a folder holds a text.
fn is_said(folder: &Path, text: &str) -> Result<bool, Error> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            is_said(&path, text)?
        } else {
            path.extension().is_some_and(|extension| extension == "rs") && fs::read_to_string(&path)?.contains(text)
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn heard(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let deaf = template.resources("AWS::CloudWatch::Alarm").filter(|(_, alarm)| {
        let mut actions = alarm["AlarmActions"].as_array().into_iter().flatten();
        !actions.any(|action| target(action) == Some("alerts"))
    });
    let mut findings: Vec<String> = deaf.map(|(name, _)| format!("nobody hears {name}")).collect();
    // A reconciler that does not run reports nothing: silence must ring.
    if template.properties("operationsStuck")["TreatMissingData"] != "breaching" {
        findings.push("nothing rings when reconcile does not run".to_owned());
    }
    Ok(findings)
}

pub(super) fn deployments(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for function in template.functions()? {
        let name = &function.name;
        let properties = template.properties(&function.logical);
        if properties["AutoPublishAlias"] != "live" || properties["AutoPublishAliasAllProperties"] != true {
            findings.push(format!("a change of {name} is not a version that can be taken back"));
        }
        let gradual = function.deployment.starts_with("Canary") || function.deployment.starts_with("Linear");
        if function.answers_http() != gradual {
            findings.push(format!("{name} is deployed by {:?}", function.deployment));
        }
        let errors = function
            .deployment_alarms
            .iter()
            .any(|alarm| template.properties(alarm)["MetricName"] == "Errors");
        if !errors {
            findings.push(format!("errors of {name} do not take its deployment back"));
        }
        // The API names its functions' aliases, and those their deployments: CloudFormation would find a circle.
        let circle = function.deployment_alarms.iter().find(|alarm| {
            let dimensions = template.properties(alarm)["Dimensions"]
                .as_array()
                .into_iter()
                .flatten();
            function.answers_http()
                && dimensions
                    .map(|dimension| &dimension["Value"])
                    .any(|value| target(value) == Some("api"))
        });
        if let Some(alarm) = circle {
            findings.push(format!(
                "the deployment of {name} waits for {alarm}, which waits for the API, which waits for {name}"
            ));
        }
    }
    Ok(findings)
}

pub(super) fn logs(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for function in template.functions()? {
        let group = &template.properties(&function.logical)["LoggingConfig"]["LogGroup"];
        let group = target(group).unwrap_or_default();
        if template.properties(group)["RetentionInDays"].is_null() {
            findings.push(format!("logs of {} are kept for ever", function.name));
        }
    }
    Ok(findings)
}
