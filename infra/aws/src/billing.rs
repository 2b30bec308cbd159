//! What a deployment's calls cost, in the units that AWS bills them in: counted where requests leave the process.
//!
//! | service | one unit is |
//! |---|---|
//! | DynamoDB, operations that write | 1 KB of an item; here, of the request, which is a little longer |
//! | DynamoDB, operations that read | 4 KB of items; here, of the answer |
//! | SQS, SNS | 64 KB of a request |
//! | all others | a request |
//!
//! Sources: <https://aws.amazon.com/dynamodb/pricing/on-demand/>, <https://aws.amazon.com/sqs/pricing/>.

use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef},
    },
    error::BoxError,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use std::{fmt, sync::Arc};

/// Who is told of each request that leaves, tries that are repeated included: `DynamoDB.PutItem`, and its units.
type Listener = dyn Fn(&str, u64) + Send + Sync;

/// Tells a listener what is billed.
#[derive(Clone)]
pub struct Billing(Arc<Listener>);

impl Billing {
    /// Tells `listener`, which is called often and must be quick.
    pub fn new(listener: impl Fn(&str, u64) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Nobody wants to know.
    pub fn unheard() -> Self {
        Self::new(|_, _| {})
    }

    fn tell(&self, call: &Metadata, units: u64) {
        (self.0)(&format!("{}.{}", call.service(), call.name()), units);
    }
}

impl fmt::Debug for Billing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Billing")
    }
}

impl Intercept for Billing {
    fn name(&self) -> &'static str {
        "Billing"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let length = context.request().body().content_length();
        if let Some(call) = config.load::<Metadata>().filter(|call| !reads_items(call)) {
            self.tell(call, units(unit_bytes(call), length));
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let length = context.response().headers().get("content-length");
        let length = length.and_then(|length| length.parse().ok());
        if let Some(call) = config.load::<Metadata>().filter(|call| reads_items(call)) {
            self.tell(call, units(unit_bytes(call), length));
        }
        Ok(())
    }
}

/// The operation is billed by what it answers.
fn reads_items(call: &Metadata) -> bool {
    call.service() == "DynamoDB" && matches!(call.name(), "GetItem" | "Query" | "Scan" | "BatchGetItem")
}

/// What one unit holds, where size counts.
fn unit_bytes(call: &Metadata) -> Option<u64> {
    match call.service() {
        "DynamoDB" if reads_items(call) => Some(4096),
        "DynamoDB" => Some(1024),
        "SQS" | "SNS" => Some(64 * 1024),
        _ => None,
    }
}

/// The units of so many bytes: one at least.
fn units(unit: Option<u64>, bytes: Option<u64>) -> u64 {
    match (unit, bytes) {
        (Some(unit), Some(bytes)) => bytes.div_ceil(unit).max(1),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn billed(service: &'static str, operation: &'static str, bytes: u64) -> u64 {
        units(unit_bytes(&Metadata::new(operation, service)), Some(bytes))
    }

    #[test]
    fn items_are_billed_by_size_and_objects_by_request() {
        assert_eq!(billed("DynamoDB", "PutItem", 1), 1);
        assert_eq!(billed("DynamoDB", "PutItem", 1025), 2);
        assert_eq!(billed("DynamoDB", "Query", 4096), 1);
        assert_eq!(billed("DynamoDB", "Query", 1 << 20), 256);
        assert_eq!(billed("SQS", "SendMessageBatch", 70_000), 2);
        assert_eq!(billed("S3", "PutObject", 50 << 20), 1);
        assert_eq!(units(Some(1024), None), 1);
    }
}
