//! A session for a test's own statements.

use futures_util::TryStreamExt;
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage, types::ToSql};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
});

/// Runs something asynchronous to its end.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// A session of a test, which a server's log shows under the application name `e2e`.
#[derive(Debug)]
pub struct Session {
    client: Client,
}

impl Session {
    /// Signs in; a URL that fails fails the test.
    pub fn open(url: &str) -> Self {
        Self::try_open(url).unwrap_or_else(|error| panic!("signing in: {error:?}"))
    }

    /// Signs in, perhaps in vain.
    ///
    /// # Errors
    /// What the server says.
    pub fn try_open(url: &str) -> Result<Self, tokio_postgres::Error> {
        let mut config: tokio_postgres::Config = url.parse()?;
        config.application_name("e2e");
        block_on(async {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(connection);
            Ok(Self { client })
        })
    }

    /// The asynchronous client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Runs statements.
    pub fn run(&self, sql: &str) {
        self.try_run(sql).unwrap_or_else(|error| panic!("{error:?} in\n{sql}"));
    }

    /// Runs statements, perhaps in vain.
    ///
    /// # Errors
    /// What the server says.
    pub fn try_run(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        block_on(self.client.batch_execute(sql))
    }

    /// Runs one statement with parameters.
    pub fn execute(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) {
        block_on(self.client.execute(sql, parameters)).unwrap_or_else(|error| panic!("{error:?} in\n{sql}"));
    }

    /// The rows of a query, every value as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let messages = block_on(self.client.simple_query(sql)).unwrap_or_else(|error| panic!("{error:?} in\n{sql}"));
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        rows.map(|row| (0..row.len()).map(|cell| row.get(cell).map(str::to_owned)).collect())
            .collect()
    }

    /// The first column of a query, NULL as an empty text.
    pub fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).into_iter();
        rows.map(|mut row| row.swap_remove(0).unwrap_or_default()).collect()
    }

    /// The one value of a query.
    pub fn value(&self, sql: &str) -> String {
        let mut values = self.column(sql);
        assert_eq!(values.len(), 1, "rows of {sql}");
        values.swap_remove(0)
    }

    /// The one number of a query.
    pub fn number(&self, sql: &str) -> i64 {
        let value = self.value(sql);
        value
            .parse()
            .unwrap_or_else(|_| panic!("{value:?} is no number: {sql}"))
    }

    /// The lines of `COPY (query) TO STDOUT`.
    pub fn lines(&self, query: &str) -> Vec<String> {
        let copy = format!("COPY ({query}) TO STDOUT");
        let bytes: Vec<u8> = block_on(async {
            let stream = self.client.copy_out(&copy).await?;
            stream
                .try_fold(Vec::new(), |mut all, part| async move {
                    all.extend_from_slice(&part);
                    Ok(all)
                })
                .await
        })
        .unwrap_or_else(|error| panic!("{error:?} in\n{copy}"));
        let text = String::from_utf8(bytes).unwrap();
        text.split_terminator('\n').map(str::to_owned).collect()
    }
}
