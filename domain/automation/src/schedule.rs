//! Cron patterns: five fields, minute first, in a time zone.
//!
//! Time passes in ticks that may come late, twice or not at all. So a tick asks for the newest occurrence that lies
//! behind it: missed ones before that are not made up for, and whoever acts on an occurrence does it under the
//! occurrence's own name, so that a second tick finds it done.

use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::{Timestamp, tz::TimeZone};
use nova_errors::{Code, Failure};

/// A cron pattern in a time zone.
#[derive(Debug, Clone)]
pub struct Pattern {
    cron: Cron,
    zone: TimeZone,
}

impl Pattern {
    /// Reads a pattern and a zone's name.
    ///
    /// # Errors
    /// `NOVA-2203`.
    pub fn new(pattern: &str, zone: &str) -> Result<Self, Failure> {
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser
            .parse(pattern)
            .map_err(|error| Failure::new(Code::BAD_AUTOMATION, format!("{pattern:?} is no cron pattern: {error}")))?;
        let zone =
            TimeZone::get(zone).map_err(|_| Failure::new(Code::BAD_AUTOMATION, format!("{zone:?} is no time zone")))?;
        Ok(Self { cron, zone })
    }

    /// The newest occurrence at or before `now_ms` that is not before `since_ms`; milliseconds since 1970-01-01 UTC.
    pub fn due(&self, since_ms: u64, now_ms: u64) -> Option<u64> {
        let now = Timestamp::from_millisecond(i64::try_from(now_ms).ok()?).ok()?;
        let occurrence = self
            .cron
            .find_previous_occurrence(&now.to_zoned(self.zone.clone()), true)
            .ok()?;
        let at_ms = u64::try_from(occurrence.timestamp().as_millisecond()).ok()?;
        (at_ms >= since_ms).then_some(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> u64 {
        u64::try_from(text.parse::<Timestamp>().unwrap().as_millisecond()).unwrap()
    }

    #[test]
    fn an_occurrence_is_due_from_its_minute_until_the_next_one() {
        let pattern = Pattern::new("0 3 * * *", "UTC").unwrap();
        let third = ms("2026-03-03T03:00:00Z");
        for (now, due) in [
            ("2026-03-03T02:59:59Z", ms("2026-03-02T03:00:00Z")),
            ("2026-03-03T03:00:00Z", third),
            ("2026-03-03T03:00:31Z", third),
            ("2026-03-04T02:59:00Z", third),
        ] {
            assert_eq!(pattern.due(0, ms(now)), Some(due), "{now}");
        }
    }

    #[test]
    fn after_days_of_silence_only_the_newest_occurrence_is_due() {
        let pattern = Pattern::new("0 3 * * *", "UTC").unwrap();
        let since = ms("2026-03-01T00:00:00Z");
        assert_eq!(
            pattern.due(since, ms("2026-03-09T12:00:00Z")),
            Some(ms("2026-03-09T03:00:00Z"))
        );
    }

    #[test]
    fn nothing_is_due_from_before_the_pattern_was_known() {
        let pattern = Pattern::new("0 3 * * *", "UTC").unwrap();
        let since = ms("2026-03-03T09:00:00Z");
        assert_eq!(pattern.due(since, ms("2026-03-03T10:00:00Z")), None);
        assert_eq!(
            pattern.due(since, ms("2026-03-04T03:00:00Z")),
            Some(ms("2026-03-04T03:00:00Z"))
        );
    }

    #[test]
    fn a_night_in_paris_is_a_night_in_paris_in_summer_and_in_winter() {
        let pattern = Pattern::new("0 3 * * *", "Europe/Paris").unwrap();
        assert_eq!(
            pattern.due(0, ms("2026-01-15T12:00:00Z")),
            Some(ms("2026-01-15T02:00:00Z"))
        );
        assert_eq!(
            pattern.due(0, ms("2026-07-15T12:00:00Z")),
            Some(ms("2026-07-15T01:00:00Z"))
        );
    }

    #[test]
    fn seconds_are_not_taken() {
        assert_eq!(
            Pattern::new("0 0 3 * * *", "UTC").unwrap_err().code,
            Code::BAD_AUTOMATION
        );
    }
}
