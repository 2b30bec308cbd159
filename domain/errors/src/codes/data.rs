//! 15xx: the data path.

codes! {
    CORRUPT_STREAM = 1501, Failed, "A COPY stream was not in the expected format", "Run `nova resume`; if it repeats, report it with the table definition.";
    ROW_COUNT = 1502, Failed, "A chunk lost or gained rows", "Run `nova resume`.";
    SNAPSHOT_LOST = 1503, Failed, "The snapshot of the source was lost", "Run `nova resume`; the clone starts again from a new snapshot.";
    TABLE_GONE = 1504, Failed, "A table disappeared during the clone", "Run the clone again.";
    IMPORT_REJECTED = 1505, Failed, "The target rejected rows", "Read the named table and constraint; a rule may produce values the constraint forbids.";
    TABLE_LOCKED = 1506, Failed, "A table could not be locked for reading", "Wait until the schema change on the source has finished.";
    SNAPSHOT_NOT_REPLACED = 1507, Failed, "The snapshot was lost and must not be replaced", "Run the clone again, or allow another snapshot with --on-snapshot-loss restart or per-table.";
}
