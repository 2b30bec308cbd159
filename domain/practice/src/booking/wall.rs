//! From the clock on the wall to a moment. In spring an hour of the night does not exist, in autumn one comes twice.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// Which moment a wall time at the edge of an opening means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Something begins then: the first of two, or the moment the clock jumps.
    Begin,
    /// Something ends then: the second of two, or the moment the clock jumps.
    End,
}

/// The moment an opening begins or ends. A time that the clock leaves out means the moment of the jump, so an opening
/// that lies in the gap altogether is empty and one around it is an hour shorter.
pub(super) fn edge(at: DateTime, zone: &TimeZone, edge: Edge) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(at);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(at).ok(),
        AmbiguousOffset::Fold { before, after } => match edge {
            Edge::Begin => before.to_timestamp(at).ok(),
            Edge::End => after.to_timestamp(at).ok(),
        },
        // Read with the offset after the jump the time lies before the jump: the next transition is the jump.
        AmbiguousOffset::Gap { after, .. } => {
            let before_jump = after.to_timestamp(at).ok()?;
            zone.following(before_jump).next().map(|jump| jump.timestamp())
        }
    }
}

/// The moment of an appointment at a wall time: none when the clock leaves it out, the first when it comes twice.
pub fn instant(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(at).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(at).ok()
        }
        AmbiguousOffset::Gap { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    #[test]
    fn half_past_two_does_not_exist_on_the_last_sunday_of_march() {
        let at = date(2026, 3, 29).at(2, 30, 0, 0);
        assert_eq!(instant(at, &paris()), None);
        let jump: Timestamp = "2026-03-29T01:00:00Z".parse().unwrap();
        assert_eq!(edge(at, &paris(), Edge::Begin), Some(jump));
        assert_eq!(edge(at, &paris(), Edge::End), Some(jump));
    }

    #[test]
    fn half_past_two_comes_twice_on_the_last_sunday_of_october() {
        let at = date(2026, 10, 25).at(2, 30, 0, 0);
        let first: Timestamp = "2026-10-25T00:30:00Z".parse().unwrap();
        let second: Timestamp = "2026-10-25T01:30:00Z".parse().unwrap();
        assert_eq!(instant(at, &paris()), Some(first));
        assert_eq!(edge(at, &paris(), Edge::Begin), Some(first));
        assert_eq!(edge(at, &paris(), Edge::End), Some(second));
    }
}
