//! The diary of a cabinet: free times, appointments, series, the waitlist, working hours.
//!
//! | module | holds |
//! |---|---|
//! | [`ROUTES`] | every address with what it needs |
//! | `availability` | free times |
//! | `bookings` | times booked, or held: one, or a series of them |
//! | `appointments` | appointments found, confirmed, moved, called off, and what became of them |
//! | `changes` | the feed of changes |
//! | `waitlist` | who would come earlier, and what they are offered |
//! | `schedule` | when people work, and which days differ |
//! | [`shapes`] | what requests and answers are made of, as the OpenAPI document describes it |

mod appointments;
mod availability;
mod bookings;
mod changes;
mod routes;
mod schedule;
pub mod shapes;
mod waitlist;

pub use routes::{ROUTES, router, routes, section};
