//! Triggers, rules and policies that stay.

use crate::statement::Statement;
use nova_schema::{Policy, Rule, quote_ident, quote_idents};
use std::fmt::Write as _;

/// `ALTER POLICY`.
pub(crate) fn policy(after: &Policy) -> Statement {
    let roles = if after.roles.is_empty() {
        "PUBLIC".to_owned()
    } else {
        quote_idents(&after.roles)
    };
    let mut sql = format!("ALTER POLICY {} TO {roles}", after.identity());
    if let Some(using) = &after.using {
        let _ = write!(sql, " USING ({using})");
    }
    if let Some(check) = &after.check {
        let _ = write!(sql, " WITH CHECK ({check})");
    }
    Statement::new(format!("policy {}", after.identity()), sql).touching(&after.table)
}

/// When a rule fires.
pub(crate) fn rule_state(after: &Rule) -> Statement {
    Statement::new(
        format!("rule {} on {}", after.name, after.table.readable()),
        format!(
            "ALTER TABLE {} {} RULE {}",
            after.table.sql(),
            after.state.action(),
            quote_ident(&after.name)
        ),
    )
    .touching(&after.table)
}
