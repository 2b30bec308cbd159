//! Amounts: either anywhere between two bounds, or the original moved by a keyed 2 to 20 percent; sign, number of
//! digits and scale stay, and so does zero. Where values must stay distinct, the digits are permuted instead.

use crate::key::Prf;
use crate::kind::Kind;
use crate::pattern::{scramble_digits, scramble_integer};
use crate::spec::Spec;
use crate::sql::decimal::{Decimal, power_of_ten};

#[derive(Clone, Copy)]
pub(crate) struct Amount {
    prf: Prf,
    min: Option<Decimal>,
    max: Option<Decimal>,
    unique: bool,
    mode: Mode,
}

/// What becomes of a number that has neither bounds nor to be unique.
#[derive(Clone, Copy)]
enum Mode {
    /// Moved by a keyed 2 to 20 percent.
    Amount,
    /// Moved by up to so many millionths of itself, either way.
    Share(u64),
    /// Moved by up to so much, either way.
    Reach(f64),
    /// Rounded down to a step.
    Step(f64),
}

impl Amount {
    pub(crate) fn compile(spec: &Spec, prf: Prf) -> Self {
        let bound = |text: &Option<String>| text.as_deref().and_then(Decimal::parse);
        Self {
            prf,
            min: bound(&spec.min),
            max: bound(&spec.max),
            unique: spec.unique,
            mode: match spec.kind {
                Kind::Noise => match spec.number("reach") {
                    Some(reach) => Mode::Reach(reach),
                    None => Mode::Share(millionths(spec.number("ratio").unwrap_or(0.1))),
                },
                Kind::Round => Mode::Step(spec.number("step").unwrap_or(10.0)),
                Kind::AgeBand => Mode::Step(spec.number("years").unwrap_or(5.0)),
                _ => Mode::Amount,
            },
        }
    }

    /// True for zero where no bound asks for another value.
    pub(crate) fn keeps(&self, text: &str) -> bool {
        matches!(self.mode, Mode::Amount)
            && self.min.is_none()
            && self.max.is_none()
            && text.contains('0')
            && !text.chars().any(|c| c.is_alphabetic() || matches!(c, '1'..='9'))
    }

    /// Replaces a whole number of a type that holds at most `max`.
    pub(crate) fn integer(&self, value: i64, max: i64) -> i64 {
        if self.unique {
            let limit = max.unsigned_abs();
            let image = i64::try_from(scramble_integer(&self.prf, value.unsigned_abs().min(limit), limit));
            return image.map_or(value, |image| if value < 0 { -image } else { image });
        }
        let limit = u128::from(max.unsigned_abs());
        i64::try_from(self.units(i128::from(value), 0, limit)).unwrap_or(value)
    }

    /// Appends the replacement of a decimal number in canonical text form; `NaN` and infinities stay.
    pub(crate) fn decimal(&self, text: &str, out: &mut String) {
        match Decimal::parse(text) {
            Some(number) if !self.unique => {
                let Some(units) = number.units(number.scale) else {
                    return self.permute_digits(text, out);
                };
                let result = self.units(units, number.scale, u128::MAX);
                Decimal::from_units(result, number.scale).write(out);
            }
            _ if text.bytes().any(|byte| byte.is_ascii_digit()) => self.permute_digits(text, out),
            _ => out.push_str(text),
        }
    }

    /// Replaces the digits of an amount inside text such as `1 234,50 €`; false when there are none.
    pub(crate) fn mask_text(&self, core: &str, out: &mut String) -> bool {
        if Decimal::parse(core).is_some() {
            self.decimal(core, out);
            return true;
        }
        let digits: String = core.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return false;
        }
        let mut replaced = String::new();
        let number = Decimal::parse(&digits).filter(|_| !self.unique && self.min.is_none() && self.max.is_none());
        match number.and_then(|number| number.units(0)) {
            Some(units) => Decimal::from_units(self.units(units, 0, u128::MAX), 0).write(&mut replaced),
            None => self.permute_digits(&digits, &mut replaced),
        }
        while replaced.len() < digits.len() {
            replaced.insert(0, '0');
        }
        let mut next = replaced.chars();
        for c in core.chars() {
            if c.is_ascii_digit() {
                out.extend(next.next());
            } else {
                out.push(c);
            }
        }
        true
    }

    fn units(&self, units: i128, scale: u32, limit: u128) -> i128 {
        let top = i128::try_from(limit).unwrap_or(i128::MAX);
        match self.mode {
            Mode::Amount => {}
            Mode::Step(step) => {
                let step = scaled(step, scale).max(1);
                return units.div_euclid(step).saturating_mul(step).clamp(-top, top);
            }
            Mode::Share(share) => {
                // Apart, so that no product of a large number overflows.
                let magnitude = i128::try_from(units.unsigned_abs()).unwrap_or(i128::MAX);
                let share = i128::from(share);
                let reach = magnitude / 1_000_000 * share + magnitude % 1_000_000 * share / 1_000_000;
                return self.within(self.moved(units, reach), scale).clamp(-top, top);
            }
            Mode::Reach(reach) => {
                return self
                    .within(self.moved(units, scaled(reach, scale)), scale)
                    .clamp(-top, top);
            }
        }
        if self.min.is_some() || self.max.is_some() {
            return self.between(units, scale, limit);
        }
        if units == 0 {
            return 0;
        }
        let magnitude = units.unsigned_abs();
        let low = magnitude_floor(magnitude);
        let high = low.saturating_mul(10).saturating_sub(1).min(limit);
        let noisy = self.noise(units, magnitude, low, high);
        let signed = i128::try_from(noisy).unwrap_or(units);
        if units < 0 { -signed } else { signed }
    }

    /// The number moved by at most `reach`, evenly to both sides, so that the mean of many stays.
    fn moved(&self, units: i128, reach: i128) -> i128 {
        let span = u64::try_from(reach.saturating_mul(2)).unwrap_or(u64::MAX - 1);
        let mut draw = self.prf.draw(&trimmed(units).to_le_bytes(), 2);
        units
            .saturating_sub(reach)
            .saturating_add(i128::from(draw.below(span.saturating_add(1))))
    }

    fn within(&self, units: i128, scale: u32) -> i128 {
        let low = self.min.and_then(|min| min.units(scale)).unwrap_or(i128::MIN);
        let high = self.max.and_then(|max| max.units(scale)).unwrap_or(i128::MAX);
        units.clamp(low, high.max(low))
    }

    fn noise(&self, units: i128, magnitude: u128, low: u128, high: u128) -> u128 {
        let mut draw = self.prf.draw(&trimmed(units).to_le_bytes(), 0);
        let permille = u128::from(draw.below(181) + 20);
        let up = draw.below(2) == 1;
        let delta = (magnitude / 1000 * permille + magnitude % 1000 * permille / 1000).max(1);
        let raised = magnitude.checked_add(delta).filter(|&sum| sum <= high);
        let lowered = magnitude.checked_sub(delta).filter(|&rest| rest >= low);
        let (preferred, other) = if up { (raised, lowered) } else { (lowered, raised) };
        preferred
            .or(other)
            .or_else(|| magnitude.checked_sub(1).filter(|&rest| rest >= low))
            .unwrap_or(magnitude)
    }

    fn between(&self, units: i128, scale: u32, limit: u128) -> i128 {
        let top = i128::try_from(limit).unwrap_or(i128::MAX);
        let low = self.min.and_then(|min| min.units(scale));
        let high = self.max.and_then(|max| max.units(scale));
        // One bound alone spans as far again as the original, or a thousand units.
        let reach = i128::try_from(power_of_ten(scale + 3).unwrap_or(1)).unwrap_or(1);
        let low = low.unwrap_or_else(|| high.unwrap_or(0).saturating_sub(units.saturating_abs().max(reach)));
        let high = high
            .unwrap_or_else(|| low.saturating_add(units.saturating_abs().max(reach)))
            .min(top);
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(u64::MAX - 1);
        let mut draw = self.prf.draw(&trimmed(units).to_le_bytes(), 1);
        let mut result = low.saturating_add(i128::from(draw.below(span.saturating_add(1))));
        if result == units {
            result = if result < high { result + 1 } else { low };
        }
        result.clamp(low, high.max(low))
    }

    fn permute_digits(&self, text: &str, out: &mut String) {
        let significant = text.len() - text.trim_start_matches(['-', '+', '0', '.']).len();
        // An exponent is not part of the digits.
        let end = text.find(['e', 'E']).unwrap_or(text.len()).max(significant);
        let mut digits: Vec<u8> = text[significant..end].bytes().filter(u8::is_ascii_digit).collect();
        if digits.is_empty() {
            out.push_str(text);
            return;
        }
        scramble_digits(&self.prf, b"amount", &mut digits);
        let mut next = digits.iter();
        out.push_str(&text[..significant]);
        for c in text[significant..end].chars() {
            if c.is_ascii_digit() {
                out.extend(next.next().map(|&digit| char::from(digit)));
            } else {
                out.push(c);
            }
        }
        out.push_str(&text[end..]);
    }
}

/// A number in units of `10^-scale`.
#[expect(clippy::cast_possible_truncation, reason = "bounds of parameters keep it small")]
fn scaled(number: f64, scale: u32) -> i128 {
    (number * 10f64.powi(i32::try_from(scale.min(18)).unwrap_or(0))).round() as i128
}

/// A share of one in millionths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share from 0 to 1 times a million"
)]
fn millionths(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1e6) as u64
}

/// The smallest number with as many digits.
fn magnitude_floor(magnitude: u128) -> u128 {
    let mut floor: u128 = 1;
    while let Some(next) = floor.checked_mul(10).filter(|&next| next <= magnitude) {
        floor = next;
    }
    floor
}

/// The number without trailing zeros, so that 12.5 and 12.50 move alike.
fn trimmed(units: i128) -> i128 {
    let mut value = units;
    while value != 0 && value % 10 == 0 {
        value /= 10;
    }
    value
}
