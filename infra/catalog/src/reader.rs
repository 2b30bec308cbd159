//! Runs catalog queries: each answers one JSON object per row, in the shape of the model.

use crate::Error;
use serde::de::DeserializeOwned;
use tokio_postgres::{GenericClient, Row};

/// An object of the model with its object identifier in the catalogs.
#[derive(Debug)]
pub(crate) struct Loaded<T> {
    /// Its `oid`, or that of the relation it belongs to.
    pub(crate) oid: u32,
    /// The object.
    pub(crate) value: T,
}

/// A connection with what every query needs to know.
pub(crate) struct Reader<'a, C> {
    client: &'a C,
    /// The server's major version.
    pub(crate) major: u32,
}

impl<'a, C: GenericClient + Sync> Reader<'a, C> {
    /// Asks the server for its version; versions other than 13 to 18 are refused.
    pub(crate) async fn new(client: &'a C) -> Result<Self, Error> {
        let reader = Self { client, major: 0 };
        let rows = reader
            .rows(
                "the server version",
                "SELECT current_setting('server_version_num')::int4 / 10000",
            )
            .await?;
        let major = rows.first().map_or(0, |row| row.get::<_, i32>(0)).unsigned_abs();
        if (13..=18).contains(&major) {
            Ok(Self { client, major })
        } else {
            Err(Error::Version { major })
        }
    }

    /// Plain rows.
    pub(crate) async fn rows(&self, family: &'static str, sql: &str) -> Result<Vec<Row>, Error> {
        self.client
            .query_typed(sql, &[])
            .await
            .map_err(|source| Error::Query { family, source })
    }

    /// Objects: `sql` selects a column `oid` and one column per property of `T`.
    pub(crate) async fn load<T: DeserializeOwned>(
        &self,
        family: &'static str,
        sql: &str,
    ) -> Result<Vec<Loaded<T>>, Error> {
        let wrapped = format!("SELECT x.oid, row_to_json(x)::text FROM ({sql}) x");
        let rows = self.rows(family, &wrapped).await?;
        rows.iter()
            .map(|row| {
                let value = serde_json::from_str(row.get(1)).map_err(|source| Error::Unreadable { family, source })?;
                Ok(Loaded { oid: row.get(0), value })
            })
            .collect()
    }

    /// `sql` when the server is at least of this major version, else `otherwise`.
    pub(crate) fn since<'s>(&self, major: u32, sql: &'s str, otherwise: &'s str) -> &'s str {
        if self.major >= major { sql } else { otherwise }
    }
}
