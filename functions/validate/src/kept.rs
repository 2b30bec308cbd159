//! Fingerprints that outlive their operation, when the request asked for it: one document with their key, sealed with
//! the operation's documents.

use crate::leak;
use bytes::{BufMut, BytesMut};
use nova_anonymization::leak::Fingerprints;
use nova_clone::{Operation, plan::Plan};
use nova_errors::{Code, Failure};
use nova_kit::{Ports, documents, personal};

/// The document's name.
const DOCUMENT: &str = "fingerprints";

/// Bytes of the key, which stands in front.
const KEY: usize = 16;

/// Keeps the fingerprints of a copy that passed, if somebody wanted that.
pub(crate) async fn keep(ports: &Ports, operation: &Operation, plan: &Plan) -> Result<(), Failure> {
    if !personal::decisions(ports, operation).await?.keep_fingerprints {
        return Ok(());
    }
    let mut all = Fingerprints::default();
    for blob in leak::fingerprint_blobs(ports, operation, plan).await? {
        all.merge(&leak::load(ports, &blob).await?);
    }
    let mut document = BytesMut::new();
    document.put_slice(&nova_kit::fingerprint_key(ports, &operation.id).await?);
    document.put_slice(&all.to_bytes());
    documents::put_bytes(ports, &operation.id, DOCUMENT, document.to_vec()).await
}

/// The fingerprints that an operation kept, and their key; none when it kept none.
///
/// # Errors
/// `NOVA-1407` when they cannot be read; what the blob store says.
pub async fn kept_fingerprints(
    ports: &Ports,
    operation: &Operation,
) -> Result<Option<([u8; KEY], Fingerprints)>, Failure> {
    let bytes = match documents::get_bytes(ports, &operation.id, DOCUMENT).await {
        Ok(bytes) => bytes,
        Err(missing) if missing.code == Code::BLOB_MISSING => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let Some((key, rest)) = bytes.split_first_chunk::<KEY>() else {
        return Err(Failure::new(Code::BAD_FINGERPRINTS, "kept fingerprints end early"));
    };
    Ok(Some((*key, Fingerprints::from_bytes(rest)?)))
}
