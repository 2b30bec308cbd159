//! What both benchmarks measure on: a durable PostgreSQL of its own, the platform as `nova serve` runs it in a process of its
//! own, cabinets, and people who sign in.

use crate::http::{Connection, request};
use jiff::Timestamp;
use nova_fn_practice::{InProcess, Parts, Platform};
use nova_kit::wiring::{RandomIds, SystemClock};
use nova_pgserver::{Cluster, Installation, Options as ServerOptions};
use nova_practice::access::{Grant, Role};
use nova_practice::signin::{password, seal::MasterKey, token::Parties};
use nova_practice::{CabinetId, UserId};
use nova_practice_store::demo::{DemoCabinet, seed};
use nova_practice_store::identity::{
    SystemEntropy, passwords,
    people::{self, Changes},
    roles,
};
use nova_practice_store::{Actor, Options, Store, migrate, set_app_password};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// Connections to the database, as `nova serve` has them.
pub(crate) const CONNECTIONS: usize = 32;

/// What everybody signs in with.
const PASSWORD: &str = "une molaire sous la pluie";

const BENCH: Actor = Actor::System("bench");

/// A server with the platform's schema.
pub(crate) struct Database {
    pub(crate) cluster: Cluster,
    pub(crate) pgbench: PathBuf,
    pub(crate) admin: Client,
    /// As `nova_app`.
    pub(crate) url: String,
}

impl Database {
    pub(crate) async fn new() -> Self {
        // Debian's package of 15 brings pgbench along; others may not.
        let installation = Installation::find(Some(15))
            .map_or_else(|| Installation::find_or_install(None), Ok)
            .unwrap();
        let pgbench = Some(installation.bin.join("pgbench")).filter(|path| path.exists());
        let options = ServerOptions {
            durable: true,
            ..ServerOptions::default()
        };
        let cluster = Cluster::start_with(&installation, &options.set("shared_buffers", "256MB")).unwrap();
        let owner = cluster.url("postgres");
        migrate(&owner).await.unwrap();
        set_app_password(&owner, "bench").await.unwrap();
        let (admin, connection) = tokio_postgres::connect(&owner, NoTls).await.unwrap();
        tokio::spawn(connection);
        let url = format!(
            "postgres://nova_app:bench@127.0.0.1:{}/postgres?sslmode=disable",
            cluster.port()
        );
        Self {
            cluster,
            pgbench: pgbench.unwrap_or_else(|| PathBuf::from("pgbench")),
            admin,
            url,
        }
    }

    /// Processor time of the server's processes, those that ended included, in seconds.
    pub(crate) fn processor(&self) -> f64 {
        let Some(postmaster) = self.cluster.pid() else {
            return 0.0;
        };
        let children = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let fields = stat(pid)?;
            (fields.first()?.total_cmp(&f64::from(postmaster)).is_eq()).then(|| fields[10] + fields[11])
        });
        let own = stat(postmaster).map_or(0.0, |fields| fields[10..14].iter().sum());
        (own + children.sum::<f64>()) / 100.0
    }
}

/// The numbers of `/proc/PID/stat` from the parent's id on.
fn stat(pid: u32) -> Option<Vec<f64>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    Some(
        rest.split(' ')
            .skip(1)
            .map(|field| field.trim().parse().unwrap_or(0.0))
            .collect(),
    )
}

/// The platform in a process of its own; it ends with this.
pub(crate) struct Server {
    child: Child,
    /// Where its log goes, as into the file or journal that a service has.
    log: NamedTempFile,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) async fn start(url: &str, connections: usize) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let log = NamedTempFile::new().unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["serve", &address.port().to_string(), url, &connections.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let server = Self { child, log, address };
        for _ in 0..500 {
            if std::net::TcpStream::connect(address).is_ok() {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the server does not listen: {}", server.told());
    }

    /// The end of its log.
    pub(crate) fn told(&self) -> String {
        let text = std::fs::read_to_string(self.log.path()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("\"INFO\"")).collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Processor time so far, in seconds.
    pub(crate) fn processor(&self) -> f64 {
        stat(self.child.id()).map_or(0.0, |fields| (fields[10] + fields[11]) / 100.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the process of a [`Server`] does: the routers that `nova serve` mounts, with its limits and its log.
pub(crate) async fn serve(port: u16, url: &str, connections: usize) {
    nova_kit::start_telemetry(&nova_kit::wiring::log_filter());
    let folder = tempfile::tempdir().unwrap();
    let platform = platform(url, connections, &folder).await;
    let routes = nova_fn_api_identity::routes(&platform)
        .merge(nova_fn_api_cabinets::routes(&platform))
        .merge(nova_fn_api_patients::routes(&platform))
        .merge(nova_fn_api_appointments::routes(&platform));
    let router = nova_http::edge(&platform.around(), routes);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await.unwrap();
}

async fn platform(url: &str, connections: usize, folder: &tempfile::TempDir) -> Platform {
    let options = Options {
        connections,
        ..Options::default()
    };
    Platform::new(Parts {
        store: Store::connect_with(url, &options).await.unwrap(),
        master: MasterKey::new([7; 32]),
        parties: Parties {
            issuer: "nova".to_owned(),
            audience: "nova-platform".to_owned(),
        },
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        entropy: Arc::new(SystemEntropy::default()),
        limits: Arc::new(InProcess::default()),
        log: Arc::new(nova_sqlite::Sqlite::open(folder.path().join("nova.db")).unwrap()),
        site: None,
    })
}

/// Cabinets of the demonstration, as many as are wanted.
pub(crate) async fn cabinets(store: &Store, count: usize, first_seed: u64, patients: usize) -> Vec<DemoCabinet> {
    let mut made = Vec::new();
    let mut number = first_seed;
    while made.len() < count {
        made.extend(seed(store, Timestamp::now(), number, patients).await.unwrap().cabinets);
        number += 1;
    }
    made.truncate(count);
    made
}

/// Somebody who may sign in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) email: String,
}

/// People with a role in a cabinet.
pub(crate) async fn people(store: &Store, cabinet: CabinetId, role: Role, count: usize) -> Vec<Person> {
    let hash = password::hash(PASSWORD, &[1; 16]).unwrap();
    let mut made = Vec::new();
    for _ in 0..count {
        let id = UserId(Uuid::now_v7());
        let email = format!("{id}@example.org");
        store
            .with_group(&BENCH, async |tx| {
                people::invite(tx, id, &email, "Somebody", None).await?;
                passwords::set(tx, id, &hash, 0).await?;
                people::activate(tx, id, &Changes::default()).await?;
                roles::give(tx, Uuid::now_v7(), id, Grant::new(role, Some(cabinet))?, None).await?;
                Ok(())
            })
            .await
            .unwrap();
        made.push(Person { id, email });
    }
    made
}

/// Signs in; returns the access token and the session's id.
pub(crate) async fn sign_in(connection: &mut Connection, person: &Person) -> (String, String) {
    let body = json!({ "email": person.email, "password": PASSWORD });
    let answer = connection
        .send(&request("POST", "/v1/auth/login", "", "", Some(&body)))
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let token = answer.text("/access_token");
    let session = session_of(&token);
    (token, session)
}

/// The session that a token belongs to.
fn session_of(token: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = token.split('.').nth(1).unwrap_or_default();
    let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["sid"].as_str().unwrap_or_default().to_owned()
}
