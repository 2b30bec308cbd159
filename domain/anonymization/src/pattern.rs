//! Format-preserving permutations: the tools behind "unique stays unique".
//!
//! A keyed Feistel network `P` permutes all values of one shape: all strings with the same character classes at the
//! same places, or all integers of a width. What is applied is `P(T(P⁻¹(x)))`, where `T` steps to the next value of the
//! shape and wraps around. That is a bijection again, it is one single cycle, so no value is ever its own replacement,
//! and walking it until a condition holds (an octet stays private, an integer stays below a limit) is a bijection of the
//! values for which the condition holds.

use crate::key::{Draw, Prf};

/// Rounds of the Feistel networks; three give a pseudo-random permutation (Luby and Rackoff), and two such networks are
/// run after each other.
const ROUNDS: u8 = 3;
/// Messages up to this length need no allocation.
const SHORT: usize = 192;

/// The symbols of one string: each a value below its radix.
pub(crate) struct Symbols(Vec<Symbol>);

#[derive(Clone, Copy)]
struct Symbol {
    value: u32,
    radix: u32,
}

impl Symbols {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(crate) fn push(&mut self, value: u32, radix: u32) {
        debug_assert!(value < radix);
        self.0.push(Symbol { value, radix });
    }

    /// The values, in order.
    pub(crate) fn values(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().map(|symbol| symbol.value)
    }

    /// Replaces the values by others of the same radices, bijectively. `tweak` selects one of many permutations.
    pub(crate) fn permute(&mut self, prf: &Prf, tweak: &[u8]) {
        if self.0.iter().all(|symbol| symbol.radix < 2) {
            return;
        }
        // Tweak, separator, round, and at most five bytes for each symbol of the larger half.
        let size = tweak.len() + 2 + 5 * self.0.len().div_ceil(2);
        let mut short = [0; SHORT];
        let mut long = Vec::new();
        let message = if size <= SHORT {
            &mut short[..]
        } else {
            long.resize(size, 0);
            &mut long[..]
        };
        message[..tweak.len()].copy_from_slice(tweak);
        let prefix = tweak.len() + 1;
        for round in (0..ROUNDS).rev() {
            self.round(prf, message, prefix, round, false);
        }
        self.step();
        for round in 0..ROUNDS {
            self.round(prf, message, prefix, round, true);
        }
    }

    fn round(&mut self, prf: &Prf, message: &mut [u8], prefix: usize, round: u8, forward: bool) {
        let middle = self.0.len() / 2;
        let (left, right) = self.0.split_at_mut(middle);
        // Odd rounds change the left half by the right one, even rounds the other way.
        let (changed, other) = if round % 2 == 1 { (left, right) } else { (right, left) };
        message[prefix] = round;
        let mut end = prefix + 1;
        for symbol in other.iter() {
            // Most values fit a byte; the escape keeps the encoding injective.
            match u8::try_from(symbol.value) {
                Ok(byte) if byte < 0xFF => {
                    message[end] = byte;
                    end += 1;
                }
                _ => {
                    message[end] = 0xFF;
                    message[end + 1..end + 5].copy_from_slice(&symbol.value.to_le_bytes());
                    end += 5;
                }
            }
        }
        let mut draw = Draw::seeded(prf.hash(&message[..end]));
        for symbol in changed {
            let shift = u32::try_from(draw.below(u64::from(symbol.radix))).unwrap_or(0);
            let moved = if forward {
                symbol.value + shift
            } else {
                symbol.value + symbol.radix - shift
            };
            symbol.value = if moved >= symbol.radix {
                moved - symbol.radix
            } else {
                moved
            };
        }
    }

    /// The next string of the shape, as an odometer turns.
    fn step(&mut self) {
        for symbol in self.0.iter_mut().rev() {
            symbol.value += 1;
            if symbol.value < symbol.radix {
                return;
            }
            symbol.value = 0;
        }
    }
}

/// Permutes the integers of `bits` bits (at most 128).
pub(crate) fn permute_bits(prf: &Prf, tweak: u8, value: u128, bits: u32) -> u128 {
    if bits == 0 {
        return value;
    }
    let mask = if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
    let mut value = value & mask;
    for round in (0..ROUNDS).rev() {
        value = bits_round(prf, tweak, value, bits, round);
    }
    value = value.wrapping_add(1) & mask;
    for round in 0..ROUNDS {
        value = bits_round(prf, tweak, value, bits, round);
    }
    value
}

/// One round; with XOR every round is its own inverse.
#[expect(clippy::cast_possible_truncation, reason = "each half has at most 64 bits")]
fn bits_round(prf: &Prf, tweak: u8, value: u128, bits: u32, round: u8) -> u128 {
    let low_bits = bits / 2;
    let low_mask = (1u128 << low_bits) - 1;
    let high_mask = (1u128 << (bits - low_bits)) - 1;
    let (high, low) = (value >> low_bits, value & low_mask);
    let half = if round.is_multiple_of(2) { low } else { high };
    let mut message = [0u8; 10];
    message[0] = tweak;
    message[1] = round;
    message[2..].copy_from_slice(&(half as u64).to_le_bytes());
    let noise = prf.hash(&message);
    if round.is_multiple_of(2) {
        ((high ^ (noise & high_mask)) << low_bits) | low
    } else {
        (high << low_bits) | (low ^ (noise & low_mask))
    }
}

/// The first character of the class `c` belongs to and the size of the class; `None` for characters that stay.
pub(crate) fn class(c: char) -> Option<(u32, u32)> {
    match c {
        '0'..='9' => Some((u32::from('0'), 10)),
        'a'..='z' => Some((u32::from('a'), 26)),
        'A'..='Z' => Some((u32::from('A'), 26)),
        // Latin-1 letters without the signs × and ÷.
        'à'..='ö' => Some((u32::from('à'), 23)),
        'ø'..='ÿ' => Some((u32::from('ø'), 8)),
        'À'..='Ö' => Some((u32::from('À'), 23)),
        'Ø'..='Þ' => Some((u32::from('Ø'), 7)),
        '\u{4E00}'..='\u{9FFF}' => Some((0x4E00, 0x5200)),
        '\u{AC00}'..='\u{D7A3}' => Some((0xAC00, 11_172)),
        // Any other character moves within its block of 256, which keeps its script and its length in bytes. The whole
        // block must take part: a member that stayed could meet the replacement of another.
        _ if u32::from(c) >= 0x100 => {
            let base = u32::from(c) & !0xFF;
            let symbols = matches!(base, 0x2000..=0x2BFF | 0x1F000..=0x1FAFF);
            let partial = matches!(base, 0x4E00..=0x9FFF | 0xAC00..=0xDFFF);
            (!symbols && !partial).then_some((base, 256))
        }
        _ => None,
    }
}

/// Replaces every letter and digit of `input` by another of its class, bijectively for each shape.
pub(crate) fn scramble(prf: &Prf, input: &str, out: &mut String) {
    let mut symbols = Symbols::with_capacity(input.len());
    for c in input.chars() {
        if let Some((base, radix)) = class(c) {
            symbols.push(u32::from(c) - base, radix);
        }
    }
    symbols.permute(prf, b"shape");
    let mut values = symbols.values();
    for c in input.chars() {
        let replaced = class(c).and_then(|(base, _)| char::from_u32(base + values.next()?));
        out.push(replaced.unwrap_or(c));
    }
}

/// Replaces a string of ASCII digits by another of its length, bijectively; a first digit that is not zero stays so.
pub(crate) fn scramble_digits(prf: &Prf, tweak: &[u8], digits: &mut [u8]) {
    let mut symbols = Symbols::with_capacity(digits.len());
    let positive = digits.first().is_some_and(|&digit| digit != b'0');
    for (index, &digit) in digits.iter().enumerate() {
        let value = u32::from(digit.wrapping_sub(b'0').min(9));
        match index {
            0 if positive => symbols.push(value - 1, 9),
            0 if digits.len() > 1 => symbols.push(0, 1),
            _ => symbols.push(value, 10),
        }
    }
    symbols.permute(prf, tweak);
    for (index, (digit, value)) in digits.iter_mut().zip(symbols.values()).enumerate() {
        let offset = u32::from(index == 0 && positive);
        *digit = b'0' + u8::try_from(value + offset).unwrap_or(0);
    }
}

/// Replaces a non-negative integer by another of as many digits and at most `max`, bijectively.
pub(crate) fn scramble_integer(prf: &Prf, value: u64, max: u64) -> u64 {
    let mut current = value;
    loop {
        let mut digits = current.to_string().into_bytes();
        scramble_digits(prf, b"integer", &mut digits);
        current = digits.iter().fold(0u64, |sum, digit| {
            sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))
        });
        // u64 has 20 digits: a wrapped sum is out of range only when `max` has as many, and integers have at most 19.
        if current <= max {
            return current;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::MaskingKey;
    use std::collections::HashSet;

    fn prf() -> Prf {
        MaskingKey::new([7; 32]).derive("test")
    }

    #[test]
    fn small_widths_are_permuted_completely_without_fixed_points() {
        for bits in 1..=12 {
            let all: HashSet<u128> = (0..1u128 << bits)
                .map(|value| {
                    let image = permute_bits(&prf(), 0, value, bits);
                    assert_ne!(image, value);
                    image
                })
                .collect();
            assert_eq!(all.len(), 1 << bits);
        }
    }

    #[test]
    fn short_strings_are_permuted_completely_without_fixed_points() {
        for shape in ["0", "00", "000", "a0", "0-a", "aA0"] {
            let mut seen = HashSet::new();
            let mut inputs = vec![String::new()];
            for c in shape.chars() {
                inputs = inputs
                    .iter()
                    .flat_map(|head| {
                        let choices: Vec<char> = match class(c) {
                            Some((base, radix)) => (0..radix).filter_map(|i| char::from_u32(base + i)).collect(),
                            None => vec![c],
                        };
                        choices.into_iter().map(move |tail| format!("{head}{tail}"))
                    })
                    .collect();
            }
            for input in &inputs {
                let mut out = String::new();
                scramble(&prf(), input, &mut out);
                assert_ne!(&out, input);
                assert!(seen.insert(out));
            }
            assert_eq!(seen.len(), inputs.len());
        }
    }

    #[test]
    fn integers_keep_their_digit_count_and_limit() {
        let mut seen = HashSet::new();
        for value in 1000..=4000 {
            let image = scramble_integer(&prf(), value, 4000);
            assert!((1000..=4000).contains(&image) && image != value);
            assert!(seen.insert(image));
        }
        assert_ne!(scramble_integer(&prf(), 5, 32_767), 5);
        assert!(
            scramble_integer(&prf(), 9_223_372_036_854_775_807, i64::MAX.unsigned_abs()) <= i64::MAX.unsigned_abs()
        );
    }

    #[test]
    fn every_script_keeps_its_length_in_bytes() {
        for input in ["Éloïse", "Владимир", "陈伟", "김철수", "Ελένη", "محمد", "𝒳", "ﬁ"] {
            let mut out = String::new();
            scramble(&prf(), input, &mut out);
            assert_eq!(out.len(), input.len(), "{input}");
            assert_ne!(out, input);
        }
    }
}
