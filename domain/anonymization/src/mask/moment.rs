//! Dates and moments: each moves by its own keyed number of days. A date of birth only moves into the past, so nobody
//! is born tomorrow or comes out under age. Where values must stay distinct, all move by one keyed amount.

use super::{Fault, Row, Scope};
use crate::key::Prf;
use crate::kind::Kind;
use crate::spec::Spec;
use crate::sql::dates::{
    self, DATE_INFINITY, DATE_MINUS_INFINITY, DAY, FIRST_DAY, LAST_DAY, TIME_INFINITY, TIME_MINUS_INFINITY,
};

/// How far a date moves at most.
const REACH: u64 = 365;

pub(crate) struct Moments {
    prf: Prf,
    past_only: bool,
    keep_time: bool,
    unique: bool,
    min: Option<i32>,
    max: Option<i32>,
    mode: Mode,
}

/// What becomes of a date.
enum Mode {
    /// It moves by its own distance.
    Own,
    /// It moves by its subject's distance.
    Subject {
        /// The column that names the subject; none: all are one.
        column: Option<usize>,
        /// Longest distance.
        days: u64,
        /// The distance of the current row's subject.
        distance: i32,
    },
    /// It is cut.
    Cut(Unit),
    /// Its year is cut to a band of so many.
    Band(i32),
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Month,
    Quarter,
    Year,
    Decade,
}

impl Moments {
    pub(crate) fn compile(spec: &Spec, prf: Prf, scope: &Scope<'_>) -> Self {
        let mode = match spec.kind {
            Kind::ShiftDate => Mode::Subject {
                column: spec.text("subject").map(|column| scope.column(column)),
                days: spec.count("days").map_or(REACH, |days| days as u64),
                distance: 0,
            },
            Kind::TruncateDate => Mode::Cut(match spec.text("to") {
                Some("day") => Unit::Day,
                Some("quarter") => Unit::Quarter,
                Some("year") => Unit::Year,
                Some("decade") => Unit::Decade,
                _ => Unit::Month,
            }),
            Kind::AgeBand => Mode::Band(
                spec.count("years")
                    .and_then(|years| i32::try_from(years).ok())
                    .unwrap_or(5),
            ),
            _ => Mode::Own,
        };
        let bound = |text: &Option<String>| text.as_deref().and_then(dates::parse_iso_date);
        let mut moments = Self {
            prf,
            past_only: spec.kind == Kind::BirthDate,
            keep_time: spec.preserve_format || matches!(spec.kind, Kind::BirthDate | Kind::ShiftDate),
            unique: spec.unique,
            min: bound(&spec.min),
            max: bound(&spec.max),
            mode,
        };
        moments.settle(b"everybody");
        moments
    }

    /// Reads whose dates the row holds.
    pub(crate) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        if let Mode::Subject {
            column: Some(column), ..
        } = self.mode
        {
            let subject = row.original(column)?.map(|text| text.trim().to_lowercase());
            self.settle(subject.as_deref().unwrap_or("nobody").as_bytes());
        }
        Ok(())
    }

    /// The distance of a subject: never zero.
    fn settle(&mut self, subject: &[u8]) {
        let mut draw = self.prf.draw(subject, 3);
        if let Mode::Subject { days, distance, .. } = &mut self.mode {
            let length = i32::try_from(draw.below(*days) + 1).unwrap_or(1);
            *distance = if draw.below(2) == 0 { length } else { -length };
        }
    }

    /// Replaces days since 2000-01-01; infinities stay.
    pub(crate) fn day(&self, days: i32) -> i32 {
        if matches!(days, DATE_INFINITY | DATE_MINUS_INFINITY) {
            return days;
        }
        match self.mode {
            Mode::Own => {}
            Mode::Subject { distance, .. } => return days.saturating_add(distance).clamp(FIRST_DAY, LAST_DAY),
            Mode::Cut(unit) => return cut(days, unit),
            Mode::Band(years) => {
                let (year, ..) = dates::civil_from_days(days);
                return dates::days_from_civil(year.div_euclid(years) * years, 1, 1).clamp(FIRST_DAY, LAST_DAY);
            }
        }
        if self.unique {
            return self.shift_all(days);
        }
        let mut draw = self.prf.draw(&days.to_le_bytes(), 0);
        let distance = i32::try_from(draw.below(REACH) + 1).unwrap_or(1);
        let forward = draw.below(2) == 1 && !self.past_only;
        let allowed = |day: &i32| {
            (FIRST_DAY..=LAST_DAY).contains(day)
                && self.min.is_none_or(|min| *day >= min)
                && self.max.is_none_or(|max| *day <= max)
        };
        let later = days.checked_add(distance);
        let earlier = days.checked_sub(distance);
        let (preferred, other) = if forward { (later, earlier) } else { (earlier, later) };
        if let Some(day) = preferred.filter(allowed).or(other.filter(allowed)) {
            return day;
        }
        let low = self.min.unwrap_or(FIRST_DAY).max(FIRST_DAY);
        let high = self.max.unwrap_or(LAST_DAY).min(LAST_DAY).max(low);
        // Close to the bound that was crossed, as the original was.
        let low = if self.min.is_none() {
            high.saturating_sub(distance)
        } else {
            low
        };
        let high = if self.max.is_none() {
            low.saturating_add(distance)
        } else {
            high
        };
        let span = u64::from(high.abs_diff(low)) + 1;
        let day = low.saturating_add(i32::try_from(draw.below(span)).unwrap_or(0));
        match day == days {
            true if day < high => day + 1,
            true => low,
            false => day,
        }
    }

    fn shift_all(&self, days: i32) -> i32 {
        let mut draw = self.prf.draw(b"shift", 0);
        let distance = i64::try_from(draw.below(REACH) + 1).unwrap_or(1);
        let distance = if self.past_only || draw.below(2) == 0 {
            -distance
        } else {
            distance
        };
        let span = i64::from(LAST_DAY) - i64::from(FIRST_DAY) + 1;
        let moved = (i64::from(days) - i64::from(FIRST_DAY) + distance).rem_euclid(span) + i64::from(FIRST_DAY);
        i32::try_from(moved).unwrap_or(days)
    }

    /// Replaces microseconds since 2000-01-01; infinities stay. The time of day is drawn anew unless the format is to
    /// be kept; midnight and whole seconds stay such.
    pub(crate) fn moment(&self, micros: i64) -> i64 {
        if matches!(micros, TIME_INFINITY | TIME_MINUS_INFINITY) {
            return micros;
        }
        let (day, time) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
        let Ok(day) = i32::try_from(day) else { return micros };
        let time = if matches!(self.mode, Mode::Cut(_) | Mode::Band(_)) {
            0
        } else if self.keep_time || self.unique || time == 0 {
            time
        } else {
            let unit = if time % 1_000_000 == 0 { 1_000_000 } else { 1 };
            let mut draw = self.prf.draw(&micros.to_le_bytes(), 1);
            i64::try_from(draw.below(DAY.unsigned_abs() / unit) * unit).unwrap_or(time)
        };
        // The last representable day is not complete.
        i64::from(self.day(day).min(LAST_DAY - 1)) * DAY + time
    }

    /// Replaces a date inside text, in the order and with the separators it has; false when there is none.
    pub(crate) fn mask_text(&self, core: &str, out: &mut String) -> bool {
        if let Some(micros) = dates::parse_iso_moment(core, false) {
            dates::write_iso_moment(self.moment(micros), false, out);
            return true;
        }
        let digits_end = core
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.'))
            .unwrap_or(core.len());
        let (day, rest) = core.split_at(digits_end);
        let Some(written) = Written::parse(day) else {
            return false;
        };
        if written.year > 9999 || rest.chars().any(char::is_alphabetic) && !rest.starts_with('T') {
            return false;
        }
        let moved = self.day(dates::days_from_civil(written.year, written.month, written.day));
        written.write(moved, out);
        if matches!(self.mode, Mode::Cut(_) | Mode::Band(_)) {
            midnight(rest, out);
        } else if self.keep_time || rest.is_empty() {
            out.push_str(rest);
        } else {
            self.clock_text(core, rest, out);
        }
        true
    }

    /// Draws the hours, minutes and seconds of a clock time anew, in place.
    fn clock_text(&self, core: &str, rest: &str, out: &mut String) {
        let mut draw = self.prf.draw(core.as_bytes(), 2);
        let mut limits = [24, 60, 60].into_iter().peekable();
        let bytes = rest.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let pair = at + 1 < bytes.len() && bytes[at].is_ascii_digit() && bytes[at + 1].is_ascii_digit();
            if let Some(limit) = limits.next_if(|_| pair) {
                let value = draw.below(limit);
                out.push(char::from(b'0' + (value / 10).to_le_bytes()[0]));
                out.push(char::from(b'0' + (value % 10).to_le_bytes()[0]));
                at += 2;
            } else {
                let c = rest[at..].chars().next().unwrap_or(' ');
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
}

/// The first day of the unit a day is in.
fn cut(days: i32, unit: Unit) -> i32 {
    let (year, month, day) = dates::civil_from_days(days);
    let (year, month, day) = match unit {
        Unit::Day => (year, month, day),
        Unit::Month => (year, month, 1),
        Unit::Quarter => (year, (month - 1) / 3 * 3 + 1, 1),
        Unit::Year => (year, 1, 1),
        Unit::Decade => (year.div_euclid(10) * 10, 1, 1),
    };
    dates::days_from_civil(year, month, day).clamp(FIRST_DAY, LAST_DAY)
}

/// The time of day with every digit zero, as far as the zone.
fn midnight(rest: &str, out: &mut String) {
    let zone = rest.rfind(['+', 'Z']).or_else(|| rest.rfind('-')).unwrap_or(rest.len());
    out.extend(rest[..zone].chars().map(|c| if c.is_ascii_digit() { '0' } else { c }));
    out.push_str(&rest[zone..]);
}

/// A date as it is written: which part comes first, and what separates them.
struct Written {
    year: i32,
    month: u32,
    day: u32,
    order: Order,
    separator: Option<char>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

impl Written {
    fn parse(text: &str) -> Option<Self> {
        let separator = text.chars().find(|c| !c.is_ascii_digit());
        let number = |text: &str| text.parse::<u32>().ok();
        let (parts, widths): (Vec<u32>, Vec<usize>) = match separator {
            None if text.len() == 8 => (
                vec![number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?],
                vec![4, 2, 2],
            ),
            None => return None,
            Some(separator) => {
                let parts: Vec<&str> = text.split(separator).collect();
                let numbers = parts.iter().map(|part| number(part)).collect::<Option<Vec<u32>>>()?;
                (numbers, parts.iter().map(|part| part.len()).collect())
            }
        };
        let (&[a, b, c], &[first, _, last]) = (parts.as_slice(), widths.as_slice()) else {
            return None;
        };
        let (year, month, day, order) = if first == 4 {
            (a, b, c, Order::YearMonthDay)
        } else if last == 4 && b > 12 {
            (c, a, b, Order::MonthDayYear)
        } else if last == 4 {
            (c, b, a, Order::DayMonthYear)
        } else {
            return None;
        };
        let year = i32::try_from(year).ok()?;
        dates::valid(year, month, day).then_some(Self {
            year,
            month,
            day,
            order,
            separator,
        })
    }

    fn write(&self, days: i32, out: &mut String) {
        use std::fmt::Write;
        let (year, month, day) = dates::civil_from_days(days);
        let year = year.clamp(1, 9999);
        let separator = self.separator.map(String::from).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = match self.order {
            Order::YearMonthDay => write!(out, "{year:04}{separator}{month:02}{separator}{day:02}"),
            Order::DayMonthYear => write!(out, "{day:02}{separator}{month:02}{separator}{year:04}"),
            Order::MonthDayYear => write!(out, "{month:02}{separator}{day:02}{separator}{year:04}"),
        };
    }
}
