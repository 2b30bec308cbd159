//! Which times are free.

use super::{Slot, Week, day_spans, intersection, without};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What somebody looks for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The cabinet's zone.
    pub zone: &'a TimeZone,
    /// When the cabinet is open.
    pub cabinet: &'a Week,
    /// When the practitioner works there; without any hours, whenever the cabinet is open.
    pub practitioner: &'a Week,
    /// How long it takes, in minutes.
    pub minutes: i64,
    /// Starts lie so many minutes apart.
    pub step_minutes: i64,
    /// Not before: now, or the lead time.
    pub not_before: Timestamp,
}

impl Wanted<'_> {
    /// When cabinet and practitioner are both there, on the days of `window`.
    fn open(&self, window: Slot) -> Vec<Slot> {
        let first = window.start.to_zoned(self.zone.clone()).date();
        let last = window.end.to_zoned(self.zone.clone()).date();
        let mut open = Vec::new();
        let mut day = Some(first);
        while let Some(date) = day.filter(|date| *date <= last) {
            let cabinet = day_spans(self.cabinet, date, self.zone);
            let mut practitioner = day_spans(self.practitioner, date, self.zone);
            if self.practitioner.hours.is_empty() {
                // Only exceptions: they change the cabinet's hours.
                let own = Week {
                    hours: self.cabinet.hours.clone(),
                    exceptions: self.practitioner.exceptions.clone(),
                };
                practitioner = day_spans(&own, date, self.zone);
            }
            open.extend(intersection(&cabinet, &practitioner));
            day = date.tomorrow().ok();
        }
        open
    }
}

/// Whether a time can be booked, apart from what occupies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It can.
    Fits,
    /// It is over, or too soon.
    Past,
    /// The cabinet is closed, or the practitioner is not there.
    Closed,
}

/// Whether `slot` lies in the hours of cabinet and practitioner.
pub fn fits(wanted: &Wanted<'_>, slot: Slot) -> Fit {
    if slot.start < wanted.not_before {
        Fit::Past
    } else if wanted.open(slot).iter().any(|open| open.contains(&slot)) {
        Fit::Fits
    } else {
        Fit::Closed
    }
}

/// The free times in `window`, at most `limit`, in order. `busy` is what occupies the practitioner.
pub fn free(wanted: &Wanted<'_>, window: Slot, busy: &[Slot], limit: usize) -> Vec<Slot> {
    free_where(wanted, window, busy, limit, |_| true)
}

/// The same where one chair at least is free throughout, too. Each of `chairs` is what occupies one.
pub fn free_on_a_chair(
    wanted: &Wanted<'_>,
    window: Slot,
    busy: &[Slot],
    chairs: &[Vec<Slot>],
    limit: usize,
) -> Vec<Slot> {
    free_where(wanted, window, busy, limit, |slot| {
        chairs.iter().any(|taken| taken.iter().all(|one| !one.overlaps(slot)))
    })
}

fn free_where(
    wanted: &Wanted<'_>,
    window: Slot,
    busy: &[Slot],
    limit: usize,
    also: impl Fn(&Slot) -> bool,
) -> Vec<Slot> {
    let (Some(length), Some(step)) = (
        SignedDuration::try_from_mins(wanted.minutes),
        SignedDuration::try_from_mins(wanted.step_minutes),
    ) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if length <= SignedDuration::ZERO || step <= SignedDuration::ZERO {
        return found;
    }
    for open in wanted.open(window) {
        // Starts keep the rhythm of the opening, whatever is taken in it and wherever the window cuts it.
        for gap in without(&intersection(&[open], &[window]), busy) {
            let mut start = open.start;
            while start < gap.start || start < wanted.not_before {
                start += step;
            }
            while start + length <= gap.end {
                if found.len() == limit {
                    return found;
                }
                found.extend(Slot::new(start, start + length).filter(&also));
                start += step;
            }
        }
    }
    found
}

/// Of the free times, those nearest to a wished one, in order of time.
pub fn nearest(free: &[Slot], wished: Timestamp, count: usize) -> Vec<Slot> {
    let mut by_distance = free.to_vec();
    by_distance.sort_by_key(|slot| (slot.start.as_second() - wished.as_second()).abs());
    by_distance.truncate(count);
    by_distance.sort_unstable();
    by_distance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::Hours;
    use jiff::ToSpan;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    const ZONES: [&str; 4] = [
        "Europe/Paris",
        "Pacific/Auckland",
        "America/New_York",
        "Australia/Lord_Howe",
    ];

    fn week(opens: i8, hours: i8) -> Week {
        Week {
            hours: (1..=7)
                .map(|weekday| Hours {
                    weekday,
                    opens: time(opens, 0, 0, 0),
                    closes: time((opens + hours).min(23), 0, 0, 0),
                    valid_from: None,
                    valid_until: None,
                })
                .collect(),
            exceptions: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_free_fits_is_not_taken_and_nothing_free_is_left_out(
            zone in 0_usize..4, day in 0_i64..730, opens in 0_i8..20, hours in 1_i8..10,
            minutes in 5_i64..120, step in 5_i64..60, now in 0_i64..48,
            taken in prop::collection::vec((0_i64..2880, 5_i64..200), 0..12),
        ) {
            let zone = TimeZone::get(ZONES[zone]).unwrap();
            let start = date(2026, 1, 1).checked_add(day.days()).unwrap().to_zoned(zone.clone()).unwrap().timestamp();
            let window = Slot::new(start, start + 48.hours()).unwrap();
            let (cabinet, nobody) = (week(opens, hours), Week::default());
            let wanted = Wanted {
                zone: &zone, cabinet: &cabinet, practitioner: &nobody, minutes, step_minutes: step,
                not_before: start + now.hours(),
            };
            let busy: Vec<Slot> = taken
                .iter()
                .filter_map(|(at, length)| Slot::new(start + at.minutes(), start + (at + length).minutes()))
                .collect();
            let found = free(&wanted, window, &busy, 10_000);
            for slot in &found {
                prop_assert_eq!(fits(&wanted, *slot), Fit::Fits);
                prop_assert!(busy.iter().all(|one| !one.overlaps(slot)));
                prop_assert!(window.contains(slot));
            }
            prop_assert!(found.windows(2).all(|pair| pair[0].start < pair[1].start));
            // With chairs: what is free on one of them for the whole time, and nothing else.
            let chairs: Vec<Vec<Slot>> = busy.chunks(3).map(<[Slot]>::to_vec).collect();
            let mut on_each: Vec<Slot> = chairs.iter().flat_map(|taken| free(&wanted, window, taken, 10_000)).collect();
            on_each.sort_unstable();
            on_each.dedup();
            prop_assert_eq!(free_on_a_chair(&wanted, window, &[], &chairs, 10_000), on_each);
            // The other way round: every start in the rhythm of an opening that is in none of them is taken or over.
            for open in wanted.open(window) {
                let mut at = open.start;
                while let Some(slot) = Slot::new(at, at + minutes.minutes()).filter(|slot| slot.end <= open.end) {
                    let possible = at >= wanted.not_before && window.contains(&slot) && busy.iter().all(|one| !one.overlaps(&slot));
                    prop_assert_eq!(possible, found.contains(&slot));
                    at += step.minutes();
                }
            }
        }
    }
}
