//! How a cabinet comes into being: steps, each with its undo, as a fold over the events of its stream. Whoever carries it
//! out asks [`next`] what follows, does that, and appends what became of it; doing a step twice must do no harm.

use crate::CabinetId;
use nova_events::{
    Event, ProvisioningRequested, ProvisioningRetried, ProvisioningRollbackRequested, ProvisioningStepDone,
    ProvisioningStepFailed, ProvisioningStepUndone,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A step; the order is that of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvisioningStep {
    /// The cabinet's row.
    Register,
    /// Opening hours, services, chairs, equipment from the template.
    Furnish,
    /// The first version of its configuration, live.
    Configure,
    /// The checks that a working cabinet passes.
    Verify,
    /// Open for patients.
    Activate,
}

impl ProvisioningStep {
    /// Every step, in order.
    pub const ALL: [Self; 5] = [
        Self::Register,
        Self::Furnish,
        Self::Configure,
        Self::Verify,
        Self::Activate,
    ];

    /// The word for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Furnish => "furnish",
            Self::Configure => "configure",
            Self::Verify => "verify",
            Self::Activate => "activate",
        }
    }

    /// The step with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == word)
    }
}

/// The stream of a cabinet's provisioning.
pub fn provisioning_stream(cabinet: CabinetId) -> String {
    format!("{PROVISIONINGS}{cabinet}")
}

/// What the names of all such streams begin with.
pub const PROVISIONINGS: &str = "provisioning/";

/// A fact about one provisioning: the events of `provisioning/<cabinet>`, with their words as types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProvisioningEvent {
    /// Somebody asked for it.
    Requested {
        /// The cabinet.
        cabinet: CabinetId,
        /// Name of the template.
        template: String,
    },
    /// A step is done.
    StepDone {
        /// Which.
        step: ProvisioningStep,
    },
    /// A step failed.
    StepFailed {
        /// Which.
        step: ProvisioningStep,
        /// `NOVA-3006`.
        code: String,
        /// One line, without values.
        cause: String,
        /// Trying again may help.
        retryable: bool,
    },
    /// Somebody asked to go on after a failure.
    Retried {
        /// The step that failed.
        step: ProvisioningStep,
    },
    /// Somebody asked to undo it.
    RollbackRequested {
        /// What is done, and what may be: the step whose worker had not said yet that it was.
        steps: BTreeSet<ProvisioningStep>,
    },
    /// A step is undone.
    StepUndone {
        /// Which.
        step: ProvisioningStep,
    },
}

impl ProvisioningEvent {
    /// The event as the log keeps it.
    pub fn recorded(&self) -> Event {
        let word = |step: &ProvisioningStep| step.name().to_owned();
        match self {
            Self::Requested { cabinet, template } => Event::ProvisioningRequested(ProvisioningRequested {
                cabinet: cabinet.to_string(),
                template: template.clone(),
            }),
            Self::StepDone { step } => Event::ProvisioningStepDone(ProvisioningStepDone { step: word(step) }),
            Self::StepFailed {
                step,
                code,
                cause,
                retryable,
            } => Event::ProvisioningStepFailed(ProvisioningStepFailed {
                step: word(step),
                code: code.clone(),
                cause: cause.clone(),
                retryable: *retryable,
            }),
            Self::Retried { step } => Event::ProvisioningRetried(ProvisioningRetried { step: word(step) }),
            Self::RollbackRequested { steps } => {
                let steps = steps.iter().map(word).collect();
                Event::ProvisioningRollbackRequested(ProvisioningRollbackRequested { steps })
            }
            Self::StepUndone { step } => Event::ProvisioningStepUndone(ProvisioningStepUndone { step: word(step) }),
        }
    }

    /// What an event of the log says; none for one that is not of a provisioning, or names a step that is not known.
    pub fn read(event: &Event) -> Option<Self> {
        let step = |word: &str| ProvisioningStep::named(word);
        Some(match event {
            Event::ProvisioningRequested(event) => Self::Requested {
                cabinet: event.cabinet.parse().ok()?,
                template: event.template.clone(),
            },
            Event::ProvisioningStepDone(event) => Self::StepDone {
                step: step(&event.step)?,
            },
            Event::ProvisioningStepFailed(event) => Self::StepFailed {
                step: step(&event.step)?,
                code: event.code.clone(),
                cause: event.cause.clone(),
                retryable: event.retryable,
            },
            Event::ProvisioningRetried(event) => Self::Retried {
                step: step(&event.step)?,
            },
            Event::ProvisioningRollbackRequested(event) => Self::RollbackRequested {
                steps: event.steps.iter().map(|word| step(word)).collect::<Option<_>>()?,
            },
            Event::ProvisioningStepUndone(event) => Self::StepUndone {
                step: step(&event.step)?,
            },
            _ => return None,
        })
    }
}

/// Where a provisioning stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvisioningState {
    /// Steps are being done.
    Running,
    /// A step failed; a person decides.
    Failed,
    /// Every step is done.
    Done,
    /// Steps are being undone.
    RollingBack,
    /// Every step is undone.
    RolledBack,
}

/// One provisioning, folded from its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provisioning {
    /// The cabinet.
    pub cabinet: CabinetId,
    /// Name of the template.
    pub template: String,
    /// Where it stands.
    pub state: ProvisioningState,
    /// Steps that are done and not undone.
    pub done: BTreeSet<ProvisioningStep>,
    /// The last failure: step, code, cause.
    pub failure: Option<(ProvisioningStep, String, String)>,
    /// Failures of the step that is being tried, since somebody asked to go on.
    pub attempts: u32,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Do this step.
    Do(ProvisioningStep),
    /// Undo this step.
    Undo(ProvisioningStep),
    /// Nothing, until somebody asks.
    Rest,
}

impl Provisioning {
    /// How often a step is tried that failed in a way that may pass.
    pub const ATTEMPTS: u32 = 5;

    /// The state after these events; none without a request at the beginning.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a ProvisioningEvent>) -> Option<Self> {
        let mut events = events.into_iter();
        let Some(ProvisioningEvent::Requested { cabinet, template }) = events.next() else {
            return None;
        };
        let mut state = Self {
            cabinet: *cabinet,
            template: template.clone(),
            state: ProvisioningState::Running,
            done: BTreeSet::new(),
            failure: None,
            attempts: 0,
        };
        for event in events {
            state.apply(event);
        }
        Some(state)
    }

    fn apply(&mut self, event: &ProvisioningEvent) {
        match event {
            ProvisioningEvent::Requested { .. } => {}
            ProvisioningEvent::StepDone { step } => {
                self.done.insert(*step);
                (self.failure, self.attempts) = (None, 0);
                if self.done.len() == ProvisioningStep::ALL.len() {
                    self.state = ProvisioningState::Done;
                }
            }
            ProvisioningEvent::StepFailed {
                step,
                code,
                cause,
                retryable,
            } => {
                self.attempts += 1;
                self.failure = Some((*step, code.clone(), cause.clone()));
                // What is being undone goes on being undone: half of it is worse than either.
                let ends = !retryable || self.attempts >= Self::ATTEMPTS;
                if ends && self.state == ProvisioningState::Running {
                    self.state = ProvisioningState::Failed;
                }
            }
            ProvisioningEvent::Retried { .. } => {
                self.attempts = 0;
                if self.state == ProvisioningState::Failed {
                    self.state = ProvisioningState::Running;
                }
            }
            ProvisioningEvent::RollbackRequested { steps } => {
                self.attempts = 0;
                self.done.clone_from(steps);
                self.state = if self.done.is_empty() {
                    ProvisioningState::RolledBack
                } else {
                    ProvisioningState::RollingBack
                };
            }
            ProvisioningEvent::StepUndone { step } => {
                self.attempts = 0;
                self.done.remove(step);
                if self.done.is_empty() {
                    self.state = ProvisioningState::RolledBack;
                }
            }
        }
    }
}

/// What is recorded when a person asks to go on, or to undo everything; none where that makes no sense.
pub fn decided(now: &Provisioning, rollback: bool) -> Option<ProvisioningEvent> {
    let at_hand = ProvisioningStep::ALL.into_iter().find(|step| !now.done.contains(step));
    match (now.state, rollback) {
        (ProvisioningState::Failed, false) => Some(ProvisioningEvent::Retried { step: at_hand? }),
        (ProvisioningState::Failed | ProvisioningState::Running, true) => {
            let mut steps = now.done.clone();
            steps.extend(at_hand);
            Some(ProvisioningEvent::RollbackRequested { steps })
        }
        // Asked again: whoever undoes it is sent for once more.
        (ProvisioningState::RollingBack, true) => Some(ProvisioningEvent::RollbackRequested {
            steps: now.done.clone(),
        }),
        _ => None,
    }
}

/// What follows from where it stands: the first step that is not done, or the last that is not undone.
pub fn next(provisioning: &Provisioning) -> Progress {
    match provisioning.state {
        ProvisioningState::Running => ProvisioningStep::ALL
            .into_iter()
            .find(|step| !provisioning.done.contains(step))
            .map_or(Progress::Rest, Progress::Do),
        ProvisioningState::RollingBack => provisioning
            .done
            .last()
            .map_or(Progress::Rest, |step| Progress::Undo(*step)),
        ProvisioningState::Failed | ProvisioningState::Done | ProvisioningState::RolledBack => Progress::Rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn requested() -> Vec<ProvisioningEvent> {
        vec![ProvisioningEvent::Requested {
            cabinet: CabinetId(Uuid::nil()),
            template: "standard".to_owned(),
        }]
    }

    fn failed(step: ProvisioningStep, retryable: bool) -> ProvisioningEvent {
        ProvisioningEvent::StepFailed {
            step,
            code: "NOVA-3010".to_owned(),
            cause: "no chair".to_owned(),
            retryable,
        }
    }

    #[test]
    fn a_failure_at_every_step_unwinds_what_was_done_in_reverse() {
        for failing in ProvisioningStep::ALL {
            let mut events = requested();
            while let Progress::Do(step) = next(&Provisioning::fold(&events).unwrap()) {
                events.push(if step == failing {
                    failed(step, false)
                } else {
                    ProvisioningEvent::StepDone { step }
                });
            }
            assert_eq!(Provisioning::fold(&events).unwrap().state, ProvisioningState::Failed);
            events.push(decided(&Provisioning::fold(&events).unwrap(), true).unwrap());
            let mut undone = Vec::new();
            while let Progress::Undo(step) = next(&Provisioning::fold(&events).unwrap()) {
                undone.push(step);
                events.push(ProvisioningEvent::StepUndone { step });
            }
            let mut expected: Vec<_> = ProvisioningStep::ALL
                .into_iter()
                // The one that failed may have done something.
                .filter(|step| *step <= failing)
                .collect();
            expected.reverse();
            assert_eq!(undone, expected);
            assert_eq!(
                Provisioning::fold(&events).unwrap().state,
                ProvisioningState::RolledBack
            );
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_a_few_times_and_then_by_request() {
        let mut events = requested();
        for _ in 1..Provisioning::ATTEMPTS {
            events.push(failed(ProvisioningStep::Register, true));
            assert_eq!(
                next(&Provisioning::fold(&events).unwrap()),
                Progress::Do(ProvisioningStep::Register)
            );
        }
        events.push(failed(ProvisioningStep::Register, true));
        assert_eq!(next(&Provisioning::fold(&events).unwrap()), Progress::Rest);
        events.push(decided(&Provisioning::fold(&events).unwrap(), false).unwrap());
        assert_eq!(
            next(&Provisioning::fold(&events).unwrap()),
            Progress::Do(ProvisioningStep::Register)
        );
    }

    #[test]
    fn what_is_recorded_is_read_again_and_nothing_else_is() {
        let steps = BTreeSet::from(ProvisioningStep::ALL);
        let step = ProvisioningStep::Verify;
        let mut all = requested();
        all.extend([
            ProvisioningEvent::StepDone { step },
            failed(step, true),
            ProvisioningEvent::Retried { step },
            ProvisioningEvent::RollbackRequested { steps },
            ProvisioningEvent::StepUndone { step },
        ]);
        for event in all {
            assert_eq!(ProvisioningEvent::read(&event.recorded()), Some(event));
        }
        let unknown = Event::ProvisioningStepDone(ProvisioningStepDone {
            step: "paint".to_owned(),
        });
        assert_eq!(ProvisioningEvent::read(&unknown), None);
    }

    #[test]
    fn a_person_decides_where_something_is_to_be_decided() {
        let mut events = requested();
        assert_eq!(decided(&Provisioning::fold(&events).unwrap(), false), None);
        for step in ProvisioningStep::ALL {
            events.push(ProvisioningEvent::StepDone { step });
        }
        let done = Provisioning::fold(&events).unwrap();
        assert_eq!((decided(&done, false), decided(&done, true)), (None, None));
    }
}
