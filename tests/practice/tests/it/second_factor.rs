use crate::world::World;
use axum::http::Method;
use nova_eventlog::Clock;
use nova_practice::{access::Role, signin::totp};
use serde_json::json;

/// The bytes of a secret as an app reads it.
fn bytes(base32: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in base32.bytes() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
            .bytes()
            .position(|known| known == letter)
            .unwrap();
        bits = bits << 5 | u32::try_from(value).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    bytes
}

#[tokio::test]
async fn a_super_admin_can_do_nothing_without_a_second_factor_and_every_code_works_once() {
    let world = World::new().await;
    world.person("admin@nova.example", Role::SuperAdmin, None).await;
    let signed_in = world.login("admin@nova.example").await.is(200);
    assert_eq!(signed_in.json()["second_factor_needed"], true);
    let token = signed_in.text_at("/access_token");
    for path in ["/v1/users".to_owned(), format!("/v1/cabinets/{}", world.cabinets[0])] {
        assert_eq!(
            world.get(&path, &token).await.problem(),
            (403, "NOVA-3206".to_owned()),
            "{path}"
        );
    }

    let setup = world.post("/v1/auth/totp", Some(&token), json!({})).await.is(201);
    assert!(
        setup
            .text_at("/uri")
            .starts_with("otpauth://totp/Nova:admin@nova.example?secret=")
    );
    assert!(setup.text_at("/qr_svg").contains("<svg"));
    let secret = bytes(&setup.text_at("/secret"));
    let now = || totp::code(&secret, world.clock.now_ms());
    let confirm = async |code: &str| {
        world
            .post("/v1/auth/totp/confirm", Some(&token), json!({ "code": code }))
            .await
    };
    assert_eq!(confirm("000000").await.problem(), (422, "NOVA-3207".to_owned()));
    let first = now();
    let codes = confirm(&first).await.is(200).json()["backup_codes"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(codes.len(), 10);
    // The session that confirmed it counts; no new token is needed.
    world.get("/v1/users", &token).await.is(200);
    assert_eq!(confirm(&now()).await.problem(), (409, "NOVA-3219".to_owned()));
    assert_eq!(
        world.post("/v1/auth/totp", Some(&token), json!({})).await.problem(),
        (409, "NOVA-3219".to_owned())
    );

    // Signing in now takes a code that was not used before.
    let challenge = async || {
        let half = world.login("admin@nova.example").await.is(200);
        assert_eq!(half.text_at("/status"), "second-factor");
        half.text_at("/challenge")
    };
    let answer = async |challenge: &str, field: &str, code: &str| {
        world
            .post(
                "/v1/auth/second-factor",
                None,
                json!({ "challenge": challenge, field: code }),
            )
            .await
    };
    let open = challenge().await;
    assert_eq!(
        world.get("/v1/auth/me", &open).await.status,
        401,
        "a challenge is no access token"
    );
    assert_eq!(
        answer(&open, "code", &first).await.problem(),
        (401, "NOVA-3201".to_owned())
    );
    world.clock.pass(30_000);
    let second = now();
    let full = answer(&open, "code", &second).await.is(200).text_at("/access_token");
    world.get("/v1/users", &full).await.is(200);
    assert_eq!(answer(&challenge().await, "code", &second).await.status, 401);
    assert_eq!(
        answer(&full, "code", &now()).await.status,
        401,
        "an access token is no challenge"
    );
    world.clock.pass(60_000);
    assert_eq!(
        answer(&open, "code", &now()).await.status,
        401,
        "a challenge is for one sign-in"
    );

    // Codes on paper, each once.
    for code in codes.iter().take(2) {
        let code = code.as_str().unwrap().to_lowercase();
        let used = answer(&challenge().await, "backup_code", &code).await.is(200);
        assert_eq!(used.text_at("/status"), "signed-in");
        assert_eq!(answer(&challenge().await, "backup_code", &code).await.status, 401);
    }
    let me = world.get("/v1/auth/me", &full).await.is(200).json();
    assert_eq!(me["second_factor"]["backup_codes_left"], 8);

    // New ones make the old ones useless.
    world.clock.pass(60_000);
    world
        .post("/v1/auth/backup-codes", Some(&full), json!({ "code": now() }))
        .await
        .is(200);
    let old = codes[5].as_str().unwrap();
    assert_eq!(answer(&challenge().await, "backup_code", old).await.status, 401);
    // A challenge is good for five minutes.
    let late = challenge().await;
    world.clock.pass(300_000);
    assert_eq!(answer(&late, "code", &now()).await.status, 401);
}

#[tokio::test]
async fn guessing_codes_gets_slower() {
    let world = World::new().await;
    let user = world
        .person("claire@example.org", Role::Practitioner, Some(world.cabinets[0]))
        .await;
    let token = world.token(user, false).await;
    let setup = world.post("/v1/auth/totp", Some(&token), json!({})).await.is(201);
    let secret = bytes(&setup.text_at("/secret"));
    let right = || totp::code(&secret, world.clock.now_ms());
    world
        .post("/v1/auth/totp/confirm", Some(&token), json!({ "code": right() }))
        .await
        .is(200);
    world.clock.pass(60_000);
    let challenge = world.login("claire@example.org").await.is(200).text_at("/challenge");
    let wrong = if right() == "123456" { "654321" } else { "123456" };
    for _ in 0..5 {
        let answer = world
            .post(
                "/v1/auth/second-factor",
                None,
                json!({ "challenge": challenge, "code": wrong }),
            )
            .await;
        assert_eq!(answer.status, 401);
    }
    let body = json!({ "challenge": challenge, "code": right() });
    let waits = world.post("/v1/auth/second-factor", None, body).await;
    assert_eq!(waits.problem(), (429, "NOVA-3202".to_owned()));

    // Whoever has lost phone and paper is helped by a super-admin, and everything of theirs ends.
    let admin = world.signed_in("admin@nova.example", Role::SuperAdmin, None).await;
    let factor = format!("/v1/users/{user}/second-factor");
    world.send(Method::DELETE, &factor, Some(&admin), None).await.is(204);
    assert_eq!(world.get("/v1/auth/me", &token).await.status, 401);
    assert_eq!(
        world.login("claire@example.org").await.is(200).text_at("/status"),
        "signed-in"
    );
}
