//! Signing in, and what belongs to oneself.

pub(crate) mod keys;
pub(crate) mod login;
pub(crate) mod me;
pub(crate) mod password;
pub(crate) mod register;
pub(crate) mod second_factor;
pub(crate) mod sessions;
mod throttled;

use nova_practice_store::Actor;

/// Who acts while nobody is signed in yet.
pub(crate) const SIGN_IN: Actor = Actor::System("sign-in");
