//! Tables that are being loaded are left alone by the target's autovacuum: it would gather statistics of half of their
//! rows, throw them away and begin again, and stand in the way of the statements that build indexes. Once the rows are
//! in, each table is what it is at the source, and the server looks after it as after any restore.

use nova_schema::{Database, Table, TableKind, emit::Statement};

/// The storage parameter.
const PARAMETER: &str = "autovacuum_enabled";

/// Makes a schema one whose tables autovacuum passes over, for creating them.
pub fn begin(schema: &mut Database) {
    for table in schema.tables.iter_mut().filter(|table| is_looked_after(table)) {
        table.options.push(format!("{PARAMETER}=off"));
    }
}

/// The statements that make tables created so what the schema says.
pub fn end(schema: &Database) -> Vec<Statement> {
    let tables = schema.tables.iter().filter(|table| is_looked_after(table));
    tables
        .map(|table| Statement {
            object: format!("table {}", table.name.readable()),
            sql: format!("ALTER TABLE {} RESET ({PARAMETER})", table.name.sql()),
            transactional: true,
        })
        .collect()
}

/// True for tables of which the source says nothing itself. Those of other access methods may not know the parameter.
fn is_looked_after(table: &Table) -> bool {
    let own = |option: &String| option.split_once('=').is_some_and(|(name, _)| name == PARAMETER);
    table.kind == TableKind::Ordinary && table.access_method.is_none() && !table.options.iter().any(own)
}
