//! A database of its own for each test, of one server; a platform over it; people in two cabinets.

use crate::{contract, wire::Wire};
use axum::http::{HeaderMap, Method};
use nova_eventlog::Clock;
use nova_fn_practice::{Parts, Platform, Unlimited};
use nova_kit::wiring::RandomIds;
use nova_pgserver::Cluster;
use nova_practice::{
    CabinetId, SessionId, UserId,
    access::{Grant, Role},
    cabinet::{CabinetDetails, CabinetStatus},
    signin::{
        password,
        seal::MasterKey,
        token::{Kind, Parties},
    },
};
use nova_practice_store::{
    Actor, Store, cabinets,
    identity::{
        SystemEntropy, passwords,
        people::{self, Changes},
        roles, sessions,
    },
    migrate, set_app_password,
};
use nova_sqlite::Sqlite;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::SystemTime,
};
use tempfile::TempDir;
use tokio_postgres::NoTls;

pub(crate) const PASSWORD: &str = "une molaire sous la pluie";

const TESTS: Actor = Actor::System("tests");

/// A clock that the tests hold.
pub(crate) struct Held(AtomicU64);

impl Held {
    pub(crate) fn pass(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for Held {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(crate) struct World {
    pub(crate) platform: Platform,
    /// The log, the outbox and the queue of its workflows.
    pub(crate) sqlite: Sqlite,
    _folder: TempDir,
    pub(crate) clock: Arc<Held>,
    wire: Wire,
    /// Two cabinets that have nothing to do with each other.
    pub(crate) cabinets: [CabinetId; 2],
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The status and the code of the problem, if it is one.
    pub(crate) fn problem(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) fn text_at(&self, place: &str) -> String {
        let found = self.json();
        found
            .pointer(place)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("nothing at {place}: {}", self.text))
            .to_owned()
    }

    /// Makes sure of the status.
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

/// The server of all tests, with a migrated database to copy.
fn server() -> &'static Mutex<Cluster> {
    static SERVER: OnceLock<Mutex<Cluster>> = OnceLock::new();
    SERVER.get_or_init(|| {
        let cluster = Cluster::start_any().unwrap();
        let (owner, pattern) = (cluster.url("postgres"), cluster.url("pattern"));
        // A thread of its own, because whoever calls is in a runtime already.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                statement(&owner, "CREATE DATABASE pattern").await;
                migrate(&pattern).await.unwrap();
                set_app_password(&pattern, "tests").await.unwrap();
            });
        })
        .join()
        .unwrap();
        Mutex::new(cluster)
    })
}

async fn statement(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let running = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    running.await.unwrap().unwrap();
}

fn details(name: &str, siret: &str) -> CabinetDetails {
    serde_json::from_value(json!({
        "name": name, "siret": siret, "zone": "Europe/Paris", "phone": null, "email": null,
        "address": { "street": "12 rue des Lilas", "postal_code": "69003", "city": "Lyon", "country": "FR" },
    }))
    .unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let (owner, port) = tokio::task::spawn_blocking(|| {
            let cluster = server().lock().unwrap();
            (cluster.url("postgres"), cluster.port())
        })
        .await
        .unwrap();
        {
            // One copy at a time: the pattern must not be in use.
            static COPY: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
            let _turn = COPY.lock().await;
            statement(&owner, &format!("CREATE DATABASE {name} TEMPLATE pattern")).await;
        }
        let url = format!("postgres://nova_app:tests@127.0.0.1:{port}/{name}");
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let clock = Arc::new(Held(AtomicU64::new(u64::try_from(now.as_millis()).unwrap())));
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open(folder.path().join("nova.db")).unwrap();
        let platform = Platform::new(Parts {
            store: Store::connect(&url).await.unwrap(),
            master: MasterKey::new([7; 32]),
            parties: Parties {
                issuer: "nova".to_owned(),
                audience: "nova-platform".to_owned(),
            },
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(RandomIds),
            entropy: Arc::new(SystemEntropy::default()),
            limits: Arc::new(Unlimited),
            log: Arc::new(sqlite.clone()),
            site: Some("https://nova.example.org".to_owned()),
        });
        let routes = nova_fn_api_identity::routes(&platform)
            .merge(nova_fn_api_cabinets::routes(&platform))
            .merge(nova_fn_api_patients::routes(&platform))
            .merge(nova_fn_api_appointments::routes(&platform));
        let wire = Wire::to(nova_http::edge(&platform.around(), routes)).await;
        let mut made = Vec::new();
        for (name, siret) in [("Lilas", "73282932000074"), ("Canut", "55208131766522")] {
            let id = CabinetId(platform.new_id());
            platform
                .store()
                .with_group(&TESTS, async |tx| {
                    cabinets::create(tx, id, &details(name, siret)).await?;
                    cabinets::set_status(tx, id, CabinetStatus::Active, None).await
                })
                .await
                .unwrap();
            made.push(id);
        }
        Self {
            platform,
            sqlite,
            _folder: folder,
            clock,
            wire,
            cabinets: [made[0], made[1]],
        }
    }

    /// Somebody who may sign in with [`PASSWORD`].
    pub(crate) async fn person(&self, email: &str, role: Role, cabinet: Option<CabinetId>) -> UserId {
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| password::hash(PASSWORD, &[1; 16]).unwrap());
        let id = UserId(self.platform.new_id());
        let set_ms = self.clock.now_ms() - 60_000;
        self.platform
            .store()
            .with_group(&TESTS, async |tx| {
                people::invite(tx, id, email, "Somebody", None).await?;
                passwords::set(tx, id, hash, set_ms).await?;
                people::activate(tx, id, &Changes::default()).await?;
                roles::give(tx, self.platform.new_id(), id, Grant::new(role, cabinet)?, None).await?;
                Ok(())
            })
            .await
            .unwrap();
        id
    }

    /// An access token of a new session.
    pub(crate) async fn token(&self, user: UserId, second_factor: bool) -> String {
        let session = sessions::New {
            id: SessionId(self.platform.new_id()),
            user,
            second_factor,
            agent: String::new(),
            address: String::new(),
        };
        let now_ms = self.clock.now_ms();
        self.platform
            .store()
            .with_group(&TESTS, async |tx| sessions::begin(tx, &session, now_ms).await)
            .await
            .unwrap();
        self.platform.sign(Kind::Access, (user, session.id, 1)).await.unwrap()
    }

    /// Somebody with this role, and their token.
    pub(crate) async fn signed_in(&self, email: &str, role: Role, cabinet: Option<CabinetId>) -> String {
        let user = self.person(email, role, cabinet).await;
        self.token(user, true).await
    }

    /// Sends a request with these headers as they are, over a socket. The answer holds to the document, or the test fails.
    pub(crate) async fn raw(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        let raw = self.wire.send(method.as_str(), path, headers, body).await;
        let differs = contract::differences(method.as_str(), path, raw.status, &raw.headers);
        let text = String::from_utf8(raw.body).unwrap();
        assert!(differs.is_empty(), "{method} {path}: {differs:?}\n{text}");
        Answer {
            status: raw.status,
            headers: raw.headers,
            text,
        }
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        self.send_with(method, path, token, &[("if-match", "*")], body).await
    }

    /// The same with these headers.
    pub(crate) async fn send_with(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = headers.to_vec();
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        let body = match body {
            Some(Value::String(text)) if text.starts_with("csv:") => {
                headers.push(("content-type", "text/csv"));
                Some(text[4..].to_owned())
            }
            Some(body) => {
                headers.push(("content-type", "application/json"));
                Some(body.to_string())
            }
            None => None,
        };
        let bytes = body.as_ref().map(String::as_bytes);
        self.raw(&method, path, &headers, bytes).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(Method::GET, path, Some(token), None).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        self.send(Method::POST, path, token, Some(&body)).await
    }

    pub(crate) async fn login(&self, email: &str) -> Answer {
        self.post("/v1/auth/login", None, json!({ "email": email, "password": PASSWORD }))
            .await
    }
}
