//! Materialized views over foreign tables: a copy has no credentials for the other server, so they stay empty.

use nova_schema::{Database, ObjectKind, ObjectRef, TableKind, Unsupported};
use std::collections::BTreeSet;

/// Marks every materialized view that reads a foreign table, directly or through others, as not populated, and lists it.
pub(crate) fn unfilled_views(database: &mut Database) {
    let mut reached: BTreeSet<ObjectRef> = database
        .tables
        .iter()
        .filter(|table| table.kind == TableKind::Foreign)
        .map(|table| ObjectRef::named(ObjectKind::Table, &table.name))
        .collect();
    if reached.is_empty() {
        return;
    }
    // Who reads a partitioned table or a parent reads its foreign partitions and children.
    let parents: Vec<(ObjectRef, ObjectRef)> = database
        .tables
        .iter()
        .flat_map(|table| {
            let this = ObjectRef::named(ObjectKind::Table, &table.name);
            let parents = table
                .inherits
                .iter()
                .chain(table.partition_of.iter().map(|partition| &partition.parent));
            parents.map(move |parent| (ObjectRef::named(ObjectKind::Table, parent), this.clone()))
        })
        .collect();
    loop {
        let readers = database
            .dependencies
            .iter()
            .filter(|edge| matches!(edge.object.kind, ObjectKind::View | ObjectKind::Function))
            .map(|edge| (&edge.object, &edge.on))
            .chain(parents.iter().map(|(parent, child)| (parent, child)));
        let more: Vec<ObjectRef> = readers
            .filter(|(object, on)| reached.contains(*on) && !reached.contains(*object))
            .map(|(object, _)| object.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more);
    }
    for view in &mut database.views {
        if view.populated && view.materialized && reached.contains(&ObjectRef::named(ObjectKind::View, &view.name)) {
            view.populated = false;
            database.unsupported.push(Unsupported {
                kind: "rows of a materialized view".to_owned(),
                name: view.name.readable(),
                reason: "it reads a foreign table, and a copy must not reach other servers".to_owned(),
            });
        }
    }
}
