//! How objects come.

use super::Builder;
use crate::acl;
use crate::change::{column, constraint, globals, index, subscription, types, view};
use crate::fate::Fate;
use crate::graph::Phase;
use crate::inventory::{Item, Key, Kind};
use crate::statement::{Statement, all};
use nova_schema::{Column, Constraint, ConstraintKind, ObjectRef, Table, emit, quote_ident};

impl<'a> Builder<'a> {
    pub(super) fn build(&mut self, key: &Key) {
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
            Item::Type(item) => {
                if self.is_two_step(key) {
                    // Its functions take and return it: they come between its name and the whole.
                    let name = Statement::new(
                        format!("type {}", item.name.readable()),
                        format!("CREATE TYPE {}", item.name.sql()),
                    );
                    self.add(key, Phase::Placeholder, vec![name]);
                }
                all(emit::object::user_type(item, &self.separate, &self.emit))
            }
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
            Item::Scripted(item) if item.kind == subscription::KIND => {
                subscription::create(all(emit::object::scripted(item)))
            }
            Item::Scripted(item) => all(emit::object::scripted(item)),
            Item::Sequence(item) => all(emit::object::sequence(item)),
            Item::Table(item) => self.create_table(item),
            Item::Column(item, part) => {
                let owner = Key::named(Kind::Table, &item.name);
                if self.table_comes(&item.name) {
                    self.homes.insert(key.clone(), owner);
                    return;
                }
                let by_parent = self.comes_by_parent(item, part);
                if by_parent && part.default.is_none() && self.parents_default(item, part).is_some() {
                    self.add(key, Phase::Settle, vec![column::default(item, part, None)]);
                }
                if by_parent || self.typed(&item.name) {
                    Vec::new()
                } else {
                    column::add(database, item, part, &self.separate, &self.emit)
                }
            }
            Item::Default(item, part) => {
                let apart = self.separate.contains(&ObjectRef::default_of(&item.name, &part.name));
                let column = Key::column(&item.name, &part.name);
                let own = self.comes_by_parent(item, part) && self.parents_default(item, part) != part.default.as_ref();
                if !apart && !own && (self.table_comes(&item.name) || self.fates.comes(&column)) {
                    self.homes.insert(key.clone(), column);
                    return;
                }
                vec![column::default(item, part, part.default.as_deref())]
            }
            Item::View(item) => view::create_view(item),
            Item::Constraint(item) => match self.create_constraint(key, item) {
                Some(statements) => statements,
                None => return,
            },
            Item::Index(item) => {
                let kept = matches!(self.table_fate(&item.table), Some(Fate::Keep | Fate::Alter));
                let partitioned = database
                    .table(&item.table)
                    .is_none_or(|table| table.partition_key.is_some() || table.partition_of.is_some());
                let statements = index::create_index(item, online && kept && !partitioned);
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
            Item::LargeObject(item) => vec![globals::create_large_object(item)],
            Item::MemberGrants(_) | Item::ExtensionDependent(_) | Item::Label(_) => {
                self.finish(key);
                return;
            }
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

    /// A column that is there as soon as a parent has it.
    fn comes_by_parent(&self, table: &Table, column: &Column) -> bool {
        !column.local && self.parent_column(&table.name, &column.name, |key| self.fates.comes(key))
    }

    /// The default with which a parent passes a new column on.
    fn parents_default(&self, table: &Table, column: &Column) -> Option<&'a String> {
        let mut parents = self.parents(&table.name).into_iter();
        parents.find_map(|parent| self.new.database.table(parent)?.column(&column.name)?.default.as_ref())
    }

    /// `CREATE TABLE`. A partition is attached when its own indexes are there: it would get others otherwise.
    pub(super) fn create_table(&mut self, item: &'a Table) -> Vec<Statement> {
        let attach = |statement: &emit::Statement| statement.sql.contains(" ATTACH PARTITION ");
        let statements: Vec<emit::Statement> = emit::object::table(self.new.database, item, &self.separate, &self.emit);
        all(statements.into_iter().filter(|statement| !attach(statement)).collect())
    }

    /// `None` when the constraint comes along with its table or its parent's constraint.
    pub(super) fn create_constraint(&mut self, key: &Key, item: &'a Constraint) -> Option<Vec<Statement>> {
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
            && !(self.table_comes(&item.table) && standalone)
            && (item.kind == ConstraintKind::ForeignKey
                || self.table_comes(&item.table)
                || self.parents(&item.table).into_iter().any(|parent| {
                    let of_parent = Key::on(Kind::Constraint, parent, &item.name);
                    self.new.has(&of_parent) || item.kind == ConstraintKind::NotNull
                }));
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
        if let Some(attach) = constraint::index_of(self.new.database, item).and_then(emit::object::attach_index) {
            self.add(key, Phase::Settle, vec![attach.into()]);
        }
        let kept = matches!(self.table_fate(&item.table), Some(Fate::Keep | Fate::Alter));
        let online = self.options.online && kept && item.kind != ConstraintKind::NotNull;
        Some(constraint::add_constraint(self.new.database, item, online))
    }
}
