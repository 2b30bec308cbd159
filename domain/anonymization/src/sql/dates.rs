//! Dates and moments: the server's counts since 2000-01-01 and their ISO text forms.

/// Days that stand for `infinity`.
pub(crate) const DATE_INFINITY: i32 = i32::MAX;
/// Days that stand for `-infinity`.
pub(crate) const DATE_MINUS_INFINITY: i32 = i32::MIN;
/// Microseconds that stand for `infinity`.
pub(crate) const TIME_INFINITY: i64 = i64::MAX;
/// Microseconds that stand for `-infinity`.
pub(crate) const TIME_MINUS_INFINITY: i64 = i64::MIN;
/// Microseconds of one day.
pub(crate) const DAY: i64 = 86_400_000_000;
/// The first day PostgreSQL knows: 4714-11-24 BC.
pub(crate) const FIRST_DAY: i32 = -2_451_545;
/// The last day a timestamp can hold: 294276-12-31.
pub(crate) const LAST_DAY: i32 = 106_751_990;

/// Days from 2000-01-01 to a day of the proleptic Gregorian calendar; year 0 is 1 BC.
pub(crate) fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; eras of 400 years from 1 March.
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let since_1970 = era * 146_097 + day_of_era - 719_468;
    i32::try_from(since_1970 - 10_957).unwrap_or(DATE_INFINITY)
}

/// Year (0 is 1 BC), month and day of a count of days from 2000-01-01.
pub(crate) fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let z = i64::from(days) + 10_957 + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (
        i32::try_from(year).unwrap_or(i32::MAX),
        u32::try_from(month).unwrap_or(1),
        u32::try_from(day).unwrap_or(1),
    )
}

/// Days of a month.
pub(crate) fn month_length(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// True when the calendar has this day.
pub(crate) fn valid(year: i32, month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && day >= 1 && day <= month_length(year, month)
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Reads `2024-01-31`, `0044-03-15 BC`, `infinity`.
pub(crate) fn parse_iso_date(text: &str) -> Option<i32> {
    match text {
        "infinity" => return Some(DATE_INFINITY),
        "-infinity" => return Some(DATE_MINUS_INFINITY),
        _ => {}
    }
    let (day, before_christ) = match text.strip_suffix(" BC") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() < 4 {
        return None;
    }
    let year = i32::try_from(number(year)?).ok()?;
    let year = if before_christ { 1 - year } else { year };
    let (month, day) = (number(month)?, number(day)?);
    valid(year, month, day).then(|| days_from_civil(year, month, day))
}

/// Appends a date in ISO form.
pub(crate) fn write_iso_date(days: i32, out: &mut String) {
    let before_christ = write_day(days, out);
    if before_christ {
        out.push_str(" BC");
    }
}

fn write_day(days: i32, out: &mut String) -> bool {
    use std::fmt::Write;
    match days {
        DATE_INFINITY => out.push_str("infinity"),
        DATE_MINUS_INFINITY => out.push_str("-infinity"),
        _ => {
            let (year, month, day) = civil_from_days(days);
            let shown = if year > 0 { year } else { 1 - year };
            // Writing to a String cannot fail.
            let _ = write!(out, "{shown:04}-{month:02}-{day:02}");
            return year <= 0;
        }
    }
    false
}

/// Reads `2024-01-31 23:59:59.123456`, with an offset such as `+02` or `-03:30` when `zone` is set. The result is in
/// microseconds since 2000-01-01, in UTC when there is an offset.
pub(crate) fn parse_iso_moment(text: &str, zone: bool) -> Option<i64> {
    match text {
        "infinity" => return Some(TIME_INFINITY),
        "-infinity" => return Some(TIME_MINUS_INFINITY),
        _ => {}
    }
    let (text, suffix) = match text.strip_suffix(" BC") {
        Some(rest) => (rest, " BC"),
        None => (text, ""),
    };
    let (day, time) = text.split_once(' ')?;
    let days = if suffix.is_empty() {
        parse_iso_date(day)?
    } else {
        parse_iso_date(&format!("{day}{suffix}"))?
    };
    let (clock, offset) = match time.rfind(['+', '-']) {
        Some(at) if zone => (&time[..at], parse_offset(&time[at..])?),
        None if !zone => (time, 0),
        _ => return None,
    };
    let midnight = i64::from(days).checked_mul(DAY)?;
    midnight.checked_add(parse_clock(clock)?)?.checked_sub(offset)
}

fn parse_clock(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let (hours, minutes, seconds) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    if parts.next().is_some() || hours > 24 || minutes > 59 || seconds > 60 || fraction.len() > 6 {
        return None;
    }
    let micros = if fraction.is_empty() {
        0
    } else {
        number(fraction)? * 10u32.pow(6 - u32::try_from(fraction.len()).ok()?)
    };
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
    Some(seconds * 1_000_000 + i64::from(micros))
}

fn parse_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let mut seconds = 0;
    for (index, part) in rest.split(':').enumerate() {
        seconds += i64::from(number(part)?) * [3600, 60, 1].get(index)?;
    }
    Some(sign * seconds * 1_000_000)
}

/// Appends a moment in ISO form; with `zone` as UTC, `+00`.
pub(crate) fn write_iso_moment(micros: i64, zone: bool, out: &mut String) {
    match micros {
        TIME_INFINITY => out.push_str("infinity"),
        TIME_MINUS_INFINITY => out.push_str("-infinity"),
        _ => {
            let days = i32::try_from(micros.div_euclid(DAY)).unwrap_or(LAST_DAY);
            let before_christ = write_day(days, out);
            out.push(' ');
            write_clock(micros.rem_euclid(DAY), out);
            if zone {
                out.push_str("+00");
            }
            if before_christ {
                out.push_str(" BC");
            }
        }
    }
}

fn write_clock(micros: i64, out: &mut String) {
    use std::fmt::Write;
    let seconds = micros / 1_000_000;
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    let fraction = micros % 1_000_000;
    if fraction > 0 {
        let _ = write!(out, ".{fraction:06}");
        while out.ends_with('0') {
            out.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_a_long_time_survives_both_directions() {
        for days in (FIRST_DAY..LAST_DAY).step_by(9973) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
            let mut text = String::new();
            write_iso_date(days, &mut text);
            assert_eq!(parse_iso_date(&text), Some(days), "{text}");
        }
        assert_eq!(parse_iso_date("2000-01-01"), Some(0));
        assert_eq!(parse_iso_date("1999-12-31"), Some(-1));
        assert_eq!(parse_iso_date("2023-02-29"), None);
        assert_eq!(parse_iso_date("31/12/2020"), None);
    }

    #[test]
    fn moments_survive_both_directions() {
        for text in [
            "2024-01-31 23:59:59.123456",
            "1999-12-31 00:00:00.5",
            "0044-03-15 12:00:00 BC",
            "infinity",
            "-infinity",
        ] {
            let mut back = String::new();
            write_iso_moment(parse_iso_moment(text, false).unwrap(), false, &mut back);
            assert_eq!(back, text);
        }
        assert_eq!(
            parse_iso_moment("2024-06-01 12:00:00+02", true),
            parse_iso_moment("2024-06-01 10:00:00+00", true)
        );
        assert_eq!(
            parse_iso_moment("2024-06-01 12:00:00-03:30", true),
            parse_iso_moment("2024-06-01 15:30:00+00", true)
        );
    }
}
