//! Booking over the rows: holds, bookings, moves, series, the waitlist.
//!
//! The order of work in a transaction is always the same, so that two never wait for each other in a circle: a lock on
//! the resources (shared, exclusive for a move), holds that are over in a statement of their own, then the appointment
//! with one occupation per resource in the order of their ids, `ON CONFLICT DO NOTHING`. Fewer occupations than
//! resources means that the time is taken: everything rolls back.

mod appointment;
mod book;
mod chairs;
mod changes;
mod holds;
mod moves;
mod outcome;
mod reminders;
mod schedule;
mod series;
mod slots;
mod told;
mod waitlist;

pub use appointment::{Appointment, Filter, get, list};
pub use book::{Booking, Overbooking, book};
pub use changes::{Changed, Cursor, changes};
pub use holds::{confirm_hold, expire_holds};
pub use moves::relocate;
pub use outcome::{cancel, set_status};
pub use reminders::remind;
pub use schedule::{
    ExceptionEntry, WorkingHours, exception, exceptions, put_exception, remove_exception, set_working_hours,
    working_hours,
};
pub use series::{SeriesRequest, book_series};
pub use slots::{Free, Search, availability};
pub use told::{ForPatient, for_patient};
pub use waitlist::{Waiting, accept_offer, decline_offer, join, leave, next_offer, place_of, waiting};
