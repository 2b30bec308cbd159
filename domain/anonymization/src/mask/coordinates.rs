//! Latitudes and longitudes: every decimal number of a text moves by a keyed distance, or loses decimals.

use crate::key::Prf;
use crate::spec::Spec;

/// Metres of one degree of latitude.
const METERS: f64 = 111_320.0;
/// Decimals that are written where the original has none.
const FEWEST: usize = 4;

pub(super) struct Coordinates {
    prf: Prf,
    reach: f64,
    decimals: Option<usize>,
}

impl Coordinates {
    pub(super) fn compile(spec: &Spec, prf: Prf) -> Self {
        Self {
            prf,
            reach: spec.number("meters").unwrap_or(5000.0) / METERS,
            decimals: spec.count("decimals"),
        }
    }

    /// Appends the replacement; false when there is no number.
    pub(super) fn mask(&self, core: &str, attempt: u32, out: &mut String) -> bool {
        let mut draw = self.prf.draw(core.as_bytes(), attempt);
        let mut rest = core;
        let mut any = false;
        while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
            let length = rest[start + 1..]
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .map_or(rest.len() - start, |at| at + 1);
            let number = &rest[start..start + length];
            out.push_str(&rest[..start]);
            match number.parse::<f64>() {
                Ok(value) if value.abs() <= 180.0 => {
                    any = true;
                    let share = draw.below(2_000_001);
                    #[expect(clippy::cast_precision_loss, reason = "two million is exact")]
                    let shift = (share as f64 / 1e6 - 1.0) * self.reach;
                    self.push(number, value, shift, out);
                }
                _ => out.push_str(number),
            }
            rest = &rest[start + length..];
        }
        out.push_str(rest);
        any
    }

    fn push(&self, number: &str, value: f64, shift: f64, out: &mut String) {
        use std::fmt::Write;
        let written = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        if let Some(decimals) = self.decimals {
            let kept = decimals.min(written);
            let factor = 10f64.powi(i32::try_from(kept).unwrap_or(0));
            // Writing to a String cannot fail.
            let _ = write!(out, "{:.kept$}", (value * factor).trunc() / factor);
            return;
        }
        let limit = if value.abs() <= 90.0 { 90.0 } else { 180.0 };
        let moved = value + shift;
        let moved = if moved.abs() > limit { value - shift } else { moved };
        let decimals = written.max(if written == 0 { FEWEST } else { 1 });
        let _ = write!(out, "{moved:.decimals$}");
    }
}
