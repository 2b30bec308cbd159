//! What is in a source: its rows, and samples of them.

use super::SourceConnection;
use crate::{cells::TextCells, copy::CopyOut, failure::failure};
use nova_errors::Failure;
use nova_schema::{QualifiedName, quote_ident};
use tokio_postgres::SimpleQueryMessage;

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

/// Bytes of a value that are looked through.
const FIRST_BYTES: u32 = 1 << 20;

impl SourceConnection {
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
}

/// The condition that selects a run of pages; none for all.
fn condition(pages: Pages) -> String {
    match (pages.first, pages.end) {
        (0, None) => String::new(),
        (first, None) => format!(" WHERE ctid >= '({first},0)'::tid"),
        (first, Some(end)) => format!(" WHERE ctid >= '({first},0)'::tid AND ctid < '({end},0)'::tid"),
    }
}
