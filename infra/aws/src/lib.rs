//! Nova's ports over AWS services.
//!
//! | module | service | ports |
//! |---|---|---|
//! | [`dynamodb`] | DynamoDB | event log, gates, leases, views |
//! | [`sqs`] | SQS | queue |
//! | [`s3`] | S3 | blobs |
//! | [`keys`] | KMS and DynamoDB | data keys |
//! | [`secrets`] | Secrets Manager | environments |
//! | [`alerts`] | SES and SNS | people are told |
//! | [`billing`] | all of them | what calls cost is counted |

pub mod alerts;
pub mod billing;
pub mod dynamodb;
pub mod keys;
pub mod s3;
pub mod secrets;
pub mod sqs;

mod answer;
mod clients;
mod settings;

pub use clients::Clients;
pub use settings::Settings;
