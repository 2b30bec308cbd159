//! What is not carried: it is listed, so that nothing is lost silently.

use super::{Scope, foreign};
use crate::Error;
use crate::reader::Reader;
use nova_schema::Unsupported;
use tokio_postgres::GenericClient;

/// Lists everything that is not carried, extensions aside.
pub(crate) async fn all<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Vec<Unsupported>, Error> {
    if !scope.is_whole() {
        return Ok(Vec::new());
    }
    let mut found: Vec<Unsupported> = reader
        .rows("objects that are not carried", SQL)
        .await?
        .iter()
        .map(|row| Unsupported {
            kind: row.get(0),
            name: row.get(1),
            reason: row.get(2),
        })
        .collect();
    found.extend(foreign::secrets(reader).await?);
    Ok(found)
}

/// Large objects exist in the copy, by number, with owners and privileges; no rule could say what is personal in them.
const SQL: &str = "
    SELECT 'large objects', count(*)::text || ' of them', 'they are empty in the copy: no rule can anonymize their bytes'
      FROM pg_largeobject_metadata HAVING count(*) > 0";
