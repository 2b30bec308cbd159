//! What people are sent: each in their language, once, with a token that works, and a note in the patient's record.

use crate::world::World;
use nova_fn_dispatch::{
    Log, hand_on,
    letters::{Folder, Mailing},
};
use nova_practice::access::Role;
use serde_json::{Value, json};
use std::{fs, path::Path, sync::Arc};

/// What lies in the folder, one text for each letter.
fn letters(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

fn mailing(folder: &Path) -> Mailing {
    Mailing {
        post: Arc::new(Folder(folder.to_owned())),
        site: Some("https://nova.example.org".to_owned()),
        others: Arc::new(Log),
    }
}

#[tokio::test]
async fn an_invitation_arrives_in_the_language_of_whoever_it_is_for_and_its_link_works() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    for (email, locale) in [("lea@example.org", "fr"), ("kate@example.org", "en-GB")] {
        let body = json!({ "email": email, "name": "Lea", "locale": locale, "roles": [{ "role": "receptionist", "cabinet": own }] });
        let made = world.post("/v1/invitations", Some(&manager), body).await.is(201);
        assert!(made.headers["location"].to_str().unwrap().starts_with("/v1/users/"));
        assert!(made.headers.contains_key("etag"));
    }
    let folder = tempfile::tempdir().unwrap();
    hand_on(&world.platform, &mailing(folder.path())).await.unwrap();
    let sent = letters(folder.path());
    assert_eq!(sent.len(), 2, "{sent:?}");
    let french = sent.iter().find(|letter| letter.contains("To: lea@")).unwrap();
    assert!(french.contains("Subject: Votre invitation"), "{french}");
    assert!(sent.iter().any(|letter| letter.contains("Subject: Your invitation")));
    let (_, token) = french.split_once("/register#token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    let body = json!({ "token": token, "password": "quatre mots pour Léa" });
    world.post("/v1/auth/register", None, body).await.is(201);
    // Nothing is sent twice.
    fs::remove_dir_all(folder.path()).unwrap();
    hand_on(&world.platform, &mailing(folder.path())).await.unwrap();
    assert!(!folder.path().exists());
}

#[tokio::test]
async fn a_patient_hears_of_an_appointment_and_the_record_says_so() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    let at = format!("/v1/cabinets/{own}");
    let made = async |path: &str, body: Value| {
        let answer = world.post(&format!("{at}/{path}"), Some(&manager), body).await.is(201);
        assert!(answer.headers.contains_key("location"), "{path}");
        assert!(answer.headers.contains_key("etag"), "{path}");
        answer.text_at("/id")
    };
    let doctor = made("resources", json!({ "kind": "practitioner", "name": "Dr Roux" })).await;
    let service = json!({ "code": "C", "name": "Contrôle", "minutes": 30, "needs_chair": false });
    let service = made("services", service).await;
    let mut ids = Vec::new();
    for (name, email) in [("Martin", Some("martin@example.org")), ("Petit", None)] {
        let body = json!({ "last_name": name, "first_name": "Lou", "birth_date": "1980-01-01", "email": email });
        let patient = made("patients", body).await;
        let body = json!({ "patient": patient, "service": service, "practitioner": doctor, "start": "2026-12-01T09:00:00Z",
            "overbooking_reason": "there are no hours in this test" });
        ids.push((patient, made("appointments", body).await));
    }
    let folder = tempfile::tempdir().unwrap();
    hand_on(&world.platform, &mailing(folder.path())).await.unwrap();
    let sent = letters(folder.path());
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(
        sent[0].contains("To: martin@example.org") && sent[0].contains("à 10 h 00"),
        "{}",
        sent[0]
    );
    let told = format!("{at}/patients/{}/communications", ids[0].0);
    let told = world.get(&told, &manager).await.is(200).json();
    assert_eq!(told["communications"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["communications"][0]["recorded_by"], "system:dispatch");

    // Called off, and only then: what is true when the letter is written counts.
    let cancel = format!("{at}/appointments/{}/cancel", ids[0].1);
    world
        .post(&cancel, Some(&manager), json!({ "reason": "ill" }))
        .await
        .is(200);
    hand_on(&world.platform, &mailing(folder.path())).await.unwrap();
    let sent = letters(folder.path());
    assert_eq!(sent.len(), 2);
    assert!(
        sent[1].contains("Subject: Votre rendez-vous est annulé – Lilas"),
        "{}",
        sent[1]
    );
}
