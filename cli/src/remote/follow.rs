//! Waiting for an operation to end.

use super::{address, client::Client};
use crate::{arguments::Format, output::progress::Bars};
use nova_errors::{Code, Failure};
use nova_fn_api_operations::reading::operations::{Chunks, Shown};
use nova_kit::{Phase, Progress};
use std::time::Duration;

/// The first pause between two looks, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// How many looks in a row may find nobody.
const IN_VAIN: u32 = 30;

/// Waits until an operation has ended; a person who interrupts ends the waiting, not the operation.
pub(super) async fn to_its_end(client: &Client, started: Shown, format: Format) -> Result<Shown, Failure> {
    let bars = Bars::new(format);
    let id = started.summary.operation_id.clone();
    let outcome = tokio::select! {
        ended = wait(client, started, &bars) => ended,
        _ = tokio::signal::ctrl_c() => Err(Failure::new(
            Code::INTERRUPTED,
            format!("nobody waits any more, but operation {id} goes on"),
        )
        .with_remedy(format!(
            "Follow it with `nova status --operation {id} --watch`, or end it with `nova stop --operation {id}`."
        ))),
    };
    bars.finish();
    outcome
}

async fn wait(client: &Client, mut shown: Shown, bars: &Bars) -> Result<Shown, Failure> {
    let (mut pause, longest) = PAUSES;
    let mut drawn = Drawn::default();
    let mut in_vain = 0;
    while !shown.summary.status.is_final() {
        tokio::time::sleep(pause).await;
        match client.get::<Shown>(&address(&shown, "")).await {
            Ok(now) => {
                in_vain = 0;
                // Something moves: look again soon. Nothing does: leave the API alone for longer and longer.
                pause = if drawn.draw(bars, &now) {
                    PAUSES.0.max(pause / 2)
                } else {
                    (pause * 3 / 2).min(longest)
                };
                shown = now;
            }
            Err(failure) if failure.retryable && in_vain < IN_VAIN => {
                in_vain += 1;
                pause = (pause * 2).min(longest);
            }
            Err(failure) => {
                let id = &shown.summary.operation_id;
                return Err(Failure {
                    remedy: format!(
                        "{} Operation {id} goes on; look with `nova status --operation {id}`.",
                        failure.remedy
                    ),
                    ..failure
                });
            }
        }
    }
    Ok(shown)
}

/// What the bars show.
#[derive(Debug, Default)]
struct Drawn {
    chunks: Option<Chunks>,
    status: String,
}

impl Drawn {
    /// Brings the bars up to date; true when something has moved.
    fn draw(&mut self, bars: &Bars, now: &Shown) -> bool {
        let status = now.summary.status.name();
        let mut moved = self.status != status;
        status.clone_into(&mut self.status);
        let Some(chunks) = now.chunks else { return moved };
        if self
            .chunks
            .is_none_or(|before| before.planned != chunks.planned || before.imported > chunks.imported)
        {
            for phase in [Phase::Export, Phase::Anonymize, Phase::Import] {
                bars.begin(phase, chunks.bytes);
            }
            self.chunks = Some(Chunks {
                exported: 0,
                anonymized: 0,
                imported: 0,
                rows: 0,
                ..chunks
            });
        }
        if let Some(before) = self.chunks {
            let share = |done: u64| {
                let bytes = u128::from(chunks.bytes) * u128::from(done) / u128::from(chunks.planned.max(1));
                u64::try_from(bytes).unwrap_or(u64::MAX)
            };
            let steps = [
                (Phase::Export, before.exported, chunks.exported, 0),
                (Phase::Anonymize, before.anonymized, chunks.anonymized, 0),
                (
                    Phase::Import,
                    before.imported,
                    chunks.imported,
                    chunks.rows.saturating_sub(before.rows),
                ),
            ];
            for (phase, earlier, done, rows) in steps {
                if done > earlier {
                    moved = true;
                    bars.advance(phase, share(done) - share(earlier), rows);
                }
            }
        }
        self.chunks = Some(chunks);
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(status: &str, imported: Option<u64>) -> Shown {
        let chunks = imported.map(|imported| {
            json!({ "planned": 4, "exported": 4, "anonymized": 4, "imported": imported, "rows": imported, "bytes": 400 })
        });
        serde_json::from_value(json!({
            "operation_id": "01jz", "status": status, "source": "production", "target": "test", "duration_ms": 1,
            "rows": 0, "bytes": 0, "tables": [], "anonymized": { "columns": 0, "values": 0 },
            "validation": { "passed": false, "checks": [] }, "rollback_id": null, "skipped": [], "warnings": [],
            "errors": [], "kind": "clone", "requested_at": "2026-03-01T12:00:00.000Z", "requested_by": "token:ci",
            "running": true, "resumable": false, "failed_step": null, "chunks": chunks,
        }))
        .unwrap()
    }

    #[test]
    fn what_moves_is_told_from_what_stands_still() {
        let (bars, mut drawn) = (Bars::new(Format::Json), Drawn::default());
        for (status, imported, moves) in [
            ("requested", None, true),
            ("requested", None, false),
            ("copying", Some(0), true),
            ("copying", Some(0), false),
            ("copying", Some(3), true),
            // Another snapshot: everything is read again.
            ("copying", Some(1), true),
            ("copying", Some(1), false),
            ("validating", Some(4), true),
            ("completed", None, true),
        ] {
            assert_eq!(
                drawn.draw(&bars, &shown(status, imported)),
                moves,
                "{status} {imported:?}"
            );
        }
    }
}
