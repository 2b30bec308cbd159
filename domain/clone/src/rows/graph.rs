//! Tables and what references what.

use nova_anonymization::rules::{Reference as Declared, covers_table};
use nova_errors::{Code, Failure};
use nova_schema::{Database, QualifiedName, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Every table whose rows are copied, and the references between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// Tables that hold rows themselves, in the order of their names.
    pub leaves: Vec<Leaf>,
    /// What people call a table: a plain one, or a whole tree of partitions. In the order of their names.
    pub units: Vec<Unit>,
    /// Foreign keys, and references that rules declare.
    pub references: Vec<Reference>,
}

/// A table that holds rows itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its name.
    pub name: QualifiedName,
    /// Position of what it is a part of.
    pub unit: usize,
}

/// A plain table, or a tree of partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its name, or that of the tree's root.
    pub relation: Relation,
    /// The columns that tell its rows apart: the primary key, else a unique key without NULLs; none otherwise.
    pub key: Vec<String>,
}

/// Something that rows are read from: a table without its children, or a partitioned table with its partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub name: QualifiedName,
    /// Its rows are those of its partitions.
    pub partitioned: bool,
    /// Position of the unit it belongs to.
    pub unit: usize,
    /// Positions of the tables that hold its rows.
    pub leaves: Vec<usize>,
}

/// Rows of one table that point at rows of another, or of the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name of the constraint; of a reference that only rules declare: its place in the file.
    pub name: String,
    /// A foreign key, not only a rule.
    pub constraint: bool,
    /// The referencing rows.
    pub from: Relation,
    /// Their columns.
    pub columns: Vec<String>,
    /// The referenced rows.
    pub to: Relation,
    /// Their columns, position by position.
    pub referenced_columns: Vec<String>,
    /// No referencing column may be NULL: every row has a row to point at.
    pub mandatory: bool,
    /// The types of the two sides differ, so that values are compared as texts. Never for a constraint.
    pub as_text: bool,
}

impl Graph {
    /// The graph of the copied tables.
    ///
    /// # Errors
    /// `NOVA-1402` for a declared reference whose columns do not exist.
    pub fn of(schema: &Database, copied: &BTreeSet<QualifiedName>, declared: &[Declared]) -> Result<Self, Failure> {
        let mut graph = Self::default();
        let mut units: BTreeMap<QualifiedName, Vec<usize>> = BTreeMap::new();
        for table in schema.row_tables().filter(|table| copied.contains(&table.name)) {
            let leaf = graph.leaves.len();
            units.entry(root(schema, table).name.clone()).or_default().push(leaf);
            graph.leaves.push(Leaf {
                name: table.name.clone(),
                unit: 0,
            });
        }
        for (number, (name, leaves)) in units.into_iter().enumerate() {
            for leaf in &leaves {
                if let Some(leaf) = graph.leaves.get_mut(*leaf) {
                    leaf.unit = number;
                }
            }
            graph.units.push(Unit {
                key: key(schema, &name),
                relation: Relation {
                    partitioned: is_partitioned(schema, &name),
                    name,
                    unit: number,
                    leaves,
                },
            });
        }
        graph.constraints(schema);
        graph.declared(schema, declared)?;
        Ok(graph)
    }

    fn constraints(&mut self, schema: &Database) {
        for key in schema.foreign_keys() {
            let sides = (
                self.relation(schema, key.table),
                self.relation(schema, key.referenced_table),
            );
            let (Some(from), Some(to)) = sides else { continue };
            let mandatory = schema
                .table(key.table)
                .is_some_and(|table| never_null(table, key.columns));
            self.references.push(Reference {
                name: key.name.to_owned(),
                constraint: true,
                from,
                columns: key.columns.to_vec(),
                to,
                referenced_columns: key.referenced_columns.to_vec(),
                mandatory,
                as_text: false,
            });
        }
    }

    fn declared(&mut self, schema: &Database, declared: &[Declared]) -> Result<(), Failure> {
        for (number, reference) in declared.iter().enumerate() {
            for from in covered(schema, &reference.table) {
                for to in covered(schema, &reference.references) {
                    check_columns(from, &reference.columns)?;
                    check_columns(to, &reference.referenced_columns)?;
                    let sides = (self.relation(schema, &from.name), self.relation(schema, &to.name));
                    let (Some(left), Some(right)) = sides else { continue };
                    let mut pairs = reference.columns.iter().zip(&reference.referenced_columns);
                    let base =
                        |table: &Table, column: &String| table.column(column).map(|column| column.base_type.clone());
                    self.references.push(Reference {
                        name: format!("reference {}", number + 1),
                        constraint: false,
                        from: left,
                        columns: reference.columns.clone(),
                        to: right,
                        referenced_columns: reference.referenced_columns.clone(),
                        mandatory: never_null(from, &reference.columns),
                        as_text: pairs.any(|(one, other)| base(from, one) != base(to, other)),
                    });
                }
            }
        }
        Ok(())
    }

    /// A table as rows are read from it; none when none of its rows are copied.
    fn relation(&self, schema: &Database, name: &QualifiedName) -> Option<Relation> {
        let leaves: Vec<usize> = (0..self.leaves.len())
            .filter(|leaf| {
                self.leaves
                    .get(*leaf)
                    .is_some_and(|leaf| is_within(schema, &leaf.name, name))
            })
            .collect();
        let unit = self.leaves.get(*leaves.first()?)?.unit;
        Some(Relation {
            name: name.clone(),
            partitioned: is_partitioned(schema, name),
            unit,
            leaves,
        })
    }

    /// Positions of the units, referenced ones before those that reference them; units in a cycle in an order that is
    /// the same every time.
    pub fn order(&self) -> Vec<usize> {
        fn visit(graph: &Graph, unit: usize, seen: &mut [bool], order: &mut Vec<usize>) {
            if seen.get(unit).copied().unwrap_or(true) {
                return;
            }
            if let Some(seen) = seen.get_mut(unit) {
                *seen = true;
            }
            for reference in graph.references.iter().filter(|reference| reference.from.unit == unit) {
                visit(graph, reference.to.unit, seen, order);
            }
            order.push(unit);
        }
        let mut order = Vec::with_capacity(self.units.len());
        let mut seen = vec![false; self.units.len()];
        for unit in 0..self.units.len() {
            visit(self, unit, &mut seen, &mut order);
        }
        order
    }

    /// Which units have to do with one of these: by references in either direction, over any number of tables.
    pub fn connected(&self, with: &[usize]) -> Vec<bool> {
        let mut reached = vec![false; self.units.len()];
        let mut todo = with.to_vec();
        while let Some(unit) = todo.pop() {
            let Some(seen) = reached.get_mut(unit).filter(|seen| !**seen) else {
                continue;
            };
            *seen = true;
            for reference in &self.references {
                if reference.from.unit == unit {
                    todo.push(reference.to.unit);
                } else if reference.to.unit == unit {
                    todo.push(reference.from.unit);
                }
            }
        }
        reached
    }

    /// What a rule for tables is about: whole units that its pattern covers, and single partitions of others.
    pub fn covered(&self, schema: &Database, pattern: &str) -> Vec<Relation> {
        covered(schema, pattern)
            .into_iter()
            .filter_map(|table| self.relation(schema, &table.name))
            .collect()
    }
}

/// The tables that a pattern covers; partitions of a covered table are part of it.
fn covered<'a>(schema: &'a Database, pattern: &str) -> Vec<&'a Table> {
    let covers = |table: &Table| covers_table(pattern, &table.name.schema, &table.name.name);
    schema
        .tables
        .iter()
        .filter(|table| covers(table) && !ancestors(schema, table).any(covers))
        .collect()
}

fn ancestors<'a>(schema: &'a Database, table: &'a Table) -> impl Iterator<Item = &'a Table> {
    let parent = move |table: &&'a Table| {
        let place = table.partition_of.as_ref()?;
        schema.table(&place.parent)
    };
    std::iter::successors(parent(&table), parent)
}

fn root<'a>(schema: &'a Database, table: &'a Table) -> &'a Table {
    ancestors(schema, table).last().unwrap_or(table)
}

fn is_within(schema: &Database, leaf: &QualifiedName, name: &QualifiedName) -> bool {
    leaf == name
        || schema
            .table(leaf)
            .is_some_and(|table| ancestors(schema, table).any(|ancestor| ancestor.name == *name))
}

fn is_partitioned(schema: &Database, name: &QualifiedName) -> bool {
    schema.table(name).is_some_and(|table| table.partition_key.is_some())
}

fn never_null(table: &Table, columns: &[String]) -> bool {
    columns
        .iter()
        .all(|column| table.column(column).is_some_and(|column| column.not_null))
}

fn key(schema: &Database, name: &QualifiedName) -> Vec<String> {
    if let Some(key) = schema.primary_key(name) {
        return key.columns.clone();
    }
    let Some(table) = schema.table(name) else {
        return Vec::new();
    };
    let plain = |set: &Vec<String>| {
        schema.indexes_of(name).any(|index| {
            index.unique
                && index.valid
                && !index.partial
                && index.columns.iter().cloned().collect::<Option<Vec<_>>>().as_ref() == Some(set)
        })
    };
    let sets = schema.unique_column_sets(name).into_iter();
    sets.filter(|set| never_null(table, set) && plain(set))
        .min_by_key(|set| (set.len(), set.clone()))
        .unwrap_or_default()
}

fn check_columns(table: &Table, columns: &[String]) -> Result<(), Failure> {
    match columns.iter().find(|column| table.column(column).is_none()) {
        None => Ok(()),
        Some(column) => Err(Failure::new(
            Code::UNKNOWN_COLUMN,
            format!(
                "a reference names the column {column}, which {} does not have",
                table.name.readable()
            ),
        )),
    }
}
