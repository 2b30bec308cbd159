//! What the template must satisfy. Each check returns what is wrong, as sentences.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every check has the same shape, whether or not it can fail"
)]

mod alarms;
mod concurrency;
mod coverage;
mod delivery;
mod permissions;
mod stores;

use crate::{error::Error, template::Template};
use std::path::PathBuf;

pub use coverage::Sources;
pub use permissions::PREFIXED;

/// What a template is held against.
#[derive(Debug, Clone)]
pub struct Expectations {
    /// The functions that the repository has.
    pub sources: Sources,
    /// Environment variables without which a function does not start.
    pub needed_variables: Vec<String>,
    /// Environment variables that a function reads when they are there.
    pub optional_variables: Vec<String>,
    /// Root of the repository.
    pub root: PathBuf,
}

/// A check with its name.
pub type Check = (&'static str, fn(&Template, &Expectations) -> Result<Vec<String>, Error>);

/// Every check.
pub const ALL: &[Check] = &[
    (
        "a message stays invisible for six times the time-out",
        delivery::visibility,
    ),
    ("batches report their failures one by one", delivery::partial_batches),
    ("what fails for good is kept", delivery::dead_letters),
    ("redrive comes after the handler's own limit", delivery::receives),
    ("time passes once a minute", delivery::schedules),
    (
        "concurrency stays within the account's and the databases' limits",
        concurrency::limits,
    ),
    ("what is in functions/ is what is deployed", coverage::functions),
    ("each function has a sample event", coverage::samples),
    ("each step has a queue of its own", coverage::queues),
    ("functions are told what their settings need", coverage::variables),
    ("functions run on the platform they are built for", coverage::platform),
    ("no wildcard is granted", permissions::no_wildcards),
    ("history is only appended to", permissions::append_only),
    ("each function has a role of its own", permissions::own_roles),
    ("keys are used by those who seal and unseal", permissions::keys),
    ("tables are what the adapters expect", stores::tables),
    ("the bucket is closed and forgets rows", stores::bucket),
    ("every failure rings", alarms::coverage),
    ("every alarm is heard", alarms::heard),
    ("deployments are taken back by alarms", alarms::deployments),
    ("logs end", alarms::logs),
];

/// Runs every check: each finding with the name of its check.
///
/// # Errors
/// When the template is not as a template should be.
pub fn run(template: &Template, expectations: &Expectations) -> Result<Vec<(&'static str, String)>, Error> {
    let mut findings = Vec::new();
    for (name, check) in ALL {
        findings.extend(
            check(template, expectations)?
                .into_iter()
                .map(|finding| (*name, finding)),
        );
    }
    Ok(findings)
}
