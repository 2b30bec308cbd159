//! Five hundred people who want twenty times, over HTTP.

use crate::http::{Answer, Connection, request};
use crate::world::{CONNECTIONS, Database, Server, cabinets, people, sign_in};
use jiff::civil::{Date, date, time};
use jiff::{Timestamp, ToSpan};
use nova_practice::ItemId;
use nova_practice::access::Role;
use nova_practice::booking::Hours;
use nova_practice_store::cabinets::OpeningHours;
use nova_practice_store::demo::DemoCabinet;
use nova_practice_store::{Actor, Options, Scope, Store, booking, cabinets as rows};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, LocalSet};
use uuid::Uuid;

/// Clients that book at once.
const CLIENTS: u64 = 500;
/// People whom they belong to: so many that none of them sends more than one may.
const PEOPLE: usize = 100;
/// Times they want.
const SLOTS: usize = 20;

/// Zones that the server is set to in turn: nothing may depend on which.
const ZONES: [&str; 3] = ["UTC", "Pacific/Auckland", "America/New_York"];

/// An ordinary week, and the nights in which the clocks of the cabinet go forward and back.
const DAYS: [Option<Date>; 3] = [None, Some(date(2027, 3, 28)), Some(date(2027, 10, 31))];

/// A xorshift generator; what it draws decides nothing but who does what.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % bound
    }
}

pub(crate) async fn run(seconds: u64) {
    let database = Database::new().await;
    let local = LocalSet::new();
    local
        .run_until(Box::pin(async {
            let mut number = 0;
            for zone in ZONES {
                let set = format!("ALTER DATABASE postgres SET timezone TO '{zone}'");
                database.admin.batch_execute(&set).await.unwrap();
                let store = Store::connect_with(&database.url, &Options::default()).await.unwrap();
                let server = Server::start(&database.url, CONNECTIONS).await;
                for day in DAYS {
                    number += 1;
                    let about = day.map_or_else(|| "an ordinary week".to_owned(), |day| day.to_string());
                    println!("server in {zone}, {about}:");
                    let scene = Rc::new(Scene::new(&store, &server, number, day).await);
                    burst(&scene).await;
                    fire(&database, &scene, seconds).await;
                    let told = server.told();
                    if !told.is_empty() {
                        println!("  the server's log: {told}");
                    }
                }
            }
        }))
        .await;
}

/// What all clients share.
struct Scene {
    address: SocketAddr,
    cabinet: DemoCabinet,
    tokens: Vec<String>,
    slots: Vec<Timestamp>,
}

impl Scene {
    async fn new(store: &Store, server: &Server, number: u64, day: Option<Date>) -> Self {
        let cabinet = cabinets(store, 1, number, 3).await.remove(0);
        if day.is_some() {
            open_on_sundays(store, &cabinet).await;
        }
        let mut connection = Connection::new(server.address);
        let mut tokens = Vec::new();
        for person in people(store, cabinet.id, Role::Receptionist, PEOPLE).await {
            tokens.push(sign_in(&mut connection, &person).await.0);
        }
        let from = match day {
            None => Timestamp::now() + (24 * 14).hours(),
            Some(day) => day.in_tz("Europe/Paris").unwrap().timestamp(),
        };
        let path = format!(
            "/v1/cabinets/{}/availability?service={}&practitioner={}&from={from}&until={}&limit=100",
            cabinet.id,
            cabinet.services[0],
            cabinet.practitioners[0],
            from + (24 * 7).hours()
        );
        let found = connection
            .send(&request("GET", &path, &tokens[0], "", None))
            .await
            .unwrap();
        let found = found.json();
        let free = found["free"].as_array().unwrap().iter();
        // Half an hour apart, and one more for the burst.
        let slots: Vec<Timestamp> = free
            .step_by(2)
            .filter_map(|one| one["start"].as_str()?.parse().ok())
            .take(SLOTS + 1)
            .collect();
        assert!(slots.len() > SLOTS, "{} free times", slots.len());
        Self {
            address: server.address,
            cabinet,
            tokens,
            slots,
        }
    }

    fn post(&self, token: &str, path: &str, headers: &str, body: &Value) -> Vec<u8> {
        let path = format!("/v1/cabinets/{}/{path}", self.cabinet.id);
        request("POST", &path, token, headers, Some(body))
    }

    fn wish(&self, draw: &mut Draw, start: Timestamp) -> Value {
        json!({
            "patient": self.cabinet.patients[draw.below(self.cabinet.patients.len())],
            "service": self.cabinet.services[0], "practitioner": self.cabinet.practitioners[draw.below(2)],
            "start": start, "hold": draw.below(4) == 0,
        })
    }
}

/// From one in the morning, on the nights in which the clocks change.
async fn open_on_sundays(store: &Store, cabinet: &DemoCabinet) {
    let (opens, closes) = (time(1, 0, 0, 0), time(13, 0, 0, 0));
    let scope = Scope {
        cabinet: cabinet.id,
        actor: Actor::System("bench"),
        request_id: String::new(),
        reason: None,
    };
    store
        .with_cabinet(&scope, async |tx| {
            let hours = OpeningHours {
                weekday: 7,
                opens,
                closes,
            };
            rows::set_opening_hours(tx, &[(ItemId(Uuid::now_v7()), hours)]).await?;
            for practitioner in &cabinet.practitioners {
                let hours = Hours {
                    weekday: 7,
                    opens,
                    closes,
                    valid_from: None,
                    valid_until: None,
                };
                let week = [(ItemId(Uuid::now_v7()), booking::WorkingHours { hours })];
                booking::set_working_hours(tx, *practitioner, &week).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

/// Two hundred at once for one time of one practitioner.
async fn burst(scene: &Rc<Scene>) {
    let mut tries = JoinSet::new();
    for number in 0..200_usize {
        let scene = Rc::clone(scene);
        tries.spawn_local(async move {
            let mut wanted = scene.wish(&mut Draw(number as u64 + 1), scene.slots[SLOTS]);
            wanted["practitioner"] = json!(scene.cabinet.practitioners[0]);
            let sent = scene.post(&scene.tokens[number % PEOPLE], "appointments", "", &wanted);
            Connection::new(scene.address).send(&sent).await.unwrap().status
        });
    }
    let mut answers = BTreeMap::<u16, u64>::new();
    while let Some(answer) = tries.join_next().await {
        *answers.entry(answer.unwrap()).or_default() += 1;
    }
    println!("  burst of 200 for one time, by status: {answers:?}");
}

/// What a client was told, and what it did not wait to be told.
#[derive(Default)]
struct Told {
    answers: Vec<(u16, Duration)>,
    /// Appointments that it was told were made.
    made: Vec<Uuid>,
    cut: usize,
    /// Repeated requests whose answer was another than the first.
    unlike: usize,
}

async fn fire(database: &Database, scene: &Rc<Scene>, seconds: u64) {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let scene = Rc::clone(scene);
        clients.spawn_local(async move { client(&scene, number, until).await });
    }
    let (mut answers, mut times, mut made) = (BTreeMap::<u16, u64>::new(), Vec::new(), Vec::new());
    let (mut cut, mut unlike) = (0, 0);
    while let Some(told) = clients.join_next().await {
        let told = told.unwrap();
        for (answer, time) in told.answers {
            *answers.entry(answer).or_default() += 1;
            times.push(time);
        }
        made.extend(told.made);
        cut += told.cut;
        unlike += told.unlike;
    }
    times.sort_unstable();
    let percentile = |percent: usize| {
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(place).map_or(0.0, |one| one.as_secs_f64() * 1000.0)
    };
    println!(
        "  {CLIENTS} clients, {SLOTS} times, {seconds} s: {} requests, {:.0}/s; by status: {answers:?}",
        times.len(),
        times.len() as f64 / seconds as f64
    );
    println!(
        "  ms: median {:.0}, p95 {:.0}, p99 {:.0}, slowest {:.0}",
        percentile(50),
        percentile(95),
        percentile(99),
        percentile(100)
    );
    let different = made.iter().collect::<BTreeSet<_>>().len();
    let row = database
        .admin
        .query_one(
            "SELECT (SELECT count(*) FROM practice.occupations a JOIN practice.occupations b ON b.cabinet_id = a.cabinet_id \
                AND b.resource_id = a.resource_id AND b.appointment_id > a.appointment_id AND b.starts_at < a.ends_at AND a.starts_at < b.ends_at), \
             (SELECT count(*) FROM practice.appointments WHERE id = ANY ($1)), \
             (SELECT count(*) FROM practice.appointments WHERE cabinet_id = $2 AND created_by LIKE 'user:%' AND id <> ALL ($1))",
            &[&made, &scene.cabinet.id.uuid()],
        )
        .await
        .unwrap();
    let (overlaps, kept, others): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    // One of the others is the burst's.
    println!(
        "  overlaps: {overlaps}; answered with 201: {}, different: {different}, kept: {kept}; \
         of {cut} that were cut off, {} were booked; repeated with another answer: {unlike}",
        made.len(),
        others - 1
    );
}

async fn client(scene: &Scene, number: u64, until: Instant) -> Told {
    let mut connection = Connection::new(scene.address);
    let mut draw = Draw(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let token = scene.tokens[usize::try_from(number).unwrap() % PEOPLE].as_str();
    let (mut mine, mut told) = (Vec::<String>::new(), Told::default());
    while Instant::now() < until {
        let start = scene.slots[draw.below(SLOTS)];
        let wanted = scene.wish(&mut draw, start);
        let any = "If-Match: *\r\n";
        let sent = match (draw.below(50), mine.pop()) {
            // Two of a hundred requests are cut off in the middle.
            (0, kept) => {
                mine.extend(kept);
                let sent = scene.post(token, "appointments", "", &wanted);
                connection.cut(&sent, Duration::from_millis(5)).await.unwrap();
                told.cut += 1;
                continue;
            }
            (1..=12, Some(id)) => {
                let path = format!("appointments/{id}/cancel");
                scene.post(token, &path, any, &json!({ "reason": "bench" }))
            }
            (13..=20, Some(id)) => {
                let path = format!("appointments/{id}/move");
                mine.push(id);
                scene.post(token, &path, any, &json!({ "start": start }))
            }
            (21..=24, Some(id)) => {
                let path = format!("appointments/{id}/confirm");
                mine.push(id);
                scene.post(token, &path, "", &json!({}))
            }
            // This week and the next: both, or none.
            (25, kept) => {
                mine.extend(kept);
                let mut first = wanted;
                first["hold"] = json!(false);
                let series = json!({ "first": first, "rule": { "every": { "weeks": 1 }, "count": 2 } });
                scene.post(token, "appointment-series", "", &series)
            }
            // Sent twice with one key: the second answer is the first.
            (26..=27, kept) => {
                mine.extend(kept);
                let key = format!("Idempotency-Key: {}\r\n", Uuid::now_v7());
                let sent = scene.post(token, "appointments", &key, &wanted);
                let first = timed(&mut connection, &sent, &mut told).await;
                if first.status == 201 {
                    let again = timed(&mut connection, &sent, &mut told).await;
                    let same = again.status == 201 && again.text("/id") == first.text("/id");
                    told.unlike += usize::from(!same);
                    note(&first, &mut mine, &mut told);
                }
                continue;
            }
            (_, kept) => {
                mine.extend(kept);
                scene.post(token, "appointments", "", &wanted)
            }
        };
        let answer = timed(&mut connection, &sent, &mut told).await;
        if answer.status == 201 {
            note(&answer, &mut mine, &mut told);
        }
    }
    told
}

async fn timed(connection: &mut Connection, sent: &[u8], told: &mut Told) -> Answer {
    let began = Instant::now();
    let answer = connection.send(sent).await.unwrap();
    told.answers.push((answer.status, began.elapsed()));
    answer
}

/// Remembers what was made: an appointment, or those of a series.
fn note(answer: &Answer, mine: &mut Vec<String>, told: &mut Told) {
    let shown = answer.json();
    let series = shown["appointments"].as_array().cloned();
    for one in series.clone().unwrap_or_else(|| vec![shown]) {
        let id = one["id"].as_str().unwrap_or_default();
        told.made.extend(id.parse::<Uuid>());
        if series.is_none() {
            mine.push(id.to_owned());
        }
    }
}
