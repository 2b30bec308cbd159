//! The staging database: created beside the target, with everything that rows need and nothing that they do not.

use async_trait::async_trait;
use nova_clone::{Operation, next};
use nova_errors::Failure;
use nova_events::{Function, Message, StagingPrepared};
use nova_kit::{Handler, Ports, Recorder, connections, documents, quiet};
use nova_postgres::{DatabaseTemplate, OwnDatabase, Staging, TargetServer};
use nova_schema::{Database, emit, quote_literal};

/// The prepare step.
#[derive(Debug, Clone, Copy)]
pub struct Prepare;

#[async_trait]
impl Handler for Prepare {
    fn function(&self) -> Function {
        Function::Prepare
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Prepare { epoch, .. } = message else {
            return Ok(());
        };
        if *epoch != operation.epoch || operation.chunks.is_none() || operation.staging.is_some() {
            return Ok(());
        }
        let target = connections::target(ports, operation).await?;
        let server = TargetServer::open(&target).await?;
        // The same message may be in two hands: the second waits, and finds the work done.
        server.exclusively(&operation.id).await?;
        let operation = nova_kit::operation(ports, &operation.id).await?;
        if *epoch != operation.epoch || operation.staging.is_some() || operation.has_ended() {
            return Ok(());
        }
        let mut schema = documents::schema(ports, &operation.id, *epoch).await?;
        let owners = operation.options().is_some_and(|options| options.preserve_roles);
        let options = emit::Options {
            target_version: target.identity().version,
            owners,
        };
        let roles_created = create_roles(&server, &schema, &options).await?;

        for earlier in 1..*epoch {
            server.drop(&OwnDatabase::staging(&operation.id, earlier)).await?;
        }
        let database = OwnDatabase::staging(&operation.id, *epoch);
        let exact = server.create(&database, &template(&schema)).await?;
        if !exact {
            tracing::warn!(
                operation = operation.id,
                "the source's locale is not available on the target; its own is used"
            );
        }
        let staging = Staging::open(&target, &database, operation.search_path()).await?;
        staging.open_ledger().await?;
        quiet::begin(&mut schema);
        staging.apply("schema", &emit::pre_data(&schema, &options)).await?;
        ports.connections.return_staging(&operation, staging).await;

        let plan = documents::plan(ports, &operation.id, *epoch).await?;
        let event = StagingPrepared {
            epoch: *epoch,
            database: database.as_str().to_owned(),
            roles_created,
        };
        let messages = next::dispatch(&operation.id, *epoch, &plan);
        let recorder = Recorder::new(ports, &operation.id, "prepare");
        recorder
            .operation(&operation, &format!("prepare/{epoch}"), vec![event.into()], messages)
            .await
    }
}

/// Creates the roles that grants and policies name and the server lacks; they cannot sign in.
async fn create_roles(
    server: &TargetServer,
    schema: &Database,
    options: &emit::Options,
) -> Result<Vec<String>, Failure> {
    let there = server.rights().await?.roles;
    let mentioned = emit::mentioned_roles(schema, options);
    let missing: Vec<String> = mentioned.into_iter().filter(|role| !there.contains(role)).collect();
    for role in &missing {
        server.create_role(role).await?;
    }
    Ok(missing)
}

/// The source's encoding and locale as `CREATE DATABASE` takes them.
fn template(schema: &Database) -> DatabaseTemplate {
    let (collate, ctype) = (quote_literal(&schema.collate), quote_literal(&schema.ctype));
    let name = schema.locale.as_deref().map(quote_literal);
    let provider = match (schema.locale_provider.as_str(), name) {
        ("icu", Some(name)) => format!(" LOCALE_PROVIDER icu ICU_LOCALE {name}"),
        ("builtin", Some(name)) => format!(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {name}"),
        _ => String::new(),
    };
    let locale = format!("LC_COLLATE {collate} LC_CTYPE {ctype}{provider}");
    DatabaseTemplate {
        encoding: schema.encoding.clone(),
        locale,
    }
}
