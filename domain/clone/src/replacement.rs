//! What becomes of each table when a lost snapshot is replaced by another (`--on-snapshot-loss per-table`).

use crate::{
    chunk::{ChunkPhase, ChunkState},
    plan::Plan,
};
use nova_schema::{Database, QualifiedName};
use std::collections::{BTreeMap, BTreeSet};

/// Tables that are loaded into the same one, and so can only be read again together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Where their rows are loaded.
    pub load_into: QualifiedName,
    /// It holds rows of its own: it is not the root of a partition tree.
    pub own_rows: bool,
    /// Positions of the tables.
    pub tables: Vec<u32>,
    /// Numbers of their chunks.
    pub chunks: Vec<u32>,
    /// Some of their rows may be in staging already.
    pub begun: bool,
}

/// What becomes of each table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replacement {
    /// Positions of the tables that were read whole under the lost snapshot and stay as they are.
    pub kept: Vec<u32>,
    /// Everything else: read whole under the new snapshot.
    pub read: Vec<Group>,
}

/// Decides for every table whose rows are copied. None when tables that belong together were read in part and one of
/// them is indexed already, and when only some rows are copied: then only beginning again makes a whole of them.
pub fn replacement(plan: &Plan, chunks: &[ChunkState], finalized: &BTreeSet<u32>) -> Option<Replacement> {
    // Which rows were chosen, and where they are, holds for one snapshot.
    if plan.is_of_chosen_rows() {
        return None;
    }
    let mut groups: BTreeMap<&QualifiedName, Group> = BTreeMap::new();
    for (number, table) in (0u32..).zip(&plan.tables).filter(|(_, table)| table.chunks > 0) {
        let group = groups.entry(&table.load_into).or_insert_with(|| Group {
            load_into: table.load_into.clone(),
            own_rows: table.load_into == table.name,
            tables: Vec::new(),
            chunks: Vec::new(),
            begun: false,
        });
        group.tables.push(number);
        group.chunks.extend(table.first_chunk..table.first_chunk + table.chunks);
    }
    let read = |chunk: &u32| {
        let state = chunks.get(*chunk as usize);
        state.is_some_and(|state| state.phase() != ChunkPhase::Planned)
    };
    let mut replacement = Replacement::default();
    for mut group in groups.into_values() {
        if group.chunks.iter().all(read) {
            replacement.kept.extend(group.tables);
            continue;
        }
        if group.tables.iter().any(|table| finalized.contains(table)) {
            return None;
        }
        group.begun = group.chunks.iter().any(read);
        replacement.read.push(group);
    }
    replacement.kept.sort_unstable();
    Some(replacement)
}

/// True when two captures of a source differ at most in how far its sequences have come.
pub fn same_shape(one: &Database, other: &Database) -> bool {
    let still = |database: &Database| {
        let mut database = database.clone();
        for sequence in &mut database.sequences {
            (sequence.last_value, sequence.is_called) = (None, false);
        }
        database
    };
    still(one) == still(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{PlannedChunk, PlannedTable};
    use nova_eventlog::Head;
    use nova_events::ChunkExported;

    fn table(name: &str, load_into: &str, first_chunk: u32, chunks: u32) -> PlannedTable {
        PlannedTable {
            name: QualifiedName::new("public", name),
            load_into: QualifiedName::new("public", load_into),
            columns: Vec::new(),
            binary: true,
            layout: None,
            first_chunk,
            chunks,
            estimated_rows: 0,
            estimated_bytes: 0,
        }
    }

    fn plan(tables: Vec<PlannedTable>) -> Plan {
        let chunks = (0..).zip(&tables).flat_map(|(number, table)| {
            (0..table.chunks).map(move |page| PlannedChunk {
                table: number,
                first_page: page,
                end_page: None,
                rows: None,
            })
        });
        Plan {
            chunks: chunks.collect(),
            tables,
        }
    }

    fn states(read: &[bool]) -> Vec<ChunkState> {
        let state = |read: &bool| ChunkState {
            head: Head::start(),
            attempt: 0,
            exported: read.then(|| ChunkExported {
                attempt: 0,
                rows: 1,
                bytes: 1,
                table_rows: None,
                blob: "b".to_owned(),
            }),
            anonymized: None,
            imported: None,
        };
        read.iter().map(state).collect()
    }

    #[test]
    fn tables_read_whole_stay_and_the_others_are_read_again() {
        let plan = plan(vec![
            table("whole", "whole", 0, 2),
            table("part", "part", 2, 2),
            table("untouched", "untouched", 4, 1),
            table("rows_stay_behind", "rows_stay_behind", 5, 0),
        ]);
        let decided = replacement(
            &plan,
            &states(&[true, true, true, false, false]),
            &BTreeSet::from([0, 3]),
        )
        .unwrap();
        assert_eq!(decided.kept, [0]);
        let read: Vec<_> = decided
            .read
            .iter()
            .map(|group| (group.chunks.clone(), group.begun))
            .collect();
        assert_eq!(read, [(vec![2, 3], true), (vec![4], false)]);
    }

    #[test]
    fn partitions_whose_rows_mix_are_kept_or_read_together() {
        let plan = plan(vec![table("p1", "p", 0, 1), table("p2", "p", 1, 1)]);
        let decided = replacement(&plan, &states(&[true, false]), &BTreeSet::new()).unwrap();
        assert_eq!(decided.kept, Vec::<u32>::new());
        assert_eq!(
            (decided.read[0].tables.as_slice(), decided.read[0].own_rows),
            ([0, 1].as_slice(), false)
        );
        let indexed = replacement(&plan, &states(&[true, false]), &BTreeSet::from([0]));
        assert_eq!(indexed, None, "an indexed partition cannot be filled again");
    }
}
