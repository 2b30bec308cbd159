//! How people prove who they are.
//!
//! Everything here is a function of what is stored, what was shown and what time it is. The caller brings the clock, the
//! random bytes ([`Entropy`]) and the rows.
//!
//! | module | holds |
//! |---|---|
//! | [`password`] | which passwords are taken; argon2id |
//! | [`throttle`] | how long somebody waits after failures |
//! | [`token`] | access tokens: claims, signed and checked |
//! | [`keys`] | which signing key is used, published and forgotten when |
//! | [`refresh`] | refresh tokens: rotation, grace, theft |
//! | [`totp`] | codes of an authenticator app (RFC 6238) |
//! | [`backup`] | codes on paper, for when the app is gone |
//! | [`link`] | what invitations and resets are proved with: random, used once |
//! | [`seal`] | secrets at rest |

pub mod backup;
pub mod keys;
pub mod link;
pub mod password;
pub mod refresh;
pub mod seal;
pub mod throttle;
pub mod token;
pub mod totp;

/// Random bytes that nobody can guess. An adapter takes them from the system; a test may count.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// An array of random bytes.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// Base64url without padding, as tokens are written.
pub(crate) fn encode(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The reverse of [`encode`]; nothing when the text is anything else, for example padded.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(text).ok()
}
