//! Whether a connection has a session of the server to itself.
//!
//! A pooler in transaction mode gives every transaction whichever session of the server is free, and what was set in it
//! stays for whoever gets it next. Our sessions cannot write and look for names nowhere: an application that is handed
//! one finds no table and has every write refused. So nothing is set before it is known that nobody else gets the session.

use crate::{connect::open, failure::failure};
use nova_environments::DatabaseUrl;
use nova_errors::{Code, Failure};
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio_postgres::{Client, SimpleQueryMessage};

/// How often each of two connections asks. A pooler that is idle gives both the session that was free last and is known
/// at once; one with many clients hands sessions round, and would have to hand back the same ones every time.
const ROUNDS: usize = 4;

/// How long an address counts as one that was looked at.
const FRESH: Duration = Duration::from_mins(1);

/// Which session of which start of a server answers. A process number alone may be that of another server behind the
/// same address. Sent as a simple query: nothing is prepared, which a session would remember, too.
const WHO_ANSWERS: &str =
    "SELECT pg_catalog.pg_backend_pid(), extract(epoch FROM pg_catalog.pg_postmaster_start_time())";

/// When an address was looked at last. Locked while somebody looks, so that workers who connect together look once.
type Checked = Arc<tokio::sync::Mutex<Option<Instant>>>;

/// Addresses by their hash: they hold passwords.
static CHECKED: LazyLock<(RandomState, Mutex<HashMap<u64, Checked>>)> = LazyLock::new(Default::default);

/// Makes sure that what is set in the session of `client`, which was opened with this address, is set for it alone.
/// Only looks: nothing is set, prepared or written.
///
/// # Errors
/// `NOVA-1209` behind a pooler that shares sessions between clients; other `NOVA-12xx` when a second connection cannot
/// be had.
pub(crate) async fn verify(client: &Client, url: &DatabaseUrl, database: Option<&str>) -> Result<(), Failure> {
    let address = address(url, database);
    let mut checked = address.lock().await;
    if is_fresh(*checked) {
        return Ok(());
    }
    let other = open(url, database).await?;
    let first = (who_answers(client).await?, who_answers(&other).await?);
    let mut shared = first.0 == first.1;
    for _ in 1..ROUNDS {
        shared = shared || first != (who_answers(client).await?, who_answers(&other).await?);
    }
    if shared {
        return Err(Failure::new(
            Code::SHARED_SESSION,
            "two connections were answered by the same sessions in turn",
        ));
    }
    *checked = Some(Instant::now());
    Ok(())
}

fn address(url: &DatabaseUrl, database: Option<&str>) -> Checked {
    let (state, addresses) = &*CHECKED;
    let mut addresses = addresses.lock().unwrap_or_else(PoisonError::into_inner);
    // Databases made for one clone are not remembered for ever.
    addresses.retain(|_, checked| checked.try_lock().map_or(true, |at| is_fresh(*at)));
    let key = state.hash_one((url.reveal(), database));
    Arc::clone(addresses.entry(key).or_default())
}

fn is_fresh(at: Option<Instant>) -> bool {
    at.is_some_and(|at| at.elapsed() < FRESH)
}

async fn who_answers(client: &Client) -> Result<Vec<String>, Failure> {
    let messages = client
        .simple_query(WHO_ANSWERS)
        .await
        .map_err(|error| failure(&error, "asking which session answers"))?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let row = row.ok_or_else(|| Failure::new(Code::INTERNAL, "a session that does not say which it is"))?;
    Ok((0..row.len())
        .filter_map(|column| row.get(column).map(str::to_owned))
        .collect())
}
