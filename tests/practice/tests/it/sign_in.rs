use crate::world::{PASSWORD, World};
use axum::http::Method;
use nova_practice::{UserId, access::Role};
use nova_practice_store::{Actor, outbox};
use serde_json::json;

const OTHER: &str = "quatre dents et un parapluie";

#[tokio::test]
async fn who_is_invited_registers_once_and_signs_in_and_out() {
    let world = World::new().await;
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let invitation = json!({
        "email": "Claire@Example.org", "name": "Claire", "roles": [{ "role": "receptionist", "cabinet": world.cabinets[0] }],
    });
    let invited = world.post("/v1/invitations", Some(&admin), invitation).await.is(201);
    assert_eq!(invited.text_at("/user/email"), "claire@example.org");
    assert_eq!(invited.text_at("/user/status"), "invited");
    // Not before there is a password.
    let before = world.login("claire@example.org").await;
    assert_eq!(before.problem(), (401, "NOVA-3201".to_owned()));
    let register = |password: &str| json!({ "token": invited.text_at("/token"), "password": password });
    let weak = world.post("/v1/auth/register", None, register("claire")).await;
    assert_eq!(weak.problem(), (422, "NOVA-3208".to_owned()));
    let registered = world.post("/v1/auth/register", None, register(PASSWORD)).await.is(201);
    assert_eq!(registered.text_at("/status"), "active");
    let again = world.post("/v1/auth/register", None, register(PASSWORD)).await;
    assert_eq!(again.problem(), (410, "NOVA-3211".to_owned()));

    let tokens = world.login(" CLAIRE@example.org ").await.is(200);
    assert_eq!(tokens.text_at("/status"), "signed-in");
    let token = tokens.text_at("/access_token");
    let me = world.get("/v1/auth/me", &token).await.is(200);
    assert_eq!(me.text_at("/access/0/role"), "receptionist");
    let sessions = world.get("/v1/auth/sessions", &token).await.is(200).json();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(sessions["sessions"][0]["current"], true);

    // Signed out everywhere counts at once, for access tokens, too.
    let second = world.login("claire@example.org").await.is(200).text_at("/access_token");
    let ended = world
        .post("/v1/auth/logout-everywhere", Some(&second), json!({}))
        .await
        .is(200);
    assert_eq!(ended.json()["ended"], 2);
    for token in [token, second] {
        assert_eq!(
            world.get("/v1/auth/me", &token).await.problem(),
            (401, "NOVA-3203".to_owned())
        );
    }
}

#[tokio::test]
async fn a_refresh_token_works_once_two_tabs_stay_in_and_a_thief_ends_the_session() {
    let world = World::new().await;
    world
        .person("claire@example.org", Role::Receptionist, Some(world.cabinets[0]))
        .await;
    let first = world
        .login("claire@example.org")
        .await
        .is(200)
        .text_at("/refresh_token");
    let refresh = async |token: &str| {
        world
            .post("/v1/auth/refresh", None, json!({ "refresh_token": token }))
            .await
    };

    let second = refresh(&first).await.is(200).text_at("/refresh_token");
    assert_ne!(first, second);
    // The other tab woke up a moment later.
    world.clock.pass(5_000);
    assert_eq!(refresh(&first).await.is(200).text_at("/refresh_token"), second);
    let third = refresh(&second).await.is(200);
    let access = third.text_at("/access_token");
    world.get("/v1/auth/me", &access).await.is(200);
    // Much later somebody shows a copy.
    world.clock.pass(60_000);
    assert_eq!(refresh(&second).await.problem(), (401, "NOVA-3210".to_owned()));
    assert_eq!(
        refresh(&third.text_at("/refresh_token")).await.problem(),
        (401, "NOVA-3209".to_owned())
    );
    assert_eq!(world.get("/v1/auth/me", &access).await.status, 401);
    for nonsense in ["", "nova_rt_", "nova_rt_AAAA", &access] {
        assert_eq!(refresh(nonsense).await.problem(), (401, "NOVA-3209".to_owned()));
    }
}

#[tokio::test]
async fn many_refreshes_at_the_same_moment_get_one_successor() {
    let world = World::new().await;
    world
        .person("claire@example.org", Role::Receptionist, Some(world.cabinets[0]))
        .await;
    let first = world
        .login("claire@example.org")
        .await
        .is(200)
        .text_at("/refresh_token");
    let body = json!({ "refresh_token": first });
    let (a, b, c) = tokio::join!(
        world.post("/v1/auth/refresh", None, body.clone()),
        world.post("/v1/auth/refresh", None, body.clone()),
        world.post("/v1/auth/refresh", None, body.clone()),
    );
    let successors = [a, b, c].map(|answer| answer.is(200).text_at("/refresh_token"));
    assert!(successors.iter().all(|token| *token == successors[0]), "{successors:?}");
}

#[tokio::test]
async fn guessing_gets_slower_and_tells_nothing_about_who_exists() {
    let world = World::new().await;
    world
        .person("claire@example.org", Role::Receptionist, Some(world.cabinets[0]))
        .await;
    for email in ["claire@example.org", "nobody@example.org"] {
        let guess = json!({ "email": email, "password": "wrong, and long enough" });
        let mut answers = Vec::new();
        for _ in 0..5 {
            let answer = world.post("/v1/auth/login", None, guess.clone()).await;
            assert_eq!(answer.problem(), (401, "NOVA-3201".to_owned()));
            answers.push(answer.text);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
        let waits = world.login(email).await;
        assert_eq!(waits.problem(), (429, "NOVA-3202".to_owned()));
        assert_eq!(waits.headers["retry-after"], "30");
    }
    world.clock.pass(30_000);
    world.login("claire@example.org").await.is(200);
    // A success forgets the failures.
    let guess = json!({ "email": "claire@example.org", "password": "wrong, and long enough" });
    assert_eq!(world.post("/v1/auth/login", None, guess).await.status, 401);
    world.login("claire@example.org").await.is(200);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_letter_once() {
    let world = World::new().await;
    let user = world
        .person("claire@example.org", Role::Receptionist, Some(world.cabinets[0]))
        .await;
    let token = world.login("claire@example.org").await.is(200).text_at("/access_token");
    let ask = async |email: &str| {
        world
            .post("/v1/auth/password-reset", None, json!({ "email": email }))
            .await
            .is(202)
            .text
    };
    assert_eq!(ask("claire@example.org").await, ask("nobody@example.org").await);
    let letters = world
        .platform
        .store()
        .with_group(&Actor::System("tests"), async |tx| outbox::claim(tx, 100, 60).await)
        .await
        .unwrap();
    let letters: Vec<_> = letters
        .iter()
        .filter(|letter| letter.kind == "password.reset")
        .collect();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].subject.map(UserId), Some(user));
    let secret = nova_fn_practice::letters::open(&world.platform, user, &letters[0].body)
        .unwrap()
        .unwrap();
    assert!(!letters[0].body.to_string().contains(&secret));
    let body = json!({ "token": secret, "password": OTHER });
    world
        .post("/v1/auth/password-reset/confirm", None, body.clone())
        .await
        .is(204);
    let again = world.post("/v1/auth/password-reset/confirm", None, body).await;
    assert_eq!(again.problem(), (410, "NOVA-3211".to_owned()));
    assert_eq!(world.get("/v1/auth/me", &token).await.status, 401);
    assert_eq!(world.login("claire@example.org").await.status, 401);
    let new = json!({ "email": "claire@example.org", "password": OTHER });
    let session = world
        .post("/v1/auth/login", None, new)
        .await
        .is(200)
        .text_at("/access_token");

    // Changing it ends the other sessions, and keeps this one.
    let change = |current: &str| json!({ "current": current, "new": PASSWORD });
    let wrong = world
        .post("/v1/auth/password", Some(&session), change("not the password"))
        .await;
    assert_eq!(wrong.status, 403);
    world
        .post("/v1/auth/password", Some(&session), change(OTHER))
        .await
        .is(204);
    world.get("/v1/auth/me", &session).await.is(200);
}

#[tokio::test]
async fn a_change_of_roles_counts_from_the_next_request_on() {
    let world = World::new().await;
    let manager = world
        .signed_in("manager@nova.example", Role::CabinetManager, Some(world.cabinets[0]))
        .await;
    let user = world
        .person("claire@example.org", Role::Receptionist, Some(world.cabinets[0]))
        .await;
    let token = world.token(user, false).await;
    let patients = format!("/v1/cabinets/{}/patients", world.cabinets[0]);
    world.get(&patients, &token).await.is(200);
    let roles = format!("/v1/users/{user}/roles");
    let shown = world.get(&format!("/v1/users/{user}"), &manager).await.is(200);
    let grant = shown.text_at("/roles/0/id");

    let take = format!("{roles}/{grant}");
    world.send(Method::DELETE, &take, Some(&manager), None).await.is(204);
    assert_eq!(
        world.get(&patients, &token).await.problem(),
        (404, "NOVA-3205".to_owned())
    );
    // Who has no role left is nobody to the manager.
    assert_eq!(world.get(&format!("/v1/users/{user}"), &manager).await.status, 404);
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let assistant = json!({ "role": "assistant", "cabinet": world.cabinets[0] });
    world.post(&roles, Some(&admin), assistant.clone()).await.is(201);
    let answer = world.get(&patients, &token).await.is(200);
    assert_eq!(answer.headers["nova-grants-changed"], "true");
    // An assistant puts no records away.
    let nobody = format!("{patients}/{}", world.platform.new_id());
    assert_eq!(
        world.send(Method::DELETE, &nobody, Some(&token), None).await.problem(),
        (403, "NOVA-3204".to_owned())
    );
    // Who may not sign in any more is out at once.
    let disabled = json!({ "status": "disabled" });
    world
        .send(
            Method::PATCH,
            &format!("/v1/users/{user}"),
            Some(&admin),
            Some(&disabled),
        )
        .await
        .is(200);
    assert_eq!(world.get(&patients, &token).await.status, 401);
    assert_eq!(world.login("claire@example.org").await.status, 401);
}
