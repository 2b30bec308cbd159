//! A project folder with environments `production` and `test`, and the ports over it.

use nova_eventlog::Queue;
use nova_kit::{Ports, Silent, wiring};
use nova_project::Project;
use nova_sqlite::Sqlite;
use std::{fs, sync::Arc};
use tempfile::TempDir;

/// A folder that goes with the test.
pub struct Folder {
    folder: TempDir,
    /// Log, queue and the rest.
    pub sqlite: Sqlite,
}

impl Folder {
    /// Environments with these URLs.
    pub fn new(production: &str, test: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, url, kind) in [("production", production, "production"), ("test", test, "test")] {
            let text = format!("DATABASE_URL={url}\nNOVA_ENVIRONMENT_TYPE={kind}\n");
            fs::write(folder.path().join(format!(".env.{name}")), text).unwrap();
        }
        let sqlite = wiring::open_state(&Project::open(folder.path())).unwrap();
        Self { folder, sqlite }
    }

    /// Environments whose servers nobody can reach.
    pub fn without_servers() -> Self {
        let nowhere = "postgres://nobody@127.0.0.1:1/nothing";
        Self::new(nowhere, nowhere)
    }

    /// The ports, as another process would open them.
    pub fn ports(&self) -> Ports {
        self.ports_with(Arc::new(self.sqlite.clone()))
    }

    /// The same with another queue.
    pub fn ports_with(&self, queue: Arc<dyn Queue>) -> Ports {
        let project = Project::open(self.folder.path());
        wiring::local(&project, self.sqlite.clone(), queue, Arc::new(Silent)).unwrap()
    }
}
