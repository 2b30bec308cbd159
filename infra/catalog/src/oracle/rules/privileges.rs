//! Lists of privileges as text, so that neither their order nor what goes without saying counts.

/// What stands for the owner in lists of privileges.
pub(in crate::oracle) const OWNER: &str = "<owner>";

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

/// A list of privileges as sorted text, one entry per grantee and privilege; who granted it does not count.
pub(in crate::oracle) fn privileges(catalog: &str, column: &str) -> Option<String> {
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
pub(in crate::oracle) fn privileges_in_short(catalog: &str, column: &str, owners: bool) -> Option<String> {
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
