//! A change of configuration reaches cabinets in stages: the next only when the ones before are healthy.

use crate::CabinetId;
use serde::{Deserialize, Serialize};

/// Cabinets that get a change together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What people call it: `pilot`, `west`, `all`.
    pub name: String,
    /// Its cabinets.
    pub cabinets: Vec<CabinetId>,
}

/// How a cabinet is, by the worst of its checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// As it should be.
    Healthy,
    /// It works; something needs a person.
    Degraded,
    /// It does not work.
    Failing,
}

impl Condition {
    /// The word in the database and the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }

    /// The condition with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Healthy, Self::Degraded, Self::Failing]
            .into_iter()
            .find(|condition| condition.name() == name)
    }
}

/// What follows in a roll-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The stage with this number is next.
    Advance(usize),
    /// These cabinets are not healthy: nothing goes on by itself.
    Pause(Vec<CabinetId>),
    /// Every stage has it.
    Done,
}

/// What follows when `reached` stages have the change and their cabinets are in these conditions.
pub fn verdict(stages: &[Stage], reached: usize, condition: impl Fn(CabinetId) -> Condition) -> Verdict {
    let ill: Vec<CabinetId> = stages
        .iter()
        .take(reached)
        .flat_map(|stage| stage.cabinets.iter().copied())
        .filter(|cabinet| condition(*cabinet) != Condition::Healthy)
        .collect();
    if !ill.is_empty() {
        Verdict::Pause(ill)
    } else if reached < stages.len() {
        Verdict::Advance(reached)
    } else {
        Verdict::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_ill_pilot_keeps_the_change_from_all_others() {
        let cabinet = |number| CabinetId(Uuid::from_u128(number));
        let stages = [
            Stage {
                name: "pilot".to_owned(),
                cabinets: vec![cabinet(1)],
            },
            Stage {
                name: "all".to_owned(),
                cabinets: vec![cabinet(2), cabinet(3)],
            },
        ];
        let healthy = |_| Condition::Healthy;
        assert_eq!(verdict(&stages, 0, healthy), Verdict::Advance(0));
        assert_eq!(verdict(&stages, 1, healthy), Verdict::Advance(1));
        assert_eq!(verdict(&stages, 2, healthy), Verdict::Done);
        assert_eq!(
            verdict(&stages, 1, |_| Condition::Degraded),
            Verdict::Pause(vec![cabinet(1)])
        );
    }
}
