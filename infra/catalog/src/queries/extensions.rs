//! What users changed about the members of extensions, rows of their tables among it: `CREATE EXTENSION` brings the members,
//! not the changes.

use super::acl;
use crate::Error;
use crate::reader::{Loaded, Reader};
use nova_schema::{ExtensionDependent, ExtensionRows, MemberGrants, QualifiedName, Unsupported, quote_ident};
use tokio_postgres::{GenericClient, Row};

/// Extensions whose own tables say how they are set up and hold nothing else: systems of coordinates, topologies, partitioned
/// tables that are looked after, spellings of streets. What others keep (jobs, queues, secrets) is not for a copy.
const SETTINGS: &[&str] = &[
    "address_standardizer_data_us",
    "pg_partman",
    "postgis",
    "postgis_tiger_geocoder",
    "postgis_topology",
];

/// How many rows of one table are settings.
const MOST: usize = 10_000;

/// Rows that users added to tables of extensions: those that are carried, and those that are not. A table that the reading
/// role may not read is among the latter.
pub(crate) async fn rows<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<(Vec<ExtensionRows>, Vec<Unsupported>), Error> {
    let (mut carried, mut listed) = (Vec::new(), Vec::new());
    let tables = tables(reader).await?;
    for table in tables.iter().filter(|table| !table.readable) {
        listed.push(unsupported(
            table,
            "the reading role may not see whether users added rows",
        ));
    }
    for table in with_rows(reader, &tables).await? {
        if !SETTINGS.contains(&table.extension.as_str()) {
            listed.push(unsupported(
                table,
                "rows that users added to an extension's own table are not copied",
            ));
            continue;
        }
        let rows = settings(reader, table).await?;
        if rows.rows.len() > MOST {
            let reason = format!("more than {MOST} rows that users added to an extension's own table");
            listed.push(unsupported(table, &reason));
        } else {
            carried.push(rows);
        }
    }
    Ok((carried, listed))
}

/// A table of an extension to which users add rows.
struct ExtensionTable {
    name: QualifiedName,
    extension: String,
    /// `WHERE …`: which rows are not the extension's own.
    condition: String,
    readable: bool,
    columns: Vec<String>,
}

/// In the order in which each extension made them: those that others refer to come first.
async fn tables<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<ExtensionTable>, Error> {
    let sql = "SELECT n.nspname::text, c.relname::text, x.extname::text, coalesce(k.condition, ''),
                has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'),
                ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                      AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum)
         FROM pg_extension x, unnest(x.extconfig, x.extcondition) WITH ORDINALITY AS k(relation, condition, position)
         JOIN pg_class c ON c.oid = k.relation JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' ORDER BY x.extname, k.position";
    let rows = reader.rows("extension tables", sql).await?;
    let table = |row: &Row| ExtensionTable {
        name: QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1)),
        extension: row.get(2),
        condition: row.get(3),
        readable: row.get(4),
        columns: row.get(5),
    };
    Ok(rows.iter().map(table).collect())
}

/// Those that have rows of users, found in one question.
async fn with_rows<'t, C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    tables: &'t [ExtensionTable],
) -> Result<Vec<&'t ExtensionTable>, Error> {
    let readable = tables.iter().enumerate().filter(|(_, table)| table.readable);
    let selects: Vec<String> = readable
        .map(|(position, table)| {
            let (name, condition) = (table.name.sql(), &table.condition);
            format!("SELECT {position}::int8 WHERE EXISTS (SELECT FROM {name} {condition})")
        })
        .collect();
    if selects.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{} ORDER BY 1", selects.join(" UNION ALL "));
    let found = reader.rows("extension tables", &sql).await?;
    let positions = found
        .iter()
        .filter_map(|row| usize::try_from(row.get::<_, i64>(0)).ok());
    Ok(positions.filter_map(|position| tables.get(position)).collect())
}

async fn settings<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    table: &ExtensionTable,
) -> Result<ExtensionRows, Error> {
    let values: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("{}::text", quote_ident(column)))
        .collect();
    let (name, condition) = (table.name.sql(), &table.condition);
    // Equal rows of two databases come in one order.
    let sql = format!(
        "SELECT r.v FROM (SELECT ARRAY[{}]::text[] AS v FROM {name} {condition} LIMIT {}) r ORDER BY r.v",
        values.join(", "),
        MOST + 1
    );
    let rows = reader.rows("rows of extension tables", &sql).await?;
    Ok(ExtensionRows {
        extension: table.extension.clone(),
        table: table.name.clone(),
        columns: table.columns.clone(),
        rows: rows.iter().map(|row| row.get(0)).collect(),
    })
}

/// Privileges on members of extensions, and on PostgreSQL's own objects, that are not the ones they came with.
pub(crate) async fn member_grants<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<Loaded<MemberGrants>>, Error> {
    let selects = [
        granted(
            "function",
            "pg_proc",
            "proacl",
            "o.proowner",
            "'f'",
            "'ROUTINE ' || o.oid::regprocedure",
        ),
        granted(
            "table",
            "pg_class",
            "relacl",
            "o.relowner",
            "CASE WHEN o.relkind = 'S' THEN 's' ELSE 'r' END",
            "CASE WHEN o.relkind = 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || o.oid::regclass",
        ),
        granted(
            "type",
            "pg_type",
            "typacl",
            "o.typowner",
            "'T'",
            "'TYPE ' || format_type(o.oid, NULL)",
        ),
        granted(
            "schema",
            "pg_namespace",
            "nspacl",
            "o.nspowner",
            "'n'",
            "'SCHEMA ' || quote_ident(o.nspname)",
        ),
        granted(
            "language",
            "pg_language",
            "lanacl",
            "o.lanowner",
            "'l'",
            "'LANGUAGE ' || quote_ident(o.lanname)",
        ),
        granted(
            "foreign_data_wrapper",
            "pg_foreign_data_wrapper",
            "fdwacl",
            "o.fdwowner",
            "'F'",
            "'FOREIGN DATA WRAPPER ' || quote_ident(o.fdwname)",
        ),
    ];
    reader
        .load("privileges on members of extensions", &selects.join(" UNION ALL "))
        .await
}

/// One catalog's share of them; `kind` is what `acldefault` calls its objects.
fn granted(on: &str, catalog: &str, list: &str, owner: &str, kind: &str, identity: &str) -> String {
    // A list that says what nobody had to say is none. Names are looked up for the few that are left: OFFSET 0 keeps the
    // server from looking at them first.
    let came = format!("coalesce(i.initprivs, acldefault(({kind})::\"char\", {owner}))");
    let listed = format!("coalesce(o.{list}, acldefault(({kind})::\"char\", {owner}))");
    format!(
        "SELECT o.oid, '{on}' AS on, {identity} AS identity, pg_get_userbyid({owner}) AS owner, {initial} AS initial, {now} AS acl
         FROM (SELECT o.*, i.initprivs FROM {catalog} o
           LEFT JOIN pg_depend e ON e.classid = '{catalog}'::regclass AND e.objid = o.oid AND e.deptype = 'e'
           LEFT JOIN pg_init_privs i ON i.classoid = '{catalog}'::regclass AND i.objoid = o.oid AND i.objsubid = 0
           WHERE (e.objid IS NOT NULL OR o.oid < 16384) AND (o.{list} IS NOT NULL OR i.initprivs IS NOT NULL)
             AND NOT ({listed} @> {came} AND {listed} <@ {came})
           OFFSET 0) o, LATERAL (SELECT o.initprivs) i
         WHERE NOT ('{catalog}' = 'pg_namespace' AND {identity} = 'SCHEMA public')
           AND {identity} !~ ' information_schema([.]|$)'",
        initial = acl(&came),
        now = acl(&listed),
    )
}

/// What goes with an extension without being a member of it.
pub(crate) async fn dependents<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<Loaded<ExtensionDependent>>, Error> {
    let sql = "SELECT d.objid AS oid, upper(i.type) || ' ' || i.identity AS object, x.extname AS extension
         FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid, pg_identify_object(d.classid, d.objid, 0) i
         WHERE d.deptype = 'x' AND d.refclassid = 'pg_extension'::regclass";
    reader.load("dependents of extensions", sql).await
}

fn unsupported(table: &ExtensionTable, reason: &str) -> Unsupported {
    Unsupported {
        kind: "extension rows".to_owned(),
        name: format!("{} of {}", table.name.readable(), table.extension),
        reason: reason.to_owned(),
    }
}
