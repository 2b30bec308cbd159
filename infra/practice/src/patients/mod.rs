//! Patients' records. Whoever reads or writes one leaves an entry in the audit.

mod history;
mod merge;
mod record;
mod search;

pub use history::{
    Attachment, Communication, Condition, Consent, Recorded, ToothEntry, add_attachment, add_communication,
    add_condition, add_consent, add_tooth_event, attachments, communication, communications, conditions, consents,
    strike, teeth, withdraw_consent,
};
pub use merge::{Merged, duplicates, merge, merged, part};
pub use record::{Patient, create, delete, get, restore, update};
pub use search::{Search, search};
