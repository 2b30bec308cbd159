//! Pages of the site may call the platform, those of other origins may not read its answers.

use crate::world::World;
use axum::http::{HeaderMap, Method};

async fn ask(world: &World, method: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap) {
    let method: Method = method.parse().unwrap();
    let answer = world.raw(&method, "/v1/auth/me", headers, None).await;
    (answer.status, answer.headers)
}

#[tokio::test]
async fn a_page_of_the_site_may_ask_and_another_may_not() {
    let world = World::new().await;
    let ours = ("origin", "https://nova.example.org");
    let wants = ("access-control-request-method", "GET");
    let (status, headers) = ask(&world, "OPTIONS", &[ours, wants]).await;
    assert_eq!(
        (status, &headers["access-control-allow-origin"]),
        (204, &ours.1.parse().unwrap())
    );
    assert!(
        headers["access-control-allow-methods"]
            .to_str()
            .unwrap()
            .contains("GET")
    );
    assert!(
        headers["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("authorization")
    );

    // A refusal can be read, too.
    let (status, headers) = ask(&world, "GET", &[ours]).await;
    assert_eq!(
        (status, headers.contains_key("access-control-allow-origin")),
        (401, true)
    );
    assert_eq!(headers["vary"], "origin");

    let (status, headers) = ask(&world, "OPTIONS", &[("origin", "https://evil.example"), wants]).await;
    assert_eq!(
        (status, headers.contains_key("access-control-allow-origin")),
        (204, false)
    );
    let (_, headers) = ask(&world, "OPTIONS", &[]).await;
    assert!(headers["allow"].to_str().unwrap().contains("GET"));
}
