//! The whole database, and the questions others ask about it.

use super::{
    Collation, ColumnDependency, Constraint, ConstraintKind, DefaultPrivileges, Dependency, Extension,
    ExtensionDependent, ExtensionRows, Function, Index, LargeObject, MemberGrants, Policy, Publication, Rule, Schema,
    ScriptedObject, SecurityLabel, Sequence, Setting, Statistics, Table, TableKind, Trigger, Type, Unsupported, View,
};
use crate::name::QualifiedName;
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A PostgreSQL database without its rows. Every collection is sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Database {
    /// The server's major version.
    pub server_version: u32,
    /// Only chosen schemas were captured.
    pub partial: bool,
    /// The encoding, for example `UTF8`.
    pub encoding: String,
    /// `LC_COLLATE`.
    pub collate: String,
    /// `LC_CTYPE`.
    pub ctype: String,
    /// `libc`, `icu` or `builtin`.
    pub locale_provider: String,
    /// The locale of an ICU or built-in provider.
    pub locale: Option<String>,
    /// Extensions, without `plpgsql`.
    pub extensions: Vec<Extension>,
    /// Rows of extensions' own tables that set them up: not compared, as no rows are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension_rows: Vec<ExtensionRows>,
    /// Schemas.
    pub schemas: Vec<Schema>,
    /// Collations.
    pub collations: Vec<Collation>,
    /// Enums, domains, composites, ranges, base types.
    pub types: Vec<Type>,
    /// Functions, procedures, aggregates.
    pub functions: Vec<Function>,
    /// Operators, casts and others that are carried as statements.
    pub scripted: Vec<ScriptedObject>,
    /// Sequences, those of identity columns included.
    pub sequences: Vec<Sequence>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Views and materialized views.
    pub views: Vec<View>,
    /// Constraints of tables.
    pub constraints: Vec<Constraint>,
    /// What partitions have of foreign keys of the tables they belong to: made and named by the server, never compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub key_shares: Vec<Constraint>,
    /// Indexes, those behind constraints included.
    pub indexes: Vec<Index>,
    /// Extended statistics.
    pub statistics: Vec<Statistics>,
    /// Triggers.
    pub triggers: Vec<Trigger>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Policies.
    pub policies: Vec<Policy>,
    /// Default privileges.
    pub default_privileges: Vec<DefaultPrivileges>,
    /// Publications.
    pub publications: Vec<Publication>,
    /// Configuration parameters set for the database.
    pub settings: Vec<Setting>,
    /// Privileges on members of extensions and on PostgreSQL's own objects, where they are not the initial ones.
    pub member_grants: Vec<MemberGrants>,
    /// Security labels.
    pub labels: Vec<SecurityLabel>,
    /// Large objects, without their bytes.
    pub large_objects: Vec<LargeObject>,
    /// What goes with an extension without being a member.
    pub extension_dependents: Vec<ExtensionDependent>,
    /// What must exist before what.
    pub dependencies: Vec<Dependency>,
    /// The same by column, where columns are concerned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub column_dependencies: Vec<ColumnDependency>,
    /// What is not carried.
    pub unsupported: Vec<Unsupported>,
}

/// A foreign key, as others need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignKey<'a> {
    /// The constraint's name.
    pub name: &'a str,
    /// The referencing table.
    pub table: &'a QualifiedName,
    /// The referencing columns.
    pub columns: &'a [String],
    /// The referenced table.
    pub referenced_table: &'a QualifiedName,
    /// The referenced columns, in the order of the referencing ones.
    pub referenced_columns: &'a [String],
}

impl Database {
    /// The table of this name.
    pub fn table(&self, name: &QualifiedName) -> Option<&Table> {
        let position = self.tables.binary_search_by(|table| table.name.cmp(name)).ok()?;
        self.tables.get(position)
    }

    /// The sequence of this name.
    pub fn sequence(&self, name: &QualifiedName) -> Option<&Sequence> {
        let position = self
            .sequences
            .binary_search_by(|sequence| sequence.name.cmp(name))
            .ok()?;
        self.sequences.get(position)
    }

    /// Tables that hold rows themselves: ordinary ones and leaf partitions, foreign ones not.
    pub fn row_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|table| table.kind == TableKind::Ordinary)
    }

    /// All foreign keys. One declared on a partitioned table stands for all its partitions.
    pub fn foreign_keys(&self) -> impl Iterator<Item = ForeignKey<'_>> {
        self.constraints.iter().filter_map(|constraint| {
            let references = constraint.references.as_ref()?;
            Some(ForeignKey {
                name: &constraint.name,
                table: &constraint.table,
                columns: &constraint.columns,
                referenced_table: &references.table,
                referenced_columns: &references.columns,
            })
        })
    }

    /// The constraints of one table.
    pub fn constraints_of<'a>(&'a self, table: &'a QualifiedName) -> impl Iterator<Item = &'a Constraint> {
        slice_of(&self.constraints, table, |constraint| &constraint.table).iter()
    }

    /// The indexes of one table, those behind constraints included.
    pub fn indexes_of<'a>(&'a self, table: &'a QualifiedName) -> impl Iterator<Item = &'a Index> {
        slice_of(&self.indexes, table, |index| &index.table).iter()
    }

    /// The primary key of a table.
    pub fn primary_key(&self, table: &QualifiedName) -> Option<&Constraint> {
        slice_of(&self.constraints, table, |constraint| &constraint.table)
            .iter()
            .find(|constraint| constraint.kind == ConstraintKind::PrimaryKey)
    }

    /// The sets of columns whose values must stay unique in a table, each sorted as declared: primary key, unique
    /// constraints and unique indexes. An index over expressions, or one limited by a predicate, counts with every
    /// column it mentions or is keyed by.
    pub fn unique_column_sets(&self, table: &QualifiedName) -> Vec<Vec<String>> {
        let mut sets = Vec::new();
        for index in self
            .indexes_of(table)
            .filter(|index| index.unique && !index.is_abandoned())
        {
            let plain: Option<Vec<String>> = index.columns.iter().cloned().collect();
            let set = plain.unwrap_or_else(|| index.mentions.clone());
            if !set.is_empty() && !sets.contains(&set) {
                sets.push(set);
            }
        }
        sets.sort();
        sets
    }

    /// The refusal that names every object that is not carried, or `None` when everything is.
    pub fn unsupported_failure(&self) -> Option<Failure> {
        let first = self.unsupported.first()?;
        let cause = match self.unsupported.len() - 1 {
            0 => format!("{} {} cannot be carried: {}", first.kind, first.name, first.reason),
            more => format!("{} {} and {more} more cannot be carried", first.kind, first.name),
        };
        let details = self
            .unsupported
            .iter()
            .map(|object| format!("{} {}: {}", object.kind, object.name, object.reason));
        Some(Failure::new(Code::UNSUPPORTED_OBJECT, cause).with_details(details))
    }

    /// Puts what is in these tablespaces into the database's own.
    pub fn leave_tablespaces(&mut self, names: &BTreeSet<String>) {
        let tables = self.tables.iter_mut().map(|item| &mut item.tablespace);
        let views = self.views.iter_mut().map(|item| &mut item.tablespace);
        let constraints = self.constraints.iter_mut().map(|item| &mut item.tablespace);
        let indexes = self.indexes.iter_mut().map(|item| &mut item.tablespace);
        for tablespace in tables.chain(views).chain(constraints).chain(indexes) {
            if tablespace.as_ref().is_some_and(|name| names.contains(name)) {
                *tablespace = None;
            }
        }
    }

    /// Brings every collection into its order. Captures end with this.
    pub fn sort(&mut self) {
        self.extensions.sort_by(|a, b| a.name.cmp(&b.name));
        self.schemas.sort_by(|a, b| a.name.cmp(&b.name));
        self.collations.sort_by(|a, b| a.name.cmp(&b.name));
        self.types.sort_by(|a, b| a.name.cmp(&b.name));
        self.functions
            .sort_by(|a, b| (&a.name, &a.arguments).cmp(&(&b.name, &b.arguments)));
        self.scripted
            .sort_by(|a, b| (&a.kind, &a.identity).cmp(&(&b.kind, &b.identity)));
        self.sequences.sort_by(|a, b| a.name.cmp(&b.name));
        self.tables.sort_by(|a, b| a.name.cmp(&b.name));
        self.views.sort_by(|a, b| a.name.cmp(&b.name));
        self.constraints
            .sort_by(|a, b| (&a.table, a.kind, &a.name).cmp(&(&b.table, b.kind, &b.name)));
        self.key_shares
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        self.indexes
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        self.statistics.sort_by(|a, b| a.name.cmp(&b.name));
        self.triggers
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        self.rules.sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        self.policies
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        self.default_privileges
            .sort_by(|a, b| (&a.role, &a.schema, a.on).cmp(&(&b.role, &b.schema, b.on)));
        self.publications.sort_by(|a, b| a.name.cmp(&b.name));
        self.settings.sort();
        self.member_grants.sort_by(|a, b| a.identity.cmp(&b.identity));
        self.labels
            .sort_by(|a, b| (&a.object, &a.provider).cmp(&(&b.object, &b.provider)));
        self.large_objects.sort_by_key(|item| item.number);
        self.extension_dependents.sort();
        self.dependencies.sort();
        self.dependencies.dedup();
        self.column_dependencies.sort();
        self.column_dependencies.dedup();
        self.unsupported.sort();
        self.unsupported.dedup();
    }
}

/// The run of items that belong to one table, in a slice sorted by table.
fn slice_of<'a, T>(items: &'a [T], table: &QualifiedName, key: impl Fn(&T) -> &QualifiedName) -> &'a [T] {
    let start = items.partition_point(|item| key(item) < table);
    let end = items.partition_point(|item| key(item) <= table);
    items.get(start..end).unwrap_or(&[])
}
