//! A source that is written to all the time, a target, and a project over both.

use crate::project::Folder;
use nova_events::SnapshotLoss;
use nova_kit::{
    Keeper, Ports,
    keeper::Life,
    requests::{CloneRequest, request_clone},
};
use nova_pgserver::{Cluster, Installation, Options};
use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

/// How long a keeper lives.
pub const LIFE: Duration = Duration::from_secs(3);

/// How many tables there are.
const TABLES: u32 = 4;

/// The server of every target and of the sources that are written to.
static SERVER: LazyLock<Cluster> = LazyLock::new(start);

fn start() -> Cluster {
    let installation = Installation::find_or_install(None).unwrap();
    Cluster::start_with(&installation, &Options::default()).unwrap()
}

/// A session for a test's own statements.
pub async fn session(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn administrator() -> Client {
    session(&SERVER.url("postgres")).await
}

/// One number.
pub async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

fn relaying(ports: Ports) -> Ports {
    Ports {
        keeper: Keeper::relay(Life::Fixed(LIFE)),
        ..ports
    }
}

/// Everything one test works with.
pub struct World {
    /// What functions may touch; keepers live for [`LIFE`].
    pub ports: Arc<Ports>,
    /// The project.
    pub folder: Folder,
    /// The source's URL.
    pub source: String,
    /// The target's URL.
    pub target: String,
    _own_server: Option<Cluster>,
}

impl World {
    /// Tables of which each has `own`, whose sum is always 0 within the table, and `shared`, whose sum is always 0 over
    /// all tables; a target that holds something else.
    pub async fn new() -> Self {
        Self::with(None).await
    }

    /// The same with a server of its own for the source: nothing else gives out transaction ids there.
    pub async fn with_a_quiet_source() -> Self {
        Self::with(Some(start())).await
    }

    async fn with(own_server: Option<Cluster>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let create = async |server: &Cluster, name: &str| {
            let name = format!("{name}_{number}");
            let admin = session(&server.url("postgres")).await;
            admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
            server.url(&name)
        };
        let source = create(own_server.as_ref().unwrap_or(&SERVER), "shop").await;
        let target = create(&SERVER, "copy").await;
        let shop = session(&source).await;
        for table in 0..TABLES {
            let sql = format!(
                "CREATE TABLE account_{table} (id int PRIMARY KEY, own bigint NOT NULL, shared bigint NOT NULL, ticket bigint, note text);
                 INSERT INTO account_{table} SELECT i, 0, 0, NULL, repeat('x', 100) FROM generate_series(1, 1500) AS i;
                 ANALYZE account_{table}"
            );
            shop.batch_execute(&sql).await.unwrap();
        }
        shop.batch_execute("CREATE SEQUENCE ticket").await.unwrap();
        session(&target)
            .await
            .batch_execute("CREATE TABLE before (note text)")
            .await
            .unwrap();

        let folder = Folder::new(&source, &target);
        Self {
            ports: Arc::new(relaying(folder.ports())),
            folder,
            source,
            target,
            _own_server: own_server,
        }
    }

    /// The ports of another process.
    pub fn other_ports(&self) -> Ports {
        relaying(self.folder.ports())
    }

    /// Requests a clone in small chunks.
    pub async fn request(&self, on_snapshot_loss: SnapshotLoss) -> String {
        let request = CloneRequest {
            source: "production".to_owned(),
            target: "test".to_owned(),
            allow_personal_data: true,
            batch_rows: Some(150),
            on_snapshot_loss,
            ..CloneRequest::default()
        };
        request_clone(&self.ports, "somebody", request, None)
            .await
            .unwrap()
            .operation
    }

    /// Writes to the source until the handle is aborted.
    pub async fn keep_writing(&self) -> JoinHandle<()> {
        let shop = session(&self.source).await;
        tokio::spawn(async move {
            for turn in 0_u32.. {
                // What is moved to the next table grows, so that moments differ in every table.
                let (table, other) = (turn % TABLES, (turn + 1) % TABLES);
                let (one, two) = (turn % 1500 + 1, (turn * 7 + 3) % 1500 + 1);
                let sql = format!(
                    "BEGIN;
                     UPDATE account_{table} SET own = own + 1, ticket = nextval('ticket') WHERE id = {one};
                     UPDATE account_{table} SET own = own - 1 WHERE id = {two};
                     UPDATE account_{table} SET shared = shared + {turn} WHERE id = {one};
                     UPDATE account_{other} SET shared = shared - {turn} WHERE id = {two};
                     COMMIT"
                );
                shop.batch_execute(&sql).await.unwrap();
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        })
    }

    /// True when every table of the copy is one moment of the source's.
    pub async fn every_table_is_one_moment(&self) -> bool {
        let copy = session(&self.target).await;
        for table in 0..TABLES {
            assert_eq!(
                number(&copy, &format!("SELECT count(*) FROM account_{table}")).await,
                1500
            );
            if number(&copy, &format!("SELECT sum(own)::bigint FROM account_{table}")).await != 0 {
                return false;
            }
        }
        true
    }

    /// True when all tables of the copy are the same moment of the source's.
    pub async fn all_tables_are_the_same_moment(&self) -> bool {
        let copy = session(&self.target).await;
        let sums: Vec<String> = (0..TABLES)
            .map(|table| format!("(SELECT sum(shared) FROM account_{table})"))
            .collect();
        number(&copy, &format!("SELECT ({})::bigint", sums.join(" + "))).await == 0
    }

    /// True when the target holds what it held before.
    pub async fn target_is_as_before(&self) -> bool {
        let copy = session(&self.target).await;
        number(&copy, "SELECT count(*) FROM pg_class WHERE relname = 'before'").await == 1
    }

    /// Databases that an operation has left on the server.
    pub async fn databases_of(&self, operation: &str) -> i64 {
        let admin = administrator().await;
        let sql = format!("SELECT count(*) FROM pg_database WHERE datname LIKE 'nova\\_stage\\_{operation}%'");
        number(&admin, &sql).await
    }

    /// Sessions of Nova in the source that are in a transaction.
    pub async fn open_transactions(&self) -> i64 {
        let admin = administrator().await;
        let sql = format!(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = '{}' AND application_name = 'nova' AND xact_start IS NOT NULL",
            self.source.rsplit('/').next().unwrap()
        );
        number(&admin, &sql).await
    }
}
