//! Types and collations.

use super::{Scope, acl, collation, comment, name, own};
use crate::Error;
use crate::reader::{Loaded, Reader};
use nova_schema::{Collation, QualifiedName, Type};
use std::collections::HashMap;
use tokio_postgres::GenericClient;

/// What the catalogs say about any type, built-in or not.
#[derive(Debug)]
pub(crate) struct CatalogType {
    /// Its name.
    pub(crate) name: QualifiedName,
    /// `typtype`.
    pub(crate) kind: char,
    /// The element type of a true array, else 0.
    pub(crate) element: u32,
    /// The base type of a domain, else 0.
    pub(crate) base: u32,
    /// The type modifier a domain applies to its base type, else -1.
    pub(crate) modifier: i32,
    /// The relation whose row type it is, else 0.
    pub(crate) relation: u32,
    /// The subtype of a range or the range of a multirange, else 0.
    pub(crate) subtype: u32,
}

/// Every type of the database by its identifier.
pub(crate) async fn all<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<HashMap<u32, CatalogType>, Error> {
    let multirange = reader.since(
        14,
        "LEFT JOIN pg_range m ON m.rngmultitypid = t.oid",
        "LEFT JOIN pg_range m ON false",
    );
    let sql = format!(
        "SELECT t.oid, n.nspname::text, t.typname::text, t.typtype,
                CASE WHEN t.typlen = -1 AND t.typcategory = 'A' THEN t.typelem ELSE 0::oid END,
                t.typbasetype, t.typtypmod, t.typrelid, coalesce(r.rngsubtype, m.rngtypid, 0::oid)
         FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         LEFT JOIN pg_range r ON r.rngtypid = t.oid {multirange}"
    );
    let rows = reader.rows("types", &sql).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let found = CatalogType {
                name: QualifiedName::new(row.get::<_, String>(1), row.get::<_, String>(2)),
                kind: char::from(row.get::<_, i8>(3).unsigned_abs()),
                element: row.get(4),
                base: row.get(5),
                modifier: row.get(6),
                relation: row.get(7),
                subtype: row.get(8),
            };
            (row.get(0), found)
        })
        .collect())
}

/// Enums, domains, composites, ranges, base types.
pub(crate) async fn user_defined<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Type>>, Error> {
    let multirange = reader.since(
        14,
        "(SELECT json_build_object('schema', mn.nspname, 'name', mt.typname)
          FROM pg_type mt JOIN pg_namespace mn ON mn.oid = mt.typnamespace WHERE mt.oid = r.rngmultitypid)",
        "NULL",
    );
    let sql = format!(
        "SELECT t.oid, {name} AS name, pg_get_userbyid(t.typowner) AS owner, {acl} AS acl, {comment} AS comment,
           CASE t.typtype
             WHEN 'e' THEN json_build_object('enum', json_build_object('labels', coalesce(
               (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '[]'::json)))
             WHEN 'd' THEN json_build_object('domain', json_build_object(
               'base', format_type(t.typbasetype, t.typtypmod),
               'collation', CASE WHEN t.typcollation <> b.typcollation THEN {domain_collation} END,
               'default', pg_get_expr(t.typdefaultbin, 0),
               'not_null', t.typnotnull,
               'constraints', coalesce((SELECT json_agg(json_build_object('name', k.conname,
                   'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated,
                   'comment', {constraint_comment}) ORDER BY k.conname)
                 FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '[]'::json)))
             WHEN 'c' THEN json_build_object('composite', json_build_object('attributes', coalesce(
               (SELECT json_agg(json_build_object('name', a.attname, 'type_sql', format_type(a.atttypid, a.atttypmod),
                   'collation', CASE WHEN a.attcollation <> at.typcollation THEN {attribute_collation} END,
                   'comment', col_description(a.attrelid, a.attnum)) ORDER BY a.attnum)
                FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
                WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '[]'::json)))
             WHEN 'p' THEN '\"shell\"'::json
             WHEN 'b' THEN {base}
             ELSE (SELECT json_build_object('range', json_build_object(
                 'subtype', format_type(r.rngsubtype, NULL),
                 'operator_class', (SELECT CASE WHEN NOT o.opcdefault THEN json_build_object('schema', ocn.nspname, 'name', o.opcname) END
                    FROM pg_opclass o JOIN pg_namespace ocn ON ocn.oid = o.opcnamespace WHERE o.oid = r.rngsubopc),
                 'collation', CASE WHEN r.rngcollation <> st.typcollation THEN {range_collation} END,
                 'subtype_diff', (SELECT json_build_object('schema', pn.nspname, 'name', p.proname)
                    FROM pg_proc p JOIN pg_namespace pn ON pn.oid = p.pronamespace WHERE p.oid = r.rngsubdiff),
                 'canonical', (SELECT json_build_object('schema', pn.nspname, 'name', p.proname)
                    FROM pg_proc p JOIN pg_namespace pn ON pn.oid = p.pronamespace WHERE p.oid = r.rngcanonical),
                 'multirange', {multirange}))
               FROM pg_range r JOIN pg_type st ON st.oid = r.rngsubtype WHERE r.rngtypid = t.oid)
           END AS definition
         FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         LEFT JOIN pg_type b ON b.oid = t.typbasetype
         LEFT JOIN pg_class c ON c.oid = t.typrelid
         WHERE {scope} AND {own}
           AND (t.typtype IN ('e', 'd') OR t.typtype = 'c' AND c.relkind = 'c'
                OR t.typtype = 'r' OR t.typtype = 'p' AND NOT t.typisdefined
                OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid))",
        base = base(reader.since(14, "'SUBSCRIPT = ' || nullif(t.typsubscript, 0)::regproc", "NULL")),
        name = name("n.nspname", "t.typname"),
        acl = acl("t.typacl"),
        comment = format_args!("coalesce({}, {})", comment("pg_type", "t.oid"), comment("pg_class", "nullif(t.typrelid, 0)")),
        domain_collation = collation("t.typcollation"),
        attribute_collation = collation("a.attcollation"),
        range_collation = collation("r.rngcollation"),
        constraint_comment = comment("pg_constraint", "k.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_type", "t.oid"),
    );
    reader.load("types", &sql).await
}

/// The parameters of a base type, as `CREATE TYPE` takes them.
fn base(subscript: &str) -> String {
    format!(
        "json_build_object('base', json_build_object('parameters', array_remove(ARRAY[
           'INPUT = ' || t.typinput::regproc, 'OUTPUT = ' || t.typoutput::regproc,
           'RECEIVE = ' || nullif(t.typreceive, 0)::regproc, 'SEND = ' || nullif(t.typsend, 0)::regproc,
           'TYPMOD_IN = ' || nullif(t.typmodin, 0)::regproc, 'TYPMOD_OUT = ' || nullif(t.typmodout, 0)::regproc,
           'ANALYZE = ' || nullif(t.typanalyze, 0)::regproc, {subscript},
           'INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text END,
           CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
           'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END,
           'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END,
           'CATEGORY = ' || quote_literal(t.typcategory::text), CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
           'DEFAULT = ' || quote_literal(t.typdefault), 'ELEMENT = ' || format_type(nullif(t.typelem, 0), NULL),
           'DELIMITER = ' || quote_literal(t.typdelim::text), CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END], NULL)))"
    )
}

pub(crate) async fn collations<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Collation>>, Error> {
    let locale = match reader.major {
        ..=14 => "CASE WHEN c.collprovider = 'i' THEN c.collcollate::text END",
        15 | 16 => "c.colliculocale",
        _ => "c.colllocale",
    };
    let rules = reader.since(16, "c.collicurules", "NULL::text");
    let sql = format!(
        "SELECT c.oid, {name} AS name,
                CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS provider,
                c.collisdeterministic AS deterministic,
                CASE WHEN c.collprovider = 'c' THEN c.collcollate END AS lc_collate,
                CASE WHEN c.collprovider = 'c' THEN c.collctype END AS lc_ctype,
                {locale} AS locale, {rules} AS rules,
                pg_get_userbyid(c.collowner) AS owner, {comment} AS comment
         FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
         WHERE {scope} AND {own}",
        name = name("n.nspname", "c.collname"),
        comment = comment("pg_collation", "c.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_collation", "c.oid"),
    );
    reader.load("collations", &sql).await
}

/// The name of a domain's check.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct DomainCheck {
    pub(crate) domain: QualifiedName,
    pub(crate) name: String,
}

/// Checks of domains, to give dependencies their names.
pub(crate) async fn domain_constraints<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<Loaded<DomainCheck>>, Error> {
    let sql = format!(
        "SELECT k.oid, {} AS domain, k.conname AS name FROM pg_constraint k
         JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace",
        name("n.nspname", "t.typname")
    );
    reader.load("domain constraints", &sql).await
}
