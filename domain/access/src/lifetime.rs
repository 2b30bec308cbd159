//! How long a token lives.

use nova_errors::{Code, Failure};

/// The most days a token may live: ten years.
const MOST_DAYS: u64 = 3650;

/// Reads `90d`, `12h` or `30m` as milliseconds.
///
/// # Errors
/// `NOVA-1001` when it is written otherwise, is nothing, or is more than ten years.
pub fn lifetime_ms(text: &str) -> Result<u64, Failure> {
    let wrong = || {
        let cause = format!("{text:?} is not how long a token lives: write 90d, 12h or 30m, at most {MOST_DAYS}d");
        Failure::new(Code::BAD_ARGUMENT, cause)
    };
    let unit_ms: u64 = match text.bytes().last() {
        Some(b'd') => 24 * 3600 * 1000,
        Some(b'h') => 3600 * 1000,
        Some(b'm') => 60 * 1000,
        _ => return Err(wrong()),
    };
    let digits = &text[..text.len() - 1];
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit_ms))
        .filter(|ms| (1..=MOST_DAYS * 24 * 3600 * 1000).contains(ms))
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_hours_and_minutes_are_read() {
        assert_eq!(lifetime_ms("90d").unwrap(), 90 * 86_400_000);
        assert_eq!(lifetime_ms("12h").unwrap(), 43_200_000);
        assert_eq!(lifetime_ms("1m").unwrap(), 60_000);
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "d",
            "90",
            "0d",
            "-1d",
            "+1d",
            "1.5h",
            "90 d",
            "3651d",
            "99999999999999999999d",
            "1é",
        ] {
            assert_eq!(lifetime_ms(text).unwrap_err().code, Code::BAD_ARGUMENT, "{text:?}");
        }
    }
}
