//! Data keys: made by KMS, kept wrapped in the table of keys.
//!
//! An item `p = <operation>` holds the wrapped key (`wrapped`), bound to the operation by its encryption context. The
//! first writer wins. Destroying a key replaces its item by a tombstone (`destroyed`), so that no key is ever made again
//! for an operation whose data was shredded; the table therefore has no recovery to a point in time.

use crate::{Settings, answer};
use async_trait::async_trait;
use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use aws_sdk_kms::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    types::DataKeySpec,
};
use nova_blobs::check_operation;
use nova_eventlog::{DataKeys, Error};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use zeroize::Zeroizing;

/// How long a key stays in the memory of a process: a key that another process destroyed is forgotten after that.
const REMEMBERED: Duration = Duration::from_mins(5);

/// The attribute with the operation.
const OPERATION: &str = "p";

/// The attribute with the wrapped key.
const WRAPPED: &str = "wrapped";

/// The attribute of a tombstone.
const DESTROYED: &str = "destroyed";

/// The key of the encryption context.
const CONTEXT: &str = "operation";

/// Data keys of a deployment.
pub struct KmsKeys {
    kms: aws_sdk_kms::Client,
    dynamodb: aws_sdk_dynamodb::Client,
    kms_key: String,
    table: String,
    remembered: Mutex<HashMap<String, Remembered>>,
}

struct Remembered {
    key: Zeroizing<[u8; 32]>,
    until: Instant,
}

/// What the table holds for an operation.
enum Item {
    Wrapped(Blob),
    Destroyed,
    None,
}

impl KmsKeys {
    /// Keys wrapped by the settings' KMS key, in the settings' table.
    pub fn new(kms: aws_sdk_kms::Client, dynamodb: aws_sdk_dynamodb::Client, settings: &Settings) -> Self {
        Self {
            kms,
            dynamodb,
            kms_key: settings.kms_key.clone(),
            table: settings.keys_table.clone(),
            remembered: Mutex::default(),
        }
    }

    fn remembered(&self, operation: &str) -> Option<[u8; 32]> {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        remembered.retain(|_, one| one.until > now);
        remembered.get(operation).map(|one| *one.key)
    }

    fn remember(&self, operation: &str, key: &Zeroizing<[u8; 32]>) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let one = Remembered {
            key: key.clone(),
            until: Instant::now() + REMEMBERED,
        };
        remembered.insert(operation.to_owned(), one);
    }

    async fn item(&self, operation: &str) -> Result<Item, Error> {
        let call = self.dynamodb.get_item().table_name(&self.table).consistent_read(true);
        let answer = call
            .key(OPERATION, AttributeValue::S(operation.to_owned()))
            .send()
            .await;
        let answer = answer.map_err(|error| answer::failed("reading the table of keys", &error))?;
        let Some(mut item) = answer.item else {
            return Ok(Item::None);
        };
        if item.contains_key(DESTROYED) {
            return Ok(Item::Destroyed);
        }
        match item.remove(WRAPPED) {
            Some(AttributeValue::B(wrapped)) => Ok(Item::Wrapped(wrapped)),
            _ => Err(Error::Key(format!(
                "the item of operation {operation} in the table of keys is damaged"
            ))),
        }
    }

    /// Makes a key, unless somebody else is first.
    async fn create(&self, operation: &str) -> Result<Option<Zeroizing<[u8; 32]>>, Error> {
        let made = self
            .kms
            .generate_data_key()
            .key_id(&self.kms_key)
            .key_spec(DataKeySpec::Aes256)
            .encryption_context(CONTEXT, operation)
            .send()
            .await;
        let made = made.map_err(|error| refused("making a data key", &error))?;
        let wrapped = made.ciphertext_blob.ok_or_else(|| damaged(operation))?;
        let key = plain(operation, made.plaintext)?;
        let stored = self
            .dynamodb
            .put_item()
            .table_name(&self.table)
            .item(OPERATION, AttributeValue::S(operation.to_owned()))
            .item(WRAPPED, AttributeValue::B(wrapped))
            .condition_expression("attribute_not_exists(p)")
            .send()
            .await;
        match stored {
            Ok(_) => Ok(Some(key)),
            // Or a lost answer was asked for again; then the key that stands there is this one.
            Err(error) if answer::code(&error) == Some("ConditionalCheckFailedException") => Ok(None),
            Err(error) => Err(answer::failed("writing the table of keys", &error)),
        }
    }

    async fn unwrap(&self, operation: &str, wrapped: Blob) -> Result<Zeroizing<[u8; 32]>, Error> {
        let call = self.kms.decrypt().key_id(&self.kms_key).ciphertext_blob(wrapped);
        let answer = call.encryption_context(CONTEXT, operation).send().await;
        let answer = answer.map_err(|error| refused("unwrapping a data key", &error))?;
        plain(operation, answer.plaintext)
    }
}

#[async_trait]
impl DataKeys for KmsKeys {
    async fn data_key(&self, operation: &str) -> Result<[u8; 32], Error> {
        check_operation(operation)?;
        if let Some(key) = self.remembered(operation) {
            return Ok(key);
        }
        let key = loop {
            match self.item(operation).await? {
                Item::Wrapped(wrapped) => break self.unwrap(operation, wrapped).await?,
                Item::Destroyed => {
                    return Err(Error::Key(format!(
                        "the data key of operation {operation} was destroyed"
                    )));
                }
                Item::None => {
                    if let Some(key) = self.create(operation).await? {
                        break key;
                    }
                }
            }
        };
        self.remember(operation, &key);
        Ok(*key)
    }

    async fn destroy(&self, operation: &str) -> Result<(), Error> {
        check_operation(operation)?;
        let stored = self
            .dynamodb
            .put_item()
            .table_name(&self.table)
            .item(OPERATION, AttributeValue::S(operation.to_owned()))
            .item(DESTROYED, AttributeValue::Bool(true))
            .send()
            .await;
        stored.map_err(|error| answer::failed("writing the table of keys", &error))?;
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.remove(operation);
        Ok(())
    }
}

fn plain(operation: &str, key: Option<aws_sdk_kms::primitives::Blob>) -> Result<Zeroizing<[u8; 32]>, Error> {
    let key = Zeroizing::new(key.ok_or_else(|| damaged(operation))?.into_inner());
    let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| damaged(operation))?;
    Ok(Zeroizing::new(*key))
}

fn damaged(operation: &str) -> Error {
    Error::Key(format!(
        "KMS did not answer with a key of 32 bytes for operation {operation}"
    ))
}

/// What KMS says about keys, which another attempt does not change, is [`Error::Key`].
fn refused<E: ProvideErrorMetadata>(what: &str, error: &SdkError<E, HttpResponse>) -> Error {
    let about_the_key = matches!(
        answer::code(error),
        Some(
            "AccessDeniedException"
                | "DisabledException"
                | "IncorrectKeyException"
                | "InvalidCiphertextException"
                | "InvalidKeyUsageException"
                | "KMSInvalidStateException"
                | "NotFoundException"
        )
    );
    match answer::failed(what, error) {
        Error::Store(cause) if about_the_key => Error::Key(cause),
        other => other,
    }
}
