//! How objects go, for good or for a while.

use super::{Builder, relatives};
use crate::acl;
use crate::change::{column, constraint, globals, index, subscription, table, types, view};
use crate::fate::Fate;
use crate::graph::Phase;
use crate::inventory::{Item, Key, Kind};
use crate::statement::Statement;
use nova_schema::{Constraint, ConstraintKind, emit, quote_ident};

impl Builder<'_> {
    /// Columns of a type that is dropped before the one of its name is there.
    pub(super) fn as_text(&self, key: &Key) -> Vec<Statement> {
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

    pub(super) fn take_down(&mut self, key: &Key, fate: Fate) {
        let Some(item) = self.old.get(key) else { return };
        if self.going.is_silent(key) {
            return;
        }
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
                } else if relatives::written_in_c(self.old.get(key)) {
                    // With the functions that take and return it; all else that needs it is down by then.
                    vec![Statement::new(label, format!("DROP TYPE {} CASCADE", item.name.sql()))]
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
            Item::Function(_) if self.goes_with_its_type(key).is_some() => Vec::new(),
            Item::Function(item) => vec![Statement::new(
                format!("function {}", item.name.readable()),
                format!("DROP {} {}", item.kind.keyword(), item.identity()),
            )],
            Item::Scripted(item) if item.kind == subscription::KIND => subscription::drop(item),
            Item::Scripted(item) => vec![Statement::new(
                format!("{} {}", item.kind.to_lowercase(), item.identity),
                format!("DROP {} {}", item.kind, item.identity),
            )],
            Item::Sequence(item) => {
                vec![
                    Statement::new(
                        format!("sequence {}", item.name.readable()),
                        format!("DROP SEQUENCE {}", item.name.sql()),
                    )
                    .note("its value goes with it"),
                ]
            }
            Item::Table(item) if fate == Fate::Rebuild && self.moves(&item.name) => {
                phase = Phase::Release;
                let parent = item
                    .partition_of
                    .iter()
                    .filter(|partition| !self.table_goes(&partition.parent));
                let mut out: Vec<Statement> = parent.map(|partition| table::detach(item, partition)).collect();
                out.push(table::set_aside(item));
                out
            }
            Item::Table(item) => vec![table::drop(item)],
            Item::Column(item, part) => {
                if self.typed(&item.name) {
                    Vec::new()
                } else {
                    vec![column::drop(item, part, fate == Fate::Rebuild)]
                }
            }
            Item::Default(item, part) => vec![column::default(item, part, None)],
            Item::View(item) => vec![view::drop_view(item)],
            Item::Constraint(item) => self.drop_constraint(item),
            Item::Index(item) => {
                let with_parent = item.attached_to.as_ref().is_some_and(|parent| self.index_goes(parent))
                    && !self.detaches(&item.table);
                if with_parent {
                    Vec::new()
                } else {
                    let partitioned = self
                        .old
                        .database
                        .table(&item.table)
                        .is_some_and(|table| table.partition_key.is_some() || table.partition_of.is_some());
                    vec![index::drop_index(
                        item,
                        self.options.online && !partitioned && fate == Fate::Drop,
                    )]
                }
            }
            Item::Statistics(item) => vec![
                Statement::new(
                    format!("statistics {}", item.name.readable()),
                    format!("DROP STATISTICS IF EXISTS {}", item.name.sql()),
                )
                .touching(&item.table),
            ],
            Item::Rule(item) => vec![
                Statement::new(
                    format!("rule {} on {}", item.name, item.table.readable()),
                    format!("DROP RULE {} ON {}", quote_ident(&item.name), item.table.sql()),
                )
                .touching(&item.table),
            ],
            Item::Trigger(item) => {
                if item.definition.is_some() {
                    vec![
                        Statement::new(
                            format!("trigger {} on {}", item.name, item.table.readable()),
                            format!("DROP TRIGGER {} ON {}", quote_ident(&item.name), item.table.sql()),
                        )
                        .touching(&item.table),
                    ]
                } else if self
                    .old
                    .needs(key)
                    .any(|need| need.kind == Kind::Trigger && self.fates.goes(need))
                {
                    // It is a clone: it goes with what it was made from.
                    Vec::new()
                } else {
                    let mut usual = item.clone();
                    usual.state = nova_schema::TriggerState::Origin;
                    vec![emit::object::trigger_state(&usual).into()]
                }
            }
            Item::Policy(item) => vec![
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
            Item::LargeObject(item) => vec![globals::drop_large_object(item)],
            // These go with what they are on, and before it where it stays.
            Item::MemberGrants(_) if !(self.options.privileges && self.options.owners) => Vec::new(),
            Item::MemberGrants(item) => {
                phase = Phase::Begin;
                acl::change_members(item, Some(&item.acl), &item.initial)
            }
            Item::ExtensionDependent(item) => {
                phase = Phase::Begin;
                vec![globals::depends(item, false)]
            }
            Item::Label(item) => {
                phase = Phase::Begin;
                vec![globals::label(item, None)]
            }
        };
        let replaced = matches!(item, Item::Table(table) if !self.moves(&table.name));
        let statements = if self.options.stash && (fate == Fate::Drop || replaced) {
            crate::stash::before(&item, &statements, self.old.database)
        } else {
            statements
        };
        self.add(key, phase, statements);
    }

    /// A partition's key goes with its parent's, an inherited check too. Foreign keys between tables that both go are
    /// taken down by themselves: the tables may refer to each other.
    pub(super) fn drop_constraint(&self, item: &Constraint) -> Vec<Statement> {
        let table = self.old.database.table(&item.table);
        let with_parent =
            item.attached_to.as_ref().is_some_and(|parent| self.index_goes(parent)) && !self.detaches(&item.table);
        let inherited = !item.local
            && matches!(
                item.kind,
                ConstraintKind::Check | ConstraintKind::NotNull | ConstraintKind::ForeignKey
            )
            && self
                .parents(&item.table)
                .into_iter()
                .any(|parent| self.fates.goes(&Key::on(Kind::Constraint, parent, &item.name)));
        // NOT NULL goes with its column; while that is an identity or in a key, the server would not let it go by itself.
        let with_column = item.kind == ConstraintKind::NotNull
            && item
                .columns
                .iter()
                .any(|column| self.fates.goes(&Key::column(&item.table, column)));
        if with_parent || inherited || with_column {
            return Vec::new();
        }
        vec![constraint::drop_constraint(item, table)]
    }
}
