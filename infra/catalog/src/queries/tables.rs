//! Tables, columns, and what hangs on them: constraints, indexes, statistics.

use super::{Scope, acl, collation, columns, comment, name, options, own, relation};
use crate::Error;
use crate::reader::{Loaded, Reader};
use nova_schema::{Constraint, Generated, Grant, Identity, Index, QualifiedName, Statistics, Table};
use serde::Deserialize;
use tokio_postgres::GenericClient;

/// Tables without columns.
pub(crate) async fn tables<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Table>>, Error> {
    let sql = format!(
        "SELECT c.oid, {name} AS name, CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' ELSE 'ordinary' END AS kind,
           '[]'::json AS columns,
           CASE WHEN c.relispartition THEN (SELECT json_build_object('parent', {parent},
               'bound', pg_get_expr(c.relpartbound, c.oid))
             FROM pg_inherits i WHERE i.inhrelid = c.oid) END AS partition_of,
           CASE WHEN c.relkind = 'p' THEN (SELECT json_build_object('definition', pg_get_partkeydef(c.oid),
               'columns', {key})
             FROM pg_partitioned_table pt WHERE pt.partrelid = c.oid) END AS partition_key,
           CASE WHEN c.relispartition THEN '[]'::json ELSE coalesce(
             (SELECT json_agg({parent} ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid), '[]'::json)
           END AS inherits,
           CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type,
           c.relpersistence = 'u' AS unlogged,
           (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam AND am.amname <> 'heap') AS access_method,
           (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = c.reltablespace) AS tablespace,
           CASE WHEN c.relkind = 'f' THEN (SELECT json_build_object('server', fs.srvname, 'options', {foreign_options})
             FROM pg_foreign_table ft JOIN pg_foreign_server fs ON fs.oid = ft.ftserver WHERE ft.ftrelid = c.oid) END AS foreign,
           {options} AS options,
           c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
           CASE CASE WHEN c.relkind <> 'f' THEN c.relreplident END WHEN 'n' THEN '\"nothing\"'::json WHEN 'f' THEN '\"full\"'::json
             WHEN 'i' THEN coalesce((SELECT json_build_object('index', ic.relname) FROM pg_index ix
               JOIN pg_class ic ON ic.oid = ix.indexrelid WHERE ix.indrelid = c.oid AND ix.indisreplident), '\"nothing\"'::json)
             ELSE '\"default\"'::json END AS replica_identity,
           pg_get_userbyid(c.relowner) AS owner, {acl} AS acl, {comment} AS comment
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
         WHERE c.relkind IN ('r', 'p', 'f') AND {scope} AND {own}",
        name = name("n.nspname", "c.relname"),
        foreign_options = options("ft.ftoptions"),
        parent = relation("i.inhparent"),
        key = columns("c.oid", "pt.partattrs::int2[]"),
        options = options("c.reloptions || ARRAY(SELECT 'toast.' || o FROM unnest(toast.reloptions) o)"),
        acl = acl("c.relacl"),
        comment = comment("pg_class", "c.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_class", "c.oid"),
    );
    reader.load("tables", &sql).await
}

/// A column of a table, view or materialized view, before its type is looked up.
#[derive(Debug, Deserialize)]
pub(crate) struct CatalogColumn {
    pub(crate) name: String,
    pub(crate) type_sql: String,
    pub(crate) type_oid: u32,
    pub(crate) type_modifier: i32,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) generated: Option<Generated>,
    pub(crate) default_oid: Option<u32>,
    pub(crate) identity: Option<Identity>,
    pub(crate) collation: Option<QualifiedName>,
    pub(crate) storage: Option<String>,
    pub(crate) compression: Option<String>,
    pub(crate) statistics: Option<i32>,
    pub(crate) options: Vec<String>,
    pub(crate) foreign_options: Vec<String>,
    pub(crate) local: bool,
    pub(crate) acl: Option<Vec<Grant>>,
    pub(crate) comment: Option<String>,
}

/// Columns, each with the identifier of its relation, in their order. A default names no columns: without its table it is
/// rendered in a thousandth of the time where the table has 1,600.
pub(crate) async fn table_columns<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<CatalogColumn>>, Error> {
    let compression = reader.since(
        14,
        "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END",
        "NULL::text",
    );
    let sql = format!(
        "SELECT a.attrelid AS oid, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type_sql,
           a.atttypid::int8 AS type_oid, a.atttypmod AS type_modifier, a.attnotnull AS not_null,
           CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END AS default,
           CASE a.attgenerated WHEN 's' THEN json_build_object('stored', pg_get_expr(d.adbin, d.adrelid))
             WHEN 'v' THEN json_build_object('virtual', pg_get_expr(d.adbin, d.adrelid)) END AS generated,
           d.oid::int8 AS default_oid,
           CASE WHEN a.attidentity <> '' THEN (SELECT json_build_object('always', a.attidentity = 'a', 'sequence', {sequence})
             FROM pg_depend s WHERE s.refclassid = 'pg_class'::regclass AND s.refobjid = a.attrelid
               AND s.refobjsubid = a.attnum AND s.classid = 'pg_class'::regclass AND s.deptype = 'i' AND s.objsubid = 0)
           END AS identity,
           CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN {collation} END AS collation,
           CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
             WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END AS storage,
           {compression} AS compression,
           CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics,
           {options} AS options, {foreign_options} AS foreign_options, a.attislocal AS local, {acl} AS acl, cd.description AS comment
         FROM pg_attribute a
         JOIN pg_class c ON c.oid = a.attrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         LEFT JOIN pg_description cd ON cd.classoid = 'pg_class'::regclass AND cd.objoid = a.attrelid AND cd.objsubid = a.attnum
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND {scope}
         ORDER BY a.attrelid, a.attnum",
        sequence = relation("s.objid"),
        collation = collation("a.attcollation"),
        options = options(SET_OPTIONS),
        foreign_options = options("a.attfdwoptions"),
        acl = acl("a.attacl"),
        scope = scope.condition("n.nspname"),
    );
    reader.load("columns", &sql).await
}

/// The options of a column that somebody set. Servers since the minor releases of November 2026 keep a version of the row's
/// type among them (`pg_attver`), a number of their own that no statement sets and `pg_dump` leaves out.
const SET_OPTIONS: &str = "(SELECT array_agg(o.option ORDER BY o.position) \
    FROM unnest(a.attoptions) WITH ORDINALITY AS o(option, position) WHERE o.option NOT LIKE 'pg\\_attver=%')";

/// Constraints of tables, and the shares that partitions have of foreign keys, which are not `local`. What the server
/// makes for the partitions of a referenced table is left out.
pub(crate) async fn constraints<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Constraint>>, Error> {
    let enforced = reader.since(18, "k.conenforced", "true");
    let temporal = reader.since(18, "k.conperiod", "false");
    let sql = format!(
        "SELECT k.oid, {name} AS table, k.conname AS name,
           CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclusion'
             WHEN 'c' THEN 'check' WHEN 'n' THEN 'not_null' ELSE 'foreign_key' END AS kind,
           pg_get_constraintdef(k.oid) AS definition, {columns} AS columns,
           CASE WHEN k.contype = 'f' THEN json_build_object('table', {referenced}, 'columns', {referenced_columns},
             'index', ic.relname) END AS references,
           k.convalidated AS validated, {enforced} AS enforced, k.connoinherit AND k.contype IN ('c', 'n') AS no_inherit,
           k.conislocal AS local, {temporal} AS temporal,
           (SELECT {parent} FROM pg_inherits i WHERE i.inhrelid = k.conindid AND k.contype <> 'f') AS attached_to,
           CASE WHEN k.contype IN ('p', 'u', 'x') THEN {options} ELSE '[]'::json END AS options,
           CASE WHEN k.contype IN ('p', 'u', 'x') THEN (SELECT ts.spcname FROM pg_tablespace ts
             WHERE ts.oid = ic.reltablespace) END AS tablespace, {comment} AS comment
         FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_class ic ON ic.oid = k.conindid
         WHERE c.relkind IN ('r', 'p', 'f') AND k.contype IN ('p', 'u', 'x', 'c', 'n', 'f')
           AND (k.conparentid = 0 OR k.contype IN ('p', 'u', 'x', 'c', 'n')
             OR k.conrelid <> (SELECT q.conrelid FROM pg_constraint q WHERE q.oid = k.conparentid)) AND {scope} AND {own}",
        name = name("n.nspname", "c.relname"),
        columns = columns("k.conrelid", "k.conkey"),
        referenced = relation("k.confrelid"),
        referenced_columns = columns("k.confrelid", "k.confkey"),
        parent = relation("i.inhparent"),
        options = options("ic.reloptions"),
        comment = comment("pg_constraint", "k.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_class", "c.oid"),
    );
    reader.load("constraints", &sql).await
}

/// Indexes of tables and materialized views, with what failed concurrent builds left behind.
pub(crate) async fn indexes<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Index>>, Error> {
    let nulls = reader.since(15, "x.indnullsnotdistinct", "false");
    let sql = format!(
        "SELECT i.oid, {name} AS name, {table} AS table, pg_get_indexdef(i.oid) AS definition,
           (SELECT k.conname FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = x.indrelid
              AND k.contype IN ('p', 'u', 'x')) AS constraint,
           x.indisunique AS unique,
           coalesce((SELECT json_agg(a.attname ORDER BY k.position)
             FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(number, position)
             LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number AND k.number > 0
             WHERE k.position <= x.indnkeyatts), '[]'::json) AS columns,
           coalesce((SELECT json_agg(a.attname ORDER BY a.attname) FROM pg_attribute a
             WHERE a.attrelid = x.indrelid AND a.attnum > 0 AND (a.attnum = ANY (x.indkey::int2[])
               OR (x.indexprs IS NOT NULL OR x.indpred IS NOT NULL) AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.oid
                    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = x.indrelid AND d.refobjsubid = a.attnum))),
             '[]'::json) AS mentions,
           x.indpred IS NOT NULL AS partial, {nulls} AS nulls_not_distinct, x.indisvalid AS valid,
           i.relkind = 'I' AS partitioned,
           (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = i.reltablespace) AS tablespace,
           x.indisclustered AS clustered,
           (SELECT {parent} FROM pg_inherits h WHERE h.inhrelid = i.oid) AS attached_to,
           coalesce((SELECT json_agg(json_build_array(a.attnum, a.attstattarget) ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = i.oid AND a.attstattarget >= 0 AND x.indexprs IS NOT NULL), '[]'::json) AS statistics,
           {comment} AS comment
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'm') AND {scope} AND {own}",
        name = name("n.nspname", "i.relname"),
        table = name("n.nspname", "c.relname"),
        parent = relation("h.inhparent"),
        comment = comment("pg_class", "i.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_class", "c.oid"),
    );
    reader.load("indexes", &sql).await
}

/// Extended statistics.
pub(crate) async fn statistics<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Statistics>>, Error> {
    let sql = format!(
        "SELECT s.oid, {name} AS name, {table} AS table, pg_get_statisticsobjdef(s.oid) AS definition,
           CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END AS target,
           pg_get_userbyid(s.stxowner) AS owner, {comment} AS comment
         FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
         JOIN pg_class c ON c.oid = s.stxrelid AND c.relkind IN ('r', 'p', 'm', 'f')
         WHERE {scope} AND {own}",
        name = name("n.nspname", "s.stxname"),
        table = relation("s.stxrelid"),
        comment = comment("pg_statistic_ext", "s.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_statistic_ext", "s.oid"),
    );
    reader.load("statistics", &sql).await
}
