//! Reading a blob.

use super::{Shared, object};
use crate::answer;
use async_trait::async_trait;
use aws_sdk_s3::{operation::get_object::GetObjectOutput, primitives::ByteStream};
use bytes::Bytes;
use nova_blobs::{Opener, shown};
use nova_eventlog::{BlobKey, BlobReader, Error};
use std::sync::Arc;

/// How often in a row a stream may break off without having given anything.
const ATTEMPTS: u32 = 6;

/// Reads an object as one stream. Where the stream breaks off, the rest is asked for, on condition that the object is
/// still the same one.
pub(super) struct Reader {
    shared: Arc<Shared>,
    key: BlobKey,
    opener: Opener,
    body: ByteStream,
    e_tag: Option<String>,
    /// Length of the object and how much of it has come, in bytes.
    length: u64,
    position: u64,
    broken_off: u32,
}

impl Reader {
    /// [`Error::BlobMissing`] when the object does not exist.
    pub(super) async fn open(shared: &Arc<Shared>, key: &BlobKey) -> Result<Self, Error> {
        let data_key = shared.keys.data_key(&key.operation).await?;
        let answer = get(shared, key, 0, None).await?;
        Ok(Self {
            shared: Arc::clone(shared),
            key: key.clone(),
            opener: Opener::new(data_key, key),
            length: answer
                .content_length
                .and_then(|length| u64::try_from(length).ok())
                .unwrap_or(0),
            body: answer.body,
            e_tag: answer.e_tag,
            position: 0,
            broken_off: 0,
        })
    }

    async fn go_on(&mut self) -> Result<(), Error> {
        self.broken_off += 1;
        if self.broken_off >= ATTEMPTS {
            let blob = shown(&self.key);
            return Err(Error::Transient(format!(
                "reading from S3: blob {blob} breaks off again and again"
            )));
        }
        answer::pause(self.broken_off).await;
        let answer = get(&self.shared, &self.key, self.position, self.e_tag.as_deref()).await?;
        self.body = answer.body;
        Ok(())
    }
}

#[async_trait]
impl BlobReader for Reader {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if let Some(content) = self.opener.content()? {
                return Ok(Some(content));
            }
            if self.position == self.length {
                self.opener.end()?;
                return Ok(None);
            }
            if let Some(Ok(piece)) = self.body.next().await {
                self.position += piece.len() as u64;
                self.broken_off = 0;
                self.opener.feed(&piece);
            } else {
                self.go_on().await?;
            }
        }
    }
}

/// Asks for an object from a position on.
async fn get(shared: &Shared, key: &BlobKey, from: u64, e_tag: Option<&str>) -> Result<GetObjectOutput, Error> {
    let answer = shared
        .client
        .get_object()
        .bucket(&shared.bucket)
        .key(object(key))
        .set_range((from > 0).then(|| format!("bytes={from}-")))
        .set_if_match(e_tag.map(str::to_owned))
        .send()
        .await;
    answer.map_err(|error| match answer::code(&error) {
        Some("NoSuchKey") => Error::BlobMissing(shown(key)),
        Some("InvalidRange") => Error::BlobCorrupt(shown(key)),
        Some("PreconditionFailed") => Error::Transient(format!("blob {} was replaced while it was read", shown(key))),
        _ => answer::failed("reading from S3", &error),
    })
}
