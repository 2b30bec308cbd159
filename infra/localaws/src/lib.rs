//! AWS on one machine: the services are emulators, every function is a process of its own under the Lambda Runtime API
//! of `cargo lambda watch`, and the event sources that AWS runs by itself are here.
//!
//! | module | holds |
//! |---|---|
//! | [`Stack`] | everything together: started, told what to do, gone when dropped |
//! | [`Source`] | what invokes a function: a queue, the stream, a clock, or nobody |
//! | [`Faults`] | what goes wrong on purpose: messages doubled, late, in another order |
//! | `queues`, `stream`, `clock` | the event sources |
//! | `invoke` | `POST /2015-03-31/functions/{name}/invocations` |
//! | `processes` | children that do not outlive the one who started them |
//! | `resources` | queues with dead letters, tables, bucket, key, secrets |
//! | `tools` | the emulators' programs |

mod clock;
mod error;
mod faults;
mod invoke;
mod processes;
mod queues;
mod resources;
mod source;
mod stack;
mod stream;
mod switch;
mod tools;

pub use error::Error;
pub use faults::Faults;
pub use source::{Source, functions};
pub use stack::{Options, Stack};
