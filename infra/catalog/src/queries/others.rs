//! Security labels and large objects.

use super::{acl, comment};
use crate::Error;
use crate::reader::{Loaded, Reader};
use nova_schema::{LargeObject, SecurityLabel};
use tokio_postgres::GenericClient;

/// Labels on everything that belongs to the database and to no extension.
pub(crate) async fn labels<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<Loaded<SecurityLabel>>, Error> {
    let sql = "SELECT l.objoid AS oid, upper(l.objtype) || ' ' || l.objname AS object, l.provider, l.label
         FROM pg_seclabels l
         WHERE l.objtype NOT IN ('role', 'database', 'tablespace', 'subscription')
           AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = l.classoid AND e.objid = l.objoid AND e.deptype = 'e')";
    reader.load("security labels", sql).await
}

/// Large objects, without their bytes.
pub(crate) async fn large_objects<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
) -> Result<Vec<Loaded<LargeObject>>, Error> {
    let sql = format!(
        "SELECT o.oid, o.oid::int8 AS number, pg_get_userbyid(o.lomowner) AS owner, {} AS acl, {} AS comment
         FROM pg_largeobject_metadata o",
        acl("o.lomacl"),
        comment("pg_largeobject", "o.oid"),
    );
    reader.load("large objects", &sql).await
}
