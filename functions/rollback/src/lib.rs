//! The target as it was: staging removed after a failure, previous contents or a backup brought back on request, or nothing where a
//! preview was.

mod remove;

use async_trait::async_trait;
use nova_clone::{Operation, names::outgoing};
use nova_errors::{Code, Failure};
use nova_events::{
    Event, Function, Message, OperationCompleted, OperationKind, RawDataShredded, RollbackFailed, RolledBack,
};
use nova_kit::{Handler, Ports, Recorder, RollbackPoint, connections, reason};
use nova_postgres::{OwnDatabase, Swap, TargetServer};

/// The rollback step.
#[derive(Debug, Clone, Copy)]
pub struct Rollback;

#[async_trait]
impl Handler for Rollback {
    fn function(&self) -> Function {
        Function::Rollback
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, _: &Message) -> Result<(), Failure> {
        match operation.requested.kind {
            OperationKind::Clone | OperationKind::Backup => discard(ports, operation).await,
            OperationKind::Rollback | OperationKind::Remove if operation.has_ended() || operation.guard.is_none() => {
                Ok(())
            }
            OperationKind::Rollback => bring_back(ports, operation).await,
            OperationKind::Remove => remove::remove(ports, operation).await,
            OperationKind::Check => Ok(()),
        }
    }
}

/// Removes what an operation that will not go on has built. The target itself was never touched.
async fn discard(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    if !operation.has_ended() || operation.has_taken_effect() || operation.rolled_back.is_some() {
        return Ok(());
    }
    let mut dropped = Vec::new();
    ports.connections.close_staging(&operation.id).await;
    if operation.epoch > 0 {
        match drop_stagings(ports, operation).await {
            Ok(databases) => dropped = databases,
            Err(failure) if failure.retryable => return Err(failure),
            Err(failure) => {
                let event: Event = RollbackFailed {
                    reason: reason(&failure),
                }
                .into();
                let recorder = Recorder::new(ports, &operation.id, "rollback");
                let what = format!("rollback-failed/{}", operation.head.next);
                return recorder.operation(operation, &what, vec![event], Vec::new()).await;
            }
        }
    }
    nova_kit::shred(ports, &operation.id).await?;
    let events = vec![RolledBack { undone: None, dropped }.into(), RawDataShredded {}.into()];
    let recorder = Recorder::new(ports, &operation.id, "rollback");
    recorder.operation(operation, "rollback", events, Vec::new()).await?;
    nova_kit::release_target(ports, operation).await
}

async fn drop_stagings(ports: &Ports, operation: &Operation) -> Result<Vec<String>, Failure> {
    let target = connections::target(ports, operation).await?;
    let server = TargetServer::open(&target).await?;
    let mut dropped = Vec::new();
    for epoch in 1..=operation.epoch {
        let database = OwnDatabase::staging(&operation.id, epoch);
        if server.database_oid(database.as_str()).await?.is_some() {
            server.drop(&database).await?;
            dropped.push(database.as_str().to_owned());
        }
    }
    Ok(dropped)
}

/// Swaps the target with the previous contents that an earlier promotion kept, or with a backup.
async fn bring_back(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    let guard = operation
        .guard
        .as_ref()
        .ok_or_else(|| Failure::new(Code::INTERNAL, "a rollback without a guard"))?;
    let point = choose(ports, operation).await?;
    let undone = OwnDatabase::undone(&operation.id);
    let server = connections::swap_server(ports, operation, &undone).await?;
    server.exclusively(&operation.id).await?;
    let swap = Swap {
        database: guard.target.database.clone(),
        outgoing_oid: guard.target.database_oid,
        outgoing_name: undone.as_str().to_owned(),
        incoming_name: point.database.clone(),
    };
    // The database that the first attempt of this very rollback set aside may be dropped already.
    let before = server.database_name(guard.target.database_oid).await?;
    let oid = if before.is_none() && server.database_oid(&point.database).await?.is_none() {
        server.database_oid(&swap.database).await?.unwrap_or_default()
    } else {
        server.swap(&swap).await?
    };
    server.drop(&undone).await?;
    tracing::info!(operation = operation.id, undone = point.operation, oid, "rolled back");
    let events = vec![
        RolledBack {
            undone: Some(point.operation),
            dropped: vec![undone.as_str().to_owned()],
        }
        .into(),
        OperationCompleted {
            rows: 0,
            bytes: 0,
            columns: 0,
            values: 0,
        }
        .into(),
    ];
    let notify = Message::Notify {
        operation: operation.id.clone(),
        about: "completed".to_owned(),
    };
    let recorder = Recorder::new(ports, &operation.id, "rollback");
    recorder
        .operation(operation, "rollback", events, vec![outgoing(notify, "complete")])
        .await?;
    nova_kit::release_target(ports, operation).await
}

/// The rollback point that was asked for, or the newest.
async fn choose(ports: &Ports, operation: &Operation) -> Result<RollbackPoint, Failure> {
    let environment = &operation.requested.target;
    let points = nova_kit::rollback_points(ports, environment).await?;
    let wanted = operation.requested.to_backup.as_ref();
    let found = points
        .iter()
        .find(|point| wanted.is_none_or(|wanted| point.operation == *wanted))
        .cloned();
    found.ok_or_else(|| {
        let which = wanted.map_or_else(String::new, |id| format!(" from operation {id}"));
        let there: Vec<String> = points
            .iter()
            .map(|point| format!("rollback point {}", point.operation))
            .collect();
        Failure::new(
            Code::NO_BACKUP,
            format!("environment {environment} has no previous contents{which}"),
        )
        .with_details(there)
    })
}
