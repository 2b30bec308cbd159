//! Work that takes longer than a function may run: it goes on in a next message, and nothing is done twice.

#![expect(clippy::unwrap_used, reason = "what tests share may panic like tests")]

use async_trait::async_trait;
use nova_clone::{Operation, Outcome};
use nova_errors::Failure;
use nova_events::{Function, Message, SnapshotLoss};
use nova_kit::{
    Cut, Handler, Notebook, Ports, documents,
    requests::{CloneRequest, request_clone},
};
use nova_lambda_tests::{
    project::Folder,
    runtime::Runtime,
    world::{self, World},
};
use nova_postgres::OwnDatabase;
use std::{
    collections::BTreeMap,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// Finalizing, which counts its turns and leaves what spans tables for later.
struct Watched {
    turns: Mutex<BTreeMap<u32, u32>>,
    may_end: AtomicBool,
}

#[async_trait]
impl Handler for Watched {
    fn function(&self) -> Function {
        Function::Finalize
    }

    fn cut(&self) -> Cut {
        nova_fn_finalize::Finalize.cut()
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        if let Message::Finalize { table, .. } = message {
            while table.is_none() && !self.may_end.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if let Some(table) = table {
                *self.turns.lock().unwrap().entry(*table).or_default() += 1;
            }
        }
        nova_fn_finalize::Finalize.handle(ports, operation, message).await
    }
}

static WATCHED: LazyLock<Watched> = LazyLock::new(|| Watched {
    turns: Mutex::default(),
    may_end: AtomicBool::new(false),
});

/// Every evaluation of the index's expression takes 2 ms and is counted by a sequence, which no rollback takes back.
const SLOW_INDEX: &str = "
    CREATE SEQUENCE evaluations;
    CREATE FUNCTION slowly(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
      BEGIN PERFORM nextval('public.evaluations'); PERFORM pg_sleep(0.002); RETURN n; END $$;
    CREATE INDEX slow ON account_0 (public.slowly(id));
    SELECT setval('evaluations', 1, false)";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_index_that_takes_longer_than_a_function_may_run_is_built_once() {
    let world = World::new().await;
    world::session(&world.source)
        .await
        .batch_execute(SLOW_INDEX)
        .await
        .unwrap();
    let runtime = Runtime::start_with(&world, &[(&*WATCHED, Duration::from_millis(800))]);
    let id = world.request(SnapshotLoss::Restart).await;
    runtime
        .until(&id, "staging is there", |operation| operation.staging.is_some())
        .await;
    let plan = documents::plan(&world.ports, &id, 1).await.unwrap();
    let number = plan
        .tables
        .iter()
        .position(|table| table.name.name == "account_0")
        .unwrap();
    let number = u32::try_from(number).unwrap();
    while nova_kit::table_rows(&world.ports, &id, 1, number)
        .await
        .unwrap()
        .is_none()
    {
        assert!(runtime.operation(&id).await.outcome.is_none());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let turns = WATCHED.turns.lock().unwrap()[&number];
    assert!(
        turns >= 3,
        "{turns} turns: it was not cut off, so the test proves nothing"
    );
    let (server, _) = world.target.rsplit_once('/').unwrap();
    let staging = world::session(&format!("{server}/{}", OwnDatabase::staging(&id, 1).as_str())).await;
    let evaluations = world::number(&staging, "SELECT last_value FROM evaluations").await;
    assert_eq!(evaluations, 1500, "one evaluation per row is one build");

    WATCHED.may_end.store(true, Ordering::Relaxed);
    let ended = runtime.until(&id, "it has ended", Operation::has_ended).await;
    assert!(
        matches!(ended.outcome, Some(Outcome::Completed(_))),
        "{:?}",
        ended.outcome
    );
}

#[tokio::test]
async fn the_next_turn_reads_what_one_that_was_cut_off_has_noted() {
    let folder = Folder::without_servers();
    let ports = folder.ports();
    let request = CloneRequest {
        source: "production".to_owned(),
        target: "test".to_owned(),
        anonymize: true,
        ..CloneRequest::default()
    };
    let id = request_clone(&ports, "somebody", request, None)
        .await
        .unwrap()
        .operation;
    let operation = nova_kit::operation(&ports, &id).await.unwrap();
    let work = vec![1_u32, 2, 3];

    let (mut book, nothing) = Notebook::open::<Vec<u32>>(&ports, &operation, "pages").await.unwrap();
    assert!(nothing.is_empty());
    book.note(&work).await.unwrap();
    let (_, none) = Notebook::open::<Vec<u32>>(&ports, &operation, "pages").await.unwrap();
    assert!(none.is_empty(), "without a deadline nothing is noted");

    ports.deadline.set_ms(ports.clock.now_ms() + 400);
    let (mut book, _) = Notebook::open::<Vec<u32>>(&ports, &operation, "pages").await.unwrap();
    book.note(&work).await.unwrap();
    let (_, none) = Notebook::open::<Vec<u32>>(&ports, &operation, "pages").await.unwrap();
    assert!(none.is_empty(), "it is too early for a note");
    tokio::time::sleep(book.interval().unwrap()).await;
    book.note(&work).await.unwrap();
    let (_, noted) = Notebook::open::<Vec<u32>>(&ports, &operation, "pages").await.unwrap();
    assert_eq!(noted, work);
}
