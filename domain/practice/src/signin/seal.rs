//! Secrets at rest. One key of 32 bytes, which the database never sees, seals what the database keeps: signing keys and
//! the secrets of authenticator apps. Keys for each purpose are derived from it, so that nothing made for one is of any
//! use for another.

use nova_errors::{Code, Failure};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
};
use std::fmt;

/// The key. `Debug` does not show it.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

impl MasterKey {
    /// The key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// `NOVA-3220`, without what was read.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = || Failure::new(Code::PLATFORM_KEY, "the platform's key is not 64 hexadecimal digits");
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }

    /// The key as [`parse`](Self::parse) reads it.
    pub fn reveal(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The keyed hash of parts; where one part ends is part of it.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = [0; 32];
        mac.copy_from_slice(self.context(purpose, parts).sign().as_ref());
        mac
    }

    /// True when `mac` is the keyed hash of parts; takes as long whatever it is.
    pub fn check(&self, purpose: &str, parts: &[&[u8]], mac: &[u8]) -> bool {
        use subtle::ConstantTimeEq;
        self.mac(purpose, parts).ct_eq(mac).into()
    }

    fn context(&self, purpose: &str, parts: &[&[u8]]) -> hmac::Context {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derived(purpose));
        let mut context = hmac::Context::with_key(&key);
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        context
    }

    /// Seals a secret that belongs to `owner`: it opens for that owner only. `nonce` must be random.
    ///
    /// # Errors
    /// `NOVA-1999` when the cipher refuses.
    pub fn seal(&self, purpose: &str, owner: &[u8], nonce: [u8; NONCE_LEN], secret: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut sealed = secret.to_vec();
        self.cipher(purpose)?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner), &mut sealed)
            .map_err(|_| Failure::new(Code::INTERNAL, "a secret cannot be sealed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for the same purpose and owner.
    ///
    /// # Errors
    /// `NOVA-3220` when it was sealed with another key, for something else, or was changed.
    pub fn open(&self, purpose: &str, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Failure> {
        let closed = || {
            let cause = "a secret in the database does not open: it was sealed with another key, or changed";
            Failure::new(Code::PLATFORM_KEY, cause)
        };
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(closed)?;
        let mut rest = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.cipher(purpose)?.open_in_place(nonce, Aad::from(owner), &mut rest);
        opened.map(|secret| secret.to_vec()).map_err(|_| closed())
    }

    fn cipher(&self, purpose: &str) -> Result<LessSafeKey, Failure> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &self.derived(purpose));
        key.map(LessSafeKey::new)
            .map_err(|_| Failure::new(Code::INTERNAL, "no key for the cipher"))
    }

    fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut derived = [0; 32];
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"nova/practice/v1").extract(&self.0);
        let parts = [purpose.as_bytes()];
        // 32 bytes are within what HKDF gives; were they not, nothing would open.
        let _ = prk.expand(&parts, Length).and_then(|key| key.fill(&mut derived));
        derived
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_owner_only() {
        let key = MasterKey::new([3; 32]);
        let sealed = key.seal("totp", b"me", [5; 12], b"secret").unwrap();
        assert_eq!(key.open("totp", b"me", &sealed).unwrap(), b"secret");
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        for refused in [
            key.open("totp", b"you", &sealed),
            key.open("signing", b"me", &sealed),
            MasterKey::new([4; 32]).open("totp", b"me", &sealed),
            key.open("totp", b"me", &sealed[..20]),
            key.open("totp", b"me", b""),
        ] {
            assert_eq!(refused.unwrap_err().code, Code::PLATFORM_KEY);
        }
    }

    #[test]
    fn keys_of_purposes_differ_and_parts_do_not_run_together() {
        let key = MasterKey::new([3; 32]);
        assert_ne!(key.mac("a", &[b"x"]), key.mac("b", &[b"x"]));
        assert_ne!(key.mac("a", &[b"xy", b"z"]), key.mac("a", &[b"x", b"yz"]));
        assert!(key.check("a", &[b"x"], &key.mac("a", &[b"x"])));
        assert!(!key.check("a", &[b"x"], b""));
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key = MasterKey::new([0xa7; 32]);
        assert_eq!(MasterKey::parse(&key.reveal()).unwrap().0, key.0);
        for wrong in ["", "a7", &"é".repeat(32), &"g".repeat(64)] {
            let failure = MasterKey::parse(wrong).unwrap_err();
            assert_eq!(failure.code, Code::PLATFORM_KEY);
        }
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
    }
}
