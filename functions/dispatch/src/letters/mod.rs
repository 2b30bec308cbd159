//! Letters: what people are sent by e-mail because of a message in the outbox. An invitation and a new password go to whoever
//! the message names; what happens to an appointment, and a reminder of it, go to its patient, where the cabinet tells patients
//! by e-mail and an address is known, and stand in the patient's communications afterwards; whoever runs a cabinet hears when
//! it is no longer as it should be, and when it is again.
//!
//! | module | holds |
//! |---|---|
//! | [`words`] | what letters say, in French and in English |
//! | [`post`] | how they go out: SES, or files in a folder |

mod post;
#[cfg(feature = "aws")]
mod ses;
mod words;

pub use post::{Folder, Post};
#[cfg(feature = "aws")]
pub use ses::Ses;
pub use words::{About, Letter};

use crate::{ACTOR, Carrier};
use async_trait::async_trait;
use jiff::Timestamp;
use nova_errors::Failure;
use nova_fn_practice::{Platform, letters};
use nova_practice::{AppointmentId, CabinetId, EntryId, UserId, booking::Status, cabinet::Condition};
use nova_practice_store::{
    Error, Scope,
    booking::{self, ForPatient},
    cabinets,
    identity::people::{self, Person},
    letters as sent,
    outbox::Waiting,
    patients::{self, Communication},
};
use std::sync::Arc;
use uuid::Uuid;

/// Hands messages on as another carrier does, and sends the letters that they ask for.
pub struct Mailing {
    /// How letters go out.
    pub post: Arc<dyn Post>,
    /// Where people use the platform, for the links in letters; none: letters hold the code alone.
    pub site: Option<String>,
    /// Who else hears of every message. It hears first, because it may hear twice.
    pub others: Arc<dyn Carrier>,
}

#[async_trait]
impl Carrier for Mailing {
    async fn carry(&self, platform: &Platform, messages: &[Waiting]) -> Vec<i64> {
        let mut taken = self.others.carry(platform, messages).await;
        for message in messages {
            if !taken.contains(&message.id) {
                continue;
            }
            match self.tell(platform, message).await {
                Ok(()) => {}
                Err(failure) if failure.retryable => {
                    tracing::warn!(number = message.id, code = %failure.code, "a letter waits: {}", failure.cause);
                    taken.retain(|id| *id != message.id);
                }
                // Nobody is served by trying for ever.
                Err(failure) => {
                    tracing::error!(number = message.id, code = %failure.code, "a letter was given up: {}", failure.cause);
                }
            }
        }
        taken
    }
}

impl Mailing {
    async fn tell(&self, platform: &Platform, message: &Waiting) -> Result<(), Failure> {
        match (message.kind.as_str(), message.cabinet, message.subject) {
            ("user.invited" | "password.reset", _, Some(user)) => self.tell_user(platform, message, UserId(user)).await,
            ("cabinet.health", Some(cabinet), _) => self.tell_managers(platform, message, cabinet).await,
            (kind, Some(cabinet), Some(appointment)) => match wanted(kind) {
                Some(about) => {
                    let id = AppointmentId(appointment);
                    self.tell_patient(platform, message.id, cabinet, id, about).await
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    async fn tell_user(&self, platform: &Platform, message: &Waiting, user: UserId) -> Result<(), Failure> {
        let Some(token) = letters::open(platform, user, &message.body)? else {
            return Ok(());
        };
        let Some(person) = unwritten(platform, message.id, user).await? else {
            return Ok(());
        };
        let about = if message.kind == "user.invited" {
            About::Invitation
        } else {
            About::Password
        };
        let letter = words::to_user(
            about,
            &person.locale,
            (&person.email, &person.name),
            &token,
            self.site.as_deref(),
        );
        self.post.send(&message.id.to_string(), &letter).await?;
        written(platform, message.id, user).await
    }

    async fn tell_managers(&self, platform: &Platform, message: &Waiting, cabinet: CabinetId) -> Result<(), Failure> {
        let found = platform.store().with_group(&ACTOR, async |tx| {
            let managers = sent::managers(tx, cabinet).await?;
            Ok((cabinets::get(tx, cabinet).await?.details.name, managers))
        });
        let (name, managers) = found.await?;
        let text = |field: &str| message.body[field].as_str().unwrap_or_default().to_owned();
        let (check, condition) = (text("check"), Condition::named(&text("condition")));
        for user in managers {
            let Some(person) = unwritten(platform, message.id, user).await? else {
                continue;
            };
            let to = (person.email.as_str(), person.name.as_str());
            let letter = words::to_manager(&person.locale, to, &name, (&check, condition));
            self.post.send(&format!("{}-{user}", message.id), &letter).await?;
            written(platform, message.id, user).await?;
        }
        Ok(())
    }

    async fn tell_patient(
        &self,
        platform: &Platform,
        number: i64,
        cabinet: CabinetId,
        id: AppointmentId,
        (about, statuses): (About, &[Status]),
    ) -> Result<(), Failure> {
        let scope = Scope {
            cabinet,
            actor: ACTOR,
            request_id: format!("message-{number}"),
            reason: Some("letter to the patient".to_owned()),
        };
        let store = platform.store();
        let entry = EntryId(entry_of(cabinet, number));
        let known = store.with_cabinet(&scope, async |tx| {
            Ok(match booking::for_patient(tx, id, entry).await? {
                Some(known) if statuses.contains(&known.status) => Some(known),
                _ => None,
            })
        });
        let Some(known): Option<ForPatient> = known.await? else {
            return Ok(());
        };
        let letter = words::to_patient(about, &known);
        self.post.send(&number.to_string(), &letter).await?;
        let now_ms = i64::try_from(platform.now_ms()).unwrap_or(i64::MAX);
        let communication = Communication {
            channel: "email".to_owned(),
            direction: "out".to_owned(),
            subject: letter.subject,
            outcome: Some("sent".to_owned()),
            at: Timestamp::from_millisecond(now_ms).unwrap_or_default(),
        };
        let noted = store.with_cabinet(&scope, async |tx| {
            patients::add_communication(tx, &ACTOR, known.patient, entry, &communication).await
        });
        match noted.await {
            // Another one was as fast.
            Ok(()) | Err(Error::Duplicate(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Somebody who works here, unless the message was written to them before.
async fn unwritten(platform: &Platform, message: i64, to: UserId) -> Result<Option<Person>, Failure> {
    let found = platform.store().with_group(&ACTOR, async |tx| {
        if sent::was_sent(tx, message, to).await? {
            return Ok(None);
        }
        people::oneself(tx, to).await.map(Some)
    });
    Ok(found.await?)
}

/// Notes that it was.
async fn written(platform: &Platform, message: i64, to: UserId) -> Result<(), Failure> {
    let noted = platform
        .store()
        .with_group(&ACTOR, async |tx| sent::sent(tx, message, to).await);
    Ok(noted.await?)
}

/// What a patient is told of, and for which statuses that is still true when the letter is written.
fn wanted(kind: &str) -> Option<(About, &'static [Status])> {
    match kind {
        "appointment.booked" => Some((About::Booked, &[Status::Booked, Status::Confirmed])),
        "appointment.moved" => Some((About::Moved, &[Status::Booked, Status::Confirmed])),
        "appointment.reminder" => Some((About::Reminder, &[Status::Booked, Status::Confirmed])),
        "appointment.cancelled" => Some((About::Cancelled, &[Status::Cancelled])),
        _ => None,
    }
}

/// The communication that a message leaves: the same however often the message comes.
fn entry_of(cabinet: CabinetId, number: i64) -> Uuid {
    let mut bytes = cabinet.uuid().into_bytes();
    for (byte, of_number) in bytes[8..].iter_mut().zip(number.to_be_bytes()) {
        *byte ^= of_number;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
