//! A token as it is made.

use ring::digest::{SHA256, digest};
use std::fmt;

/// What every token begins with, so that people and scanners of leaked secrets know one when they see it.
const PREFIX: &str = "nova_";

/// A token in the clear. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The token of 32 random bytes.
    pub fn of(random: &[u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", hex(random)))
    }

    /// A token that someone shows.
    pub fn shown(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token itself: to be printed once, or compared.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// SHA-256 in lower-case hexadecimal.
    pub fn hash(&self) -> String {
        hex(digest(&SHA256, self.0.as_bytes()).as_ref())
    }

    /// The last four characters.
    pub fn ends_with(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        letters[letters.len().saturating_sub(4)..].iter().collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
