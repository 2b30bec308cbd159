//! Sequences and views.

use super::{Scope, acl, comment, name, options, own};
use crate::Error;
use crate::reader::{Loaded, Reader};
use futures_util::future::try_join_all;
use nova_schema::{Sequence, View};
use serde::Deserialize;
use tokio_postgres::GenericClient;

/// How many never-used sequences one query reads: planning grows faster than their number.
const SEQUENCES_PER_QUERY: usize = 50;

/// A sequence with what decides how its value is read.
#[derive(Debug, Deserialize)]
pub(crate) struct CatalogSequence {
    /// The reading role may read the value.
    pub(crate) readable: bool,
    #[serde(flatten)]
    pub(crate) sequence: Sequence,
}

/// Sequences with their values. One whose value the reading role may not see has no value.
pub(crate) async fn sequences<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<CatalogSequence>>, Error> {
    let sql = format!(
        "SELECT c.oid, {name} AS name, format_type(s.seqtypid, NULL) AS type_sql,
           s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,
           s.seqcache AS cache, s.seqcycle AS cycle, c.relpersistence = 'u' AS unlogged,
           (SELECT json_build_object('table', {table}, 'column', a.attname, 'identity', d.deptype = 'i')
            FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
              AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0) AS owned_by,
           has_sequence_privilege(c.oid, 'SELECT') AS readable,
           CASE WHEN has_sequence_privilege(c.oid, 'SELECT') THEN pg_sequence_last_value(c.oid) END AS last_value,
           true AS is_called,
           pg_get_userbyid(c.relowner) AS owner, {acl} AS acl, {comment} AS comment
         FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE {scope} AND {own}",
        name = name("n.nspname", "c.relname"),
        table = name("tn.nspname", "t.relname"),
        acl = acl("c.relacl"),
        comment = comment("pg_class", "c.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_class", "c.oid"),
    );
    let mut sequences: Vec<Loaded<CatalogSequence>> = reader.load("sequences", &sql).await?;
    let mut unused: Vec<&mut CatalogSequence> = sequences
        .iter_mut()
        .map(|loaded| &mut loaded.value)
        .filter(|item| item.readable && item.sequence.last_value.is_none())
        .collect();
    let batches = unused.chunks_mut(SEQUENCES_PER_QUERY).map(|batch| async move {
        let selects: Vec<_> = batch
            .iter()
            .enumerate()
            .map(|(position, item)| {
                format!(
                    "SELECT {position}, last_value, is_called FROM {}",
                    item.sequence.name.sql()
                )
            })
            .collect();
        for row in reader.rows("sequence values", &selects.join(" UNION ALL ")).await? {
            let position = usize::try_from(row.get::<_, i32>(0)).unwrap_or(usize::MAX);
            if let Some(item) = batch.get_mut(position) {
                item.sequence.last_value = Some(row.get(1));
                item.sequence.is_called = row.get(2);
            }
        }
        Ok::<(), Error>(())
    });
    try_join_all(batches).await?;
    Ok(sequences)
}

/// A view without columns, with the rewrite rule that makes it.
#[derive(Debug, Deserialize)]
pub(crate) struct CatalogView {
    pub(crate) rule: u32,
    #[serde(flatten)]
    pub(crate) view: View,
}

/// Views and materialized views.
pub(crate) async fn views<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<CatalogView>>, Error> {
    let sql = format!(
        "SELECT c.oid, r.oid::int8 AS rule, {name} AS name, c.relkind = 'm' AS materialized, c.relispopulated AS populated,
           '[]'::json AS columns, rtrim(pg_get_viewdef(c.oid), '; ') AS query, {options} AS options,
           (SELECT am.amname FROM pg_am am WHERE am.oid = c.relam AND am.amname <> 'heap') AS access_method,
           (SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = c.reltablespace) AS tablespace,
           pg_get_userbyid(c.relowner) AS owner, {acl} AS acl, {comment} AS comment
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
         WHERE c.relkind IN ('v', 'm') AND {scope} AND {own}",
        name = name("n.nspname", "c.relname"),
        options = options("c.reloptions"),
        acl = acl("c.relacl"),
        comment = comment("pg_class", "c.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_class", "c.oid"),
    );
    reader.load("views", &sql).await
}
