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

/// Members of operator families and classes, with the object of the model that brings them.
pub(crate) async fn family_members<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<(Address, String)>, Error> {
    let sql = "SELECT l.catalog, l.oid, coalesce(
             (SELECT format('OPERATOR CLASS %I.%I USING %I', n.nspname, c.opcname, m.amname)
              FROM pg_depend d JOIN pg_opclass c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.opcnamespace
              JOIN pg_am m ON m.oid = c.opcmethod
              WHERE d.classid = l.catalog AND d.objid = l.oid AND d.refclassid = 'pg_opclass'::regclass AND d.deptype = 'i'),
             (SELECT format('OPERATOR FAMILY MEMBERS %I.%I USING %I', n.nspname, f.opfname, m.amname)
              FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am m ON m.oid = f.opfmethod
              WHERE f.oid = l.family))
         FROM (SELECT 'pg_amop'::regclass::oid AS catalog, oid, amopfamily AS family FROM pg_amop
               UNION ALL SELECT 'pg_amproc'::regclass::oid, oid, amprocfamily FROM pg_amproc) l
         WHERE l.oid >= 16384
           AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = l.catalog AND e.objid = l.oid AND e.deptype = 'e')";
    let rows = reader.rows("members of operator families", sql).await?;
    Ok(rows.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect())
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
