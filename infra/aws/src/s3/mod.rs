//! Blobs on S3.
//!
//! - A blob is the object `<operation>/<name>.sealed`, sealed under the operation's data key before it leaves the process
//!   (the form is that of [`nova_blobs`]), and encrypted once more by S3 with the deployment's KMS key.
//! - `writer`: small blobs in one call, large ones in parts; every call carries a checksum that S3 compares.
//! - `reader`: a stream that goes on where it broke off; every frame has proved its seal before it is handed out.
//! - Rows on their way bear the tag `content=rows`, so that a rule of the bucket can remove what was forgotten.

mod reader;
mod writer;

use crate::{Settings, answer};
use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    config::ResponseChecksumValidation,
    types::{Delete, ObjectIdentifier},
};
use nova_blobs::{Compression, check_blob, check_operation};
use nova_eventlog::{BlobKey, BlobReader, BlobWriter, Blobs, DataKeys, Durability, Error};
use reader::Reader;
use std::sync::Arc;
use writer::Writer;

/// Ends every object's key, so that no blob's name can mean something to a path.
const SUFFIX: &str = ".sealed";

/// The bucket of a deployment. Cheap to clone.
#[derive(Clone)]
pub struct S3Blobs {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client,
    bucket: String,
    kms_key: String,
    keys: Arc<dyn DataKeys>,
    compression: Compression,
}

impl S3Blobs {
    /// The bucket of these settings; blobs are sealed with `keys`.
    pub fn new(client: &Client, settings: &Settings, keys: Arc<dyn DataKeys>, compression: Compression) -> Self {
        let config = client
            .config()
            .to_builder()
            // The seal proves more than a checksum does.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self {
            shared: Arc::new(Shared {
                client: Client::from_conf(config),
                bucket: settings.bucket.clone(),
                kms_key: settings.kms_key.clone(),
                keys,
                compression,
            }),
        }
    }
}

impl Shared {
    /// Removes up to a thousand objects.
    async fn delete_objects(&self, objects: Vec<ObjectIdentifier>) -> Result<(), Error> {
        let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build();
        let delete = delete.map_err(|error| Error::Invalid(error.to_string()))?;
        let answer = self
            .client
            .delete_objects()
            .bucket(&self.bucket)
            .delete(delete)
            .send()
            .await;
        let answer = answer.map_err(|error| answer::failed("deleting from S3", &error))?;
        match answer.errors().first() {
            None => Ok(()),
            Some(error) => {
                let code = error.code().unwrap_or("no code");
                Err(Error::Transient(format!(
                    "S3 did not delete {} objects: {code}",
                    answer.errors().len()
                )))
            }
        }
    }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn writer(&self, key: &BlobKey, durability: Durability) -> Result<Box<dyn BlobWriter>, Error> {
        check_blob(key)?;
        Ok(Box::new(Writer::begin(&self.shared, key, durability).await?))
    }

    async fn reader(&self, key: &BlobKey) -> Result<Box<dyn BlobReader>, Error> {
        check_blob(key)?;
        Ok(Box::new(Reader::open(&self.shared, key).await?))
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), Error> {
        check_blob(key)?;
        let call = self.shared.client.delete_object().bucket(&self.shared.bucket);
        let answer = call.key(object(key)).send().await;
        answer
            .map(drop)
            .map_err(|error| answer::failed("deleting from S3", &error))
    }

    async fn delete_all(&self, operation: &str, prefix: &str) -> Result<(), Error> {
        check_operation(operation)?;
        let call = self.shared.client.list_objects_v2().bucket(&self.shared.bucket);
        let mut pages = call.prefix(format!("{operation}/{prefix}")).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| answer::failed("listing a bucket of S3", &error))?;
            let found: Vec<ObjectIdentifier> = page
                .contents()
                .iter()
                .filter_map(|object| ObjectIdentifier::builder().key(object.key()?).build().ok())
                .collect();
            // A page holds as many as one call may delete.
            if !found.is_empty() {
                self.shared.delete_objects(found).await?;
            }
        }
        Ok(())
    }
}

/// The key of a blob's object.
fn object(key: &BlobKey) -> String {
    format!("{}/{}{SUFFIX}", key.operation, key.name)
}
