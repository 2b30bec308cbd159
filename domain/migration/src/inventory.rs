//! Everything that can be dropped, created or altered by itself, under one kind of key, and what needs what.
//!
//! Finer than the model's own references: columns and defaults are objects here. Coarser in two places: the index behind
//! a constraint is the constraint, the sequence of an identity is its column.

use nova_schema::{
    Collation, Column, Constraint, ConstraintKind, Database, DefaultPrivileges, DomainConstraint, Extension,
    ExtensionDependent, Function, Index, LargeObject, MemberGrants, ObjectKind, ObjectRef, Policy, Publication,
    QualifiedName, Rule, Schema, ScriptedObject, SecurityLabel, Sequence, Setting, Statistics, Table, Trigger, Type,
    TypeDefinition, View, quote_ident,
};
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of objects. The order is the order of creation where nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Schema,
    Extension,
    Collation,
    Type,
    Function,
    Scripted,
    Sequence,
    Table,
    Column,
    Default,
    View,
    Constraint,
    Index,
    Statistics,
    Rule,
    Trigger,
    Policy,
    Publication,
    DefaultPrivileges,
    Setting,
    LargeObject,
    MemberGrants,
    ExtensionDependent,
    Label,
}

/// An object: its kind and quoted identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }

    pub(crate) fn named(kind: Kind, name: &QualifiedName) -> Self {
        Self::new(kind, name.sql())
    }

    pub(crate) fn column(table: &QualifiedName, column: &str) -> Self {
        Self::new(Kind::Column, format!("{}.{}", table.sql(), quote_ident(column)))
    }

    pub(crate) fn default_of(table: &QualifiedName, column: &str) -> Self {
        Self::new(Kind::Default, format!("{}.{}", table.sql(), quote_ident(column)))
    }

    pub(crate) fn on(kind: Kind, owner: &QualifiedName, name: &str) -> Self {
        Self::new(kind, format!("{} ON {}", quote_ident(name), owner.sql()))
    }
}

/// An object of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Item<'a> {
    Schema(&'a Schema),
    Extension(&'a Extension),
    Collation(&'a Collation),
    Type(&'a Type),
    DomainCheck(&'a QualifiedName, &'a DomainConstraint),
    Function(&'a Function),
    Scripted(&'a ScriptedObject),
    Sequence(&'a Sequence),
    Table(&'a Table),
    Column(&'a Table, &'a Column),
    Default(&'a Table, &'a Column),
    View(&'a View),
    Constraint(&'a Constraint),
    Index(&'a Index),
    Statistics(&'a Statistics),
    Rule(&'a Rule),
    Trigger(&'a Trigger),
    Policy(&'a Policy),
    Publication(&'a Publication),
    DefaultPrivileges(&'a DefaultPrivileges),
    Setting(&'a Setting),
    LargeObject(&'a LargeObject),
    MemberGrants(&'a MemberGrants),
    ExtensionDependent(&'a ExtensionDependent),
    Label(&'a SecurityLabel),
}

impl<'a> Item<'a> {
    /// The relation this is a part of: it goes with it.
    pub(crate) fn owner(&self) -> Option<&'a QualifiedName> {
        match self {
            Self::Column(table, _) | Self::Default(table, _) => Some(&table.name),
            Self::DomainCheck(domain, _) => Some(domain),
            Self::Constraint(item) => Some(&item.table),
            Self::Index(item) => Some(&item.table),
            Self::Statistics(item) => Some(&item.table),
            Self::Rule(item) => Some(&item.table),
            Self::Trigger(item) => Some(&item.table),
            Self::Policy(item) => Some(&item.table),
            _ => None,
        }
    }

    /// The schema it lives in.
    pub(crate) fn schema(&self) -> Option<&'a str> {
        match self {
            Self::Collation(item) => Some(&item.name.schema),
            Self::Type(item) => Some(&item.name.schema),
            Self::Function(item) => Some(&item.name.schema),
            Self::Sequence(item) => Some(&item.name.schema),
            Self::Table(item) => Some(&item.name.schema),
            Self::View(item) => Some(&item.name.schema),
            Self::Statistics(item) => Some(&item.name.schema),
            Self::Extension(item) => item.schema.as_deref(),
            _ => None,
        }
    }

    /// The names it takes from a shared pool while it exists: relations share one per schema, types another.
    pub(crate) fn names(&self, database: &Database) -> Vec<String> {
        let relation = |name: &QualifiedName| format!("relation {}", name.sql());
        let user_type = |name: &QualifiedName| format!("type {}", name.sql());
        match self {
            Self::Table(item) => vec![relation(&item.name), user_type(&item.name)],
            Self::View(item) => vec![relation(&item.name), user_type(&item.name)],
            Self::Sequence(item) => vec![relation(&item.name)],
            Self::Index(item) => vec![relation(&item.name)],
            Self::Column(_, column) => {
                let identity = column.identity.as_ref();
                identity
                    .map(|identity| relation(&identity.sequence))
                    .into_iter()
                    .collect()
            }
            Self::Type(item) => match &item.definition {
                TypeDefinition::Composite { .. } => vec![relation(&item.name), user_type(&item.name)],
                _ => vec![user_type(&item.name)],
            },
            Self::Function(item) => vec![format!(
                "function {}({})",
                item.name.sql(),
                bare_arguments(&item.arguments)
            )],
            Self::Constraint(item) => {
                let indexed = database
                    .indexes_of(&item.table)
                    .any(|index| index.constraint.as_deref() == Some(item.name.as_str()));
                let own = format!("constraint {} {}", item.table.sql(), item.name);
                if indexed {
                    vec![own, relation(&item.table.sibling(&item.name))]
                } else {
                    vec![own]
                }
            }
            _ => Vec::new(),
        }
    }
}

/// An argument list without the arguments' names: what two functions may not share.
fn bare_arguments(arguments: &str) -> String {
    arguments
        .split(", ")
        .map(|argument| argument.rsplit(' ').next().unwrap_or(argument))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The objects of one side and what each needs.
pub(crate) struct Inventory<'a> {
    pub(crate) database: &'a Database,
    pub(crate) items: BTreeMap<Key, Item<'a>>,
    pub(crate) needs: BTreeMap<Key, BTreeSet<Key>>,
    pub(crate) needed_by: BTreeMap<Key, BTreeSet<Key>>,
}

impl<'a> Inventory<'a> {
    /// `oldest` is the older of both sides' versions: `NOT NULL` is an object of its own only where both know it so. Of the
    /// shares that partitions have of keys, those that are `taken` along count.
    pub(crate) fn new(database: &'a Database, oldest: u32, taken: &BTreeSet<Key>) -> Self {
        let mut items = items(database, oldest);
        for share in &database.key_shares {
            let key = Key::on(Kind::Constraint, &share.table, &share.name);
            if taken.contains(&key) {
                items.insert(key, Item::Constraint(share));
            }
        }
        let mut inventory = Self {
            database,
            items,
            needs: BTreeMap::new(),
            needed_by: BTreeMap::new(),
        };
        inventory.connect();
        inventory
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Item<'a>> {
        self.items.get(key).copied()
    }

    pub(crate) fn has(&self, key: &Key) -> bool {
        self.items.contains_key(key)
    }

    pub(crate) fn needs(&self, key: &Key) -> impl Iterator<Item = &Key> {
        self.needs.get(key).into_iter().flatten()
    }

    pub(crate) fn needed_by(&self, key: &Key) -> impl Iterator<Item = &Key> {
        self.needed_by.get(key).into_iter().flatten()
    }

    fn edge(&mut self, from: &Key, to: &Key) {
        if from != to && self.has(from) && self.has(to) {
            self.needs.entry(from.clone()).or_default().insert(to.clone());
            self.needed_by.entry(to.clone()).or_default().insert(from.clone());
        }
    }

    fn connect(&mut self) {
        let aliases = aliases(self.database);
        let resolve = |object: &ObjectRef, column: Option<&String>| -> Option<Key> {
            let plain = key_of(object)?;
            let plain = aliases.get(&plain).cloned().unwrap_or(plain);
            Some(match column {
                Some(column) if plain.kind == Kind::Table => {
                    Key::new(Kind::Column, format!("{}.{}", plain.name, quote_ident(column)))
                }
                _ => plain,
            })
        };
        let database = self.database;
        for dependency in &database.dependencies {
            if let (Some(from), Some(to)) = (resolve(&dependency.object, None), resolve(&dependency.on, None)) {
                self.edge(&from, &to);
            }
        }
        for dependency in &database.column_dependencies {
            let from = resolve(&dependency.object, dependency.column.as_ref());
            let to = resolve(&dependency.on, dependency.on_column.as_ref());
            if let (Some(from), Some(to)) = (from, to) {
                self.edge(&from, &to);
            }
        }
        let structural: Vec<(Key, Key)> = self
            .items
            .iter()
            .flat_map(|(key, item)| {
                let owner = item
                    .owner()
                    .into_iter()
                    .flat_map(|owner| [Kind::Table, Kind::View, Kind::Type].map(|kind| Key::named(kind, owner)));
                let schema = item.schema().map(|schema| Key::new(Kind::Schema, quote_ident(schema)));
                let own_column = match item {
                    Item::Default(table, column) => Some(Key::column(&table.name, &column.name)),
                    _ => None,
                };
                let cloned = match item {
                    Item::Trigger(trigger) if trigger.definition.is_none() => cloned_from(database, trigger),
                    _ => Vec::new(),
                };
                let parents = parents_of(item)
                    .into_iter()
                    .chain(cloned)
                    .map(|to| aliases.get(&to).cloned().unwrap_or(to));
                owner
                    .chain(schema)
                    .chain(own_column)
                    .chain(parents)
                    .map(|to| (key.clone(), to))
                    .collect::<Vec<_>>()
            })
            .collect();
        for (from, to) in structural {
            self.edge(&from, &to);
        }
    }
}

/// What the catalogs do not record as a plain dependency: parents, attached indexes, published tables, typed tables'
/// columns, keys and the columns they are on.
fn parents_of(item: &Item<'_>) -> Vec<Key> {
    let keyed = |name: &QualifiedName| Key::named(Kind::Index, name);
    match item {
        Item::Table(table) => table
            .partition_of
            .iter()
            .map(|partition| &partition.parent)
            .chain(&table.inherits)
            .map(|parent| Key::named(Kind::Table, parent))
            .collect(),
        Item::Index(index) => index.attached_to.iter().map(keyed).collect(),
        Item::Constraint(constraint) => {
            let columns = constraint
                .columns
                .iter()
                .map(|column| Key::column(&constraint.table, column));
            let foreign = constraint.references.iter().flat_map(|references| {
                references
                    .columns
                    .iter()
                    .map(|column| Key::column(&references.table, column))
            });
            let parent = constraint.attached_to.iter().map(keyed);
            columns.chain(foreign).chain(parent).collect()
        }
        Item::Publication(publication) => publication
            .tables
            .iter()
            .map(|published| Key::named(Kind::Table, &published.table))
            .collect(),
        _ => Vec::new(),
    }
}

/// The triggers of that name on the tables that a partition is part of: one of them is what it was cloned from.
fn cloned_from(database: &Database, trigger: &Trigger) -> Vec<Key> {
    let mut out = Vec::new();
    let mut table = &trigger.table;
    while let Some(partition) = database.table(table).and_then(|found| found.partition_of.as_ref()) {
        table = &partition.parent;
        out.push(Key::on(Kind::Trigger, table, &trigger.name));
    }
    out
}

/// The key of a model reference.
pub(crate) fn key_of(object: &ObjectRef) -> Option<Key> {
    let kind = match object.kind {
        ObjectKind::Schema => Kind::Schema,
        ObjectKind::Extension => Kind::Extension,
        ObjectKind::Collation => Kind::Collation,
        ObjectKind::Type => Kind::Type,
        ObjectKind::Function => Kind::Function,
        ObjectKind::Scripted => Kind::Scripted,
        ObjectKind::Sequence => Kind::Sequence,
        ObjectKind::Table => Kind::Table,
        ObjectKind::View => Kind::View,
        ObjectKind::Default => Kind::Default,
        ObjectKind::Constraint => Kind::Constraint,
        ObjectKind::Index => Kind::Index,
        ObjectKind::Trigger => Kind::Trigger,
        ObjectKind::Rule => Kind::Rule,
        ObjectKind::Policy => Kind::Policy,
        ObjectKind::Unsupported => return None,
    };
    Some(Key::new(kind, object.identity.clone()))
}

/// Objects that are part of another: an identity's sequence, a constraint's index.
fn aliases(database: &Database) -> BTreeMap<Key, Key> {
    let sequences = database.sequences.iter().filter_map(|sequence| {
        let owner = sequence.owned_by.as_ref().filter(|owner| owner.identity)?;
        Some((
            Key::named(Kind::Sequence, &sequence.name),
            Key::column(&owner.table, &owner.column),
        ))
    });
    let indexes = database.indexes.iter().filter_map(|index| {
        let constraint = index.constraint.as_ref()?;
        Some((
            Key::named(Kind::Index, &index.name),
            Key::on(Kind::Constraint, &index.table, constraint),
        ))
    });
    sequences.chain(indexes).collect()
}

fn items(database: &Database, oldest: u32) -> BTreeMap<Key, Item<'_>> {
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
