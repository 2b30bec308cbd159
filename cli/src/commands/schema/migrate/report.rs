//! What a run says.

use crate::commands::schema::{
    arguments::Migrate,
    trial::{RowProof, Trial},
};
use crate::{arguments::Format, output};
use nova_errors::{Code, Failure};
use nova_migration::Migration;
use serde_json::json;

#[expect(clippy::too_many_arguments, reason = "everything there is to say")]
pub(super) fn report(
    arguments: &Migrate,
    source: &str,
    target: &str,
    up: &Migration,
    trial: &Trial,
    proof: Option<&RowProof>,
    proposals: &[nova_migration::Rename],
    refused: Option<&Failure>,
) {
    if arguments.format == Format::Json {
        let status = match refused {
            Some(_) => "failed",
            None if up.statements.is_empty() => "equal",
            None => "different",
        };
        output::json(&json!({
            "status": status,
            "errors": refused.map(nova_kit::reason).into_iter().collect::<Vec<_>>(),
            "source": source,
            "target": target,
            "output": arguments.output,
            "rollback": arguments.rollback,
            "statements": up.statements,
            "notes": up.notes,
            "renames": proposals,
            "not_measured": trial.unmeasured,
            "left_over": trial.left_over,
            "proof": proof.map(|rows| json!({
                "holds": trial.left_over.is_empty() && rows.refused.is_none(),
                "without_rows": trial.left_over.is_empty(),
                "rows": rows,
            })),
        }));
        return;
    }
    if up.statements.is_empty() {
        output::print(&format!(
            "The schemas are equal; {} has nothing to do.",
            arguments.output.display()
        ));
    } else {
        let lossy = up.statements.iter().filter(|statement| statement.loses_data()).count();
        output::print(&format!(
            "{} statement(s) in {}, {lossy} of which lose data.",
            up.statements.len(),
            arguments.output.display()
        ));
    }
    for note in &up.notes {
        output::print(&format!("note: {note}"));
    }
    if let Some(why) = &trial.unmeasured {
        output::note(&format!("warning[{}]: not measured: {why}", Code::NO_SHADOW));
    }
    for rest in trial.left_over.iter().filter(|_| !arguments.prove) {
        output::note(&format!("warning[{}]: {rest}", Code::NOT_PROVED));
    }
    if let Some(rows) = proof {
        let mut words = format!(
            "Proved on a shadow: up leads to the source's schema, down back; {} of {} tables kept their rows.",
            rows.survived, rows.seeded
        );
        if !trial.left_over.is_empty() || rows.refused.is_some() {
            "Not proved.".clone_into(&mut words);
        }
        output::print(&words);
        if !rows.lost.is_empty() {
            output::print(&format!("Rows lost: {}.", rows.lost.join(", ")));
        }
        if let Some(refused) = &rows.refused {
            output::print(&format!("With rows in every table it stops: {refused}"));
        }
    }
}
