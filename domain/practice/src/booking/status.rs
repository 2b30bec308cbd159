//! What an appointment's status allows.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Somebody is choosing it; it occupies until its deadline.
    Held,
    /// Booked.
    Booked,
    /// The patient said they would come.
    Confirmed,
    /// The patient is there.
    Arrived,
    /// Being treated.
    InTreatment,
    /// Over.
    Completed,
    /// The patient did not come.
    NoShow,
    /// Called off.
    Cancelled,
    /// A hold that nobody turned into a booking.
    Expired,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 9] = [
        Self::Held,
        Self::Booked,
        Self::Confirmed,
        Self::Arrived,
        Self::InTreatment,
        Self::Completed,
        Self::NoShow,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The word in the database and the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Booked => "booked",
            Self::Confirmed => "confirmed",
            Self::Arrived => "arrived",
            Self::InTreatment => "in_treatment",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The status with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether it occupies practitioner and chair.
    pub fn occupies(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Expired | Self::NoShow)
    }

    /// Whether nothing follows.
    pub fn ended(self) -> bool {
        Self::ALL.into_iter().all(|next| !self.may_become(next))
    }

    /// Whether `next` may follow.
    pub fn may_become(self, next: Self) -> bool {
        use Status::{Arrived, Booked, Cancelled, Completed, Confirmed, Expired, Held, InTreatment, NoShow};
        matches!(
            (self, next),
            (Held, Booked | Expired | Cancelled)
                | (Booked, Confirmed | Arrived | NoShow | Cancelled)
                | (Confirmed, Arrived | NoShow | Cancelled)
                | (Arrived, InTreatment | NoShow | Cancelled)
                | (InTreatment, Completed)
        )
    }

    /// Whether its time may still change.
    pub fn movable(self) -> bool {
        matches!(self, Self::Held | Self::Booked | Self::Confirmed)
    }

    /// `Ok` when `next` may follow.
    pub fn become_(self, next: Self) -> Result<Self, Transition> {
        if self.may_become(next) {
            Ok(next)
        } else {
            Err(Transition {
                from: self,
                to: Some(next),
            })
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A change that a status does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The status it has.
    pub from: Status,
    /// The status that was asked for; none: another time.
    pub to: Option<Status>,
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "an appointment that is {} cannot become {to}", self.from),
            None => write!(f, "an appointment that is {} cannot be moved", self.from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_statuses_are_the_same_set() {
        for status in Status::ALL {
            assert_eq!(Status::named(status.name()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
    }

    #[test]
    fn what_has_ended_stays_so_and_everything_can_end() {
        for status in Status::ALL {
            assert!(!status.may_become(status), "{status} follows itself");
            if status.ended() {
                continue;
            }
            let mut reachable = vec![status];
            let mut place = 0;
            while place < reachable.len() {
                for next in Status::ALL {
                    if reachable[place].may_become(next) && !reachable.contains(&next) {
                        reachable.push(next);
                    }
                }
                place += 1;
            }
            assert!(reachable.iter().any(|one| one.ended()), "{status} never ends");
        }
    }
}
