//! What users changed about the members of extensions: `CREATE EXTENSION` brings the members, not the changes.

use crate::Error;
use crate::reader::Reader;
use nova_schema::{QualifiedName, Unsupported, quote_literal};
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

/// Privileges on members that differ from what the extension granted; triggers, rules and policies on its tables.
pub(crate) async fn changes<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Unsupported>, Error> {
    let mut selects = vec![
        privileges("pg_proc", "proacl", "o.oid::regprocedure::text"),
        privileges("pg_class", "relacl", "o.oid::regclass::text"),
        privileges("pg_type", "typacl", "format_type(o.oid, NULL)"),
        privileges("pg_namespace", "nspacl", "quote_ident(o.nspname)"),
    ];
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

/// Members whose privileges are not the ones recorded when the extension was created.
fn privileges(catalog: &str, acl: &str, name: &str) -> String {
    format!(
        "SELECT 'privileges', {name}, 'they are on a member of an extension and differ from what the extension grants'
         FROM {catalog} o JOIN pg_depend e ON e.classid = '{catalog}'::regclass AND e.objid = o.oid AND e.deptype = 'e'
         LEFT JOIN pg_init_privs i ON i.classoid = '{catalog}'::regclass AND i.objoid = o.oid AND i.objsubid = 0
         WHERE NOT (coalesce(o.{acl}, '{{}}') @> coalesce(i.initprivs, '{{}}')
                AND coalesce(o.{acl}, '{{}}') <@ coalesce(i.initprivs, '{{}}'))"
    )
}

fn unsupported(kind: &str, name: String, reason: &str) -> Unsupported {
    Unsupported {
        kind: kind.to_owned(),
        name,
        reason: reason.to_owned(),
    }
}
