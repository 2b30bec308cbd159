//! What invitations and resets are proved with: a random token that works once, of which only the hash is stored.

use super::{Entropy, random};
use ring::digest::{SHA256, digest};

/// What a token is for; it is no use for anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Becoming a user.
    Invitation,
    /// A new password.
    Reset,
}

impl Purpose {
    fn prefix(self) -> &'static str {
        match self {
            Self::Invitation => "nova_inv_",
            Self::Reset => "nova_pwr_",
        }
    }

    /// How long it works, in milliseconds.
    pub fn lifetime_ms(self) -> u64 {
        match self {
            Self::Invitation => 7 * 24 * 3_600_000,
            Self::Reset => 30 * 60_000,
        }
    }
}

/// A new token.
pub fn make(entropy: &dyn Entropy, purpose: Purpose) -> String {
    format!("{}{}", purpose.prefix(), super::encode(&random::<32>(entropy)))
}

/// What is stored of a token, if it can be one of this purpose. With 256 random bits a plain hash is enough.
pub fn stored(purpose: Purpose, token: &str) -> Option<[u8; 32]> {
    let rest = token.strip_prefix(purpose.prefix())?;
    let bytes = super::decode(rest).filter(|bytes| bytes.len() == 32)?;
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &bytes).as_ref());
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(u8);

    impl Entropy for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_token_is_for_one_purpose() {
        let token = make(&Same(7), Purpose::Invitation);
        assert!(token.starts_with("nova_inv_"));
        assert!(stored(Purpose::Invitation, &token).is_some());
        assert_eq!(stored(Purpose::Reset, &token), None);
        assert_ne!(
            stored(Purpose::Invitation, &token),
            stored(Purpose::Invitation, &make(&Same(8), Purpose::Invitation))
        );
        for wrong in ["", "nova_inv_", "nova_inv_AA", &token[..token.len() - 1]] {
            assert_eq!(stored(Purpose::Invitation, wrong), None, "{wrong}");
        }
    }
}
