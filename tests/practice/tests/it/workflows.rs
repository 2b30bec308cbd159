//! What goes on after a request was answered: provisionings, roll-outs, messages, and what is forgotten.

use crate::world::{Answer, World};
use async_trait::async_trait;
use axum::http::Method;
use nova_errors::{Code, Failure};
use nova_eventlog::{Appended, Commit, EventLog, NewCommit, Outbox, Queue, StreamId};
use nova_events::Function;
use nova_fn_dispatch::{Carrier, ask_again, hand_on, tidy};
use nova_fn_practice::{
    Platform,
    provisioning::{Steps, Turned, Workflow},
};
use nova_fn_provision::settle_with;
use nova_practice::{CabinetId, access::Role, cabinet::ProvisioningStep};
use nova_practice_store::{
    Error,
    outbox::Waiting,
    provisioning::{Turn, carry_out},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Steps that fail where the test says.
struct Failing<'a> {
    world: &'a World,
    fails: Mutex<BTreeSet<(ProvisioningStep, bool)>>,
    retryable: bool,
    turns: Mutex<Vec<Turn>>,
}

impl<'a> Failing<'a> {
    fn nowhere(world: &'a World) -> Self {
        Self::at(world, [], true)
    }

    fn at(world: &'a World, steps: impl IntoIterator<Item = (ProvisioningStep, bool)>, retryable: bool) -> Self {
        Self {
            world,
            fails: Mutex::new(steps.into_iter().collect()),
            retryable,
            turns: Mutex::default(),
        }
    }
}

#[async_trait]
impl Steps for Failing<'_> {
    async fn carry_out(&self, turn: &Turn) -> Result<(), Error> {
        self.turns.lock().unwrap().push(turn.clone());
        if self.fails.lock().unwrap().remove(&(turn.step, turn.undo)) {
            let failure = Failure::new(Code::PROVISIONING, "on purpose");
            return Err(if self.retryable { failure.retryable() } else { failure }.into());
        }
        carry_out(self.world.platform.store(), turn).await
    }
}

/// A log whose writer dies before every other append: what was done is not recorded, and is asked for again.
struct Dying<'a> {
    world: &'a World,
    appends: AtomicUsize,
}

#[async_trait]
impl EventLog for Dying<'_> {
    async fn append(&self, commit: NewCommit) -> Result<Appended, nova_eventlog::Error> {
        if self.appends.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            return Err(nova_eventlog::Error::Transient("died".to_owned()));
        }
        self.world.sqlite.append(commit).await
    }

    async fn read(&self, stream: &StreamId, from: u64) -> Result<Vec<Commit>, nova_eventlog::Error> {
        self.world.sqlite.read(stream, from).await
    }

    async fn streams(
        &self,
        prefix: &str,
        after: Option<&StreamId>,
        limit: usize,
    ) -> Result<Vec<StreamId>, nova_eventlog::Error> {
        self.world.sqlite.streams(prefix, after, limit).await
    }
}

impl World {
    /// Hands messages over and handles them, each of them twice at once if `doubled`, until none is left. For the queue,
    /// time passes.
    async fn work(&self, workflow: Workflow<'_>, steps: &dyn Steps, doubled: bool) {
        let begun = self.platform.now_ms();
        for turn in 0..100 {
            let commits = self.sqlite.pending(64).await.unwrap();
            for commit in &commits {
                self.sqlite.send(&commit.messages).await.unwrap();
            }
            let sent: Vec<_> = commits
                .iter()
                .map(|commit| (commit.stream.clone(), commit.number))
                .collect();
            self.sqlite.sent(&sent).await.unwrap();
            let now = begun + turn * 40_000;
            let taken = self.sqlite.receive(Function::Provision, 1, now, 1_000).await.unwrap();
            let Some(delivery) = taken.first() else {
                if commits.is_empty() {
                    return;
                }
                continue;
            };
            let settle = || settle_with(workflow, steps, &self.sqlite, delivery, now);
            let done = if doubled {
                let (one, other) = tokio::join!(settle(), settle());
                one.unwrap() | other.unwrap()
            } else {
                settle().await.unwrap()
            };
            if done {
                self.sqlite
                    .delete(Function::Provision, &delivery.receipt)
                    .await
                    .unwrap();
            }
        }
        panic!("the workflow does not come to rest");
    }

    /// The same as it is meant to go.
    async fn works(&self) {
        let steps = Failing::nowhere(self);
        self.work(self.platform.provisioning(), &steps, false).await;
    }

    async fn provision(&self, admin: &str, siret: &str) -> String {
        let body = json!({ "details": {
            "name": "Cabinet neuf", "siret": siret, "zone": "Europe/Paris", "phone": null, "email": null,
            "address": { "street": "1 rue Neuve", "postal_code": "69001", "city": "Lyon" },
        } });
        let answer = self.post("/v1/cabinet-provisionings", Some(admin), body).await.is(202);
        let id = answer.text_at("/cabinet");
        assert_eq!(answer.headers["location"], format!("/v1/cabinets/{id}/provisioning"));
        assert_eq!(answer.text_at("/state"), "running");
        id
    }

    async fn provisioning(&self, admin: &str, id: &str) -> Answer {
        self.get(&format!("/v1/cabinets/{id}/provisioning"), admin)
            .await
            .is(200)
    }

    /// Status of the cabinet, how many chairs it has, and how many versions of its configuration.
    async fn furniture(&self, admin: &str, id: &str) -> (String, usize, usize) {
        let count = async |kind: &str| {
            let listed = self
                .get(&format!("/v1/cabinets/{id}/{kind}"), admin)
                .await
                .is(200)
                .json();
            listed[kind].as_array().unwrap().len()
        };
        let cabinet = self.get(&format!("/v1/cabinets/{id}"), admin).await.is(200);
        (
            cabinet.text_at("/status"),
            count("resources").await,
            count("configurations").await,
        )
    }
}

/// Registration numbers with right check digits.
const SIRETS: [&str; 4] = ["11111111100006", "22222222200002", "44444444400004", "55555555500005"];

#[tokio::test]
async fn a_cabinet_is_provisioned_once_whatever_fails_is_doubled_or_dies() {
    let world = World::new().await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let workflow = world.platform.provisioning();
    let once = ("active".to_owned(), 2, 1);

    let id = world.provision(&admin, SIRETS[0]).await;
    world.work(workflow, &Failing::nowhere(&world), true).await;
    assert_eq!(world.provisioning(&admin, &id).await.text_at("/state"), "done");
    assert_eq!(world.furniture(&admin, &id).await, once);

    let id = world.provision(&admin, SIRETS[1]).await;
    let failing = Failing::at(&world, ProvisioningStep::ALL.map(|step| (step, false)), true);
    world.work(workflow, &failing, false).await;
    assert_eq!(failing.turns.lock().unwrap().len(), 10);
    assert_eq!(world.provisioning(&admin, &id).await.text_at("/state"), "done");
    assert_eq!(world.furniture(&admin, &id).await, once);

    let id = world.provision(&admin, SIRETS[2]).await;
    let dying = Dying {
        world: &world,
        appends: AtomicUsize::new(0),
    };
    let log = Workflow {
        log: &dying,
        ..workflow
    };
    world.work(log, &Failing::nowhere(&world), false).await;
    assert_eq!(world.provisioning(&admin, &id).await.text_at("/state"), "done");
    assert_eq!(world.furniture(&admin, &id).await, once);
}

#[tokio::test]
async fn a_failure_at_every_step_is_retried_or_unwound_and_late_workers_do_nothing() {
    let world = World::new().await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let workflow = world.platform.provisioning();
    let ask = async |id: &str, what: &str| {
        let path = format!("/v1/cabinets/{id}/provisioning/{what}");
        world.send(Method::POST, &path, Some(&admin), None).await
    };
    let sirets = [
        "11111111100006",
        "22222222200002",
        "44444444400004",
        "55555555500005",
        "66666666600001",
    ];
    for (step, siret) in ProvisioningStep::ALL.into_iter().zip(sirets) {
        let id = world.provision(&admin, siret).await;
        let failing = Failing::at(&world, [(step, false)], false);
        world.work(workflow, &failing, false).await;
        let failed = world.provisioning(&admin, &id).await;
        assert_eq!(
            (failed.text_at("/state"), failed.text_at("/failure/0")),
            ("failed".to_owned(), step.name().to_owned())
        );
        if step == ProvisioningStep::Configure {
            ask(&id, "retry").await.is(202);
            world.works().await;
            assert_eq!(world.provisioning(&admin, &id).await.text_at("/state"), "done");
            assert_eq!(ask(&id, "rollback").await.problem(), (409, "NOVA-3010".to_owned()));
            continue;
        }
        // Undoing fails once, too.
        ask(&id, "rollback").await.is(202);
        let undoing = Failing::at(&world, ProvisioningStep::ALL.map(|step| (step, true)), true);
        world.work(workflow, &undoing, true).await;
        assert_eq!(world.provisioning(&admin, &id).await.text_at("/state"), "rolled_back");
        let (status, resources, _) = world.furniture(&admin, &id).await;
        assert_eq!((status.as_str(), resources), ("draft", 0), "{}", step.name());
        // Somebody who was away for long comes back with what was asked before.
        let late = failing.turns.lock().unwrap().last().unwrap().clone();
        let refused = carry_out(world.platform.store(), &late).await;
        assert!(matches!(refused, Err(Error::Stale(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_draft_is_provisioned_and_one_that_is_forgotten_is_asked_for_again() {
    let world = World::new().await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let details = json!({
        "name": "Cabinet neuf", "siret": SIRETS[3], "zone": "Europe/Paris", "phone": null, "email": null,
        "address": { "street": "1 rue Neuve", "postal_code": "69001", "city": "Lyon" },
    });
    let draft = world.post("/v1/cabinets", Some(&admin), details).await.is(201);
    let id = draft.text_at("/id");
    assert_eq!(draft.headers["location"], format!("/v1/cabinets/{id}"));
    let path = format!("/v1/cabinets/{id}/provisioning");
    assert_eq!(world.get(&path, &admin).await.problem().0, 404);
    let unknown = world.post(&path, Some(&admin), json!({ "template": "palace" })).await;
    assert_eq!(unknown.problem().0, 404);
    for _ in 0..2 {
        world.post(&path, Some(&admin), json!({})).await.is(202);
    }
    // The message is lost.
    let commits = world.sqlite.pending(64).await.unwrap();
    let sent: Vec<_> = commits
        .iter()
        .map(|commit| (commit.stream.clone(), commit.number))
        .collect();
    world.sqlite.sent(&sent).await.unwrap();
    assert_eq!(ask_again(&world.platform, &world.sqlite).await.unwrap(), 0);
    world.clock.pass(100_000);
    assert_eq!(ask_again(&world.platform, &world.sqlite).await.unwrap(), 1);
    world.works().await;
    assert_eq!(world.provisioning(&admin, &id).await.text_at("/state"), "done");
    world.clock.pass(100_000);
    assert_eq!(ask_again(&world.platform, &world.sqlite).await.unwrap(), 0);
    let id: CabinetId = id.parse().unwrap();
    let steps = Failing::nowhere(&world);
    assert_eq!(
        world.platform.provisioning().turn(&steps, id).await.unwrap(),
        Turned::Rests
    );
}

/// Takes every other message.
struct Choosy(Mutex<Vec<Waiting>>, AtomicUsize);

#[async_trait]
impl Carrier for Choosy {
    async fn carry(&self, _: &Platform, messages: &[Waiting]) -> Vec<i64> {
        let takes = |_: &&Waiting| self.1.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        let taken: Vec<Waiting> = messages.iter().filter(takes).cloned().collect();
        let ids = taken.iter().map(|message| message.id).collect();
        self.0.lock().unwrap().extend(taken);
        ids
    }
}

#[tokio::test]
async fn messages_are_handed_on_once_each_and_what_is_over_is_forgotten() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    for number in 0..3 {
        let body = json!({ "email": format!("p{number}@example.org"), "name": "P", "roles": [{ "role": "receptionist", "cabinet": own }] });
        world.post("/v1/invitations", Some(&manager), body).await.is(201);
    }
    let carrier = Choosy(Mutex::default(), AtomicUsize::new(0));
    let first = hand_on(&world.platform, &carrier).await.unwrap();
    assert!(first > 0);
    // What was not taken is whoever claimed it's for a minute; nothing is handed on twice.
    assert_eq!(hand_on(&world.platform, &carrier).await.unwrap(), 0);
    let taken = carrier.0.into_inner().unwrap();
    let numbers: BTreeSet<i64> = taken.iter().map(|message| message.id).collect();
    assert_eq!(numbers.len(), taken.len());
    assert!(taken.iter().any(|message| message.kind == "user.invited"));
    assert_eq!(tidy(&world.platform).await.unwrap().messages, 0);
}

#[tokio::test]
async fn templates_and_roll_outs_are_the_groups() {
    let world = World::new().await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let put = async |name: &str, body: &Value| {
        let path = format!("/v1/cabinet-templates/{name}");
        world.send(Method::PUT, &path, Some(&admin), Some(body)).await
    };
    let standard = world.get("/v1/cabinet-templates/standard", &admin).await.is(200).json();
    let mut small = json!({ "title": "Petit cabinet", "body": standard["body"] });
    small["body"]["chairs"] = json!(["Fauteuil 1"]);
    put("small", &small).await.is(201);
    put("small", &small).await.is(200);
    let mut bad = small.clone();
    bad["body"]["chairs"] = json!([]);
    bad["body"]["services"][0]["minutes"] = json!(1);
    let refused = put("small", &bad).await;
    assert_eq!(refused.problem(), (422, "NOVA-3006".to_owned()));
    assert_eq!(refused.json()["details"].as_array().unwrap().len(), 2);
    let path = "/v1/cabinet-templates/small";
    world.send(Method::DELETE, path, Some(&admin), None).await.is(204);
    world.get(path, &admin).await.is(404);

    let cabinets = [
        world.provision(&admin, SIRETS[0]).await,
        world.provision(&admin, SIRETS[1]).await,
    ];
    world.works().await;
    for id in &cabinets {
        let doctor = json!({ "kind": "practitioner", "name": "Dr M." });
        world
            .post(&format!("/v1/cabinets/{id}/resources"), Some(&admin), doctor)
            .await
            .is(201);
    }
    let rollouts = "/v1/configuration-rollouts";
    let new = json!({
        "changes": { "booking.hold_minutes": 25 }, "note": "winter",
        "stages": [{ "name": "pilot", "cabinets": [cabinets[0]] }, { "name": "all", "cabinets": [cabinets[1]] }],
    });
    let mut twice = new.clone();
    twice["stages"][1]["cabinets"] = json!([cabinets[0]]);
    assert_eq!(world.post(rollouts, Some(&admin), twice).await.problem().0, 422);
    let begun = world.post(rollouts, Some(&admin), new).await.is(201);
    let path = begun.headers["location"].to_str().unwrap().to_owned();
    let changes = world.get(&format!("{path}/changes"), &admin).await.is(200).json();
    assert_eq!(changes["cabinets"][0]["changes"][0]["to"], 25);
    let hold = async |id: &str| {
        let all = world
            .get(&format!("/v1/cabinets/{id}/configurations"), &admin)
            .await
            .json();
        all["configurations"][0]["configuration"]["booking"]["hold_minutes"].clone()
    };
    let go = async |what: &str| {
        world
            .send(Method::POST, &format!("{path}/{what}"), Some(&admin), None)
            .await
    };
    assert_eq!(go("advance").await.is(200).json()["stage"], 1);
    assert_eq!(
        (hold(&cabinets[0]).await, hold(&cabinets[1]).await),
        (json!(25), json!(10))
    );
    go("advance").await.is(200);
    assert_eq!(go("advance").await.is(200).text_at("/status"), "done");
    assert_eq!(go("rollback").await.is(200).text_at("/status"), "rolled_back");
    assert_eq!(
        (hold(&cabinets[0]).await, hold(&cabinets[1]).await),
        (json!(10), json!(10))
    );
    assert_eq!(go("rollback").await.problem(), (409, "NOVA-3015".to_owned()));

    let report = "/v1/reports/activity?from=2026-01-01T00:00:00Z&until=2030-01-01T00:00:00Z";
    assert_eq!(world.get(report, &admin).await.problem(), (400, "NOVA-3016".to_owned()));
}
