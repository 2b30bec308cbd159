//! How much runs at once.

use super::Expectations;
use crate::{Error, Template, template::below_stack};
use serde_json::Value;

/// What Lambda keeps back from functions that reserve concurrency.
const UNRESERVED: u64 = 100;

pub(super) fn limits(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let limit = |name: &str| template.at(&format!("/Metadata/Nova/{name}")).as_u64().unwrap_or(0);
    let mut reserved = 0;
    for function in template.functions()? {
        // `!If [ReservesConcurrency, figure, none]`
        let set_aside = &template.properties(&function.logical)["ReservedConcurrentExecutions"]["Fn::If"];
        let Some(own) = set_aside[1].as_u64() else {
            findings.push(format!("{} can take the whole account's concurrency", function.name));
            continue;
        };
        reserved += own;
        let Some(queue) = function.queue() else { continue };
        match queue.concurrency {
            // What SQS event sources take.
            Some(most) if !(2..=1000).contains(&most) => {
                findings.push(format!(
                    "{} cannot run {most} times at once: 2 to 1000 are possible",
                    function.name
                ));
            }
            Some(most) if most > own => {
                findings.push(format!(
                    "{} polls for {most} invocations and may run {own}",
                    function.name
                ));
            }
            Some(_) => {}
            None => findings.push(format!("nothing bounds how often {} runs at once", function.name)),
        }
    }
    let account = limit("AccountConcurrency");
    if reserved + UNRESERVED > account {
        findings.push(format!(
            "functions reserve {reserved} of {account} invocations at once, of which {UNRESERVED} must stay free"
        ));
    }
    let (sessions, most) = (sessions(template)?, limit("DatabaseConnections"));
    if sessions > most {
        findings.push(format!(
            "functions may open {sessions} sessions at once, of {most} that a database allows"
        ));
    }
    Ok(findings)
}

/// Most sessions with one server, all functions together.
fn sessions(template: &Template) -> Result<u64, Error> {
    let mut all = 0;
    for function in template.functions()? {
        let Some(queue) = function.queue() else { continue };
        let each = template.mapping(&function.name, "Sessions");
        let each = each.as_u64().ok_or_else(|| {
            Error::Structure(format!(
                "nothing says how many sessions an invocation of {} has",
                function.name
            ))
        })?;
        all += each * queue.concurrency.unwrap_or(1000);
    }
    Ok(all)
}

impl Template {
    /// What the table of steps says of one.
    pub(crate) fn mapping(&self, step: &str, column: &str) -> &Value {
        self.at(&format!("/Mappings/Steps/{step}/{column}"))
    }
}

/// The name of a queue below the stack's.
pub(super) fn queue_name(properties: &Value) -> Option<&str> {
    below_stack(&properties["QueueName"])
}
