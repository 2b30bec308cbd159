//! The database itself, schemas, extensions, default privileges, publications.

use super::{Scope, acl, comment, own};
use crate::Error;
use crate::reader::{Loaded, Reader};
use nova_schema::{Database, DefaultPrivileges, Extension, Publication, Schema, Setting};
use serde::Deserialize;
use tokio_postgres::GenericClient;

/// Encoding and locale.
#[derive(Debug, Deserialize)]
struct Locales {
    encoding: String,
    collate: String,
    ctype: String,
    locale_provider: String,
    locale: Option<String>,
}

/// A database without objects.
pub(crate) async fn database<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Database, Error> {
    let provider = reader.since(
        15,
        "CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END",
        "'libc'",
    );
    let locale = match reader.major {
        ..=14 => "NULL::text",
        15 | 16 => "daticulocale",
        _ => "datlocale",
    };
    let sql = format!(
        "SELECT oid, pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype,
                {provider} AS locale_provider, {locale} AS locale
         FROM pg_database WHERE datname = current_database()"
    );
    let mut database = Database {
        server_version: reader.major,
        ..Database::default()
    };
    if let Some(Loaded { value: found, .. }) = reader.load::<Locales>("the database", &sql).await?.pop() {
        database.encoding = found.encoding;
        database.collate = found.collate;
        database.ctype = found.ctype;
        database.locale_provider = found.locale_provider;
        database.locale = found.locale;
    }
    Ok(database)
}

/// The schemas in scope, and those that extensions are installed into.
pub(crate) async fn schemas<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Schema>>, Error> {
    let sql = format!(
        "SELECT n.oid, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner, {} AS acl, {} AS comment
         FROM pg_namespace n
         WHERE ({} OR {} AND EXISTS (SELECT FROM pg_extension x WHERE x.extnamespace = n.oid)) AND {}",
        acl("n.nspacl"),
        comment("pg_namespace", "n.oid"),
        scope.condition("n.nspname"),
        Scope::new(&[]).condition("n.nspname"),
        own("pg_namespace", "n.oid"),
    );
    reader.load("schemas", &sql).await
}

/// Every extension but `plpgsql`. One that brings its own schema has no schema to be installed into.
pub(crate) async fn extensions<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<Loaded<Extension>>, Error> {
    let sql = format!(
        "SELECT x.oid, x.extname AS name, x.extversion AS version, {} AS comment,
                CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass
                                  AND d.objid = x.extnamespace AND d.deptype = 'e')
                     THEN NULL ELSE n.nspname END AS schema
         FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace WHERE x.extname <> 'plpgsql'",
        comment("pg_extension", "x.oid")
    );
    reader.load("extensions", &sql).await
}

pub(crate) async fn default_privileges<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<DefaultPrivileges>>, Error> {
    let scope = scope.condition("n.nspname");
    let sql = format!(
        "SELECT p.oid, pg_get_userbyid(p.defaclrole) AS role, n.nspname AS schema,
                CASE p.defaclobjtype WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'function'
                  WHEN 'T' THEN 'type' WHEN 'n' THEN 'schema' ELSE 'large_object' END AS on,
                {} AS acl
         FROM pg_default_acl p LEFT JOIN pg_namespace n ON n.oid = p.defaclnamespace
         WHERE p.defaclnamespace = 0 OR ({scope})",
        acl("p.defaclacl"),
    );
    reader.load("default privileges", &sql).await
}

pub(crate) async fn publications<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<Loaded<Publication>>, Error> {
    let columns = reader.since(
        15,
        "coalesce((SELECT json_agg(a.attname ORDER BY k.position)
           FROM unnest(r.prattrs) WITH ORDINALITY AS k(number, position)
           JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = k.number), '[]'::json)",
        "'[]'::json",
    );
    let filter = reader.since(15, "pg_get_expr(r.prqual, r.prrelid)", "NULL::text");
    let schemas = reader.since(
        15,
        "coalesce((SELECT json_agg(n.nspname ORDER BY n.nspname) FROM pg_publication_namespace s
           JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid), '[]'::json)",
        "'[]'::json",
    );
    let generated = reader.since(18, "CASE p.pubgencols WHEN 's' THEN 'stored' END", "NULL::text");
    let sql = format!(
        "SELECT p.oid, p.pubname AS name, pg_get_userbyid(p.pubowner) AS owner, p.puballtables AS all_tables,
                coalesce((SELECT json_agg(json_build_object('table', json_build_object('schema', n.nspname, 'name', c.relname),
                                          'columns', {columns}, 'filter', {filter}) ORDER BY n.nspname, c.relname)
                  FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid
                  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid), '[]'::json) AS tables,
                {schemas} AS schemas,
                concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                  CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
                p.pubviaroot AS via_root, {generated} AS generated_columns, {} AS comment
         FROM pg_publication p WHERE {}",
        comment("pg_publication", "p.oid"),
        own("pg_publication", "p.oid"),
    );
    reader.load("publications", &sql).await
}

/// Parameters set for this database, as `name=value` in the catalog.
pub(crate) async fn settings<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Loaded<Setting>>, Error> {
    let sql = "SELECT s.setrole AS oid, CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END AS role,
                split_part(c, '=', 1) AS name, substr(c, strpos(c, '=') + 1) AS value
         FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
         WHERE d.datname = current_database()";
    reader.load("settings", sql).await
}
