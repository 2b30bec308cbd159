//! What requests and answers are made of. Most types here only describe types that know nothing of HTTP.

mod history;
mod merge;
mod record;

pub use history::{
    Added, Attachment, Attachments, ChartTooth, Communication, Communications, Condition, Conditions, Consent,
    Consents, NewAttachment, NewCommunication, NewCondition, NewConsent, NewToothEntry, Teeth, ToothEntry,
};
pub use merge::{Merge, NewMerge};
pub use record::{Duplicates, Patient, PatientDetails, Patients};
