//! Reads the PostgreSQL catalogs into the schema model.
//!
//! [`capture`] runs a fixed number of queries, one per family of objects, whatever the size of the database. It only
//! selects: it assigns no transaction identifier and leaves no setting behind. Definitions are rendered by the server
//! with an empty search path, so that they mean the same everywhere.

mod answers;
mod assemble;
mod columns;
mod error;
mod foreign;
pub mod oracle;
mod queries;
mod reader;
mod session;

pub use error::Error;

use nova_schema::Database;
use queries::Scope;
use reader::Reader;
use tokio_postgres::GenericClient;

/// What to capture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaptureOptions {
    /// The schemas, by raw name; empty means every schema that is not PostgreSQL's own. With a choice of schemas, objects
    /// that belong to none (casts, event triggers, publications, large objects) are left out, extensions are not.
    pub schemas: Vec<String>,
}

/// Captures the database that `client` is connected to.
///
/// The caller has opened a transaction; a read-only one will do. Settings are changed for this transaction only and put
/// back at the end; after an error the transaction is of no more use anyway.
///
/// # Errors
///
/// When the server refuses a query, when an object vanishes while it is read, and when the server's major version is not
/// 13 to 18.
pub async fn capture<C: GenericClient + Sync>(client: &C, options: &CaptureOptions) -> Result<Database, Error> {
    let reader = Reader::new(client).await?;
    let previous = session::enter(&reader).await?;
    let scope = Scope::new(&options.schemas);
    // Thirty queries under way at once are much for a caller's stack.
    let database = Box::pin(assemble::database(&reader, &scope)).await?;
    session::leave(&reader, previous).await?;
    Ok(database)
}
