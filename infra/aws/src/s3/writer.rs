//! Writing a blob.
//!
//! 1. Content is sealed as it comes and kept until a part is full.
//! 2. The first full part begins a multipart upload; one part is on its way while the next one fills, so that a writer
//!    never holds more than two.
//! 3. `finish` completes the upload, or sends a blob smaller than a part in one call. Only then does the object exist.
//! 4. A writer that fails or is dropped aborts its upload; where even that fails, a rule of the bucket does it.

use super::{Shared, object};
use crate::answer;
use async_trait::async_trait;
use aws_sdk_s3::{
    primitives::ByteStream,
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, ServerSideEncryption},
};
use bytes::Bytes;
use nova_blobs::Sealer;
use nova_eventlog::{BlobKey, BlobWriter, Durability, Error};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Sealed bytes in a part: S3 takes 10,000 parts of at least 5 MiB, so that a blob may have 78 GiB.
const PART: usize = 8 * 1024 * 1024;

/// Content that is sealed at once.
const PIECE: usize = 1024 * 1024;

/// The tag of rows on their way.
const ROWS: &str = "content=rows";

pub(super) struct Writer {
    target: Target,
    /// None once writing has failed.
    sealer: Option<Sealer>,
    sealed: Vec<u8>,
    upload: Option<Upload>,
}

/// Where the object will be, and how it is to be stored.
#[derive(Clone)]
struct Target {
    shared: Arc<Shared>,
    object: String,
    durability: Durability,
}

/// A multipart upload that has begun.
struct Upload {
    id: String,
    parts: Vec<CompletedPart>,
    on_its_way: Option<JoinHandle<Result<CompletedPart, Error>>>,
}

impl Writer {
    pub(super) async fn begin(shared: &Arc<Shared>, key: &BlobKey, durability: Durability) -> Result<Self, Error> {
        let data_key = shared.keys.data_key(&key.operation).await?;
        let mut sealed = Vec::new();
        let sealer = Sealer::begin(&data_key, key, shared.compression, &mut sealed)?;
        let target = Target {
            shared: Arc::clone(shared),
            object: object(key),
            durability,
        };
        Ok(Self {
            target,
            sealer: Some(sealer),
            sealed,
            upload: None,
        })
    }

    async fn seal(&mut self, mut content: Bytes) -> Result<(), Error> {
        while !content.is_empty() {
            let piece = content.split_to(content.len().min(PIECE));
            self.sealer
                .as_mut()
                .ok_or_else(broken)?
                .write(piece, &mut self.sealed)?;
            if self.sealed.len() >= PART {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    /// Sends what is sealed as the next part, once the one before has arrived.
    async fn send_part(&mut self) -> Result<(), Error> {
        if self.upload.is_none() {
            self.upload = Some(self.target.begin_upload().await?);
        }
        let Some(upload) = &mut self.upload else {
            return Err(broken());
        };
        upload.arrived().await?;
        let part = Bytes::from(std::mem::replace(
            &mut self.sealed,
            Vec::with_capacity(PART + 2 * PIECE),
        ));
        let number = i32::try_from(upload.parts.len() + 1).map_err(|_| broken())?;
        let (target, id) = (self.target.clone(), upload.id.clone());
        upload.on_its_way = Some(tokio::spawn(async move { target.upload_part(&id, number, part).await }));
        Ok(())
    }

    async fn complete(&mut self) -> Result<u64, Error> {
        let sealer = self.sealer.take().ok_or_else(broken)?;
        let size = sealer.finish(&mut self.sealed)?;
        if self.upload.is_none() {
            let whole = Bytes::from(std::mem::take(&mut self.sealed));
            self.target.put(whole).await?;
            return Ok(size);
        }
        self.send_part().await?;
        if let Some(upload) = &mut self.upload {
            upload.arrived().await?;
            self.target.complete(&upload.id, upload.parts.clone()).await?;
        }
        self.upload = None;
        Ok(size)
    }

    /// Takes the upload back after a failure.
    async fn give_up(&mut self, error: Error) -> Error {
        self.sealer = None;
        if let Some(upload) = self.upload.take() {
            upload.stop();
            self.target.abort(&upload.id).await;
        }
        error
    }
}

#[async_trait]
impl BlobWriter for Writer {
    async fn write(&mut self, part: Bytes) -> Result<(), Error> {
        match self.seal(part).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.give_up(error).await),
        }
    }

    async fn finish(mut self: Box<Self>) -> Result<u64, Error> {
        match self.complete().await {
            Ok(size) => Ok(size),
            Err(error) => Err(self.give_up(error).await),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let Some(upload) = self.upload.take() else { return };
        upload.stop();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let target = self.target.clone();
            runtime.spawn(async move { target.abort(&upload.id).await });
        }
    }
}

impl Upload {
    /// Waits for the part on its way.
    async fn arrived(&mut self) -> Result<(), Error> {
        if let Some(part) = &mut self.on_its_way {
            let part = part.await;
            self.on_its_way = None;
            self.parts.push(part.map_err(|_| broken())??);
        }
        Ok(())
    }

    fn stop(&self) {
        if let Some(part) = &self.on_its_way {
            part.abort();
        }
    }
}

impl Target {
    fn tags(&self) -> Option<String> {
        (self.durability == Durability::Transient).then(|| ROWS.to_owned())
    }

    async fn put(&self, whole: Bytes) -> Result<(), Error> {
        let shared = &self.shared;
        let answer = shared
            .client
            .put_object()
            .bucket(&shared.bucket)
            .key(&self.object)
            .body(ByteStream::from(whole))
            .checksum_algorithm(ChecksumAlgorithm::Crc32C)
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(&shared.kms_key)
            .bucket_key_enabled(true)
            .set_tagging(self.tags())
            .customize()
            // TLS and the checksum protect the body; hashing it once more for the signature only costs time.
            .disable_payload_signing()
            .send()
            .await;
        answer
            .map(drop)
            .map_err(|error| answer::failed("writing to S3", &error))
    }

    async fn begin_upload(&self) -> Result<Upload, Error> {
        let shared = &self.shared;
        let answer = shared
            .client
            .create_multipart_upload()
            .bucket(&shared.bucket)
            .key(&self.object)
            .checksum_algorithm(ChecksumAlgorithm::Crc32C)
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .ssekms_key_id(&shared.kms_key)
            .bucket_key_enabled(true)
            .set_tagging(self.tags())
            .send()
            .await;
        let answer = answer.map_err(|error| answer::failed("beginning an upload to S3", &error))?;
        let id = answer.upload_id.ok_or_else(broken)?;
        Ok(Upload {
            id,
            parts: Vec::new(),
            on_its_way: None,
        })
    }

    async fn upload_part(&self, id: &str, number: i32, part: Bytes) -> Result<CompletedPart, Error> {
        let shared = &self.shared;
        let answer = shared
            .client
            .upload_part()
            .bucket(&shared.bucket)
            .key(&self.object)
            .upload_id(id)
            .part_number(number)
            .body(ByteStream::from(part))
            .checksum_algorithm(ChecksumAlgorithm::Crc32C)
            .customize()
            .disable_payload_signing()
            .send()
            .await;
        let answer = answer.map_err(|error| answer::failed("writing a part to S3", &error))?;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(answer.e_tag)
            .set_checksum_crc32_c(answer.checksum_crc32_c)
            .build())
    }

    async fn complete(&self, id: &str, parts: Vec<CompletedPart>) -> Result<(), Error> {
        let shared = &self.shared;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let answer = shared
            .client
            .complete_multipart_upload()
            .bucket(&shared.bucket)
            .key(&self.object)
            .upload_id(id)
            .multipart_upload(parts)
            .send()
            .await;
        answer.map(drop).map_err(|error| match answer::code(&error) {
            // An earlier try of this call may have done it and its answer been lost; nobody can tell any more.
            Some("NoSuchUpload") => Error::Transient("completing an upload to S3: it is no longer known".to_owned()),
            _ => answer::failed("completing an upload to S3", &error),
        })
    }

    /// What cannot be aborted now is left to the bucket's rule.
    async fn abort(&self, id: &str) {
        let shared = &self.shared;
        let call = shared.client.abort_multipart_upload().bucket(&shared.bucket);
        let _ = call.key(&self.object).upload_id(id).send().await;
    }
}

fn broken() -> Error {
    Error::Store("a blob was written to after writing had failed".to_owned())
}
