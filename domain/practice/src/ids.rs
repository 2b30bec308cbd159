//! One type per kind of id, so that a patient's is never taken for a cabinet's. The caller makes them (version 7, which
//! sorts by time).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The bare number, for a database.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A cabinet: the tenant.
    CabinetId;
    /// Someone who signs in.
    UserId;
    /// A sign-in on one device.
    SessionId;
    /// A patient's record in one cabinet.
    PatientId;
    /// Something an appointment occupies: a practitioner, an assistant, a chair.
    ResourceId;
    /// A kind of treatment with a duration.
    ServiceId;
    /// An appointment, held or booked.
    AppointmentId;
    /// Appointments that were booked together.
    SeriesId;
    /// A patient's place on the waitlist.
    WaitlistId;
    /// A row that belongs to a patient's record: an allergy, a consent, an attachment …
    EntryId;
    /// A merge of two records.
    MergeId;
    /// A row of a cabinet's master data: opening hours, equipment, an exception …
    ItemId;
}
