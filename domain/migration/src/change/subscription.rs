//! Subscriptions: switched off and without a connection when they come, without a word to the publisher when they go.
//!
//! Both take a lock that all databases of a server share, so they are transactions of their own.

use crate::statement::Statement;
use nova_schema::{NO_CONNECTION, ScriptedObject, quote_literal};
use std::collections::BTreeMap;

/// What the objects are called.
pub(crate) const KIND: &str = "SUBSCRIPTION";

/// What no statement changes as long as there is no slot.
const FIXED: &[&str] = &["two_phase", "failover"];

fn label(item: &ScriptedObject) -> String {
    format!("subscription {}", item.identity)
}

/// What a `CREATE SUBSCRIPTION` of ours says: publications and options.
fn parts(item: &ScriptedObject) -> Option<(String, BTreeMap<String, String>)> {
    let (head, options) = item.statements.first()?.strip_suffix(')')?.rsplit_once(" WITH (")?;
    let connection = format!(" CONNECTION {} PUBLICATION ", quote_literal(NO_CONNECTION));
    let (_, publications) = head.split_once(&connection)?;
    let options = options.split(", ").filter_map(|option| option.split_once(" = "));
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some((publications.to_owned(), options.collect()))
}

/// True when statements make one like the other.
pub(crate) fn alterable(before: &ScriptedObject, after: &ScriptedObject) -> bool {
    match (parts(before), parts(after)) {
        (Some((_, a)), Some((_, b))) => FIXED.iter().all(|name| a.get(*name) == b.get(*name)),
        _ => false,
    }
}

/// Other publications, other options.
pub(crate) fn alter(before: &ScriptedObject, after: &ScriptedObject, version: u32) -> Vec<Statement> {
    let (Some((had, a)), Some((publications, b))) = (parts(before), parts(after)) else {
        return Vec::new();
    };
    let alter =
        |action: String| Statement::new(label(after), format!("ALTER SUBSCRIPTION {} {action}", after.identity));
    let mut out = Vec::new();
    if had != publications {
        out.push(
            alter(format!("SET PUBLICATION {publications} WITH (refresh = false)"))
                .note("what is published now is taken from the next REFRESH PUBLICATION on"),
        );
    }
    let set = b.iter().filter(|(name, value)| a.get(*name) != Some(*value));
    let mut changes: Vec<String> = set.map(|(name, value)| format!("{name} = {value}")).collect();
    let reset = a.keys().filter(|name| !b.contains_key(*name));
    changes.extend(reset.map(|name| format!("{name} = {}", usual(name, version))));
    if !changes.is_empty() {
        out.push(alter(format!("SET ({})", changes.join(", "))));
    }
    out
}

/// What an option is when nobody sets it.
fn usual(option: &str, version: u32) -> &'static str {
    match option {
        "synchronous_commit" => "'off'",
        "streaming" if version >= 18 => "parallel",
        "streaming" => "off",
        "password_required" => "true",
        "origin" => "'any'",
        _ => "false",
    }
}

/// `DROP SUBSCRIPTION`; its slot on the publisher is somebody else's.
pub(crate) fn drop(item: &ScriptedObject) -> Vec<Statement> {
    let name = &item.identity;
    let statement = |sql: String| Statement::new(label(item), sql).alone();
    vec![
        statement(format!("ALTER SUBSCRIPTION {name} DISABLE")),
        statement(format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"))
            .note("if it has a slot on the publisher, that stays: drop it there"),
        statement(format!("DROP SUBSCRIPTION {name}"))
            .loses(format!("the connection of {} is known to nobody else", label(item))),
    ]
}

/// `CREATE SUBSCRIPTION`.
pub(crate) fn create(statements: Vec<Statement>) -> Vec<Statement> {
    let note =
        "it is switched off and has no connection: SET CONNECTION, a slot and ENABLE are for whoever wants it to run";
    statements
        .into_iter()
        .map(|statement| statement.note(note).alone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(publications: &str, options: &str) -> ScriptedObject {
        ScriptedObject {
            kind: KIND.into(),
            identity: "s".into(),
            statements: vec![format!(
                "CREATE SUBSCRIPTION s CONNECTION 'host=nova.invalid' PUBLICATION {publications} WITH (connect = false{options})"
            )],
            late: true,
            owner: None,
            comment: None,
            grantable: None,
            acl: None,
            roles: vec![],
            superuser: true,
        }
    }

    #[test]
    fn publications_and_options_are_altered_and_what_cannot_be_is_built_again() {
        let before = subscription("a", ", streaming = on");
        let after = subscription("a, \"B\"", ", binary = true");
        assert!(alterable(&before, &after));
        let sql: Vec<String> = alter(&before, &after, 17).into_iter().map(|s| s.sql).collect();
        assert_eq!(
            sql,
            [
                "ALTER SUBSCRIPTION s SET PUBLICATION a, \"B\" WITH (refresh = false)",
                "ALTER SUBSCRIPTION s SET (binary = true, streaming = off)"
            ]
        );
        assert!(!alterable(&before, &subscription("a", ", two_phase = true")));
    }
}
