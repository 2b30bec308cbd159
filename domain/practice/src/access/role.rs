//! The roles.

use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What someone is in a cabinet or in the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the platform: cabinets, people, roles. Signs in with a second factor or not at all.
    SuperAdmin,
    /// Sees figures of all cabinets, and no patients.
    GroupAnalyst,
    /// Reads who did what, and no patients.
    Auditor,
    /// Runs a cabinet.
    CabinetManager,
    /// Treats patients.
    Practitioner,
    /// Assists at the chair.
    Assistant,
    /// Keeps the diary and the patients' particulars.
    Receptionist,
}

/// What a role is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenFor {
    /// The whole group.
    Group,
    /// One cabinet.
    Cabinet,
    /// Either.
    Either,
}

impl Role {
    /// Every role, those of the group first.
    pub const ALL: [Self; 7] = [
        Self::SuperAdmin,
        Self::GroupAnalyst,
        Self::Auditor,
        Self::CabinetManager,
        Self::Practitioner,
        Self::Assistant,
        Self::Receptionist,
    ];

    /// The word for it in the API and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super-admin",
            Self::GroupAnalyst => "group-analyst",
            Self::Auditor => "auditor",
            Self::CabinetManager => "cabinet-manager",
            Self::Practitioner => "practitioner",
            Self::Assistant => "assistant",
            Self::Receptionist => "receptionist",
        }
    }

    /// What it is given for.
    pub fn given_for(self) -> GivenFor {
        match self {
            Self::SuperAdmin | Self::GroupAnalyst => GivenFor::Group,
            Self::Auditor => GivenFor::Either,
            Self::CabinetManager | Self::Practitioner | Self::Assistant | Self::Receptionist => GivenFor::Cabinet,
        }
    }

    /// True when whoever has it needs a second factor for it to count.
    pub fn needs_second_factor(self) -> bool {
        self == Self::SuperAdmin
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = Failure;

    fn from_str(word: &str) -> Result<Self, Failure> {
        Self::ALL.into_iter().find(|role| role.name() == word).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|role| role.name()).collect();
            let cause = format!("{word:?} is not a role; it is one of {}", known.join(", "));
            Failure::new(Code::PRACTICE_INVALID, cause)
        })
    }
}
