//! Functions, scripted objects, triggers, rules, policies.

use super::Statement;
use crate::{
    Database, Function, Policy, QualifiedName, Rule, ScriptedObject, Trigger, TriggerState, quote_ident, quote_literal,
    readable_ident,
};
use std::fmt::Write as _;

pub(super) fn function(function: &Function) -> Statement {
    Statement::new(
        format!(
            "{} {}",
            function.kind.keyword().to_lowercase(),
            function.name.readable()
        ),
        function.definition.trim_end(),
    )
}

pub(super) fn scripted(object: &ScriptedObject) -> impl Iterator<Item = Statement> {
    object
        .statements
        .iter()
        .map(|sql| Statement::new(format!("{} {}", object.kind.to_lowercase(), object.identity), sql))
}

/// Rules, then triggers, then the states that are not the usual one. A partition's clone that differs from its parent is
/// set after the parent, because setting the parent sets its clones.
pub(super) fn rules_and_triggers(database: &Database) -> Vec<Statement> {
    let mut out: Vec<_> = database.rules.iter().flat_map(rule).collect();
    out.extend(database.triggers.iter().filter_map(|trigger| {
        let definition = trigger.definition.as_ref()?;
        Some(create_trigger(trigger, definition))
    }));
    let (own, clones): (Vec<_>, Vec<_>) = database
        .triggers
        .iter()
        .partition(|trigger| trigger.definition.is_some());
    for trigger in own.into_iter().filter(|trigger| trigger.state != TriggerState::Origin) {
        out.push(trigger_state(trigger, ""));
    }
    for trigger in clones {
        out.push(trigger_state(trigger, "ONLY "));
    }
    out
}

/// `CREATE TRIGGER`.
pub(super) fn create_trigger(trigger: &Trigger, definition: &str) -> Statement {
    let place = Place("pg_trigger", "tgrelid", "tgname");
    let sql = place.unless_there(trigger.extension.is_some(), &trigger.table, &trigger.name, definition);
    Statement::new(trigger_label(trigger), sql)
}

/// Where the catalogs hold objects of a kind: the catalog, the column with their relation, the one with their name.
struct Place(&'static str, &'static str, &'static str);

impl Place {
    /// The definition; for something on an extension's table, only where the extension has not brought it. Its tables may
    /// belong to somebody else, who alone could create it once more.
    fn unless_there(&self, conditional: bool, table: &QualifiedName, name: &str, definition: &str) -> String {
        if !conditional {
            return definition.to_owned();
        }
        let Self(catalog, relation, named) = self;
        let body = format!(
            "BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {relation} = {}::pg_catalog.regclass AND {named} = {}) \
             THEN EXECUTE {}; END IF; END",
            quote_literal(&table.sql()),
            quote_literal(name),
            quote_literal(definition)
        );
        format!("DO {}", quote_literal(&body))
    }
}

pub(super) fn trigger_label(trigger: &Trigger) -> String {
    format!(
        "trigger {} on {}",
        readable_ident(&trigger.name),
        trigger.table.readable()
    )
}

pub(super) fn trigger_state(trigger: &Trigger, only: &str) -> Statement {
    Statement::new(
        trigger_label(trigger),
        format!(
            "ALTER TABLE {only}{} {} TRIGGER {}",
            trigger.table.sql(),
            trigger.state.action(),
            quote_ident(&trigger.name)
        ),
    )
}

pub(super) fn rule(rule: &Rule) -> Vec<Statement> {
    let label = format!("rule {} on {}", readable_ident(&rule.name), rule.table.readable());
    let place = Place("pg_rewrite", "ev_class", "rulename");
    let definition = rule.definition.trim_end_matches(';');
    let sql = place.unless_there(rule.extension.is_some(), &rule.table, &rule.name, definition);
    let mut out = vec![Statement::new(&label, sql)];
    if rule.state != TriggerState::Origin {
        let action = rule.state.action();
        out.push(Statement::new(
            label,
            format!(
                "ALTER TABLE {} {action} RULE {}",
                rule.table.sql(),
                quote_ident(&rule.name)
            ),
        ));
    }
    out
}

/// Row level security of every table, then its policies.
pub(super) fn row_security(database: &Database) -> Vec<Statement> {
    let mut out = Vec::new();
    for table in &database.tables {
        let mut set = |wanted: bool, action: &str| {
            if wanted {
                out.push(Statement::new(
                    format!("table {}", table.name.readable()),
                    format!("ALTER TABLE {} {action} ROW LEVEL SECURITY", table.name.sql()),
                ));
            }
        };
        set(table.row_security, "ENABLE");
        set(table.force_row_security, "FORCE");
    }
    out.extend(database.policies.iter().map(policy));
    out
}

pub(super) fn policy(policy: &Policy) -> Statement {
    let roles = if policy.roles.is_empty() {
        "PUBLIC".to_owned()
    } else {
        crate::quote_idents(&policy.roles)
    };
    let mut sql = format!(
        "CREATE POLICY {} AS {} FOR {} TO {roles}",
        policy.identity(),
        if policy.permissive { "PERMISSIVE" } else { "RESTRICTIVE" },
        policy.command,
    );
    if let Some(using) = &policy.using {
        let _ = write!(sql, " USING ({using})");
    }
    if let Some(check) = &policy.check {
        let _ = write!(sql, " WITH CHECK ({check})");
    }
    let place = Place("pg_policy", "polrelid", "polname");
    Statement::new(
        format!("policy {} on {}", readable_ident(&policy.name), policy.table.readable()),
        place.unless_there(policy.extension.is_some(), &policy.table, &policy.name, &sql),
    )
}
