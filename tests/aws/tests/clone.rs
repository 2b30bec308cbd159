//! The main job with every step in a process of its own, over emulated services: the same result as in one process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use nova_aws_e2e::Deployment;
use nova_e2e::{
    Contents, Project, WebHook,
    program::Running,
    servers::{self, TARGET, databases_of},
    waiting,
};
use nova_events::Function;
use nova_localaws::Faults;
use std::{sync::LazyLock, time::Duration};

/// Reservations in the sample: some 12 MB, in chunks of at most 1 MB.
const ROWS: u64 = 3_000;

/// A clone with the sample's rules.
const RULES: &[&str] = &["--rules", "rules.json"];

/// A part of the rows of a clone.
const PART: &[&str] = &["--subset", "30%"];

/// What one process makes of the sample.
struct Embedded {
    production: String,
    project: Project,
    contents: Contents,
    part: Contents,
}

static EMBEDDED: LazyLock<Embedded> = LazyLock::new(|| {
    let production = servers::sample(ROWS);
    let url = servers::old_target(&TARGET);
    let project = Project::new(&production, &url);
    project.clone_to_test(PART).exits(0);
    let part = Contents::of(&url);
    project.clone_to_test(&[]).exits(0);
    Embedded {
        production,
        contents: Contents::of(&url),
        part,
        project,
    }
});

/// A deployment that has the keys of the embedded project, with its target.
fn deployment(faults: Faults) -> (Deployment, String) {
    let url = servers::old_target(&TARGET);
    let project = Project::new(&EMBEDDED.production, &url);
    project.share_keys_of(&EMBEDDED.project);
    (Deployment::start(project, faults), url)
}

/// The result is what one process makes, and nothing is left over.
fn assert_equal(deployment: &Deployment, url: &str, operation: &str, contents: &Contents) {
    Contents::of(url).assert_same(contents, "the clone through the stack");
    assert_eq!(databases_of(&TARGET, operation), [format!("nova_prev_{operation}")]);
    for function in Function::ALL {
        assert_eq!(dead(deployment, function), 0, "dead letters of {}", function.name());
    }
}

/// How many messages of a function were set aside.
fn dead(deployment: &Deployment, function: Function) -> u32 {
    messages(deployment, &format!("{}-dead", function.name()))
}

/// How many messages a queue holds.
fn messages(deployment: &Deployment, queue: &str) -> u32 {
    let url = format!("{}{queue}", deployment.stack().settings().queue_url_prefix);
    let name = aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessages;
    let asked = deployment.stack().clients().sqs.get_queue_attributes();
    let asked = asked.queue_url(url).attribute_names(name.clone());
    let answer = deployment.block_on(asked.send()).unwrap();
    answer.attributes().unwrap()[&name].parse().unwrap()
}

/// Waits for the end of a clone that gives what one process makes.
fn finish(deployment: &Deployment, url: &str, running: Running, contents: &Contents) {
    let run = running.wait();
    if run.code != Some(0) {
        println!("{}", deployment.logs());
    }
    let run = run.exits(0);
    assert_eq!(run.json()["status"], "completed");
    assert_equal(deployment, url, &run.operation(), contents);
}

#[test]
fn every_step_in_a_process_of_its_own_gives_the_result_of_one_process() {
    let before = Contents::of(&EMBEDDED.production);
    let url = servers::old_target(&TARGET);
    let project = Project::new(&EMBEDDED.production, &url);
    project.share_keys_of(&EMBEDDED.project);
    let hook = WebHook::listen();
    let settings = std::fs::read_to_string(project.path().join("nova.toml")).unwrap();
    project.write(
        "nova.toml",
        &format!("{settings}\n[notify]\nwebhook_url = \"{}\"\n", hook.url()),
    );
    let deployment = Deployment::start(project, Faults::default());
    // The rules are those that the settings of the deployment name, as they name them for the embedded project.
    finish(&deployment, &url, deployment.start_clone(&[]), &EMBEDDED.contents);
    assert!(hook.is_told("completed"), "{:?}", hook.told());
    Contents::of(&EMBEDDED.production).assert_same(&before, "production");
    let back = deployment
        .nova(&["rollback", "--environment", "test", "--yes", "--output", "json"])
        .exits(0);
    assert_eq!(back.json()["status"], "completed", "{back:#?}");
}

#[test]
fn doubled_delayed_and_reordered_messages_change_nothing_of_a_part_of_the_rows() {
    let (deployment, url) = deployment(Faults::new(7, 30, Duration::from_millis(300)));
    let running = deployment.start_clone(&[RULES, PART].concat());
    finish(&deployment, &url, running, &EMBEDDED.part);
}

#[test]
fn functions_killed_in_the_middle_of_chunks_are_made_up_for() {
    let (deployment, url) = deployment(Faults::default());
    let mut running = deployment.start_clone(RULES);
    let mut kills = 0;
    for function in ["export", "anonymize", "import", "snapshot", "finalize", "validate"]
        .iter()
        .cycle()
    {
        std::thread::sleep(Duration::from_millis(300));
        if running.has_ended() || kills == 24 {
            break;
        }
        if let Some(process) = deployment.stack().processes(function).first() {
            let killed = std::process::Command::new("kill")
                .args(["-9", &process.to_string()])
                .status()
                .unwrap();
            kills += u32::from(killed.success());
        }
    }
    assert!(kills > 5, "only {kills} processes were killed");
    let run = running.wait();
    if run.code != Some(0) {
        println!("{}", deployment.logs());
    }
    let run = run.exits(0);
    assert_equal(&deployment, &url, &run.operation(), &EMBEDDED.contents);
}

#[test]
fn while_the_pump_stands_still_the_reconciler_completes_the_clone() {
    let (deployment, url) = deployment(Faults::default());
    deployment.stack().switch("pump", false);
    finish(&deployment, &url, deployment.start_clone(RULES), &EMBEDDED.contents);
}

#[test]
fn a_poisoned_message_is_set_aside_fails_its_operation_and_leaves_the_target() {
    let (deployment, url) = deployment(Faults::default());
    let before = Contents::of(&url);
    // Nobody can read this one; others are not held up by it.
    send(&deployment, "{not json");
    // The clone must not be done before the poison works.
    deployment.stack().switch("import", false);
    let running = deployment.start_clone(RULES);
    waiting::until("rows wait for their import", || messages(&deployment, "import") > 0);
    let status = deployment
        .nova(&["status", "--all", "--output", "json"])
        .exits(0)
        .json();
    let operation = status["operations"][0]["operation_id"].as_str().unwrap().to_owned();
    // Readable, and nonsense: the plan has no such chunk.
    send(
        &deployment,
        &format!(r#"{{"to":"export","operation":"{operation}","epoch":1,"first":9999,"last":9999}}"#),
    );
    let run = running.wait().exits(1);
    assert_eq!(run.json()["status"], "failed", "{run:#?}");
    assert_eq!(dead(&deployment, Function::Export), 1, "{}", deployment.logs());
    Contents::of(&url).assert_same(&before, "the target");

    deployment.stack().switch("import", true);
    // What was built is not lost: without the poison the operation can be completed.
    let run = deployment
        .nova(&["resume", "--operation", &operation, "--output", "json"])
        .exits(0);
    assert_eq!(run.json()["status"], "completed", "{run:#?}");
    Contents::of(&url).assert_same(&EMBEDDED.contents, "the resumed clone");
}

/// Puts a message into the queue of exports.
fn send(deployment: &Deployment, body: &str) {
    let queue = format!("{}export", deployment.stack().settings().queue_url_prefix);
    let send = deployment.stack().clients().sqs.send_message();
    deployment
        .block_on(send.queue_url(queue).message_body(body).send())
        .unwrap();
}
