//! The stage of the demonstration: a production server with the sample and a test server with something older.

use super::sample;
use nova_errors::{Code, Failure};
use nova_pgserver::{Cluster, Installation, Options};
use std::fs;
use std::path::Path;
use tokio_postgres::{Client, NoTls};

/// What the test database holds before the clone, so that a rollback has something to bring back.
const OLD_CONTENTS: &str = "CREATE TABLE public.previous_contents (note text NOT NULL);
    INSERT INTO public.previous_contents VALUES ('what was here before the clone')";

/// Two throwaway servers; dropping the stage deletes them.
#[derive(Debug)]
pub struct Stage {
    /// Holds the database `production` with the sample.
    pub production: Cluster,
    /// Holds the database `test` with some older contents.
    pub test: Cluster,
}

impl Stage {
    /// Finds or installs PostgreSQL (`major` restricts the version), starts both servers, creates both databases and
    /// fills the first with `rows` reservations.
    pub async fn set(major: Option<u32>, rows: u64) -> Result<Self, Failure> {
        let start = move || -> Result<(Cluster, Cluster), nova_pgserver::Error> {
            let installation = Installation::find_or_install(major)?;
            let options = Options::default()
                .set("shared_buffers", "256MB")
                .set("max_wal_size", "4GB")
                .set("maintenance_work_mem", "256MB");
            Ok((
                Cluster::start_with(&installation, &options)?,
                Cluster::start_with(&installation, &options)?,
            ))
        };
        let (production, test) = tokio::task::spawn_blocking(start)
            .await
            .map_err(|error| Failure::new(Code::SERVER_START, error.to_string()))??;
        let stage = Self { production, test };
        run(
            &connect(&stage.production.url("postgres")).await?,
            "CREATE DATABASE production",
        )
        .await?;
        run(&connect(&stage.test.url("postgres")).await?, "CREATE DATABASE test").await?;
        sample::create(&connect(&stage.production_url()).await?, rows).await?;
        run(&connect(&stage.test_url()).await?, OLD_CONTENTS).await?;
        Ok(stage)
    }

    /// URL of the production database.
    pub fn production_url(&self) -> String {
        self.production.url("production")
    }

    /// URL of the test database.
    pub fn test_url(&self) -> String {
        self.test.url("test")
    }

    /// Writes `.env.production`, `.env.test` and `rules.json` into a project folder.
    pub fn write_project(&self, folder: &Path) -> Result<(), Failure> {
        let environment = |url: &str, kind: &str| format!("DATABASE_URL={url}\nNOVA_ENVIRONMENT_TYPE={kind}\n");
        let files = [
            (".env.production", environment(&self.production_url(), "production")),
            (".env.test", environment(&self.test_url(), "test")),
            ("rules.json", sample::RULES.to_owned()),
        ];
        for (name, text) in files {
            fs::write(folder.join(name), text)
                .map_err(|error| Failure::new(Code::STATE, format!("{}: {error}", folder.join(name).display())))?;
        }
        Ok(())
    }

    /// True when the test database holds what it held before the clone.
    pub async fn holds_previous_contents(&self) -> Result<bool, Failure> {
        let client = connect(&self.test_url()).await?;
        let row = client
            .query_one("SELECT to_regclass('public.previous_contents') IS NOT NULL", &[])
            .await
            .map_err(|error| failure(&error))?;
        Ok(row.get(0))
    }
}

/// A connection to one of the stage's own servers, which have no TLS.
pub async fn connect(url: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .map_err(|error| failure(&error))?;
    tokio::spawn(connection);
    Ok(client)
}

async fn run(client: &Client, sql: &str) -> Result<(), Failure> {
    client.batch_execute(sql).await.map_err(|error| failure(&error))
}

/// The server's message without the statement's values.
pub(super) fn failure(error: &tokio_postgres::Error) -> Failure {
    let reason = error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned());
    Failure::new(Code::QUERY, format!("the demonstration: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::super::glimpse;
    use super::*;

    #[tokio::test]
    async fn the_stage_holds_the_sample_and_the_older_contents_and_goes_away() {
        let stage = Stage::set(None, 40).await.unwrap();
        assert!(stage.holds_previous_contents().await.unwrap());
        let cells = glimpse::look(&connect(&stage.production_url()).await.unwrap())
            .await
            .unwrap();
        let empty: Vec<&str> = cells
            .iter()
            .filter(|cell| cell.value == "NULL")
            .map(|cell| cell.place.as_str())
            .collect();
        assert!(empty.is_empty(), "nothing to show of {empty:?}");
        let folder = stage.production.data();
        drop(stage);
        assert!(!folder.exists());
    }
}
