//! Personal data replaced: a chunk's rows are rewritten, their fingerprints kept for the proof, the raw rows deleted.

mod external;

use async_trait::async_trait;
use bytes::Bytes;
use nova_anonymization::TableMasker;
use nova_clone::{ChunkPhase, ChunkState, Operation, names, names::outgoing};
use nova_errors::{Code, Failure};
use nova_eventlog::{BlobKey, Durability, write_all};
use nova_events::{ChunkAnonymized, Function, Message};
use nova_kit::{Handler, Phase, Ports, Recorder, documents, personal};

/// Output is handed on in parts of about this many bytes.
const PART: usize = 256 * 1024;

/// The anonymize step.
#[derive(Debug, Clone, Copy)]
pub struct Anonymize;

#[async_trait]
impl Handler for Anonymize {
    fn function(&self) -> Function {
        Function::Anonymize
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Anonymize { epoch, chunk, .. } = message else {
            return Ok(());
        };
        if *epoch != operation.epoch || operation.staging.is_none() {
            return Ok(());
        }
        let state = nova_kit::chunk_state(ports, &operation.id, *epoch, *chunk).await?;
        if state.phase() != ChunkPhase::Exported {
            return Ok(());
        }
        match rewrite(ports, operation, *chunk, &state).await {
            Ok(anonymized) => record(ports, operation, *chunk, &state, anonymized).await,
            Err(lost) if nova_kit::is_lost(&lost) => {
                nova_kit::restart_chunk(ports, operation, *chunk, &state, &lost).await
            }
            Err(failure) => Err(failure),
        }
    }
}

async fn rewrite(
    ports: &Ports,
    operation: &Operation,
    chunk: u32,
    state: &ChunkState,
) -> Result<ChunkAnonymized, Failure> {
    let epoch = operation.epoch;
    let plan = documents::plan(ports, &operation.id, epoch).await?;
    let table = plan
        .chunks
        .get(chunk as usize)
        .and_then(|planned| plan.tables.get(planned.table as usize));
    let table = table.ok_or_else(|| Failure::new(Code::INTERNAL, format!("chunk {chunk} is not in the plan")))?;
    let layout = table
        .layout
        .as_ref()
        .ok_or_else(|| Failure::new(Code::INTERNAL, "a chunk without masked columns"))?;

    let decisions = personal::decisions(ports, operation).await?;
    let key = personal::operation_key(ports, operation, &decisions).await?;
    let fingerprint_key = nova_kit::fingerprint_key(ports, &operation.id).await?;
    let mut masker = TableMasker::compile(table.format(), layout, &key, Some(fingerprint_key))?;
    if decisions.keep_fingerprints {
        masker = masker.with_stems();
    }
    if ports.external_programs {
        masker = masker.with_external(Box::new(external::Programs));
    }

    let raw = names::raw_blob(&operation.id, epoch, chunk, state.attempt);
    let clean = names::clean_blob(&operation.id, epoch, chunk, state.attempt);
    let mut reader = ports.blobs.reader(&raw).await?;
    let mut writer = ports.blobs.writer(&clean, Durability::Transient).await?;
    let mut out = Vec::with_capacity(PART + PART / 4);
    while let Some(part) = reader.next().await? {
        // Masking is pure computation: it must not hold up the tasks that move bytes.
        tokio::task::block_in_place(|| masker.feed(&part, &mut out))?;
        if out.len() >= PART {
            let full = std::mem::replace(&mut out, Vec::with_capacity(PART + PART / 4));
            writer.write(Bytes::from(full)).await?;
        }
    }
    let totals = tokio::task::block_in_place(|| masker.finish(&mut out))?;
    writer.write(Bytes::from(out)).await?;
    let bytes = writer.finish().await?;

    let read = state.exported.as_ref().map_or(0, |exported| exported.rows);
    if totals.rows != read {
        let cause = format!(
            "chunk {chunk} of {}: {read} rows read, {} rows masked",
            table.name.readable(),
            totals.rows
        );
        return Err(Failure::new(Code::ROW_COUNT, cause));
    }
    let fingerprints = keep_fingerprints(ports, operation, chunk, state, &mut masker).await?;
    ports.progress.advance(Phase::Anonymize, bytes, totals.rows);
    Ok(ChunkAnonymized {
        attempt: state.attempt,
        rows: totals.rows,
        bytes,
        values: totals.values_masked,
        blob: clean.name,
        fingerprints,
    })
}

/// Fingerprints are needed at the very end: unlike rows they must outlive the process.
async fn keep_fingerprints(
    ports: &Ports,
    operation: &Operation,
    chunk: u32,
    state: &ChunkState,
    masker: &mut TableMasker,
) -> Result<Option<String>, Failure> {
    let fingerprints = masker.take_fingerprints();
    if fingerprints.is_empty() {
        return Ok(None);
    }
    let key: BlobKey = names::fingerprint_blob(&operation.id, operation.epoch, chunk, state.attempt);
    write_all(
        ports.blobs.as_ref(),
        &key,
        Durability::Durable,
        Bytes::from(fingerprints.to_bytes()),
    )
    .await?;
    Ok(Some(key.name))
}

async fn record(
    ports: &Ports,
    operation: &Operation,
    chunk: u32,
    state: &ChunkState,
    anonymized: ChunkAnonymized,
) -> Result<(), Failure> {
    let epoch = operation.epoch;
    let next = Message::Import {
        operation: operation.id.clone(),
        epoch,
        chunk,
    };
    let next = outgoing(next, &format!("a{}", state.attempt));
    let recorder = Recorder::new(ports, &operation.id, "anonymize");
    recorder
        .chunk((epoch, chunk), state, "anonymize", anonymized.into(), vec![next])
        .await?;
    // Only now: until the commit stands, the raw rows are what a second attempt starts from.
    ports
        .blobs
        .delete(&names::raw_blob(&operation.id, epoch, chunk, state.attempt))
        .await?;
    Ok(())
}
