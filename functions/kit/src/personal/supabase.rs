//! What the schemas of Supabase need, whatever a rules file says about other tables. A rule for one of these columns
//! counts more.
//!
//! - people who sign in get another e-mail, phone and metadata, no open tokens, and one known password
//!   ([`nova_anonymization::TEST_PASSWORD`]);
//! - sessions, refresh tokens and one-time codes stay behind: they would open somebody's account;
//! - secrets of the vault and messages of realtime stay behind.

use nova_anonymization::{
    ColumnFacts, Kind,
    rules::{Constraints, Rule, Rules},
};
use serde_json::Map;

/// Table, column, what becomes of its values; a constant after the colon.
const COLUMNS: &[(&str, &str, &str)] = &[
    ("auth.users", "email", "email"),
    ("auth.users", "phone", "phone"),
    ("auth.users", "encrypted_password", "password"),
    ("auth.users", "confirmation_token", "empty"),
    ("auth.users", "recovery_token", "empty"),
    ("auth.users", "email_change_token_new", "empty"),
    ("auth.users", "email_change_token_current", "empty"),
    ("auth.users", "email_change", "empty"),
    ("auth.users", "phone_change", "empty"),
    ("auth.users", "phone_change_token", "empty"),
    ("auth.users", "reauthentication_token", "empty"),
    ("auth.users", "raw_user_meta_data", "json"),
    ("auth.identities", "identity_data", "json"),
    ("storage.objects", "name", "identifier"),
    ("storage.objects", "user_metadata", "json"),
    ("storage.s3_multipart_uploads", "key", "identifier"),
];

/// Adds the rules whose columns are there and that no rule of the file names.
pub fn complete(rules: &mut Rules, columns: &[ColumnFacts]) {
    // Only where the auth server's own tables are: any schema may be called `auth`.
    let has = |table: &str, column: &str| {
        columns
            .iter()
            .any(|facts| facts.column == column && format!("{}.{}", facts.schema, facts.table) == table)
    };
    if !has("auth.users", "encrypted_password") || !has("auth.users", "raw_user_meta_data") {
        return;
    }
    for &(table, column, what) in COLUMNS {
        let Some((schema, bare)) = table.split_once('.') else {
            continue;
        };
        let Some(facts) = columns
            .iter()
            .find(|facts| facts.schema == schema && facts.table == bare && facts.column == column && !facts.generated)
        else {
            continue;
        };
        if rules.rules.iter().any(|rule| rule.covers(schema, bare, column))
            || rules.exemption(schema, bare, column).is_some()
        {
            continue;
        }
        let (kind, constant) = match what {
            // The auth server reads these as texts that are never NULL.
            "empty" if !facts.unique => (Kind::Constant, Some(String::new())),
            "empty" => (Kind::Identifier, None),
            other => match Kind::parse(other) {
                Some(kind) => (kind, None),
                None => continue,
            },
        };
        rules.rules.push(Rule {
            table: table.to_owned(),
            column: column.to_owned(),
            kind,
            preserve_format: false,
            custom_generator: None,
            constant,
            constraints: Constraints::default(),
            path: None,
            value_kind: None,
            locale: rules.locale,
            when: None,
            params: Map::new(),
        });
    }
}
