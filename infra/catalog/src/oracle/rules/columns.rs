//! Columns: which are left out, and how those are read that are no plain values.

/// What to do with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::oracle) enum Treatment {
    /// Left out, for this reason.
    Skip(&'static str),
    /// Read by this expression over the row `t`.
    Sql(&'static str),
    /// Read by this expression, which renders a definition: its text differs between major versions.
    Rendered(&'static str),
}

use Treatment::{Rendered, Skip, Sql};

const STORAGE: &str = "storage, not schema";
const HINT: &str = "a hint that stays true after its cause has gone";
const OF_TYPE: &str = "follows from the type";
const IN_KEY: &str = "the row's identity says it";

/// Columns that are not read as they stand.
const COLUMNS: &[(&str, &str, Treatment)] = &[
    ("pg_class", "relfilenode", Skip(STORAGE)),
    ("pg_class", "relpages", Skip(STORAGE)),
    ("pg_class", "reltuples", Skip(STORAGE)),
    ("pg_class", "relallvisible", Skip(STORAGE)),
    ("pg_class", "relallfrozen", Skip(STORAGE)),
    ("pg_class", "relfrozenxid", Skip(STORAGE)),
    ("pg_class", "relminmxid", Skip(STORAGE)),
    ("pg_class", "relrewrite", Skip("set during a rewrite only")),
    ("pg_class", "relnatts", Skip("counts dropped columns")),
    ("pg_class", "relhasindex", Skip(HINT)),
    ("pg_class", "relhasrules", Skip(HINT)),
    ("pg_class", "relhastriggers", Skip(HINT)),
    ("pg_class", "relhassubclass", Skip(HINT)),
    (
        "pg_class",
        "reltoastrelid",
        Sql("(SELECT o.reloptions::text FROM pg_class o WHERE o.oid = t.reltoastrelid)"),
    ),
    (
        "pg_class",
        "relpartbound",
        Rendered("pg_get_expr(t.relpartbound, t.oid)"),
    ),
    (
        "pg_attribute",
        "attnum",
        Sql("row_number() OVER (PARTITION BY t.attrelid ORDER BY t.attnum)"),
    ),
    // The server's own version of the row's type stands among the options.
    (
        "pg_attribute",
        "attoptions",
        Sql(
            "(SELECT array_agg(o.option ORDER BY o.position) FROM unnest(t.attoptions) WITH ORDINALITY AS o(option, position) \
             WHERE o.option NOT LIKE 'pg\\_attver=%')",
        ),
    ),
    ("pg_attribute", "attlen", Skip(OF_TYPE)),
    ("pg_attribute", "attbyval", Skip(OF_TYPE)),
    ("pg_attribute", "attalign", Skip(OF_TYPE)),
    (
        "pg_attribute",
        "attndims",
        Skip("declared dimensions mean nothing, and no statement of the server shows them"),
    ),
    ("pg_attribute", "attcacheoff", Skip(STORAGE)),
    ("pg_attribute", "atthasmissing", Skip(STORAGE)),
    ("pg_attribute", "attmissingval", Skip(STORAGE)),
    // A default names no columns. Where it could, the server makes the names of all of them unique, each time, which takes
    // half a minute for a table of 1,600.
    (
        "pg_attrdef",
        "adbin",
        Rendered(
            "(SELECT pg_get_expr(t.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE t.adrelid END)
              FROM pg_attribute a WHERE a.attrelid = t.adrelid AND a.attnum = t.adnum)",
        ),
    ),
    (
        "pg_constraint",
        "conbin",
        Rendered("CASE WHEN t.conbin IS NOT NULL THEN pg_get_constraintdef(t.oid) END"),
    ),
    // Of a key it says whether it came to a partition with it or by attaching.
    (
        "pg_constraint",
        "connoinherit",
        Sql("CASE WHEN t.contype IN ('c', 'n') THEN t.connoinherit END"),
    ),
    ("pg_index", "indcheckxmin", Skip(STORAGE)),
    (
        "pg_index",
        "indexprs",
        Rendered("CASE WHEN t.indexprs IS NOT NULL THEN pg_get_indexdef(t.indexrelid) END"),
    ),
    ("pg_index", "indpred", Rendered("pg_get_expr(t.indpred, t.indrelid)")),
    ("pg_proc", "prosqlbody", Rendered("pg_get_function_sqlbody(t.oid)")),
    (
        "pg_proc",
        "proargdefaults",
        Rendered("pg_get_expr(t.proargdefaults, 0)"),
    ),
    (
        "pg_type",
        "typarray",
        Skip("the name of an array type is the server's choice"),
    ),
    ("pg_type", "typdefaultbin", Rendered("pg_get_expr(t.typdefaultbin, 0)")),
    (
        "pg_type",
        "typdefault",
        Sql("CASE WHEN t.typdefaultbin IS NULL THEN t.typdefault END"),
    ),
    (
        "pg_enum",
        "enumsortorder",
        Sql("row_number() OVER (PARTITION BY t.enumtypid ORDER BY t.enumsortorder)"),
    ),
    ("pg_rewrite", "ev_qual", Skip("part of the definition")),
    (
        "pg_rewrite",
        "ev_action",
        Rendered("CASE WHEN t.rulename = '_RETURN' THEN pg_get_viewdef(t.ev_class) ELSE pg_get_ruledef(t.oid) END"),
    ),
    (
        "pg_trigger",
        "tgqual",
        Rendered("CASE WHEN t.tgqual IS NOT NULL THEN pg_get_triggerdef(t.oid) END"),
    ),
    ("pg_policy", "polqual", Rendered("pg_get_expr(t.polqual, t.polrelid)")),
    (
        "pg_policy",
        "polwithcheck",
        Rendered("pg_get_expr(t.polwithcheck, t.polrelid)"),
    ),
    (
        "pg_policy",
        "polroles",
        Sql(
            "ARRAY(SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END FROM unnest(t.polroles) r ORDER BY 1)::text",
        ),
    ),
    (
        "pg_statistic_ext",
        "stxexprs",
        Rendered("pg_get_statisticsobjdef(t.oid)"),
    ),
    (
        "pg_partitioned_table",
        "partexprs",
        Rendered("pg_get_partkeydef(t.partrelid)"),
    ),
    ("pg_partitioned_table", "partnatts", Skip("part of the definition")),
    (
        "pg_publication_rel",
        "prqual",
        Rendered("pg_get_expr(t.prqual, t.prrelid)"),
    ),
    (
        "pg_collation",
        "collversion",
        Skip("the version of the server's library"),
    ),
    ("pg_subscription", "subconninfo", Skip("it holds a password")),
    ("pg_subscription", "subdbid", Skip("the database itself")),
    ("pg_subscription", "subskiplsn", Skip("the state of a replication")),
    ("pg_foreign_server", "srvoptions", Sql(PUBLIC_OPTIONS_OF_SERVER)),
    ("pg_user_mapping", "umoptions", Sql(PUBLIC_OPTIONS_OF_MAPPING)),
    ("pg_db_role_setting", "setdatabase", Skip("the database itself")),
    (
        "pg_db_role_setting",
        "setconfig",
        Sql("ARRAY(SELECT s FROM unnest(t.setconfig) s ORDER BY 1)"),
    ),
    ("pg_description", "objsubid", Skip(IN_KEY)),
    ("pg_description", "classoid", Skip(IN_KEY)),
    ("pg_seclabel", "objsubid", Skip(IN_KEY)),
    ("pg_seclabel", "classoid", Skip(IN_KEY)),
    ("pg_init_privs", "objsubid", Skip(IN_KEY)),
    ("pg_init_privs", "classoid", Skip(IN_KEY)),
    ("pg_depend", "objsubid", Skip(IN_KEY)),
    ("pg_depend", "classid", Skip(IN_KEY)),
    ("pg_depend", "refclassid", Skip("extensions only")),
    ("pg_depend", "refobjsubid", Skip("extensions only")),
    (
        "pg_depend",
        "refobjid",
        Sql("(SELECT x.extname FROM pg_extension x WHERE x.oid = t.refobjid)"),
    ),
];

const PUBLIC_OPTIONS_OF_SERVER: &str = "ARRAY(SELECT CASE WHEN split_part(o, '=', 1) ~* '(pass|secret|token|key|cred)'
   THEN split_part(o, '=', 1) ELSE o END FROM unnest(t.srvoptions) o ORDER BY 1)::text";
const PUBLIC_OPTIONS_OF_MAPPING: &str =
    "ARRAY(SELECT split_part(o, '=', 1) FROM unnest(t.umoptions) o ORDER BY 1)::text";

/// How to read a column that is not read as it stands.
pub(in crate::oracle) fn treatment(catalog: &str, column: &str) -> Option<Treatment> {
    let found = COLUMNS.iter().find(|(c, n, _)| (*c, *n) == (catalog, column));
    found.map(|(_, _, treatment)| *treatment)
}
