//! What becomes of an object that both sides have, seen by itself.

#![expect(
    clippy::match_same_arms,
    clippy::if_not_else,
    reason = "the tables of fates read one case per row"
)]

use super::Fate;
use super::relation::{column_fate, constraint_fate, table_fate, view_fate};
use crate::change::foreign;
use crate::inventory::{Inventory, Item, Key, Kind};
use crate::routine;
use nova_schema::{Type, TypeDefinition};

/// What becomes of an object that both sides have, seen by itself. Comments, owners and privileges are not looked at.
pub(super) fn own_fate(
    before: &Item<'_>,
    after: &Item<'_>,
    old: &Inventory<'_>,
    new: &Inventory<'_>,
    version: u32,
) -> Fate {
    let unless = |same: bool, otherwise: Fate| if same { Fate::Keep } else { otherwise };
    match (before, after) {
        (Item::Schema(_), Item::Schema(_)) => Fate::Keep,
        (Item::Extension(a), Item::Extension(b)) => {
            let versions = old.database.server_version != new.database.server_version || a.version == b.version;
            unless(versions && (a.schema == b.schema || b.schema.is_none()), Fate::Alter)
        }
        (Item::Collation(a), Item::Collation(b)) => {
            let mut a = (*a).clone();
            a.owner.clone_from(&b.owner);
            a.comment.clone_from(&b.comment);
            if old.database.server_version != new.database.server_version {
                a.locale.clone_from(&b.locale);
            }
            unless(a == **b, Fate::Rebuild)
        }
        (Item::Type(a), Item::Type(b)) => type_fate(a, b, old),
        (Item::DomainCheck(_, a), Item::DomainCheck(_, b)) => {
            if a.definition == b.definition {
                Fate::Keep
            } else if b.validated && a.definition.trim_end_matches(" NOT VALID") == b.definition {
                Fate::Alter
            } else {
                Fate::Rebuild
            }
        }
        (Item::Function(a), Item::Function(b)) => {
            let across = old.database.server_version != new.database.server_version && a.sql_body && b.sql_body;
            if a.definition == b.definition || across {
                Fate::Keep
            } else if routine::replaceable(a, b) {
                Fate::Alter
            } else {
                Fate::Rebuild
            }
        }
        (Item::Scripted(a), Item::Scripted(b)) if foreign::alterable(a, b) => {
            unless(a.statements == b.statements, Fate::Alter)
        }
        (Item::Scripted(a), Item::Scripted(b)) => unless(a.statements == b.statements, Fate::Rebuild),
        (Item::Sequence(a), Item::Sequence(b)) => {
            let mut a = (*a).clone();
            a.last_value = b.last_value;
            a.is_called = b.is_called;
            a.owner.clone_from(&b.owner);
            a.acl.clone_from(&b.acl);
            a.comment.clone_from(&b.comment);
            unless(a == **b, Fate::Alter)
        }
        (Item::Table(a), Item::Table(b)) => table_fate(a, b),
        (Item::Column(ta, a), Item::Column(tb, b)) => column_fate((ta, a), (tb, b), old, new, version),
        (Item::Default(_, a), Item::Default(_, b)) => unless(a.default == b.default, Fate::Alter),
        (Item::View(a), Item::View(b)) => view_fate(a, b, old.database.server_version == new.database.server_version),
        (Item::Constraint(a), Item::Constraint(b)) => constraint_fate(a, b, old, new),
        (Item::Index(a), Item::Index(b)) => {
            let same = a.definition == b.definition && a.attached_to == b.attached_to && (a.valid || !b.valid);
            let details = a.clustered == b.clustered && a.statistics == b.statistics && a.tablespace == b.tablespace;
            if !same {
                Fate::Rebuild
            } else {
                unless(details, Fate::Alter)
            }
        }
        (Item::Statistics(a), Item::Statistics(b)) => {
            let across = old.database.server_version != new.database.server_version;
            // Versions say differently of which kinds they are, and alike what they are on.
            let on = |definition: &str| definition.split_once(" ON ").map(|(_, on)| on.to_owned());
            let other = if across {
                on(&a.definition) != on(&b.definition)
            } else {
                a.definition != b.definition
            };
            if other || a.table != b.table {
                Fate::Rebuild
            } else {
                unless(a.target == b.target, Fate::Alter)
            }
        }
        (Item::Rule(a), Item::Rule(b)) => {
            let across = old.database.server_version != new.database.server_version;
            if a.definition != b.definition && !across {
                Fate::Rebuild
            } else {
                unless(a.state == b.state, Fate::Alter)
            }
        }
        (Item::Trigger(a), Item::Trigger(b)) => {
            if a.definition != b.definition {
                Fate::Rebuild
            } else {
                unless(a.state == b.state, Fate::Alter)
            }
        }
        (Item::Policy(a), Item::Policy(b)) => {
            let lost = a.using.is_some() && b.using.is_none() || a.check.is_some() && b.check.is_none();
            if a.permissive != b.permissive || a.command != b.command || lost {
                Fate::Rebuild
            } else {
                unless(
                    a.roles == b.roles && a.using == b.using && a.check == b.check,
                    Fate::Alter,
                )
            }
        }
        (Item::Publication(a), Item::Publication(b)) => {
            let mut a = (*a).clone();
            a.owner.clone_from(&b.owner);
            a.comment.clone_from(&b.comment);
            if a.all_tables == b.all_tables {
                unless(a == **b, Fate::Alter)
            } else {
                Fate::Rebuild
            }
        }
        (Item::DefaultPrivileges(a), Item::DefaultPrivileges(b)) => unless(a.acl == b.acl, Fate::Alter),
        (Item::Setting(a), Item::Setting(b)) => unless(a.value == b.value, Fate::Alter),
        (Item::LargeObject(_), Item::LargeObject(_)) | (Item::ExtensionDependent(_), Item::ExtensionDependent(_)) => {
            Fate::Keep
        }
        (Item::MemberGrants(a), Item::MemberGrants(b)) => unless(a.acl == b.acl, Fate::Alter),
        (Item::Label(a), Item::Label(b)) => unless(a.label == b.label, Fate::Alter),
        _ => Fate::Rebuild,
    }
}

fn type_fate(a: &Type, b: &Type, old: &Inventory<'_>) -> Fate {
    use TypeDefinition::{Composite, Domain, Enum, Range};
    if a.definition == b.definition {
        return Fate::Keep;
    }
    match (&a.definition, &b.definition) {
        // Labels can be added anywhere; they cannot go or change places.
        (Enum { labels: before }, Enum { labels: after }) => {
            let kept: Vec<&String> = after.iter().filter(|label| before.contains(label)).collect();
            if kept.len() == before.len() && kept.iter().zip(before).all(|(a, b)| *a == b) {
                Fate::Alter
            } else {
                Fate::Rebuild
            }
        }
        (
            Domain {
                base,
                collation,
                default,
                not_null,
                ..
            },
            Domain {
                base: new_base,
                collation: new_collation,
                default: new_default,
                not_null: new_not_null,
                ..
            },
        ) => {
            if base != new_base || collation != new_collation {
                Fate::Rebuild
            } else if default == new_default && not_null == new_not_null {
                // Only checks differ, and they are objects of their own.
                Fate::Keep
            } else {
                Fate::Alter
            }
        }
        (Composite { attributes: before }, Composite { attributes: after }) => {
            let key = Key::named(Kind::Type, &a.name);
            let in_columns = old
                .needed_by(&key)
                .any(|user| matches!(user.kind, Kind::Column | Kind::Type));
            let retyped = before.iter().any(|attribute| {
                after.iter().any(|other| {
                    other.name == attribute.name
                        && (other.type_sql != attribute.type_sql || other.collation != attribute.collation)
                })
            });
            let kept = |list: &[nova_schema::Attribute], other: &[nova_schema::Attribute]| -> Vec<String> {
                let shared = list.iter().filter(|item| other.iter().any(|o| o.name == item.name));
                shared.map(|item| item.name.clone()).collect()
            };
            let order = kept(before, after);
            // Attributes are only ever added at the end.
            let appended = after.iter().take(order.len()).map(|item| &item.name).eq(order.iter());
            let only_comments = before.len() == after.len() && !retyped && appended;
            if only_comments && before.iter().zip(after).all(|(a, b)| a.name == b.name) {
                Fate::Keep
            } else if retyped && in_columns || !appended {
                Fate::Rebuild
            } else {
                Fate::Alter
            }
        }
        (Range { .. }, Range { .. }) => Fate::Rebuild,
        _ => Fate::Rebuild,
    }
}
