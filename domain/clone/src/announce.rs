//! What people are told about an operation, and the port that tells them.

use crate::{Operation, Outcome};
use async_trait::async_trait;
use nova_errors::Failure;
use nova_events::OperationKind;

/// Words for people; they hold no data of rows and no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// A few words, as for the subject of an e-mail.
    pub subject: String,
    /// One line that says everything.
    pub text: String,
}

impl Announcement {
    /// The words about an operation; `about` says what has become of it: `completed`, `failed`, `refused` …
    pub fn of(operation: &Operation, about: &str) -> Self {
        let requested = &operation.requested;
        let target = &requested.target;
        let what = match (requested.kind, &requested.source) {
            (OperationKind::Clone, Some(source)) => format!("clone of {source} into {target}"),
            (OperationKind::Clone, None) => format!("clone into {target}"),
            (OperationKind::Rollback, _) => format!("rollback of {target}"),
            (OperationKind::Remove, _) => format!("removal of {target}"),
            (OperationKind::Check, _) => format!("check of {target}"),
            (OperationKind::Backup, _) => format!("backup of {target}"),
        };
        let subject = format!("Nova: {what} {about}");
        let more = match &operation.outcome {
            Some(Outcome::Completed(completed)) if requested.kind == OperationKind::Clone => {
                format!(": {} rows, {} columns anonymized", completed.rows, completed.columns)
            }
            Some(Outcome::Completed(completed)) if requested.kind == OperationKind::Backup => {
                format!(": {} rows", completed.rows)
            }
            Some(Outcome::Refused(reasons)) => reasons
                .first()
                .map(|reason| format!(": {} {}", reason.code, reason.cause))
                .unwrap_or_default(),
            Some(Outcome::Failed { step, reason }) => format!(" at {step}: {} {}", reason.code, reason.cause),
            _ => String::new(),
        };
        Self {
            text: format!("{subject} (operation {}){more}", operation.id),
            subject,
        }
    }
}

/// A way to tell people.
#[async_trait]
pub trait Announce: Send + Sync {
    /// What the history calls this way: `mail`, `topic` …
    fn channel(&self) -> &'static str;

    /// Tells them. Returning means that a service took the words, not that somebody read them.
    ///
    /// # Errors
    /// What the service says.
    async fn announce(&self, announcement: &Announcement) -> Result<(), Failure>;
}
