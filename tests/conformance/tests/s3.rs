//! Blobs on S3 pass the suite; parts, damage, throttling and streams that break off.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod moto_stack;

use async_trait::async_trait;
use aws_sdk_s3::{
    primitives::ByteStream,
    types::{ChecksumMode, ServerSideEncryption},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use moto_stack::Deployment;
use nova_aws::{Clients, s3::S3Blobs};
use nova_blobs::Compression;
use nova_conformance::{Fixture, Trouble, TroubledConnection, moto, suite};
use nova_eventlog::{BlobKey, Blobs, DataKeys, Durability, Error, read_all, write_all};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

const MIB: usize = 1024 * 1024;

/// Another key for every operation, without a service.
struct NamedKeys;

#[async_trait]
impl DataKeys for NamedKeys {
    async fn data_key(&self, operation: &str) -> Result<[u8; 32], Error> {
        let mut key = [7; 32];
        for (at, byte) in operation.bytes().enumerate() {
            key[at % 32] ^= byte;
        }
        Ok(key)
    }

    async fn destroy(&self, _operation: &str) -> Result<(), Error> {
        Ok(())
    }
}

fn store(clients: &Clients, deployment: &Deployment) -> S3Blobs {
    S3Blobs::new(
        &clients.s3,
        &deployment.settings,
        Arc::new(NamedKeys),
        Compression::None,
    )
}

mod laws {
    use super::*;

    async fn fresh() -> Fixture<dyn Blobs> {
        let deployment = Deployment::with_bucket().await;
        Fixture::new(Arc::new(store(&deployment.clients, &deployment)), ())
    }

    suite!(blobs, fresh);
}

/// Content that does not repeat from part to part.
fn content(length: usize) -> Bytes {
    let byte = |at: usize| u8::try_from((at / 251 + at) % 256).unwrap();
    (0..length).map(byte).collect()
}

fn key() -> BlobKey {
    BlobKey::new("op1", "1/chunk/7/1.raw")
}

const OBJECT: &str = "op1/1/chunk/7/1.raw.sealed";

impl Deployment {
    async fn objects(&self) -> Vec<String> {
        let answer = self
            .clients
            .s3
            .list_objects_v2()
            .bucket(&self.settings.bucket)
            .send()
            .await;
        let answer = answer.unwrap();
        answer
            .contents()
            .iter()
            .map(|object| object.key().unwrap().to_owned())
            .collect()
    }

    async fn uploads(&self) -> usize {
        let call = self.clients.s3.list_multipart_uploads().bucket(&self.settings.bucket);
        call.send().await.unwrap().uploads().len()
    }

    async fn stored(&self, object: &str) -> Vec<u8> {
        let call = self.clients.s3.get_object().bucket(&self.settings.bucket).key(object);
        call.send().await.unwrap().body.collect().await.unwrap().to_vec()
    }

    async fn overwrite(&self, object: &str, bytes: Vec<u8>) {
        let call = self.clients.s3.put_object().bucket(&self.settings.bucket).key(object);
        call.body(ByteStream::from(bytes)).send().await.unwrap();
    }

    /// A connection to S3 with trouble, and clients that use it.
    async fn behind(
        &self,
        plan: impl Fn(usize, &str) -> Trouble + Send + Sync + 'static,
    ) -> (S3Blobs, TroubledConnection) {
        let connection = TroubledConnection::to(moto(), plan).await;
        let clients = Clients::local(connection.url()).await;
        (store(&clients, self), connection)
    }
}

#[tokio::test]
async fn a_large_blob_goes_in_parts_each_with_a_checksum_and_encrypted_by_the_deployments_key() {
    let deployment = Deployment::with_bucket().await;
    let (blobs, calls) = deployment.behind(|_, _| Trouble::None).await;
    let whole = content(27 * MIB + 5);
    let mut writer = blobs.writer(&key(), Durability::Transient).await.unwrap();
    for part in [&whole[..1], &whole[1..20 * MIB], &whole[20 * MIB..]] {
        writer.write(Bytes::copy_from_slice(part)).await.unwrap();
    }
    assert_eq!(writer.finish().await.unwrap(), whole.len() as u64);
    // To begin, four parts, to complete.
    assert_eq!(calls.calls(), 6);
    assert!(read_all(&blobs, &key()).await.unwrap() == whole);

    let call = deployment.clients.s3.head_object().bucket(&deployment.settings.bucket);
    let head = call
        .key(OBJECT)
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert!(head.checksum_crc32_c.is_some(), "S3 was given no checksums to compare");
    assert_eq!(head.server_side_encryption, Some(ServerSideEncryption::AwsKms));
    assert!(head.ssekms_key_id.unwrap().ends_with(&deployment.settings.kms_key));
    let sealed = deployment.stored(OBJECT).await;
    let clear = &whole[5 * MIB..5 * MIB + 64];
    assert!(
        !sealed.windows(64).any(|window| window == clear),
        "rows lie there in the clear"
    );
}

#[tokio::test]
async fn rows_on_their_way_bear_a_tag_and_documents_do_not() {
    let deployment = Deployment::with_bucket().await;
    let blobs = store(&deployment.clients, &deployment);
    let sizes = [
        (10, Durability::Transient),
        (9 * MIB, Durability::Transient),
        (10, Durability::Durable),
    ];
    for (length, durability) in sizes {
        write_all(&blobs, &key(), durability, content(length)).await.unwrap();
        let call = deployment
            .clients
            .s3
            .get_object_tagging()
            .bucket(&deployment.settings.bucket);
        let tags = call.key(OBJECT).send().await.unwrap().tag_set;
        let tags: Vec<(&str, &str)> = tags.iter().map(|tag| (tag.key(), tag.value())).collect();
        let expected: &[(&str, &str)] = match durability {
            Durability::Transient => &[("content", "rows")],
            Durability::Durable => &[],
        };
        assert_eq!(tags, expected, "{length} bytes, {durability:?}");
    }
}

#[tokio::test]
async fn an_upload_that_is_given_up_leaves_nothing() {
    let deployment = Deployment::with_bucket().await;
    let blobs = store(&deployment.clients, &deployment);
    let mut writer = blobs.writer(&key(), Durability::Transient).await.unwrap();
    writer.write(content(17 * MIB)).await.unwrap();
    assert_eq!(deployment.uploads().await, 1);
    drop(writer);
    let mut looks = 0;
    while deployment.uploads().await > 0 {
        looks += 1;
        assert!(looks < 100, "the upload is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(deployment.objects().await, [""; 0]);
}

#[tokio::test]
async fn an_upload_that_fails_is_taken_back_and_its_writer_stays_broken() {
    let deployment = Deployment::with_bucket().await;
    // Nothing that is sent in parts gets through after the first part.
    let puts = AtomicUsize::new(0);
    let (blobs, _connection) = deployment
        .behind(move |_, method| match method {
            "PUT" if puts.fetch_add(1, Ordering::SeqCst) > 0 => Trouble::Cut,
            _ => Trouble::None,
        })
        .await;
    let mut writer = blobs.writer(&key(), Durability::Transient).await.unwrap();
    let mut failed = false;
    for _ in 0..40 {
        failed |= writer.write(content(MIB)).await.is_err();
    }
    assert!(failed);
    assert!(writer.finish().await.is_err());
    assert_eq!(deployment.uploads().await, 0);
    assert_eq!(deployment.objects().await, [""; 0]);
}

#[tokio::test]
async fn what_was_damaged_cut_or_put_in_anothers_place_is_corrupt() {
    let deployment = Deployment::with_bucket().await;
    let blobs = store(&deployment.clients, &deployment);
    let other = BlobKey::new("op1", "1/chunk/8/1.raw");
    write_all(&blobs, &key(), Durability::Transient, content(2 * MIB + 9))
        .await
        .unwrap();
    write_all(&blobs, &other, Durability::Transient, content(2 * MIB + 9))
        .await
        .unwrap();
    let sealed = deployment.stored(OBJECT).await;
    let mut flipped = sealed.clone();
    flipped[MIB + 100] ^= 1;
    let swapped = deployment.stored("op1/1/chunk/8/1.raw.sealed").await;
    for (what, bytes) in [
        ("flipped", flipped),
        ("cut between frames", sealed[..40 + 4 + MIB + 17].to_vec()),
        ("cut within a frame", sealed[..MIB].to_vec()),
        ("empty", Vec::new()),
        ("continued", [&sealed[..], b"x"].concat()),
        ("swapped", swapped),
    ] {
        deployment.overwrite(OBJECT, bytes).await;
        let read = match blobs.reader(&key()).await {
            Ok(_) => read_all(&blobs, &key()).await,
            Err(error) => Err(error),
        };
        assert!(matches!(read, Err(Error::BlobCorrupt(_))), "{what}");
    }
    deployment.overwrite(OBJECT, sealed).await;
    assert!(read_all(&blobs, &key()).await.unwrap() == content(2 * MIB + 9));
}

#[tokio::test]
async fn a_body_that_changes_on_its_way_never_becomes_content() {
    for length in [100, 9 * MIB] {
        let deployment = Deployment::with_bucket().await;
        let (blobs, _connection) = deployment
            .behind(|_, method| {
                if method == "PUT" {
                    Trouble::Altered
                } else {
                    Trouble::None
                }
            })
            .await;
        // S3 refuses it for its checksum; a store that does not look at checksums keeps what does not open.
        if write_all(&blobs, &key(), Durability::Transient, content(length))
            .await
            .is_ok()
        {
            let read = read_all(&store(&deployment.clients, &deployment), &key()).await;
            assert!(matches!(read, Err(Error::BlobCorrupt(_))), "{length} bytes");
        }
    }
}

#[tokio::test]
async fn throttling_and_cut_connections_are_survived() {
    let deployment = Deployment::with_bucket().await;
    let (blobs, connection) = deployment
        .behind(|number, _| match number % 4 {
            0 => Trouble::SlowDown,
            2 => Trouble::Cut,
            _ => Trouble::None,
        })
        .await;
    let whole = content(17 * MIB);
    write_all(&blobs, &key(), Durability::Transient, whole.clone())
        .await
        .unwrap();
    assert!(read_all(&blobs, &key()).await.unwrap() == whole);
    blobs.delete_all("op1", "").await.unwrap();
    assert!(matches!(blobs.reader(&key()).await, Err(Error::BlobMissing(_))));
    assert!(connection.calls() > 12);
}

#[tokio::test]
async fn a_stream_that_breaks_off_goes_on_where_it_was() {
    let deployment = Deployment::with_bucket().await;
    let whole = content(6 * MIB + 1);
    let direct = store(&deployment.clients, &deployment);
    write_all(&direct, &key(), Durability::Transient, whole.clone())
        .await
        .unwrap();
    // Each answer ends after two megabytes: only who goes on from there ever gets to the end.
    let (blobs, connection) = deployment.behind(|_, _| Trouble::AnswerEnds(2 * MIB)).await;
    assert!(read_all(&blobs, &key()).await.unwrap() == whole);
    assert_eq!(connection.calls(), 4);
}

#[tokio::test]
async fn a_blob_that_is_replaced_while_it_is_read_is_not_mixed() {
    let deployment = Deployment::with_bucket().await;
    let direct = store(&deployment.clients, &deployment);
    write_all(&direct, &key(), Durability::Transient, content(5 * MIB))
        .await
        .unwrap();
    let (blobs, _connection) = deployment
        .behind(|number, _| {
            if number == 0 {
                Trouble::AnswerEnds(2 * MIB)
            } else {
                Trouble::None
            }
        })
        .await;
    let mut reader = blobs.reader(&key()).await.unwrap();
    reader.next().await.unwrap().unwrap();
    write_all(&direct, &key(), Durability::Transient, content(5 * MIB + 1))
        .await
        .unwrap();
    let end = loop {
        match reader.next().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert!(matches!(end, Err(Error::Transient(_))), "{end:?}");
}

#[tokio::test]
async fn more_blobs_than_one_call_lists_or_deletes_are_removed() {
    let deployment = Deployment::with_bucket().await;
    let names = (0..1_050).map(|number| format!("op1/raw/{number}.sealed"));
    stream::iter(names.chain(["op2/raw/1.sealed".to_owned()]))
        .for_each_concurrent(4, |name| deployment.overwrite_owned(name))
        .await;
    store(&deployment.clients, &deployment)
        .delete_all("op1", "raw/")
        .await
        .unwrap();
    assert_eq!(deployment.objects().await, ["op2/raw/1.sealed"]);
}

impl Deployment {
    async fn overwrite_owned(&self, object: String) {
        self.overwrite(&object, vec![0]).await;
    }
}
