//! Letters through SES, as the emulator of it keeps them.

use crate::world::World;
use async_trait::async_trait;
use nova_aws::{Clients, alerts::Sender};
use nova_conformance::moto;
use nova_fn_dispatch::{
    Carrier, hand_on,
    letters::{Mailing, Ses},
};
use nova_fn_practice::Platform;
use nova_practice::access::Role;
use nova_practice_store::outbox::Waiting;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Takes every message and keeps it.
#[derive(Default)]
struct Keeping(Mutex<Vec<Waiting>>);

#[async_trait]
impl Carrier for Keeping {
    async fn carry(&self, _: &Platform, messages: &[Waiting]) -> Vec<i64> {
        self.0.lock().unwrap().extend(messages.iter().cloned());
        messages.iter().map(|message| message.id).collect()
    }
}

/// What was sent to an address: subjects and texts.
async fn sent_to(address: &'static str) -> Vec<(String, String)> {
    let url = format!("{}/moto-api/data.json", moto());
    let read = || ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap();
    let text = tokio::task::spawn_blocking(read).await.unwrap();
    let kept: Value = serde_json::from_str(&text).unwrap();
    let messages = kept["ses"]["Message"].as_array().unwrap();
    let to_them = messages
        .iter()
        .filter(|message| message["destinations"].to_string().contains(address));
    to_them
        .map(|message| {
            let text = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
            (text("subject"), text("body"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_out_once_in_the_language_of_whoever_it_is_for() {
    let world = World::new().await;
    let own = world.cabinets[0];
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(own))
        .await;
    for (email, locale) in [("lea@ses.example", "fr"), ("kate@ses.example", "en-GB")] {
        let body = json!({ "email": email, "name": "Lea", "locale": locale, "roles": [{ "role": "receptionist", "cabinet": own }] });
        world.post("/v1/invitations", Some(&manager), body).await.is(201);
    }
    let at = format!("/v1/cabinets/{own}");
    let made = async |path: &str, body: Value| {
        let answer = world.post(&format!("{at}/{path}"), Some(&manager), body).await;
        answer.is(201).text_at("/id")
    };
    let doctor = made("resources", json!({ "kind": "practitioner", "name": "Dr Roux" })).await;
    let service = json!({ "code": "C", "name": "Contrôle", "minutes": 30, "needs_chair": false });
    let service = made("services", service).await;
    let patient = json!({ "last_name": "Smith", "first_name": "Lou", "birth_date": "1980-01-01",
        "email": "lou@ses.example", "language": "en" });
    let patient = made("patients", patient).await;
    let appointment = json!({ "patient": patient, "service": service, "practitioner": doctor,
        "start": "2026-12-01T09:00:00Z", "overbooking_reason": "there are no hours in this test" });
    made("appointments", appointment).await;

    let clients = Clients::local(moto()).await;
    let kept = Arc::new(Keeping::default());
    let mailing = Mailing {
        post: Arc::new(Ses(Sender::new(&clients, "nova@ses.example".to_owned()))),
        site: Some("https://nova.example.org".to_owned()),
        others: kept.clone(),
    };
    let call = clients.mail.create_email_identity();
    call.email_identity("nova@ses.example").send().await.unwrap();
    assert!(hand_on(&world.platform, &mailing).await.unwrap() >= 3);
    let expected = [
        ("lea@ses.example", "Votre invitation sur Nova"),
        ("kate@ses.example", "Your invitation to Nova"),
        ("lou@ses.example", "Your appointment – Lilas"),
    ];
    let once = async || {
        for (address, subject) in expected {
            let sent = sent_to(address).await;
            assert_eq!(sent.len(), 1, "{address}: {sent:?}");
            assert_eq!(sent[0].0, subject);
        }
    };
    once().await;
    let (_, text) = sent_to("lea@ses.example").await.remove(0);
    assert!(
        text.contains("https://nova.example.org/register#token=nova_inv_"),
        "{text}"
    );

    // The same messages once more, as a queue or a dispatcher that died half-way would bring them.
    let again: Vec<Waiting> = kept.0.lock().unwrap().clone();
    let taken = mailing.carry(&world.platform, &again).await;
    assert_eq!(taken.len(), again.len());
    once().await;
}
