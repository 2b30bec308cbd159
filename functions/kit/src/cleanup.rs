//! What every end of an operation has in common.

use crate::ports::Ports;
use nova_clone::{Operation, names};
use nova_errors::Failure;

/// Makes what was read from the source unreadable, and closes every session of the operation.
///
/// # Errors
/// What the stores say.
pub async fn shred(ports: &Ports, operation: &str) -> Result<(), Failure> {
    ports.connections.close(operation).await;
    ports.keeper.release(ports, operation).await?;
    ports.keys.destroy(operation).await?;
    ports.blobs.delete_all(operation, "").await?;
    Ok(())
}

/// Lets other operations have the target.
///
/// # Errors
/// What the lease store says.
pub async fn release_target(ports: &Ports, operation: &Operation) -> Result<(), Failure> {
    ports
        .leases
        .release(&names::target_lease(&operation.requested.target), &operation.id)
        .await?;
    Ok(())
}
