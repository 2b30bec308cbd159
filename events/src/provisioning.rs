//! How a cabinet of the practice platform comes into being, in the stream `provisioning/<cabinet>`.

use serde::{Deserialize, Serialize};

/// Somebody asked for a cabinet to be provisioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisioningRequested {
    /// The cabinet.
    pub cabinet: String,
    /// The template that it is furnished with.
    pub template: String,
}

/// A step is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisioningStepDone {
    /// `register`, `furnish`, `configure`, `verify` or `activate`.
    pub step: String,
}

/// A step failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisioningStepFailed {
    /// The step.
    pub step: String,
    /// `NOVA-3010`.
    pub code: String,
    /// One line, without values.
    pub cause: String,
    /// Trying again may help.
    pub retryable: bool,
}

/// Somebody asked to go on after a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisioningRetried {
    /// The step that failed.
    pub step: String,
}

/// Somebody asked to undo what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisioningRollbackRequested {
    /// Steps that are done, or may be.
    pub steps: Vec<String>,
}

/// A step is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisioningStepUndone {
    /// The step.
    pub step: String,
}
