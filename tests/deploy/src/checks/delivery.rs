//! Queues, streams and schedules.

use super::Expectations;
use crate::{Error, Queue, Source, Template};
use std::fs;

pub(super) fn visibility(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for function in template.functions()? {
        if let Some(queue) = function.queue() {
            let (visible, least) = (queue.visibility + queue.window, 6 * function.timeout + queue.window);
            if visible < least {
                findings.push(format!(
                    "a message of {} may be delivered again after {visible:?}, while it is still handled; at least {least:?} is needed",
                    function.name
                ));
            }
        }
    }
    Ok(findings)
}

pub(super) fn partial_batches(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for function in template.functions()? {
        for source in &function.sources {
            let partial = match source {
                Source::Queue(Queue { partial, .. }) | Source::Stream { partial, .. } => *partial,
                Source::Schedule { .. } | Source::Http { .. } => true,
            };
            if !partial {
                findings.push(format!(
                    "one failed message of {} brings its whole batch back",
                    function.name
                ));
            }
        }
    }
    Ok(findings)
}

pub(super) fn dead_letters(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for function in template.functions()? {
        for source in &function.sources {
            match source {
                Source::Queue(queue) => {
                    let dead = queue.dead_letters.as_deref().unwrap_or_default();
                    let expected = format!("{}-dead", queue.name);
                    let name = &template.properties(dead)["QueueName"];
                    if crate::template::below_stack(name) != Some(expected.as_str()) {
                        findings.push(format!(
                            "messages that {} gives up are not kept in {expected}",
                            function.name
                        ));
                    }
                }
                Source::Stream { retries, given_up, .. } => {
                    // Without a limit one bad record stops its shard for a day.
                    if retries.is_none() || given_up.is_none() {
                        findings.push(format!(
                            "a record that {} cannot handle blocks the ones behind it",
                            function.name
                        ));
                    }
                }
                Source::Schedule { .. } | Source::Http { .. } => {}
            }
        }
    }
    for (name, queue) in template.resources("AWS::SQS::Queue") {
        if queue["MessageRetentionPeriod"] != 1_209_600 {
            findings.push(format!(
                "{name} forgets messages before the fourteen days that SQS can keep them"
            ));
        }
        if queue["SqsManagedSseEnabled"] != true {
            findings.push(format!("{name} is not encrypted"));
        }
    }
    Ok(findings)
}

/// `functions/kit` tries a message so often before it fails the operation and buries the message itself; SQS must not
/// take the message away before. Waiting for a snapshot counts as a receipt only a few times.
pub(super) fn receives(template: &Template, expectations: &Expectations) -> Result<Vec<String>, Error> {
    let limit = |file: &str, name: &str| {
        let source = fs::read_to_string(expectations.root.join("functions/kit/src").join(file))?;
        let line = source
            .lines()
            .find(|line| line.contains(&format!("const {name}: u32 = ")));
        let digits = line.and_then(|line| line.split('=').nth(1)?.trim().trim_end_matches(';').parse::<u64>().ok());
        digits.ok_or_else(|| Error::Structure(format!("functions/kit/src/{file} does not say {name}")))
    };
    let tries = limit("deliver.rs", "ATTEMPTS")?.max(limit("lambda.rs", "WAITS")?);
    let mut findings = Vec::new();
    for function in template.functions()? {
        if let Some(queue) = function.queue()
            && queue.receives.is_none_or(|receives| receives <= tries)
        {
            findings.push(format!(
                "{} would lose a message after {:?} receipts, but tries it {tries} times itself",
                function.name, queue.receives
            ));
        }
    }
    Ok(findings)
}

pub(super) fn schedules(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let minute = Source::Schedule {
        expression: "rate(1 minute)".to_owned(),
    };
    let functions = template.functions()?;
    let missing = ["reconcile", "schedule", "dispatch"].into_iter().filter(|name| {
        let woken = functions.iter().find(|function| function.name == *name);
        !woken.is_some_and(|function| function.sources.contains(&minute))
    });
    Ok(missing
        .map(|name| format!("{name} is not woken every minute"))
        .collect())
}
