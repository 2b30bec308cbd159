//! Commits that are stored but not handed over. Their rows are written in the transaction of the commit itself.

use crate::{
    fault::{from_json, to_sql},
    sqlite::Sqlite,
};
use async_trait::async_trait;
use nova_eventlog::{Commit, Error, Outbox, StreamId};
use rusqlite::params;

/// Holds every commit, those without messages too: read models are fed from here.
#[async_trait]
impl Outbox for Sqlite {
    async fn pending(&self, limit: usize) -> Result<Vec<Commit>, Error> {
        self.read_only(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT body FROM outbox JOIN commits USING (seq) ORDER BY outbox.seq LIMIT ?1")?;
            let mut rows = statement.query([to_sql(limit as u64)])?;
            let mut commits = Vec::new();
            while let Some(row) = rows.next()? {
                commits.push(from_json(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
            }
            Ok(commits)
        })
    }

    async fn sent(&self, commits: &[(StreamId, u64)]) -> Result<(), Error> {
        if commits.is_empty() {
            return Ok(());
        }
        let commits = commits.to_vec();
        self.write(move |tx| {
            let mut statement = tx.prepare_cached(
                "DELETE FROM outbox WHERE seq = (SELECT seq FROM commits WHERE stream = ?1 AND number = ?2)",
            )?;
            for (stream, number) in &commits {
                statement.execute(params![stream.as_str(), to_sql(*number)])?;
            }
            Ok(())
        })
        .await
    }
}
