//! What indexes and languages are built on: access methods, operator classes and families, languages, transforms.

use super::{Scope, acl, comment, own};

/// Access methods of indexes and tables.
pub(super) fn methods() -> String {
    format!(
        "SELECT m.oid, 'ACCESS METHOD' AS kind, false AS late, NULL AS owner, {comment} AS comment, true AS superuser,
           quote_ident(m.amname) AS identity,
           json_build_array(format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', m.amname,
             CASE m.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, m.amhandler)) AS statements
         FROM pg_am m WHERE m.oid >= 16384 AND {own}",
        comment = comment("pg_am", "m.oid"),
        own = own("pg_am", "m.oid"),
    )
}

/// Operator families, without members.
pub(super) fn families(scope: &Scope) -> String {
    format!(
        "SELECT f.oid, 'OPERATOR FAMILY' AS kind, false AS late, pg_get_userbyid(f.opfowner) AS owner, {comment} AS comment,
           true AS superuser, format('%I.%I USING %I', n.nspname, f.opfname, m.amname) AS identity,
           json_build_array(format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname)) AS statements
         FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
         WHERE {scope} AND {own}",
        comment = comment("pg_opfamily", "f.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_opfamily", "f.oid"),
    )
}

/// An operator and a function of an operator class or family, as `CREATE` and `ALTER` take them.
const OPERATOR: &str = "format('OPERATOR %s %s%s', o.amopstrategy, o.amopopr::regoperator,
   (SELECT format(' FOR ORDER BY %I.%I', sn.nspname, sf.opfname) FROM pg_opfamily sf
    JOIN pg_namespace sn ON sn.oid = sf.opfnamespace WHERE sf.oid = o.amopsortfamily))";
const FUNCTION: &str = "format('FUNCTION %s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, NULL),
   format_type(p.amprocrighttype, NULL), p.amproc::regprocedure)";

/// A condition: a row of `pg_amop` or `pg_amproc` came with an operator class.
fn of_class(catalog: &str, row: &str, class: &str) -> String {
    format!(
        "EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{catalog}'::regclass AND d.objid = {row}.oid
           AND d.refclassid = 'pg_opclass'::regclass AND d.deptype = 'i'{class})"
    )
}

/// Operator classes with the members that came with them. One without any says its storage, because it has to say something.
pub(super) fn classes(scope: &Scope) -> String {
    let this = " AND d.refobjid = c.oid";
    format!(
        "SELECT c.oid, 'OPERATOR CLASS' AS kind, false AS late, pg_get_userbyid(c.opcowner) AS owner, {comment} AS comment,
           true AS superuser, format('%I.%I USING %I', n.nspname, c.opcname, m.amname) AS identity,
           json_build_array(format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS %s',
             n.nspname, c.opcname, CASE WHEN c.opcdefault THEN ' DEFAULT' END, format_type(c.opcintype, NULL), m.amname,
             fn.nspname, f.opfname, coalesce(nullif(concat_ws(', ', 'STORAGE ' || format_type(nullif(c.opckeytype, 0), NULL),
               (SELECT string_agg({OPERATOR}, ', ' ORDER BY o.amopstrategy, o.amoplefttype, o.amoprighttype)
                FROM pg_amop o WHERE o.amopfamily = f.oid AND {operator_of}),
               (SELECT string_agg({FUNCTION}, ', ' ORDER BY p.amprocnum, p.amproclefttype, p.amprocrighttype)
                FROM pg_amproc p WHERE p.amprocfamily = f.oid AND {function_of})), ''),
               'STORAGE ' || format_type(c.opcintype, NULL)))) AS statements
         FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am m ON m.oid = c.opcmethod
         JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
         WHERE {scope} AND {own}",
        operator_of = of_class("pg_amop", "o", this),
        function_of = of_class("pg_amproc", "p", this),
        comment = comment("pg_opclass", "c.oid"),
        scope = scope.condition("n.nspname"),
        own = own("pg_opclass", "c.oid"),
    )
}

/// Members that were added to operator families, PostgreSQL's own families included, apart from any class.
pub(super) fn members(scope: &Scope) -> String {
    format!(
        "SELECT f.oid, 'OPERATOR FAMILY MEMBERS' AS kind, false AS late, NULL AS owner, NULL AS comment, true AS superuser,
           format('%I.%I USING %I', n.nspname, f.opfname, m.amname) AS identity,
           json_build_array(format('ALTER OPERATOR FAMILY %I.%I USING %I ADD %s', n.nspname, f.opfname, m.amname,
             string_agg(l.member, ', ' ORDER BY l.member))) AS statements
         FROM (SELECT o.amopfamily AS family, {OPERATOR} AS member FROM pg_amop o
                 WHERE o.oid >= 16384 AND NOT {operator_of} AND {own_operator}
               UNION ALL SELECT p.amprocfamily, {FUNCTION} FROM pg_amproc p
                 WHERE p.oid >= 16384 AND NOT {function_of} AND {own_function}) l
         JOIN pg_opfamily f ON f.oid = l.family JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
         WHERE ({scope} OR f.oid < 16384 AND {whole}) AND {own}
         GROUP BY f.oid, n.nspname, f.opfname, m.amname",
        operator_of = of_class("pg_amop", "o", ""),
        function_of = of_class("pg_amproc", "p", ""),
        own_operator = own("pg_amop", "o.oid"),
        own_function = own("pg_amproc", "p.oid"),
        scope = scope.condition("n.nspname"),
        whole = scope.is_whole(),
        own = own("pg_opfamily", "f.oid"),
    )
}

/// Procedural languages.
pub(super) fn languages() -> String {
    format!(
        "SELECT l.oid, 'LANGUAGE' AS kind, false AS late, pg_get_userbyid(l.lanowner) AS owner, {comment} AS comment,
           true AS superuser, 'language' AS grantable, {acl} AS acl, quote_ident(l.lanname) AS identity,
           json_build_array(format('CREATE %sLANGUAGE %I HANDLER %s%s%s', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' END,
             l.lanname, l.lanplcallfoid::regproc, ' INLINE ' || nullif(l.laninline, 0)::regproc,
             ' VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc)) AS statements
         FROM pg_language l WHERE l.oid >= 16384 AND l.lanplcallfoid <> 0 AND {own}",
        comment = comment("pg_language", "l.oid"),
        acl = acl("l.lanacl"),
        own = own("pg_language", "l.oid"),
    )
}

/// How types are passed to languages.
pub(super) fn transforms() -> String {
    format!(
        "SELECT t.oid, 'TRANSFORM' AS kind, false AS late, NULL AS owner, {comment} AS comment, true AS superuser,
           format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname) AS identity,
           json_build_array(format('CREATE TRANSFORM FOR %s LANGUAGE %I (%s)', format_type(t.trftype, NULL), l.lanname,
             concat_ws(', ', 'FROM SQL WITH FUNCTION ' || nullif(t.trffromsql, 0)::regprocedure,
               'TO SQL WITH FUNCTION ' || nullif(t.trftosql, 0)::regprocedure))) AS statements
         FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE t.oid >= 16384 AND {own}",
        comment = comment("pg_transform", "t.oid"),
        own = own("pg_transform", "t.oid"),
    )
}
