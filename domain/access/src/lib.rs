//! Bearer tokens of the API.
//!
//! A token is 256 random bits. The log, stream [`STREAM`], holds its SHA-256 and its last four characters, never the
//! token; with that much randomness a hash without salt or stretching cannot be turned back.
//!
//! | module | holds |
//! |---|---|
//! | [`Scope`] | what a token may do |
//! | [`Secret`] | a token as it is made and shown once |
//! | [`Tokens`] | the tokens there are, folded from their stream, and which of them was shown |
//! | [`lifetime_ms`] | how long a token lives, as people write it |

mod lifetime;
mod scope;
mod secret;
mod tokens;

pub use lifetime::lifetime_ms;
pub use scope::Scope;
pub use secret::Secret;
pub use tokens::{Token, Tokens, name};

/// The stream of tokens.
pub const STREAM: &str = "access/tokens";
