//! What is looked at by itself: how cabinets are, and whom to remind; and who may ask whom the audit names.

use crate::world::World;
use nova_fn_dispatch::{
    Log, hand_on,
    letters::{Folder, Mailing},
    tend,
};
use nova_practice::access::Role;
use serde_json::{Value, json};
use std::{fs, path::Path, sync::Arc};

fn letters(folder: &Path) -> Vec<String> {
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

async fn post(world: &World, folder: &Path) -> Vec<String> {
    let mailing = Mailing {
        post: Arc::new(Folder(folder.to_owned())),
        site: None,
        others: Arc::new(Log),
    };
    hand_on(&world.platform, &mailing).await.unwrap();
    let sent = letters(folder);
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    sent
}

#[tokio::test]
async fn whoever_runs_a_cabinet_hears_when_it_is_not_as_it_should_be_and_when_it_is_again() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    let analyst = world.signed_in("analyst@nova.example", Role::GroupAnalyst, None).await;
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(tend(&world.platform).await.unwrap().checked, 2);
    // Not again so soon.
    assert_eq!(tend(&world.platform).await.unwrap().checked, 0);
    let sent = post(&world, folder.path()).await;
    let chairs = |letter: &&String| letter.contains("fauteuils : en défaut");
    assert_eq!(sent.iter().filter(chairs).count(), 1, "{sent:?}");
    assert!(sent.iter().all(|letter| letter.contains("To: manager@nova.example")));

    let path = format!("/v1/cabinets/{own}/health");
    let page = world
        .get(&format!("{path}?limit=3&condition=failing"), &manager)
        .await
        .is(200)
        .json();
    let next = page["next"].as_str().unwrap();
    let rest = world
        .get(&format!("{path}?limit=100&condition=failing&cursor={next}"), &manager)
        .await
        .is(200)
        .json();
    let count = |page: &Value| page["findings"].as_array().unwrap().len();
    // Hours, chairs, services and configuration are missing.
    assert_eq!((count(&page), count(&rest), &rest["next"]), (3, 1, &Value::Null));

    let reason = [("x-access-reason", "monthly figures")];
    let report = world
        .send_with(
            axum::http::Method::GET,
            "/v1/reports/health",
            Some(&analyst),
            &reason,
            None,
        )
        .await
        .is(200)
        .json();
    assert_eq!(report["cabinets"].as_array().unwrap().len(), 2);
    assert_eq!(report["cabinets"][0]["condition"], "failing");
    assert!(
        report["cabinets"][0]["ill"]
            .as_array()
            .unwrap()
            .contains(&json!("chairs")),
        "{report}"
    );
    let audit = format!("/v1/cabinets/{own}/audit?action=group.report");
    let kept = world.get(&audit, &manager).await.is(200).json();
    assert_eq!(kept["entries"][0]["reason"], "monthly figures");

    let chair = json!({ "kind": "chair", "name": "Fauteuil 1" });
    world
        .post(&format!("/v1/cabinets/{own}/resources"), Some(&manager), chair)
        .await
        .is(201);
    world
        .post(&format!("{path}/checks"), Some(&manager), json!({}))
        .await
        .is(200);
    let sent = post(&world, folder.path()).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(
        sent[0].contains("Subject: Tout est rentré dans l'ordre – Lilas") && sent[0].contains("fauteuils"),
        "{}",
        sent[0]
    );
}

#[tokio::test]
async fn a_patient_is_reminded_once_for_each_time_that_the_configuration_says() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let user = world
        .person("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    let manager = world.token(user, true).await;
    let at = format!("/v1/cabinets/{own}");
    let made = async |path: &str, body: Value| {
        let answer = world.post(&format!("{at}/{path}"), Some(&manager), body).await;
        answer.is(201).text_at("/id")
    };
    let doctor = made("resources", json!({ "kind": "practitioner", "name": "Dr Roux" })).await;
    let service = json!({ "code": "C", "name": "Contrôle", "minutes": 30, "needs_chair": false });
    let service = made("services", service).await;
    let hour = 3_600_000;
    let start_ms = i64::try_from(nova_eventlog::Clock::now_ms(&*world.clock)).unwrap() + 100 * hour;
    let mut patients = Vec::new();
    for (number, name) in ["Martin", "Petit"].into_iter().enumerate() {
        let body = json!({ "last_name": name, "first_name": "Lou", "birth_date": "1980-01-01",
            "email": format!("{name}@example.org") });
        let patient = made("patients", body).await;
        let start = jiff::Timestamp::from_millisecond(start_ms + i64::try_from(number).unwrap() * hour).unwrap();
        let body = json!({ "patient": patient, "service": service, "practitioner": doctor, "start": start,
            "overbooking_reason": "there are no hours in this test" });
        made("appointments", body).await;
        patients.push(patient);
    }
    // One of them does not want to be reminded.
    let consents = format!("patients/{}/consents", patients[1]);
    let given = json!({ "purpose": "reminders", "given_at": "2026-01-01T00:00:00Z" });
    let consent = made(&consents, given).await;
    let path = format!("{at}/{consents}/{consent}");
    world
        .send(axum::http::Method::DELETE, &path, Some(&manager), None)
        .await
        .is(204);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        post(&world, folder.path()).await.len(),
        2,
        "both are told of the booking"
    );

    assert_eq!(tend(&world.platform).await.unwrap().reminders, 0, "it is too early");
    // The appointment is 40 hours away: the configuration says 48 and 3.
    world.clock.pass(60 * 3_600_000);
    assert_eq!(tend(&world.platform).await.unwrap().reminders, 1);
    assert_eq!(tend(&world.platform).await.unwrap().reminders, 0);
    let sent = post(&world, folder.path()).await;
    let reminders: Vec<&String> = sent.iter().filter(|letter| letter.contains("Rappel")).collect();
    assert_eq!(reminders.len(), 1, "{sent:?}");
    assert!(reminders[0].contains("To: Martin@example.org"), "{}", reminders[0]);
    world.clock.pass(38 * 3_600_000);
    assert_eq!(tend(&world.platform).await.unwrap().reminders, 1);
    let sent = post(&world, folder.path()).await;
    assert_eq!(
        sent.iter().filter(|letter| letter.contains("Rappel")).count(),
        1,
        "{sent:?}"
    );
    let manager = world.token(user, true).await;
    let told = world
        .get(
            &format!("{at}/patients/{}/communications?limit=5", patients[0]),
            &manager,
        )
        .await
        .is(200)
        .json();
    assert_eq!(told["communications"].as_array().unwrap().len(), 3, "{told}");
}

#[tokio::test]
async fn the_audit_of_a_patient_names_whoever_saw_them_in_a_list() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    let at = format!("/v1/cabinets/{own}");
    let mut patients = Vec::new();
    for name in ["Moreau", "Petit"] {
        let record = json!({ "last_name": name, "first_name": "Claire", "birth_date": "1984-02-09" });
        let made = world.post(&format!("{at}/patients"), Some(&manager), record).await;
        patients.push(made.is(201).text_at("/id"));
    }
    world.get(&format!("{at}/patients?q=claire"), &manager).await.is(200);
    world.get(&format!("{at}/patients?q=moreau"), &manager).await.is(200);
    let searches = async |patient: &str| {
        let path = format!("{at}/audit?patient={patient}&action=patient.search&from=2026-01-01T00:00:00Z");
        let found = world.get(&path, &manager).await.is(200).json();
        found["entries"].as_array().unwrap().len()
    };
    assert_eq!((searches(&patients[0]).await, searches(&patients[1]).await), (2, 1));
    let long_ago = format!("{at}/audit?patient={}&until=2026-01-01T00:00:00Z", patients[0]);
    let none = world.get(&long_ago, &manager).await.is(200).json();
    assert_eq!(none["entries"], json!([]));
    let proof = world.get(&format!("{at}/audit/proof"), &manager).await.is(200).json();
    assert!(proof["entries"].as_i64().unwrap() >= 4, "{proof}");
}

#[tokio::test]
async fn lists_come_in_pages_and_in_the_order_that_is_asked_for() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let at = format!("/v1/cabinets/{own}");
    let record = json!({ "last_name": "Moreau", "first_name": "Claire", "birth_date": "1984-02-09" });
    let patient = world
        .post(&format!("{at}/patients"), Some(&admin), record)
        .await
        .is(201)
        .text_at("/id");
    let service = json!({ "code": "C", "name": "Contrôle", "minutes": 30, "needs_chair": false });
    let service = world
        .post(&format!("{at}/services"), Some(&admin), service)
        .await
        .is(201)
        .text_at("/id");
    let doctor = json!({ "kind": "practitioner", "name": "Dr Roux" });
    let doctor = world
        .post(&format!("{at}/resources"), Some(&admin), doctor)
        .await
        .is(201)
        .text_at("/id");
    for number in 1..=3 {
        let said = json!({ "channel": "phone", "direction": "out", "subject": format!("{number}"), "at": "2026-11-02T08:00:00Z" });
        world
            .post(&format!("{at}/patients/{patient}/communications"), Some(&admin), said)
            .await
            .is(201);
        world
            .post(
                &format!("{at}/configurations"),
                Some(&admin),
                json!({ "configuration": {} }),
            )
            .await
            .is(201);
        let waiting = json!({ "patient": patient, "service": service, "priority": number % 2,
            "earliest": "2026-12-01T00:00:00Z", "latest": "2026-12-31T00:00:00Z" });
        world
            .post(&format!("{at}/waitlist"), Some(&admin), waiting)
            .await
            .is(201);
        let wish = json!({ "patient": patient, "service": service, "practitioner": doctor,
            "start": format!("2026-12-0{number}T09:00:00Z"), "overbooking_reason": "there are no hours in this test" });
        world
            .post(&format!("{at}/appointments"), Some(&admin), wish)
            .await
            .is(201);
    }
    let lists = [
        (format!("patients/{patient}/communications?"), "communications", "id"),
        ("configurations?".to_owned(), "configurations", "number"),
        ("waitlist?".to_owned(), "waiting", "id"),
        ("appointments?sort=-start&".to_owned(), "appointments", "start"),
    ];
    for (path, list, field) in lists {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        for _ in 0..3 {
            let page = world
                .get(&format!("{at}/{path}limit=1{cursor}"), &admin)
                .await
                .is(200)
                .json();
            seen.push(page[list][0][field].clone());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let whole = world.get(&format!("{at}/{path}limit=100"), &admin).await.is(200).json();
        let all: Vec<Value> = whole[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one[field].clone())
            .collect();
        assert_eq!((seen.len(), &seen), (3, &all), "{path}");
        if list == "appointments" {
            assert_eq!(seen[0], "2026-12-03T09:00:00Z");
        }
    }
    let names = async |query: &str| {
        let found = world.get(&format!("/v1/cabinets?{query}"), &admin).await.is(200).json();
        let names = found["cabinets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("sort=-name").await, ["Lilas", "Canut"]);
    assert_eq!(names("q=CAN").await, ["Canut"]);
}
