//! How a cabinet comes into being: a stream `provisioning/<cabinet>` in the event log, and one message for each step.
//!
//! 1. Asking for it appends the request, and with it the message to whoever carries steps out.
//! 2. A message makes one turn: the stream is folded, the step that follows is carried out, and what became of it is
//!    appended at the place that was read, together with the message for the next turn.
//! 3. A turn may happen twice, at once or after a crash: the step's effects are in the database's ledger under the number
//!    of the commit, and the log takes one commit per number.
//! 4. A failure that may pass is noted, and the message comes again; after some of them, or one that cannot pass, a person
//!    retries or rolls back, which undoes in reverse what was done and the step that was at hand.

use async_trait::async_trait;
use nova_errors::{Code, Failure};
use nova_eventlog::{Appended, Clock, Commit, EventLog, Head, Metadata, NewCommit, StreamId};
use nova_events::{Message, Outgoing};
use nova_practice::{
    CabinetId,
    cabinet::{Progress, Provisioning, ProvisioningEvent, ProvisioningState, decided, next_step, provisioning_stream},
};
use nova_practice_store::{Error, Store, provisioning::Turn};

/// Carries steps out.
#[async_trait]
pub trait Steps: Send + Sync {
    /// Carries a step out, once; [`Error::Stale`] when a later one was carried out already.
    async fn carry_out(&self, turn: &Turn) -> Result<(), Error>;
}

#[async_trait]
impl Steps for Store {
    async fn carry_out(&self, turn: &Turn) -> Result<(), Error> {
        nova_practice_store::provisioning::carry_out(self, turn).await
    }
}

/// Where provisionings are recorded, and by which clock.
#[derive(Clone, Copy)]
pub struct Workflow<'a> {
    /// The log.
    pub log: &'a dyn EventLog,
    /// The time.
    pub clock: &'a dyn Clock,
}

/// What became of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// A step was carried out, or undone.
    Went,
    /// There was nothing to do: it rests, or somebody else is further.
    Rests,
}

impl Workflow<'_> {
    /// Where a provisioning stands.
    ///
    /// # Errors
    /// `NOVA-3005` when nobody asked for one; what the log says.
    pub async fn state(&self, cabinet: CabinetId) -> Result<Provisioning, Failure> {
        let (now, _) = self.history(cabinet).await?.ok_or(Error::Unknown("provisioning"))?;
        Ok(now)
    }

    /// Asks for a cabinet to be provisioned. Asking again is the same.
    ///
    /// # Errors
    /// `NOVA-3010` when another template was asked for; what the log says.
    pub async fn begin(&self, actor: &str, cabinet: CabinetId, template: &str) -> Result<Provisioning, Failure> {
        let event = ProvisioningEvent::Requested {
            cabinet,
            template: template.to_owned(),
        };
        if self.history(cabinet).await?.is_none() {
            self.append(actor, cabinet, &Head::start(), &event, true).await?;
        }
        let now = self.state(cabinet).await?;
        if now.template != template {
            let cause = format!("it was asked for already, with the template {}", now.template);
            return Err(Failure::new(Code::PROVISIONING, cause));
        }
        Ok(now)
    }

    /// Goes on after a failure, or undoes what was done: what a person decides.
    ///
    /// # Errors
    /// `NOVA-3010` when there is nothing to decide; what the log says.
    pub async fn decide(&self, actor: &str, cabinet: CabinetId, rollback: bool) -> Result<Provisioning, Failure> {
        // A step that ends at the same moment moves the stream on: then it is decided anew.
        for _ in 0..5 {
            let (now, head) = self.history(cabinet).await?.ok_or(Error::Unknown("provisioning"))?;
            let event = decided(&now, rollback).ok_or_else(|| {
                let cause = if rollback {
                    "there is nothing to roll back"
                } else {
                    "no step has failed"
                };
                Failure::new(Code::PROVISIONING, cause)
            })?;
            if self.append(actor, cabinet, &head, &event, true).await? {
                return self.state(cabinet).await;
            }
        }
        Err(Failure::new(Code::LOG_CONFLICT, "the provisioning moves on too fast").retryable())
    }

    /// Carries out the step that follows, if one does.
    ///
    /// # Errors
    /// A retryable failure: the message is to come again. What the log says.
    pub async fn turn(&self, steps: &dyn Steps, cabinet: CabinetId) -> Result<Turned, Failure> {
        // Somebody else was faster, and may have failed: what follows now is looked at anew.
        for _ in 0..5 {
            if let Some(turned) = self.try_turn(steps, cabinet).await? {
                return Ok(turned);
            }
        }
        Err(Failure::new(Code::LOG_CONFLICT, "the provisioning moves on too fast").retryable())
    }

    /// The same; none when somebody else took the place in the stream.
    async fn try_turn(&self, steps: &dyn Steps, cabinet: CabinetId) -> Result<Option<Turned>, Failure> {
        let Some((now, head)) = self.history(cabinet).await? else {
            return Ok(Some(Turned::Rests));
        };
        let (step, undo) = match next_step(&now) {
            Progress::Rest => return Ok(Some(Turned::Rests)),
            Progress::Do(step) => (step, false),
            Progress::Undo(step) => (step, true),
        };
        let turn = Turn {
            cabinet,
            number: head.next,
            step,
            undo,
            template: now.template.clone(),
        };
        let failure = match steps.carry_out(&turn).await {
            Ok(()) => {
                let event = if undo {
                    ProvisioningEvent::StepUndone { step }
                } else {
                    ProvisioningEvent::StepDone { step }
                };
                let mine = self.append(ACTOR, cabinet, &head, &event, true).await?;
                return Ok(mine.then_some(Turned::Went));
            }
            Err(Error::Stale(_)) => return Ok(None),
            Err(error) => Failure::from(error),
        };
        tracing::warn!(cabinet = %cabinet, step = step.name(), undo, code = %failure.code, "{}", failure.cause);
        let event = ProvisioningEvent::StepFailed {
            step,
            code: failure.code.to_string(),
            cause: failure.cause.clone(),
            retryable: failure.retryable,
        };
        // What is undone is tried until it works: its failures are noted a few times, and no more.
        if now.attempts < Provisioning::ATTEMPTS && !self.append(ACTOR, cabinet, &head, &event, false).await? {
            return Ok(None);
        }
        match self.state(cabinet).await?.state {
            ProvisioningState::Running | ProvisioningState::RollingBack => Err(failure.retryable()),
            _ => Ok(Some(Turned::Rests)),
        }
    }

    /// What should be under way, has not moved for `quiet_ms`, and is asked for again; none when all is well.
    ///
    /// # Errors
    /// What the log says.
    pub async fn overdue(&self, cabinet: CabinetId, quiet_ms: u64) -> Result<Overdue, Failure> {
        let commits = self.log.read(&stream(cabinet)?, 0).await?;
        let Some(now) = folded(&commits)? else {
            return Ok(Overdue::Ended);
        };
        let quiet = commits
            .last()
            .is_some_and(|last| last.at_ms.saturating_add(quiet_ms) <= self.clock.now_ms());
        Ok(match (now.state, next_step(&now)) {
            (ProvisioningState::Done | ProvisioningState::RolledBack, _) => Overdue::Ended,
            (_, Progress::Rest) => Overdue::No,
            _ if quiet => Overdue::Yes(message(cabinet, Head::of(&commits).next)),
            _ => Overdue::No,
        })
    }

    async fn history(&self, cabinet: CabinetId) -> Result<Option<(Provisioning, Head)>, Failure> {
        let commits = self.log.read(&stream(cabinet)?, 0).await?;
        Ok(folded(&commits)?.map(|now| (now, Head::of(&commits))))
    }

    /// Appends; false when somebody else took the place. `goes_on`: with the message for the next turn.
    async fn append(
        &self,
        actor: &str,
        cabinet: CabinetId,
        after: &Head,
        event: &ProvisioningEvent,
        goes_on: bool,
    ) -> Result<bool, Failure> {
        let recorded = event.recorded();
        let messages = if goes_on {
            vec![message(cabinet, after.next + 1)]
        } else {
            Vec::new()
        };
        let commit = NewCommit {
            id: format!("{}#{}", recorded.kind(), after.next),
            stream: stream(cabinet)?,
            after: after.clone(),
            events: vec![recorded.encode().map_err(nova_eventlog::Error::from)?],
            messages,
            metadata: Metadata {
                actor: actor.to_owned(),
                correlation: cabinet.to_string(),
                causation: "provisioning".to_owned(),
                trace: None,
            },
            at_ms: self.clock.now_ms(),
        };
        match self.log.append(commit).await? {
            Appended::Stored(_) | Appended::Replayed(_) => Ok(true),
            Appended::Conflict { .. } => Ok(false),
        }
    }
}

/// Who carries steps out, in the log.
const ACTOR: &str = "nova";

/// Whether a provisioning is to be asked for again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overdue {
    /// With this message.
    Yes(Outgoing),
    /// Not now.
    No,
    /// Never again.
    Ended,
}

/// The message for the turn that will be number `number`.
fn message(cabinet: CabinetId, number: u64) -> Outgoing {
    let cabinet = cabinet.to_string();
    Outgoing {
        id: format!("{cabinet}/provision#{number}"),
        message: Message::Provision { cabinet },
    }
}

fn stream(cabinet: CabinetId) -> Result<StreamId, Failure> {
    Ok(StreamId::new(provisioning_stream(cabinet))?)
}

fn folded(commits: &[Commit]) -> Result<Option<Provisioning>, Failure> {
    let mut events = Vec::new();
    for commit in commits {
        for event in commit.decoded()? {
            let event = ProvisioningEvent::read(&event);
            events.push(event.ok_or_else(|| {
                let cause = "the history holds an event that this version does not know";
                Failure::new(Code::PROVISIONING, cause)
            })?);
        }
    }
    Ok(Provisioning::fold(&events))
}
