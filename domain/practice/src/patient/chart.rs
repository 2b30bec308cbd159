//! The chart of the teeth, in the two-digit notation of the FDI: quadrant and place. 11 to 48 are permanent teeth, 51 to
//! 85 milk teeth.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A tooth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Tooth(u8);

impl TryFrom<u8> for Tooth {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        let (quadrant, place) = (number / 10, number % 10);
        let exists =
            matches!(quadrant, 1..=4) && matches!(place, 1..=8) || matches!(quadrant, 5..=8) && matches!(place, 1..=5);
        exists
            .then_some(Self(number))
            .ok_or_else(|| format!("there is no tooth {number}"))
    }
}

impl From<Tooth> for u8 {
    fn from(tooth: Tooth) -> Self {
        tooth.0
    }
}

impl Tooth {
    /// Whether it is a milk tooth.
    pub fn is_deciduous(self) -> bool {
        self.0 / 10 >= 5
    }
}

/// What was found or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToothState {
    /// Nothing found.
    Sound,
    /// Decay.
    Caries,
    /// A filling.
    Filled,
    /// A crown.
    Crown,
    /// Part of a bridge.
    Bridge,
    /// Root canal treatment.
    RootCanal,
    /// An implant.
    Implant,
    /// Taken out.
    Extracted,
    /// Not there.
    Missing,
    /// Not through yet.
    Unerupted,
    /// Broken.
    Fractured,
    /// Sealed.
    Sealed,
    /// A veneer.
    Veneer,
    /// Loose.
    Mobile,
}

impl ToothState {
    /// Whether it says something about the whole tooth, whatever surfaces it names.
    fn whole(self) -> bool {
        !matches!(self, Self::Caries | Self::Filled | Self::Sealed | Self::Fractured)
    }
}

/// An entry of the dental history, struck-out ones left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToothEvent {
    /// The tooth.
    pub tooth: Tooth,
    /// Surfaces: M, O, D, V, L, P, I, B, C; empty: the whole tooth.
    #[serde(default)]
    pub surfaces: String,
    /// What was found or done.
    pub state: ToothState,
    /// When.
    pub done_on: Date,
}

/// How each tooth is now: its state, and by surface what differs from it.
pub type Chart = BTreeMap<Tooth, (ToothState, BTreeMap<char, ToothState>)>;

/// Folds the history, which is in order of time, into how the teeth are now. What is said of a whole tooth replaces what
/// was known of its surfaces; teeth nobody wrote about are not in it.
pub fn chart<'a>(history: impl IntoIterator<Item = &'a ToothEvent>) -> Chart {
    let mut chart = Chart::new();
    for event in history {
        let (state, surfaces) = chart.entry(event.tooth).or_insert((ToothState::Sound, BTreeMap::new()));
        if event.surfaces.is_empty() || event.state.whole() {
            *state = event.state;
            surfaces.clear();
        } else {
            surfaces.extend(event.surfaces.chars().map(|surface| (surface, event.state)));
        }
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn there_are_52_teeth() {
        assert_eq!(
            (0..=255_u8).filter(|number| Tooth::try_from(*number).is_ok()).count(),
            52
        );
        assert!(Tooth::try_from(55).unwrap().is_deciduous());
    }

    #[test]
    fn a_crown_covers_what_was_known_of_the_surfaces() {
        let event = |state, surfaces: &str, day| ToothEvent {
            tooth: Tooth::try_from(16).unwrap(),
            surfaces: surfaces.to_owned(),
            state,
            done_on: date(2026, 1, day),
        };
        let mut history = vec![event(ToothState::Caries, "MO", 1), event(ToothState::Filled, "O", 2)];
        let (state, surfaces) = chart(&history)[&Tooth::try_from(16).unwrap()].clone();
        assert_eq!(state, ToothState::Sound);
        assert_eq!(
            surfaces,
            BTreeMap::from([('M', ToothState::Caries), ('O', ToothState::Filled)])
        );
        history.push(event(ToothState::Crown, "", 3));
        let (state, surfaces) = chart(&history)[&Tooth::try_from(16).unwrap()].clone();
        assert_eq!((state, surfaces.len()), (ToothState::Crown, 0));
    }
}
