//! The rows of every table, wherever they were counted.

use nova_clone::{Operation, checks::TableCount, plan::Plan};
use nova_errors::Failure;
use nova_kit::Ports;
use nova_schema::QualifiedName;
use std::collections::BTreeMap;

/// Puts the rows found in the copy beside those counted on the way. Where masking may have moved rows between
/// partitions, the partitions are counted together.
pub(crate) async fn gather(
    ports: &Ports,
    operation: &Operation,
    plan: &Plan,
    found: &BTreeMap<QualifiedName, u64>,
) -> Result<Vec<TableCount>, Failure> {
    let mut groups: BTreeMap<&QualifiedName, TableCount> = BTreeMap::new();
    for table in &plan.tables {
        let group = groups.entry(&table.load_into).or_insert_with(|| TableCount {
            table: table.load_into.readable(),
            source: None,
            exported: 0,
            imported: 0,
            copy: 0,
        });
        for chunk in table.first_chunk..table.first_chunk + table.chunks {
            let state = nova_kit::chunk_state(ports, &operation.id, operation.epoch, chunk).await?;
            if let Some(exported) = &state.exported {
                group.exported += exported.rows;
                if let Some(rows) = exported.table_rows {
                    *group.source.get_or_insert(0) += rows;
                }
            }
            group.imported += state.imported.as_ref().map_or(0, |imported| imported.rows);
        }
        group.copy += found.get(&table.name).copied().unwrap_or(0);
    }
    Ok(groups.into_values().collect())
}
