//! What a source is made of: its catalogs.

use super::SourceConnection;
use crate::failure::failure;
use nova_catalog::oracle::{self, Finding};
use nova_errors::Failure;
use nova_schema::{Database, QualifiedName};

/// How large a table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSize {
    /// The table.
    pub name: QualifiedName,
    /// Heap pages of 8 kB.
    pub pages: u64,
    /// Bytes of heap and out-of-line values, without indexes.
    pub bytes: u64,
    /// Rows by the statistics; 0 when unknown.
    pub rows: u64,
}

impl SourceConnection {
    /// Reads the catalogs.
    ///
    /// # Errors
    /// `NOVA-1303`.
    pub async fn capture(&self) -> Result<Database, Failure> {
        nova_catalog::capture(&self.client, &nova_catalog::CaptureOptions::default())
            .await
            .map_err(Failure::from)
    }

    /// Where the catalogs differ in what is about users' objects: sums of all of them first, then the rows of those whose
    /// sums are not the same.
    ///
    /// # Errors
    /// `NOVA-1303`.
    pub async fn differences(&self, other: &Self, owners: bool) -> Result<Vec<Finding>, Failure> {
        let (a, b) = tokio::try_join!(
            oracle::digest(&self.client, owners),
            oracle::digest(&other.client, owners)
        )?;
        let catalogs = a.differing(&b);
        if catalogs.is_empty() {
            return Ok(Vec::new());
        }
        let (a, b) = tokio::try_join!(
            oracle::walk_over(&self.client, &catalogs),
            oracle::walk_over(&other.client, &catalogs)
        )?;
        Ok(if owners {
            a.differences(&b)
        } else {
            a.differences_without_owners(&b)
        })
    }

    /// Indexes that a failed concurrent build left behind: quoted name and definition.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn invalid_indexes(&self) -> Result<Vec<(String, String)>, Failure> {
        let rows = self
            .client
            .query(
                "SELECT format('%I.%I', n.nspname, c.relname), pg_get_indexdef(c.oid)
                 FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE NOT x.indisvalid AND c.relkind = 'i' AND n.nspname !~ '^pg_' ORDER BY 1",
                &[],
            )
            .await
            .map_err(|error| failure(&error, "looking for invalid indexes"))?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// Whether the server can plan a query, which it neither runs nor changes anything for. Routines in it find what their
    /// bodies name where they find it for the role's other sessions.
    ///
    /// # Errors
    /// What the server said.
    pub async fn plans(&self, query: &str) -> Result<(), Failure> {
        self.begin().await?;
        let statement = format!("SET LOCAL search_path TO DEFAULT; EXPLAIN {query}");
        let outcome = self.client.batch_execute(&statement).await;
        self.abandon().await;
        outcome.map_err(|error| failure(&error, "planning a view's query"))
    }

    /// How large these tables are.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn sizes(&self) -> Result<Vec<TableSize>, Failure> {
        let rows = self
            .client
            .query(
                "SELECT n.nspname::text, c.relname::text,
                        coalesce(pg_relation_size(c.oid) / current_setting('block_size')::int, 0),
                        coalesce(pg_table_size(c.oid), 0), greatest(c.reltuples, 0)::float8
                 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
                   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'",
                &[],
            )
            .await
            .map_err(|error| failure(&error, "measuring the tables"))?;
        let unsigned = |value: i64| u64::try_from(value).unwrap_or(0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "greatest(…, 0) of an estimate"
        )]
        let estimate = |value: f64| value as u64;
        Ok(rows
            .iter()
            .map(|row| TableSize {
                name: QualifiedName {
                    schema: row.get(0),
                    name: row.get(1),
                },
                pages: unsigned(row.get(2)),
                bytes: unsigned(row.get(3)),
                rows: estimate(row.get(4)),
            })
            .collect())
    }

    /// Tables the role may not read, and tables whose rows policies would hide from it.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn unreadable(
        &self,
        tables: &[QualifiedName],
    ) -> Result<(Vec<QualifiedName>, Vec<QualifiedName>), Failure> {
        let (schemas, names): (Vec<&str>, Vec<&str>) = tables
            .iter()
            .map(|table| (table.schema.as_str(), table.name.as_str()))
            .unzip();
        // `row_security` is off in this session, so the filter is judged by the role's own rights.
        let rows = self
            .client
            .query(
                "SELECT n.nspname::text, c.relname::text,
                        has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
                        c.relrowsecurity
                          AND NOT (SELECT r.rolsuper OR r.rolbypassrls FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
                          AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE'))
                 FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
                 JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
                 JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name",
                &[&schemas, &names],
            )
            .await
            .map_err(|error| failure(&error, "checking the right to read"))?;
        let (mut denied, mut filtered) = (Vec::new(), Vec::new());
        for row in rows {
            let name = QualifiedName {
                schema: row.get(0),
                name: row.get(1),
            };
            if !row.get::<_, bool>(2) {
                denied.push(name);
            } else if row.get::<_, bool>(3) {
                filtered.push(name);
            }
        }
        Ok((denied, filtered))
    }

    /// Constraints that are not valid and indexes that cannot be used, by name; system schemas excluded.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn invalid_objects(&self) -> Result<Vec<String>, Failure> {
        let rows = self
            .client
            .query(
                "SELECT 'constraint ' || conrelid::regclass::text || '.' || quote_ident(conname)
                 FROM pg_catalog.pg_constraint WHERE NOT convalidated AND conrelid <> 0
                   AND connamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema'))
                 UNION ALL
                 SELECT 'index ' || indexrelid::regclass::text FROM pg_catalog.pg_index
                 WHERE NOT indisvalid OR NOT indisready
                 ORDER BY 1",
                &[],
            )
            .await
            .map_err(|error| failure(&error, "looking for invalid objects"))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
