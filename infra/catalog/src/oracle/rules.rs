//! What the walk leaves out, each with its reason, and how it reads what is no plain value.

/// What stands for the owner in lists of privileges.
pub(super) const OWNER: &str = "<owner>";

/// Catalogs that hold nothing a copy could lose.
const CATALOGS_LEFT_OUT: &[(&str, &str)] = &[
    ("pg_statistic", "sampled from rows"),
    ("pg_statistic_ext_data", "sampled from rows"),
    ("pg_largeobject", "data, not schema"),
    ("pg_authid", "roles belong to the server"),
    ("pg_auth_members", "roles belong to the server"),
    (
        "pg_database",
        "name, owner and privileges of the database belong to the environment",
    ),
    ("pg_tablespace", "tablespaces belong to the server"),
    ("pg_parameter_acl", "privileges on parameters belong to the server"),
    ("pg_replication_origin", "replication belongs to the server"),
    ("pg_subscription_rel", "the state of a replication"),
    ("pg_shdepend", "follows from owners and privileges"),
    ("pg_shdescription", "comments on what belongs to the server"),
    ("pg_shseclabel", "labels on what belongs to the server"),
];

/// What to do with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
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
    ("pg_attrdef", "adbin", Rendered("pg_get_expr(t.adbin, t.adrelid)")),
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

/// What is read instead of a catalog.
const SOURCES: &[(&str, &str)] = &[(
    "pg_user_mapping",
    "(SELECT umid AS oid, umuser, srvid AS umserver, umoptions FROM pg_user_mappings)",
)];

/// Which rows of a catalog are users' own, where it is not all from the first user identifier on.
const CONDITIONS: &[(&str, &str)] = &[
    ("pg_namespace", "t.oid >= 16384 OR t.nspname = 'public'"),
    (
        "pg_attribute",
        "t.attrelid >= 16384 AND t.attnum > 0 AND NOT t.attisdropped",
    ),
    // The server makes foreign keys of partitions from their parent's, and names them itself.
    (
        "pg_constraint",
        "t.oid >= 16384 AND NOT (t.contype = 'f' AND t.conparentid <> 0)",
    ),
    // Triggers of constraints follow from those.
    (
        "pg_trigger",
        "t.oid >= 16384 AND (NOT t.tgisinternal OR t.tgparentid <> 0 AND t.tgconstraint = 0)",
    ),
    (
        "pg_type",
        "t.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)",
    ),
    (
        "pg_depend",
        "t.objid >= 16384 AND t.deptype IN ('e', 'x') AND t.refclassid = 'pg_extension'::regclass",
    ),
    (
        "pg_db_role_setting",
        "t.setdatabase = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())",
    ),
    (
        "pg_subscription",
        "t.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())",
    ),
    (
        "pg_description",
        // Comments on subscriptions outlive them, and the schema knows of those of the living.
        "(t.objoid >= 16384 OR t.classoid IN ('pg_namespace'::regclass, 'pg_largeobject'::regclass))
           AND t.classoid <> 'pg_subscription'::regclass",
    ),
    ("pg_seclabel", "true"),
    // Their numbers are users' choice.
    ("pg_largeobject_metadata", "true"),
    // Of PostgreSQL's own objects, those on which privileges were changed.
    (
        "pg_proc",
        "t.oid >= 16384 OR t.proacl IS DISTINCT FROM (SELECT i.initprivs FROM pg_init_privs i
           WHERE i.objoid = t.oid AND i.classoid = 'pg_proc'::regclass AND i.objsubid = 0)",
    ),
    (
        "pg_class",
        "t.oid >= 16384 OR t.relacl IS DISTINCT FROM (SELECT i.initprivs FROM pg_init_privs i
           WHERE i.objoid = t.oid AND i.classoid = 'pg_class'::regclass AND i.objsubid = 0)",
    ),
    ("pg_language", "t.oid >= 16384 OR t.lanacl IS NOT NULL"),
];

/// What tells the rows of a catalog apart where the server has no identity for them: references and values, in order.
const KEYS: &[(&str, &[&str])] = &[
    ("pg_attribute", &["attrelid", "attname"]),
    ("pg_enum", &["enumtypid", "enumlabel"]),
    ("pg_index", &["indexrelid"]),
    ("pg_inherits", &["inhrelid", "inhparent"]),
    ("pg_aggregate", &["aggfnoid"]),
    ("pg_partitioned_table", &["partrelid"]),
    ("pg_range", &["rngtypid"]),
    ("pg_sequence", &["seqrelid"]),
    ("pg_foreign_table", &["ftrelid"]),
    ("pg_ts_config_map", &["mapcfg", "maptokentype", "mapseqno"]),
    ("pg_db_role_setting", &["setrole"]),
    ("pg_description", &["objoid"]),
    ("pg_init_privs", &["objoid"]),
    ("pg_seclabel", &["objoid", "provider"]),
    ("pg_depend", &["objid", "deptype", "refobjid"]),
];

/// Columns that refer to any object, with the columns that say the catalog and the part.
const OBJECTS: &[(&str, &str, &str, &str)] = &[
    ("pg_description", "objoid", "classoid", "objsubid"),
    ("pg_init_privs", "objoid", "classoid", "objsubid"),
    ("pg_seclabel", "objoid", "classoid", "objsubid"),
    ("pg_depend", "objid", "classid", "objsubid"),
];

/// Lists of privileges: the kind `acldefault` knows for the built-in default and the owner, where there are such.
const PRIVILEGES: &[(&str, &str, Option<&str>, &str)] = &[
    (
        "pg_class",
        "relacl",
        Some("CASE WHEN t.relkind = 'S' THEN 's' ELSE 'r' END"),
        "t.relowner",
    ),
    (
        "pg_attribute",
        "attacl",
        None,
        "(SELECT o.relowner FROM pg_class o WHERE o.oid = t.attrelid)",
    ),
    ("pg_proc", "proacl", Some("'f'"), "t.proowner"),
    ("pg_type", "typacl", Some("'T'"), "t.typowner"),
    ("pg_namespace", "nspacl", Some("'n'"), "t.nspowner"),
    ("pg_language", "lanacl", Some("'l'"), "t.lanowner"),
    ("pg_foreign_data_wrapper", "fdwacl", Some("'F'"), "t.fdwowner"),
    ("pg_foreign_server", "srvacl", Some("'S'"), "t.srvowner"),
    ("pg_largeobject_metadata", "lomacl", Some("'L'"), "t.lomowner"),
    ("pg_default_acl", "defaclacl", None, "t.defaclrole"),
    ("pg_init_privs", "initprivs", None, "0::oid"),
];

/// Catalogs whose rows nothing but their number tells apart.
const NUMBERED: &[&str] = &["pg_largeobject_metadata"];

/// True when the number of a row is users' choice.
pub(super) fn is_numbered(catalog: &str) -> bool {
    NUMBERED.contains(&catalog)
}

/// True when nothing of a catalog is walked.
pub(super) fn is_left_out(catalog: &str) -> bool {
    CATALOGS_LEFT_OUT.iter().any(|(name, _)| *name == catalog)
}

/// How to read a column that is not read as it stands.
pub(super) fn treatment(catalog: &str, column: &str) -> Option<Treatment> {
    let found = COLUMNS.iter().find(|(c, n, _)| (*c, *n) == (catalog, column));
    found.map(|(_, _, treatment)| *treatment)
}

/// Where the rows of a catalog are read from.
pub(super) fn source(catalog: &str) -> &str {
    let found = SOURCES.iter().find(|(name, _)| *name == catalog);
    found.map_or(catalog, |(_, source)| source)
}

/// The condition on users' own rows; `first` is the catalog's first column that refers to an object.
pub(super) fn condition(catalog: &str, first: &str) -> String {
    let found = CONDITIONS.iter().find(|(name, _)| *name == catalog);
    found.map_or_else(
        || format!("t.{first}::oid >= 16384"),
        |(_, condition)| (*condition).to_owned(),
    )
}

/// The columns that tell rows apart; `None` where the server has identities for them.
pub(super) fn key(catalog: &str) -> Option<&'static [&'static str]> {
    KEYS.iter().find(|(name, _)| *name == catalog).map(|(_, key)| *key)
}

/// The column that refers to any object, that of its catalog and that of its part.
pub(super) fn object(catalog: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let found = OBJECTS.iter().find(|(name, ..)| *name == catalog);
    found.map(|(_, object, class, part)| (*object, *class, *part))
}

/// A list of privileges as sorted text, one entry per grantee and privilege; who granted it does not count.
pub(super) fn privileges(catalog: &str, column: &str) -> Option<String> {
    let (kind, owner) = list_of_privileges(catalog, column)?;
    Some(match kind {
        Some(kind) => entries(
            &format!("coalesce(t.{column}, acldefault(({kind})::\"char\", {owner}))"),
            owner,
            true,
        ),
        None => entries(&format!("t.{column}"), owner, true),
    })
}

/// The same for a digest: a list that says what nobody had to say is a constant. `owners` says whether what the owner may
/// do counts.
pub(super) fn privileges_in_short(catalog: &str, column: &str, owners: bool) -> Option<String> {
    let (kind, owner) = list_of_privileges(catalog, column)?;
    let listed = format!("t.{column}");
    let all = entries(&listed, owner, owners);
    Some(match kind {
        Some(kind) => {
            let usual = format!("acldefault(({kind})::\"char\", {owner})");
            format!(
                "CASE WHEN {listed} IS NULL OR {listed} @> {usual} AND {listed} <@ {usual} THEN 'as usual' ELSE {all} END"
            )
        }
        None => format!("CASE WHEN {listed} IS NOT NULL THEN {all} END"),
    })
}

fn list_of_privileges(catalog: &str, column: &str) -> Option<(Option<&'static str>, &'static str)> {
    let found = PRIVILEGES.iter().find(|(c, n, ..)| (*c, *n) == (catalog, column));
    found.map(|(_, _, kind, owner)| (*kind, *owner))
}

fn entries(list: &str, owner: &str, owners: bool) -> String {
    let others = if owners {
        String::new()
    } else {
        format!(" WHERE a.grantee <> {owner}")
    };
    format!(
        "(SELECT string_agg(e, ', ' ORDER BY e) FROM (SELECT DISTINCT CASE a.grantee WHEN {owner} THEN '{OWNER}'
             WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ' ' || a.privilege_type
           || CASE WHEN a.is_grantable AND a.grantee <> {owner} THEN ' with grant option' ELSE '' END AS e
         FROM aclexplode({list}) a{others}) s)"
    )
}
