//! Codes of an authenticator app: RFC 6238 with what every app supports, HMAC-SHA-1, six digits, thirty seconds.
//!
//! A code works once: the step it belongs to is remembered, and no step up to that one is taken again. A clock that is
//! one step off, either way, is forgiven.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226, R6).
pub const SECRET_BYTES: usize = 20;

/// Seconds of a step.
const STEP_SECONDS: u64 = 30;

/// Digits of a code.
const DIGITS: u32 = 6;

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is right; this step is the last one used from now on.
    Right {
        /// The step.
        step: u64,
    },
    /// It was right, and has been used.
    Used,
    /// It is wrong.
    Wrong,
}

/// Judges a code at `now_ms`.
pub fn verify(secret: &[u8], last_used: Option<u64>, code: &str, now_ms: u64) -> Verdict {
    let given: String = code.chars().filter(|sign| !sign.is_whitespace()).collect();
    if given.len() != DIGITS as usize || !given.bytes().all(|byte| byte.is_ascii_digit()) {
        return Verdict::Wrong;
    }
    let now = now_ms / 1000 / STEP_SECONDS;
    let mut verdict = Verdict::Wrong;
    // All three are computed whatever matches: how long it takes tells nothing.
    for step in [now.saturating_sub(1), now, now.saturating_add(1)] {
        let right = code_at(secret, step, DIGITS);
        if bool::from(right.as_bytes().ct_eq(given.as_bytes())) {
            let used = last_used.is_some_and(|last| step <= last);
            verdict = match verdict {
                Verdict::Right { .. } => verdict,
                _ if used => Verdict::Used,
                _ => Verdict::Right { step },
            };
        }
    }
    verdict
}

/// The code of a step (RFC 4226, 5.3).
fn code_at(secret: &[u8], step: u64, digits: u32) -> String {
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes[bytes.len() - 1] & 0x0f);
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[offset..offset + 4]);
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    let digits_wide = digits as usize;
    format!("{:0digits_wide$}", u64::from(number) % 10_u64.pow(digits))
}

/// The code that an app shows at `now_ms`: what tests and the demonstration sign in with.
pub fn code(secret: &[u8], now_ms: u64) -> String {
    code_at(secret, now_ms / 1000 / STEP_SECONDS, DIGITS)
}

/// The secret as people type it: base 32 (RFC 4648) without padding.
pub fn base32(secret: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut written = String::new();
    for five in secret.chunks(5) {
        let mut bits = [0_u8; 8];
        bits[3..3 + five.len()].copy_from_slice(five);
        let bits = u64::from_be_bytes(bits);
        let letters = (five.len() * 8).div_ceil(5);
        for place in 0..letters {
            let index = (bits >> (35 - 5 * place)) & 31;
            written.push(char::from(LETTERS[usize::try_from(index).unwrap_or(0)]));
        }
    }
    written
}

/// What an app scans: the key URI format.
pub fn uri(issuer: &str, account: &str, secret: &[u8]) -> String {
    let (issuer, account) = (escaped(issuer), escaped(account));
    let secret = base32(secret);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )
}

/// Percent-encoded, but for what RFC 3986 calls unreserved.
fn escaped(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B, the rows of SHA-1: eight digits.
    #[test]
    fn the_vectors_of_rfc_6238_come_out() {
        for (seconds, expected) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code_at(SECRET, seconds / STEP_SECONDS, 8), expected, "{seconds}");
            // Six digits are the last six of them.
            assert_eq!(code(SECRET, seconds * 1000), expected[2..], "{seconds}");
        }
    }

    /// RFC 4226, appendix D.
    #[test]
    fn the_vectors_of_rfc_4226_come_out() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ];
        for (step, expected) in (0..).zip(expected) {
            assert_eq!(code_at(SECRET, step, 6), expected, "{step}");
        }
    }

    #[test]
    fn every_code_works_once_and_only_near_its_time() {
        let now = 1_790_000_010_000;
        let shown = code(SECRET, now);
        let Verdict::Right { step } = verify(SECRET, None, &shown, now) else {
            panic!("the right code is refused");
        };
        assert_eq!(step, now / 30_000);
        assert_eq!(verify(SECRET, Some(step), &shown, now), Verdict::Used);
        assert_eq!(verify(SECRET, Some(step), &shown, now + 30_000), Verdict::Used);
        for near in [now - 30_000, now + 30_000] {
            assert_eq!(verify(SECRET, None, &shown, near), Verdict::Right { step });
        }
        for far in [now - 60_000, now + 60_000] {
            assert_eq!(verify(SECRET, None, &shown, far), Verdict::Wrong);
        }
        // An earlier code is not taken after a later one.
        let before = code(SECRET, now - 30_000);
        assert_eq!(verify(SECRET, Some(step), &before, now), Verdict::Used);
        assert!(matches!(
            verify(SECRET, Some(step - 1), &shown, now),
            Verdict::Right { .. }
        ));
    }

    #[test]
    fn codes_are_six_digits_with_or_without_spaces() {
        let now = 59_000;
        assert!(matches!(verify(SECRET, None, "287 082", now), Verdict::Right { .. }));
        for wrong in ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢", "94287082"] {
            assert_eq!(verify(SECRET, None, wrong, now), Verdict::Wrong, "{wrong}");
        }
    }

    /// RFC 4648, section 10, without the padding.
    #[test]
    fn secrets_are_written_in_base_32() {
        for (bytes, expected) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), expected);
        }
        assert_eq!(
            uri("Nova Dentaire", "claire@example.org", b"fooba"),
            "otpauth://totp/Nova%20Dentaire:claire@example.org?secret=MZXW6YTB&issuer=Nova%20Dentaire&algorithm=SHA1&digits=6&period=30"
        );
    }
}
