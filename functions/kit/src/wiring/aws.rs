//! The ports over AWS services. Clients are set up here; nothing is asked of a service before the first message.

use super::{RandomIds, SystemClock, deployment::Deployment, variable};
use crate::{
    connections::Connections,
    deadline::Deadline,
    keeper::{Keeper, Life},
    ports::Ports,
    previews::WithPreviews,
    progress::Progress,
    trace::Traced,
};
use nova_aws::{
    Clients, Settings, alerts, billing::Billing, dynamodb::DynamoDb, keys::KmsKeys, s3::S3Blobs,
    secrets::SecretEnvironments, sqs::Queues,
};
use nova_blobs::Compression;
use nova_errors::Failure;
use nova_eventlog::DataKeys;
use std::sync::Arc;

/// The ports of a deployment. Snapshots are handed on from worker to worker.
pub(super) async fn ports(progress: Arc<dyn Progress>) -> Result<Ports, Failure> {
    let settings = Settings::read(variable)?;
    let billed = Arc::clone(&progress);
    let clients = Clients::from_environment(Billing::new(move |call, units| billed.billed(call, units))).await;
    let tables = DynamoDb::new(clients.dynamodb.clone(), &settings);
    let keys: Arc<dyn DataKeys> = Arc::new(KmsKeys::new(clients.kms.clone(), clients.dynamodb.clone(), &settings));
    let queues = Queues::new(clients.sqs.clone(), settings.queue_url_prefix.clone());
    Ok(Ports {
        log: Arc::new(tables.clone()),
        queue: Arc::new(Traced(Arc::new(queues))),
        gates: Arc::new(tables.clone()),
        leases: Arc::new(tables.clone()),
        views: Arc::new(tables.clone()),
        blobs: Arc::new(S3Blobs::new(
            &clients.s3,
            &settings,
            Arc::clone(&keys),
            Compression::Lz4,
        )),
        keys,
        environments: Arc::new(WithPreviews::new(
            Arc::new(SecretEnvironments::new(clients.secrets.clone(), &settings)),
            Arc::new(tables),
        )),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        progress,
        connections: Connections::default(),
        keeper: Keeper::relay(Life::Invocation),
        deadline: Deadline::default(),
        configuration: Arc::new(Deployment::new(&clients.secrets, settings.chunk_mb << 20, variable)),
        // A function has no programs beside it.
        external_programs: false,
        people: alerts::people(&clients, &settings),
    })
}
