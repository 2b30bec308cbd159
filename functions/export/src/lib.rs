//! Rows out of the source: one chunk at a time, under the snapshot, into the blob store.

use async_trait::async_trait;
use nova_anonymization::RowCounter;
use nova_clone::{
    ChunkPhase, ChunkState, Operation, names,
    names::outgoing,
    plan::{PlannedChunk, PlannedTable},
    rows::RowSet,
};
use nova_errors::{Code, Failure};
use nova_eventlog::{BlobKey, Durability, read_all};
use nova_events::{ChunkExported, Function, Message};
use nova_kit::{Handler, Phase, Ports, Recorder, documents, keeper};
use nova_postgres::{Pages, SourceConnection};

/// Tables of more chunks are not counted whole where time is short: 8 GB in chunks of 64 MB.
const COUNTED_WHOLE: u32 = 128;

/// The export step.
#[derive(Debug, Clone, Copy)]
pub struct Export;

#[async_trait]
impl Handler for Export {
    fn function(&self) -> Function {
        Function::Export
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let Message::Export { epoch, first, last, .. } = message else {
            return Ok(());
        };
        if *epoch != operation.epoch || operation.staging.is_none() {
            return Ok(());
        }
        if first == last {
            return export(ports, operation, *first).await;
        }
        // A range stands for many messages so that no commit carries thousands; here it becomes them.
        let singles: Vec<_> = (*first..=*last)
            .map(|chunk| {
                let single = Message::Export {
                    operation: operation.id.clone(),
                    epoch: *epoch,
                    first: chunk,
                    last: chunk,
                };
                outgoing(single, "a0")
            })
            .collect();
        Ok(ports.queue.send(&singles).await?)
    }
}

async fn export(ports: &Ports, operation: &Operation, chunk: u32) -> Result<(), Failure> {
    let epoch = operation.epoch;
    let state = nova_kit::chunk_state(ports, &operation.id, epoch, chunk).await?;
    if state.phase() != ChunkPhase::Planned {
        return arrive(ports, operation, chunk).await;
    }
    let source = ports.connections.source(ports, operation).await?;
    if let Err(lost) = keeper::join(ports, operation, &source).await {
        if lost.code == Code::SNAPSHOT_LOST {
            keeper::ask_for_renewal(ports, operation).await?;
            return Err(lost.retryable());
        }
        return Err(lost);
    }
    match read(ports, operation, &source, chunk, &state).await {
        Ok(exported) => {
            source.end().await?;
            ports.connections.return_source(&operation.id, source).await;
            record(ports, operation, chunk, &state, exported).await?;
            arrive(ports, operation, chunk).await
        }
        Err(failure) => {
            source.abandon().await;
            Err(failure)
        }
    }
}

async fn read(
    ports: &Ports,
    operation: &Operation,
    source: &SourceConnection,
    chunk: u32,
    state: &ChunkState,
) -> Result<ChunkExported, Failure> {
    let plan = documents::plan(ports, &operation.id, operation.epoch).await?;
    let (table, planned) = place(&plan, chunk)?;
    let key = names::raw_blob(&operation.id, operation.epoch, chunk, state.attempt);
    let read = match planned.rows {
        None => all(planned),
        Some(_) => chosen(ports, operation, chunk).await?,
    };
    let table_rows = match (planned.rows, to_count(table, chunk, planned, ports.deadline.is_set())) {
        // Of chosen rows it is known how many there must be.
        (Some(rows), _) => Some(rows),
        (None, Some(pages)) => Some(source.count_pages(&table.name, pages).await?),
        (None, None) => None,
    };
    let (rows, bytes) = copy(ports, source, table, &read, &key).await?;
    if let Some(expected) = planned.rows.filter(|expected| *expected != rows) {
        let cause = format!(
            "chunk {chunk} of {}: {expected} rows were chosen, {rows} were read",
            table.name.readable()
        );
        return Err(Failure::new(Code::ROW_COUNT, cause));
    }
    let share = table.estimated_bytes / u64::from(table.chunks.max(1));
    ports.progress.advance(Phase::Export, share, rows);
    Ok(ChunkExported {
        attempt: state.attempt,
        rows,
        bytes,
        table_rows,
        blob: key.name,
    })
}

/// The pages that are counted with this chunk, by other means than copying: the whole table with its first chunk, which
/// proves that the chunks cover it. Where time is short, large tables are counted chunk by chunk instead: counting them
/// whole might never end.
fn to_count(table: &PlannedTable, chunk: u32, planned: &PlannedChunk, short_of_time: bool) -> Option<Pages> {
    if short_of_time && table.chunks > COUNTED_WHOLE {
        return Some(pages(planned));
    }
    (chunk == table.first_chunk).then_some(Pages::ALL)
}

/// What is read of a table.
enum Read {
    /// All rows of some pages.
    Pages(Pages),
    /// Some rows.
    Rows(Vec<(u32, u16)>),
}

fn pages(planned: &PlannedChunk) -> Pages {
    Pages {
        first: planned.first_page,
        end: planned.end_page,
    }
}

fn all(planned: &PlannedChunk) -> Read {
    Read::Pages(pages(planned))
}

/// The rows that were chosen when the snapshot was taken.
async fn chosen(ports: &Ports, operation: &Operation, chunk: u32) -> Result<Read, Failure> {
    let key = names::chosen_blob(&operation.id, operation.epoch, chunk);
    let bytes = read_all(ports.blobs.as_ref(), &key).await?;
    let rows = RowSet::from_bytes(&bytes);
    let rows = rows.ok_or_else(|| Failure::new(Code::BLOB_CORRUPT, "the chosen rows of a chunk cannot be read"))?;
    Ok(Read::Rows(rows.iter().collect()))
}

async fn copy(
    ports: &Ports,
    source: &SourceConnection,
    table: &PlannedTable,
    read: &Read,
    key: &BlobKey,
) -> Result<(u64, u64), Failure> {
    let mut writer = ports.blobs.writer(key, Durability::Transient).await?;
    let mut counter = RowCounter::new(table.format());
    let (name, columns, binary) = (&table.name, &table.columns, table.binary);
    let mut stream = match read {
        Read::Pages(pages) => source.copy_out(name, columns, *pages, binary).await?,
        Read::Rows(places) => source.copy_rows(name, columns, places, binary).await?,
    };
    while let Some(part) = stream.next().await? {
        counter.feed(&part).map_err(Failure::from)?;
        writer.write(part).await?;
    }
    let rows = counter.finish().map_err(Failure::from)?;
    Ok((rows, writer.finish().await?))
}

fn place(plan: &nova_clone::plan::Plan, chunk: u32) -> Result<(&PlannedTable, &PlannedChunk), Failure> {
    let planned = plan.chunks.get(chunk as usize);
    let table = planned.and_then(|planned| plan.tables.get(planned.table as usize));
    table
        .zip(planned)
        .ok_or_else(|| Failure::new(Code::INTERNAL, format!("chunk {chunk} is not in the plan")))
}

async fn record(
    ports: &Ports,
    operation: &Operation,
    chunk: u32,
    state: &ChunkState,
    exported: ChunkExported,
) -> Result<(), Failure> {
    let epoch = operation.epoch;
    let plan = documents::plan(ports, &operation.id, epoch).await?;
    let masked = place(&plan, chunk)?.0.layout.is_some();
    let id = operation.id.clone();
    let next = if masked {
        Message::Anonymize {
            operation: id,
            epoch,
            chunk,
        }
    } else {
        Message::Import {
            operation: id,
            epoch,
            chunk,
        }
    };
    let next = outgoing(next, &format!("a{}", state.attempt));
    let recorder = Recorder::new(ports, &operation.id, "export");
    recorder
        .chunk((epoch, chunk), state, "export", exported.into(), vec![next])
        .await
}

/// The chunk goes through the gate by which keepers know that nobody needs the snapshot any more.
async fn arrive(ports: &Ports, operation: &Operation, chunk: u32) -> Result<(), Failure> {
    if ports.keeper.life().is_some() {
        let expected = operation.chunks.as_ref().map_or(0, |planned| planned.chunks);
        ports.gates.arrive(&operation.exports_gate(), chunk, expected).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_schema::QualifiedName;

    fn table(chunks: u32) -> PlannedTable {
        PlannedTable {
            name: QualifiedName::new("public", "t"),
            load_into: QualifiedName::new("public", "t"),
            columns: Vec::new(),
            binary: true,
            layout: None,
            first_chunk: 3,
            chunks,
            estimated_rows: 0,
            estimated_bytes: 0,
        }
    }

    #[test]
    fn every_page_of_a_table_is_counted_once() {
        let pages = |chunk: u32, last: u32| PlannedChunk {
            table: 0,
            first_page: chunk * 10,
            end_page: (chunk < last).then_some((chunk + 1) * 10),
            rows: None,
        };
        for (chunks, short_of_time) in [(1, true), (COUNTED_WHOLE, true), (COUNTED_WHOLE + 1, false)] {
            let counted: Vec<Pages> = (3..3 + chunks)
                .filter_map(|chunk| to_count(&table(chunks), chunk, &pages(chunk - 3, chunks - 1), short_of_time))
                .collect();
            assert_eq!(counted, [Pages::ALL], "{chunks} chunks");
        }
        let chunks = COUNTED_WHOLE + 1;
        let counted: Vec<Pages> = (3..3 + chunks)
            .filter_map(|chunk| to_count(&table(chunks), chunk, &pages(chunk - 3, chunks - 1), true))
            .collect();
        assert_eq!((counted.len(), counted[0].first), (chunks as usize, 0));
        assert!(counted.windows(2).all(|pair| pair[0].end == Some(pair[1].first)));
        assert_eq!(counted.last().unwrap().end, None);
    }
}
