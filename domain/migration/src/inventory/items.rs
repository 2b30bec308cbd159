//! All objects of one side by their keys.

use super::{Item, Key, Kind};
use nova_schema::{Constraint, ConstraintKind, Database, TypeDefinition, quote_ident};
use std::collections::BTreeMap;

/// `oldest` is the older of both sides' versions: it decides whether `NOT NULL` is an object of its own.
pub(super) fn items(database: &Database, oldest: u32) -> BTreeMap<Key, Item<'_>> {
    let mut items = BTreeMap::new();
    for item in &database.schemas {
        items.insert(Key::new(Kind::Schema, quote_ident(&item.name)), Item::Schema(item));
    }
    for item in &database.extensions {
        items.insert(
            Key::new(Kind::Extension, quote_ident(&item.name)),
            Item::Extension(item),
        );
    }
    for item in &database.collations {
        items.insert(Key::named(Kind::Collation, &item.name), Item::Collation(item));
    }
    for item in &database.types {
        items.insert(Key::named(Kind::Type, &item.name), Item::Type(item));
        if let TypeDefinition::Domain { constraints, .. } = &item.definition {
            for check in constraints {
                let key = Key::on(Kind::Constraint, &item.name, &check.name);
                items.insert(key, Item::DomainCheck(&item.name, check));
            }
        }
    }
    for item in &database.functions {
        items.insert(Key::new(Kind::Function, item.identity()), Item::Function(item));
    }
    for item in &database.scripted {
        items.insert(Key::new(Kind::Scripted, item.reference()), Item::Scripted(item));
    }
    for item in &database.sequences {
        if item.owned_by.as_ref().is_none_or(|owner| !owner.identity) {
            items.insert(Key::named(Kind::Sequence, &item.name), Item::Sequence(item));
        }
    }
    for item in &database.tables {
        items.insert(Key::named(Kind::Table, &item.name), Item::Table(item));
        for column in &item.columns {
            items.insert(Key::column(&item.name, &column.name), Item::Column(item, column));
            if column.default.is_some() {
                items.insert(Key::default_of(&item.name, &column.name), Item::Default(item, column));
            }
        }
    }
    for item in &database.views {
        items.insert(Key::named(Kind::View, &item.name), Item::View(item));
    }
    let known = |item: &&Constraint| item.kind != ConstraintKind::NotNull || oldest >= 18;
    for item in database.constraints.iter().filter(known) {
        items.insert(
            Key::on(Kind::Constraint, &item.table, &item.name),
            Item::Constraint(item),
        );
    }
    for item in database.indexes.iter().filter(|item| item.constraint.is_none()) {
        items.insert(Key::named(Kind::Index, &item.name), Item::Index(item));
    }
    for item in &database.statistics {
        items.insert(Key::named(Kind::Statistics, &item.name), Item::Statistics(item));
    }
    for item in &database.rules {
        items.insert(Key::on(Kind::Rule, &item.table, &item.name), Item::Rule(item));
    }
    for item in &database.triggers {
        items.insert(Key::on(Kind::Trigger, &item.table, &item.name), Item::Trigger(item));
    }
    for item in &database.policies {
        items.insert(Key::on(Kind::Policy, &item.table, &item.name), Item::Policy(item));
    }
    for item in &database.publications {
        items.insert(
            Key::new(Kind::Publication, quote_ident(&item.name)),
            Item::Publication(item),
        );
    }
    for item in &database.default_privileges {
        let schema = item
            .schema
            .as_ref()
            .map(|schema| quote_ident(schema))
            .unwrap_or_default();
        let name = format!("{} {schema} {:?}", quote_ident(&item.role), item.on);
        items.insert(Key::new(Kind::DefaultPrivileges, name), Item::DefaultPrivileges(item));
    }
    for item in database.settings.iter().filter(|item| !item.blocks_writing()) {
        let role = item.role.as_ref().map(|role| quote_ident(role)).unwrap_or_default();
        items.insert(
            Key::new(Kind::Setting, format!("{} {role}", item.name)),
            Item::Setting(item),
        );
    }
    for item in &database.large_objects {
        items.insert(
            Key::new(Kind::LargeObject, item.number.to_string()),
            Item::LargeObject(item),
        );
    }
    for item in &database.member_grants {
        items.insert(
            Key::new(Kind::MemberGrants, item.identity.clone()),
            Item::MemberGrants(item),
        );
    }
    for item in &database.extension_dependents {
        let name = format!("{} OF {}", quote_ident(&item.extension), item.object);
        items.insert(Key::new(Kind::ExtensionDependent, name), Item::ExtensionDependent(item));
    }
    for item in &database.labels {
        let name = format!("{} OF {}", quote_ident(&item.provider), item.object);
        items.insert(Key::new(Kind::Label, name), Item::Label(item));
    }
    items
}
