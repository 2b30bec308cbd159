//! The environment of a pull request is taken away: what clones had begun there, its database, what was kept for rollback.

use crate::discard;
use nova_automation::{Preview, Stage};
use nova_clone::{Operation, names, names::outgoing};
use nova_errors::{Code, Failure};
use nova_eventlog::Head;
use nova_events::{BackupRetired, Event, Identity, Message, OperationCompleted, PreviewRemoved, RolledBack};
use nova_kit::{Ports, Recorder, connections, previews, requests};
use nova_postgres::{OwnDatabase, TargetServer};

/// Drops what Nova made. Each part may be gone already: an attempt that died, or somebody else, was faster.
pub(crate) async fn remove(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    let name = &operation.requested.target;
    let (preview, _) = previews::look_up(ports.log.as_ref(), name).await?;
    // Gone, or opened anew since: an attempt that died had done it all but could not say so.
    let Some(preview) = preview.filter(|preview| preview.stage == Stage::Closing) else {
        return complete(ports, operation, Vec::new(), Vec::new()).await;
    };
    for abandoned in requests::abandoned(ports, name).await? {
        discard(ports, &abandoned).await?;
    }
    let server = previews::template_server(ports, &preview).await?;
    server.exclusively(name).await?;
    let mut dropped = Vec::new();
    let gone = OwnDatabase::gone(&operation.id);
    let database = &preview.opened.database;
    if let Some(oid) = server.database_oid(database).await? {
        let identity = Identity {
            database_oid: oid,
            database: database.clone(),
            ..server.target().identity().clone()
        };
        if is_ours(ports, &server, &preview, &identity).await? {
            // The last look before a database goes.
            let environment = ports.environments.environment(&name.parse()?).await?;
            connections::verify(ports, &environment, &identity, None, None).await?;
            server.set_aside(database, oid, &gone).await?;
        }
    }
    drop_if_there(&server, &gone, &mut dropped).await?;
    drop_if_there(&server, &OwnDatabase::fresh(database), &mut dropped).await?;
    let mut retired = Vec::new();
    for point in nova_kit::rollback_points(ports, name).await? {
        if let Some(own) = OwnDatabase::recognise(&point.database) {
            drop_if_there(&server, &own, &mut dropped).await?;
        }
        retired.push(point.database);
    }
    record_gone(ports, operation, &dropped).await?;
    complete(ports, operation, dropped, retired).await
}

/// Whether the database of the preview's name is Nova's. One that stood there before Nova could make its own is somebody
/// else's and stays.
///
/// # Errors
/// `NOVA-2207` when it stands in the place of the one that Nova made.
async fn is_ours(
    ports: &Ports,
    server: &TargetServer,
    preview: &Preview,
    identity: &Identity,
) -> Result<bool, Failure> {
    let marked = server.mark(identity.database_oid).await?.as_deref() == Some(preview.mark().as_str());
    if marked || previews::is_own(ports, preview, identity).await? {
        return Ok(true);
    }
    if preview.created.is_none() {
        return Ok(false);
    }
    let cause = format!(
        "database {} of environment {} is not the one that Nova made",
        identity.database, preview.opened.environment
    );
    Err(Failure::new(Code::NOT_A_PREVIEW, cause))
}

async fn drop_if_there(
    server: &TargetServer,
    database: &OwnDatabase,
    dropped: &mut Vec<String>,
) -> Result<(), Failure> {
    if server.database_oid(database.as_str()).await?.is_some() {
        server.drop(database).await?;
        dropped.push(database.as_str().to_owned());
    }
    Ok(())
}

async fn record_gone(ports: &Ports, operation: &Operation, dropped: &[String]) -> Result<(), Failure> {
    let stream = names::environment_stream(&operation.requested.target)?;
    let head = Head::of(&ports.log.read(&stream, 0).await?);
    let event = PreviewRemoved {
        dropped: dropped.to_vec(),
    };
    let what = format!("removed/{}", operation.id);
    Recorder::new(ports, &operation.id, "rollback")
        .append(stream, head, &what, vec![event.into()], Vec::new())
        .await
}

async fn complete(
    ports: &Ports,
    operation: &Operation,
    dropped: Vec<String>,
    retired: Vec<String>,
) -> Result<(), Failure> {
    let mut events: Vec<Event> = vec![RolledBack { undone: None, dropped }.into()];
    let environment = &operation.requested.target;
    events.extend(retired.into_iter().map(|database| {
        BackupRetired {
            environment: environment.clone(),
            database,
        }
        .into()
    }));
    events.push(OperationCompleted::default().into());
    let notify = Message::Notify {
        operation: operation.id.clone(),
        about: "completed".to_owned(),
    };
    Recorder::new(ports, &operation.id, "rollback")
        .operation(operation, "rollback", events, vec![outgoing(notify, "complete")])
        .await?;
    nova_kit::release_target(ports, operation).await
}
