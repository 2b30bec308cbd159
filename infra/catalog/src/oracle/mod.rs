//! The completeness oracle: every row of every catalog about users' objects, each column translated into names.
//!
//! The typed model says what it knows of; the oracle knows nothing and walks everything. What the two walks of a source
//! and of its copy differ in, the copy has lost, whether or not the model has a word for it.
//!
//! 1. [`rules`] says which catalogs and columns are left out, each with its reason, and how expressions are rendered.
//!    Whatever has no rule is walked: a column that a new major version adds is compared from its first day.
//! 2. [`read`] reads the rows. References are found by the server's own list of foreign keys between catalogs.
//! 3. In `names`, references become the identities the server gives objects, so that no object identifier is left.
//! 4. [`Walk::differences`] compares.
//! 5. [`Digest`] is the short form: the server sums every catalog up, so that of two equal databases next to nothing is
//!    fetched. Where two digests differ, the catalogs they differ in are walked.

mod digest;
mod names;
mod read;
mod rules;
mod unexplained;
mod walk;

pub use digest::Digest;
pub use unexplained::unexplained;
pub use walk::{Finding, Walk};

use crate::Error;
use crate::reader::Reader;
use crate::session;
use std::collections::BTreeSet;
use tokio_postgres::GenericClient;

/// Walks the catalogs of the database that `client` is connected to, in some sixty queries whatever its size.
///
/// The caller has opened a transaction; a read-only one will do. Options that look like secrets are not read.
///
/// # Errors
/// When the server refuses a query, and when its major version is not 13 to 18.
pub async fn walk<C: GenericClient + Sync>(client: &C) -> Result<Walk, Error> {
    walk_where(client, |_| true).await
}

/// Like [`walk`], over these catalogs only.
///
/// # Errors
/// As [`walk`].
pub async fn walk_over<C: GenericClient + Sync>(client: &C, catalogs: &BTreeSet<String>) -> Result<Walk, Error> {
    walk_where(client, |catalog| catalogs.contains(catalog)).await
}

async fn walk_where<C: GenericClient + Sync>(client: &C, chosen: impl Fn(&str) -> bool) -> Result<Walk, Error> {
    let reader = Reader::new(client).await?;
    let previous = session::enter(&reader).await?;
    let walk = Box::pin(read::walk(&reader, chosen)).await?;
    session::leave(&reader, previous).await?;
    Ok(walk)
}

/// Sums up what a [`walk`] would find, in a handful of queries; `owners` says whether it counts who owns what.
///
/// # Errors
/// As [`walk`].
pub async fn digest<C: GenericClient + Sync>(client: &C, owners: bool) -> Result<Digest, Error> {
    let reader = Reader::new(client).await?;
    let previous = session::enter(&reader).await?;
    let digest = Box::pin(digest::read(&reader, owners)).await?;
    session::leave(&reader, previous).await?;
    Ok(digest)
}
