//! The tables, for local stacks and tests. A deployment's are created by its template, which says the same.

use super::fault::fault;
use crate::settings::Settings;
use aws_sdk_dynamodb::{
    Client,
    client::Waiters,
    operation::create_table::CreateTableError,
    types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, StreamSpecification,
        StreamViewType, TimeToLiveSpecification,
    },
};
use nova_eventlog::Error;
use std::time::Duration;

/// How long a new table may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Creates the tables that do not exist, and waits until they can be used.
///
/// # Errors
/// What DynamoDB says.
pub async fn create_tables(client: &Client, settings: &Settings) -> Result<(), Error> {
    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::NewImage)
        .build()
        .map_err(incomplete)?;
    let (string, digits) = (ScalarAttributeType::S, ScalarAttributeType::N);
    create(
        client,
        &settings.events_table,
        &[("p", string.clone()), ("n", digits)],
        Some(stream),
    )
    .await?;
    if create(
        client,
        &settings.work_table,
        &[("p", string.clone()), ("s", string.clone())],
        None,
    )
    .await?
    {
        expire(client, &settings.work_table).await?;
    }
    create(client, &settings.keys_table, &[("p", string)], None).await?;
    Ok(())
}

/// Creates a table whose first key attribute is the partition key; false when it was there.
async fn create(
    client: &Client,
    name: &str,
    keys: &[(&str, ScalarAttributeType)],
    stream: Option<StreamSpecification>,
) -> Result<bool, Error> {
    let mut request = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_stream_specification(stream);
    for ((attribute, kind), role) in keys.iter().zip([KeyType::Hash, KeyType::Range]) {
        let definition = AttributeDefinition::builder()
            .attribute_name(*attribute)
            .attribute_type(kind.clone());
        let element = KeySchemaElement::builder().attribute_name(*attribute).key_type(role);
        request = request
            .attribute_definitions(definition.build().map_err(incomplete)?)
            .key_schema(element.build().map_err(incomplete)?);
    }
    match request.send().await {
        Ok(_) => {}
        Err(error)
            if error
                .as_service_error()
                .is_some_and(CreateTableError::is_resource_in_use_exception) =>
        {
            return Ok(false);
        }
        Err(error) => return Err(fault(error)),
    }
    let waited = client.wait_until_table_exists().table_name(name).wait(PATIENCE).await;
    match waited {
        Ok(_) => Ok(true),
        Err(error) => Err(Error::Store(format!("table {name} did not become usable: {error}"))),
    }
}

/// Lets DynamoDB remove items of the work table once their `expires` has passed, in seconds since 1970-01-01 UTC.
async fn expire(client: &Client, name: &str) -> Result<(), Error> {
    let expiry = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name("expires")
        .build()
        .map_err(incomplete)?;
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(expiry)
        .send()
        .await
        .map_err(fault)?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "an argument of map_err")]
fn incomplete(error: aws_sdk_dynamodb::error::BuildError) -> Error {
    Error::Store(error.to_string())
}
