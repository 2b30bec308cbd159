//! Words of names, read eight bytes at a time: where letters end, their folded form, and a quick hash of it. Recording
//! and scanning share it.

use crate::words::fold;

/// The eighth bit of every byte.
const HIGH: u64 = each(0x80);

/// Eight times the same byte.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The eight bytes from `at` on, the first in the lowest bits; zeros stand behind the end.
#[inline]
pub(super) fn load(text: &[u8], at: usize) -> u64 {
    let Some(rest) = text.get(at..) else { return 0 };
    match (rest.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(bytes), _) => u64::from_le_bytes(*bytes),
        (None, Some(bytes)) => u64::from_le_bytes(*bytes).unbounded_shr(bits(8 - rest.len())),
        (None, None) => rest.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
    }
}

/// As many bits as `bytes` bytes have; at most eight bytes are ever asked for.
#[inline]
fn bits(bytes: usize) -> u32 {
    u32::from(bytes.to_le_bytes()[0]) * 8
}

/// The eighth bit of every byte from `first` to `last`, both below 128.
#[inline]
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    let low = bytes & !HIGH;
    (low + each(0x80 - first)) & !(low + each(0x7F - last)) & !bytes & HIGH
}

#[inline]
fn letters(bytes: u64) -> u64 {
    between(bytes | each(0x20), b'a', b'z')
}

/// How many of the eight bytes lie in front of the first that is not marked.
#[inline]
fn leading(marks: u64) -> usize {
    (marks ^ HIGH).trailing_zeros() as usize / 8
}

/// How many of the eight bytes may be skipped in search of a letter, a digit or anything beyond ASCII.
#[inline]
pub(super) fn skippable(bytes: u64) -> usize {
    let stops = letters(bytes) | between(bytes, b'0', b'9') | bytes & HIGH;
    stops.trailing_zeros() as usize / 8
}

/// How many digits stand at the start of the eight bytes.
#[inline]
pub(super) fn leading_digits(bytes: u64) -> usize {
    leading(between(bytes, b'0', b'9'))
}

/// The folded letters U+00C0 to U+00FF where they are ASCII, else zero.
static LATIN: &[u8; 64] = b"aaaaaaaceeeeiiii\0nooooo\0ouuuuy\0\0aaaaaaaceeeeiiii\0nooooo\0ouuuuy\0y";

/// What stands at a byte beyond ASCII.
struct Wide {
    /// Its bytes in the text.
    length: usize,
    /// Its folded form; nothing when it is no letter.
    folded: [u8; 4],
    size: usize,
}

#[inline]
fn wide(text: &[u8], at: usize) -> Wide {
    if let [0xC3, low @ 0x80..=0xBF, ..] = text[at..] {
        let letter = LATIN[usize::from(low & 0x3F)];
        if letter != 0 {
            return Wide {
                length: 2,
                folded: [letter, 0, 0, 0],
                size: 1,
            };
        }
    }
    rare(text, at)
}

#[cold]
fn rare(text: &[u8], at: usize) -> Wide {
    let length = match text[at] {
        0xF0.. => 4,
        0xE0..=0xEF => 3,
        _ => 2,
    };
    let part = text
        .get(at..at + length)
        .and_then(|part| std::str::from_utf8(part).ok());
    let mut wide = Wide {
        length: part.map_or(1, str::len),
        folded: [0; 4],
        size: 0,
    };
    if let Some(c) = part.and_then(|part| part.chars().next()).filter(|c| c.is_alphabetic()) {
        wide.size = fold(c).encode_utf8(&mut wide.folded).len();
    }
    wide
}

/// A word in a text.
pub(super) struct Word {
    /// Where its letters end.
    pub(super) end: usize,
    /// Where reading goes on: behind the symbol beyond ASCII that ended it, if one did.
    pub(super) next: usize,
    /// Its size in bytes when folded.
    pub(super) size: usize,
    /// Its quick hash.
    pub(super) token: u32,
}

/// A quick keyed hash of the words of names: only a filter, collisions cost time and nothing else.
#[derive(Clone, Copy)]
pub(super) struct Tokens {
    key: u64,
}

/// A word on its way through the hash.
struct Hashing {
    state: u64,
    /// Bytes that wait until they are eight.
    rest: u64,
    size: usize,
}

impl Tokens {
    pub(super) fn new(key: u64) -> Self {
        Self { key }
    }

    /// The hash of a folded word.
    pub(super) fn of(self, word: &[u8]) -> u32 {
        let mut hashing = self.start();
        for at in (0..word.len()).step_by(8) {
            self.push(&mut hashing, load(word, at), (word.len() - at).min(8));
        }
        self.finish(&hashing)
    }

    /// Reads the word at `at`, where a letter or something beyond ASCII stands.
    #[inline]
    pub(super) fn read(self, text: &[u8], at: usize) -> Word {
        let bytes = load(text, at);
        let size = leading(letters(bytes));
        if size < 8 && (bytes >> bits(size)) & 0x80 == 0 {
            let hashing = Hashing {
                state: self.key,
                rest: first(bytes | each(0x20), size),
                size,
            };
            return Word {
                end: at + size,
                next: at + size,
                size,
                token: self.finish(&hashing),
            };
        }
        self.read_long(text, at)
    }

    /// The same for a word of more than seven letters, or with letters beyond ASCII.
    fn read_long(self, text: &[u8], mut at: usize) -> Word {
        let mut hashing = self.start();
        let mut symbol = 0;
        loop {
            let bytes = load(text, at);
            let count = leading(letters(bytes));
            if count > 0 {
                self.push(&mut hashing, first(bytes | each(0x20), count), count);
                at += count;
                if count == 8 {
                    continue;
                }
            }
            if text.get(at).is_none_or(u8::is_ascii) || space_length(&text[at..]) > 0 {
                break;
            }
            let wide = wide(text, at);
            if wide.size == 0 {
                symbol = wide.length;
                break;
            }
            self.push(&mut hashing, u64::from(u32::from_le_bytes(wide.folded)), wide.size);
            at += wide.length;
        }
        Word {
            end: at,
            next: at + symbol,
            size: hashing.size,
            token: self.finish(&hashing),
        }
    }

    #[inline]
    fn start(self) -> Hashing {
        Hashing {
            state: self.key,
            rest: 0,
            size: 0,
        }
    }

    /// Takes one to eight bytes; those behind them are zero.
    #[inline]
    fn push(self, hashing: &mut Hashing, bytes: u64, count: usize) {
        let waiting = hashing.size % 8;
        hashing.rest |= bytes << bits(waiting);
        hashing.size += count;
        if waiting + count >= 8 {
            hashing.state = self.mix(hashing.state, hashing.rest);
            hashing.rest = bytes.unbounded_shr(bits(8 - waiting));
        }
    }

    #[inline]
    fn finish(self, hashing: &Hashing) -> u32 {
        // At most seven bytes wait: the eighth holds the size.
        let size = u64::from(hashing.size.to_le_bytes()[0]) << 56;
        (self.mix(hashing.state, hashing.rest | size) >> 32) as u32
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the halves of a product are folded together"
    )]
    fn mix(self, state: u64, bytes: u64) -> u64 {
        let product = u128::from(state ^ bytes) * 0x9E37_79B9_7F4A_7C15;
        (product as u64) ^ ((product >> 64) as u64) ^ self.key
    }
}

/// The first `count` of the eight bytes; zeros follow.
#[inline]
fn first(bytes: u64, count: usize) -> u64 {
    bytes & 1u64.unbounded_shl(bits(count)).wrapping_sub(1)
}

/// Appends the folded letters at the start of `text` and returns how many of its bytes they are.
pub(super) fn fold_word(text: &[u8], folded: &mut Vec<u8>) -> usize {
    let mut at = 0;
    loop {
        let bytes = load(text, at);
        let count = leading(letters(bytes));
        folded.extend_from_slice(&(bytes | each(0x20)).to_le_bytes()[..count]);
        at += count;
        if count == 8 {
            continue;
        }
        if text.get(at).is_none_or(u8::is_ascii) {
            return at;
        }
        let wide = wide(text, at);
        if wide.size == 0 {
            return at;
        }
        folded.extend_from_slice(&wide.folded[..wide.size]);
        at += wide.length;
    }
}

/// Length of the no-break space or typographic apostrophe at the start of `rest`; 0 when there is none.
pub(super) fn space_length(rest: &[u8]) -> usize {
    match rest {
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF | 0x99, ..] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_latin_letters_folds_as_all_others_do() {
        for (index, &letter) in LATIN.iter().enumerate() {
            let c = char::from(0xC0 + u8::try_from(index).unwrap());
            let folded = Some(fold(c)).filter(|folded| c.is_alphabetic() && folded.is_ascii());
            assert_eq!(folded.map_or(0, |folded| u8::try_from(folded).unwrap()), letter, "{c}");
        }
    }

    proptest! {
        #[test]
        fn a_word_is_hashed_the_same_in_a_text_and_by_itself(word in "[a-zA-Zé中ßŒÑ]{1,30}", after in "[ .0@\u{a0}”]?.{0,9}") {
            let text = format!("{word}{after}");
            let mut folded = Vec::new();
            let length = fold_word(text.as_bytes(), &mut folded);
            let tokens = Tokens::new(0x1234_5678_9ABC_DEF1);
            let read = tokens.read(text.as_bytes(), 0);
            prop_assert_eq!((read.end, read.size), (length, folded.len()));
            prop_assert_eq!(read.token, tokens.of(&folded));
            let letters: String = text.chars().take_while(|c| c.is_alphabetic()).map(fold).collect();
            prop_assert_eq!(String::from_utf8(folded).unwrap(), letters);
        }

        #[test]
        fn eight_bytes_are_classed_as_single_ones_are(bytes: [u8; 8]) {
            let count = |test: fn(&u8) -> bool| bytes.iter().position(|byte| !test(byte)).unwrap_or(8);
            let whole = u64::from_le_bytes(bytes);
            prop_assert_eq!(leading(letters(whole)), count(u8::is_ascii_alphabetic));
            prop_assert_eq!(leading_digits(whole), count(u8::is_ascii_digit));
            prop_assert_eq!(skippable(whole), count(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()));
            for end in 0..8 {
                prop_assert_eq!(load(&bytes[..end], 0), first(whole, end));
                prop_assert_eq!(load(&bytes, end), whole >> (8 * end));
            }
        }
    }
}
