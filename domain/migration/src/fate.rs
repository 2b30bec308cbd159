//! What becomes of each object: kept, altered, replaced, or taken down and built again; and what that does to others.

#![expect(
    clippy::match_same_arms,
    clippy::if_not_else,
    clippy::struct_field_names,
    reason = "the tables of fates read one case per row"
)]

use crate::inventory::{Inventory, Item, Key, Kind};
use crate::routine;
use nova_schema::{Column, ConstraintKind, Generated, Table, Type, TypeDefinition, View};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays as it is.
    Keep,
    /// It is altered or replaced where it stands.
    Alter,
    /// It is taken down and built again.
    Rebuild,
    /// It is new.
    Create,
    /// It goes.
    Drop,
}

/// What becomes of every object of both sides.
pub(crate) struct Fates {
    fates: BTreeMap<Key, Fate>,
    /// Columns that are converted to another type, or to a type of the same name built anew.
    pub(crate) retyped: BTreeSet<Key>,
    /// Types and collations that are renamed away, built anew and dropped once no column has them any more.
    pub(crate) swapped: BTreeSet<Key>,
}

impl Fates {
    pub(crate) fn get(&self, key: &Key) -> Option<Fate> {
        self.fates.get(key).copied()
    }

    /// It is not there for a while, or not any more.
    pub(crate) fn goes(&self, key: &Key) -> bool {
        matches!(self.get(key), Some(Fate::Drop | Fate::Rebuild))
    }

    /// It is built by this migration.
    pub(crate) fn comes(&self, key: &Key) -> bool {
        matches!(self.get(key), Some(Fate::Create | Fate::Rebuild))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, Fate)> {
        self.fates.iter().map(|(key, fate)| (key, *fate))
    }
}

/// Decides for every object. `forced` are taken down and built again whatever they are.
pub(crate) fn decide(old: &Inventory<'_>, new: &Inventory<'_>, version: u32, forced: &BTreeSet<String>) -> Fates {
    let mut fates = Fates {
        fates: BTreeMap::new(),
        retyped: BTreeSet::new(),
        swapped: BTreeSet::new(),
    };
    for (key, before) in &old.items {
        let fate = match new.get(key) {
            None => Fate::Drop,
            Some(_) if forced.contains(&key.name) && key.kind != Kind::Column && key.kind != Kind::Table => {
                Fate::Rebuild
            }
            Some(after) => own_fate(before, &after, old, new, version),
        };
        fates.fates.insert(key.clone(), fate);
        if fate == Fate::Alter
            && let (Item::Column(_, before), Some(Item::Column(_, after))) = (before, new.get(key))
            && (before.type_sql != after.type_sql || before.collation != after.collation)
        {
            fates.retyped.insert(key.clone());
        }
    }
    for key in new.items.keys().filter(|key| !old.has(key)) {
        fates.fates.insert(key.clone(), Fate::Create);
    }
    spread(old, new, &mut fates);
    fates
}

/// What becomes of an object that both sides have, seen by itself. Comments, owners and privileges are not looked at.
fn own_fate(before: &Item<'_>, after: &Item<'_>, old: &Inventory<'_>, new: &Inventory<'_>, version: u32) -> Fate {
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
            let details = a.clustered == b.clustered && a.statistics == b.statistics;
            if !same {
                Fate::Rebuild
            } else {
                unless(details, Fate::Alter)
            }
        }
        (Item::Statistics(a), Item::Statistics(b)) => {
            let across = old.database.server_version != new.database.server_version;
            if a.definition != b.definition && !across || a.table != b.table {
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

fn table_fate(a: &Table, b: &Table) -> Fate {
    let key = |table: &Table| table.partition_key.as_ref().map(|key| key.definition.clone());
    if a.kind != b.kind || key(a) != key(b) || a.foreign != b.foreign {
        return Fate::Rebuild;
    }
    let same = a.partition_of == b.partition_of
        && a.inherits == b.inherits
        && a.of_type == b.of_type
        && a.unlogged == b.unlogged
        && a.access_method == b.access_method
        && a.options == b.options
        && a.row_security == b.row_security
        && a.force_row_security == b.force_row_security
        && a.replica_identity == b.replica_identity;
    if same { Fate::Keep } else { Fate::Alter }
}

fn column_fate(
    (_, a): (&Table, &Column),
    (_, b): (&Table, &Column),
    old: &Inventory<'_>,
    new: &Inventory<'_>,
    version: u32,
) -> Fate {
    let generated = match (&a.generated, &b.generated) {
        (None, None) => false,
        // A stored value can become a plain one; nothing else changes what kind of value it is.
        (Some(Generated::Stored(_)), None) => false,
        (Some(Generated::Stored(x)), Some(Generated::Stored(y)))
        | (Some(Generated::Virtual(x)), Some(Generated::Virtual(y))) => x != y && version < 17,
        _ => true,
    };
    if generated || a.generated.is_some() && (a.type_sql != b.type_sql || a.collation != b.collation) {
        return Fate::Rebuild;
    }
    let sequence = |inventory: &Inventory<'_>, column: &Column| {
        let identity = column.identity.as_ref()?;
        let mut sequence = inventory.database.sequence(&identity.sequence)?.clone();
        sequence.last_value = None;
        sequence.is_called = true;
        sequence.owner.clear();
        sequence.comment = None;
        sequence.acl = None;
        Some(sequence)
    };
    let same = a.type_sql == b.type_sql
        && a.collation == b.collation
        && a.generated == b.generated
        && a.identity == b.identity
        && sequence(old, a) == sequence(new, b)
        && (a.not_null == b.not_null || version >= 18 && new.database.server_version >= 18)
        && a.storage == b.storage
        && a.compression == b.compression
        && a.statistics == b.statistics
        && a.options == b.options;
    if same { Fate::Keep } else { Fate::Alter }
}

fn view_fate(a: &View, b: &View, same_major: bool) -> Fate {
    let names = |view: &View| -> Vec<(String, String, Option<nova_schema::QualifiedName>)> {
        let columns = view.columns.iter();
        columns
            .map(|column| (column.name.clone(), column.type_sql.clone(), column.collation.clone()))
            .collect()
    };
    let (before, after) = (names(a), names(b));
    if a.materialized != b.materialized || a.access_method != b.access_method || !after.starts_with(&before) {
        return Fate::Rebuild;
    }
    let query = a.query == b.query || !same_major;
    if !query && a.materialized {
        return Fate::Rebuild;
    }
    let columns = a
        .columns
        .iter()
        .zip(&b.columns)
        .all(|(x, y)| x.default == y.default && x.statistics == y.statistics);
    let populated = a.populated == b.populated;
    if query && columns && populated && a.options == b.options && a.columns.len() == b.columns.len() {
        Fate::Keep
    } else {
        Fate::Alter
    }
}

fn constraint_fate(
    a: &nova_schema::Constraint,
    b: &nova_schema::Constraint,
    old: &Inventory<'_>,
    new: &Inventory<'_>,
) -> Fate {
    let settings = |inventory: &Inventory<'_>, constraint: &nova_schema::Constraint| {
        inventory
            .database
            .indexes_of(&constraint.table)
            .find(|index| index.constraint.as_deref() == Some(constraint.name.as_str()))
            .map(|index| (index.clustered, index.statistics.clone(), index.nulls_not_distinct))
    };
    let plain = |definition: &str| {
        definition
            .trim_end_matches(" NOT VALID")
            .replace(" DEFERRABLE", "")
            .replace(" INITIALLY DEFERRED", "")
    };
    if a.kind == b.kind && a.definition == b.definition && a.attached_to == b.attached_to {
        // Whether a child declares what it inherits cannot be changed by itself.
        if a.options == b.options && settings(old, a) == settings(new, b) && a.validated == b.validated {
            return Fate::Keep;
        }
        return Fate::Alter;
    }
    let validates = !a.validated && b.validated;
    let defers = a.kind == ConstraintKind::ForeignKey;
    let text = a.kind == b.kind
        && a.attached_to == b.attached_to
        && plain(&a.definition) == plain(&b.definition)
        && a.enforced == b.enforced;
    let only_valid = a.definition.trim_end_matches(" NOT VALID") == b.definition.trim_end_matches(" NOT VALID");
    if text && (a.validated == b.validated || validates) && (defers || only_valid) {
        Fate::Alter
    } else {
        Fate::Rebuild
    }
}

/// Carries the consequences to whatever depends on what goes or changes its type.
fn spread(old: &Inventory<'_>, new: &Inventory<'_>, fates: &mut Fates) {
    let mut queue: VecDeque<Key> = old
        .items
        .keys()
        .filter(|key| fates.goes(key) || fates.retyped.contains(*key))
        .cloned()
        .collect();
    while let Some(key) = queue.pop_front() {
        let gone = fates.goes(&key);
        let dependents: Vec<Key> = old.needed_by(&key).filter(|user| new.has(user)).cloned().collect();
        for user in dependents {
            if fates.goes(&user) {
                continue;
            }
            let next = if gone {
                when_gone(&key, &user, old, fates)
            } else {
                when_retyped(&user, old)
            };
            match next {
                Consequence::Nothing => {}
                Consequence::Rebuild => {
                    fates.fates.insert(user.clone(), Fate::Rebuild);
                    queue.push_back(user);
                }
                Consequence::Retype => {
                    if fates.retyped.insert(user.clone()) {
                        fates.fates.insert(user.clone(), Fate::Alter);
                        queue.push_back(user);
                    }
                }
            }
        }
        // Columns of the type, found by what they need: then the old type must outlive them under another name.
        if gone
            && matches!(key.kind, Kind::Type | Kind::Collation)
            && new.has(&key)
            && old
                .needed_by(&key)
                .any(|user| fates.retyped.contains(user) || user.kind == Kind::Type)
        {
            fates.swapped.insert(key.clone());
        }
    }
}

enum Consequence {
    Nothing,
    Rebuild,
    Retype,
}

/// Something that `user` needs goes, for a while or for good.
fn when_gone(key: &Key, user: &Key, old: &Inventory<'_>, fates: &Fates) -> Consequence {
    match (key.kind, user.kind) {
        (Kind::Schema, _) => Consequence::Nothing,
        (Kind::Type | Kind::Collation, Kind::Column) if fates.get(key) == Some(Fate::Rebuild) => Consequence::Retype,
        (Kind::Column, Kind::Column) => Consequence::Rebuild,
        (Kind::Table, Kind::Column | Kind::Default) => Consequence::Rebuild,
        (_, Kind::Column) => match old.get(user) {
            Some(Item::Column(_, column)) if column.generated.is_some() => Consequence::Rebuild,
            _ => Consequence::Nothing,
        },
        // A table is told by its columns and parts; a child is detached from a parent that goes.
        (_, Kind::Table | Kind::Schema | Kind::Extension | Kind::Publication) => Consequence::Nothing,
        // A composite loses an attribute with the type of it, which is its own change.
        (Kind::Type | Kind::Collation, Kind::Type) => Consequence::Rebuild,
        _ => Consequence::Rebuild,
    }
}

/// A column that `user` needs gets another type: indexes, keys and checks are rebuilt by PostgreSQL itself.
fn when_retyped(user: &Key, old: &Inventory<'_>) -> Consequence {
    match old.get(user) {
        Some(
            Item::View(_) | Item::Rule(_) | Item::Trigger(_) | Item::Policy(_) | Item::Function(_) | Item::Default(..),
        ) => Consequence::Rebuild,
        Some(Item::Column(_, column)) if column.generated.is_some() => Consequence::Rebuild,
        Some(Item::Constraint(constraint)) if constraint.kind == ConstraintKind::ForeignKey => Consequence::Rebuild,
        _ => Consequence::Nothing,
    }
}
