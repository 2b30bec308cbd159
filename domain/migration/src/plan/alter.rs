//! How objects change that stay.

use super::Builder;
use crate::acl;
use crate::change::{
    code, column, constraint, foreign, globals, index, sequence, subscription, table, tablespace, types, view,
};
use crate::fate::Fate;
use crate::graph::Phase;
use crate::inventory::{Item, Key, Kind};
use crate::statement::{Hazard, all};
use nova_schema::{Column, Database, Table, emit};

impl<'a> Builder<'a> {
    pub(super) fn alter(&mut self, key: &Key) {
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
            (Item::Sequence(a), Item::Sequence(b)) => sequence::sequence(a, b, self.options.target_version),
            (Item::Table(a), Item::Table(b)) => table::properties(a, b),
            (Item::Column(_, a), Item::Column(table, b)) => {
                self.alter_column(key, table, a, b);
                return;
            }
            (Item::Default(_, _), Item::Default(table, column)) => {
                vec![column::default(table, column, column.default.as_deref())]
            }
            (Item::View(a), Item::View(b)) => view::view(a, b, same_major),
            (Item::Constraint(a), Item::Constraint(b)) => {
                constraint::constraint(self.old.database, self.new.database, a, b)
            }
            (Item::Index(a), Item::Index(b)) => index::index_settings(self.new.database, a, b),
            (Item::Statistics(_), Item::Statistics(b)) => vec![index::statistics(b)],
            (Item::Rule(_), Item::Rule(b)) => vec![code::rule_state(b)],
            (Item::Trigger(_), Item::Trigger(b)) => vec![emit::object::trigger_state(b).into()],
            (Item::Policy(_), Item::Policy(b)) => vec![code::policy(b)],
            (Item::Publication(a), Item::Publication(b)) => globals::publication(a, b, &self.emit),
            (Item::DefaultPrivileges(a), Item::DefaultPrivileges(b)) => {
                acl::change_defaults(b, Some(&a.acl), Some(&b.acl))
            }
            (Item::Setting(_), Item::Setting(b)) => all(emit::object::setting(b)),
            (Item::Scripted(a), Item::Scripted(b)) if b.kind == subscription::KIND => {
                subscription::alter(a, b, self.options.target_version)
            }
            (Item::Scripted(a), Item::Scripted(b)) => foreign::scripted(a, b),
            (Item::MemberGrants(_) | Item::Label(_), _) => {
                self.finish(key);
                return;
            }
            _ => Vec::new(),
        };
        // Where things are stored goes with whom they belong to.
        let kept = statements
            .into_iter()
            .filter(|statement| self.options.owners || !tablespace::is_set_by(statement))
            .collect();
        self.add(key, Phase::Alter, kept);
    }

    pub(super) fn alter_column(&mut self, key: &Key, table: &'a Table, before: &'a Column, after: &'a Column) {
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
            if self.by_name(key) {
                statements.extend(column::rows_by_name(table, after));
            } else {
                let held = self.fates.held.contains_key(key);
                statements.push(column::retype(table, before, after, rebuilt || held));
            }
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
}
