//! Subscriptions, as the statement that makes one which is switched off and knows no publisher.
//!
//! The connection of a subscription holds a password: it is never read. Nor does a copy need it: two databases that take
//! from the same slot take from each other.

use super::comment;
use crate::Error;
use crate::reader::Reader;
use nova_schema::{NO_CONNECTION, quote_literal};
use tokio_postgres::GenericClient;

/// The query. PostgreSQL 13 shows ordinary roles less: neither their comments nor how they commit.
pub(crate) async fn sql<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<String, Error> {
    let shown = reader.major >= 14 || {
        let sql = "SELECT has_column_privilege('pg_subscription', 'oid', 'SELECT')";
        let rows = reader.rows("privileges on subscriptions", sql).await?;
        rows.first().is_some_and(|row| row.get(0))
    };
    let mut options = vec!["'connect = false, slot_name = NONE'"];
    if shown {
        options.push("CASE WHEN s.subsynccommit <> 'off' THEN format('synchronous_commit = %L', s.subsynccommit) END");
    }
    options.push(match reader.major {
        ..=13 => "NULL",
        14 | 15 => "CASE WHEN s.substream THEN 'streaming = on' END",
        16 | 17 => "CASE s.substream WHEN 't' THEN 'streaming = on' WHEN 'p' THEN 'streaming = parallel' END",
        _ => "CASE s.substream WHEN 't' THEN 'streaming = on' WHEN 'f' THEN 'streaming = off' END",
    });
    let since: &[(u32, &str)] = &[
        (14, "CASE WHEN s.subbinary THEN 'binary = true' END"),
        (15, "CASE WHEN s.subtwophasestate <> 'd' THEN 'two_phase = true' END"),
        (15, "CASE WHEN s.subdisableonerr THEN 'disable_on_error = true' END"),
        (
            16,
            "CASE WHEN NOT s.subpasswordrequired THEN 'password_required = false' END",
        ),
        (16, "CASE WHEN s.subrunasowner THEN 'run_as_owner = true' END"),
        (
            16,
            "CASE WHEN s.suborigin <> 'any' THEN format('origin = %L', s.suborigin) END",
        ),
        (17, "CASE WHEN s.subfailover THEN 'failover = true' END"),
    ];
    options.extend(
        since
            .iter()
            .filter(|(major, _)| reader.major >= *major)
            .map(|(_, sql)| *sql),
    );
    let (oid, comment) = if shown {
        ("s.oid", comment("pg_subscription", "s.oid"))
    } else {
        ("0::oid", "NULL".to_owned())
    };
    Ok(format!(
        "SELECT {oid} AS oid, 'SUBSCRIPTION' AS kind, true AS late, true AS superuser, pg_get_userbyid(s.subowner) AS owner,
           {comment} AS comment, quote_ident(s.subname) AS identity,
           json_build_array(format('CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION %s WITH (%s)', s.subname, {connection},
             (SELECT string_agg(quote_ident(p.name), ', ' ORDER BY p.position)
              FROM unnest(s.subpublications) WITH ORDINALITY AS p(name, position)),
             concat_ws(', ', {options}))) AS statements
         FROM pg_subscription s
         WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())",
        connection = quote_literal(NO_CONNECTION),
        options = options.join(", "),
    ))
}
