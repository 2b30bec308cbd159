//! What must exist before what, as the catalogs record it.

use crate::Error;
use crate::reader::Reader;
use tokio_postgres::GenericClient;

/// An object as `pg_depend` names it: the identifier of its catalog, and its own.
pub(crate) type Address = (u32, u32);

/// One object needs another.
pub(crate) struct Edge {
    /// The object that needs.
    pub(crate) object: Address,
    /// The object that is needed.
    pub(crate) on: Address,
    /// The column that needs, where one does: of a table, or the one a default belongs to.
    pub(crate) column: Option<String>,
    /// The column that is needed.
    pub(crate) on_column: Option<String>,
}

/// Every dependency between objects that are not PostgreSQL's own. Identifiers from 16384 on are users'.
pub(crate) async fn edges<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Edge>, Error> {
    let sql = "SELECT DISTINCT d.classid, d.objid, d.refclassid, d.refobjid,
                 coalesce(o.attname, g.attname)::text, r.attname::text
               FROM pg_depend d
               LEFT JOIN pg_attribute o ON d.classid = 'pg_class'::regclass AND d.objsubid > 0
                 AND o.attrelid = d.objid AND o.attnum = d.objsubid
               LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
               LEFT JOIN pg_attribute g ON g.attrelid = f.adrelid AND g.attnum = f.adnum
               LEFT JOIN pg_attribute r ON d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
                 AND r.attrelid = d.refobjid AND r.attnum = d.refobjsubid
               WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a')
                 AND d.refclassid <> 'pg_namespace'::regclass";
    let rows = reader.rows("dependencies", sql).await?;
    Ok(rows
        .iter()
        .map(|row| Edge {
            object: (row.get(0), row.get(1)),
            on: (row.get(2), row.get(3)),
            column: row.get(4),
            on_column: row.get(5),
        })
        .collect())
}

/// Members of extensions, with the extension's name.
pub(crate) async fn extension_members<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<(Address, String)>, Error> {
    let sql = "SELECT d.classid, d.objid, x.extname::text FROM pg_depend d
               JOIN pg_extension x ON x.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
               WHERE d.deptype = 'e' AND x.extname <> 'plpgsql'";
    let rows = reader.rows("extension members", sql).await?;
    Ok(rows.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect())
}
