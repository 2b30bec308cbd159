//! Foreign-data wrappers, servers and user mappings. Options that look like secrets stay behind; they are listed.

use super::{acl, comment, own};
use crate::Error;
use crate::reader::Reader;
use nova_schema::Unsupported;
use tokio_postgres::GenericClient;

/// A condition: the name of an option says that it holds a secret.
const SECRET: &str = "~* '(pass|secret|token|key|cred)'";

/// ` OPTIONS (…)` without secrets, or nothing.
fn options(column: &str) -> String {
    format!(
        "coalesce((SELECT ' OPTIONS (' || string_agg(format('%I %L', x.option_name, x.option_value), ', ' ORDER BY x.ordinality) || ')'
           FROM pg_options_to_table({column}) WITH ORDINALITY x WHERE NOT x.option_name {SECRET}), '')"
    )
}

/// Foreign-data wrappers.
pub(super) fn wrappers() -> String {
    format!(
        "SELECT w.oid, 'FOREIGN DATA WRAPPER' AS kind, false AS late, pg_get_userbyid(w.fdwowner) AS owner, {comment} AS comment,
           true AS superuser, 'foreign_data_wrapper' AS grantable, {acl} AS acl, quote_ident(w.fdwname) AS identity,
           json_build_array(format('CREATE FOREIGN DATA WRAPPER %I%s%s%s', w.fdwname, ' HANDLER ' || nullif(w.fdwhandler, 0)::regproc,
             ' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc, {options})) AS statements
         FROM pg_foreign_data_wrapper w WHERE w.oid >= 16384 AND {own}",
        comment = comment("pg_foreign_data_wrapper", "w.oid"),
        acl = acl("w.fdwacl"),
        options = options("w.fdwoptions"),
        own = own("pg_foreign_data_wrapper", "w.oid"),
    )
}

/// Foreign servers.
pub(super) fn servers() -> String {
    format!(
        "SELECT s.oid, 'SERVER' AS kind, false AS late, pg_get_userbyid(s.srvowner) AS owner, {comment} AS comment,
           'foreign_server' AS grantable, {acl} AS acl, quote_ident(s.srvname) AS identity,
           json_build_array(format('CREATE SERVER %I%s%s FOREIGN DATA WRAPPER %I%s', s.srvname, ' TYPE ' || quote_literal(s.srvtype),
             ' VERSION ' || quote_literal(s.srvversion), w.fdwname, {options})) AS statements
         FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE s.oid >= 16384 AND {own}",
        comment = comment("pg_foreign_server", "s.oid"),
        acl = acl("s.srvacl"),
        options = options("s.srvoptions"),
        own = own("pg_foreign_server", "s.oid"),
    )
}

/// User mappings, each with the role it is for.
pub(super) fn mappings() -> String {
    format!(
        "SELECT m.umid AS oid, 'USER MAPPING' AS kind, false AS late, NULL AS owner, NULL AS comment,
           format('FOR %s SERVER %I', {who}, m.srvname) AS identity,
           CASE WHEN m.umuser = 0 THEN '[]'::json ELSE json_build_array(pg_get_userbyid(m.umuser)) END AS roles,
           json_build_array(format('CREATE USER MAPPING FOR %s SERVER %I%s', {who}, m.srvname, {options})) AS statements
         FROM pg_user_mappings m WHERE {own}",
        who = WHO,
        options = options("m.umoptions"),
        own = own("pg_user_mapping", "m.umid"),
    )
}

/// Whom a user mapping is for.
const WHO: &str = "CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(m.umuser)) END";

/// Options that stay behind because they hold secrets, and those that the reading role may not see.
pub(crate) async fn secrets<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Unsupported>, Error> {
    let sql = format!(
        "SELECT 'user mapping', format('for %s on %I', {WHO}, m.srvname), format('its option %s stays behind: secrets are never copied',
             (SELECT string_agg(x.option_name, ', ' ORDER BY x.option_name) FROM pg_options_to_table(m.umoptions) x
              WHERE x.option_name {SECRET}))
         FROM pg_user_mappings m WHERE EXISTS (SELECT FROM pg_options_to_table(m.umoptions) x WHERE x.option_name {SECRET})
         UNION ALL SELECT 'user mapping', format('for %s on %I', {WHO}, m.srvname), 'the reading role may not see its options'
         FROM pg_user_mappings m WHERE m.umoptions IS NULL
           AND NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
         UNION ALL SELECT 'foreign server', quote_ident(s.srvname), format('its option %s stays behind: secrets are never copied',
             (SELECT string_agg(x.option_name, ', ' ORDER BY x.option_name) FROM pg_options_to_table(s.srvoptions) x
              WHERE x.option_name {SECRET}))
         FROM pg_foreign_server s WHERE EXISTS (SELECT FROM pg_options_to_table(s.srvoptions) x WHERE x.option_name {SECRET})"
    );
    let rows = reader.rows("options of foreign servers", &sql).await?;
    Ok(rows
        .iter()
        .map(|row| Unsupported {
            kind: row.get(0),
            name: row.get(1),
            reason: row.get(2),
        })
        .collect())
}
