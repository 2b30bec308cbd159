//! From two schemas to the statements that make the one like the other.

#![expect(clippy::match_same_arms, reason = "one case per kind of object")]

use crate::change::{code, column, globals, relation, table, types};
use crate::describe::{self, Carry};
use crate::fate::{Fate, Fates, decide};
use crate::graph::{Phase, Step, StepId, Views, sort};
use crate::inventory::{Inventory, Item, Key, Kind};
use crate::statement::{Hazard, Statement, all};
use crate::{acl, routine};
use nova_schema::{
    Column, Constraint, ConstraintKind, Database, Grantable, ObjectRef, QualifiedName, Table, emit, quote_ident,
};
use std::collections::{BTreeMap, BTreeSet};

/// How to migrate.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Major version of the server that runs the statements.
    pub target_version: u32,
    /// Prefer what lets others go on reading and writing.
    pub online: bool,
    /// Carry owners.
    pub owners: bool,
    /// Carry privileges.
    pub privileges: bool,
    /// The role that runs the statements, where it is known: what it creates is its own.
    pub runner: Option<String>,
    /// Objects that are taken down and built again although they could be altered, by quoted identity.
    pub forced: BTreeSet<String>,
    /// Keep what goes in the stash, where there is something to keep.
    pub stash: bool,
}

/// The statements of one direction, and what to know about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migration {
    /// In order.
    pub statements: Vec<Statement>,
    /// What the statements do not do.
    pub notes: Vec<String>,
}

/// Plans how to make `old` like `new`.
pub fn plan(old: &Database, new: &Database, options: &Options) -> Migration {
    let (old, new) = (Inventory::new(old), Inventory::new(new));
    let fates = decide(&old, &new, options.target_version, &options.forced);
    let builder = Builder {
        emit: emit::Options {
            target_version: options.target_version,
            owners: false,
        },
        separate: separate(&new),
        old,
        new,
        fates,
        options,
        steps: BTreeMap::new(),
        homes: BTreeMap::new(),
    };
    builder.run()
}

/// Defaults and checks that are set once their table is there: those that need more than a sequence.
fn separate(new: &Inventory<'_>) -> BTreeSet<ObjectRef> {
    let mut out = BTreeSet::new();
    for (key, item) in &new.items {
        let needs = |kinds: &[Kind]| new.needs(key).any(|need| kinds.contains(&need.kind));
        let kinds = [Kind::Function, Kind::Scripted, Kind::View];
        match item {
            Item::Default(table, column) if needs(&kinds) => {
                out.insert(ObjectRef::default_of(&table.name, &column.name));
            }
            Item::Constraint(constraint) if constraint.kind == ConstraintKind::Check && needs(&kinds) => {
                out.insert(ObjectRef::constraint_of(&constraint.table, &constraint.name));
            }
            Item::DomainCheck(domain, check) => {
                let own = Key::named(Kind::Type, domain);
                let others = [Kind::Function, Kind::Scripted, Kind::Table, Kind::View, Kind::Type];
                if new.needs(key).any(|need| others.contains(&need.kind) && *need != own) || !check.validated {
                    out.insert(ObjectRef::constraint_of(domain, &check.name));
                }
            }
            _ => {}
        }
    }
    out
}

struct Builder<'a> {
    old: Inventory<'a>,
    new: Inventory<'a>,
    fates: Fates,
    options: &'a Options,
    emit: emit::Options,
    separate: BTreeSet<ObjectRef>,
    steps: BTreeMap<StepId, Step>,
    /// Objects that another's step brings along.
    homes: BTreeMap<Key, Key>,
}

impl<'a> Builder<'a> {
    fn run(mut self) -> Migration {
        let keys: Vec<(Key, Fate)> = self.fates.iter().map(|(key, fate)| (key.clone(), fate)).collect();
        for (key, fate) in &keys {
            if matches!(fate, Fate::Drop | Fate::Rebuild) {
                self.take_down(key, *fate);
            }
            if matches!(fate, Fate::Create | Fate::Rebuild) {
                self.build(key);
            }
            if *fate == Fate::Alter {
                self.alter(key);
            }
            if *fate != Fate::Drop {
                self.describe(key, *fate);
            }
        }
        self.tables();
        self.publications();
        self.aside_schema();
        self.connect();
        let notes = self.notes();
        let sorted = sort(
            std::mem::take(&mut self.steps),
            &ViewTexts {
                old: &self.old,
                new: &self.new,
            },
        );
        let statements = sorted
            .into_iter()
            .flat_map(|((key, _), statements)| {
                statements.into_iter().map(move |mut statement| {
                    statement.key.clone_from(&key.name);
                    statement
                })
            })
            .collect();
        Migration { statements, notes }
    }

    fn add(&mut self, key: &Key, phase: Phase, statements: Vec<Statement>) {
        self.steps
            .entry((key.clone(), phase))
            .or_default()
            .statements
            .extend(statements);
    }

    fn table_fate(&self, name: &QualifiedName) -> Option<Fate> {
        self.fates.get(&Key::named(Kind::Table, name))
    }

    fn table_goes(&self, name: &QualifiedName) -> bool {
        [Kind::Table, Kind::View]
            .iter()
            .any(|kind| self.fates.goes(&Key::named(*kind, name)))
    }

    fn table_comes(&self, name: &QualifiedName) -> bool {
        matches!(self.table_fate(name), Some(Fate::Create | Fate::Rebuild))
    }

    /// Parents by which a change of `table` is made already, when they make it themselves: those that are parents before
    /// and after.
    fn parents(&self, name: &QualifiedName) -> Vec<&'a QualifiedName> {
        fn of(table: &Table) -> impl Iterator<Item = &QualifiedName> {
            table
                .partition_of
                .iter()
                .map(|partition| &partition.parent)
                .chain(&table.inherits)
        }
        let (Some(before), Some(after)) = (self.old.database.table(name), self.new.database.table(name)) else {
            return Vec::new();
        };
        if self.table_goes(name) {
            return Vec::new();
        }
        of(before)
            .filter(|parent| of(after).any(|other| other == *parent) && !self.table_goes(parent))
            .collect()
    }

    /// A parent that does the same to its column of that name.
    fn parent_column(&self, name: &QualifiedName, column: &str, does: impl Fn(&Key) -> bool) -> bool {
        self.parents(name)
            .into_iter()
            .any(|parent| does(&Key::column(parent, column)))
    }

    /// A table of a composite type before and after: its columns change with the type.
    fn typed(&self, name: &QualifiedName) -> bool {
        let of = |database: &'a Database| database.table(name).and_then(|table| table.of_type.as_ref());
        of(self.old.database).is_some() && of(self.old.database) == of(self.new.database)
    }

    /// Columns of a type that is dropped before the one of its name is there.
    fn as_text(&self, key: &Key) -> Vec<Statement> {
        let columns = self
            .old
            .needed_by(key)
            .filter(|user| self.fates.retyped.contains(*user));
        columns
            .filter_map(|user| match self.old.get(user) {
                Some(Item::Column(table, part)) => {
                    let name = quote_ident(&part.name);
                    let action = format!("ALTER COLUMN {name} TYPE text USING {name}::text");
                    Some(column::alter(table, part, false, &action))
                }
                _ => None,
            })
            .collect()
    }

    fn take_down(&mut self, key: &Key, fate: Fate) {
        let Some(item) = self.old.get(key) else { return };
        let gone_with_owner = item.owner().is_some_and(|owner| self.table_goes(owner));
        let swapped = self.fates.swapped.contains(key);
        let mut phase = Phase::Drop;
        let statements = match item {
            Item::Schema(item) => vec![Statement::new(
                format!("schema {}", item.name),
                format!("DROP SCHEMA {}", quote_ident(&item.name)),
            )],
            Item::Extension(item) => vec![Statement::new(
                format!("extension {}", item.name),
                format!("DROP EXTENSION {}", quote_ident(&item.name)),
            )],
            Item::Collation(item) if swapped => {
                let former = types::former_name(&item.name);
                let label = format!("collation {}", item.name.readable());
                self.add(
                    key,
                    Phase::Discard,
                    vec![Statement::new(&label, format!("DROP COLLATION {}", former.sql()))],
                );
                phase = Phase::Release;
                vec![Statement::new(
                    label,
                    format!(
                        "ALTER COLLATION {} RENAME TO {}",
                        item.name.sql(),
                        quote_ident(&former.name)
                    ),
                )]
            }
            Item::Collation(item) => vec![Statement::new(
                format!("collation {}", item.name.readable()),
                format!("DROP COLLATION {}", item.name.sql()),
            )],
            Item::Type(item) => {
                let label = format!("type {}", item.name.readable());
                if swapped && matches!(item.definition, nova_schema::TypeDefinition::Range { .. }) {
                    // The constructors keep their names when a range is renamed: its columns wait as text instead.
                    phase = Phase::Release;
                    let mut out = self.as_text(key);
                    out.push(Statement::new(label, format!("DROP TYPE {}", item.name.sql())));
                    out
                } else if swapped {
                    let former = types::former_name(&item.name);
                    self.add(
                        key,
                        Phase::Discard,
                        vec![Statement::new(&label, format!("DROP TYPE {}", former.sql()))],
                    );
                    phase = Phase::Release;
                    vec![
                        Statement::new(
                            label,
                            format!("ALTER TYPE {} RENAME TO {}", item.name.sql(), quote_ident(&former.name)),
                        )
                        .note("PostgreSQL cannot alter it so: a new type takes its place, columns are converted"),
                    ]
                } else {
                    vec![Statement::new(label, format!("DROP TYPE {}", item.name.sql()))]
                }
            }
            Item::DomainCheck(domain, check) => {
                // A check that needs a routine is taken down by itself: the two may need each other.
                let calls = self
                    .old
                    .needs(key)
                    .any(|need| need.kind == Kind::Function && self.fates.goes(need));
                if self.fates.goes(&Key::named(Kind::Type, domain)) && !calls {
                    Vec::new()
                } else {
                    vec![types::drop_check(domain, check)]
                }
            }
            Item::Function(item) => vec![Statement::new(
                format!("function {}", item.name.readable()),
                format!("DROP {} {}", item.kind.keyword(), item.identity()),
            )],
            Item::Scripted(item) => vec![Statement::new(
                format!("{} {}", item.kind.to_lowercase(), item.identity),
                format!("DROP {} {}", item.kind, item.identity),
            )],
            Item::Sequence(item) => {
                let owner_goes = item.owned_by.as_ref().is_some_and(|owner| {
                    self.fates.goes(&Key::column(&owner.table, &owner.column)) || self.table_goes(&owner.table)
                });
                // The table that moves its rows takes its sequences along; the one that goes, too.
                if owner_goes {
                    Vec::new()
                } else {
                    vec![
                        Statement::new(
                            format!("sequence {}", item.name.readable()),
                            format!("DROP SEQUENCE {}", item.name.sql()),
                        )
                        .note("its value goes with it"),
                    ]
                }
            }
            Item::Table(item) if fate == Fate::Rebuild => {
                phase = Phase::Release;
                vec![table::set_aside(item)]
            }
            Item::Table(item) => vec![table::drop(item)],
            Item::Column(item, part) => {
                let by_parent = !part.local && self.parent_column(&item.name, &part.name, |key| self.fates.goes(key));
                if gone_with_owner || by_parent || self.typed(&item.name) {
                    Vec::new()
                } else {
                    vec![column::drop(item, part, fate == Fate::Rebuild)]
                }
            }
            Item::Default(item, part) => {
                let column = Key::column(&item.name, &part.name);
                if gone_with_owner || self.fates.goes(&column) {
                    Vec::new()
                } else {
                    vec![column::default(item, part, None)]
                }
            }
            Item::View(item) => vec![relation::drop_view(item)],
            Item::Constraint(item) => self.drop_constraint(item, gone_with_owner),
            Item::Index(item) => {
                let with_parent = item.attached_to.as_ref().is_some_and(|parent| self.index_goes(parent));
                if gone_with_owner || with_parent {
                    Vec::new()
                } else {
                    let partitioned = self
                        .old
                        .database
                        .table(&item.table)
                        .is_some_and(|table| table.partition_key.is_some() || table.partition_of.is_some());
                    vec![relation::drop_index(
                        item,
                        self.options.online && !partitioned && fate == Fate::Drop,
                    )]
                }
            }
            Item::Statistics(item) if !gone_with_owner => vec![
                Statement::new(
                    format!("statistics {}", item.name.readable()),
                    format!("DROP STATISTICS IF EXISTS {}", item.name.sql()),
                )
                .touching(&item.table),
            ],
            Item::Rule(item) if !gone_with_owner => vec![
                Statement::new(
                    format!("rule {} on {}", item.name, item.table.readable()),
                    format!("DROP RULE {} ON {}", quote_ident(&item.name), item.table.sql()),
                )
                .touching(&item.table),
            ],
            Item::Trigger(item) if !gone_with_owner => {
                if item.definition.is_some() {
                    vec![
                        Statement::new(
                            format!("trigger {} on {}", item.name, item.table.readable()),
                            format!("DROP TRIGGER {} ON {}", quote_ident(&item.name), item.table.sql()),
                        )
                        .touching(&item.table),
                    ]
                } else {
                    let mut usual = item.clone();
                    usual.state = nova_schema::TriggerState::Origin;
                    vec![emit::object::trigger_state(&usual).into()]
                }
            }
            Item::Policy(item) if !gone_with_owner => vec![
                Statement::new(
                    format!("policy {}", item.identity()),
                    format!("DROP POLICY {}", item.identity()),
                )
                .touching(&item.table),
            ],
            Item::Publication(item) => vec![Statement::new(
                format!("publication {}", item.name),
                format!("DROP PUBLICATION {}", quote_ident(&item.name)),
            )],
            Item::DefaultPrivileges(item) => acl::change_defaults(item, Some(&item.acl), None),
            Item::Setting(item) => vec![globals::reset(item)],
            Item::Statistics(_) | Item::Rule(_) | Item::Trigger(_) | Item::Policy(_) => Vec::new(),
        };
        let statements = if self.options.stash && fate == Fate::Drop {
            crate::stash::before(&item, &statements, self.old.database)
        } else {
            statements
        };
        self.add(key, phase, statements);
    }

    /// A partition's key goes with its parent's, an inherited check too. Foreign keys between tables that both go are
    /// taken down by themselves: the tables may refer to each other.
    fn drop_constraint(&self, item: &Constraint, gone_with_owner: bool) -> Vec<Statement> {
        let table = self.old.database.table(&item.table);
        let between = item
            .references
            .as_ref()
            .is_some_and(|references| references.table != item.table && self.table_goes(&references.table));
        let with_parent = item.attached_to.as_ref().is_some_and(|parent| self.index_goes(parent));
        let inherited = !item.local
            && matches!(
                item.kind,
                ConstraintKind::Check | ConstraintKind::NotNull | ConstraintKind::ForeignKey
            )
            && self
                .parents(&item.table)
                .into_iter()
                .any(|parent| self.fates.goes(&Key::on(Kind::Constraint, parent, &item.name)));
        if gone_with_owner && !between || with_parent || inherited {
            return Vec::new();
        }
        vec![relation::drop_constraint(item, table)]
    }

    fn index_goes(&self, index: &QualifiedName) -> bool {
        if self.fates.goes(&Key::named(Kind::Index, index)) {
            return true;
        }
        let found = self.old.database.indexes.iter().find(|other| other.name == *index);
        found.is_some_and(|found| {
            let constraint = found.constraint.as_ref();
            constraint.is_some_and(|name| self.fates.goes(&Key::on(Kind::Constraint, &found.table, name)))
        })
    }

    fn build(&mut self, key: &Key) {
        let Some(item) = self.new.get(key) else { return };
        let database = self.new.database;
        let online = self.options.online;
        let statements = match item {
            Item::Schema(item) => vec![Statement::new(
                format!("schema {}", item.name),
                format!("CREATE SCHEMA {}", quote_ident(&item.name)),
            )],
            Item::Extension(item) => all(emit::object::extension(item)),
            Item::Collation(item) => all(emit::object::collation(item)),
            Item::Type(item) => all(emit::object::user_type(item, &self.separate, &self.emit)),
            Item::DomainCheck(domain, check) => {
                let owner = Key::named(Kind::Type, domain);
                let apart = self.separate.contains(&ObjectRef::constraint_of(domain, &check.name));
                if self.fates.comes(&owner) && !apart {
                    self.homes.insert(key.clone(), owner);
                    return;
                }
                vec![types::add_check(domain, check)]
            }
            Item::Function(item) => all(emit::object::function(item)),
            Item::Scripted(item) => all(emit::object::scripted(item)),
            Item::Sequence(item) => all(emit::object::sequence(item)),
            Item::Table(item) => self.create_table(item),
            Item::Column(item, part) => {
                let owner = Key::named(Kind::Table, &item.name);
                if self.table_comes(&item.name) {
                    self.homes.insert(key.clone(), owner);
                    return;
                }
                let by_parent = !part.local && self.parent_column(&item.name, &part.name, |key| self.fates.comes(key));
                if by_parent || self.typed(&item.name) {
                    Vec::new()
                } else {
                    column::add(database, item, part, &self.separate, &self.emit)
                }
            }
            Item::Default(item, part) => {
                let apart = self.separate.contains(&ObjectRef::default_of(&item.name, &part.name));
                let column = Key::column(&item.name, &part.name);
                if !apart && (self.table_comes(&item.name) || self.fates.comes(&column)) {
                    self.homes.insert(key.clone(), column);
                    return;
                }
                vec![column::default(item, part, part.default.as_deref())]
            }
            Item::View(item) => relation::create_view(item),
            Item::Constraint(item) => match self.create_constraint(key, item) {
                Some(statements) => statements,
                None => return,
            },
            Item::Index(item) => {
                let kept = matches!(self.table_fate(&item.table), Some(Fate::Keep | Fate::Alter));
                let partitioned = database
                    .table(&item.table)
                    .is_none_or(|table| table.partition_key.is_some() || table.partition_of.is_some());
                let statements = relation::create_index(item, online && kept && !partitioned);
                if let Some(attach) = emit::object::attach_index(item) {
                    self.add(key, Phase::Settle, vec![attach.into()]);
                }
                statements
            }
            Item::Statistics(item) => all(emit::object::statistics(item)),
            Item::Rule(item) => all(emit::object::rule(item)),
            Item::Trigger(item) => all(emit::object::trigger(item)),
            Item::Policy(item) => all(emit::object::policy(item)),
            Item::Publication(item) => all(emit::object::publication(item, &self.emit)),
            Item::DefaultPrivileges(item) => acl::change_defaults(item, None, Some(&item.acl)),
            Item::Setting(item) => all(emit::object::setting(item)),
        };
        let touched = item.owner().or(match item {
            Item::Table(table) => Some(&table.name),
            _ => None,
        });
        let statements = statements
            .into_iter()
            .map(|statement| match touched {
                Some(table) if statement.tables.is_empty() => statement.touching(table),
                _ => statement,
            })
            .collect();
        self.add(key, Phase::Create, statements);
    }

    /// `CREATE TABLE`. A partition is attached when its own indexes are there: it would get others otherwise.
    fn create_table(&mut self, item: &'a Table) -> Vec<Statement> {
        let attach = |statement: &emit::Statement| statement.sql.contains(" ATTACH PARTITION ");
        let statements: Vec<emit::Statement> = emit::object::table(self.new.database, item, &self.separate, &self.emit);
        all(statements.into_iter().filter(|statement| !attach(statement)).collect())
    }

    /// `None` when the constraint comes along with its table or its parent's constraint.
    fn create_constraint(&mut self, key: &Key, item: &'a Constraint) -> Option<Vec<Statement>> {
        let owner = Key::named(Kind::Table, &item.table);
        let table = self.new.database.table(&item.table)?;
        let standalone = table.partition_of.is_some();
        let apart = self
            .separate
            .contains(&ObjectRef::constraint_of(&item.table, &item.name));
        let inline = match item.kind {
            ConstraintKind::Check => item.validated && !apart && (item.local || standalone),
            ConstraintKind::NotNull => item.validated,
            _ => false,
        };
        let inherited = matches!(
            item.kind,
            ConstraintKind::Check | ConstraintKind::NotNull | ConstraintKind::ForeignKey
        ) && !item.local
            && !(self.table_comes(&item.table) && standalone);
        if self.table_comes(&item.table) && inline || inherited {
            self.homes.insert(key.clone(), owner);
            return None;
        }
        if item.kind == ConstraintKind::NotNull {
            let column = item.columns.first().map(|name| Key::column(&item.table, name));
            // It comes with the column it is declared on.
            if let Some(column) = column.filter(|column| self.fates.comes(column)) {
                self.homes.insert(key.clone(), column);
                return None;
            }
        }
        if item.kind == ConstraintKind::Exclusion && item.attached_to.is_some() {
            self.homes.insert(key.clone(), owner);
            return None;
        }
        if let Some(attach) = relation::index_of(self.new.database, item).and_then(emit::object::attach_index) {
            self.add(key, Phase::Settle, vec![attach.into()]);
        }
        let kept = matches!(self.table_fate(&item.table), Some(Fate::Keep | Fate::Alter));
        let online = self.options.online && kept && item.kind != ConstraintKind::NotNull;
        Some(relation::add_constraint(self.new.database, item, online))
    }

    fn alter(&mut self, key: &Key) {
        let (Some(before), Some(after)) = (self.old.get(key), self.new.get(key)) else {
            return;
        };
        let same_major = self.old.database.server_version == self.new.database.server_version;
        let statements = match (before, after) {
            (Item::Extension(a), Item::Extension(b)) => globals::extension(a, b, same_major),
            (Item::Type(a), Item::Type(b)) => types::alter(a, b, self.old.database),
            (Item::DomainCheck(domain, _), Item::DomainCheck(_, check)) => vec![types::validate_check(domain, check)],
            (Item::Function(_), Item::Function(b)) => {
                let users: Vec<String> = self
                    .old
                    .needed_by(key)
                    .filter(|user| user.kind == Kind::Index && self.new.has(user))
                    .map(|user| user.name.clone())
                    .collect();
                let mut statements = all(emit::object::function(b));
                if !users.is_empty()
                    && let Some(first) = statements.first_mut()
                {
                    first.hazards.push(Hazard::Note(format!(
                        "REINDEX afterwards if the result changes: {} hold what the former body computed",
                        users.join(", ")
                    )));
                }
                statements
            }
            (Item::Sequence(a), Item::Sequence(b)) => relation::sequence(a, b, self.options.target_version),
            (Item::Table(a), Item::Table(b)) => table::properties(a, b),
            (Item::Column(_, a), Item::Column(table, b)) => {
                self.alter_column(key, table, a, b);
                return;
            }
            (Item::Default(_, _), Item::Default(table, column)) => {
                vec![column::default(table, column, column.default.as_deref())]
            }
            (Item::View(a), Item::View(b)) => relation::view(a, b, same_major),
            (Item::Constraint(a), Item::Constraint(b)) => {
                relation::constraint(self.old.database, self.new.database, a, b)
            }
            (Item::Index(a), Item::Index(b)) => relation::index_settings(self.new.database, a, b),
            (Item::Statistics(_), Item::Statistics(b)) => vec![relation::statistics(b)],
            (Item::Rule(_), Item::Rule(b)) => vec![code::rule_state(b)],
            (Item::Trigger(_), Item::Trigger(b)) => vec![emit::object::trigger_state(b).into()],
            (Item::Policy(_), Item::Policy(b)) => vec![code::policy(b)],
            (Item::Publication(a), Item::Publication(b)) => globals::publication(a, b, &self.emit),
            (Item::DefaultPrivileges(a), Item::DefaultPrivileges(b)) => {
                acl::change_defaults(b, Some(&a.acl), Some(&b.acl))
            }
            (Item::Setting(_), Item::Setting(b)) => all(emit::object::setting(b)),
            _ => Vec::new(),
        };
        self.add(key, Phase::Alter, statements);
    }

    fn alter_column(&mut self, key: &Key, table: &'a Table, before: &'a Column, after: &'a Column) {
        if self.table_comes(&table.name) {
            return;
        }
        let (old, new) = (self.old.database, self.new.database);
        let retyped = self.fates.retyped.contains(key);
        self.add(key, Phase::Release, column::release(table, before, after));
        let mut statements = Vec::new();
        let by_parent = self.parent_column(&table.name, &after.name, |key| self.fates.retyped.contains(key));
        if retyped && !by_parent && !self.typed(&table.name) {
            let rebuilt = self
                .old
                .needs(key)
                .any(|need| need.kind == Kind::Type && self.fates.get(need) == Some(Fate::Rebuild))
                && before.type_sql == after.type_sql;
            statements.push(column::retype(table, before, after, rebuilt));
        }
        statements.extend(column::settings(table, before, after, retyped));
        self.add(key, Phase::Alter, statements);
        let mut settled = Vec::new();
        let own = self.options.target_version < 18 || self.new.database.server_version < 18;
        let parent_does = self.parents(&table.name).into_iter().any(|parent| {
            let side = |database: &Database| {
                database
                    .table(parent)
                    .and_then(|parent| parent.column(&after.name))
                    .map(|column| column.not_null)
            };
            let recurses = new.table(parent).is_some_and(|parent| parent.partition_key.is_some());
            recurses && side(old) == Some(before.not_null) && side(new) == Some(after.not_null)
        });
        if before.not_null != after.not_null && own && !parent_does {
            if self.options.online && after.not_null && table.partition_key.is_none() {
                settled.extend(column::not_null_online(table, after));
            } else {
                settled.push(column::not_null(table, after));
            }
        }
        settled.extend(column::identity(old, new, table, before, after));
        self.add(key, Phase::Settle, settled);
        if before.identity.is_some() && after.identity.is_none() {
            let sequence =
                new.sequences
                    .iter()
                    .find(|sequence| {
                        sequence.owned_by.as_ref().is_some_and(|owner| {
                            owner.table == table.name && owner.column == after.name && !owner.identity
                        })
                    })
                    .map(|sequence| &sequence.name);
            if let Some(sequence) = sequence {
                let sequence_key = Key::named(Kind::Sequence, sequence);
                self.add(
                    &sequence_key,
                    Phase::Settle,
                    vec![column::continue_from_rows(table, after, sequence)],
                );
            }
        }
    }

    fn describe(&mut self, key: &Key, fate: Fate) {
        let Some(after) = self.new.get(key) else { return };
        let carry = Carry {
            owners: self.options.owners,
            privileges: self.options.privileges,
            maintain: self.options.target_version >= 17
                && self.old.database.server_version >= 17
                && self.new.database.server_version >= 17,
            runner: self.options.runner.clone(),
        };
        let stays = matches!(fate, Fate::Keep | Fate::Alter);
        let wanted = describe::describe(&after, self.new.database);
        let had = self
            .old
            .get(key)
            .filter(|_| stays)
            .map(|item| describe::describe(&item, self.old.database));
        let schema = after
            .schema()
            .or_else(|| after.owner().map(|owner| owner.schema.as_str()))
            .map(str::to_owned);
        let (old, new) = (self.old.database, self.new.database);
        let lately = |on: Grantable, _: &str| -> Vec<Option<String>> {
            let mut roles: Vec<Option<String>> = old
                .default_privileges
                .iter()
                .chain(&new.default_privileges)
                .filter(|item| item.on == on && (item.schema.is_none() || item.schema == schema))
                .flat_map(|item| item.acl.iter().map(|grant| grant.grantee.clone()))
                .collect();
            roles.sort();
            roles.dedup();
            roles
        };
        let statements = describe::change(had.as_ref(), &wanted, &carry, &lately);
        if !statements.is_empty() {
            self.add(key, Phase::Describe, statements);
        }
    }

    /// What concerns tables as wholes: attaching, inheriting, row security, replica identity, owners of sequences, rows.
    fn tables(&mut self) {
        let (old, new) = (self.old.database, self.new.database);
        for item in &old.tables {
            let key = Key::named(Kind::Table, &item.name);
            let Some(after) = new.table(&item.name).filter(|_| !self.fates.goes(&key)) else {
                self.rows_of_a_dropped_partition(&key, item);
                continue;
            };
            if let Some(partition) = &item.partition_of
                && (after.partition_of.as_ref() != Some(partition) || self.table_goes(&partition.parent))
            {
                self.add(&key, Phase::Release, vec![table::detach(item, partition)]);
            }
            for parent in item.inherits.iter().filter(|parent| !after.inherits.contains(parent)) {
                self.add(&key, Phase::Release, vec![table::inherit(item, parent, false)]);
            }
            if item.of_type.is_some() && after.of_type.is_none() {
                self.add(&key, Phase::Release, vec![table::of_type(after)]);
            }
        }
        for item in &new.tables {
            let key = Key::named(Kind::Table, &item.name);
            let comes = self.fates.comes(&key);
            let before = old.table(&item.name).filter(|_| !comes);
            if let Some(partition) = &item.partition_of
                && (before.is_none_or(|before| before.partition_of.as_ref() != Some(partition))
                    || self.table_goes(&partition.parent))
            {
                self.add(&key, Phase::Settle, vec![table::attach(item, partition)]);
            }
            if let Some(before) = before {
                for parent in item.inherits.iter().filter(|parent| !before.inherits.contains(parent)) {
                    self.add(&key, Phase::Settle, vec![table::inherit(item, parent, true)]);
                }
                if item.of_type.is_some() && before.of_type != item.of_type {
                    self.add(&key, Phase::Settle, vec![table::of_type(item)]);
                }
            }
            if self.fates.get(&key) == Some(Fate::Rebuild)
                && let Some(former) = old.table(&item.name)
            {
                self.add(
                    &key,
                    Phase::Settle,
                    table::move_rows(&table::aside(&item.name), former, item)
                        .into_iter()
                        .collect(),
                );
                self.add(&key, Phase::Discard, vec![table::drop_aside(former)]);
            }
            let security = table::row_security(before, item);
            let identity = table::replica_identity(before, item, self.replica_index_built(item));
            if !security.is_empty() {
                self.add(&key, Phase::Settle, security);
            }
            if let Some(identity) = identity {
                self.add(
                    &Key::new(Kind::Setting, format!("replica identity {}", key.name)),
                    Phase::Settle,
                    vec![identity],
                );
                let id = (
                    Key::new(Kind::Setting, format!("replica identity {}", key.name)),
                    Phase::Settle,
                );
                let needs: Vec<StepId> = self
                    .steps
                    .keys()
                    .filter(|(other, phase)| {
                        matches!(phase, Phase::Create | Phase::Settle)
                            && self.new.get(other).and_then(|item| item.owner()) == Some(&item.name)
                    })
                    .cloned()
                    .chain([(key.clone(), Phase::Create), (key.clone(), Phase::Settle)])
                    .collect();
                if let Some(step) = self.steps.get_mut(&id) {
                    step.needs.extend(needs);
                }
            }
        }
        for item in &new.sequences {
            let key = Key::named(Kind::Sequence, &item.name);
            if !self.new.has(&key) {
                continue;
            }
            let before = old.sequence(&item.name).filter(|_| !self.fates.comes(&key));
            let owner = |sequence: &nova_schema::Sequence| sequence.owned_by.clone();
            let moved = |sequence: &nova_schema::Sequence| {
                sequence.owned_by.as_ref().is_some_and(|owner| {
                    self.table_goes(&owner.table) || self.fates.goes(&Key::column(&owner.table, &owner.column))
                })
            };
            let (had, loses) = before.map_or((None, false), |before| (owner(before), moved(before)));
            if loses {
                let mut free = item.clone();
                free.owned_by = None;
                self.add(&key, Phase::Release, vec![relation::owned_by(&free)]);
            }
            if had != item.owned_by || loses && item.owned_by.is_some() {
                self.add(&key, Phase::Settle, vec![relation::owned_by(item)]);
                if let Some(owner) = &item.owned_by {
                    let needs = self.at(&Key::column(&owner.table, &owner.column));
                    if let Some(step) = self.steps.get_mut(&(key.clone(), Phase::Settle)) {
                        step.needs.extend(needs);
                    }
                }
            }
        }
    }

    fn replica_index_built(&self, table: &Table) -> bool {
        let nova_schema::ReplicaIdentity::Index(name) = &table.replica_identity else {
            return false;
        };
        let index = table.name.sibling(name);
        self.fates.comes(&Key::named(Kind::Index, &index))
            || self.fates.comes(&Key::on(Kind::Constraint, &table.name, name))
    }

    /// A partition that goes while its parent becomes another kind of table: its rows are the new table's.
    fn rows_of_a_dropped_partition(&mut self, key: &Key, item: &Table) {
        let Some(parent) = item.partition_of.as_ref().map(|partition| &partition.parent) else {
            return;
        };
        if self.table_fate(parent) == Some(Fate::Rebuild) && self.fates.get(key) == Some(Fate::Drop) {
            // The rows are read through the old parent; this one may only go with it.
            let after = (Key::named(Kind::Table, parent), Phase::Discard);
            let drop = self.steps.entry((key.clone(), Phase::Drop)).or_default();
            drop.statements.clear();
            drop.needs.insert(after);
        }
    }

    /// Columns of published tables that get another type make the publication let go of the table for a while.
    fn publications(&mut self) {
        let old = self.old.database;
        for item in &old.publications {
            let key = Key::new(Kind::Publication, quote_ident(&item.name));
            let Some(Item::Publication(after)) = self.new.get(&key) else {
                continue;
            };
            if self.fates.goes(&key) {
                continue;
            }
            let loosened: Vec<_> = item
                .tables
                .iter()
                .filter(|published| {
                    let bound = published.filter.is_some() || !published.columns.is_empty();
                    let table = old.table(&published.table);
                    let changes = table.is_some_and(|table| {
                        table.columns.iter().any(|column| {
                            let column = Key::column(&published.table, &column.name);
                            self.fates.retyped.contains(&column) || self.fates.goes(&column)
                        })
                    });
                    bound && changes && !self.table_goes(&published.table)
                })
                .cloned()
                .collect();
            if loosened.is_empty() {
                continue;
            }
            let out: Vec<Statement> = loosened.iter().map(|table| globals::drop_table(item, table)).collect();
            self.add(&key, Phase::Release, out);
            let mut without = item.clone();
            without.tables.clear();
            let again = globals::publication(&without, after, &self.emit);
            let step = self.steps.entry((key.clone(), Phase::Alter)).or_default();
            step.statements = again;
            let columns: Vec<StepId> = loosened
                .iter()
                .filter_map(|table| old.table(&table.table))
                .flat_map(|table| {
                    table.columns.iter().flat_map(|column| {
                        let column = Key::column(&table.name, &column.name);
                        [Phase::Create, Phase::Drop, Phase::Alter].map(|phase| (column.clone(), phase))
                    })
                })
                .collect();
            for id in &columns {
                if let Some(step) = self.steps.get_mut(id)
                    && id.1 != Phase::Create
                {
                    step.needs.insert((key.clone(), Phase::Release));
                }
            }
            if let Some(step) = self.steps.get_mut(&(key, Phase::Alter)) {
                step.needs.extend(columns);
            }
        }
    }

    /// The schema in which tables wait whose rows move.
    fn aside_schema(&mut self) {
        let moving: Vec<Key> = self
            .fates
            .iter()
            .filter(|(key, fate)| key.kind == Kind::Table && *fate == Fate::Rebuild)
            .map(|(key, _)| key.clone())
            .collect();
        if moving.is_empty() {
            return;
        }
        let schema = Key::new(Kind::Schema, quote_ident(table::MOVING));
        let label = format!("schema {}", table::MOVING);
        self.add(
            &schema,
            Phase::Release,
            vec![Statement::new(
                &label,
                format!("CREATE SCHEMA {}", quote_ident(table::MOVING)),
            )],
        );
        self.add(
            &schema,
            Phase::Discard,
            vec![Statement::new(
                &label,
                format!("DROP SCHEMA {}", quote_ident(table::MOVING)),
            )],
        );
        for key in &moving {
            if let Some(step) = self.steps.get_mut(&(key.clone(), Phase::Release)) {
                step.needs.insert((schema.clone(), Phase::Release));
            }
        }
        if let Some(step) = self.steps.get_mut(&(schema, Phase::Discard)) {
            step.needs.extend(moving.into_iter().map(|key| (key, Phase::Discard)));
        }
    }

    /// The steps after which an object of the new side is there as it is to be.
    fn at(&self, key: &Key) -> Vec<StepId> {
        let mut key = key;
        let mut hops = 0;
        while let Some(home) = self.homes.get(key).filter(|_| hops < 3) {
            key = home;
            hops += 1;
        }
        [Phase::Create, Phase::Alter]
            .iter()
            .map(|phase| (key.clone(), *phase))
            .filter(|id| self.steps.contains_key(id))
            .collect()
    }

    /// What takes an object of the old side down.
    fn down(&self, key: &Key) -> Vec<StepId> {
        [Phase::Drop, Phase::Release]
            .iter()
            .map(|phase| (key.clone(), *phase))
            .filter(|id| self.steps.contains_key(id))
            .collect()
    }

    fn connect(&mut self) {
        let mut holders: BTreeMap<String, Vec<Key>> = BTreeMap::new();
        for (key, item) in &self.old.items {
            let changes = self.fates.goes(key) || self.steps.contains_key(&(key.clone(), Phase::Release));
            if changes {
                for name in item.names(self.old.database) {
                    holders.entry(name).or_default().push(key.clone());
                }
            }
        }
        let mentions = self.mentions();
        let mut parts_of: BTreeMap<&QualifiedName, Vec<Key>> = BTreeMap::new();
        for (key, item) in &self.new.items {
            if let Some(owner) = item.owner() {
                parts_of.entry(owner).or_default().push(key.clone());
            }
        }
        let ids: Vec<StepId> = self.steps.keys().cloned().collect();
        for id in ids {
            let mut needs: BTreeSet<StepId> = BTreeSet::new();
            let mut wishes: BTreeSet<StepId> = BTreeSet::new();
            match id.1 {
                Phase::Blank | Phase::Placeholder => {}
                Phase::Release | Phase::Drop => self.teardown_needs(&id, &mut needs),
                Phase::Create | Phase::Alter | Phase::Settle => {
                    self.build_needs(&id, &holders, &parts_of, &mut needs);
                    if let Some(found) = mentions.get(&id.0) {
                        wishes.extend(found.iter().flat_map(|key| self.at(key)));
                    }
                }
                Phase::Discard => {
                    for user in self.old.needed_by(&id.0) {
                        needs.extend(self.down(user));
                        for phase in [Phase::Alter, Phase::Discard] {
                            needs.insert((user.clone(), phase));
                        }
                    }
                    needs.extend(self.at(&id.0));
                    needs.insert((id.0.clone(), Phase::Settle));
                }
                Phase::Describe => {
                    needs.extend(self.at(&id.0));
                    needs.insert((id.0.clone(), Phase::Settle));
                    needs.insert((id.0.clone(), Phase::Release));
                }
            }
            if let Some(step) = self.steps.get_mut(&id) {
                step.needs.extend(needs);
                step.wishes.extend(wishes);
            }
        }
    }

    fn teardown_needs(&self, (key, phase): &StepId, needs: &mut BTreeSet<StepId>) {
        for user in self.old.needed_by(key) {
            if user.kind == Kind::Table {
                // A child is detached, or goes, before its parent does.
                let set_aside = self.fates.get(key) == Some(Fate::Rebuild) && key.kind == Kind::Table;
                let goes = self.fates.get(user) == Some(Fate::Drop);
                if key.kind == Kind::Table && !(set_aside && goes) {
                    needs.extend(self.down(user));
                } else if key.kind == Kind::Schema {
                    needs.extend(self.down(user));
                    needs.insert((user.clone(), Phase::Discard));
                }
                continue;
            }
            // What only goes with its parent needs nothing of it.
            let goes = self.fates.goes(user);
            if goes {
                needs.extend(self.down(user));
                if *phase == Phase::Drop && self.fates.swapped.contains(user) {
                    needs.insert((user.clone(), Phase::Discard));
                }
            } else if *phase == Phase::Drop {
                needs.insert((user.clone(), Phase::Alter));
                needs.insert((user.clone(), Phase::Release));
            }
        }
        if *phase == Phase::Drop {
            needs.insert((key.clone(), Phase::Release));
        }
        if self.fates.swapped.contains(key) {
            // What hangs on a column that is converted on the way has to be down by then.
            for column in self
                .old
                .needed_by(key)
                .filter(|user| self.fates.retyped.contains(*user))
            {
                for user in self.old.needed_by(column).filter(|user| self.fates.goes(user)) {
                    needs.extend(self.down(user));
                }
            }
        }
        // An index that is part of its parent's goes with that.
        if let Some(Item::Index(_) | Item::Constraint(_)) = self.old.get(key) {
            let parents: Vec<&Key> = self
                .old
                .needs(key)
                .filter(|need| matches!(need.kind, Kind::Index | Kind::Constraint) && self.attached(key, need))
                .collect();
            for parent in parents {
                needs.extend(self.down(parent));
            }
        }
    }

    /// True when `key` is an index or key of a partition that is part of `parent`.
    fn attached(&self, key: &Key, parent: &Key) -> bool {
        let attached_to = match self.old.get(key) {
            Some(Item::Index(index)) => index.attached_to.as_ref(),
            Some(Item::Constraint(constraint)) => constraint.attached_to.as_ref(),
            _ => None,
        };
        let Some(name) = attached_to else { return false };
        match self.old.get(parent) {
            Some(Item::Index(index)) => index.name == *name,
            Some(Item::Constraint(constraint)) => constraint.table.sibling(&constraint.name) == *name,
            _ => false,
        }
    }

    fn build_needs(
        &self,
        (key, phase): &StepId,
        holders: &BTreeMap<String, Vec<Key>>,
        parts_of: &BTreeMap<&QualifiedName, Vec<Key>>,
        needs: &mut BTreeSet<StepId>,
    ) {
        let earlier: &[Phase] = match phase {
            Phase::Create => &[Phase::Drop, Phase::Release],
            Phase::Alter => &[Phase::Drop, Phase::Release, Phase::Create],
            _ => &[Phase::Drop, Phase::Release, Phase::Create, Phase::Alter],
        };
        needs.extend(earlier.iter().map(|phase| (key.clone(), *phase)));
        let Some(item) = self.new.get(key) else { return };
        for need in self.new.needs(key) {
            needs.extend(self.at(need));
        }
        // What comes along with it has needs of its own.
        if *phase == Phase::Create {
            let owner = match item {
                Item::Table(table) => Some(&table.name),
                Item::Type(user_type) => Some(&user_type.name),
                _ => None,
            };
            let brought = owner.and_then(|owner| parts_of.get(owner)).into_iter().flatten();
            let default = match item {
                Item::Column(table, column) => Some(Key::default_of(&table.name, &column.name)),
                _ => None,
            };
            for part in brought.chain(&default).filter(|part| self.homes.contains_key(*part)) {
                for need in self.new.needs(part) {
                    needs.extend(self.at(need).into_iter().filter(|id| id.0 != *key));
                }
            }
        }
        if matches!(phase, Phase::Create | Phase::Settle) {
            for name in item.names(self.new.database) {
                for holder in holders.get(&name).into_iter().flatten().filter(|holder| *holder != key) {
                    needs.extend(self.down(holder));
                }
            }
        }
        match item {
            Item::Column(table, column) => {
                if *phase == Phase::Alter && self.fates.retyped.contains(key) {
                    for user in self.old.needed_by(key).filter(|user| self.fates.goes(user)) {
                        needs.extend(self.down(user));
                    }
                    self.parents_first(table, &column.name, Phase::Alter, needs);
                }
                if *phase == Phase::Create {
                    self.parents_first(table, &column.name, Phase::Create, needs);
                }
                if *phase == Phase::Settle {
                    self.parents_first(table, &column.name, Phase::Settle, needs);
                    needs.insert((Key::default_of(&table.name, &column.name), Phase::Drop));
                    // A column is free of NOT NULL only once no key holds it.
                    for user in self.old.needed_by(key).filter(|user| user.kind == Kind::Constraint) {
                        needs.extend(self.down(user));
                    }
                }
            }
            Item::Table(table) if *phase == Phase::Settle => {
                // Rows move once there are partitions to take them.
                if self.fates.get(key) == Some(Fate::Rebuild) {
                    let partitions = self.partitions(&table.name);
                    needs.extend(
                        partitions
                            .into_iter()
                            .map(|name| (Key::named(Kind::Table, name), Phase::Settle)),
                    );
                }
                let relatives = table
                    .partition_of
                    .iter()
                    .map(|partition| &partition.parent)
                    .chain(&table.inherits)
                    .chain([&table.name]);
                for relative in relatives {
                    let own = *relative == table.name;
                    for part in parts_of.get(relative).into_iter().flatten() {
                        let keyed = matches!(part.kind, Kind::Index | Kind::Constraint);
                        let foreign = matches!(self.new.get(part), Some(Item::Constraint(c)) if c.kind == ConstraintKind::ForeignKey);
                        if part.kind == Kind::Column || own && keyed && !foreign {
                            needs.extend(self.at(part));
                            if part.kind == Kind::Column {
                                needs.insert((part.clone(), Phase::Settle));
                            }
                        }
                    }
                    needs.extend(self.at(&Key::named(Kind::Table, relative)));
                }
                if let Some(partition) = &table.partition_of {
                    // Children of a partition are attached to it whenever; the other way round the tree grows from the root.
                    let siblings = self.old.database.tables.iter().filter(|other| {
                        other
                            .partition_of
                            .as_ref()
                            .is_some_and(|of| of.parent == partition.parent)
                    });
                    for sibling in siblings {
                        needs.extend(
                            self.down(&Key::named(Kind::Table, &sibling.name))
                                .into_iter()
                                .filter(|id| id.0 != *key),
                        );
                    }
                }
            }
            // Parts come when all columns of their table are as they are to be.
            Item::Constraint(_)
            | Item::Index(_)
            | Item::Trigger(_)
            | Item::Policy(_)
            | Item::Rule(_)
            | Item::Statistics(_)
                if *phase == Phase::Create =>
            {
                if let Some(owner) = item.owner() {
                    for part in parts_of
                        .get(owner)
                        .into_iter()
                        .flatten()
                        .filter(|part| part.kind == Kind::Column)
                    {
                        needs.extend(self.at(part));
                        if key.kind == Kind::Constraint {
                            needs.insert((part.clone(), Phase::Settle));
                        }
                    }
                    // A foreign key looks at rows: they have to be there, in partitions that are attached.
                    if let Item::Constraint(constraint) = item
                        && let Some(references) = &constraint.references
                    {
                        needs.insert((Key::named(Kind::Table, owner), Phase::Settle));
                        needs.insert((Key::named(Kind::Table, &references.table), Phase::Settle));
                        // The key of a partitioned table is one only when those of all partitions are part of it.
                        let partitions = self.partitions(&references.table);
                        let keyed = partitions.into_iter().chain([&references.table]);
                        for part in keyed.filter_map(|table| parts_of.get(table)).flatten() {
                            if part.kind == Kind::Index || part.kind == Kind::Constraint {
                                let unique = matches!(self.new.get(part), Some(Item::Index(index)) if index.unique)
                                    || matches!(self.new.get(part), Some(Item::Constraint(c)) if matches!(c.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique));
                                if unique {
                                    needs.extend(self.at(part));
                                    needs.insert((part.clone(), Phase::Settle));
                                }
                            }
                        }
                    }
                }
            }
            // Attaching an index needs the parent's, and the table attached.
            Item::Index(_) if *phase == Phase::Settle => {
                if let Some(owner) = item.owner() {
                    needs.insert((Key::named(Kind::Table, owner), Phase::Settle));
                }
            }
            Item::Constraint(_) if *phase == Phase::Settle => {
                if let Some(owner) = item.owner() {
                    needs.insert((Key::named(Kind::Table, owner), Phase::Settle));
                }
            }
            Item::Publication(_) => {
                // Whatever it names has to be there; what it names through a schema, too.
                for (other, _) in self.new.items.iter().filter(|(other, _)| other.kind == Kind::Schema) {
                    needs.extend(self.at(other));
                }
                if let Item::Publication(publication) = item {
                    for published in &publication.tables {
                        for part in parts_of.get(&published.table).into_iter().flatten() {
                            if part.kind == Kind::Column || part.kind == Kind::Constraint {
                                needs.extend(self.at(part));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// The partitions of a table of the new side, of all levels.
    fn partitions(&self, parent: &QualifiedName) -> Vec<&'a QualifiedName> {
        let mut out: Vec<&'a QualifiedName> = Vec::new();
        let children = self.new.database.tables.iter().filter(|table| {
            table
                .partition_of
                .as_ref()
                .is_some_and(|partition| partition.parent == *parent)
        });
        for child in children {
            out.push(&child.name);
            out.extend(self.partitions(&child.name));
        }
        out
    }

    /// What a parent does to its column comes before what is done to the child's.
    fn parents_first(&self, table: &Table, column: &str, phase: Phase, needs: &mut BTreeSet<StepId>) {
        for parent in self.parents(&table.name) {
            let parent_column = Key::column(parent, column);
            needs.insert((parent_column.clone(), phase));
        }
        // A parent that converts converts its children too: what hangs on theirs has to be down by then.
        if phase == Phase::Alter {
            let children: Vec<&Table> = self
                .old
                .database
                .tables
                .iter()
                .filter(|other| self.parents(&other.name).contains(&&table.name))
                .collect();
            for child in children {
                for user in self
                    .old
                    .needed_by(&Key::column(&child.name, column))
                    .filter(|user| self.fates.goes(user))
                {
                    needs.extend(self.down(user));
                }
            }
        }
    }

    /// Routines and views that a routine's body mentions by name, which the catalogs do not record.
    fn mentions(&self) -> BTreeMap<Key, Vec<Key>> {
        let mut names: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
        for (key, item) in &self.new.items {
            let name = match item {
                Item::Function(item) => &item.name.name,
                Item::Table(item) => &item.name.name,
                Item::View(item) => &item.name.name,
                Item::Sequence(item) => &item.name.name,
                _ => continue,
            };
            if !self.at(key).is_empty() {
                names.entry(name.as_str()).or_default().push(key.clone());
            }
        }
        let mut out = BTreeMap::new();
        if names.is_empty() {
            return out;
        }
        for (key, item) in &self.new.items {
            if let Item::Function(function) = item
                && !function.sql_body
                && !self.at(key).is_empty()
            {
                let found: Vec<Key> = routine::words(&function.definition)
                    .into_iter()
                    .filter_map(|word| names.get(word))
                    .flatten()
                    .filter(|other| *other != key)
                    .cloned()
                    .collect();
                out.insert(key.clone(), found);
            }
        }
        out
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for table in &self.new.database.tables {
            let Some(before) = self.old.database.table(&table.name) else {
                continue;
            };
            if self.table_comes(&table.name) {
                continue;
            }
            // Where the columns end up: those that stay keep their places, new ones come last.
            let stays = |name: &String| {
                let key = Key::column(&table.name, name);
                matches!(self.fates.get(&key), Some(Fate::Keep | Fate::Alter))
            };
            let mut result: Vec<&String> = before
                .columns
                .iter()
                .map(|c| &c.name)
                .filter(|name| stays(name))
                .collect();
            result.extend(table.columns.iter().map(|c| &c.name).filter(|name| !stays(name)));
            if !result
                .iter()
                .copied()
                .eq(table.columns.iter().map(|column| &column.name))
            {
                notes.push(format!(
                    "table {}: its columns end up in another order than on the source; PostgreSQL adds columns at the end \
                     only, and no statement moves them",
                    table.name.readable()
                ));
            }
        }
        for unsupported in &self.new.database.unsupported {
            if unsupported.kind != "sequence value" && !self.old.database.unsupported.contains(unsupported) {
                notes.push(format!(
                    "{} {} is not migrated: {}",
                    unsupported.kind, unsupported.name, unsupported.reason
                ));
            }
        }
        notes
    }
}

struct ViewTexts<'a, 'b> {
    old: &'b Inventory<'a>,
    new: &'b Inventory<'a>,
}

impl ViewTexts<'_, '_> {
    fn view(inventory: &Inventory<'_>, key: &Key) -> Option<nova_schema::View> {
        match inventory.get(key) {
            Some(Item::View(view)) if !view.materialized => Some(view.clone()),
            _ => None,
        }
    }
}

impl Views for ViewTexts<'_, '_> {
    fn placeholder(&self, key: &Key) -> Vec<Statement> {
        Self::view(self.new, key).map_or_else(Vec::new, |view| all(emit::object::placeholder(&view)))
    }

    fn replace(&self, key: &Key) -> Vec<Statement> {
        Self::view(self.new, key).map_or_else(Vec::new, |view| {
            let mut out = all(emit::object::view(&view, true));
            out.extend(all(emit::object::view_columns(&view)));
            out
        })
    }

    fn blank(&self, key: &Key) -> Vec<Statement> {
        Self::view(self.old, key).map_or_else(Vec::new, |view| {
            all(emit::object::placeholder(&view))
                .into_iter()
                .map(|mut statement| {
                    statement.sql = statement.sql.replacen("CREATE VIEW", "CREATE OR REPLACE VIEW", 1);
                    statement
                })
                .collect()
        })
    }
}
