//! A database that exists for moments: statements are tried and measured there before anyone runs them for real.

use crate::{connect::connect, failure::failure, session, target::same_server};
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_schema::{Database, emit, quote_ident, quote_literal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use tokio_postgres::Client;

/// What a statement did to what was there before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footprint {
    /// The strongest lock on each relation: mode and name.
    pub locks: Vec<(String, String)>,
    /// Tables and indexes that got new files.
    pub rewritten: Vec<String>,
}

/// A refusal by the server, with its words: a shadow holds nobody's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What the server said.
    pub said: String,
}

/// Lock modes from the weakest to the strongest.
const MODES: &[&str] = &[
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

/// Users' relations: file and name by identifier.
type Relations = BTreeMap<u32, (u32, String)>;

/// The query for them.
const RELATIONS: &str =
    "SELECT c.oid, coalesce(pg_catalog.pg_relation_filenode(c.oid), 0) AS file, n.nspname || '.' || c.relname AS name
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I', 'S') AND n.nspname !~ '^pg_toast'";

/// A database of Nova's own on the server of a verified target.
#[derive(Debug)]
pub struct Shadow {
    admin: Client,
    client: Client,
    relations: Mutex<Option<Relations>>,
    name: String,
    lent: Vec<String>,
}

impl Shadow {
    /// Creates an empty database beside the target, with the encoding and locale of `like`.
    ///
    /// # Errors
    /// `NOVA-1313` when the role may not create databases; `NOVA-12xx`.
    pub async fn create(target: &VerifiedTarget, name: &str, like: &Database) -> Result<Self, Failure> {
        let name = format!("nova_shadow_{name}");
        let admin = connect(target.url(), None).await?;
        session::writing(&admin).await?;
        same_server(&admin, target).await?;
        let create = format!("CREATE DATABASE {} TEMPLATE template0", quote_ident(&name));
        let locale = format!(
            "{create} ENCODING {} LC_COLLATE {} LC_CTYPE {}",
            quote_literal(&like.encoding),
            quote_literal(&like.collate),
            quote_literal(&like.ctype)
        );
        if admin.batch_execute(&locale).await.is_err()
            && let Err(error) = admin.batch_execute(&create).await
        {
            let said = failure(&error, "creating a shadow database");
            return Err(Failure::new(Code::NO_SHADOW, said.cause));
        }
        let opened = Self::enter(target, &name).await;
        match opened {
            Ok(client) => Ok(Self {
                admin,
                client,
                relations: Mutex::new(None),
                name,
                lent: Vec::new(),
            }),
            Err(reason) => {
                let _ = admin.batch_execute(&drop_sql(&name)).await;
                Err(reason)
            }
        }
    }

    async fn enter(target: &VerifiedTarget, name: &str) -> Result<Client, Failure> {
        let client = connect(target.url(), Some(name)).await?;
        session::writing(&client).await?;
        // What scripts run under is what psql gives them.
        let reset = client
            .batch_execute("RESET search_path; RESET check_function_bodies")
            .await;
        reset.map_err(|error| failure(&error, "preparing the shadow database"))?;
        Ok(client)
    }

    /// Creates the roles among these that the server lacks, for as long as the shadow is there.
    ///
    /// # Errors
    /// What the server said.
    pub async fn lend_roles(&mut self, roles: &[String]) -> Result<(), Refused> {
        for role in roles {
            let known = self
                .admin
                .query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", &[role])
                .await;
            if known.map_err(|error| refused(&error))?.is_empty() {
                self.run(&format!("CREATE ROLE {} NOLOGIN", quote_ident(role))).await?;
                self.lent.push(role.clone());
            }
        }
        Ok(())
    }

    /// Builds a schema in it.
    ///
    /// # Errors
    /// The first statement that the server refuses: object and words.
    pub async fn build(&self, schema: &Database, owners: bool) -> Result<(), Refused> {
        let options = emit::Options {
            target_version: schema.server_version,
            owners,
        };
        let mut statements = emit::pre_data(schema, &options);
        for table in schema.row_tables() {
            statements.extend(emit::table_post_data(schema, &table.name, &options));
        }
        statements.extend(emit::post_data(schema, &options));
        statements.extend(emit::event_triggers(schema));
        self.run("SET check_function_bodies = off; SET search_path = ''")
            .await?;
        for statement in statements {
            if let Err(refused) = self.run(&statement.sql).await {
                return Err(Refused {
                    said: format!("{}: {}", statement.object, refused.said),
                });
            }
        }
        self.run("RESET search_path; RESET check_function_bodies").await
    }

    /// Runs statements, each by itself.
    ///
    /// # Errors
    /// What the server said.
    pub async fn run(&self, sql: &str) -> Result<(), Refused> {
        self.forget();
        self.execute(sql).await
    }

    async fn execute(&self, sql: &str) -> Result<(), Refused> {
        self.client.batch_execute(sql).await.map_err(|error| refused(&error))
    }

    /// Runs a statement in a transaction of its own and answers what it locked and rewrote.
    ///
    /// # Errors
    /// What the server said.
    pub async fn measure(&self, sql: &str) -> Result<Footprint, Refused> {
        if sql.contains(" CONCURRENTLY ") {
            self.run(sql).await?;
            return Ok(Footprint {
                locks: vec![(
                    "ShareUpdateExclusiveLock".to_owned(),
                    "the table (by its nature: outside transactions locks cannot be read)".to_owned(),
                )],
                rewritten: Vec::new(),
            });
        }
        let kept = self.relations.lock().ok().and_then(|mut kept| kept.take());
        let mut relations = match kept {
            Some(relations) => relations,
            None => self.relations().await?,
        };
        self.execute("BEGIN").await?;
        let outcome = self.measured(sql, &mut relations).await;
        let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.execute(end).await;
        let footprint = outcome?;
        ended?;
        if let Ok(mut kept) = self.relations.lock() {
            *kept = Some(relations);
        }
        Ok(footprint)
    }

    /// Whatever a statement rewrites it has locked: only relations with locks are looked at, and `relations` kept up to
    /// date with them.
    async fn measured(&self, sql: &str, relations: &mut Relations) -> Result<Footprint, Refused> {
        self.execute(sql).await?;
        let rows = self
            .client
            .query(
                &format!(
                    "SELECT l.relation, l.mode, r.file, r.name FROM pg_catalog.pg_locks l LEFT JOIN ({RELATIONS}) r ON r.oid = l.relation
                     WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384"
                ),
                &[],
            )
            .await
            .map_err(|error| refused(&error))?;
        let mut strongest: BTreeMap<u32, usize> = BTreeMap::new();
        let mut now: BTreeMap<u32, Option<(u32, String)>> = BTreeMap::new();
        for row in &rows {
            let (relation, mode): (u32, &str) = (row.get(0), row.get(1));
            let strength = MODES.iter().position(|known| *known == mode).unwrap_or(0);
            let entry = strongest.entry(relation).or_insert(0);
            *entry = (*entry).max(strength);
            let file: Option<u32> = row.get(2);
            now.insert(relation, file.map(|file| (file, row.get(3))));
        }
        let locks = strongest
            .into_iter()
            .filter(|(_, strength)| *strength > 0)
            .filter_map(|(relation, strength)| {
                let (_, name) = relations.get(&relation)?;
                Some(((*MODES.get(strength)?).to_owned(), name.clone()))
            })
            .collect::<BTreeSet<_>>();
        let mut rewritten = Vec::new();
        for (oid, found) in now {
            let before = relations.remove(&oid);
            if let (Some((file, name)), Some((new, _))) = (&before, &found)
                && *file != 0
                && file != new
            {
                rewritten.push(name.clone());
            }
            relations.extend(found.map(|found| (oid, found)));
        }
        rewritten.sort();
        Ok(Footprint {
            locks: locks.into_iter().collect(),
            rewritten,
        })
    }

    /// Relations with their files and names.
    async fn relations(&self) -> Result<Relations, Refused> {
        let rows = self
            .client
            .query(RELATIONS, &[])
            .await
            .map_err(|error| refused(&error))?;
        Ok(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect())
    }

    /// What is known of relations holds only as long as every statement is measured.
    fn forget(&self) {
        if let Ok(mut kept) = self.relations.lock() {
            *kept = None;
        }
    }

    /// How many rows each table holds, children left out.
    ///
    /// # Errors
    /// What the server said.
    pub async fn count(&self, table: &nova_schema::QualifiedName) -> Result<i64, Refused> {
        let row = self
            .client
            .query_one(&format!("SELECT count(*) FROM {}", table.sql()), &[])
            .await;
        row.map(|row| row.get(0)).map_err(|error| refused(&error))
    }

    /// Reads its catalogs.
    ///
    /// # Errors
    /// `NOVA-1303`.
    pub async fn capture(&self) -> Result<Database, Failure> {
        self.run("BEGIN READ ONLY")
            .await
            .map_err(|refused| Failure::new(Code::CAPTURE, refused.said))?;
        let captured = nova_catalog::capture(&self.client, &nova_catalog::CaptureOptions::default()).await;
        let ended = self.run("ROLLBACK").await;
        let captured = captured?;
        ended.map_err(|refused| Failure::new(Code::CAPTURE, refused.said))?;
        Ok(captured)
    }

    /// Drops it.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn remove(self) -> Result<(), Failure> {
        // No database that has a subscription can be dropped; these know no publisher.
        let _ = self
            .client
            .batch_execute(&format!("ROLLBACK; {NO_SUBSCRIPTIONS}"))
            .await;
        drop(self.client);
        let dropped = self.admin.batch_execute(&drop_sql(&self.name)).await;
        for role in &self.lent {
            // One that owns something elsewhere by now is somebody else's.
            let _ = self
                .admin
                .batch_execute(&format!("DROP ROLE {}", quote_ident(role)))
                .await;
        }
        dropped.map_err(|error| failure(&error, "dropping the shadow database"))
    }
}

/// Drops subscriptions that are switched off and have no slot.
const NO_SUBSCRIPTIONS: &str = "
    DO LANGUAGE plpgsql $$
    DECLARE one name;
    BEGIN
        FOR one IN SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
            WHERE d.datname = pg_catalog.current_database() AND NOT s.subenabled AND s.subslotname IS NULL
        LOOP
            EXECUTE pg_catalog.format('DROP SUBSCRIPTION %I', one);
        END LOOP;
    END $$";

fn drop_sql(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_ident(name))
}

fn refused(error: &tokio_postgres::Error) -> Refused {
    Refused { said: words(error) }
}

fn words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(answer) => format!(
            "{} (SQLSTATE {}){}",
            answer.message().replace('\n', " "),
            answer.code().code(),
            answer
                .detail()
                .map(|detail| format!(": {}", detail.replace('\n', " ")))
                .unwrap_or_default()
        ),
        None => error.to_string(),
    }
}
