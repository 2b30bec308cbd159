//! Functions, triggers, rules, policies.

use super::{Scope, acl, comment, extension, name, own, state};
use crate::Error;
use crate::reader::{Loaded, Reader};
use nova_schema::{Function, Policy, Rule, Trigger};
use tokio_postgres::GenericClient;

/// Functions, procedures and aggregates; the constructors of range types are left out: they come with their type.
pub(crate) async fn functions<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Function>>, Error> {
    let sql_body = reader.since(14, "p.prosqlbody IS NOT NULL", "false");
    let sql = format!(
        "SELECT p.oid, {name} AS name,
           CASE WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END AS arguments,
           CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
           CASE WHEN p.prokind = 'a' THEN ({aggregate}) ELSE pg_get_functiondef(p.oid) END AS definition,
           l.lanname AS language, {sql_body} AS sql_body,
           p.prokind = 'p' AND coalesce('o' = ANY (p.proargmodes), false) AS out_arguments,
           pg_get_userbyid(p.proowner) AS owner, {acl} AS acl, {comment} AS comment
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
         WHERE {scope} AND {own}
           AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')",
        name = name("n.nspname", "p.proname"),
        aggregate = AGGREGATE,
        acl = acl("p.proacl"),
        comment = comment("pg_proc", "p.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_proc", "p.oid"),
    );
    reader.load("functions", &sql).await
}

/// `CREATE AGGREGATE`, which the server has no function to render.
const AGGREGATE: &str = "
  SELECT format('CREATE AGGREGATE %I.%I(%s) (%s)', n.nspname, p.proname,
    CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END,
    concat_ws(', ',
      'SFUNC = ' || a.aggtransfn::regproc,
      'STYPE = ' || format_type(a.aggtranstype, NULL),
      'SSPACE = ' || nullif(a.aggtransspace, 0),
      CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC = ' || a.aggfinalfn::regproc END,
      CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
      CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC_MODIFY = '
        || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
      CASE WHEN a.aggcombinefn <> 0 THEN 'COMBINEFUNC = ' || a.aggcombinefn::regproc END,
      CASE WHEN a.aggserialfn <> 0 THEN 'SERIALFUNC = ' || a.aggserialfn::regproc END,
      CASE WHEN a.aggdeserialfn <> 0 THEN 'DESERIALFUNC = ' || a.aggdeserialfn::regproc END,
      'INITCOND = ' || quote_literal(a.agginitval),
      CASE WHEN a.aggmtransfn <> 0 THEN 'MSFUNC = ' || a.aggmtransfn::regproc END,
      CASE WHEN a.aggminvtransfn <> 0 THEN 'MINVFUNC = ' || a.aggminvtransfn::regproc END,
      CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END,
      'MSSPACE = ' || nullif(a.aggmtransspace, 0),
      CASE WHEN a.aggmfinalfn <> 0 THEN 'MFINALFUNC = ' || a.aggmfinalfn::regproc END,
      CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
      CASE WHEN a.aggmfinalfn <> 0 THEN 'MFINALFUNC_MODIFY = '
        || CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
      'MINITCOND = ' || quote_literal(a.aggminitval),
      (SELECT format('SORTOP = OPERATOR(%I.%s)', sn.nspname, so.oprname)
         FROM pg_operator so JOIN pg_namespace sn ON sn.oid = so.oprnamespace WHERE so.oid = a.aggsortop),
      CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
      CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END))
  FROM pg_aggregate a WHERE a.aggfnoid = p.oid";

/// Triggers that someone created, those on tables of extensions included, and clones on partitions whose state differs from the parent's.
pub(crate) async fn triggers<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Trigger>>, Error> {
    let sql = format!(
        "SELECT t.oid, {name} AS table, t.tgname AS name,
           CASE WHEN t.tgparentid = 0 THEN pg_get_triggerdef(t.oid) END AS definition,
           {state} AS state, {extension} AS extension, {comment} AS comment
         FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
         WHERE c.relkind IN ('r', 'p', 'v', 'f') AND {scope} AND {own_trigger}
           AND (t.tgparentid = 0 AND NOT t.tgisinternal
                OR t.tgparentid <> 0 AND t.tgconstraint = 0 AND t.tgenabled <> p.tgenabled)",
        name = name("n.nspname", "c.relname"),
        state = state("t.tgenabled"),
        comment = comment("pg_trigger", "t.oid"),
        scope = scope.condition("n.nspname"),
        extension = extension("c.oid"),
        own_trigger = own("pg_trigger", "t.oid"),
    );
    reader.load("triggers", &sql).await
}

/// Rules other than those that make a view.
pub(crate) async fn rules<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Rule>>, Error> {
    let sql = format!(
        "SELECT r.oid, {name} AS table, r.rulename AS name, pg_get_ruledef(r.oid) AS definition,
           {state} AS state, {extension} AS extension, {comment} AS comment
         FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE r.rulename <> '_RETURN' AND c.relkind IN ('r', 'p', 'v') AND {scope} AND {own_rule}",
        name = name("n.nspname", "c.relname"),
        state = state("r.ev_enabled"),
        extension = extension("c.oid"),
        comment = comment("pg_rewrite", "r.oid"),
        scope = scope.condition("n.nspname"),
        own_rule = own("pg_rewrite", "r.oid"),
    );
    reader.load("rules", &sql).await
}

/// Row level security policies.
pub(crate) async fn policies<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Loaded<Policy>>, Error> {
    let sql = format!(
        "SELECT p.oid, {name} AS table, p.polname AS name, p.polpermissive AS permissive,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
             ELSE 'ALL' END AS command,
           CASE WHEN p.polroles = '{{0}}' THEN '[]'::json ELSE
             (SELECT coalesce(json_agg(pg_get_userbyid(r) ORDER BY pg_get_userbyid(r)), '[]'::json) FROM unnest(p.polroles) r)
           END AS roles,
           pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check,
           {extension} AS extension, {comment} AS comment
         FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE {scope} AND {own_policy}",
        name = name("n.nspname", "c.relname"),
        extension = extension("c.oid"),
        comment = comment("pg_policy", "p.oid"),
        scope = scope.condition("n.nspname"),
        own_policy = own("pg_policy", "p.oid"),
    );
    reader.load("policies", &sql).await
}
