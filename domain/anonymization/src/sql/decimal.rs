//! Decimal numbers as text: sign, digits, scale.

use std::cmp::Ordering;

/// A decimal number of at most 38 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// The digits as one whole number, without sign.
    pub(crate) mantissa: u128,
    /// True below zero.
    pub(crate) negative: bool,
    /// Digits after the point.
    pub(crate) scale: u32,
}

/// 10 to the power of `exponent`, when it fits.
pub(crate) fn power_of_ten(exponent: u32) -> Option<u128> {
    10u128.checked_pow(exponent)
}

impl Decimal {
    /// Reads `-12.50`; an exponent, a space or a 39th digit makes it `None`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let mut mantissa: u128 = 0;
        let mut scale = None;
        let mut any = false;
        for byte in digits.bytes() {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    mantissa = mantissa.checked_mul(10)?.checked_add(u128::from(byte - b'0'))?;
                    if let Some(scale) = &mut scale {
                        *scale += 1;
                    }
                }
                b'.' if scale.is_none() => scale = Some(0),
                _ => return None,
            }
        }
        (any && power_of_ten(38).is_some_and(|limit| mantissa < limit)).then_some(Self {
            mantissa,
            negative,
            scale: scale.unwrap_or(0),
        })
    }

    /// The number in units of `10^-scale`; further digits are cut off. `None` when it does not fit.
    pub(crate) fn units(&self, scale: u32) -> Option<i128> {
        let shifted = if scale >= self.scale {
            self.mantissa.checked_mul(power_of_ten(scale - self.scale)?)?
        } else {
            self.mantissa / power_of_ten(self.scale - scale)?
        };
        let value = i128::try_from(shifted).ok()?;
        Some(if self.negative { -value } else { value })
    }

    /// `units` of `10^-scale` as a number.
    pub(crate) fn from_units(units: i128, scale: u32) -> Self {
        Self {
            mantissa: units.unsigned_abs(),
            negative: units < 0,
            scale,
        }
    }

    /// True when this number is below `other`.
    pub(crate) fn less_than(&self, other: &Self) -> bool {
        let scale = self.scale.max(other.scale);
        match (self.units(scale), other.units(scale)) {
            (Some(a), Some(b)) => a.cmp(&b) == Ordering::Less,
            _ => false,
        }
    }

    /// Appends the number with all digits of its scale.
    pub(crate) fn write(&self, out: &mut String) {
        use std::fmt::Write;
        if self.negative && self.mantissa != 0 {
            out.push('-');
        }
        let scale = self.scale as usize;
        let start = out.len();
        // Writing to a String cannot fail.
        let _ = write!(out, "{:0width$}", self.mantissa, width = scale + 1);
        if scale > 0 {
            let point = out.len() - scale;
            debug_assert!(point > start);
            out.insert(point, '.');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_as_they_were_read() {
        for text in ["0", "-1", "12.50", "0.05", "-0.0010", "99999999999999999999.99"] {
            let mut out = String::new();
            Decimal::parse(text).unwrap().write(&mut out);
            assert_eq!(out, text);
        }
        assert_eq!(Decimal::parse("1e5"), None);
        assert_eq!(Decimal::parse(""), None);
        assert_eq!(Decimal::parse("-"), None);
    }

    #[test]
    fn decimals_compare_across_scales() {
        let read = |text| Decimal::parse(text).unwrap();
        assert!(read("1.5").less_than(&read("1.51")));
        assert!(read("-2").less_than(&read("1")));
        assert!(!read("1.0").less_than(&read("1")));
    }
}
