//! What requests are made of. The command line sends the same types.

use nova_anonymization::rules::{Policy, Rules, Subset};
use nova_events::SnapshotLoss;
use nova_kit::requests::{CloneRequest, RollbackRequest, RulesText};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An operation that someone asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schema(as = NewOperation)]
pub enum Create {
    /// New contents for the target, staged, validated, swapped.
    Clone(NewClone),
    /// The previous contents of an environment, or a backup of it, back.
    Rollback(NewRollback),
    /// A copy of an environment as it is now, kept beside it for a rollback.
    Backup(NewBackup),
}

/// A clone. The choices are those of `nova clone`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClone {
    /// Environment that is read.
    #[schema(example = "production")]
    pub source: String,
    /// Environment that gets new contents.
    #[schema(example = "test")]
    pub target: String,
    /// Replace personal data.
    #[serde(default)]
    #[schema(example = true)]
    pub anonymize: bool,
    /// Clone production without anonymization; recorded as a decision. Needs the scope `admin`.
    #[serde(default)]
    #[schema(example = false)]
    pub allow_personal_data: bool,
    /// Also copy the rows that the settings leave behind.
    #[serde(default)]
    #[schema(example = false)]
    pub include_all: bool,
    /// Carry the ownership of objects.
    #[serde(default)]
    #[schema(example = false)]
    pub preserve_roles: bool,
    /// Leave out objects that cannot be carried and list them.
    #[serde(default)]
    #[schema(example = false)]
    pub skip_unsupported: bool,
    /// Plan and report; write nothing.
    #[serde(default)]
    #[schema(example = false)]
    pub dry_run: bool,
    /// Rows only of these tables and of those they reference; empty: of all.
    #[serde(default)]
    #[schema(example = json!([]))]
    pub tables: Vec<String>,
    /// Only a part of the rows, with all that they reference: a share of every table, or a query that gives primary keys.
    /// A query runs at the source; it needs the scope `admin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "10%")]
    pub subset: Option<Subset>,
    /// What happens to columns that look personal and have no decision: `strict`, `auto` or `off`; none: what the rules or
    /// the settings say. `off` needs the scope `admin`, except in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "strict")]
    pub policy: Option<Policy>,
    /// Keep keyed fingerprints of the originals for a later verification.
    #[serde(default)]
    #[schema(example = false)]
    pub keep_fingerprints: bool,
    /// Most rows of one chunk.
    #[serde(default)]
    #[schema(example = 50_000, minimum = 1)]
    pub batch_size: Option<u64>,
    /// When the snapshot of the source is lost while rows are read and the source has changed since: `restart`, `fail` or
    /// `per-table`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "restart")]
    pub on_snapshot_loss: SnapshotLoss,
    /// Rules, as a rules file holds them: an object, or a text for TOML; none: those of the settings. They take the place of the settings' rules, so they
    /// need the scope `admin`, except in a dry run.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rules: Option<Value>,
}

/// A rollback.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRollback {
    /// The environment whose previous contents come back.
    #[schema(example = "test")]
    pub environment: String,
    /// The clone that is undone or the backup that is brought back; none: the latest. Contents that may hold personal
    /// data need the scope `admin`.
    #[serde(default)]
    #[schema(example = "01jz0000000000000000000001")]
    pub to_backup: Option<String>,
}

/// A backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBackup {
    /// The environment, which is not production.
    #[schema(example = "test")]
    pub environment: String,
}

/// How to stop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// Also remove what the operation has built, so that it cannot be resumed.
    #[serde(default)]
    #[schema(example = false)]
    pub force: bool,
}

impl NewClone {
    /// True when it asks for a query of the caller's to be run at the source.
    pub(crate) fn queries_source(&self) -> bool {
        let query = |subset: &Option<Subset>| matches!(subset, Some(Subset::Query(_)));
        let rules = self
            .rules
            .as_ref()
            .and_then(|rules| Rules::parse(&rules_text(rules).text).ok());
        query(&self.subset)
            || rules.is_some_and(|rules| query(&rules.subset) || rules.tables.iter().any(|table| query(&table.subset)))
    }

    /// The request it stands for.
    pub(crate) fn request(self) -> CloneRequest {
        let rules = self.rules.as_ref().map(rules_text);
        CloneRequest {
            source: self.source,
            target: self.target,
            anonymize: self.anonymize,
            allow_personal_data: self.allow_personal_data,
            include_all: self.include_all,
            preserve_roles: self.preserve_roles,
            skip_unsupported: self.skip_unsupported,
            dry_run: self.dry_run,
            tables: self.tables,
            subset: self.subset,
            batch_rows: self.batch_size,
            on_snapshot_loss: self.on_snapshot_loss,
            rules,
            policy: self.policy,
            keep_fingerprints: self.keep_fingerprints,
        }
    }
}

fn rules_text(rules: &Value) -> RulesText {
    let text = match rules {
        Value::String(text) => text.clone(),
        other => format!("{other:#}"),
    };
    RulesText {
        name: "rules".to_owned(),
        text,
    }
}

impl NewRollback {
    /// The request it stands for.
    pub(crate) fn request(self, personal_data_allowed: bool) -> RollbackRequest {
        RollbackRequest {
            environment: self.environment,
            to_backup: self.to_backup,
            personal_data_allowed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(body: Value) -> String {
        serde_json::from_value::<Create>(body).unwrap_err().to_string()
    }

    #[test]
    fn a_choice_that_does_not_exist_is_not_passed_over() {
        let mistyped = json!({ "kind": "clone", "source": "production", "target": "test", "anonymise": true });
        assert!(refused(mistyped).contains("unknown field `anonymise`"));
        let nothing = json!({ "kind": "copy" });
        assert!(refused(nothing).contains("unknown variant `copy`"));
        assert!(refused(json!({ "kind": "clone", "source": "production" })).contains("target"));
    }

    #[test]
    fn what_the_command_line_sends_is_what_the_api_reads() {
        let clone = Create::Clone(NewClone {
            source: "production".to_owned(),
            target: "test".to_owned(),
            anonymize: true,
            rules: Some(json!({ "rules": [] })),
            ..NewClone::default()
        });
        let sent = serde_json::to_value(&clone).unwrap();
        assert_eq!(sent["kind"], "clone");
        assert_eq!(serde_json::from_value::<Create>(sent).unwrap(), clone);
    }
}
