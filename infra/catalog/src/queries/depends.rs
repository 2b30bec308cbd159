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
}

/// Every dependency between objects that are not PostgreSQL's own. Identifiers from 16384 on are users'.
pub(crate) async fn edges<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Vec<Edge>, Error> {
    let sql = "SELECT DISTINCT classid, objid, refclassid, refobjid FROM pg_depend
               WHERE objid >= 16384 AND refobjid >= 16384 AND deptype IN ('n', 'a')
                 AND refclassid <> 'pg_namespace'::regclass";
    let rows = reader.rows("dependencies", sql).await?;
    Ok(rows
        .iter()
        .map(|row| Edge {
            object: (row.get(0), row.get(1)),
            on: (row.get(2), row.get(3)),
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
