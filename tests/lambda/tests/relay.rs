//! One snapshot outlives everyone who holds it, on a real server that is written to all the time.

use nova_clone::{Operation, Outcome, Summary};
use nova_events::SnapshotLoss;
use nova_lambda_tests::{
    runtime::Runtime,
    world::{self, World},
};
use std::{collections::BTreeSet, time::Duration};

fn completed(operation: &Operation) -> bool {
    matches!(operation.outcome, Some(Outcome::Completed(_)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_clone_that_takes_many_lives_of_a_keeper_is_one_moment() {
    let world = World::new().await;
    let writer = world.keep_writing().await;
    let runtime = Runtime::start(&world);
    let id = world.request(SnapshotLoss::Restart).await;
    let mut at_once = Vec::new();
    let ended = loop {
        let operation = runtime.operation(&id).await;
        if operation.has_ended() {
            break operation;
        }
        let living = runtime.living(&id).await;
        let turns: BTreeSet<u32> = living.iter().map(|holder| holder.turn).collect();
        assert_eq!(turns.len(), living.len(), "two keepers took the same turn: {living:#?}");
        if operation.staging.is_some() && !living.is_empty() {
            at_once.push(living.len());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    writer.abort();
    assert!(completed(&ended), "{:?}", ended.outcome);
    assert_eq!(ended.epoch, 1, "the snapshot was lost on the way");
    assert!(world.every_table_is_one_moment().await && world.all_tables_are_the_same_moment().await);
    let last = runtime.turns().into_iter().max().unwrap();
    assert!(
        last >= 4,
        "only {last} keepers: the clone was too fast to prove anything"
    );
    let two = at_once.iter().filter(|living| **living >= 2).count();
    assert!(
        two * 10 >= at_once.len() * 7,
        "two lived in {two} of {} looks",
        at_once.len()
    );
    assert_eq!(
        world.open_transactions().await,
        0,
        "a keeper holds on to production after everything was read"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_death_of_one_keeper_whichever_costs_nothing() {
    let world = World::new().await;
    let writer = world.keep_writing().await;
    let runtime = Runtime::start(&world);
    let id = world.request(SnapshotLoss::Fail).await;
    let [newer, _] = runtime.two_keepers(&id, &[]).await;
    runtime.kill(&[newer]);
    let [_, older] = runtime.two_keepers(&id, &[newer]).await;
    runtime.kill(&[older]);
    let ended = runtime.until(&id, "it has ended", Operation::has_ended).await;
    writer.abort();
    assert!(completed(&ended), "{:?}", ended.outcome);
    assert!(world.every_table_is_one_moment().await && world.all_tables_are_the_same_moment().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_snapshot_of_a_quiet_source_is_renewed() {
    let world = World::with_a_quiet_source().await;
    let runtime = Runtime::start(&world);
    let id = world.request(SnapshotLoss::Fail).await;
    let both = runtime.two_keepers(&id, &[]).await;
    runtime.kill(&both);
    let ended = runtime.until(&id, "it has ended", Operation::has_ended).await;
    assert!(completed(&ended), "{:?}", ended.outcome);
    assert_eq!(ended.epoch, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_loss_everything_is_read_again_where_restart_was_chosen() {
    let world = World::new().await;
    let writer = world.keep_writing().await;
    let runtime = Runtime::start(&world);
    let id = world.request(SnapshotLoss::Restart).await;
    let both = runtime.two_keepers(&id, &[]).await;
    runtime.kill(&both);
    let ended = runtime.until(&id, "it has ended", Operation::has_ended).await;
    writer.abort();
    assert!(completed(&ended), "{:?}", ended.outcome);
    assert_eq!(ended.epoch, 2);
    assert!(world.every_table_is_one_moment().await && world.all_tables_are_the_same_moment().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_loss_the_clone_fails_where_that_was_chosen() {
    let world = World::new().await;
    let writer = world.keep_writing().await;
    let runtime = Runtime::start(&world);
    let id = world.request(SnapshotLoss::Fail).await;
    let both = runtime.two_keepers(&id, &[]).await;
    runtime.kill(&both);
    let ended = runtime
        .until(&id, "it was cleaned up", |operation| operation.rolled_back.is_some())
        .await;
    writer.abort();
    let Some(Outcome::Failed { reason, .. }) = ended.outcome else {
        panic!("{:?}", ended.outcome)
    };
    assert_eq!(reason.code, "NOVA-1507");
    assert!(world.target_is_as_before().await);
    assert_eq!(world.databases_of(&id).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_loss_whole_tables_stay_where_per_table_was_chosen() {
    let world = World::new().await;
    let writer = world.keep_writing().await;
    let runtime = Runtime::start(&world);
    let id = world.request(SnapshotLoss::PerTable).await;
    runtime.two_keepers(&id, &[]).await;
    // One table is whole and another is begun.
    let ports = &world.ports;
    let chunks = runtime.operation(&id).await.chunks.unwrap().chunks;
    while nova_kit::chunk_state(ports, &id, 1, chunks / 4 + 2)
        .await
        .unwrap()
        .exported
        .is_none()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let both: Vec<u32> = runtime.living(&id).await.iter().map(|holder| holder.turn).collect();
    runtime.kill(&both);
    let ended = runtime.until(&id, "it has ended", Operation::has_ended).await;
    writer.abort();
    assert!(completed(&ended), "{:?}", ended.outcome);
    assert_eq!(ended.epoch, 1, "everything was read again");
    let [replaced] = &ended.replaced[..] else {
        panic!("{:#?}", ended.replaced)
    };
    assert!(replaced.kept >= 1 && replaced.read >= 1, "{replaced:#?}");
    assert!(world.every_table_is_one_moment().await);
    assert!(
        !world.all_tables_are_the_same_moment().await,
        "tables of different moments look like one: the test proves nothing"
    );
    let warnings = Summary::of(&ended).warnings.join("\n");
    assert!(warnings.contains(&replaced.kept_tables[0]), "{warnings}");
    // Rows of the later moment hold later numbers: the sequence is not behind them.
    let copy = world::session(&world.target).await;
    let position = world::number(&copy, "SELECT last_value FROM ticket").await;
    for table in 0..4 {
        let newest = world::number(&copy, &format!("SELECT max(ticket) FROM account_{table}")).await;
        assert!(
            position >= newest,
            "the sequence stands at {position}, rows hold {newest}"
        );
    }
}
