//! Tables that stay, and tables whose rows move into one of another kind.

use super::options as option_changes;
use super::tablespace;
use crate::statement::Statement;
use nova_schema::{Column, Partition, QualifiedName, ReplicaIdentity, Table, quote_ident, quote_idents};

/// What the schemas begin with where tables wait whose rows move into new ones of their names.
pub(crate) const MOVING: &str = "nova_moving_";

/// The longest name PostgreSQL keeps, in bytes.
const LONGEST: usize = 63;

/// The schema where tables of another wait: one for each, because names may meet.
pub(crate) fn moving(schema: &str) -> String {
    let name = format!("{MOVING}{schema}");
    if name.len() <= LONGEST {
        return name;
    }
    // What is cut off is told apart by a sum of it (FNV-1a).
    let sum = schema.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut short = name;
    while short.len() > LONGEST - 17 {
        short.pop();
    }
    format!("{short}_{sum:016x}")
}

fn label(table: &Table) -> String {
    format!("table {}", table.name.readable())
}

fn alter(table: &Table, action: &str) -> Statement {
    Statement::new(label(table), format!("ALTER TABLE {} {action}", table.name.sql())).touching(&table.name)
}

/// Persistence, access method, storage parameters.
pub(crate) fn properties(before: &Table, after: &Table) -> Vec<Statement> {
    let mut out = Vec::new();
    if before.unlogged != after.unlogged {
        out.push(if after.unlogged {
            alter(after, "SET UNLOGGED").loses("after a crash of the server the table is empty")
        } else {
            alter(after, "SET LOGGED")
        });
    }
    if before.access_method != after.access_method {
        let method = after.access_method.as_deref().unwrap_or("heap");
        out.push(alter(after, &format!("SET ACCESS METHOD {}", quote_ident(method))));
    }
    for change in option_changes(&before.options, &after.options) {
        out.push(alter(after, &change));
    }
    if let (Some(had), Some(wanted)) = (&before.foreign, &after.foreign) {
        out.extend(super::foreign::table(after, had, wanted));
    }
    if before.tablespace != after.tablespace {
        let sql = tablespace::set(&format!("TABLE {}", after.name.sql()), after.tablespace.as_ref());
        out.push(
            Statement::new(label(after), sql)
                .touching(&after.name)
                .note(tablespace::NOTE),
        );
    }
    out
}

/// Row level security.
pub(crate) fn row_security(before: Option<&Table>, after: &Table) -> Vec<Statement> {
    let mut out = Vec::new();
    let (enabled, forced) = before.map_or((false, false), |table| (table.row_security, table.force_row_security));
    if enabled != after.row_security {
        let word = if after.row_security { "ENABLE" } else { "DISABLE" };
        out.push(alter(after, &format!("{word} ROW LEVEL SECURITY")));
    }
    if forced != after.force_row_security {
        let word = if after.force_row_security { "FORCE" } else { "NO FORCE" };
        out.push(alter(after, &format!("{word} ROW LEVEL SECURITY")));
    }
    out
}

/// What identifies a row in replication, once its index is there.
pub(crate) fn replica_identity(before: Option<&Table>, after: &Table, index_built: bool) -> Option<Statement> {
    let usual = ReplicaIdentity::Default;
    let had = before.map_or(&usual, |table| &table.replica_identity);
    let again = index_built && matches!(after.replica_identity, ReplicaIdentity::Index(_));
    if *had == after.replica_identity && !again {
        return None;
    }
    let identity = match &after.replica_identity {
        ReplicaIdentity::Default => "DEFAULT".to_owned(),
        ReplicaIdentity::Nothing => "NOTHING".to_owned(),
        ReplicaIdentity::Full => "FULL".to_owned(),
        ReplicaIdentity::Index(index) => format!("USING INDEX {}", quote_ident(index)),
    };
    Some(alter(after, &format!("REPLICA IDENTITY {identity}")))
}

/// `ATTACH PARTITION`.
pub(crate) fn attach(table: &Table, partition: &Partition) -> Statement {
    Statement::new(
        label(table),
        format!(
            "ALTER TABLE {} ATTACH PARTITION {} {}",
            partition.parent.sql(),
            table.name.sql(),
            partition.bound
        ),
    )
    .touching(&table.name)
    .touching(&partition.parent)
}

/// `DETACH PARTITION`.
pub(crate) fn detach(table: &Table, partition: &Partition) -> Statement {
    Statement::new(
        label(table),
        format!(
            "ALTER TABLE {} DETACH PARTITION {}",
            partition.parent.sql(),
            table.name.sql()
        ),
    )
    .touching(&table.name)
    .touching(&partition.parent)
}

/// `INHERIT` or `NO INHERIT`.
pub(crate) fn inherit(table: &Table, parent: &QualifiedName, inherits: bool) -> Statement {
    let word = if inherits { "INHERIT" } else { "NO INHERIT" };
    alter(table, &format!("{word} {}", parent.sql()))
}

/// `OF type` or `NOT OF`.
pub(crate) fn of_type(table: &Table) -> Statement {
    match &table.of_type {
        Some(of_type) => alter(table, &format!("OF {of_type}")),
        None => alter(table, "NOT OF"),
    }
}

/// `DROP TABLE`.
pub(crate) fn drop(table: &Table) -> Statement {
    let word = if table.foreign.is_some() {
        "FOREIGN TABLE"
    } else {
        "TABLE"
    };
    let statement = Statement::new(label(table), format!("DROP {word} {}", table.name.sql())).touching(&table.name);
    if table.partition_key.is_some() || table.foreign.is_some() {
        statement
    } else {
        statement.loses(format!("{} goes with its rows", label(table)))
    }
}

/// Sets a table aside whose rows a new one of its name gets.
pub(crate) fn set_aside(table: &Table) -> Statement {
    alter(
        table,
        &format!("SET SCHEMA {}", quote_ident(&moving(&table.name.schema))),
    )
    .note("the rows move into a table of the new kind")
}

/// Where it stands meanwhile.
pub(crate) fn aside(table: &QualifiedName) -> QualifiedName {
    QualifiedName::new(moving(&table.schema), &table.name)
}

/// Moves the rows, by the columns both have. `rebuilt` are those whose type of the same name is another one now, `by_name`
/// those whose values wait as JSON.
pub(crate) fn move_rows(
    from: &QualifiedName,
    before: &Table,
    after: &Table,
    rebuilt: impl Fn(&str) -> bool,
    by_name: impl Fn(&str) -> bool,
) -> Vec<Statement> {
    let columns: Vec<&String> = after
        .columns
        .iter()
        .filter(|column| column.generated.is_none() && before.column(&column.name).is_some())
        .map(|column| &column.name)
        .collect();
    if columns.is_empty() {
        return Vec::new();
    }
    let values: Vec<String> = columns
        .iter()
        .filter_map(|name| {
            let (had, wanted) = (before.column(name)?, after.column(name)?);
            let quoted = quote_ident(name);
            if by_name(name) {
                return Some(super::conversion::row_by_name(&after.name.schema, name));
            }
            let using = super::conversion::using(&quoted, &had.type_sql, &wanted.type_sql, rebuilt(name));
            Some(using.unwrap_or(quoted))
        })
        .collect();
    let statement = Statement::new(
        label(after),
        format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}",
            after.name.sql(),
            quote_idents(columns.iter().copied()),
            values.join(", "),
            from.sql()
        ),
    );
    let moved = statement
        .touching(&after.name)
        .may_fail("a row does not fit into the new table")
        .note("copies every row");
    let rows: Vec<&Column> = after.columns.iter().filter(|column| by_name(&column.name)).collect();
    super::conversion::with_rows_by_name(&label(after), &after.name.schema, &rows, moved)
}

/// Drops what was set aside.
pub(crate) fn drop_aside(table: &Table) -> Statement {
    Statement::new(label(table), format!("DROP TABLE {}", aside(&table.name).sql()))
}
