//! Reading a source. The only statements that ever reach one are in this crate and in `nova-catalog`, and none of them
//! writes.

use crate::{cells::TextCells, connect::connect, copy::CopyOut, failure::failure, identity, identity::Probe, session};
use nova_environments::DatabaseUrl;
use nova_errors::{Code, Failure};
use nova_schema::{Database, QualifiedName, quote_ident, quote_literal};
use std::collections::BTreeSet;
use tokio_postgres::{Client, SimpleQueryMessage};

/// A consistent view of the source that other sessions can join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What other sessions name to join it.
    pub id: String,
    /// Two snapshots of a server with the same text see the same rows: `pg_current_snapshot()` and, on a standby, which
    /// does not list the transactions in progress, the position in the log up to which it was replayed.
    pub visibility: String,
}

/// Heap pages `first..end` of a table; without an end, to its last page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// First page.
    pub first: u32,
    /// The page after the last.
    pub end: Option<u32>,
}

impl Pages {
    /// Every page.
    pub const ALL: Self = Self { first: 0, end: None };
}

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

/// Bytes of a value that are looked through.
const FIRST_BYTES: u32 = 1 << 20;

/// A session that can only read.
#[derive(Debug)]
pub struct SourceConnection {
    client: Client,
    probe: Probe,
}

impl SourceConnection {
    /// Opens a read-only session.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, Failure> {
        Self::open_database(url, None).await
    }

    /// Opens a read-only session to another database of the same server.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn open_database(url: &DatabaseUrl, database: Option<&str>) -> Result<Self, Failure> {
        let client = connect(url, database).await?;
        session::read_only(&client).await?;
        session::match_encoding(&client).await?;
        let probe = identity::ask(&client).await?;
        Ok(Self { client, probe })
    }

    /// What the server said about itself.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }

    /// True when the session cannot be used any more.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    async fn run(&self, sql: &str, doing: &str) -> Result<(), Failure> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| failure(&error, doing))
    }

    /// Begins a transaction that sees one state of the database.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn begin(&self) -> Result<(), Failure> {
        self.run(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            "beginning a read-only transaction",
        )
        .await
    }

    /// Begins a transaction that sees a new state, and makes its view available to other sessions.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn open_snapshot(&self) -> Result<Snapshot, Failure> {
        let before = self.replayed().await?;
        self.begin().await?;
        let mut snapshot = self.export_snapshot().await?;
        if let (Some(before), Some(after)) = (before, self.replayed().await?) {
            // Positions only grow: a range is never seen twice, and without a range the state is known exactly.
            let range = if before == after {
                after
            } else {
                format!("{before}-{after}")
            };
            snapshot.visibility = format!("{}@{range}", snapshot.visibility);
        }
        Ok(snapshot)
    }

    /// The position in the log up to which a standby is replayed; none on a primary.
    async fn replayed(&self) -> Result<Option<String>, Failure> {
        let sql = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END";
        let row = self.client.query_one(sql, &[]).await;
        row.map(|row| row.get(0))
            .map_err(|error| failure(&error, "asking how far the standby is"))
    }

    /// Makes the open transaction's view available to other sessions, for as long as the transaction lives.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn export_snapshot(&self) -> Result<Snapshot, Failure> {
        let row = self
            .client
            .query_one("SELECT pg_export_snapshot(), pg_current_snapshot()::text", &[])
            .await
            .map_err(|error| failure(&error, "exporting the snapshot"))?;
        Ok(Snapshot {
            id: row.get(0),
            visibility: row.get(1),
        })
    }

    /// Begins a transaction that sees what an exported snapshot sees.
    ///
    /// # Errors
    /// `NOVA-1503` when the snapshot does not exist any more.
    pub async fn join(&self, snapshot: &str) -> Result<(), Failure> {
        self.begin().await?;
        let sql = format!("SET TRANSACTION SNAPSHOT {}", quote_literal(snapshot));
        let joined = self.client.batch_execute(&sql).await;
        if let Err(error) = joined {
            let reason = match error.code().map(tokio_postgres::error::SqlState::code) {
                // Either "invalid snapshot identifier" or "the source transaction is not running any more".
                Some("22023" | "55000" | "42704") => {
                    Failure::new(Code::SNAPSHOT_LOST, "the snapshot's holder is gone".to_owned())
                }
                _ => failure(&error, "joining the snapshot"),
            };
            self.abandon().await;
            return Err(reason);
        }
        Ok(())
    }

    /// Ends the transaction and proves that the server never gave it a transaction id, which it does at the first
    /// write.
    ///
    /// # Errors
    /// `NOVA-1999` when it had one; `NOVA-12xx`.
    pub async fn end(&self) -> Result<(), Failure> {
        let doing = "ending the read-only transaction";
        let row = self
            .client
            .query_one("SELECT pg_current_xact_id_if_assigned() IS NULL", &[])
            .await
            .map_err(|error| failure(&error, doing))?;
        self.run("COMMIT", doing).await?;
        if row.get::<_, bool>(0) {
            return Ok(());
        }
        Err(Failure::new(
            Code::INTERNAL,
            "the source assigned a transaction id to a reading session",
        ))
    }

    /// Makes sure that the session answers.
    ///
    /// # Errors
    /// `NOVA-12xx` when it does not.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.run("SELECT", "asking whether the session lives").await
    }

    /// Leaves a transaction that failed; whether that works does not matter, the session is read-only.
    pub async fn abandon(&self) {
        let _ = self.client.batch_execute("ROLLBACK").await;
    }

    /// Keeps these tables from being truncated, dropped or rewritten while the transaction lives. Readers and writers
    /// are not hindered.
    ///
    /// # Errors
    /// `NOVA-1506` when a table is locked by someone else for longer than 30 seconds, `NOVA-1504` when it is gone.
    pub async fn lock(&self, tables: &[QualifiedName]) -> Result<(), Failure> {
        for group in tables.chunks(200) {
            let names: Vec<String> = group.iter().map(|name| format!("ONLY {}", name.sql())).collect();
            let sql = format!("LOCK TABLE {} IN ACCESS SHARE MODE", names.join(", "));
            self.run(&sql, "locking the tables against truncation").await?;
        }
        Ok(())
    }

    /// Tables among these that were truncated or rewritten after the transaction's snapshot was taken and before they
    /// were locked: the snapshot would see them empty.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn rewritten(&self) -> Result<Vec<String>, Failure> {
        // The query reads the catalog as the snapshot sees it, the function as it is now.
        let rows = self
            .client
            .query(
                "SELECT c.oid::regclass::text FROM pg_catalog.pg_class c
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND c.relfilenode <> 0
                   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
                   AND pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode",
                &[],
            )
            .await
            .map_err(|error| failure(&error, "comparing the tables with the snapshot"))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Reads the catalogs.
    ///
    /// # Errors
    /// `NOVA-1303`.
    pub async fn capture(&self) -> Result<Database, Failure> {
        nova_catalog::capture(&self.client, &nova_catalog::CaptureOptions::default())
            .await
            .map_err(Failure::from)
    }

    /// Sums up every row of the catalogs that is about users' objects.
    ///
    /// # Errors
    /// `NOVA-1303`.
    pub async fn digest(&self, owners: bool) -> Result<nova_catalog::oracle::Digest, Failure> {
        let digest = nova_catalog::oracle::digest(&self.client, owners).await;
        digest.map_err(Failure::from)
    }

    /// Walks every row of these catalogs that is about users' objects.
    ///
    /// # Errors
    /// `NOVA-1303`.
    pub async fn walk(&self, catalogs: &BTreeSet<String>) -> Result<nova_catalog::oracle::Walk, Failure> {
        let walk = nova_catalog::oracle::walk_over(&self.client, catalogs).await;
        walk.map_err(Failure::from)
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

    /// Whether the server can plan a query, which it neither runs nor changes anything for.
    ///
    /// # Errors
    /// What the server said.
    pub async fn plans(&self, query: &str) -> Result<(), Failure> {
        self.begin().await?;
        let outcome = self.client.batch_execute(&format!("EXPLAIN {query}")).await;
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

    /// Counts the rows of a table itself, without its children.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn count(&self, table: &QualifiedName) -> Result<u64, Failure> {
        self.count_pages(table, Pages::ALL).await
    }

    /// Counts the rows in some pages of a table itself.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn count_pages(&self, table: &QualifiedName, pages: Pages) -> Result<u64, Failure> {
        let sql = format!("SELECT count(*) FROM ONLY {}{}", table.sql(), condition(pages));
        let row = self
            .client
            .query_one(&sql, &[])
            .await
            .map_err(|error| failure(&error, &format!("counting {table}")))?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
    }

    /// Up to `limit` values of each column, as text, from pages spread over the table. Rows do not stay together.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn sample(
        &self,
        table: &QualifiedName,
        columns: &[String],
        pages: u64,
        limit: u32,
    ) -> Result<Vec<Vec<String>>, Failure> {
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let list: Vec<String> = columns
            .iter()
            .map(|column| format!("left({}::text, 4000)", quote_ident(column)))
            .collect();
        // A page holds some 60 rows; small tables are read from the start.
        let share = if pages <= 32 {
            String::new()
        } else {
            format!(" TABLESAMPLE SYSTEM ({:.6}) REPEATABLE (7)", 3200.0 / pages as f64)
        };
        let sql = format!(
            "SELECT {} FROM ONLY {}{share} LIMIT {limit}",
            list.join(", "),
            table.sql()
        );
        let answers = self
            .client
            .simple_query(&sql)
            .await
            .map_err(|error| failure(&error, &format!("sampling {table}")))?;
        let mut samples = vec![Vec::new(); columns.len()];
        for answer in &answers {
            if let SimpleQueryMessage::Row(row) = answer {
                for (index, values) in samples.iter_mut().enumerate() {
                    values.extend(row.get(index).map(str::to_owned));
                }
            }
        }
        Ok(samples)
    }

    /// Streams rows of a table itself, without its children: the given columns of the given pages.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-1504` when the table is gone.
    pub async fn copy_out(
        &self,
        table: &QualifiedName,
        columns: &[String],
        pages: Pages,
        binary: bool,
    ) -> Result<CopyOut, Failure> {
        let list: Vec<String> = columns.iter().map(|column| quote_ident(column)).collect();
        let format = if binary { "binary" } else { "text" };
        let whole = pages == Pages::ALL && !columns.is_empty();
        let sql = if whole {
            format!("COPY {} ({}) TO STDOUT (FORMAT {format})", table.sql(), list.join(", "))
        } else {
            let (list, range) = (list.join(", "), condition(pages));
            format!(
                "COPY (SELECT {list} FROM ONLY {}{range}) TO STDOUT (FORMAT {format})",
                table.sql()
            )
        };
        let doing = format!("reading {table}");
        let stream = self
            .client
            .copy_out(&sql)
            .await
            .map_err(|error| failure(&error, &doing))?;
        Ok(CopyOut::new(stream, doing))
    }

    /// Streams some columns of the first rows of a table itself, in the text format.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-1504` when the table is gone.
    pub async fn copy_first(&self, table: &QualifiedName, columns: &[String], rows: u32) -> Result<CopyOut, Failure> {
        let list: Vec<String> = columns.iter().map(|column| quote_ident(column)).collect();
        let sql = format!(
            "COPY (SELECT {} FROM ONLY {} LIMIT {rows}) TO STDOUT (FORMAT text)",
            list.join(", "),
            table.sql()
        );
        let doing = format!("reading {table}");
        let stream = self
            .client
            .copy_out(&sql)
            .await
            .map_err(|error| failure(&error, &doing))?;
        Ok(CopyOut::new(stream, doing))
    }

    /// Combinations of columns that fewer than `k` rows of a table share: how many combinations, how many rows in them,
    /// and the size of the smallest; all zero when there are none.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-1504` when the table or a column is gone.
    pub async fn small_groups(&self, table: &QualifiedName, columns: &[String], k: u64) -> Result<[u64; 3], Failure> {
        let list: Vec<String> = columns
            .iter()
            .map(|column| format!("{}::text", quote_ident(column)))
            .collect();
        let places: Vec<String> = (1..=list.len()).map(|place| place.to_string()).collect();
        let sql = format!(
            "SELECT count(*), coalesce(sum(n), 0)::int8, coalesce(min(n), 0)::int8
             FROM (SELECT count(*) AS n FROM (SELECT {} FROM {}) AS t ({}) GROUP BY {} HAVING count(*) < {k}) AS g",
            list.join(", "),
            table.sql(),
            (1..=list.len())
                .map(|place| format!("c{place}"))
                .collect::<Vec<_>>()
                .join(", "),
            places
                .iter()
                .map(|place| format!("c{place}"))
                .collect::<Vec<_>>()
                .join(", "),
        );
        let row = self
            .client
            .query_one(&sql, &[])
            .await
            .map_err(|error| failure(&error, &format!("grouping {table}")))?;
        Ok([0, 1, 2].map(|place| u64::try_from(row.get::<_, i64>(place)).unwrap_or(0)))
    }

    /// The first bytes of a large object; none when the role may not read it.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn large_object(&self, number: u32, bytes: i32) -> Result<Option<Vec<u8>>, Failure> {
        let doing = format!("reading large object {number}");
        let readable = self
            .client
            .query_one(
                "SELECT current_setting('is_superuser') = 'on' OR EXISTS (
                     SELECT FROM pg_catalog.pg_largeobject_metadata m
                     LEFT JOIN LATERAL aclexplode(m.lomacl) AS a ON true
                     WHERE m.oid = $1 AND (pg_has_role(m.lomowner, 'USAGE')
                       OR (a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))))",
                &[&number],
            )
            .await
            .map_err(|error| failure(&error, &doing))?;
        if !readable.get::<_, bool>(0) {
            return Ok(None);
        }
        let row = self
            .client
            .query_one("SELECT lo_get($1, 0, $2)", &[&number, &bytes])
            .await
            .map_err(|error| failure(&error, &doing))?;
        Ok(Some(row.get(0)))
    }

    /// Streams columns of a table or materialized view, each cast to text.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn text_cells(
        &self,
        table: &QualifiedName,
        columns: &[String],
        pages: Pages,
    ) -> Result<TextCells, Failure> {
        let columns: Vec<(&str, bool)> = columns.iter().map(|column| (column.as_str(), false)).collect();
        self.cells(table, &columns, pages).await
    }

    /// The same, with some columns (`true`) of bytes, of which the first megabyte comes as it is.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn cells(
        &self,
        table: &QualifiedName,
        columns: &[(&str, bool)],
        pages: Pages,
    ) -> Result<TextCells, Failure> {
        let list: Vec<String> = columns
            .iter()
            .map(|(column, bytes)| {
                let column = quote_ident(column);
                if *bytes {
                    format!("substring({column}, 1, {FIRST_BYTES})")
                } else {
                    format!("{column}::text")
                }
            })
            .collect();
        let sql = format!(
            "COPY (SELECT {} FROM ONLY {}{}) TO STDOUT (FORMAT binary)",
            list.join(", "),
            table.sql(),
            condition(pages)
        );
        let doing = format!("scanning {}", table.readable());
        let stream = self
            .client
            .copy_out(&sql)
            .await
            .map_err(|error| failure(&error, &doing))?;
        Ok(TextCells::new(CopyOut::new(stream, doing)))
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

/// The condition that selects a run of pages; none for all.
fn condition(pages: Pages) -> String {
    match (pages.first, pages.end) {
        (0, None) => String::new(),
        (first, None) => format!(" WHERE ctid >= '({first},0)'::tid"),
        (first, Some(end)) => format!(" WHERE ctid >= '({first},0)'::tid AND ctid < '({end},0)'::tid"),
    }
}
