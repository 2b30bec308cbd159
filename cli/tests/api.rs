//! The API over real HTTP, served by `nova serve`: who is let in, what goes wrong how, keys, pages. No database is
//! needed for any of it: the environments lead to a port where nobody listens.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod serving;

use nova_fn_api_operations::access::{ACCESS, Access};
use serde_json::{Value, json};
use serving::{Answer, Server};
use std::{collections::BTreeSet, thread};

const CLONE: &str = r#"{"kind":"clone","source":"production","target":"test","anonymize":true,"dry_run":true}"#;

/// Fails unless the answer is a problem of this status and code, in the shape that every problem has.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{answer:?}"
    );
    let body = answer.json();
    let code = format!("NOVA-{code}");
    assert_eq!(body["code"], code.as_str(), "{body:#}");
    assert_eq!(body["status"], status, "{body:#}");
    assert_eq!(body["type"], format!("/v1/errors/{code}").as_str());
    for field in ["title", "detail", "remedy"] {
        assert!(
            body[field].as_str().is_some_and(|text| !text.is_empty()),
            "{field}: {body:#}"
        );
    }
    assert!(body["details"].is_array(), "{body:#}");
}

/// A path of the table with its names filled in.
fn filled(path: &str) -> String {
    path.replace("{id}", "01jz0000000000000000000001")
        .replace("{name}", "test")
        .replace("{code}", "NOVA-1901")
}

#[test]
fn without_a_token_nobody_reads_or_does_anything() {
    let server = Server::start();
    for (method, path, access) in ACCESS {
        let path = filled(path);
        for authorization in [
            None,
            Some("Bearer nova_guess"),
            Some("Basic bm92YQ=="),
            Some("Bearer"),
            Some(""),
        ] {
            let headers: Vec<(&str, &str)> = authorization
                .map(|value| ("authorization", value))
                .into_iter()
                .collect();
            let answer = server.ask(method.as_str(), &path, &headers, "");
            if *access == Access::Open {
                assert_eq!(answer.status, 200, "{method} {path}");
            } else {
                assert_problem(&answer, 401, 2101);
                assert!(
                    answer.header("www-authenticate").unwrap().starts_with("Bearer"),
                    "{answer:?}"
                );
            }
        }
    }
    let token = server.token("me", "admin");
    let bearer = format!("Bearer {token}");
    let twice = [("authorization", bearer.as_str()), ("authorization", bearer.as_str())];
    assert_problem(&server.ask("GET", "/v1/operations", &twice, ""), 401, 2101);
    assert_eq!(server.get(&token, "/v1/operations").status, 200);
}

#[test]
fn a_token_reaches_as_far_as_its_scope() {
    let server = Server::start();
    let (viewer, cloner, admin) = (
        server.token("looks", "viewer"),
        server.token("clones", "cloner"),
        server.token("decides", "admin"),
    );
    for (method, path, access) in ACCESS {
        let (Access::Token(_), path) = (access, filled(path)) else {
            continue;
        };
        let answer = server.ask_as(&viewer, method.as_str(), &path, "");
        if *method == "GET" {
            assert!([200, 404].contains(&answer.status), "{method} {path}: {answer:?}");
        } else {
            assert_problem(&answer, 403, 2102);
        }
    }
    let personal =
        r#"{"kind":"clone","source":"production","target":"test","allow_personal_data":true,"dry_run":true}"#;
    assert_problem(&server.post(&cloner, "/v1/operations", personal), 403, 2102);
    assert_eq!(server.post(&cloner, "/v1/operations", CLONE).status, 201);
    // What goes round the project's decisions, or asks the source what one likes, is an admin's; a share is anybody's.
    let clone =
        |more: &str| format!(r#"{{"kind":"clone","source":"production","target":"training","anonymize":true,{more}}}"#);
    for beyond in [
        r#""policy":"off""#,
        r#""subset":"SELECT id FROM patients","dry_run":true"#,
        r#""rules":{"subset":"SELECT id FROM patients"},"dry_run":true"#,
        r#""rules":"[[tables]]\ntable = \"visits\"\nsubset = \"SELECT 1\"\n","dry_run":true"#,
        r#""rules":{"rules":[]}"#,
    ] {
        assert_problem(&server.post(&cloner, "/v1/operations", &clone(beyond)), 403, 2102);
    }
    for within in [
        r#""policy":"off","dry_run":true"#,
        r#""policy":"strict","subset":"10%","keep_fingerprints":true,"dry_run":true"#,
        r#""rules":"policy = \"strict\"\nsubset = \"5%\"\n","dry_run":true"#,
    ] {
        let taken = server.post(&cloner, "/v1/operations", &clone(within));
        assert_eq!(taken.status, 201, "{within}: {taken:?}");
    }
    let decided = server.post(&admin, "/v1/operations", personal);
    assert_eq!(decided.status, 201, "{decided:?}");
    assert_eq!(decided.json()["requested_by"], "token:decides");
}

#[test]
fn a_revoked_token_works_no_longer_and_no_token_is_stored_or_logged() {
    let server = Server::start();
    let (kept, revoked) = (server.token("kept", "viewer"), server.token("gone", "viewer"));
    assert_eq!(server.get(&revoked, "/v1/operations").status, 200);
    server.nova(&["token", "revoke", "--name", "gone"]).exits(0);
    assert_problem(&server.get(&revoked, "/v1/operations"), 401, 2101);
    assert_eq!(server.get(&kept, "/v1/operations").status, 200);
    server.nova(&["token", "revoke", "--name", "gone"]).exits(2);
    server
        .nova(&["token", "create", "--name", "kept", "--scope", "admin"])
        .exits(2);
    let listed = server.nova(&["token", "list", "--output", "json"]).exits(0).json();
    let states: Vec<&str> = listed["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["works", "revoked"]);
    assert!(!listed.to_string().contains(&kept));
    let log = server.end();
    for token in [&kept, &revoked] {
        assert!(!log.text.contains(token.as_str()), "the log holds a token");
        assert!(
            !log.state.windows(token.len()).any(|bytes| bytes == token.as_bytes()),
            "the state holds a token"
        );
    }
    assert!(
        log.text.contains("\"status\":401") && log.text.contains("token:kept"),
        "{}",
        log.text
    );
}

/// Method, path, further headers, body; the status and the code that come back.
type Mistake<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, u16, u16);

#[test]
fn every_mistake_is_a_problem_with_its_own_code() {
    let server = Server::start();
    let token = server.token("me", "admin");
    let bearer = format!("Bearer {token}");
    let json_body = ("content-type", "application/json");
    let long = format!(r#"{{"kind":"clone","source":"{}"}}"#, "x".repeat(1 << 20));
    let unknown = "/v1/operations/01jz0000000000000000000009";
    let cases: &[Mistake<'_>] = &[
        ("GET", "/v1/nothing", &[], "", 404, 2103),
        ("GET", "/", &[], "", 404, 2103),
        ("GET", "/v1/errors/NOVA-1", &[], "", 404, 2103),
        ("DELETE", "/v1/operations", &[], "", 405, 2104),
        ("PUT", "/health", &[], "", 405, 2104),
        ("POST", "/v1/operations", &[], CLONE, 415, 2105),
        (
            "POST",
            "/v1/operations",
            &[("content-type", "application/x-www-form-urlencoded")],
            CLONE,
            415,
            2105,
        ),
        (
            "POST",
            "/v1/operations",
            &[("content-type", "text/plain; a=application/json")],
            CLONE,
            415,
            2105,
        ),
        ("POST", "/v1/operations", &[json_body], &long, 413, 2106),
        ("POST", "/v1/operations", &[json_body], "", 400, 2107),
        ("POST", "/v1/operations", &[json_body], "{", 400, 2107),
        ("POST", "/v1/operations", &[json_body], "[]", 400, 2107),
        ("POST", "/v1/operations", &[json_body], r#"{"kind":"copy"}"#, 400, 2107),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production"}"#,
            400,
            2107,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production","target":"test","anonymise":true}"#,
            400,
            2107,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production","target":"test","anonymize":true,"policy":"lax"}"#,
            400,
            2107,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production","target":"test","anonymize":true,"subset":"a tenth"}"#,
            400,
            2107,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production","target":"nowhere","anonymize":true}"#,
            422,
            1002,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production","target":"../etc","anonymize":true}"#,
            400,
            1001,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production","target":"test","rules":{}}"#,
            400,
            1001,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"clone","source":"production","target":"test","anonymize":true,"rules":{"nonsense":1}}"#,
            400,
            1401,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body, ("idempotency-key", "")],
            CLONE,
            400,
            1001,
        ),
        (
            "POST",
            "/v1/operations",
            &[json_body],
            r#"{"kind":"rollback","environment":"test"}"#,
            409,
            1702,
        ),
        ("GET", unknown, &[], "", 404, 1901),
        ("GET", "/v1/operations/..%2F..%2Fetc", &[], "", 404, 1901),
        ("GET", "/v1/operations/%00", &[], "", 404, 1901),
        ("GET", "/v1/operations/%FF", &[], "", 404, 2103),
        ("POST", &format!("{unknown}/stop"), &[], "", 404, 1901),
        (
            "POST",
            &format!("{unknown}/stop"),
            &[json_body],
            r#"{"forced":true}"#,
            400,
            2107,
        ),
        ("POST", &format!("{unknown}/resume"), &[], "", 404, 1901),
        ("POST", &format!("{unknown}/rollback"), &[], "", 404, 1901),
        ("GET", "/v1/operations?limit=many", &[], "", 400, 1001),
        ("GET", "/v1/operations?status=great", &[], "", 400, 1001),
        ("GET", "/v1/operations?order=up", &[], "", 400, 1001),
        ("GET", "/v1/environments/nowhere", &[], "", 404, 1002),
        ("GET", "/v1/environments/a%20b", &[], "", 400, 1001),
    ];
    for (method, path, headers, body, status, code) in cases {
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(*headers);
        let answer = server.ask(method, path, &all, body);
        assert_eq!(answer.status, *status, "{method} {path} {body:.80}: {answer:?}");
        assert_problem(&answer, *status, *code);
        if *status == 405 {
            assert!(answer.header("allow").is_some(), "{answer:?}");
        }
    }
    let made = server.get(&token, "/v1/operations").json();
    assert_eq!(made["operations"], json!([]), "a mistake started something");
    let explained = server.ask("GET", "/v1/errors/NOVA-1702", &[], "").json();
    assert_eq!(explained["status"], 409, "{explained}");
}

#[test]
fn every_answer_carries_an_id_and_headers_that_protect() {
    let server = Server::start();
    let token = server.token("me", "viewer");
    for path in ["/health", "/v1/operations", "/v1/nothing", "/v1/openapi.json"] {
        let answer = server.get(&token, path);
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(
            answer
                .header("content-security-policy")
                .unwrap()
                .contains("default-src 'none'")
        );
        assert_eq!(answer.header("x-request-id").map(str::len), Some(26), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let given = server.ask("GET", "/health", &[("x-request-id", "trace-7_a")], "");
    assert_eq!(given.header("x-request-id"), Some("trace-7_a"));
    let unfit = server.ask("GET", "/health", &[("x-request-id", "a b\"{}")], "");
    assert_eq!(unfit.header("x-request-id").map(str::len), Some(26), "{unfit:?}");
    let head = server.ask("HEAD", "/health", &[], "");
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn the_same_key_starts_one_operation_however_often_it_is_sent() {
    let server = Server::start();
    let (one, two) = (server.token("one", "cloner"), server.token("two", "cloner"));
    let ask = |token: &str, key: &str, body: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        server.ask("POST", "/v1/operations", &headers, body)
    };
    let answers: Vec<Answer> = thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| ask(&one, "nightly", CLONE))).collect();
        asking.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    let ids: BTreeSet<String> = answers
        .iter()
        .map(|answer| {
            assert!([200, 201].contains(&answer.status), "{answer:?}");
            answer.json()["operation_id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let again = ask(&one, "nightly", CLONE);
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, Some("true"))
    );
    assert_eq!(again.header("location"), None);

    let other = CLONE.replace("test", "training");
    assert_problem(&ask(&one, "nightly", &other), 409, 2108);
    let theirs = ask(&two, "nightly", CLONE);
    assert_eq!(theirs.status, 201, "keys of different tokens do not meet: {theirs:?}");
    let location = theirs.header("location").unwrap().to_owned();
    assert_eq!(
        server.get(&two, &location).json()["operation_id"],
        theirs.json()["operation_id"]
    );
    let all = server.get(&one, "/v1/operations").json();
    assert_eq!(all["operations"].as_array().unwrap().len(), 2, "{all:#}");
}

#[test]
fn lists_come_in_pages_that_together_are_complete() {
    let server = Server::start();
    let token = server.token("me", "cloner");
    let mut made = BTreeSet::new();
    for target in ["test", "training", "test", "test", "training"] {
        let answer = server.post(
            &token,
            "/v1/operations",
            &CLONE.replace("\"test\"", &format!("\"{target}\"")),
        );
        made.insert(answer.json()["operation_id"].as_str().unwrap().to_owned());
    }
    let pages = |query: &str| {
        let mut ids: Vec<String> = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = server
                .get(&token, &format!("/v1/operations?limit=2{query}{cursor}"))
                .json();
            let operations = page["operations"].as_array().unwrap();
            assert!(operations.len() <= 2, "{page:#}");
            ids.extend(
                operations
                    .iter()
                    .map(|one| one["operation_id"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return ids,
            }
        }
    };
    let all = pages("");
    let newest_first: Vec<String> = made.iter().rev().cloned().collect();
    assert_eq!(all, newest_first);
    assert_eq!(pages("&target=training").len(), 2);
    assert_eq!(pages("&target=nowhere").len(), 0);
    assert_eq!(pages("&status=completed").len(), 0);

    let id = all[0].as_str();
    let whole = server
        .get(&token, &format!("/v1/operations/{id}/logs?limit=1000"))
        .json();
    let mut entries = Vec::new();
    let mut cursor = String::new();
    while entries.len() < whole["entries"].as_array().unwrap().len() {
        let page = server
            .get(&token, &format!("/v1/operations/{id}/logs?limit=1{cursor}"))
            .json();
        entries.extend(page["entries"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!(
        entries.len() >= whole["entries"].as_array().unwrap().len(),
        "{entries:?}"
    );
    assert_eq!(entries[0]["event"], "OperationRequested");
    let events = server
        .get(&token, &format!("/v1/operations/{id}/events?limit=1"))
        .json();
    assert_eq!(events["commits"][0]["events"][0]["type"], "OperationRequested");
    assert_eq!(events["commits"][0]["actor"], "token:me");
    assert_problem(
        &server.get(&token, &format!("/v1/operations/{id}/events?cursor=x")),
        400,
        1001,
    );
    assert_problem(
        &server.get(&token, &format!("/v1/operations/{id}/logs?cursor=x")),
        400,
        1001,
    );
    let report = server.get(&token, &format!("/v1/operations/{id}/report.html"));
    assert_eq!(report.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(report.text().contains("Clone of production into"), "{}", report.text());
}

#[test]
fn environments_are_shown_without_how_they_are_reached() {
    let server = Server::start();
    let token = server.token("me", "viewer");
    let listed = server.get(&token, "/v1/environments");
    let names: Vec<Value> = listed.json()["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|environment| json!([environment["name"], environment["type"]]))
        .collect();
    assert_eq!(
        json!(names),
        json!([["production", "production"], ["test", "test"], ["training", "training"]])
    );
    let one = server.get(&token, "/v1/environments/test");
    let points = server.get(&token, "/v1/environments/test/rollback-points");
    assert_eq!(points.json(), json!({ "environment": "test", "rollback_points": [] }));
    for answer in [listed, one] {
        for secret in ["hunter2", "postgres://", "127.0.0.1", "someone"] {
            assert!(!answer.text().contains(secret), "{secret}: {}", answer.text());
        }
    }
}

#[test]
fn the_document_is_served_and_names_every_address() {
    let server = Server::start();
    let served = server.ask("GET", "/v1/openapi.json", &[], "").json();
    for (method, path, _) in ACCESS {
        let method = method.as_str().to_lowercase();
        assert!(served["paths"][path][&method].is_object(), "{method} {path}");
    }
}

#[test]
fn beyond_this_machine_nobody_listens_without_a_token() {
    let project = serving::project();
    let refused = serving::nova(
        project.path(),
        &["serve", "--host", "0.0.0.0", "--port", "0", "--output", "json"],
    );
    assert_eq!(refused.exits(3).json()["errors"][0]["code"], "NOVA-2113");
    let wrong = serving::nova(project.path(), &["serve", "--host", "nowhere", "--output", "json"]);
    assert_eq!(wrong.exits(2).json()["errors"][0]["code"], "NOVA-1001");
}

#[test]
fn as_a_client_the_command_line_says_what_is_wrong_and_exits_as_ever() {
    let server = Server::start();
    let token = server.token("me", "viewer");
    let api = |token: Option<&str>, url: &str, arguments: &[&str]| {
        let mut all = vec!["--api", url];
        all.extend(arguments);
        serving::nova_with(server.project(), &all, token)
    };
    let code = |run: serving::Run, exit: i32| run.exits(exit).json()["errors"][0]["code"].clone();
    let status: &[&str] = &["status", "--output", "json"];
    assert_eq!(code(api(None, &server.url(), status), 3), "NOVA-2101");
    assert_eq!(code(api(Some("nova_wrong"), &server.url(), status), 3), "NOVA-2101");
    assert_eq!(code(api(Some(&token), "http://127.0.0.1:1", status), 1), "NOVA-2109");
    assert_eq!(code(api(Some(&token), "127.0.0.1:1", status), 2), "NOVA-1001");
    let validate: &[&str] = &["validate", "--environment", "test", "--output", "json"];
    assert_eq!(code(api(Some(&token), &server.url(), validate), 2), "NOVA-2111");
    let clone = "clone --source production --target test --anonymize --yes --output json";
    let clone: Vec<&str> = clone.split(' ').collect();
    assert_eq!(code(api(Some(&token), &server.url(), &clone), 3), "NOVA-2102");
    let logs: &[&str] = &["logs", "--operation", "01jz", "--output", "json"];
    assert_eq!(code(api(Some(&token), &server.url(), logs), 2), "NOVA-1901");
    let nothing = api(Some(&token), &server.url(), status).exits(0).json();
    assert_eq!(nothing, json!({ "operations": [], "rollback_points": [] }));
}

#[test]
fn an_operation_that_fails_is_the_same_to_a_client_as_where_the_project_is() {
    let server = Server::start();
    let token = server.token("me", "cloner");
    let url = server.url();
    let clone = "clone --source production --target test --anonymize --yes --output json";
    let here: Vec<&str> = clone.split(' ').collect();
    let mut there = vec!["--api", url.as_str()];
    there.extend(&here);
    let there = serving::nova_with(server.project(), &there, Some(&token));
    let here = server.nova(&here);
    assert_eq!(there.code, here.code, "{there:?} {here:?}");
    let (there, here) = (there.json(), here.json());
    assert_eq!(there["status"], here["status"], "{there:#}");
    assert_eq!(there["errors"][0]["code"], here["errors"][0]["code"]);
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(fields(&there), fields(&here));
    assert_eq!(there["errors"][0]["code"], "NOVA-1201");
}
