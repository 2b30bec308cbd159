//! Servers, a project over them, and the addresses of webhooks.

use crate::pipeline;
use axum::Router;
use nova_automation::{Automation, Previews, delivery};
use nova_clone::Operation;
use nova_eventlog::Clock;
use nova_events::Function;
use nova_fn_webhook::{Hooks, router};
use nova_kit::{Ports, Silent, wiring};
use nova_pgserver::{Cluster, Installation, Options};
use nova_project::Project;
use nova_sqlite::Sqlite;
use serde_json::{Value, json};
use std::{
    fs,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_postgres::{Client, NoTls};

pub const SECRET: &[u8] = b"a secret of webhooks";

static SERVER: LazyLock<Cluster> = LazyLock::new(|| {
    let installation = Installation::find_or_install(None).unwrap();
    Cluster::start_with(&installation, &Options::default()).unwrap()
});

static PREVIEWS: LazyLock<Cluster> = LazyLock::new(|| {
    let installation = Installation::find_or_install(None).unwrap();
    Cluster::start_with(&installation, &Options::default()).unwrap()
});

/// A session for a test's own statements.
pub async fn session(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A clock that a test sets forward.
#[derive(Default)]
struct Later(AtomicU64);

impl Clock for Later {
    fn now_ms(&self) -> u64 {
        wiring::SystemClock.now_ms() + self.0.load(Ordering::Relaxed)
    }
}

/// What an address answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub media_type: String,
    pub body: Value,
}

/// Everything one test works with. Pull requests of each world have numbers of their own, because all share a server.
pub struct World {
    pub ports: Arc<Ports>,
    pub previews: Previews,
    /// Number of the first pull request of this world.
    pub number: u64,
    /// Where production is.
    pub production: String,
    sqlite: Sqlite,
    clock: Arc<Later>,
    address: String,
    folder: TempDir,
    /// The addresses of webhooks, without a server.
    pub hooks: Router,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Previews::default()).await
    }

    pub async fn with(previews: Previews) -> Self {
        Self::set_up(previews, SECRET).await
    }

    pub async fn with_secret(secret: &[u8]) -> Self {
        Self::set_up(Previews::default(), secret).await
    }

    async fn set_up(previews: Previews, secret: &[u8]) -> Self {
        static WORLDS: AtomicU32 = AtomicU32::new(1);
        let world = WORLDS.fetch_add(1, Ordering::Relaxed);
        let production = create(&SERVER, &format!("shop_{world}")).await;
        let template = create(&PREVIEWS, &format!("preview_{world}")).await;
        session(&production)
            .await
            .batch_execute(
                "CREATE TABLE patient (id int PRIMARY KEY, email text, last_name text);
                 INSERT INTO patient SELECT i, 'someone' || i || '@real.example', 'Dupont' FROM generate_series(1, 300) AS i;
                 ANALYZE patient",
            )
            .await
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (name, url, kind) in [
            ("production", &production, "production"),
            ("preview", &template, "test"),
        ] {
            let text = format!("DATABASE_URL={url}\nNOVA_ENVIRONMENT_TYPE={kind}\n");
            fs::write(folder.path().join(format!(".env.{name}")), text).unwrap();
        }
        let project = Project::open(folder.path());
        let sqlite = wiring::open_state(&project).unwrap();
        let mut ports = wiring::local(&project, sqlite.clone(), Arc::new(sqlite.clone()), Arc::new(Silent)).unwrap();
        let clock = Arc::new(Later::default());
        ports.clock = clock.clone();
        let ports = Arc::new(ports);
        let hooks = Hooks {
            ports: Arc::clone(&ports),
            previews: Arc::new(previews.clone()),
            secret: Arc::new(secret.to_vec()),
        };
        let hooks = router(hooks);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let served = hooks.clone();
        tokio::spawn(async move { axum::serve(listener, served).await.unwrap() });
        let number = u64::from(world) * 100;
        Self {
            ports,
            previews,
            number,
            production,
            sqlite,
            clock,
            address,
            folder,
            hooks,
        }
    }

    /// Sets the clock forward.
    pub fn wait_hours(&self, hours: u64) {
        self.clock.0.fetch_add(hours * 3_600_000, Ordering::Relaxed);
    }

    /// Runs the pipeline until it rests.
    pub async fn settle(&self) {
        pipeline::run(&self.ports, &self.sqlite, &Function::ALL).await;
    }

    /// Runs the first steps of the pipeline only: a clone stays under way.
    pub async fn settle_partly(&self) {
        let first = [Function::Guard, Function::Snapshot, Function::Prepare];
        pipeline::run(&self.ports, &self.sqlite, &first).await;
    }

    /// One minute of the scheduler.
    pub async fn tick(&self, automation: &Automation) -> nova_fn_schedule::Tick {
        nova_fn_schedule::tick(&self.ports, automation).await.unwrap()
    }

    /// Every operation there is.
    pub async fn operations(&self) -> Vec<Operation> {
        nova_kit::operations(&self.ports).await.unwrap()
    }

    /// The operation of this id.
    pub async fn operation(&self, id: &str) -> Operation {
        nova_kit::operation(&self.ports, id).await.unwrap()
    }

    /// The address of a database on the server of previews.
    pub fn preview_url(&self, database: &str) -> String {
        PREVIEWS.url(database)
    }

    /// Adds an environment of the project.
    pub fn add_environment(&self, name: &str, url: &str, kind: &str) {
        let text = format!("DATABASE_URL={url}\nNOVA_ENVIRONMENT_TYPE={kind}\n");
        fs::write(self.folder.path().join(format!(".env.{name}")), text).unwrap();
    }

    /// Databases on the server of previews whose names match.
    pub async fn databases(&self, like: &str) -> Vec<String> {
        let admin = session(&PREVIEWS.url("postgres")).await;
        let rows = admin
            .query(
                "SELECT datname::text FROM pg_database WHERE datname LIKE $1 ORDER BY 1",
                &[&like],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// A pull request event of GitHub, signed.
    pub async fn github(&self, action: &str, number: u64) -> Answer {
        self.github_at(action, number, "2026-03-01T12:00:00Z").await
    }

    /// The same at another moment: another delivery.
    pub async fn github_at(&self, action: &str, number: u64, updated_at: &str) -> Answer {
        let body = json!({
            "action": action, "number": number, "repository": { "full_name": "acme/app" },
            "pull_request": { "updated_at": updated_at },
        })
        .to_string();
        let signature = delivery::sign_github(SECRET, body.as_bytes());
        self.post(
            "/hooks/github",
            &body,
            &[("X-Hub-Signature-256", &signature), ("X-GitHub-Event", "pull_request")],
        )
        .await
    }

    /// The same in the generic form.
    pub async fn generic(&self, action: &str, number: u64) -> Answer {
        let body = json!({ "action": action, "repository": "acme/app", "number": number }).to_string();
        let signature = delivery::sign(SECRET, self.ports.clock.now_ms() / 1000, body.as_bytes());
        self.post("/hooks/generic", &body, &[("X-Nova-Signature", &signature)])
            .await
    }

    /// Any request.
    pub async fn post(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.address);
        let body = body.to_owned();
        let headers: Vec<(String, String)> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let asking = tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let mut request = agent.post(&url).header("Content-Type", "application/json");
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            let mut answer = request.send(body.as_bytes()).unwrap();
            let media_type = answer
                .headers()
                .get("content-type")
                .map(|value| value.to_str().unwrap().to_owned());
            let text = answer.body_mut().read_to_string().unwrap();
            Answer {
                status: answer.status().as_u16(),
                media_type: media_type.unwrap_or_default(),
                body: serde_json::from_str(&text).unwrap_or(Value::Null),
            }
        });
        asking.await.unwrap()
    }
}

async fn create(server: &Cluster, name: &str) -> String {
    let admin = session(&server.url("postgres")).await;
    admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    server.url(name)
}
