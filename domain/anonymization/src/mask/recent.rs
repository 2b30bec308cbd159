//! Replacements of values that came lately: given names, family names and towns come again and again, an audit log says
//! most values twice, and finding a replacement takes a fraction of the time that making it takes. Where values do not
//! come again, looking stops.

use crate::spec::Spec;
use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places; a value has one, by its hash.
const PLACES: usize = 1 << 10;
/// Longest value that is kept, in bytes.
const LONGEST: usize = 128;
/// Bytes of a place.
const PLACE: usize = 2 + 2 * LONGEST;
/// After so many values it is decided whether looking is worth it.
const TRIED: u32 = 1 << 12;
/// It is where one value in this many was found.
const WORTH: u32 = 8;

/// The memories of a table's maskers: those of equal specs share one, in whichever columns and documents they are.
#[derive(Default)]
pub(crate) struct Memories(RefCell<Vec<(Spec, Memory)>>);

/// A memory that maskers share. They are never asked at the same time: the lock is always free.
#[derive(Clone)]
pub(crate) struct Memory(Arc<Mutex<Recent>>);

impl Memories {
    /// The memory of a spec.
    pub(super) fn of(&self, spec: &Spec) -> Memory {
        let mut memories = self.0.borrow_mut();
        if let Some((_, memory)) = memories.iter().find(|(known, _)| known == spec) {
            return memory.clone();
        }
        let memory = Memory(Arc::new(Mutex::new(Recent::new())));
        memories.push((spec.clone(), memory.clone()));
        memory
    }

    /// Forgets everything that was kept.
    pub(crate) fn forget(&self) {
        for (_, memory) in self.0.borrow().iter() {
            *memory.open() = Recent::new();
        }
    }
}

impl Memory {
    fn open(&self) -> MutexGuard<'_, Recent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends the replacement of a value, if it is known.
    pub(super) fn find(&self, value: &str, out: &mut String) -> bool {
        self.open().find(value, out)
    }

    /// Keeps a value's replacement in the place of what was there.
    pub(super) fn keep(&self, value: &str, replacement: &str) {
        self.open().keep(value, replacement);
    }
}

/// Values and their replacements, all in one piece of memory: 258 KB, taken when the first is kept.
struct Recent {
    /// For every place the two lengths, then room for the value and for its replacement.
    places: Vec<u8>,
    tried: u32,
    found: u32,
}

impl Recent {
    fn new() -> Self {
        Self {
            places: Vec::new(),
            tried: 0,
            found: 0,
        }
    }

    fn find(&mut self, value: &str, out: &mut String) -> bool {
        if !self.looks() || value.len() > LONGEST || value.is_empty() {
            return false;
        }
        self.tried += 1;
        let Some([known, replacement]) = self.at(place(value)) else {
            return false;
        };
        if known != value.as_bytes() {
            return false;
        }
        let Ok(replacement) = std::str::from_utf8(replacement) else {
            return false;
        };
        out.push_str(replacement);
        self.found += 1;
        if self.tried > TRIED {
            // The share is that of late values.
            (self.tried, self.found) = (TRIED / 2, self.found / 2);
        }
        true
    }

    fn keep(&mut self, value: &str, replacement: &str) {
        if !self.looks() || value.len() > LONGEST || replacement.len() > LONGEST {
            return;
        }
        let (Ok(length), Ok(size)) = (u8::try_from(value.len()), u8::try_from(replacement.len())) else {
            return;
        };
        self.places.resize(PLACES * PLACE, 0);
        let start = place(value) * PLACE;
        let Some(place) = self.places.get_mut(start..start + PLACE) else {
            return;
        };
        place[..2].copy_from_slice(&[length, size]);
        place[2..][..value.len()].copy_from_slice(value.as_bytes());
        place[2 + LONGEST..][..replacement.len()].copy_from_slice(replacement.as_bytes());
    }

    /// The value at a place and its replacement; empty ones where nothing was kept.
    fn at(&self, place: usize) -> Option<[&[u8]; 2]> {
        let place = self.places.get(place * PLACE..(place + 1) * PLACE)?;
        let (&[length, size], texts) = place.split_first_chunk()?;
        let (value, replacement) = texts.split_at(LONGEST);
        Some([&value[..usize::from(length)], &replacement[..usize::from(size)]])
    }

    fn looks(&self) -> bool {
        self.tried < TRIED || self.found >= self.tried / WORTH
    }
}

fn place(value: &str) -> usize {
    let (blocks, rest) = value.as_bytes().as_chunks::<8>();
    let mix = |state: u64, bytes: u64| (state ^ bytes).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let state = blocks
        .iter()
        .fold(0, |state, block| mix(state, u64::from_le_bytes(*block)));
    let rest = rest
        .iter()
        .fold(value.len() as u64, |bytes, &byte| bytes << 8 | u64::from(byte));
    (mix(state, rest).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 54) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    fn ask(recent: &mut Recent, value: &str) -> Option<String> {
        let mut out = String::new();
        recent.find(value, &mut out).then_some(out)
    }

    #[test]
    fn what_came_lately_is_found_and_what_never_comes_again_is_not_looked_for() {
        let mut recent = Recent::new();
        assert_eq!(ask(&mut recent, "Anne"), None);
        recent.keep("Anne", "Zoé");
        assert_eq!(ask(&mut recent, "Anne").as_deref(), Some("Zoé"));
        for number in 0..2 * TRIED {
            let value = number.to_string();
            assert_eq!(ask(&mut recent, &value), None);
            recent.keep(&value, "x");
        }
        recent.keep("Anne", "Zoé");
        assert_eq!(ask(&mut recent, "Anne"), None, "looking has stopped");
    }

    #[test]
    fn long_and_empty_values_are_not_kept() {
        let mut recent = Recent::new();
        let long = "x".repeat(LONGEST + 1);
        recent.keep(&long, "y");
        assert_eq!(ask(&mut recent, &long), None);
        assert_eq!(ask(&mut recent, ""), None);
    }

    #[test]
    fn equal_specs_share_a_memory_until_it_is_forgotten() {
        let memories = Memories::default();
        let (first, second) = (Spec::new(Kind::City), Spec::new(Kind::City));
        memories.of(&first).keep("Lyon", "Brest");
        let find = |spec: &Spec| {
            let mut out = String::new();
            memories.of(spec).find("Lyon", &mut out).then_some(out)
        };
        assert_eq!(find(&second).as_deref(), Some("Brest"));
        assert_eq!(find(&Spec::new(Kind::Company)), None);
        memories.forget();
        assert_eq!(find(&second), None);
    }
}
