//! What is made: it is where `Location` says, a request that is sent again makes nothing twice, a change is made for the
//! version that was read.

use crate::{
    contract::the_document,
    isolation::{NOBODY, body, filled, query, routes},
    world::{Answer, World},
};
use axum::http::Method;
use nova_fn_practice::Condition;
use nova_practice::access::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Makes something of every kind; the addresses that were asked.
async fn makes_everything(world: &World, admin: &str) -> BTreeSet<String> {
    let [own, other] = world.cabinets.map(|id| id.to_string());
    let mut tried = BTreeSet::new();
    let mut number = 0;
    let mut make = async |address: &str, id: &str, body: Value| -> Answer {
        number += 1;
        tried.insert(address.to_owned());
        let path = filled(address, &own, id);
        let key = format!("key-{number}");
        let send = async || {
            let headers = [("idempotency-key", key.as_str())];
            world
                .send_with(Method::POST, &path, Some(admin), &headers, Some(&body))
                .await
        };
        let (first, mut again) = (send().await, send().await);
        assert!(matches!(first.status, 200..=202), "{path}: {}", first.text);
        assert_eq!(
            (again.status, again.headers.get("location")),
            (first.status, first.headers.get("location")),
            "{path}"
        );
        // What lets somebody in is shown once.
        let mut shown = first.json();
        if address == "/v1/invitations" {
            shown["token"] = Value::Null;
        }
        let mut repeated = again.json();
        if address == "/v1/cabinet-provisionings" {
            (shown, repeated) = (shown["cabinet"].take(), repeated["cabinet"].take());
        }
        assert_eq!(repeated, shown, "{path}");
        if let Some(place) = first.headers.get("location") {
            let there = world.get(place.to_str().unwrap(), admin).await.is(200);
            if let (Some(tag), Some(now)) = (first.headers.get("etag"), there.headers.get("etag")) {
                assert_eq!(tag, now, "{path}: {} and {}", first.text, there.text);
            }
        }
        again.text = first.text.clone();
        first
    };
    let details = json!({
        "name": "Cabinet neuf", "siret": "11111111100006", "zone": "Europe/Paris", "phone": null, "email": null,
        "address": { "street": "1 rue Neuve", "postal_code": "69001", "city": "Lyon" },
    });
    make("/v1/cabinets", "", details.clone()).await;
    let mut another = details;
    another["siret"] = json!("22222222200002");
    make("/v1/cabinet-provisionings", "", json!({ "details": another })).await;
    let rollout = json!({ "changes": { "booking.hold_minutes": 25 }, "note": "winter",
        "stages": [{ "name": "all", "cabinets": [own, other] }] });
    make("/v1/configuration-rollouts", "", rollout).await;
    let invitation =
        json!({ "email": "new@example.org", "name": "New", "roles": [{ "role": "receptionist", "cabinet": own }] });
    make("/v1/invitations", "", invitation).await;
    let file = format!("csv:email,name,role,cabinet\na@example.org,A,assistant,{own}\n");
    make("/v1/users/imports", "", json!(file)).await;
    let at = |rest: &str| format!("/v1/cabinets/{{cabinet}}/{rest}");
    make(
        &at("configurations"),
        "",
        json!({ "configuration": {}, "note": "as it was" }),
    )
    .await;
    let doctor = make(&at("resources"), "", json!({ "kind": "practitioner", "name": "Dr M." }))
        .await
        .text_at("/id");
    let service = json!({ "code": "c", "name": "Contrôle", "minutes": 30, "needs_chair": false });
    let service = make(&at("services"), "", service).await.text_at("/id");
    make(
        &at("equipment"),
        "",
        json!({ "name": "Autoclave", "kind": "autoclave" }),
    )
    .await;
    let record = json!({ "last_name": "Moreau", "first_name": "Claire", "birth_date": "1984-02-09" });
    let patient = make(&at("patients"), "", record.clone()).await.text_at("/id");
    let merged = make(&at("patients"), "", record).await.text_at("/id");
    let of = |rest: &str| at(&format!("patients/{{id}}/{rest}"));
    make(
        &of("conditions"),
        &patient,
        json!({ "kind": "allergy", "label": "Penicillin" }),
    )
    .await;
    let tooth = json!({ "tooth": 16, "surfaces": "MO", "state": "filled", "done_on": "2026-11-02" });
    make(&of("teeth"), &patient, tooth).await;
    let consent = json!({ "purpose": "care", "given_at": "2026-11-02T08:00:00Z" });
    make(&of("consents"), &patient, consent).await;
    let file =
        json!({ "name": "x.png", "media_type": "image/png", "kind": "xray", "bytes": 3, "sha256": "ab".repeat(32) });
    make(&of("attachments"), &patient, file).await;
    let said = json!({ "channel": "phone", "direction": "out", "subject": "Reminder", "at": "2026-11-02T08:00:00Z" });
    make(&of("communications"), &patient, said).await;
    make(&of("merges"), &patient, json!({ "merged": merged })).await;
    let day = json!({ "resource_id": doctor, "day": "2026-12-24", "kind": "closed", "note": "Congés" });
    make(&at("schedule-exceptions"), "", day).await;
    let wish = json!({ "patient": patient, "service": service, "practitioner": doctor, "start": "2026-12-01T09:00:00Z",
        "overbooking_reason": "there are no hours in this test" });
    make(&at("appointments"), "", wish.clone()).await;
    let mut first = wish;
    first["start"] = json!("2026-12-02T09:00:00Z");
    make(
        &at("appointment-series"),
        "",
        json!({ "first": first, "rule": { "every": { "days": 7 }, "count": 2 } }),
    )
    .await;
    let waiting = json!({ "patient": patient, "service": service, "earliest": "2026-12-01T00:00:00Z", "latest": "2026-12-31T00:00:00Z" });
    make(&at("waitlist"), "", waiting).await;
    // Nobody waits for that time.
    make(
        &at("waitlist/offers"),
        "",
        json!({ "practitioner": doctor, "start": "2027-06-01T09:00:00Z" }),
    )
    .await;
    tried
}

#[tokio::test]
async fn what_is_made_is_where_its_address_says_and_a_repeated_request_makes_it_once() {
    let world = World::new().await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let tried = makes_everything(&world, &admin).await;
    let declared: BTreeSet<String> = routes()
        .into_iter()
        .filter(|route| route.takes.key)
        .map(|route| route.path.to_owned())
        .collect();
    assert_eq!(tried, declared, "every address that takes a key is tried");
}

#[tokio::test]
async fn headers_that_an_address_declares_are_looked_at() {
    let world = World::new().await;
    let own = world.cabinets[0].to_string();
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let document = the_document();
    let (mut versions, mut keys) = (0, 0);
    for route in routes() {
        let path = filled(route.path, &own, NOBODY) + &query(document, &route);
        let body = body(document, &route);
        let send = async |headers: &[(&str, &str)]| {
            let answer = world
                .send_with(route.method.clone(), &path, Some(&admin), headers, body.as_ref())
                .await;
            answer.problem()
        };
        if route.takes.version == Some(Condition::Needed) {
            assert_eq!(
                send(&[]).await,
                (428, "NOVA-3214".to_owned()),
                "{} {path}",
                route.method
            );
            versions += 1;
        }
        if route.takes.key {
            let long = "k".repeat(201);
            let refused = send(&[("idempotency-key", &long)]).await;
            assert_eq!(refused, (400, "NOVA-1001".to_owned()), "{} {path}", route.method);
            keys += 1;
        }
        if route.takes.reason {
            assert_eq!(
                send(&[]).await,
                (400, "NOVA-3016".to_owned()),
                "{} {path}",
                route.method
            );
        }
    }
    assert!(versions >= 6 && keys >= 20, "{versions} {keys}");
}

#[tokio::test]
async fn a_change_is_made_for_the_version_that_was_read() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    let at = format!("/v1/cabinets/{own}");
    let chair = json!({ "kind": "chair", "name": "Fauteuil 1" });
    let made = world
        .post(&format!("{at}/resources"), Some(&manager), chair)
        .await
        .is(201);
    let place = made.headers["location"].to_str().unwrap().to_owned();
    let week = json!({ "working_hours": [{ "weekday": 1, "opens": "09:00:00", "closes": "12:00:00" }] });
    let changes = [
        (
            place.clone(),
            json!({ "kind": "practitioner", "name": "Fauteuil bleu" }),
        ),
        (
            format!("{at}/opening-hours"),
            json!({ "opening_hours": [{ "weekday": 1, "opens": "09:00:00", "closes": "12:00:00" }] }),
        ),
        (format!("{place}/working-hours"), week),
    ];
    for (path, body) in changes {
        let read = world.get(&path, &manager).await.is(200);
        let tag = read.headers["etag"].to_str().unwrap().to_owned();
        let put = async |tag: &str| {
            world
                .send_with(Method::PUT, &path, Some(&manager), &[("if-match", tag)], Some(&body))
                .await
        };
        let changed = put(&tag).await.is(200);
        assert_eq!(put(&tag).await.problem(), (412, "NOVA-3007".to_owned()), "{path}");
        let now = world.get(&path, &manager).await.is(200);
        assert_eq!(
            (&now.headers["etag"], now.json()),
            (&changed.headers["etag"], changed.json()),
            "{path}"
        );
        // Whoever does not say what they read changes what is there.
        world
            .send_with(Method::PUT, &path, Some(&manager), &[], Some(&body))
            .await
            .is(200);
    }
    // What nobody knows is not passed over, and what is there already is named in words.
    let misspelled = json!({ "kind": "chair", "name": "Fauteuil 3", "activ": false });
    let refused = world.post(&format!("{at}/resources"), Some(&manager), misspelled).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let twice = json!({ "kind": "chair", "name": "Fauteuil bleu" });
    let refused = world
        .post(&format!("{at}/resources"), Some(&manager), twice)
        .await
        .is(409);
    assert_eq!(refused.text_at("/detail"), "another one of this kind has this name");
    // What a chair is it stays, and the answer says so.
    assert_eq!(world.get(&place, &manager).await.text_at("/kind"), "chair");
    let nothing = format!("{at}/resources/{NOBODY}");
    let body = json!({ "kind": "chair", "name": "Fauteuil 2" });
    let put = async |tag: &str| {
        let headers = [("if-match", tag)];
        world
            .send_with(Method::PUT, &nothing, Some(&manager), &headers, Some(&body))
            .await
    };
    assert_eq!(
        put("\"0123456789abcdef\"").await.problem(),
        (412, "NOVA-3007".to_owned())
    );
    put("*").await.is(200);
}
