//! One turn at holding the snapshot: join it, export it again, hold it for as long as this worker may live.
//!
//! A second delivery of a turn finds its lease taken and does nothing. Who finds that nobody holds the snapshot any more
//! asks for its renewal.

use async_trait::async_trait;
use nova_clone::{Operation, names};
use nova_errors::{Code, Failure};
use nova_events::{Function, Message};
use nova_kit::{
    Cut, Handler, Ports, connections,
    keeper::{Holder, Life, Shift, ask_for_renewal, is_needed, join, lock_tables},
};
use nova_postgres::{SearchPath, SourceConnection};

/// How long a keeper may take until it says for the first time that it lives: a table may keep it waiting for its lock.
const PREPARATION_MS: u64 = 60_000;

/// The keeper.
#[derive(Debug, Clone, Copy)]
pub struct Keep;

#[async_trait]
impl Handler for Keep {
    fn function(&self) -> Function {
        Function::Keeper
    }

    fn cut(&self) -> Cut {
        Cut::GoesOn
    }

    async fn handle(&self, ports: &Ports, operation: &Operation, message: &Message) -> Result<(), Failure> {
        let (Message::Keep { epoch, turn, .. }, Some(life)) = (message, ports.keeper.life()) else {
            return Ok(());
        };
        if *epoch != operation.epoch || !is_needed(ports, operation).await? {
            return Ok(());
        }
        let lease = names::keeper_lease(&operation.id, *epoch, *turn);
        let me = ports.ids.next();
        let now = ports.clock.now_ms();
        if ports.leases.acquire(&lease, &me, now, PREPARATION_MS).await?.is_err() {
            return Ok(());
        }
        let stood = keep(ports, operation, *turn, &me, life).await;
        ports.leases.release(&lease, &me).await?;
        stood
    }
}

async fn keep(ports: &Ports, operation: &Operation, turn: u32, me: &str, life: Life) -> Result<(), Failure> {
    let source = connections::fresh_source(ports, operation, SearchPath::Empty).await?;
    let holder = match take_over(ports, operation, &source, turn, me).await {
        Err(lost) if lost.code == Code::SNAPSHOT_LOST => {
            return ask_for_renewal(ports, operation).await;
        }
        outcome => outcome?,
    };
    Shift::new(&operation.id, operation.epoch, holder, source, false)
        .stand(ports, life)
        .await
}

/// Joins the snapshot, exports it again and takes part in keeping the tables from being truncated.
async fn take_over(
    ports: &Ports,
    operation: &Operation,
    source: &SourceConnection,
    turn: u32,
    me: &str,
) -> Result<Holder, Failure> {
    let before = join(ports, operation, source).await?;
    let changed = lock_tables(source).await?;
    if !changed.is_empty() {
        let cause = "tables were truncated or rewritten while nobody had locked them";
        return Err(Failure::new(Code::SNAPSHOT_LOST, cause).with_details(changed));
    }
    let snapshot = source.export_snapshot().await?;
    Ok(Holder {
        turn,
        id: me.to_owned(),
        snapshot: snapshot.id,
        ..before
    })
}
