//! One worker's turn at holding a snapshot.
//!
//! 1. It announces itself and says again and again that it lives.
//! 2. It asks for the next turn when half of its life is over and nobody newer is there, and at once when it finds itself
//!    alone: so two hold the snapshot nearly always, and one that dies is replaced by the other's asking.
//! 3. It lets go at the end of its life, or when nobody needs the snapshot any more. Whoever opened the snapshot lets go
//!    as soon as a keeper has taken over.

use super::{
    Life,
    holders::{Holder, announce, is_needed, withdraw},
};
use crate::{ports::Ports, state};
use nova_clone::{names, names::outgoing};
use nova_errors::Failure;
use nova_events::Message;
use nova_postgres::SourceConnection;
use std::time::Duration;

/// A life has this many rounds.
const ROUNDS: u32 = 20;

/// Bounds of a round.
const ROUND: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Who says nothing for this many rounds counts as dead.
const SILENT: u32 = 4;

/// Who has said nothing for this many rounds after that is taken off the list.
const FORGOTTEN: u32 = 20;

/// Who asked for a successor waits this many rounds before asking again.
const PATIENCE: u32 = 3;

/// How long an invocation without a deadline may last.
const UNLIMITED: Duration = Duration::from_mins(10);

/// A session whose open transaction holds a snapshot, and what is known of it.
pub struct Shift {
    operation: String,
    epoch: u32,
    holder: Holder,
    source: SourceConnection,
    /// It leaves as soon as somebody newer holds the snapshot.
    opener: bool,
}

/// When a shift does what, in milliseconds.
struct Times {
    round: Duration,
    half_ms: u64,
    end_ms: u64,
}

impl Times {
    fn of(ports: &Ports, life: Life) -> Self {
        let now = ports.clock.now_ms();
        let left = || ports.deadline.left_ms(ports.clock.as_ref()).map(Duration::from_millis);
        let life = match life {
            Life::Fixed(life) => life,
            // Some time is left for saying good-bye.
            Life::Invocation => left().map_or(UNLIMITED, |left| left * (ROUNDS - 1) / ROUNDS),
        };
        let ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        Self {
            round: (life / ROUNDS).clamp(ROUND.0, ROUND.1),
            half_ms: now + ms / 2,
            end_ms: now + ms,
        }
    }

    fn rounds_ms(&self, rounds: u32) -> u64 {
        u64::try_from((self.round * rounds).as_millis()).unwrap_or(u64::MAX)
    }
}

impl Shift {
    /// The shift of `holder`, whose snapshot the open transaction of `source` exported. An `opener` leaves as soon as
    /// somebody newer is there.
    pub fn new(operation: &str, epoch: u32, holder: Holder, source: SourceConnection, opener: bool) -> Self {
        Self {
            operation: operation.to_owned(),
            epoch,
            holder,
            source,
            opener,
        }
    }

    /// Tells others where the snapshot is found, for the time until [`Shift::stand`] takes over.
    ///
    /// # Errors
    /// What the view store says.
    pub async fn announce(&mut self, ports: &Ports, life: Life) -> Result<(), Failure> {
        let times = Times::of(ports, life);
        self.live_on(ports, &times).await
    }

    /// Holds the snapshot until the shift is over.
    ///
    /// # Errors
    /// When it could not be announced, or when the session's end does not prove that it never wrote. What goes wrong in
    /// between is logged: the snapshot is held as long as possible.
    pub async fn stand(mut self, ports: &Ports, life: Life) -> Result<(), Failure> {
        let times = Times::of(ports, life);
        self.live_on(ports, &times).await?;
        // The message that asks for the first keeper is on its way when an opener begins to stand.
        let mut asked_ms = if self.opener { ports.clock.now_ms() } else { 0 };
        let alive = loop {
            tokio::time::sleep(times.round).await;
            if ports.clock.now_ms() >= times.end_ms {
                break true;
            }
            if self.source.ping().await.is_err() {
                break false;
            }
            match self.round(ports, &times, &mut asked_ms).await {
                Ok(true) => {}
                Ok(false) => break true,
                Err(failure) => {
                    tracing::warn!(operation = self.operation, turn = self.holder.turn, code = %failure.code, "{}", failure.cause);
                }
            }
        };
        let left = withdraw(ports, &self.operation, self.epoch, &self.holder).await;
        if alive {
            self.source.end().await?;
        }
        tracing::info!(
            operation = self.operation,
            turn = self.holder.turn,
            alive,
            "the shift is over"
        );
        left
    }

    /// One look around; false when there is no reason to stay.
    async fn round(&mut self, ports: &Ports, times: &Times, asked_ms: &mut u64) -> Result<bool, Failure> {
        let operation = state::operation(ports, &self.operation).await?;
        let current = operation.epoch == self.epoch && operation.visibility.as_ref() == Some(&self.holder.visibility);
        if !current || !is_needed(ports, &operation).await? {
            return Ok(false);
        }
        self.live_on(ports, times).await?;
        let everyone = Holder::all(ports, &operation).await?;
        let now = ports.clock.now_ms();
        let living = |holder: &&Holder| holder.id != self.holder.id && holder.until_ms > now;
        let newer = everyone
            .iter()
            .filter(living)
            .any(|other| other.turn > self.holder.turn);
        if newer && self.opener {
            return Ok(false);
        }
        let long_gone = now.saturating_sub(times.rounds_ms(FORGOTTEN));
        for other in everyone.iter().filter(|other| other.until_ms < long_gone) {
            withdraw(ports, &self.operation, self.epoch, other).await?;
        }
        let alone = !everyone.iter().any(|other| living(&other));
        let due = alone || (now >= times.half_ms && !newer);
        if due && now >= *asked_ms + times.rounds_ms(PATIENCE) {
            *asked_ms = now;
            let last = everyone.iter().map(|holder| holder.turn).max();
            self.ask(ports, last.unwrap_or(0).max(self.holder.turn) + 1).await?;
        }
        Ok(true)
    }

    /// Announces itself, and prolongs the lease on its turn.
    async fn live_on(&mut self, ports: &Ports, times: &Times) -> Result<(), Failure> {
        let (now, ttl) = (ports.clock.now_ms(), times.rounds_ms(SILENT));
        self.holder.until_ms = now + ttl;
        announce(ports, &self.operation, self.epoch, &self.holder).await?;
        let lease = names::keeper_lease(&self.operation, self.epoch, self.holder.turn);
        // Somebody else may have taken the turn while this process was suspended: two are better than none.
        let _ = ports.leases.acquire(&lease, &self.holder.id, now, ttl).await?;
        Ok(())
    }

    /// Asks for a turn.
    async fn ask(&self, ports: &Ports, turn: u32) -> Result<(), Failure> {
        let keep = Message::Keep {
            operation: self.operation.clone(),
            epoch: self.epoch,
            turn,
        };
        Ok(ports.queue.send(&[outgoing(keep, "next")]).await?)
    }
}
