//! How many requests a second the platform answers, beside what PostgreSQL does with the same statements when pgbench sends
//! them: the same number of connections, in turns, medians.

use crate::http::{Connection, request};
use crate::statements::{self, Script, Statement};
use crate::world::{CONNECTIONS, Database, Person, Server, cabinets, people, sign_in};
use jiff::{Timestamp, ToSpan};
use nova_practice::access::Role;
use nova_practice_store::demo::DemoCabinet;
use nova_practice_store::{Options, Store};
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// Connections at once, on both sides.
const CLIENTS: usize = 8;
/// People who take turns on a connection, so that each stays below what one may send.
const PEOPLE: usize = 12;
/// Patients of a cabinet.
const PATIENTS: usize = 150;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Patient,
    Search,
    FreeTimes,
    Appointments,
    Enter,
    Book,
}

impl Task {
    const ALL: [Self; 6] = [
        Self::Patient,
        Self::Search,
        Self::FreeTimes,
        Self::Appointments,
        Self::Enter,
        Self::Book,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Patient => "GET a patient",
            Self::Search => "GET patients, by name",
            Self::FreeTimes => "GET availability, a week",
            Self::Appointments => "GET appointments of a day",
            Self::Enter => "POST a patient",
            Self::Book => "POST an appointment, cancel it",
        }
    }

    fn table(self) -> String {
        format!("bench.{self:?}").to_lowercase()
    }
}

/// One client's cabinet, and its people.
struct Desk {
    cabinet: DemoCabinet,
    /// A person's id, session and token.
    signed_in: Vec<(Person, String, String)>,
    day: Timestamp,
    free: Timestamp,
}

impl Desk {
    /// Ids that stand for the same thing in every cabinet.
    fn ids(&self) -> Vec<String> {
        let (cabinet, first) = (&self.cabinet, &self.signed_in[0]);
        let mut ids = vec![cabinet.id.to_string(), first.0.id.to_string(), first.1.clone()];
        ids.extend(cabinet.practitioners.iter().map(ToString::to_string));
        ids.extend(cabinet.chairs.iter().map(ToString::to_string));
        ids.extend(cabinet.services.iter().map(ToString::to_string));
        ids.extend(cabinet.patients.iter().map(ToString::to_string));
        ids
    }

    /// Carries a task out once; returns the ids that it made.
    async fn work(&self, connection: &mut Connection, task: Task, turn: usize) -> Vec<String> {
        let token = self.signed_in[turn % self.signed_in.len()].2.as_str();
        let at = format!("/v1/cabinets/{}", self.cabinet.id);
        let get = |path: String| request("GET", &path, token, "", None);
        let sent = match task {
            Task::Patient => get(format!("{at}/patients/{}", self.cabinet.patients[0])),
            Task::Search => get(format!("{at}/patients?q=mar")),
            Task::FreeTimes => get(format!(
                "{at}/availability?service={}&practitioner={}&from={}&until={}",
                self.cabinet.services[0],
                self.cabinet.practitioners[0],
                self.day,
                self.day + (24 * 7).hours()
            )),
            Task::Appointments => get(format!(
                "{at}/appointments?from={}&until={}",
                self.day,
                self.day + 24.hours()
            )),
            Task::Enter => {
                let body = json!({ "last_name": "Fontaine", "first_name": "Élodie", "birth_date": "1984-05-19", "sex": "female",
                    "phone": "+33 6 12 34 56 78", "email": "elodie@example.org", "street": "4 rue du Lac", "postal_code": "69003",
                    "city": "Lyon" });
                request("POST", &format!("{at}/patients"), token, "", Some(&body))
            }
            Task::Book => {
                let body = json!({ "patient": self.cabinet.patients[0], "service": self.cabinet.services[0],
                    "practitioner": self.cabinet.practitioners[0], "start": self.free });
                request("POST", &format!("{at}/appointments"), token, "", Some(&body))
            }
        };
        let answer = connection.send(&sent).await.unwrap();
        let told = || String::from_utf8_lossy(&answer.body).into_owned();
        assert!(
            matches!(answer.status, 200 | 201),
            "{task:?}: {} {}",
            answer.status,
            told()
        );
        match task {
            Task::Enter => vec![answer.text("/id")],
            Task::Book => {
                let id = answer.text("/id");
                let path = format!("{at}/appointments/{id}/cancel");
                let body = json!({ "reason": "bench" });
                let sent = request("POST", &path, token, "If-Match: \"1\"\r\n", Some(&body));
                let answer = connection.send(&sent).await.unwrap();
                assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
                vec![id]
            }
            _ => Vec::new(),
        }
    }
}

/// What a side did in one turn.
#[derive(Debug, Clone, Copy, Default)]
struct Turn {
    per_second: f64,
    /// Microseconds of processor time for each unit, of the platform's process and of PostgreSQL.
    server: f64,
    postgres: f64,
    /// Rows that were left for each unit.
    rows: f64,
}

pub(crate) async fn run(seconds: u64, rounds: u64) {
    let database = Database::new().await;
    let store = Store::connect_with(&database.url, &Options::default()).await.unwrap();
    let cabinets = cabinets(&store, CLIENTS, 1, PATIENTS).await;
    database.admin.batch_execute("VACUUM (ANALYZE)").await.unwrap();
    let desks = desks(&store, &database, &cabinets).await;
    let tasks = prepared(&database, &desks).await;
    database.admin.batch_execute("CHECKPOINT").await.unwrap();
    let server = Server::start(&database.url, CONNECTIONS).await;
    println!("{CLIENTS} connections, {rounds} rounds of {seconds} s each");
    let length = Duration::from_secs(seconds);
    for (task, one_by_one, in_one_go) in &tasks {
        // Plans are made, pages are read.
        nova(&database, &server, &desks, *task, Duration::from_secs(1)).await;
        let mut turns: [Vec<Turn>; 3] = Default::default();
        for _ in 0..rounds {
            settle(&database).await;
            turns[0].push(nova(&database, &server, &desks, *task, length).await);
            settle(&database).await;
            turns[1].push(pgbench(&database, one_by_one, length).await);
            settle(&database).await;
            turns[2].push(pgbench(&database, in_one_go, length).await);
        }
        report(*task, one_by_one.statements, turns.map(median));
    }
}

/// No turn finds what the one before it has left: bookings that were cancelled are dead rows of the same times, which every
/// booking of such a time meets until they are vacuumed.
async fn settle(database: &Database) {
    database.admin.batch_execute("VACUUM").await.unwrap();
}

fn report(task: Task, statements: usize, [nova, bare, pipelined]: [Turn; 3]) {
    println!(
        "{:<32} nova {:>6.0}/s  pgbench {:>6.0}/s  ratio {:.2}  (in one go {:>6.0}/s, ratio {:.2}); statements {statements}; \
         µs nova {:.0} + postgres {:.0}, pgbench's postgres {:.0}; rows left {:.2}, {:.2}",
        task.name(),
        nova.per_second,
        bare.per_second,
        nova.per_second / bare.per_second,
        pipelined.per_second,
        nova.per_second / pipelined.per_second,
        nova.server,
        nova.postgres,
        bare.postgres,
        nova.rows,
        bare.rows,
    );
}

fn median(mut turns: Vec<Turn>) -> Turn {
    turns.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    turns[turns.len() / 2]
}

/// Signs everybody in, and looks for a time that is free in every cabinet.
async fn desks(store: &Store, database: &Database, cabinets: &[DemoCabinet]) -> Vec<Desk> {
    let server = Server::start(&database.url, CONNECTIONS).await;
    let mut connection = Connection::new(server.address);
    let mut desks = Vec::new();
    for cabinet in cabinets {
        let mut signed_in = Vec::new();
        for person in people(store, cabinet.id, Role::Receptionist, PEOPLE).await {
            let (token, session) = sign_in(&mut connection, &person).await;
            signed_in.push((person, session, token));
        }
        let day = Timestamp::now().round(jiff::Unit::Hour).unwrap() + (24 * 3).hours();
        let late = day + (24 * 30).hours();
        let path = format!(
            "/v1/cabinets/{}/availability?service={}&practitioner={}&from={late}&until={}&limit=1",
            cabinet.id,
            cabinet.services[0],
            cabinet.practitioners[0],
            late + (24 * 7).hours()
        );
        let found = connection
            .send(&request("GET", &path, &signed_in[0].2, "", None))
            .await
            .unwrap();
        let free = found.text("/free/0/start").parse().unwrap();
        desks.push(Desk {
            cabinet: cabinet.clone(),
            signed_in,
            day,
            free,
        });
    }
    desks
}

/// For every task, a script that sends the statements one by one as pgbench does, and one that sends them in one go.
async fn prepared(database: &Database, desks: &[Desk]) -> Vec<(Task, Script, Script)> {
    database
        .admin
        .batch_execute("CREATE SCHEMA bench; GRANT USAGE ON SCHEMA bench TO nova_app; ALTER ROLE nova_app SET log_statement = 'all'")
        .await
        .unwrap();
    let mut scripts = Vec::new();
    {
        let server = Server::start(&database.url, 1).await;
        let mut connection = Connection::new(server.address);
        for task in Task::ALL {
            // Twice: what is prepared and remembered is so by then.
            desks[0].work(&mut connection, task, 0).await;
            desks[0].work(&mut connection, task, 0).await;
            let before = log(database).len();
            let new = desks[0].work(&mut connection, task, 0).await;
            let found: Vec<Statement> = statements::read(&log(database)[before..]);
            let scripts_of = [false, true].map(|go| statements::script(&found, &task.table(), &new, go));
            let [one_by_one, in_one_go] = scripts_of;
            write_values(&database.admin, task, &one_by_one.values, desks).await;
            if std::env::var_os("NOVA_BENCH_SCRIPTS").is_some() {
                println!("-- {}\n{}", task.name(), one_by_one.text);
            }
            scripts.push((task, one_by_one, in_one_go));
        }
    }
    database
        .admin
        .batch_execute("ALTER ROLE nova_app RESET log_statement")
        .await
        .unwrap();
    scripts
}

fn log(database: &Database) -> String {
    std::fs::read_to_string(database.cluster.log()).unwrap()
}

/// A row of values for each client: those of the first with the ids of the client's own cabinet.
async fn write_values(admin: &Client, task: Task, values: &[String], desks: &[Desk]) {
    let columns: Vec<String> = (0..values.len()).map(|number| format!("v{number} text")).collect();
    let table = task.table();
    let made = format!(
        "CREATE TABLE {table} (client int PRIMARY KEY, {}); GRANT SELECT ON {table} TO nova_app",
        columns.join(", ")
    );
    admin.batch_execute(&made).await.unwrap();
    let first = desks[0].ids();
    for (number, desk) in desks.iter().enumerate() {
        let own = desk.ids();
        let row: Vec<String> = values
            .iter()
            .map(|value| {
                let value = first
                    .iter()
                    .zip(&own)
                    .fold(value.clone(), |value, (from, to)| value.replace(from, to));
                format!("'{}'", value.replace('\'', "''"))
            })
            .collect();
        let statement = format!("INSERT INTO {table} VALUES ({number}, {})", row.join(", "));
        admin.batch_execute(&statement).await.unwrap();
    }
}

async fn nova(database: &Database, server: &Server, desks: &[Desk], task: Task, length: Duration) -> Turn {
    let before = (server.processor(), database.processor(), rows(database).await);
    let (began, until) = (Instant::now(), Instant::now() + length);
    let clients = desks.iter().map(|desk| async move {
        let mut connection = Connection::new(server.address);
        let mut done = 0_usize;
        while Instant::now() < until {
            desk.work(&mut connection, task, done).await;
            done += 1;
        }
        done
    });
    let done: usize = futures_util::future::join_all(clients).await.into_iter().sum();
    let took = began.elapsed().as_secs_f64();
    turn(database, done as f64, took, before, server.processor()).await
}

async fn turn(database: &Database, done: f64, took: f64, before: (f64, f64, i64), server: f64) -> Turn {
    Turn {
        per_second: done / took,
        server: (server - before.0) * 1e6 / done,
        postgres: (database.processor() - before.1) * 1e6 / done,
        rows: (rows(database).await - before.2) as f64 / done,
    }
}

/// Rows that requests leave behind.
async fn rows(database: &Database) -> i64 {
    let row = database
        .admin
        .query_one(
            "SELECT (SELECT count(*) FROM practice.audit) + (SELECT count(*) FROM practice.patients) \
                + (SELECT count(*) FROM practice.patient_tokens) + (SELECT count(*) FROM practice.appointments) \
                + (SELECT count(*) FROM practice.appointment_changes) + (SELECT count(*) FROM practice.outbox)",
            &[],
        )
        .await
        .unwrap();
    row.get(0)
}

async fn pgbench(database: &Database, script: &Script, length: Duration) -> Turn {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(script.text.as_bytes()).unwrap();
    let before = (0.0, database.processor(), rows(database).await);
    let output = Command::new(&database.pgbench)
        .args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "1",
            "-D",
            "ready=0",
            "-c",
            &CLIENTS.to_string(),
        ])
        .args(["-T", &length.as_secs().to_string(), "-f"])
        .arg(file.path())
        .arg(&database.url)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let told = || format!("{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}", told());
    let figure = |begins: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(begins));
        let word = line.and_then(|rest| rest.split_whitespace().next());
        word.and_then(|word| word.parse().ok())
            .unwrap_or_else(|| panic!("{}", told()))
    };
    let (done, per_second) = (figure("number of transactions actually processed: "), figure("tps = "));
    turn(database, done, done / per_second, before, 0.0).await
}
