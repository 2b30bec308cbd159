//! One bar per phase on standard error, with rows, amount, rate and time left.
//!
//! Totals are estimates from the source's statistics. A phase that turns out larger than promised stands at 100 % until
//! it is done; a phase without a promise shows what it has done only.

use super::figures;
use crate::arguments::Format;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use nova_kit::{Phase, Progress};
use std::{
    io::IsTerminal,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The phases in the order of their bars.
const PHASES: [(Phase, &str, Unit); 5] = [
    (Phase::Export, "Export", Unit::Bytes),
    (Phase::Anonymize, "Anonymize", Unit::Bytes),
    (Phase::Import, "Import", Unit::Bytes),
    (Phase::Finalize, "Finalize", Unit::Steps),
    (Phase::Validate, "Validate", Unit::Steps),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Bytes,
    Steps,
}

/// How often a bar is redrawn although nothing has happened.
const TICK: Duration = Duration::from_millis(250);

/// The bars of one operation.
#[derive(Debug)]
pub struct Bars {
    multi: MultiProgress,
    /// In the order of [`PHASES`]; none before a phase is heard of.
    bars: Mutex<[Option<Bar>; PHASES.len()]>,
}

#[derive(Debug)]
struct Bar {
    bar: ProgressBar,
    rows: u64,
}

impl Bars {
    /// Bars that are drawn when a terminal reads standard error and text was asked for.
    pub fn new(format: Format) -> Arc<Self> {
        let target = if format == Format::Text && std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Arc::new(Self {
            multi: MultiProgress::with_draw_target(target),
            bars: Mutex::default(),
        })
    }

    /// Removes the bars from the screen: a summary takes their place.
    pub fn finish(&self) {
        for bar in self.lock().iter_mut().filter_map(Option::take) {
            bar.bar.finish_and_clear();
        }
        drop(self.multi.clear());
    }

    fn lock(&self) -> MutexGuard<'_, [Option<Bar>; PHASES.len()]> {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the bar of a phase, which appears at its place among the others.
    fn with(&self, phase: Phase, act: impl FnOnce(&mut Bar, Unit)) {
        let Some(place) = PHASES.iter().position(|(known, _, _)| *known == phase) else {
            return;
        };
        let (_, name, unit) = PHASES[place];
        let mut bars = self.lock();
        let earlier = bars.iter().take(place).flatten().count();
        let bar = bars[place].get_or_insert_with(|| {
            let bar = ProgressBar::no_length().with_prefix(name);
            let bar = self.multi.insert(earlier, bar);
            bar.set_style(style(unit, false));
            if !self.multi.is_hidden() {
                bar.enable_steady_tick(TICK);
            }
            Bar { bar, rows: 0 }
        });
        act(bar, unit);
    }
}

impl Progress for Bars {
    fn begin(&self, phase: Phase, units: u64) {
        self.with(phase, |bar, unit| {
            bar.rows = 0;
            bar.bar.reset();
            bar.bar.set_message("");
            bar.bar.set_length(units);
            bar.bar.set_style(style(unit, true));
        });
    }

    fn advance(&self, phase: Phase, units: u64, rows: u64) {
        self.with(phase, |bar, _| {
            let done = bar.bar.position().saturating_add(units);
            if bar.bar.length().is_some_and(|total| total < done) {
                bar.bar.set_length(done);
            }
            bar.bar.set_position(done);
            bar.rows = bar.rows.saturating_add(rows);
            if rows > 0 {
                bar.bar.set_message(figures::of(bar.rows, "row"));
            }
        });
    }
}

fn template(unit: Unit, promised: bool) -> &'static str {
    match (unit, promised) {
        (Unit::Bytes, true) => {
            "{prefix:10} {bar:24} {percent:>3} %  {msg:>18}  {decimal_bytes:>9}  {decimal_bytes_per_sec:>11}  {eta:>4} left"
        }
        (Unit::Bytes, false) => {
            "{prefix:10} {spinner:24}         {msg:>18}  {decimal_bytes:>9}  {decimal_bytes_per_sec:>11}"
        }
        (Unit::Steps, true) => "{prefix:10} {bar:24} {percent:>3} %  {pos:>10} of {len} steps",
        (Unit::Steps, false) => "{prefix:10} {spinner:24}         {pos:>10} steps",
    }
}

fn style(unit: Unit, promised: bool) -> ProgressStyle {
    // The templates are constants that a test compiles.
    let style = ProgressStyle::with_template(template(unit, promised));
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸─").tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(bars: &Bars, phase: usize) -> (u64, Option<u64>, String) {
        let bars = bars.lock();
        let bar = &bars[phase].as_ref().unwrap().bar;
        (bar.position(), bar.length(), bar.message())
    }

    #[test]
    fn every_template_compiles() {
        for unit in [Unit::Bytes, Unit::Steps] {
            for promised in [false, true] {
                let compiled = ProgressStyle::with_template(template(unit, promised));
                assert!(compiled.is_ok(), "{unit:?} {promised}");
            }
        }
    }

    #[test]
    fn a_phase_larger_than_promised_stays_at_a_hundred_percent() {
        let bars = Bars::new(Format::Json);
        bars.begin(Phase::Export, 100);
        bars.advance(Phase::Export, 80, 1000);
        bars.advance(Phase::Export, 80, 500);
        assert_eq!(state(&bars, 0), (160, Some(160), "1,500 rows".to_owned()));
    }

    #[test]
    fn a_phase_that_begins_again_starts_from_nothing() {
        let bars = Bars::new(Format::Json);
        bars.begin(Phase::Export, 100);
        bars.advance(Phase::Export, 80, 1000);
        bars.begin(Phase::Export, 50);
        assert_eq!(state(&bars, 0), (0, Some(50), String::new()));
    }

    #[test]
    fn a_phase_that_was_never_announced_counts_without_a_total() {
        let bars = Bars::new(Format::Json);
        bars.advance(Phase::Anonymize, 10, 1);
        assert_eq!(state(&bars, 1), (10, None, "1 row".to_owned()));
        bars.finish();
        assert!(bars.lock().iter().all(Option::is_none));
    }
}
