//! The sample on real servers.

use super::*;
use nova_anonymization::rules::Rules;
use nova_pgserver::{Cluster, Installation};
use tokio_postgres::NoTls;

async fn filled(major: u32, rows: u64) -> (Cluster, Client) {
    let cluster = Cluster::start(&Installation::find_or_install(Some(major)).unwrap()).unwrap();
    let (client, connection) = tokio_postgres::connect(&cluster.url("postgres"), NoTls).await.unwrap();
    tokio::spawn(connection);
    create(&client, rows).await.unwrap();
    (cluster, client)
}

/// One line per row table: name, number of rows and a digest of all rows.
async fn digests(client: &Client) -> Vec<String> {
    let tables = client
        .query(
            "SELECT oid::regclass::text FROM pg_class
             WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('auth', 'public', 'audit') ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    let mut lines = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let query =
            format!("SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM ONLY {table} t");
        let digest: String = client.query_one(&query, &[]).await.unwrap().get(0);
        lines.push(format!("{table} {digest}"));
    }
    lines
}

async fn count(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn every_version_gets_the_same_rows() {
    let (_oldest_server, oldest) = filled(13, 300).await;
    let (_newest_server, newest) = filled(18, 300).await;
    let lines = digests(&oldest).await;
    assert_eq!(lines, digests(&newest).await);
    assert!(
        lines.iter().any(|line| line.starts_with("reservations 300 ")),
        "{lines:#?}"
    );
}

#[tokio::test]
async fn account_numbers_have_valid_check_digits() {
    let (_server, client) = filled(15, 400).await;
    let ibans = "SELECT count(*) FROM bills WHERE length(iban) = 27 AND mod((substr(iban, 5) || '1527' || substr(iban, 3, 2))::numeric, 97) = 1";
    assert_eq!(count(&client, ibans).await, 360);
    let ribs = "SELECT count(*) FROM bills WHERE (89 * substr(iban, 5, 5)::bigint + 15 * substr(iban, 10, 5)::bigint
                + 3 * substr(iban, 15, 11)::bigint + substr(iban, 26, 2)::bigint) % 97 = 0";
    assert_eq!(count(&client, ribs).await, 360);
    let nirs = "SELECT count(*) FROM patients WHERE 97 - left(nir, 13)::bigint % 97 <> right(nir, 2)::bigint";
    assert_eq!(count(&client, nirs).await, 0);
}

#[tokio::test]
async fn triggers_policies_and_exclusion_are_alive() {
    let (_server, client) = filled(15, 400).await;
    let before = count(&client, "SELECT count(*) FROM audit.log").await;
    client
        .batch_execute("UPDATE reservations SET guests = guests WHERE id = 1")
        .await
        .unwrap();
    assert_eq!(count(&client, "SELECT count(*) FROM audit.log").await, before + 1);
    let double = "INSERT INTO reservations (property_id, guest_id, period, status, guest_name, guest_email, amount)
                  SELECT property_id, guest_id, period, 'confirmed', guest_name, guest_email, amount
                  FROM reservations WHERE status = 'confirmed' LIMIT 1";
    let error = client.batch_execute(double).await.unwrap_err();
    assert_eq!(
        error.as_db_error().unwrap().constraint(),
        Some("reservations_no_double_booking")
    );
    client.batch_execute("SET ROLE authenticated").await.unwrap();
    assert_eq!(count(&client, "SELECT count(*) FROM reservations").await, 0);
}

#[tokio::test]
async fn no_person_is_named_outside_the_columns_that_hold_persons() {
    let (_server, client) = filled(15, 400).await;
    let places = "SELECT count(*) FROM (
                      SELECT title AS text FROM properties UNION ALL SELECT subject FROM conversations
                      UNION ALL SELECT title FROM tasks UNION ALL SELECT name FROM categories
                      UNION ALL SELECT bank_reference FROM transactions
                  ) AS texts JOIN profiles ON text ILIKE '%' || first_name || ' ' || last_name || '%' OR text LIKE '%@%'";
    assert_eq!(count(&client, places).await, 0);
}

#[tokio::test]
async fn every_rule_names_a_column_of_the_sample() {
    let (_server, client) = filled(15, 40).await;
    for rule in Rules::parse(RULES).unwrap().rules {
        let (table, column) = (rule.table, rule.column);
        let found = client
            .query_opt(
                "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2",
                &[&table, &column],
            )
            .await
            .unwrap();
        assert!(found.is_some(), "{table}.{column}");
    }
}
