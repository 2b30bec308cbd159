//! Objects carried as their CREATE statement: operators, casts, text search, event triggers. Those of [`super::access`],
//! [`super::foreign`] and [`super::subscriptions`] are read with them.

use super::{Scope, access, comment, foreign, own, subscriptions};
use crate::Error;
use crate::reader::{Loaded, Reader};
use futures_util::future::try_join_all;
use nova_schema::ScriptedObject;
use tokio_postgres::GenericClient;

/// A scripted object and the catalog it lives in.
pub(crate) struct Found {
    /// The identifier of the catalog.
    pub(crate) catalog: u32,
    /// The objects.
    pub(crate) objects: Vec<Loaded<ScriptedObject>>,
}

/// All of them. Casts and event triggers belong to no schema: they are read only with the whole database.
pub(crate) async fn all<C: GenericClient + Sync>(reader: &Reader<'_, C>, scope: &Scope) -> Result<Vec<Found>, Error> {
    let mut families = vec![
        (2617, "operators", operators(scope)),
        (2753, "operator families", access::families(scope)),
        (2616, "operator classes", access::classes(scope)),
        (0, "members of operator families", access::members(scope)),
        (2607, "conversions", conversions(scope)),
        (3601, "text search parsers", parsers(scope)),
        (3764, "text search templates", templates(scope)),
        (3600, "text search dictionaries", dictionaries(scope)),
        (3602, "text search configurations", configurations(scope)),
    ];
    if scope.is_whole() {
        families.extend([
            (2601, "access methods", access::methods()),
            (2612, "languages", access::languages()),
            (3576, "transforms", access::transforms()),
            (2605, "casts", casts()),
            (2328, "foreign-data wrappers", foreign::wrappers()),
            (1417, "foreign servers", foreign::servers()),
            (1418, "user mappings", foreign::mappings()),
            (3466, "event triggers", event_triggers()),
            (6100, "subscriptions", subscriptions::sql(reader).await?),
        ]);
    }
    let reads = families.into_iter().map(|(catalog, family, sql)| async move {
        let objects = reader.load(family, &sql).await?;
        Ok(Found { catalog, objects })
    });
    try_join_all(reads).await
}

fn operators(scope: &Scope) -> String {
    format!(
        "SELECT o.oid, 'OPERATOR' AS kind, false AS late, pg_get_userbyid(o.oprowner) AS owner, {comment} AS comment,
           format('%I.%s (%s, %s)', n.nspname, o.oprname,
             CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
             CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END) AS identity,
           json_build_array(format('CREATE OPERATOR %I.%s (%s)', n.nspname, o.oprname, concat_ws(', ',
             'PROCEDURE = ' || o.oprcode::regproc,
             CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END,
             CASE WHEN o.oprright <> 0 THEN 'RIGHTARG = ' || format_type(o.oprright, NULL) END,
             (SELECT format('COMMUTATOR = OPERATOR(%I.%s)', cn.nspname, c.oprname)
                FROM pg_operator c JOIN pg_namespace cn ON cn.oid = c.oprnamespace WHERE c.oid = o.oprcom),
             (SELECT format('NEGATOR = OPERATOR(%I.%s)', gn.nspname, g.oprname)
                FROM pg_operator g JOIN pg_namespace gn ON gn.oid = g.oprnamespace WHERE g.oid = o.oprnegate),
             CASE WHEN o.oprrest <> 0 THEN 'RESTRICT = ' || o.oprrest::regproc END,
             CASE WHEN o.oprjoin <> 0 THEN 'JOIN = ' || o.oprjoin::regproc END,
             CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END))) AS statements
         FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
         WHERE o.oprcode <> 0 AND {scope} AND {own}",
        comment = comment("pg_operator", "o.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_operator", "o.oid"),
    )
}

fn casts() -> String {
    format!(
        "SELECT c.oid, 'CAST' AS kind, false AS late, NULL AS owner, {comment} AS comment,
           format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) AS identity,
           json_build_array(format('CREATE CAST (%s AS %s) %s%s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL),
             CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT'
               ELSE 'WITHOUT FUNCTION' END,
             CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END)) AS statements
         FROM pg_cast c
         WHERE c.oid >= 16384 AND {own}
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')",
        comment = comment("pg_cast", "c.oid"),
        own = own("pg_cast", "c.oid"),
    )
}

fn conversions(scope: &Scope) -> String {
    format!(
        "SELECT c.oid, 'CONVERSION' AS kind, false AS late, pg_get_userbyid(c.conowner) AS owner, {comment} AS comment,
           format('%I.%I', n.nspname, c.conname) AS identity,
           json_build_array(format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' END,
             n.nspname, c.conname, pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding),
             c.conproc::regproc)) AS statements
         FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE {scope} AND {own}",
        comment = comment("pg_conversion", "c.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_conversion", "c.oid"),
    )
}

fn parsers(scope: &Scope) -> String {
    format!(
        "SELECT t.oid, 'TEXT SEARCH PARSER' AS kind, false AS late, NULL AS owner, {comment} AS comment, true AS superuser,
           format('%I.%I', n.nspname, t.prsname) AS identity,
           json_build_array(format('CREATE TEXT SEARCH PARSER %I.%I (%s)', n.nspname, t.prsname, concat_ws(', ',
             'START = ' || t.prsstart::regproc, 'GETTOKEN = ' || t.prstoken::regproc, 'END = ' || t.prsend::regproc,
             'LEXTYPES = ' || t.prslextype::regproc, 'HEADLINE = ' || nullif(t.prsheadline, 0)::regproc))) AS statements
         FROM pg_ts_parser t JOIN pg_namespace n ON n.oid = t.prsnamespace WHERE {scope} AND {own}",
        comment = comment("pg_ts_parser", "t.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_ts_parser", "t.oid"),
    )
}

fn templates(scope: &Scope) -> String {
    format!(
        "SELECT t.oid, 'TEXT SEARCH TEMPLATE' AS kind, false AS late, NULL AS owner, {comment} AS comment, true AS superuser,
           format('%I.%I', n.nspname, t.tmplname) AS identity,
           json_build_array(format('CREATE TEXT SEARCH TEMPLATE %I.%I (%s)', n.nspname, t.tmplname, concat_ws(', ',
             'INIT = ' || nullif(t.tmplinit, 0)::regproc, 'LEXIZE = ' || t.tmpllexize::regproc))) AS statements
         FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE {scope} AND {own}",
        comment = comment("pg_ts_template", "t.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_ts_template", "t.oid"),
    )
}

fn dictionaries(scope: &Scope) -> String {
    format!(
        "SELECT t.oid, 'TEXT SEARCH DICTIONARY' AS kind, false AS late, pg_get_userbyid(t.dictowner) AS owner,
           {comment} AS comment, format('%I.%I', n.nspname, t.dictname) AS identity,
           json_build_array(format('CREATE TEXT SEARCH DICTIONARY %I.%I (%s)', n.nspname, t.dictname, concat_ws(', ',
             (SELECT format('TEMPLATE = %I.%I', mn.nspname, m.tmplname)
                FROM pg_ts_template m JOIN pg_namespace mn ON mn.oid = m.tmplnamespace WHERE m.oid = t.dicttemplate),
             t.dictinitoption))) AS statements
         FROM pg_ts_dict t JOIN pg_namespace n ON n.oid = t.dictnamespace WHERE {scope} AND {own}",
        comment = comment("pg_ts_dict", "t.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_ts_dict", "t.oid"),
    )
}

fn configurations(scope: &Scope) -> String {
    format!(
        "SELECT t.oid, 'TEXT SEARCH CONFIGURATION' AS kind, false AS late, pg_get_userbyid(t.cfgowner) AS owner,
           {comment} AS comment, format('%I.%I', n.nspname, t.cfgname) AS identity,
           (SELECT json_agg(s.sql ORDER BY s.position) FROM (
              SELECT 0 AS position, format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)',
                n.nspname, t.cfgname, pn.nspname, p.prsname) AS sql
              FROM pg_ts_parser p JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = t.cfgparser
              UNION ALL
              SELECT m.maptokentype, format('ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s',
                n.nspname, t.cfgname, k.alias, string_agg(format('%I.%I', dn.nspname, d.dictname), ', ' ORDER BY m.mapseqno))
              FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict JOIN pg_namespace dn ON dn.oid = d.dictnamespace
              JOIN ts_token_type(t.cfgparser) k ON k.tokid = m.maptokentype
              WHERE m.mapcfg = t.oid GROUP BY m.maptokentype, k.alias) s) AS statements
         FROM pg_ts_config t JOIN pg_namespace n ON n.oid = t.cfgnamespace WHERE {scope} AND {own}",
        comment = comment("pg_ts_config", "t.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_ts_config", "t.oid"),
    )
}

fn event_triggers() -> String {
    format!(
        "SELECT t.oid, 'EVENT TRIGGER' AS kind, true AS late, pg_get_userbyid(t.evtowner) AS owner, {comment} AS comment,
           quote_ident(t.evtname) AS identity,
           to_json(array_remove(ARRAY[
             format('CREATE EVENT TRIGGER %I ON %I%s EXECUTE FUNCTION %s()', t.evtname, t.evtevent,
               ' WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ') FROM unnest(t.evttags) tag) || ')',
               t.evtfoid::regproc),
             CASE t.evtenabled WHEN 'D' THEN format('ALTER EVENT TRIGGER %I DISABLE', t.evtname)
               WHEN 'R' THEN format('ALTER EVENT TRIGGER %I ENABLE REPLICA', t.evtname)
               WHEN 'A' THEN format('ALTER EVENT TRIGGER %I ENABLE ALWAYS', t.evtname) END], NULL)) AS statements
         FROM pg_event_trigger t WHERE {own}",
        comment = comment("pg_event_trigger", "t.oid"),
        own = own("pg_event_trigger", "t.oid"),
    )
}
