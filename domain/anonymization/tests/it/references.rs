//! On a real server: references hold after primary keys that many tables refer to were replaced, with cycles, composite
//! and self references, a reference that no constraint declares, partitions and inheritance; and documents of every form
//! keep what no rule names.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::mask_in_pieces;
use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use nova_anonymization::plan::{MaskingPlan, plan};
use nova_anonymization::rules::Rules;
use nova_anonymization::{
    Action, Attribute, ColumnFacts, ColumnLayout, CopyFormat, ForeignKeyFacts, JsonLeaf, Kind, Spec, TableLayout,
};
use nova_pgserver::Cluster;
use std::fmt::Write;
use tokio_postgres::{Client, NoTls};

/// Tables that refer to `users`.
const TABLES: usize = 20;

async fn connect(cluster: &Cluster, database: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(&cluster.url(database), NoTls).await.unwrap();
    tokio::spawn(async move { connection.await.unwrap() });
    client
        .batch_execute("SET datestyle = 'ISO'; SET timezone = 'UTC'")
        .await
        .unwrap();
    client
}

fn tables_sql() -> String {
    let mut sql =
        "CREATE TABLE users (id int8 PRIMARY KEY, tenant int4 NOT NULL, manager_id int8, favourite_order int8, \
                   UNIQUE (tenant, id));
                   CREATE TABLE orders (id int8 PRIMARY KEY, user_id int8);
                   CREATE TABLE logs (who int8);
                   CREATE TABLE memberships (tenant int4, user_id int8);
                   CREATE TABLE visits (user_id int8, at date) PARTITION BY RANGE (at);
                   CREATE TABLE visits_a PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                   CREATE TABLE visits_b PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
                   CREATE TABLE contacts (user_id int8);
                   CREATE TABLE old_contacts (reason text) INHERITS (contacts);"
            .to_owned();
    for table in 0..TABLES {
        write!(sql, "CREATE TABLE t{table} (id int4, user_id int8);").unwrap();
    }
    sql
}

fn keys_sql() -> String {
    let mut sql = "ALTER TABLE users ADD FOREIGN KEY (manager_id) REFERENCES users;
                   ALTER TABLE users ADD FOREIGN KEY (favourite_order) REFERENCES orders;
                   ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
                   ALTER TABLE memberships ADD FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, id);
                   ALTER TABLE visits_a ADD FOREIGN KEY (user_id) REFERENCES users;
                   ALTER TABLE visits_b ADD FOREIGN KEY (user_id) REFERENCES users;
                   ALTER TABLE contacts ADD FOREIGN KEY (user_id) REFERENCES users;
                   ALTER TABLE old_contacts ADD FOREIGN KEY (user_id) REFERENCES users;"
        .to_owned();
    for table in 0..TABLES {
        write!(sql, "ALTER TABLE t{table} ADD FOREIGN KEY (user_id) REFERENCES users;").unwrap();
    }
    sql
}

async fn facts(client: &Client) -> (Vec<ColumnFacts>, Vec<ForeignKeyFacts>) {
    let rows = client
        .query(
            "SELECT c.relname, a.attname, t.typname, a.attnotnull,
                    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique
                            AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum),
                    (SELECT p.relname FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = c.oid),
                    a.attname = 'at'
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
             ORDER BY c.relname, a.attnum",
            &[],
        )
        .await
        .unwrap();
    let columns = rows
        .iter()
        .map(|row| ColumnFacts {
            schema: "public".to_owned(),
            table: row.get(0),
            column: row.get(1),
            base_type: row.get(2),
            builtin: true,
            not_null: row.get(3),
            unique: row.get(4),
            parent: row
                .get::<_, Option<String>>(5)
                .map(|parent| ("public".to_owned(), parent)),
            partition_key: row.get(6),
            ..ColumnFacts::default()
        })
        .collect();
    let rows = client
        .query(
            "SELECT k.conname, k.conrelid::regclass::text, k.confrelid::regclass::text,
                    ARRAY(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY u (n, o)
                          JOIN pg_attribute ON attrelid = k.conrelid AND attnum = n ORDER BY o),
                    ARRAY(SELECT attname::text FROM unnest(k.confkey) WITH ORDINALITY u (n, o)
                          JOIN pg_attribute ON attrelid = k.confrelid AND attnum = n ORDER BY o)
             FROM pg_constraint k WHERE contype = 'f'",
            &[],
        )
        .await
        .unwrap();
    let public = |name: String| ("public".to_owned(), name);
    let keys = rows
        .iter()
        .map(|row| ForeignKeyFacts {
            name: row.get(0),
            table: public(row.get(1)),
            referenced: public(row.get(2)),
            columns: row.get(3),
            referenced_columns: row.get(4),
        })
        .collect();
    (columns, keys)
}

async fn copy_masked(from: &Client, to: &Client, columns: &[ColumnFacts], plan: &MaskingPlan) {
    let mut tables: Vec<&str> = columns.iter().map(|column| column.table.as_str()).collect();
    tables.dedup();
    for table in tables {
        let layout = TableLayout {
            columns: columns
                .iter()
                .filter(|column| column.table == table)
                .map(|column| ColumnLayout {
                    name: column.column.clone(),
                    base_type: column.base_type.clone(),
                    action: plan
                        .spec("public", table, &column.column)
                        .cloned()
                        .map_or(Action::Pass, Action::Mask),
                })
                .collect(),
        };
        let source = format!("COPY (SELECT * FROM ONLY {table}) TO STDOUT (FORMAT binary)");
        let pieces: Vec<Bytes> = from.copy_out(&source).await.unwrap().try_collect().await.unwrap();
        let (masked, _) = mask_in_pieces(CopyFormat::Binary, &layout, &pieces.concat(), &[4000]).unwrap();
        let target = format!("COPY {table} FROM STDIN (FORMAT binary)");
        let sink = to.copy_in(&target).await.unwrap();
        let mut sink = std::pin::pin!(sink);
        sink.send(Bytes::from(masked)).await.unwrap();
        sink.finish().await.unwrap();
    }
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn references_hold_and_documents_keep_the_rest() {
    let cluster = Cluster::start_any().unwrap();
    let source = connect(&cluster, "postgres").await;
    source.batch_execute("CREATE DATABASE masked").await.unwrap();
    let target = connect(&cluster, "masked").await;
    primary_keys_change_everywhere(&source, &target).await;
    composites_and_documents(&source, &target).await;
}

async fn primary_keys_change_everywhere(source: &Client, target: &Client) {
    for client in [source, target] {
        client.batch_execute(&tables_sql()).await.unwrap();
    }
    let mut fill =
        "INSERT INTO users SELECT n, n % 7, CASE WHEN n > 1 THEN n / 2 END, NULL FROM generate_series(1, 500) n;
                    INSERT INTO orders SELECT n * 3, n % 500 + 1 FROM generate_series(1, 800) n;
                    UPDATE users SET favourite_order = id * 3;
                    INSERT INTO logs SELECT n % 500 + 1 FROM generate_series(1, 900) n;
                    INSERT INTO memberships SELECT id % 7, id FROM users;
                    INSERT INTO visits SELECT n % 500 + 1, date '2024-06-01' + n FROM generate_series(1, 400) n;
                    INSERT INTO contacts SELECT id FROM users WHERE id < 50;
                    INSERT INTO old_contacts SELECT id, 'moved' FROM users WHERE id > 450;"
            .to_owned();
    for table in 0..TABLES {
        write!(
            fill,
            "INSERT INTO t{table} SELECT n, n % 500 + 1 FROM generate_series(1, 100) n;"
        )
        .unwrap();
    }
    source.batch_execute(&fill).await.unwrap();
    source.batch_execute(&keys_sql()).await.unwrap();
    let (columns, mut keys) = facts(source).await;
    let rules = Rules::parse(
        r#"{"rules": [{"table": "users", "column": "id", "transformer": "identifier"},
                      {"table": "orders", "column": "id", "transformer": "identifier"}],
            "references": [{"table": "logs", "columns": ["who"], "references": "users", "referenced_columns": ["id"]}]}"#,
    )
    .unwrap();
    keys.extend(rules.reference_facts(&columns));
    let plan = plan(&columns, &keys, &rules, &[]).unwrap();
    for (table, column) in [
        ("users", "manager_id"),
        ("users", "favourite_order"),
        ("orders", "user_id"),
        ("logs", "who"),
        ("memberships", "user_id"),
        ("visits_b", "user_id"),
        ("old_contacts", "user_id"),
        ("t19", "user_id"),
    ] {
        assert!(plan.spec("public", table, column).is_some(), "{table}.{column} follows");
    }
    copy_masked(source, target, &columns, &plan).await;
    // The server itself checks every reference.
    target.batch_execute(&keys_sql()).await.unwrap();
    for sql in [
        "SELECT count(*) FROM logs JOIN users ON who = id",
        "SELECT count(*) FROM users u JOIN users m ON u.manager_id = m.id",
        "SELECT count(*) FROM users u JOIN orders o ON u.favourite_order = o.id JOIN users b ON o.user_id = b.id",
        "SELECT count(*) FROM visits JOIN users ON user_id = id",
        "SELECT count(*) FROM contacts JOIN users ON user_id = id",
        "SELECT count(DISTINCT id) FROM users",
        "SELECT max(n) FROM (SELECT count(*) n FROM logs GROUP BY who) x",
    ] {
        assert_eq!(count(source, sql).await, count(target, sql).await, "{sql}");
    }
    let ids = |client| async move {
        let rows: Vec<tokio_postgres::Row> = Client::query(client, "SELECT id FROM users ORDER BY ctid", &[])
            .await
            .unwrap();
        rows.iter().map(|row| row.get::<_, i64>(0)).collect::<Vec<_>>()
    };
    let (before, after) = (ids(source).await, ids(target).await);
    assert!(before.iter().zip(&after).all(|(before, after)| before != after));
}

async fn composites_and_documents(source: &Client, target: &Client) {
    let with_hstore = source.batch_execute("CREATE EXTENSION hstore").await.is_ok();
    if with_hstore {
        target.batch_execute("CREATE EXTENSION hstore").await.unwrap();
    }
    let pairs = if with_hstore { "hstore" } else { "text" };
    let sql = format!(
        "CREATE TYPE place AS (street text, code varchar(9), since date);
         CREATE TYPE person AS (name text, mail text, home place, tags text[]);
         CREATE TABLE people (id int4, who person, all_of_them person[], page xml, pairs {pairs})"
    );
    for client in [source, target] {
        client.batch_execute(&sql).await.unwrap();
    }
    source
        .batch_execute(
            r#"INSERT INTO people VALUES
               (1, ROW('Jean "J" Dupont', 'jean@free.fr', ROW('C:\New folder, (12)', '75001', '2020-01-31'), ARRAY['a,b', NULL]),
                ARRAY[ROW('Luc', 'luc@free.fr', NULL, '{}')::person, NULL],
                '<p at="x"><mail>jean@free.fr</mail><n>1</n></p>', '"mail"=>"jean@free.fr", "k"=>NULL'),
               (2, ROW('', NULL, ROW(NULL, '', NULL), NULL), '{}', NULL, NULL),
               (3, NULL, NULL, '<p/>', '"k"=>"\\ \" v"')"#,
        )
        .await
        .unwrap();
    let attribute = |name: &str, base_type: &str, attributes: Vec<Attribute>| Attribute {
        name: name.to_owned(),
        base_type: base_type.to_owned(),
        attributes,
    };
    let place = vec![
        attribute("street", "text", Vec::new()),
        attribute("code", "varchar", Vec::new()),
        attribute("since", "date", Vec::new()),
    ];
    let person = vec![
        attribute("name", "text", Vec::new()),
        attribute("mail", "text", Vec::new()),
        attribute("home", "public.place", place),
        attribute("tags", "_text", Vec::new()),
    ];
    let leaf = |path: &str, kind: Kind| JsonLeaf {
        path: path.to_owned(),
        spec: Some(Spec::new(kind)),
    };
    let who = Spec {
        attributes: person,
        leaves: vec![leaf("mail", Kind::Email), leaf("home.since", Kind::TruncateDate)],
        ..Spec::new(Kind::Composite)
    };
    let document = |kind: Kind, path: &str| Spec {
        leaves: vec![leaf(path, Kind::Email)],
        ..Spec::new(kind)
    };
    let column = |name: &str, base_type: &str, spec: Option<Spec>| ColumnLayout {
        name: name.to_owned(),
        base_type: base_type.to_owned(),
        action: spec.map_or(Action::Pass, Action::Mask),
    };
    let layout = TableLayout {
        columns: vec![
            column("id", "int4", None),
            column("who", "public.person", Some(who.clone())),
            column("all_of_them", "public._person", Some(who)),
            column("page", "xml", Some(document(Kind::Xml, "/p/mail"))),
            column(
                "pairs",
                &format!("public.{pairs}"),
                with_hstore.then(|| document(Kind::Hstore, "mail")),
            ),
        ],
    };
    let pieces: Vec<Bytes> = source
        .copy_out("COPY people TO STDOUT")
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    let (masked, _) = mask_in_pieces(CopyFormat::Text, &layout, &pieces.concat(), &[7]).unwrap();
    let sink = target.copy_in("COPY people FROM STDIN").await.unwrap();
    let mut sink = std::pin::pin!(sink);
    sink.send(Bytes::from(masked)).await.unwrap();
    sink.finish().await.unwrap();
    // Everything that no rule names is the same for the server, value by value.
    for expression in [
        "(who).name",
        "((who).home).street",
        "((who).home).code",
        "(who).tags",
        "(all_of_them[1]).name",
        "all_of_them[2]",
        "cardinality(all_of_them)",
        "xpath('/p/n/text()', page)",
        "xpath('/p/@at', page)",
        "who IS NULL",
        "(who).mail IS NULL",
    ] {
        let sql = format!("SELECT ({expression})::text FROM people ORDER BY id");
        let values = |client| {
            let sql = sql.clone();
            async move {
                let rows: Vec<tokio_postgres::Row> = Client::query(client, &sql, &[]).await.unwrap();
                rows.iter()
                    .map(|row| row.get::<_, Option<String>>(0))
                    .collect::<Vec<_>>()
            }
        };
        assert_eq!(values(source).await, values(target).await, "{expression}");
    }
    let row = target
        .query_one("SELECT (who).mail, (all_of_them[1]).mail, ((who).home).since::text, page::text, pairs::text FROM people WHERE id = 1", &[])
        .await
        .unwrap();
    let expected = crate::support::mask_one(&Spec::new(Kind::Email), "jean@free.fr");
    assert_eq!(row.get::<_, String>(0), expected);
    assert_ne!(row.get::<_, String>(1), "luc@free.fr");
    assert_eq!(row.get::<_, String>(2), "2020-01-01");
    assert_eq!(
        row.get::<_, String>(3),
        format!("<p at=\"x\"><mail>{expected}</mail><n>1</n></p>")
    );
    if with_hstore {
        let pairs: String = row.get(4);
        assert!(pairs.contains(&expected) && pairs.contains("\"k\"=>NULL"), "{pairs}");
    }
}
