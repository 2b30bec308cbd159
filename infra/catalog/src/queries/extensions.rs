//! What users changed about the members of extensions: `CREATE EXTENSION` brings the members, not the changes.

use super::acl;
use crate::Error;
use crate::reader::{Loaded, Reader};
use nova_schema::{ExtensionDependent, MemberGrants, QualifiedName, Unsupported, quote_literal};
use tokio_postgres::GenericClient;

/// Rows that users added to tables of extensions. A table that the reading role may not read is listed too.
pub(crate) async fn rows<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Unsupported>, Error> {
    let sql = "SELECT n.nspname::text, c.relname::text, coalesce(k.condition, ''), x.extname::text,
                has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
         FROM pg_extension x, unnest(x.extconfig, x.extcondition) AS k(relation, condition)
         JOIN pg_class c ON c.oid = k.relation JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' ORDER BY 1, 2";
    let mut listed = Vec::new();
    let mut selects = Vec::new();
    for row in reader.rows("extension tables", sql).await? {
        let table = QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1));
        let label = format!("{} of {}", table.readable(), row.get::<_, String>(3));
        if row.get(4) {
            let condition: String = row.get(2);
            selects.push(format!(
                "SELECT {} WHERE EXISTS (SELECT FROM {} {condition})",
                quote_literal(&label),
                table.sql()
            ));
        } else {
            listed.push(unsupported(
                "extension rows",
                label,
                "the reading role may not see whether users added rows",
            ));
        }
    }
    if !selects.is_empty() {
        let found = reader.rows("extension tables", &selects.join(" UNION ALL ")).await?;
        let reason = "rows that users added to an extension's own table are not copied";
        listed.extend(
            found
                .iter()
                .map(|row| unsupported("extension rows", row.get(0), reason)),
        );
    }
    Ok(listed)
}

/// Triggers, rules and policies that users put on tables of extensions.
pub(crate) async fn changes<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Unsupported>, Error> {
    let mut selects = Vec::new();
    for (kind, catalog, name, table, condition) in [
        ("trigger", "pg_trigger", "tgname", "tgrelid", "NOT o.tgisinternal"),
        ("rule", "pg_rewrite", "rulename", "ev_class", "o.rulename <> '_RETURN'"),
        ("policy", "pg_policy", "polname", "polrelid", "true"),
    ] {
        selects.push(format!(
            "SELECT '{kind}', format('%I on %s', o.{name}, o.{table}::regclass), 'it is on a table of an extension'
             FROM {catalog} o JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = o.{table} AND e.deptype = 'e'
             WHERE {condition} AND o.oid >= 16384
               AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = '{catalog}'::regclass AND m.objid = o.oid AND m.deptype = 'e')
               AND NOT EXISTS (SELECT FROM pg_extension x WHERE x.oid = e.refobjid AND x.extname = 'plpgsql')"
        ));
    }
    let rows = reader
        .rows("changes to extensions", &selects.join(" UNION ALL "))
        .await?;
    Ok(rows
        .iter()
        .map(|row| unsupported(row.get(0), row.get(1), row.get(2)))
        .collect())
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

fn unsupported(kind: &str, name: String, reason: &str) -> Unsupported {
    Unsupported {
        kind: kind.to_owned(),
        name,
        reason: reason.to_owned(),
    }
}
