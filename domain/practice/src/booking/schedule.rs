//! When a cabinet is open and when somebody works there, as people say it: hours of a weekday, and days that differ.

use super::wall::{Edge, edge};
use super::{Slot, merged, without};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Hours of one weekday, in the cabinet's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: i8,
    /// From.
    pub opens: Time,
    /// To, later than `opens`; 23:59:59 and later mean midnight.
    pub closes: Time,
    /// First day they hold.
    pub valid_from: Option<Date>,
    /// Last day they hold.
    pub valid_until: Option<Date>,
}

impl Hours {
    fn on(&self, day: Date) -> bool {
        self.weekday == day.weekday().to_monday_one_offset()
            && self.valid_from.is_none_or(|from| from <= day)
            && self.valid_until.is_none_or(|until| day <= until)
    }
}

/// Whether a day that differs takes time away or adds some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// Not there.
    Closed,
    /// There in addition.
    Open,
}

/// A day that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The day.
    pub day: Date,
    /// How it differs.
    pub kind: ExceptionKind,
    /// From and to; none: the whole day.
    pub hours: Option<(Time, Time)>,
}

/// The usual week and the days that differ, of a cabinet or of somebody who works there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Week {
    /// The usual week.
    pub hours: Vec<Hours>,
    /// The days that differ.
    pub exceptions: Vec<Exception>,
}

/// When it is open on a day, as moments, in order and apart. On the days when the clocks change an opening across the
/// change is an hour shorter or longer.
pub fn day_spans(week: &Week, day: Date, zone: &TimeZone) -> Vec<Slot> {
    let usual = week
        .hours
        .iter()
        .filter(|hours| hours.on(day))
        .filter_map(|hours| span(day, hours.opens, hours.closes, zone));
    let of_day = |kind| {
        week.exceptions
            .iter()
            .filter(move |exception| exception.day == day && exception.kind == kind)
            .filter_map(|exception| {
                let (from, to) = exception.hours.unwrap_or((Time::midnight(), Time::MAX));
                span(day, from, to, zone)
            })
    };
    let open = merged(usual.chain(of_day(ExceptionKind::Open)).collect());
    without(&open, &of_day(ExceptionKind::Closed).collect::<Vec<_>>())
}

fn span(day: Date, from: Time, to: Time, zone: &TimeZone) -> Option<Slot> {
    let start = edge(day.to_datetime(from), zone, Edge::Begin)?;
    // 24:00 is no time of jiff's: the last second of a day stands for its end.
    let end = if to >= Time::constant(23, 59, 59, 0) {
        edge(day.tomorrow().ok()?.to_datetime(Time::midnight()), zone, Edge::End)?
    } else {
        edge(day.to_datetime(to), zone, Edge::End)?
    };
    Slot::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn sundays(from: Time, to: Time) -> Week {
        Week {
            hours: vec![Hours {
                weekday: 7,
                opens: from,
                closes: to,
                valid_from: None,
                valid_until: None,
            }],
            exceptions: Vec::new(),
        }
    }

    fn minutes(week: &Week, day: Date) -> i64 {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        day_spans(week, day, &paris)
            .iter()
            .map(|slot| (slot.end.as_second() - slot.start.as_second()) / 60)
            .sum()
    }

    #[test]
    fn a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn() {
        let night = sundays(time(1, 0, 0, 0), time(5, 0, 0, 0));
        assert_eq!(minutes(&night, date(2026, 3, 22)), 240);
        assert_eq!(minutes(&night, date(2026, 3, 29)), 180);
        assert_eq!(minutes(&night, date(2026, 10, 25)), 300);
        let gone = sundays(time(2, 15, 0, 0), time(2, 45, 0, 0));
        assert_eq!(minutes(&gone, date(2026, 3, 29)), 0);
    }

    #[test]
    fn a_day_that_differs_takes_away_and_adds() {
        let mut week = sundays(time(9, 0, 0, 0), time(12, 0, 0, 0));
        week.exceptions = vec![
            Exception {
                day: date(2026, 5, 3),
                kind: ExceptionKind::Open,
                hours: Some((time(11, 0, 0, 0), time(15, 0, 0, 0))),
            },
            Exception {
                day: date(2026, 5, 3),
                kind: ExceptionKind::Closed,
                hours: Some((time(10, 0, 0, 0), time(10, 30, 0, 0))),
            },
        ];
        assert_eq!(minutes(&week, date(2026, 5, 3)), 330);
        week.exceptions[1].hours = None;
        assert_eq!(minutes(&week, date(2026, 5, 3)), 0, "closed all day");
        assert_eq!(minutes(&week, date(2026, 5, 10)), 180, "another Sunday is as usual");
    }
}
