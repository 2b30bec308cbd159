//! Which dates a series of appointments means.

use jiff::civil::DateTime;
use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::wall::instant;

/// What lies between two appointments of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// So many days.
    Days(i64),
    /// So many weeks.
    Weeks(i64),
    /// So many months; the 31st becomes the last day of a shorter month.
    Months(i64),
}

/// A series: the same wall time again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// What lies between two.
    pub every: Repeat,
    /// How many in all, 1 to 104.
    pub count: u16,
}

impl Recurrence {
    /// The most appointments of one series: two years, weekly.
    pub const MOST: u16 = 104;
}

/// The wall time of each appointment and its moment; no moment where the clock leaves that time out. Each is counted
/// from the first, so that a short month does not move those after it.
pub fn occurrences(first: DateTime, rule: Recurrence, zone: &TimeZone) -> Vec<(DateTime, Option<Timestamp>)> {
    (0..i64::from(rule.count.min(Recurrence::MOST)))
        .filter_map(|turn| {
            let span = match rule.every {
                Repeat::Days(days) => Span::new().try_days(days.checked_mul(turn)?),
                Repeat::Weeks(weeks) => Span::new().try_weeks(weeks.checked_mul(turn)?),
                Repeat::Months(months) => Span::new().try_months(months.checked_mul(turn)?),
            };
            let at = first.checked_add(span.ok()?).ok()?;
            Some((at, instant(at, zone)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ten_o_clock_stays_ten_o_clock_when_the_clocks_change() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let rule = Recurrence {
            every: Repeat::Weeks(1),
            count: 3,
        };
        let moments: Vec<String> = occurrences(date(2026, 3, 20).at(10, 0, 0, 0), rule, &paris)
            .into_iter()
            .map(|(_, at)| at.unwrap().to_string())
            .collect();
        assert_eq!(
            moments,
            ["2026-03-20T09:00:00Z", "2026-03-27T09:00:00Z", "2026-04-03T08:00:00Z"]
        );
    }

    #[test]
    fn the_last_day_of_a_month_is_not_lost_after_a_short_one() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let rule = Recurrence {
            every: Repeat::Months(1),
            count: 3,
        };
        let days: Vec<i8> = occurrences(date(2026, 1, 31).at(9, 0, 0, 0), rule, &paris)
            .into_iter()
            .map(|(at, _)| at.day())
            .collect();
        assert_eq!(days, [31, 28, 31]);
    }

    #[test]
    fn a_time_that_does_not_exist_is_told_apart() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let rule = Recurrence {
            every: Repeat::Weeks(1),
            count: 2,
        };
        let dates = occurrences(date(2026, 3, 22).at(2, 30, 0, 0), rule, &paris);
        assert!(dates[0].1.is_some());
        assert!(dates[1].1.is_none());
    }
}
