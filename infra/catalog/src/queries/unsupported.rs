//! Objects that the model does not carry: they are listed, so that nothing is lost silently.

use super::{Scope, own};
use crate::Error;
use crate::queries::depends::Address;
use crate::reader::Reader;
use nova_schema::Unsupported;
use tokio_postgres::GenericClient;

/// An object that is not carried, with its place in the catalogs where it has one.
pub(crate) struct Found {
    /// Its address; `(0, 0)` for things that are no object, such as large objects as a whole.
    pub(crate) address: Address,
    /// What to say about it.
    pub(crate) object: Unsupported,
}

/// One family: the catalog, a row's identifier, a condition, the kind, the name, the reason.
struct Family {
    catalog: &'static str,
    source: String,
    kind: &'static str,
    name: &'static str,
    reason: &'static str,
}

/// Lists everything that is not carried.
pub(crate) async fn all<C: GenericClient + Sync>(reader: &Reader<'_, C>, scope: &Scope) -> Result<Vec<Found>, Error> {
    let mut families = in_schemas(scope);
    if scope.is_whole() {
        families.extend(outside_schemas());
    }
    let selects: Vec<_> = families
        .iter()
        .map(|family| {
            format!(
                "SELECT '{catalog}'::regclass::oid, o.oid, '{kind}', ({name})::text, '{reason}' FROM {source} AND {own}",
                catalog = family.catalog,
                kind = family.kind,
                name = family.name,
                reason = family.reason,
                source = family.source,
                own = own(family.catalog, "o.oid"),
            )
        })
        .collect();
    let mut sql = selects.join("\nUNION ALL ");
    if scope.is_whole() {
        sql.push_str(WITHOUT_ADDRESS);
    }
    let rows = reader.rows("objects that are not carried", &sql).await?;
    Ok(rows
        .iter()
        .map(|row| Found {
            address: (row.get(0), row.get(1)),
            object: Unsupported {
                kind: row.get(2),
                name: row.get(3),
                reason: row.get(4),
            },
        })
        .collect())
}

/// Things that exist or not, without an object of their own.
const WITHOUT_ADDRESS: &str = "
    UNION ALL SELECT 0::oid, 0::oid, 'large objects', count(*)::text || ' of them', 'large objects are not copied'
      FROM pg_largeobject_metadata HAVING count(*) > 0
    UNION ALL SELECT 0::oid, 0::oid, 'security label', l.provider || ' on ' || l.classoid::regclass || ' ' || l.objoid,
        'security labels are not carried'
      FROM pg_seclabel l
    UNION ALL SELECT 0::oid, 0::oid, 'subscription', s.subname::text, 'a copy must not replicate from elsewhere'
      FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()";

fn in_schemas(scope: &Scope) -> Vec<Family> {
    let scope = scope.condition("n.nspname");
    let from = |catalog: &str, column: &str, more: &str| {
        format!("{catalog} o JOIN pg_namespace n ON n.oid = o.{column} WHERE {scope}{more}")
    };
    vec![
        Family {
            catalog: "pg_class",
            source: from("pg_class", "relnamespace", " AND o.relkind = 'f'"),
            kind: "foreign table",
            name: "format('%I.%I', n.nspname, o.relname)",
            reason: "its rows live on another server",
        },
        Family {
            catalog: "pg_type",
            source: from(
                "pg_type",
                "typnamespace",
                " AND (o.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = o.oid)
                   OR o.typtype = 'p'
                   OR o.typtype = 'r' AND EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = o.oid AND r.rngcanonical <> 0))",
            ),
            kind: "base type",
            name: "format('%I.%I', n.nspname, o.typname)",
            reason: "types written in C, and ranges with a canonical function, are not carried",
        },
        Family {
            catalog: "pg_opclass",
            source: from("pg_opclass", "opcnamespace", ""),
            kind: "operator class",
            name: "format('%I.%I', n.nspname, o.opcname)",
            reason: "operator classes are not carried",
        },
        Family {
            catalog: "pg_opfamily",
            source: from("pg_opfamily", "opfnamespace", ""),
            kind: "operator family",
            name: "format('%I.%I', n.nspname, o.opfname)",
            reason: "operator families are not carried",
        },
        Family {
            catalog: "pg_conversion",
            source: from("pg_conversion", "connamespace", ""),
            kind: "conversion",
            name: "format('%I.%I', n.nspname, o.conname)",
            reason: "encoding conversions are not carried",
        },
        Family {
            catalog: "pg_ts_parser",
            source: from("pg_ts_parser", "prsnamespace", ""),
            kind: "text search parser",
            name: "format('%I.%I', n.nspname, o.prsname)",
            reason: "text search parsers are not carried",
        },
        Family {
            catalog: "pg_ts_template",
            source: from("pg_ts_template", "tmplnamespace", ""),
            kind: "text search template",
            name: "format('%I.%I', n.nspname, o.tmplname)",
            reason: "text search templates are not carried",
        },
    ]
}

fn outside_schemas() -> Vec<Family> {
    let user = |catalog: &str| format!("{catalog} o WHERE o.oid >= 16384");
    vec![
        Family {
            catalog: "pg_foreign_server",
            source: user("pg_foreign_server"),
            kind: "foreign server",
            name: "o.srvname",
            reason: "a copy must not reach other servers",
        },
        Family {
            catalog: "pg_foreign_data_wrapper",
            source: user("pg_foreign_data_wrapper"),
            kind: "foreign-data wrapper",
            name: "o.fdwname",
            reason: "foreign-data wrappers outside extensions are not carried",
        },
        Family {
            catalog: "pg_language",
            source: user("pg_language"),
            kind: "language",
            name: "o.lanname",
            reason: "languages outside extensions are not carried",
        },
        Family {
            catalog: "pg_am",
            source: user("pg_am"),
            kind: "access method",
            name: "o.amname",
            reason: "access methods outside extensions are not carried",
        },
        Family {
            catalog: "pg_transform",
            source: user("pg_transform"),
            kind: "transform",
            name: "format('for %s language %s', format_type(o.trftype, NULL), (SELECT lanname FROM pg_language WHERE oid = o.trflang))",
            reason: "transforms outside extensions are not carried",
        },
    ]
}
