//! A pull request that is opened gets an anonymized environment, one that is closed loses it.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use nova_automation::{Automation, Previews, delivery};
use nova_automation_tests::{SECRET, World, session};
use nova_clone::Status;
use nova_events::OperationKind;

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_gets_an_anonymized_database_and_loses_it_when_it_is_closed() {
    let world = World::new().await;
    let number = world.number;
    let opened = world.github("opened", number).await;
    assert_eq!(
        (opened.status, &opened.body["outcome"]),
        (202, &"created".into()),
        "{opened:?}"
    );
    assert_eq!(opened.body["environment"], format!("pr-{number}"));
    world.settle().await;
    let operation = world.operation(opened.body["operation"].as_str().unwrap()).await;
    assert_eq!(operation.status(), Status::Completed, "{:?}", operation.outcome);

    let database = format!("pr_{number}");
    let copy = session(&world.preview_url(&database)).await;
    let row = copy
        .query_one(
            "SELECT count(*), count(*) FILTER (WHERE email LIKE '%@real.example') FROM patient",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        (row.get::<_, i64>(0), row.get::<_, i64>(1)),
        (300, 0),
        "rows, and real addresses among them"
    );
    drop(copy);

    let closed = world.github("closed", number).await;
    assert_eq!(
        (closed.status, &closed.body["outcome"]),
        (202, &"removed".into()),
        "{closed:?}"
    );
    world.settle().await;
    let operation = world.operation(closed.body["operation"].as_str().unwrap()).await;
    assert_eq!(operation.status(), Status::Completed, "{:?}", operation.outcome);
    assert_eq!(world.databases(&format!("pr\\_{number}")).await, [""; 0]);
    let left: Vec<String> = world.databases("nova\\_%").await;
    let own: Vec<String> = world
        .operations()
        .await
        .into_iter()
        .map(|operation| operation.id)
        .collect();
    assert!(
        !left.iter().any(|name| own.iter().any(|id| name.contains(id))),
        "{left:?}"
    );
    let environment = format!("pr-{number}").parse().unwrap();
    assert!(
        world.ports.environments.environment(&environment).await.is_err(),
        "the environment is unknown again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_again_changes_nothing() {
    let world = World::new().await;
    let number = world.number;
    let first = world.github("opened", number).await;
    let again = world.github("opened", number).await;
    assert_eq!(first.body, again.body);
    world.settle().await;
    let removed = world.github("closed", number).await;
    world.settle().await;
    // Recorded deliveries are sent once more, long after: nothing comes back and nothing goes.
    let operations = world.operations().await.len();
    assert_eq!(world.github("opened", number).await.body, first.body);
    assert_eq!(world.github("closed", number).await.status, 202);
    world.settle().await;
    assert_eq!(world.operations().await.len(), operations);
    assert_eq!(world.databases(&format!("pr\\_{number}")).await, [""; 0]);
    assert_eq!(removed.status, 202);

    // The pull request is opened anew: that is another delivery.
    let reopened = world.github_at("reopened", number, "2026-03-02T12:00:00Z").await;
    assert_eq!(reopened.body["outcome"], "created", "{reopened:?}");
    assert_ne!(reopened.body["operation"], first.body["operation"]);
    world.settle().await;
    assert_eq!(world.databases(&format!("pr\\_{number}")).await.len(), 1);
    // The closing of the first time, delivered late, does not take the second away.
    world.github("closed", number).await;
    world.settle().await;
    assert_eq!(world.databases(&format!("pr\\_{number}")).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_that_arrive_at_the_same_moment_are_one() {
    let world = World::new().await;
    let number = world.number;
    let (one, two, three) = tokio::join!(
        world.github("opened", number),
        world.github("opened", number),
        world.generic("open", number)
    );
    assert_eq!(one.body["operation"], two.body["operation"], "{one:?} {two:?}");
    assert!(
        [one.status, two.status, three.status]
            .iter()
            .all(|status| *status == 202),
        "{three:?}"
    );
    assert_eq!(world.operations().await.len(), 1, "{one:?} {two:?} {three:?}");
    let known = world.ports.environments.environments().await.unwrap();
    let names: Vec<&str> = known.iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(names, [format!("pr-{number}").as_str(), "preview", "production"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_while_the_clone_runs_stops_it_and_leaves_nothing() {
    let world = World::new().await;
    let number = world.number;
    let opened = world.github("opened", number).await;
    world.settle_partly().await;
    let operation = world.operation(opened.body["operation"].as_str().unwrap()).await;
    assert_eq!(operation.status(), Status::Copying);
    let closed = world.generic("close", number).await;
    assert_eq!(closed.body["outcome"], "removed", "{closed:?}");
    world.settle().await;
    let stopped = world.operation(&operation.id).await;
    assert_eq!(stopped.status(), Status::Stopped);
    assert!(stopped.rolled_back.is_some(), "what it had built was removed");
    let removal = world.operation(closed.body["operation"].as_str().unwrap()).await;
    assert_eq!(removal.status(), Status::Completed, "{:?}", removal.outcome);
    assert_eq!(world.databases(&format!("pr\\_{number}")).await, [""; 0]);
    assert_eq!(
        world.databases(&format!("nova\\_stage\\_{}%", operation.id)).await,
        [""; 0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_that_nobody_closes_ends_by_the_clock() {
    let world = World::with(Previews {
        hours: 2,
        ..Previews::default()
    })
    .await;
    let number = world.number;
    world.github("opened", number).await;
    world.settle().await;
    let automation = Automation {
        previews: world.previews.clone(),
        ..Automation::default()
    };
    assert_eq!(world.tick(&automation).await.started, [""; 0], "its time has not come");
    world.wait_hours(3);
    let tick = world.tick(&automation).await;
    assert_eq!((tick.started.len(), tick.failed.len()), (1, 0), "{:?}", tick.failed);
    assert_eq!(
        world.tick(&automation).await.started,
        [""; 0],
        "its removal is under way"
    );
    world.settle().await;
    assert_eq!(world.databases(&format!("pr\\_{number}")).await, [""; 0]);
    assert_eq!(world.tick(&automation).await.started, [""; 0], "it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_nova_did_not_make_is_neither_taken_over_nor_dropped() {
    let world = World::new().await;
    let number = world.number;
    let database = format!("pr_{number}");
    let admin = session(&world.preview_url("postgres")).await;
    admin
        .batch_execute(&format!("CREATE DATABASE {database}"))
        .await
        .unwrap();
    let opened = world.github("opened", number).await;
    world.settle().await;
    let operation = world.operation(opened.body["operation"].as_str().unwrap()).await;
    let Some(nova_clone::Outcome::Failed { reason, .. }) = operation.outcome else {
        panic!("{:?}", operation.outcome);
    };
    assert_eq!(reason.code, "NOVA-2206");

    let closed = world.github("closed", number).await;
    world.settle().await;
    let removal = world.operation(closed.body["operation"].as_str().unwrap()).await;
    assert_eq!(removal.status(), Status::Completed, "{:?}", removal.outcome);
    assert_eq!(
        world.databases(&format!("pr\\_{number}")).await,
        [database.as_str()],
        "it is there still"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_an_attempt_made_which_died_is_recognised() {
    let world = World::new().await;
    let number = world.number;
    let opened = world.github("opened", number).await;
    mark(&world, &preview(&world, number).await.mark()).await;
    world.settle().await;
    let operation = world.operation(opened.body["operation"].as_str().unwrap()).await;
    assert_eq!(operation.status(), Status::Completed, "{:?}", operation.outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_deployment_made_for_the_same_number_is_not_taken_over() {
    let world = World::new().await;
    let number = world.number;
    let opened = world.github("opened", number).await;
    let mut theirs = preview(&world, number).await;
    theirs.opened_at_ms -= 1;
    mark(&world, &theirs.mark()).await;
    world.settle().await;
    let operation = world.operation(opened.body["operation"].as_str().unwrap()).await;
    let Some(nova_clone::Outcome::Failed { reason, .. }) = &operation.outcome else {
        panic!("{:?}", operation.outcome);
    };
    assert_eq!(reason.code, "NOVA-2206");
}

/// The preview of a pull request, as its deployment knows it.
async fn preview(world: &World, number: u64) -> nova_automation::Preview {
    let found = nova_kit::previews::look_up(world.ports.log.as_ref(), &format!("pr-{number}")).await;
    found.unwrap().0.unwrap()
}

/// Makes the database of a pull request, with this mark.
async fn mark(world: &World, mark: &str) {
    let admin = session(&world.preview_url("postgres")).await;
    for sql in [
        format!("CREATE DATABASE pr_{}", world.number),
        format!("COMMENT ON DATABASE pr_{} IS '{mark}'", world.number),
    ] {
        admin.batch_execute(&sql).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_put_in_the_place_of_ours_is_not_dropped() {
    let world = World::new().await;
    let number = world.number;
    let database = format!("pr_{number}");
    world.github("opened", number).await;
    world.settle().await;
    let admin = session(&world.preview_url("postgres")).await;
    admin
        .batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)"))
        .await
        .unwrap();
    admin
        .batch_execute(&format!("CREATE DATABASE {database}"))
        .await
        .unwrap();
    let closed = world.github("closed", number).await;
    world.settle().await;
    let removal = world.operation(closed.body["operation"].as_str().unwrap()).await;
    assert_eq!(removal.status(), Status::Failed, "{:?}", removal.outcome);
    assert_eq!(world.databases(&format!("pr\\_{number}")).await, [database.as_str()]);
    // It is tried again, less and less often.
    let automation = Automation::default();
    for (hours, tries) in [(0, 0), (1, 1), (0, 0), (1, 1), (0, 0), (1, 1), (1, 0), (1, 1)] {
        world.wait_hours(hours);
        assert_eq!(world.tick(&automation).await.started.len(), tries);
        world.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_of_the_project_is_nobodys_preview() {
    let world = World::new().await;
    let number = world.number;
    world.add_environment(&format!("pr-{number}"), &world.preview_url("postgres"), "test");
    let opened = world.github("opened", number).await;
    assert_eq!(
        (opened.status, &opened.body["code"]),
        (409, &"NOVA-2206".into()),
        "{opened:?}"
    );
    let closed = world.github("closed", number).await;
    assert_eq!(
        (closed.status, &closed.body["outcome"]),
        (202, &"ignored".into()),
        "{closed:?}"
    );
    assert!(world.operations().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn production_is_never_a_template() {
    let world = World::with(Previews {
        template: "production".to_owned(),
        ..Previews::default()
    })
    .await;
    let opened = world.github("opened", world.number).await;
    world.settle().await;
    let operation = world.operation(opened.body["operation"].as_str().unwrap()).await;
    assert_ne!(operation.status(), Status::Completed);
    assert!(operation.epoch == 0 && operation.promoted.is_none());
    assert_eq!(operation.requested.kind, OperationKind::Clone);
}

#[tokio::test(flavor = "multi_thread")]
async fn pushed_commits_bring_new_contents_only_where_that_is_wanted() {
    let world = World::with(Previews {
        refresh: true,
        ..Previews::default()
    })
    .await;
    let number = world.number;
    let none = world.github("synchronize", number).await;
    assert_eq!(
        (none.status, &none.body["outcome"]),
        (202, &"ignored".into()),
        "there is no preview: {none:?}"
    );
    let opened = world.github("opened", number).await;
    world.settle().await;
    let pushed = world.github_at("synchronize", number, "2026-03-01T13:00:00Z").await;
    assert_eq!(pushed.body["outcome"], "refreshed", "{pushed:?}");
    assert_ne!(pushed.body["operation"], opened.body["operation"]);
    world.settle().await;
    let operation = world.operation(pushed.body["operation"].as_str().unwrap()).await;
    assert_eq!(operation.status(), Status::Completed, "{:?}", operation.outcome);

    let other = World::new().await;
    other.github("opened", other.number).await;
    let ignored = other.github("synchronize", other.number).await;
    assert_eq!(ignored.body["outcome"], "ignored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_whose_clone_could_not_be_requested_is_filled_by_the_clock() {
    let world = World::with(Previews {
        from: "copied".to_owned(),
        ..Previews::default()
    })
    .await;
    // There is no environment of that name, yet.
    let opened = world.github("opened", world.number).await;
    assert!(opened.status >= 400, "{opened:?}");
    assert!(preview(&world, world.number).await.exists());
    world.add_environment("copied", &world.production, "production");
    let automation = nova_automation::Automation::default();
    assert_eq!(
        world.tick(&automation).await.started.len(),
        0,
        "the sender may be about to deliver again"
    );
    world.wait_hours(1);
    let started = world.tick(&automation).await.started;
    assert_eq!(started.len(), 1);
    assert_eq!(world.tick(&automation).await.started.len(), 0);
    world.settle().await;
    let operation = world.operation(&started[0]).await;
    assert_eq!(operation.status(), Status::Completed, "{:?}", operation.outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_is_not_heard() {
    let world = World::new().await;
    let body = r#"{"action":"opened","number":1,"repository":{"full_name":"acme/app"}}"#;
    let wrong = delivery::sign_github(b"another secret", body.as_bytes());
    let right = delivery::sign_github(SECRET, body.as_bytes());
    for headers in [
        vec![("X-GitHub-Event", "pull_request")],
        vec![
            ("X-GitHub-Event", "pull_request"),
            ("X-Hub-Signature-256", wrong.as_str()),
        ],
    ] {
        let answer = world.post("/hooks/github", body, &headers).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (401, &"NOVA-2201".into()),
            "{answer:?}"
        );
        assert_eq!(answer.media_type, "application/problem+json");
    }
    let changed = world
        .post(
            "/hooks/github",
            &body.replace('1', "2"),
            &[("X-Hub-Signature-256", &right)],
        )
        .await;
    assert_eq!(changed.status, 401);
    let signature = delivery::sign_github(SECRET, b"{}");
    let headers = [
        ("X-GitHub-Event", "pull_request"),
        ("X-Hub-Signature-256", signature.as_str()),
    ];
    assert_eq!(world.post("/hooks/github", "{}", &headers).await.status, 400);
    let large = "x".repeat((1 << 20) + 1);
    let answer = world
        .post("/hooks/github", &large, &[("X-Hub-Signature-256", &right)])
        .await;
    assert_eq!((answer.status, &answer.body["code"]), (413, &"NOVA-2106".into()));
    let ping = world
        .post(
            "/hooks/github",
            body,
            &[("X-GitHub-Event", "ping"), ("X-Hub-Signature-256", &right)],
        )
        .await;
    assert_eq!((ping.status, &ping.body["outcome"]), (202, &"ignored".into()));
    let stale = delivery::sign(SECRET, 1_700_000_000, body.as_bytes());
    let answer = world
        .post("/hooks/generic", body, &[("X-Nova-Signature", &stale)])
        .await;
    assert_eq!((answer.status, &answer.body["code"]), (401, &"NOVA-2202".into()));
    assert!(world.operations().await.is_empty(), "nothing of this was recorded");
}
