//! What requests and answers are made of. Most types here only describe types that know nothing of HTTP.

mod appointments;
mod booking;
mod schedule;
mod waitlist;

pub use appointments::{Appointment, Appointments, Cancel, Change, Changes, Move, NewStatus};
pub use booking::{Every, FreeTime, FreeTimes, NewAppointment, NewSeries, Rule, Series};
pub use schedule::{Exception, Exceptions, NewException, WorkingHours, WorkingWeek};
pub use waitlist::{NewOffer, NewWaiting, Offer, Waiting, Waitlist};
