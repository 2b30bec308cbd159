use crate::world::World;
use axum::http::Method;
use nova_practice::access::Role;
use serde_json::Value;
use std::collections::BTreeSet;

#[tokio::test]
async fn what_is_no_token_of_ours_opens_nothing() {
    let world = World::new().await;
    let user = world
        .person("claire@example.org", Role::Receptionist, Some(world.cabinets[0]))
        .await;
    let token = world.token(user, false).await;
    world.get("/v1/auth/me", &token).await.is(200);
    let parts: Vec<&str> = token.split('.').collect();
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", parts[1]);
    let mut cut = token.clone();
    cut.pop();
    let swapped = format!("{}.{}.{}", parts[0], parts[0], parts[2]);
    for wrong in [
        "",
        "x",
        "a.b.c",
        &none,
        &cut,
        &swapped,
        &token.to_lowercase(),
        &format!("{token}x"),
    ] {
        let answer = world.get("/v1/auth/me", wrong).await;
        assert_eq!(answer.problem(), (401, "NOVA-3203".to_owned()), "{wrong}");
        assert!(answer.headers.contains_key("www-authenticate"));
    }
    let nobody = world.send(Method::GET, "/v1/auth/me", None, None).await;
    assert_eq!(nobody.status, 401);
    world.clock.pass(10 * 60_000);
    assert_eq!(world.get("/v1/auth/me", &token).await.status, 401);
}

#[tokio::test]
async fn keys_take_turns_and_are_published_before_they_sign() {
    let world = World::new().await;
    let published = async || -> BTreeSet<String> {
        let keys = world
            .send(Method::GET, "/.well-known/jwks.json", None, None)
            .await
            .is(200);
        assert_eq!(keys.headers["cache-control"], "public, max-age=3600");
        let keys: Value = keys.json();
        let keys = keys["keys"].as_array().unwrap().clone();
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let user = world
        .person("claire@example.org", Role::Receptionist, Some(world.cabinets[0]))
        .await;
    let signs = async || nova_practice::signin::token::key_id(&world.token(user, false).await).unwrap();
    let first = signs().await;
    assert_eq!(published().await, BTreeSet::from([first.clone()]));
    world.clock.pass(30 * 24 * 3_600_000);
    assert_eq!(signs().await, first, "the next key is announced first");
    let two = published().await;
    assert_eq!(two.len(), 2);
    world.clock.pass(24 * 3_600_000);
    let second = signs().await;
    assert!(second != first && two.contains(&second));
    world.clock.pass(25 * 3_600_000);
    assert_eq!(signs().await, second);
    assert_eq!(published().await, BTreeSet::from([second]));
}

#[tokio::test]
async fn the_sample_invocations_are_answered_as_behind_a_gateway() {
    let world = World::new().await;
    world.person("super-admin@nova.example", Role::SuperAdmin, None).await;
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/lambda");
    let platform = &world.platform;
    for (function, sample, router, expected) in [
        ("api-identity", "keys", nova_fn_api_identity::router(platform), 200),
        ("api-identity", "login", nova_fn_api_identity::router(platform), 200),
        ("api-identity", "me", nova_fn_api_identity::router(platform), 401),
        ("api-cabinets", "list", nova_fn_api_cabinets::router(platform), 401),
        ("api-patients", "search", nova_fn_api_patients::router(platform), 401),
        (
            "api-appointments",
            "book",
            nova_fn_api_appointments::router(platform),
            401,
        ),
    ] {
        let text = std::fs::read_to_string(samples.join(function).join(format!("{sample}.json"))).unwrap();
        let request: lambda_http::http::Request<lambda_http::Body> = lambda_http::request::from_str(&text).unwrap();
        let response = lambda_http::Service::call(&mut router.clone(), request).await.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{function}: {sample}");
    }
}
