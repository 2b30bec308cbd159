//! Catalogs: which are left out, which rows of the others are users' own, and what tells rows apart.

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

/// Catalogs whose rows nothing but their number tells apart.
const NUMBERED: &[&str] = &["pg_largeobject_metadata"];

/// True when the number of a row is users' choice.
pub(in crate::oracle) fn is_numbered(catalog: &str) -> bool {
    NUMBERED.contains(&catalog)
}

/// True when nothing of a catalog is walked.
pub(in crate::oracle) fn is_left_out(catalog: &str) -> bool {
    CATALOGS_LEFT_OUT.iter().any(|(name, _)| *name == catalog)
}

/// Where the rows of a catalog are read from.
pub(in crate::oracle) fn source(catalog: &str) -> &str {
    let found = SOURCES.iter().find(|(name, _)| *name == catalog);
    found.map_or(catalog, |(_, source)| source)
}

/// The condition on users' own rows; `first` is the catalog's first column that refers to an object.
pub(in crate::oracle) fn condition(catalog: &str, first: &str) -> String {
    let found = CONDITIONS.iter().find(|(name, _)| *name == catalog);
    found.map_or_else(
        || format!("t.{first}::oid >= 16384"),
        |(_, condition)| (*condition).to_owned(),
    )
}

/// The columns that tell rows apart; `None` where the server has identities for them.
pub(in crate::oracle) fn key(catalog: &str) -> Option<&'static [&'static str]> {
    KEYS.iter().find(|(name, _)| *name == catalog).map(|(_, key)| *key)
}

/// The column that refers to any object, that of its catalog and that of its part.
pub(in crate::oracle) fn object(catalog: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let found = OBJECTS.iter().find(|(name, ..)| *name == catalog);
    found.map(|(_, object, class, part)| (*object, *class, *part))
}
