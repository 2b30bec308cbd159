//! One server for all tests of this binary, with one database that they share: each test has cabinets of its own, which
//! is what the platform promises anyway.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nova_pgserver::{Cluster, Installation, Options};
use nova_practice::{AppointmentId, PatientId, ResourceId};
use nova_practice_store::booking::Booking;
use nova_practice_store::demo::{Demo, DemoCabinet, seed};
use nova_practice_store::{Actor, Error, Options as StoreOptions, Scope, Store, migrate, set_app_password};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

const PASSWORD: &str = "service";

/// The same password, stretched once instead of 4096 times: a connection costs a test what it costs a service.
const VERIFIER: &str = "SCRAM-SHA-256$1:bm92YS10ZXN0LXNhbHQtMQ==$T+p5hV7FHKXNXdHM5VyYgK0k3aLCJf+l2OpISJWBn/g=:S1vL6toatsOjtPD77SXK3+RdDHu2vGJvqIwS/d2AbWE=";

pub(crate) struct World {
    cluster: Cluster,
}

static WORLD: OnceCell<World> = OnceCell::const_new();
static SEEDS: AtomicU64 = AtomicU64::new(1);

/// The server, with the database `shared` migrated.
pub(crate) async fn world() -> &'static World {
    WORLD
        .get_or_init(|| async {
            let installation = Installation::find_or_install(None).unwrap();
            let options = Options::default().set("max_connections", "150");
            let cluster = Cluster::start_with(&installation, &options).unwrap();
            let world = World { cluster };
            world.database("shared").await;
            set_app_password(&world.owner("shared"), PASSWORD).await.unwrap();
            let signs_in = Store::connect(&world.app("shared")).await;
            signs_in.unwrap();
            let owner = client(&world.owner("shared")).await;
            owner
                .batch_execute(&format!("ALTER ROLE nova_app PASSWORD '{VERIFIER}'"))
                .await
                .unwrap();
            world
        })
        .await
}

impl World {
    /// The URL of the server's superuser.
    pub(crate) fn owner(&self, database: &str) -> String {
        self.cluster.url(database)
    }

    /// The URL of the service.
    pub(crate) fn app(&self, database: &str) -> String {
        format!(
            "postgres://nova_app:{PASSWORD}@127.0.0.1:{}/{database}?sslmode=disable",
            self.cluster.port()
        )
    }

    /// A new database with the schema.
    pub(crate) async fn database(&self, name: &str) {
        let admin = client(&self.owner("postgres")).await;
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        migrate(&self.owner(name)).await.unwrap();
    }

    /// The shared database as the service sees it, and three cabinets that no other test knows.
    pub(crate) async fn demo(&self) -> (Store, Demo) {
        let patient = StoreOptions {
            connections: 8,
            patience: Duration::from_secs(30),
            ..StoreOptions::default()
        };
        let store = Store::connect_with(&self.app("shared"), &patient).await.unwrap();
        let demo = furnished(&store, 3).await;
        (store, demo)
    }
}

/// Three cabinets that no other test knows.
pub(crate) async fn furnished(store: &Store, patients: usize) -> Demo {
    let number = SEEDS.fetch_add(1, Ordering::Relaxed);
    seed(
        store,
        moment("2026-01-05T08:00:00Z").max(Timestamp::now()),
        number,
        patients,
    )
    .await
    .unwrap()
}

/// A connection of the driver's own, for what the service never does.
pub(crate) async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn me() -> Actor {
    Actor::System("test")
}

pub(crate) fn scope(cabinet: &DemoCabinet) -> Scope {
    Scope {
        cabinet: cabinet.id,
        actor: me(),
        request_id: "test".to_owned(),
        reason: Some("test".to_owned()),
    }
}

pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A wish for half an hour with the first practitioner.
pub(crate) fn wish(cabinet: &DemoCabinet, start: Timestamp) -> Booking {
    wish_for(cabinet, cabinet.patients[0], cabinet.practitioners[0], start)
}

pub(crate) fn wish_for(cabinet: &DemoCabinet, patient: PatientId, doctor: ResourceId, start: Timestamp) -> Booking {
    Booking {
        id: AppointmentId(new_id()),
        patient,
        service: cabinet.services[0],
        practitioner: doctor,
        chair: None,
        assistant: None,
        start,
        minutes: None,
        hold: false,
        overbooking: None,
        notes: None,
    }
}

/// A Wednesday `weeks` ahead at this wall time in Paris.
pub(crate) fn wednesday(weeks: i64, hour: i8, minute: i8) -> Timestamp {
    use jiff::ToSpan;
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let today = Timestamp::now().to_zoned(zone.clone()).date();
    let next = today.nth_weekday(1, jiff::civil::Weekday::Wednesday).unwrap();
    let day = next.checked_add(weeks.weeks()).unwrap();
    let at: DateTime = day.at(hour, minute, 0, 0);
    at.to_zoned(zone).unwrap().timestamp()
}

/// The code of a refusal.
pub(crate) fn code(error: Error) -> u16 {
    nova_errors::Failure::from(error).code.number
}
