//! Which rows travel, where not all do: conditions, limits and a subset, closed over references. The rules are those of
//! [`nova_clone::rows`]; here the source is asked.
//!
//! Everything happens in the open read-only transaction, by queries. What was chosen is held by Nova, two bytes or so to
//! a row, and kept as a blob per chunk.

mod limits;
mod sets;
mod subset;

use nova_anonymization::rules::{Rules, Subset, TableRule};
use nova_clone::rows::{Chosen, Graph, Reference, RowSet};
use nova_errors::{Code, Failure};
use nova_postgres::{Compared, Only, Relation, RowId, SourceConnection, TableSize};
use nova_schema::{Database, QualifiedName};
use sets::{Pending, Sets};
use std::collections::{BTreeMap, BTreeSet};

/// Rows whose places are named in one query.
const BATCH: usize = 20_000;

/// Memory for sets of rows, in bytes.
const MEMORY: usize = 1 << 30;

/// What a clone was told about rows.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// The part of all rows.
    pub(crate) subset: Option<Subset>,
    /// What rules say of tables.
    pub(crate) rules: Rules,
}

impl Wanted {
    /// True when every row of every copied table travels.
    fn is_everything(&self) -> bool {
        let plain = |rule: &TableRule| rule.when.is_none() && rule.limit.is_none() && rule.subset.is_none();
        self.subset.is_none() && self.rules.subset.is_none() && self.rules.tables.iter().all(plain)
    }
}

/// Chooses rows; tables that are not in the answer are copied whole.
pub(crate) async fn choose(
    source: &SourceConnection,
    schema: &Database,
    copied: &BTreeSet<QualifiedName>,
    wanted: &Wanted,
) -> Result<Chosen, Failure> {
    if wanted.is_everything() {
        return Ok(Chosen::new());
    }
    let graph = Graph::of(schema, copied, &wanted.rules.references)?;
    let chooser = Chooser::new(source, schema, &graph).await?;
    let left_out = limits::left_out(&chooser, &wanted.rules.tables).await?;
    let mut sets = subset::chosen(&chooser, wanted, &left_out).await?;
    chooser.complete(&mut sets, &left_out).await?;
    chooser.settle(&sets, &left_out).await
}

/// Which way references are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// To the rows that reference.
    Referencing,
    /// To the rows that are referenced.
    Referenced,
}

/// The source, and what is asked of it.
struct Chooser<'a> {
    source: &'a SourceConnection,
    schema: &'a Database,
    graph: &'a Graph,
    /// Positions of the tables that hold rows, by oid.
    leaves: BTreeMap<u32, usize>,
    /// Every table's name, by oid.
    names: BTreeMap<u32, QualifiedName>,
    operators: BTreeMap<(QualifiedName, String), Vec<String>>,
    /// Rows of each of them, by the statistics.
    estimates: Vec<u64>,
}

impl<'a> Chooser<'a> {
    async fn new(source: &'a SourceConnection, schema: &'a Database, graph: &'a Graph) -> Result<Self, Failure> {
        let names = source.table_oids().await?;
        let position: BTreeMap<&QualifiedName, usize> = graph
            .leaves
            .iter()
            .enumerate()
            .map(|(position, leaf)| (&leaf.name, position))
            .collect();
        let sizes: BTreeMap<QualifiedName, TableSize> = source
            .sizes()
            .await?
            .into_iter()
            .map(|size| (size.name.clone(), size))
            .collect();
        let estimate = |name: &QualifiedName| sizes.get(name).map_or(0, |size| size.rows.max(size.pages));
        Ok(Self {
            source,
            schema,
            graph,
            leaves: names
                .iter()
                .filter_map(|(oid, name)| Some((*oid, *position.get(name)?)))
                .collect(),
            operators: source.reference_operators().await?,
            estimates: graph.leaves.iter().map(|leaf| estimate(&leaf.name)).collect(),
            names,
        })
    }

    /// The table that holds a row; none when its rows are not copied.
    fn leaf(&self, row: RowId) -> Option<usize> {
        self.leaves.get(&row.table).copied()
    }

    fn sets(&self) -> Sets {
        Sets::new(self.graph.leaves.len())
    }

    /// Follows references from `pending`, transitively: what is found and admitted joins `sets`.
    async fn follow(
        &self,
        direction: Direction,
        sets: &mut Sets,
        mut pending: Vec<Pending>,
        admit: impl Fn(usize, (u32, u16)) -> bool,
    ) -> Result<(), Failure> {
        let mut order: Vec<usize> = Vec::new();
        let units = self.graph.order();
        let units: Vec<usize> = match direction {
            Direction::Referencing => units,
            Direction::Referenced => units.into_iter().rev().collect(),
        };
        for unit in units {
            order.extend(self.graph.units.get(unit).iter().flat_map(|unit| &unit.relation.leaves));
        }
        while let Some(leaf) = order
            .iter()
            .copied()
            .find(|leaf| pending.get(*leaf).is_some_and(|rows| !rows.is_empty()))
        {
            let rows = pending.get_mut(leaf).map(std::mem::take).unwrap_or_default();
            for reference in &self.graph.references {
                let (near, far) = match direction {
                    Direction::Referencing => (&reference.to, &reference.from),
                    Direction::Referenced => (&reference.from, &reference.to),
                };
                if !near.leaves.contains(&leaf) || far.leaves.iter().all(|leaf| sets.is_whole(*leaf)) {
                    continue;
                }
                self.neighbours(reference, direction, leaf, &rows, |row| {
                    let Some(found) = self.leaf(row) else { return };
                    if admit(found, row.place)
                        && sets.insert(found, row.place)
                        && let Some(later) = pending.get_mut(found)
                    {
                        later.rows.insert(row.place);
                    }
                })
                .await?;
            }
            check_memory(sets)?;
        }
        Ok(())
    }

    /// Calls `found` for every row at the other end of a reference from one of these rows.
    async fn neighbours(
        &self,
        reference: &Reference,
        direction: Direction,
        leaf: usize,
        rows: &Pending,
        mut found: impl FnMut(RowId),
    ) -> Result<(), Failure> {
        let Some(table) = self.graph.leaves.get(leaf).map(|leaf| &leaf.name) else {
            return Ok(());
        };
        let total = self.estimates.get(leaf).copied().unwrap_or(0);
        let places: Vec<(u32, u16)>;
        // Few rows are named; many are found by reading all and looking which they are. The rows that reference may have
        // no index by which the server finds them, so that every naming query reads a table.
        let named = match direction {
            Direction::Referencing => BATCH as u64,
            Direction::Referenced => (total / 4).max(BATCH as u64),
        };
        let batches: Vec<Option<&[(u32, u16)]>> = if rows.all || rows.rows.len() > named {
            vec![None]
        } else {
            places = rows.rows.iter().collect();
            places.chunks(BATCH).map(Some).collect()
        };
        let key = (reference.from.name.clone(), reference.name.clone());
        let operators = self
            .operators
            .get(&key)
            .filter(|_| reference.constraint)
            .map(Vec::as_slice);
        let compared = Compared {
            columns: &reference.columns,
            referenced_columns: &reference.referenced_columns,
            operators,
            as_text: reference.as_text,
        };
        for batch in batches {
            let only = Only {
                referenced: direction == Direction::Referencing,
                table,
                places: batch,
            };
            let (from, to) = (relation(&reference.from), relation(&reference.to));
            let pairs = self.source.references(from, to, compared, Some(only)).await?;
            pairs
                .for_each(|_, [referencing, referenced]: [RowId; 2]| {
                    let (near, far) = match direction {
                        Direction::Referencing => (referenced, referencing),
                        Direction::Referenced => (referencing, referenced),
                    };
                    if batch.is_some() || rows.all || rows.rows.contains(near.place) {
                        found(far);
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(())
    }

    /// Adds everything that chosen rows reference.
    async fn complete(&self, sets: &mut Sets, left_out: &Sets) -> Result<(), Failure> {
        let pending = sets.pending();
        // A row that is copied references none that is left out; one of a table taken whole may, and is left out itself.
        let admit = |leaf, place| !left_out.contains(leaf, place);
        self.follow(Direction::Referenced, sets, pending, admit).await
    }

    /// The answer: tables that are copied whole are not in it.
    async fn settle(&self, sets: &Sets, left_out: &Sets) -> Result<Chosen, Failure> {
        let mut chosen = Chosen::new();
        for (position, leaf) in self.graph.leaves.iter().enumerate() {
            let none = RowSet::new();
            let out = left_out.rows(position).unwrap_or(&none);
            if !sets.is_whole(position) {
                let rows = sets.rows(position).cloned().unwrap_or_default();
                chosen.insert(leaf.name.clone(), rows);
            } else if !out.is_empty() {
                let mut rows = self.all(&leaf.name).await?;
                rows.remove(out);
                chosen.insert(leaf.name.clone(), rows);
            }
        }
        Ok(chosen)
    }

    /// Every row of a table.
    async fn all(&self, table: &QualifiedName) -> Result<RowSet, Failure> {
        let from = Relation {
            table,
            partitioned: false,
        };
        let mut rows = RowSet::new();
        let stream = self.source.rows(from, &nova_postgres::Asked::default()).await?;
        stream
            .for_each(|_, [row]: [RowId; 1]| {
                rows.insert(row.place);
                Ok(())
            })
            .await?;
        Ok(rows)
    }
}

/// Sets of rows are bounded.
fn check_memory(sets: &Sets) -> Result<(), Failure> {
    if sets.size() <= MEMORY {
        return Ok(());
    }
    let cause = format!("the chosen rows are too many to be kept in {} MB", MEMORY >> 20);
    Err(Failure::new(Code::SUBSET_TOO_LARGE, cause))
}

/// As the source wants it.
fn relation(relation: &nova_clone::rows::Relation) -> Relation<'_> {
    Relation {
        table: &relation.name,
        partitioned: relation.partitioned,
    }
}
