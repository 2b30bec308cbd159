//! What the service asks of its database before it serves, and what the audit promises.

use crate::world::{client, code, me, scope, world};
use nova_practice_store::audit::{self, Entry};
use nova_practice_store::{Store, migrate, outbox, provisioning::claim_log};

#[tokio::test]
async fn migrating_again_does_nothing_and_two_at_once_wait_for_each_other() {
    let world = world().await;
    let admin = client(&world.owner("postgres")).await;
    admin.batch_execute("CREATE DATABASE twice").await.unwrap();
    let url = world.owner("twice");
    let (one, other) = tokio::join!(migrate(&url), migrate(&url));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.version, other.version);
    assert_eq!(
        one.applied.len() + other.applied.len(),
        one.version as usize,
        "each was applied once"
    );
    assert!(migrate(&url).await.unwrap().applied.is_empty());
}

#[tokio::test]
async fn the_service_refuses_roles_that_may_do_too_much_and_databases_without_the_schema() {
    let world = world().await;
    assert_eq!(
        code(Store::connect(&world.owner("shared")).await.unwrap_err()),
        3001,
        "a superuser"
    );
    assert_eq!(
        code(Store::connect(&world.app("postgres")).await.unwrap_err()),
        3003,
        "no schema"
    );
    let admin = client(&world.owner("postgres")).await;
    for (name, ability) in [
        ("passes", "BYPASSRLS IN ROLE nova_app"),
        ("owns", "IN ROLE nova_app, nova_owner"),
        ("makes", "CREATEROLE IN ROLE nova_app"),
    ] {
        admin
            .batch_execute(&format!("CREATE ROLE {name} LOGIN PASSWORD 'p' {ability}"))
            .await
            .unwrap();
        let url = world.app("shared").replace("nova_app:service", &format!("{name}:p"));
        assert_eq!(code(Store::connect(&url).await.unwrap_err()), 3001, "{name}");
    }
    admin
        .batch_execute("CREATE ROLE plain LOGIN PASSWORD 'p' IN ROLE nova_app")
        .await
        .unwrap();
    let url = world.app("shared").replace("nova_app:service", "plain:p");
    Store::connect(&url).await.unwrap();
}

#[tokio::test]
async fn an_unprotected_table_keeps_the_service_from_starting() {
    let world = world().await;
    world.database("careless").await;
    let owner = client(&world.owner("careless")).await;
    owner
        .batch_execute("CREATE TABLE practice.forgotten (cabinet_id uuid, id uuid PRIMARY KEY); GRANT SELECT ON practice.forgotten TO nova_app")
        .await
        .unwrap();
    let refused = nova_errors::Failure::from(Store::connect(&world.app("careless")).await.unwrap_err());
    assert_eq!(refused.code.number, 3002);
    assert!(
        refused.details.iter().any(|line| line.contains("practice.forgotten")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_audit_is_chained_filled_by_the_database_and_never_changed() {
    let world = world().await;
    let (store, demo) = world.demo().await;
    let cabinet = &demo.cabinets[0];
    let before = store.with_cabinet(&scope(cabinet), audit::verify_chain).await.unwrap();
    // Many at once: numbers without a gap, one order of hashes.
    let within = scope(cabinet);
    let writers = (0..20).map(|_| {
        store.with_cabinet(&within, async |tx| {
            tx.audit(Entry::new("test.write", "test", None).patient(cabinet.patients[0]));
            Ok(())
        })
    });
    for result in futures_util::future::join_all(writers).await {
        result.unwrap();
    }
    let after = store.with_cabinet(&scope(cabinet), audit::verify_chain).await.unwrap();
    assert_eq!(after.entries, before.entries + 20);
    let filter = audit::Filter {
        patient: Some(cabinet.patients[0]),
        action: Some("test.".to_owned()),
        limit: 100,
        ..audit::Filter::default()
    };
    let kept = store
        .with_cabinet(&scope(cabinet), async |tx| audit::list(tx, &filter).await)
        .await
        .unwrap();
    assert_eq!(kept.len(), 20);
    assert_eq!(
        (
            kept[0].actor.as_str(),
            kept[0].request.as_str(),
            kept[0].reason.as_str()
        ),
        ("system:test", "test", "test")
    );
    // Neither the service nor the owner changes it; what a superuser changes behind the trigger is noticed.
    let app = client(&world.app("shared")).await;
    let set = format!("SELECT set_config('app.cabinet', '{}', false)", cabinet.id);
    app.batch_execute(&set).await.unwrap();
    for sql in [
        "UPDATE practice.audit SET actor = 'nobody'",
        "DELETE FROM practice.audit",
        "TRUNCATE practice.audit",
        "INSERT INTO practice.audit (cabinet_id, action, entity, hash) VALUES (practice.nova_cabinet(), 'a', 'b', '')",
        "INSERT INTO practice.audit (cabinet_id, action, entity, actor) VALUES (practice.nova_cabinet(), 'a', 'b', 'somebody')",
    ] {
        assert_eq!(
            app.batch_execute(sql).await.unwrap_err().code().unwrap().code(),
            "42501",
            "{sql}"
        );
    }
    let owner = client(&world.owner("shared")).await;
    assert!(owner.batch_execute("DELETE FROM practice.audit").await.is_err());
    owner
        .batch_execute(&format!(
            "BEGIN; SET LOCAL session_replication_role = replica; \
             UPDATE practice.audit SET reason = 'another' WHERE cabinet_id = '{}' AND seq = 3; COMMIT",
            cabinet.id
        ))
        .await
        .unwrap();
    let broken = store
        .with_cabinet(&scope(cabinet), audit::verify_chain)
        .await
        .unwrap_err();
    assert_eq!(code(broken), 3011);
}

#[tokio::test]
async fn the_group_reads_figures_of_every_cabinet_with_a_reason_and_each_audit_says_so() {
    let world = world().await;
    let (store, demo) = world.demo().await;
    let app = client(&world.app("shared")).await;
    let report =
        "SELECT cabinet, patients, appointments FROM practice.group_report_activity('2020-01-01', '2100-01-01')";
    for (group, reason) in [("", "quarterly figures"), ("on", "")] {
        app.batch_execute(&format!(
            "BEGIN; SELECT set_config('app.group', '{group}', true), set_config('app.reason', '{reason}', true)"
        ))
        .await
        .unwrap();
        assert_eq!(
            app.query(report, &[]).await.unwrap_err().code().unwrap().code(),
            "42501"
        );
        app.batch_execute("ROLLBACK").await.unwrap();
    }
    app.batch_execute(
        "BEGIN; SELECT set_config('app.group', 'on', true), set_config('app.reason', 'quarterly figures', true), \
         set_config('app.actor', 'user:analyst', true)",
    )
    .await
    .unwrap();
    let rows = app.query(report, &[]).await.unwrap();
    let seen: i64 = app
        .query_one("SELECT count(*) FROM practice.patients", &[])
        .await
        .unwrap()
        .get(0);
    app.batch_execute("COMMIT").await.unwrap();
    assert_eq!(seen, 0, "the report leaves no door open behind it");
    for cabinet in &demo.cabinets {
        let row = rows
            .iter()
            .find(|row| row.get::<_, uuid::Uuid>(0) == cabinet.id.uuid())
            .unwrap();
        assert_eq!(row.get::<_, i64>(1), 3);
        assert!(row.get::<_, i64>(2) >= 3);
        let filter = audit::Filter {
            actor: Some("user:analyst".to_owned()),
            limit: 10,
            ..audit::Filter::default()
        };
        let noted = store
            .with_cabinet(&scope(cabinet), async |tx| audit::list(tx, &filter).await)
            .await
            .unwrap();
        assert_eq!(noted[0].action, "group.report");
    }
}

#[tokio::test]
async fn what_a_commit_leaves_in_the_outbox_is_taken_once() {
    let world = world().await;
    let (store, demo) = world.demo().await;
    let cabinet = &demo.cabinets[0];
    store
        .with_cabinet(&scope(cabinet), async |tx| {
            outbox::leave(tx, "test.message", Some(cabinet.id.uuid()), &serde_json::json!({})).await
        })
        .await
        .unwrap();
    let take = async || {
        store
            .with_group(&me(), async |tx| {
                let waiting = outbox::claim(tx, 10_000, 60).await?;
                let ids: Vec<i64> = waiting.iter().map(|one| one.id).collect();
                outbox::sent(tx, &ids).await?;
                Ok(waiting)
            })
            .await
            .unwrap()
    };
    let (one, other) = tokio::join!(take(), take());
    let mine = |all: &[outbox::Waiting]| {
        all.iter()
            .filter(|one| one.kind == "test.message" && one.cabinet == Some(cabinet.id))
            .count()
    };
    assert_eq!(mine(&one) + mine(&other), 1);
}

#[tokio::test]
async fn servers_with_event_logs_of_their_own_do_not_share_a_database() {
    let world = world().await;
    world.database("logs").await;
    let store = Store::connect(&world.app("logs")).await.unwrap();
    let actor = me();
    let claim = async |log: &str| store.with_group(&actor, async |tx| claim_log(tx, log).await).await;
    claim("one").await.unwrap();
    claim("one").await.unwrap();
    assert_eq!(code(claim("two").await.unwrap_err()), 3224);
    // The first one has been silent for too long.
    let owner = client(&world.owner("logs")).await;
    owner
        .batch_execute("UPDATE practice.event_log SET seen_at = now() - interval '4 minutes'")
        .await
        .unwrap();
    claim("two").await.unwrap();
    assert_eq!(code(claim("one").await.unwrap_err()), 3224);
}
