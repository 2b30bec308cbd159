//! Which rows there are, by their places (`ctid`), and which rows reference which: what choosing rows needs of a source.
//! Everything is a query; nothing is created in the source.

use crate::{cells::TextCells, copy::CopyOut, failure::failure, path, source::SourceConnection};
use nova_errors::{Code, Failure};
use nova_schema::{QualifiedName, quote_ident, quote_literal};
use std::{collections::BTreeMap, fmt::Write as _};

/// A row of a table that holds rows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The table's oid.
    pub table: u32,
    /// Page, and number in the page.
    pub place: (u32, u16),
}

/// What rows are read from: a table without its children, or a partitioned one with its partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation<'a> {
    /// Its name.
    pub table: &'a QualifiedName,
    /// Its rows are those of its partitions.
    pub partitioned: bool,
}

impl Relation<'_> {
    fn sql(&self) -> String {
        if self.partitioned {
            self.table.sql()
        } else {
            format!("ONLY {}", self.table.sql())
        }
    }
}

/// A part of a table's rows that is the same every time: those with the smallest hashes of their keys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// So many.
    Rows(u64),
    /// About this share, from 0 to 1.
    Share(f64),
}

/// Which rows of a table are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Columns whose text is wanted with every row.
    pub texts: &'a [String],
    /// The columns of the key, for an order or a sample; without any, whole rows are compared.
    pub key: &'a [String],
    /// The rows come in the order of the key.
    pub ordered: bool,
    /// Only a part of them.
    pub sample: Option<Sample>,
    /// Only rows where one of these is NULL.
    pub null_in: &'a [String],
}

/// A reference, as rows are compared by it.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The referencing columns.
    pub columns: &'a [String],
    /// The referenced columns, position by position.
    pub referenced_columns: &'a [String],
    /// How a constraint compares them: `referenced OPERATOR(…) referencing`; none: `=`.
    pub operators: Option<&'a [String]>,
    /// As texts, because the types differ.
    pub as_text: bool,
}

/// Some rows of one side of a reference: only pairs with one of them are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Only<'a> {
    /// The rows are those of the referenced side.
    pub referenced: bool,
    /// Their table, which holds rows itself.
    pub table: &'a QualifiedName,
    /// Their places; none: all of the table.
    pub places: Option<&'a [(u32, u16)]>,
}

/// A stream of rows: `N` rows to an answer, behind the texts that were asked for.
pub struct RowIds {
    cells: TextCells,
    texts: usize,
}

impl RowIds {
    fn new(stream: CopyOut, texts: usize) -> Self {
        Self {
            cells: TextCells::new(stream),
            texts,
        }
    }

    /// Calls `row` for every row, and makes sure that the stream was complete.
    ///
    /// # Errors
    /// What the server or the network said; `NOVA-1501` when the stream was not complete; what `row` says.
    pub async fn for_each<const N: usize>(
        mut self,
        mut row: impl FnMut(&[Option<Vec<u8>>], [RowId; N]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        while self.some(&mut row).await? {}
        self.cells.finish()
    }

    /// Calls `row` for the next rows; false at the end.
    async fn some<const N: usize>(
        &mut self,
        row: &mut impl FnMut(&[Option<Vec<u8>>], [RowId; N]) -> Result<(), Failure>,
    ) -> Result<bool, Failure> {
        let Some(part) = self.cells.next().await? else {
            return Ok(false);
        };
        let texts = self.texts;
        let mut values: Vec<Option<Vec<u8>>> = vec![None; texts];
        let none = RowId {
            table: 0,
            place: (0, 0),
        };
        let mut ids = [none; N];
        let mut outcome = Ok(());
        self.cells.each(&part, |column, bytes| {
            let Some(at) = column.checked_sub(texts) else {
                if let Some(value) = values.get_mut(column) {
                    *value = Some(bytes.to_vec());
                }
                return;
            };
            // Pairs of table and place, never NULL: the last one ends the row.
            if let Some(id) = ids.get_mut(at / 2) {
                if at.is_multiple_of(2) {
                    id.table = <[u8; 4]>::try_from(bytes).map_or(0, u32::from_be_bytes);
                } else {
                    id.place = place(bytes);
                }
            }
            if at + 1 == 2 * N {
                if outcome.is_ok() {
                    outcome = row(&values, ids);
                }
                values.fill(None);
            }
        })?;
        outcome.map(|()| true)
    }
}

/// A `tid` in binary form: page and number, big-endian.
fn place(bytes: &[u8]) -> (u32, u16) {
    let Some((page, number)) = bytes.split_first_chunk() else {
        return (0, 0);
    };
    let number = number.try_into().map_or(0, u16::from_be_bytes);
    (u32::from_be_bytes(*page), number)
}

impl SourceConnection {
    async fn row_ids(&self, query: &str, texts: usize, doing: &str) -> Result<RowIds, Failure> {
        let stream = self
            .client()
            .copy_out(&format!("COPY ({query}) TO STDOUT (FORMAT binary)"))
            .await
            .map_err(|error| failure(&error, doing))?;
        Ok(RowIds::new(CopyOut::new(stream, doing.to_owned()), texts))
    }

    /// The oids of tables.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn table_oids(&self) -> Result<BTreeMap<u32, QualifiedName>, Failure> {
        let rows = self
            .client()
            .query(
                "SELECT c.oid, n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')",
                &[],
            )
            .await
            .map_err(|error| failure(&error, "asking for the tables' oids"))?;
        Ok(rows
            .iter()
            .map(|row| {
                (
                    row.get(0),
                    QualifiedName::new(row.get::<_, &str>(1), row.get::<_, &str>(2)),
                )
            })
            .collect())
    }

    /// How foreign keys compare their columns, by table and constraint: `OPERATOR(schema.=)`, the referenced side on the
    /// left. A key over periods holds where they overlap.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn reference_operators(&self) -> Result<BTreeMap<(QualifiedName, String), Vec<String>>, Failure> {
        let rows = self
            .client()
            .query(
                "SELECT n.nspname::text, c.relname::text, k.conname::text,
                        coalesce((to_jsonb(k) ->> 'conperiod')::bool, false),
                        ARRAY(SELECT format('OPERATOR(%I.%s)', p.nspname, o.oprname)
                              FROM unnest(k.conpfeqop) WITH ORDINALITY AS u (op, place)
                              JOIN pg_catalog.pg_operator o ON o.oid = u.op
                              JOIN pg_catalog.pg_namespace p ON p.oid = o.oprnamespace ORDER BY u.place)
                 FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f'",
                &[],
            )
            .await
            .map_err(|error| failure(&error, "asking how foreign keys compare"))?;
        Ok(rows
            .iter()
            .map(|row| {
                let table = QualifiedName::new(row.get::<_, &str>(0), row.get::<_, &str>(1));
                let mut operators: Vec<String> = row.get(4);
                if row.get(3)
                    && let Some(last) = operators.last_mut()
                {
                    "OPERATOR(pg_catalog.&&)".clone_into(last);
                }
                ((table, row.get(2)), operators)
            })
            .collect())
    }

    /// Counts the rows of something.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn count_rows(&self, from: Relation<'_>) -> Result<u64, Failure> {
        let row = self
            .client()
            .query_one(&format!("SELECT count(*) FROM {}", from.sql()), &[])
            .await
            .map_err(|error| failure(&error, &format!("counting {}", from.table)))?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
    }

    /// Rows of something, one to an answer.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn rows(&self, from: Relation<'_>, asked: &Asked<'_>) -> Result<RowIds, Failure> {
        let list: Vec<String> = asked
            .texts
            .iter()
            .map(|column| format!("t.{}::text", quote_ident(column)))
            .collect();
        let mut sql = String::from("SELECT ");
        for text in &list {
            let _ = write!(sql, "{text}, ");
        }
        let _ = write!(sql, "t.tableoid, t.ctid FROM {} AS t", from.sql());
        let mut conditions = Vec::new();
        if !asked.null_in.is_empty() {
            let nulls: Vec<String> = asked
                .null_in
                .iter()
                .map(|column| format!("t.{} IS NULL", quote_ident(column)))
                .collect();
            conditions.push(format!("({})", nulls.join(" OR ")));
        }
        if let Some(Sample::Share(share)) = asked.sample {
            // The first 32 bits of the hash.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 2^32")]
            let bound = (share.clamp(0.0, 1.0) * 4_294_967_296.0) as u64;
            conditions.push(format!(
                "('x' || substr({}, 1, 8))::bit(32)::bigint < {bound}",
                hash(from.table, asked.key)
            ));
        }
        if !conditions.is_empty() {
            let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
        }
        if let Some(Sample::Rows(rows)) = asked.sample {
            let _ = write!(sql, " ORDER BY {}, t.ctid LIMIT {rows}", hash(from.table, asked.key));
        } else if asked.ordered {
            let key: Vec<String> = asked
                .key
                .iter()
                .map(|column| format!("t.{}", quote_ident(column)))
                .collect();
            let order = if key.is_empty() {
                "t.tableoid, t.ctid".to_owned()
            } else {
                key.join(", ")
            };
            let _ = write!(sql, " ORDER BY {order}");
        }
        self.row_ids(&sql, list.len(), &format!("choosing rows of {}", from.table))
            .await
    }

    /// Referencing and referenced rows, two to an answer; only those with one of some rows, if so asked.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn references(
        &self,
        from: Relation<'_>,
        to: Relation<'_>,
        by: Compared<'_>,
        only: Option<Only<'_>>,
    ) -> Result<RowIds, Failure> {
        let leaf = |of: Relation<'_>, referenced: bool| match only {
            Some(only) if only.referenced == referenced => format!("ONLY {}", only.table.sql()),
            _ => of.sql(),
        };
        let pairs = by.columns.iter().zip(by.referenced_columns).enumerate();
        let equal: Vec<String> = pairs
            .map(|(place, (column, referenced))| {
                let (column, referenced) = (quote_ident(column), quote_ident(referenced));
                match by.operators.and_then(|operators| operators.get(place)) {
                    _ if by.as_text => format!("p.{referenced}::text = c.{column}::text"),
                    Some(operator) => format!("p.{referenced} {operator} c.{column}"),
                    None => format!("p.{referenced} = c.{column}"),
                }
            })
            .collect();
        let mut sql = format!(
            "SELECT c.tableoid, c.ctid, p.tableoid, p.ctid FROM {} AS c JOIN {} AS p ON {}",
            leaf(from, false),
            leaf(to, true),
            equal.join(" AND ")
        );
        if let Some((only, places)) = only.and_then(|only| Some((only, only.places?))) {
            let side = if only.referenced { 'p' } else { 'c' };
            let _ = write!(sql, " WHERE {side}.{}", at(places));
        }
        self.row_ids(&sql, 0, &format!("following references from {}", from.table))
            .await
    }

    /// Streams some rows of a table itself.
    ///
    /// # Errors
    /// `NOVA-12xx`, `NOVA-1504` when the table is gone.
    pub async fn copy_rows(
        &self,
        table: &QualifiedName,
        columns: &[String],
        places: &[(u32, u16)],
        binary: bool,
    ) -> Result<CopyOut, Failure> {
        let list: Vec<String> = columns.iter().map(|column| quote_ident(column)).collect();
        let format = if binary { "binary" } else { "text" };
        let sql = format!(
            "COPY (SELECT {} FROM ONLY {} WHERE {}) TO STDOUT (FORMAT {format})",
            list.join(", "),
            table.sql(),
            at(places)
        );
        let doing = format!("reading {table}");
        let stream = self
            .client()
            .copy_out(&sql)
            .await
            .map_err(|error| failure(&error, &doing))?;
        Ok(CopyOut::new(stream, doing))
    }

    /// The columns of a query's result: table and column, where one of a table is passed on as it is. The query is what
    /// somebody wrote: it is planned in the open read-only transaction, with the search path of the database, and not run.
    ///
    /// # Errors
    /// `NOVA-1001` with what the server says of it.
    pub async fn result_columns(&self, query: &str) -> Result<Vec<Option<(u32, String)>>, Failure> {
        self.look_in("DEFAULT").await?;
        let prepared = self
            .client()
            .prepare(query)
            .await
            .map_err(|error| refused(&failure(&error, "planning the query of the subset")))?;
        let mut columns = Vec::new();
        for column in prepared.columns() {
            columns.push(column.table_oid().zip(column.column_id()));
        }
        self.look_in(&path::list(self.path())).await?;
        let names = self
            .client()
            .query(
                "SELECT a.attname::text FROM unnest($1::oid[], $2::int2[]) WITH ORDINALITY AS u (rel, num, place)
                 LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = u.rel AND a.attnum = u.num ORDER BY u.place",
                &[
                    &columns
                        .iter()
                        .map(|column| column.map_or(0, |(table, _)| table))
                        .collect::<Vec<u32>>(),
                    &columns
                        .iter()
                        .map(|column| column.map_or(0, |(_, number)| number))
                        .collect::<Vec<i16>>(),
                ],
            )
            .await
            .map_err(|error| failure(&error, "asking for the columns of the query of the subset"))?;
        Ok(columns
            .into_iter()
            .zip(names)
            .map(|(column, name)| Some((column?.0, name.get::<_, Option<String>>(0)?)))
            .collect())
    }

    /// The rows of a table whose key a query gives: `columns` are the places of the key's columns in its result, from 0,
    /// of `width`.
    ///
    /// # Errors
    /// `NOVA-1001` with what the server says of the query.
    pub async fn rows_of_query(
        &self,
        from: Relation<'_>,
        key: &[String],
        query: &str,
        columns: &[usize],
        width: usize,
    ) -> Result<Vec<RowId>, Failure> {
        let names: Vec<String> = (0..width).map(|place| format!("c{place}")).collect();
        let equal: Vec<String> = key
            .iter()
            .zip(columns)
            .map(|(column, place)| format!("t.{} = q.c{place}", quote_ident(column)))
            .collect();
        // A comment at the query's end must not hide what follows.
        let sql = format!(
            "SELECT t.tableoid, t.ctid FROM {} AS t WHERE EXISTS (SELECT 1 FROM (\n{query}\n) AS q ({}) WHERE {})",
            from.sql(),
            names.join(", "),
            equal.join(" AND ")
        );
        self.look_in("DEFAULT").await?;
        let mut found = Vec::new();
        let rows = self.row_ids(&sql, 0, "running the query of the subset").await;
        rows.map_err(|failure| refused(&failure))?
            .for_each(|_, [row]: [RowId; 1]| {
                found.push(row);
                Ok(())
            })
            .await?;
        self.look_in(&path::list(self.path())).await?;
        Ok(found)
    }

    /// Where names without a schema are looked up, for the rest of the transaction.
    async fn look_in(&self, path: &str) -> Result<(), Failure> {
        self.client()
            .batch_execute(&format!("SET LOCAL search_path = {path}"))
            .await
            .map_err(|error| failure(&error, "setting the search path"))
    }
}

fn refused(failure: &Failure) -> Failure {
    Failure::new(
        Code::BAD_ARGUMENT,
        format!("the query of the subset cannot be used: {}", failure.cause),
    )
}

/// A hash of a row's key that is the same on every server: whoever has the keys knows it, which is no harm, because all it
/// decides is which rows are copied.
fn hash(table: &QualifiedName, key: &[String]) -> String {
    let row = if key.is_empty() {
        "t.*".to_owned()
    } else {
        key.iter()
            .map(|column| format!("t.{}", quote_ident(column)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!(
        "md5({} || ROW({row})::text)",
        quote_literal(&format!("{} ", table.readable()))
    )
}

/// `ctid = ANY (…)`: the server fetches exactly these rows.
fn at(places: &[(u32, u16)]) -> String {
    let mut sql = String::with_capacity(24 + 16 * places.len());
    sql.push_str("ctid = ANY ('{");
    for (number, (page, offset)) in places.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(sql, "{comma}\"({page},{offset})\"");
    }
    sql.push_str("}'::tid[])");
    sql
}
