//! The database of a preview.

use super::look_up;
use crate::{connections, ports::Ports, record::Recorder, state};
use nova_automation::{Preview, Stage};
use nova_clone::names;
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_events::{Identity, PreviewDatabaseCreated};
use nova_postgres::{DatabaseTemplate, OwnDatabase, TargetServer, probe};

/// A session to the server of a preview's template. The template has to be an environment that may be written to.
///
/// # Errors
/// `NOVA-11xx` when the template is production by any sign, `NOVA-12xx` when it cannot be reached.
pub async fn template_server(ports: &Ports, preview: &Preview) -> Result<TargetServer, Failure> {
    TargetServer::open(&template(ports, preview).await?).await
}

async fn template(ports: &Ports, preview: &Preview) -> Result<VerifiedTarget, Failure> {
    let environment = ports
        .environments
        .environment(&preview.opened.template.parse()?)
        .await?;
    let identity = probe(&environment.url).await?.identity;
    connections::verify(ports, &environment, &identity, None, None).await
}

/// Creates the empty database of a preview unless that was done. It is made under a name of Nova's own and marked before
/// it takes the preview's, so that an attempt that died can be told from somebody else's database.
///
/// # Errors
/// `NOVA-2206` when the name belongs to a database that Nova did not make; as [`template_server`].
pub async fn ensure_database(ports: &Ports, name: &str) -> Result<(), Failure> {
    let (preview, _) = look_up(ports.log.as_ref(), name).await?;
    let Some(preview) = preview.filter(lacks_database) else {
        return Ok(());
    };
    let template = template(ports, &preview).await?;
    let server = TargetServer::open(&template).await?;
    // Two deliveries of one message may be here at once: the second finds the work done.
    server.exclusively(name).await?;
    let (preview, head) = look_up(ports.log.as_ref(), name).await?;
    let Some(preview) = preview.filter(lacks_database) else {
        return Ok(());
    };
    let database = &preview.opened.database;
    match server.database_oid(database).await? {
        None => {
            let fresh = OwnDatabase::fresh(database);
            let empty = DatabaseTemplate {
                encoding: "UTF8".to_owned(),
                locale: String::new(),
            };
            server.create(&fresh, &empty).await?;
            server.hand_over(&fresh, database, &preview.mark()).await?;
        }
        Some(oid) if server.mark(oid).await?.as_deref() == Some(preview.mark().as_str()) => {}
        Some(_) => {
            let cause = format!(
                "database {database} exists on the server of {} already",
                preview.opened.template
            );
            return Err(Failure::new(Code::PREVIEW_TAKEN, cause));
        }
    }
    let oid = server.database_oid(database).await?;
    let oid = oid.ok_or_else(|| Failure::new(Code::IDENTITY_CHANGED, format!("database {database} is gone again")))?;
    let identity = Identity {
        database_oid: oid,
        database: database.clone(),
        ..template.identity().clone()
    };
    let event = PreviewDatabaseCreated { identity };
    let what = format!("database/{}", preview.incarnation);
    Recorder::new(ports, name, "guard")
        .append(
            names::environment_stream(name)?,
            head,
            &what,
            vec![event.into()],
            Vec::new(),
        )
        .await
}

/// One that is being removed gets none any more.
fn lacks_database(preview: &Preview) -> bool {
    preview.stage == Stage::Open && preview.created.is_none()
}

/// Whether a database is the one that Nova created for this preview, one that a clone of Nova's put into its place, or a
/// backup that may have been brought back.
///
/// # Errors
/// What the log says.
pub async fn is_own(ports: &Ports, preview: &Preview, identity: &Identity) -> Result<bool, Failure> {
    if preview
        .created
        .as_ref()
        .is_some_and(|created| created.same_database(identity))
    {
        return Ok(true);
    }
    let operations = state::operations(ports).await?;
    Ok(operations
        .iter()
        .filter(|operation| operation.requested.target == preview.opened.environment)
        .flat_map(|operation| {
            let promoted = operation.promoted.as_ref().map(|promoted| &promoted.identity);
            promoted
                .into_iter()
                .chain(operation.backup.as_ref().map(|backup| &backup.identity))
        })
        .any(|made| made.same_database(identity)))
}
