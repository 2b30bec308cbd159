//! What the report says, as its template takes it: texts only, escaped by the template.

use crate::reading::{logs, masked, masked::Masked, summary};
use nova_clone::{Operation, Status, Summary};
use nova_errors::{Code, Failure};
use nova_events::{Check, CloneOptions, Identity, Reason};
use nova_kit::{Ports, documents};
use nova_words::{events, figures};
use serde::Serialize;

/// The whole report.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) status: String,
    /// `good`, `bad` or `neutral`.
    pub(crate) tone: &'static str,
    pub(crate) facts: Vec<Fact>,
    pub(crate) ends: Vec<End>,
    pub(crate) masked: Vec<Masked>,
    pub(crate) unmasked: Vec<Unmasked>,
    pub(crate) masking_note: String,
    pub(crate) tables: Vec<TableRow>,
    pub(crate) checks: Vec<Check>,
    pub(crate) timeline: Vec<Moment>,
    pub(crate) skipped: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) errors: Vec<Reason>,
    pub(crate) stream: String,
    pub(crate) commits: u64,
    pub(crate) hash: String,
    pub(crate) version: &'static str,
    pub(crate) written_at: String,
}

/// A fact with its name.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// One end of the operation as the guard saw it.
#[derive(Debug, Serialize)]
pub(crate) struct End {
    pub(crate) role: &'static str,
    pub(crate) environment: String,
    pub(crate) database: String,
    pub(crate) cluster: String,
    pub(crate) version: u32,
    pub(crate) production: bool,
}

/// A column that something named and that was not replaced.
#[derive(Debug, Serialize)]
pub(crate) struct Unmasked {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) why: String,
}

/// A table of the result.
#[derive(Debug, Serialize)]
pub(crate) struct TableRow {
    pub(crate) name: String,
    pub(crate) rows: String,
}

/// An event of the history.
#[derive(Debug, Serialize)]
pub(crate) struct Moment {
    pub(crate) at: String,
    /// Since the event before.
    pub(crate) after: String,
    pub(crate) level: &'static str,
    pub(crate) text: String,
    pub(crate) actor: String,
}

impl Page {
    /// The report of an operation as it stands now.
    pub(crate) async fn of(ports: &Ports, operation: &Operation) -> Result<Self, Failure> {
        let summary = summary(ports, operation).await?;
        let mut page = Self::about(operation, &summary);
        page.written_at = figures::moment_for_people(ports.clock.now_ms());
        page.timeline = timeline(&logs::entries(ports, &operation.id, false).await?);
        if operation.masking.is_some() {
            page.add_masking(ports, operation).await?;
        }
        Ok(page)
    }

    /// Everything that the operation itself says.
    pub(crate) fn about(operation: &Operation, summary: &Summary) -> Self {
        let title = match &operation.requested.source {
            Some(source) => format!("Clone of {source} into {}", operation.requested.target),
            None => format!("Rollback of {}", operation.requested.target),
        };
        let planned = operation.options().is_some_and(|options| options.dry_run);
        Self {
            title,
            status: summary.status.name().to_owned(),
            tone: match summary.status {
                Status::Completed => "good",
                Status::Refused | Status::Invalid | Status::Failed => "bad",
                _ => "neutral",
            },
            facts: facts(operation, summary),
            ends: ends(operation),
            tables: summary
                .tables
                .iter()
                .map(|table| TableRow {
                    name: format!("{}.{}", table.schema, table.name),
                    rows: format!("{}{}", if planned { "about " } else { "" }, figures::count(table.rows)),
                })
                .collect(),
            checks: summary.validation.checks.clone(),
            skipped: summary.skipped.clone(),
            warnings: summary.warnings.clone(),
            errors: summary.errors.clone(),
            stream: format!("operation/{}", operation.id),
            commits: operation.head.next,
            hash: operation.head.hash.clone(),
            version: env!("CARGO_PKG_VERSION"),
            ..Self::default()
        }
    }

    async fn add_masking(&mut self, ports: &Ports, operation: &Operation) -> Result<(), Failure> {
        let plan = match documents::masking(ports, &operation.id, operation.epoch).await {
            Ok(plan) => plan,
            Err(gone) if [Code::BLOB_MISSING, Code::KEY].contains(&gone.code) => {
                "The plan of what was replaced is no longer stored.".clone_into(&mut self.masking_note);
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        let schema = documents::schema(ports, &operation.id, operation.epoch).await.ok();
        self.masked = masked::columns(&plan, schema.as_ref());
        self.unmasked = plan
            .skipped
            .iter()
            .map(|column| Unmasked {
                table: format!("{}.{}", column.schema, column.table),
                column: column.column.clone(),
                why: column.reason.clone(),
            })
            .collect();
        Ok(())
    }
}

fn facts(operation: &Operation, summary: &Summary) -> Vec<Fact> {
    let mut facts = vec![
        Fact {
            name: "Operation",
            value: operation.id.clone(),
        },
        Fact {
            name: "Requested by",
            value: operation.actor.clone(),
        },
        Fact {
            name: "Requested at",
            value: figures::moment_for_people(operation.requested_at_ms),
        },
        Fact {
            name: "Duration",
            value: figures::duration(summary.duration_ms),
        },
    ];
    if let Some(options) = operation.options() {
        facts.push(Fact {
            name: "Choices",
            value: choices(options),
        });
    }
    if summary.rows > 0 {
        let tables = figures::of(summary.tables.len() as u64, "table");
        let rows = figures::of(summary.rows, "row");
        facts.push(Fact {
            name: "Copied",
            value: format!("{rows} in {tables}, {}", figures::bytes(summary.bytes)),
        });
    }
    if summary.anonymized.columns > 0 {
        let columns = figures::of(summary.anonymized.columns.into(), "column");
        let values = figures::of(summary.anonymized.values, "value");
        facts.push(Fact {
            name: "Anonymized",
            value: format!("{values} in {columns}"),
        });
    }
    if let Some(promoted) = &operation.promoted {
        facts.push(Fact {
            name: "Previous contents",
            value: format!("database {}", promoted.previous),
        });
    }
    if let Some(taken) = &operation.backup {
        facts.push(Fact {
            name: "Backup",
            value: format!("database {}", taken.database),
        });
    }
    if operation.resumes > 0 {
        facts.push(Fact {
            name: "Resumed",
            value: figures::of(operation.resumes.into(), "time"),
        });
    }
    facts
}

fn choices(options: &CloneOptions) -> String {
    let mut choices = Vec::new();
    choices.push(
        if options.anonymize {
            "personal data replaced"
        } else {
            "personal data not replaced"
        }
        .to_owned(),
    );
    if options.allow_personal_data {
        choices.push("personal data allowed by decision".to_owned());
    }
    if options.rules.is_some() {
        choices.push("with a rules file".to_owned());
    }
    if options.dry_run {
        choices.push("dry run: nothing was written".to_owned());
    }
    if !options.tables.is_empty() {
        choices.push(format!("rows of {} only", options.tables.join(", ")));
    }
    if options.include_all {
        choices.push("all rows".to_owned());
    } else if !options.exclude_rows.is_empty() {
        choices.push(format!("without the rows of {}", options.exclude_rows.join(", ")));
    }
    if options.preserve_roles {
        choices.push("owners kept".to_owned());
    }
    if options.skip_unsupported {
        choices.push("unsupported objects left out".to_owned());
    }
    choices.join("; ")
}

fn ends(operation: &Operation) -> Vec<End> {
    let Some(guard) = &operation.guard else {
        return Vec::new();
    };
    let end = |role, environment: &str, identity: &Identity, production| End {
        role,
        environment: environment.to_owned(),
        database: identity.database.clone(),
        cluster: events::short_system(&identity.system),
        version: identity.version,
        production,
    };
    let requested = &operation.requested;
    let source = guard.source.as_ref().map(|identity| {
        let name = requested.source.as_deref().unwrap_or_default();
        end("source", name, identity, guard.source_is_production)
    });
    source
        .into_iter()
        .chain([end("target", &requested.target, &guard.target, false)])
        .collect()
}

fn timeline(entries: &[logs::Entry]) -> Vec<Moment> {
    let mut before = entries.first().map_or(0, |entry| entry.at_ms);
    entries
        .iter()
        .map(|entry| {
            let after = entry.at_ms.saturating_sub(before);
            before = entry.at_ms;
            Moment {
                at: entry.at.clone(),
                after: if after == 0 {
                    String::new()
                } else {
                    format!("+ {}", figures::duration(after))
                },
                level: entry.level.name(),
                text: entry.text.clone(),
                actor: entry.actor.clone(),
            }
        })
        .collect()
}
