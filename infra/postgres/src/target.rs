//! The server of a verified target: databases that Nova makes there, and the roles and rights that takes.

use crate::{connect::connect, failure::failure, identity, session};
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_schema::{quote_ident, quote_literal};
use std::collections::BTreeSet;
use tokio_postgres::Client;

/// Databases from which others can be created, renamed and dropped; the first that lets us in is used.
const MAINTENANCE: &[&str] = &["postgres", "template1", "defaultdb"];

/// A database that Nova itself made, named by the operation: the only kind that is ever dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDatabase(String);

impl OwnDatabase {
    const STAGING: &'static str = "nova_stage_";
    const PREVIOUS: &'static str = "nova_prev_";
    const UNDONE: &'static str = "nova_undone_";
    const FRESH: &'static str = "nova_new_";
    const GONE: &'static str = "nova_gone_";

    /// Where an operation's epoch is loaded.
    pub fn staging(operation: &str, epoch: u32) -> Self {
        Self(format!("{}{operation}_{epoch}", Self::STAGING))
    }

    /// What the target held before an operation's promotion.
    pub fn previous(operation: &str) -> Self {
        Self(format!("{}{operation}", Self::PREVIOUS))
    }

    /// What the target held before a rollback operation brought the previous contents back.
    pub fn undone(operation: &str) -> Self {
        Self(format!("{}{operation}", Self::UNDONE))
    }

    /// The empty database of a preview before it takes the preview's name.
    pub fn fresh(database: &str) -> Self {
        Self(format!("{}{database}", Self::FRESH))
    }

    /// The database of a preview that an operation removes.
    pub fn gone(operation: &str) -> Self {
        Self(format!("{}{operation}", Self::GONE))
    }

    /// Recognises a name that one of the constructors made.
    pub fn recognise(name: &str) -> Option<Self> {
        [Self::STAGING, Self::PREVIOUS, Self::UNDONE, Self::FRESH, Self::GONE]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            .then(|| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Encoding and locale of a new database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseTemplate {
    /// `UTF8`, `LATIN1`, `SQL_ASCII` …
    pub encoding: String,
    /// Further clauses of `CREATE DATABASE` for the locale, ready to use: `LC_COLLATE 'C' LC_CTYPE 'C'`.
    pub locale: String,
}

/// What the signed-in role may do on the target's server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRights {
    /// The role.
    pub role: String,
    /// It may create databases and rename the target.
    pub may_stage: bool,
    /// It may create roles.
    pub may_create_roles: bool,
    /// It may do everything.
    pub superuser: bool,
    /// Roles it is a member of, itself included.
    pub member_of: BTreeSet<String>,
    /// It sees every row whatever policies say.
    pub bypasses_row_security: bool,
    /// Roles that exist.
    pub roles: BTreeSet<String>,
    /// Extensions that can be created.
    pub extensions: BTreeSet<String>,
    /// Subscriptions in the target database: as long as it has one, it cannot be dropped.
    pub subscriptions: BTreeSet<String>,
    /// Major version of the server.
    pub version: u32,
}

/// A session to the server of a verified target, outside the target database.
#[derive(Debug)]
pub struct TargetServer {
    client: Client,
    target: VerifiedTarget,
}

impl TargetServer {
    /// Opens a session and makes sure that it leads to the server that was verified.
    ///
    /// # Errors
    /// `NOVA-1108` when it leads elsewhere; `NOVA-12xx`.
    pub async fn open(target: &VerifiedTarget) -> Result<Self, Failure> {
        let mut refused: Option<Failure> = None;
        for database in MAINTENANCE.iter().filter(|name| **name != target.identity().database) {
            match connect(target.url(), Some(database)).await {
                Ok(client) => {
                    session::writing(&client).await?;
                    same_server(&client, target).await?;
                    return Ok(Self {
                        client,
                        target: target.clone(),
                    });
                }
                // No database of this server would do better.
                Err(failure) if [Code::SHARED_SESSION, Code::UNREACHABLE].contains(&failure.code) => {
                    return Err(failure);
                }
                // A database that is there and lets nobody in says more than one that is not there.
                Err(failure) if refused.as_ref().is_none_or(|first| first.code == Code::NO_DATABASE) => {
                    refused = Some(failure);
                }
                Err(_) => {}
            }
        }
        Err(refused.unwrap_or_else(|| Failure::new(Code::NO_DATABASE, "no maintenance database lets the role in")))
    }

    /// Another session of the same kind.
    pub(crate) async fn again(&self) -> Result<Self, Failure> {
        Self::open(&self.target).await
    }

    /// The target.
    pub fn target(&self) -> &VerifiedTarget {
        &self.target
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn run(&self, sql: &str, doing: &str) -> Result<(), Failure> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|error| failure(&error, doing))
    }

    /// Waits until no other session of Nova does the same thing on this server; ends with the session.
    ///
    /// # Errors
    /// `NOVA-1506` when another session takes longer than a minute.
    pub async fn exclusively(&self, what: &str) -> Result<(), Failure> {
        let locked = self
            .client
            .execute("SELECT pg_advisory_lock(hashtextextended($1, 7))", &[&what])
            .await;
        locked
            .map(|_| ())
            .map_err(|error| failure(&error, "waiting for another session of Nova"))
    }

    /// What the role may do here.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn rights(&self) -> Result<TargetRights, Failure> {
        let doing = "checking the rights on the target";
        let query = |sql: &'static str| async move {
            self.client
                .query(sql, &[])
                .await
                .map_err(|error| failure(&error, doing))
        };
        let row = self
            .client
            .query_one(
                "SELECT r.rolname::text, (r.rolsuper OR r.rolcreatedb) AND (r.rolsuper OR pg_has_role(d.datdba, 'USAGE')),
                        r.rolsuper OR r.rolcreaterole, r.rolsuper OR r.rolbypassrls, r.rolsuper
                 FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
                 WHERE r.rolname = current_user AND d.datname = $1",
                &[&self.target.identity().database],
            )
            .await
            .map_err(|error| failure(&error, doing))?;
        let names = |rows: Vec<tokio_postgres::Row>| rows.iter().map(|row| row.get::<_, String>(0)).collect();
        Ok(TargetRights {
            role: row.get(0),
            may_stage: row.get(1),
            may_create_roles: row.get(2),
            bypasses_row_security: row.get(3),
            superuser: row.get(4),
            member_of: names(
                query("SELECT rolname::text FROM pg_catalog.pg_roles WHERE pg_has_role(oid, 'MEMBER')").await?,
            ),
            roles: names(query("SELECT rolname::text FROM pg_catalog.pg_roles").await?),
            extensions: names(query("SELECT name::text FROM pg_catalog.pg_available_extensions").await?),
            subscriptions: names(
                self.client
                    .query(
                        "SELECT s.subname::text FROM pg_catalog.pg_subscription s
                         JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = $1",
                        &[&self.target.identity().database],
                    )
                    .await
                    .map_err(|error| failure(&error, doing))?,
            ),
            version: self.target.identity().version,
        })
    }

    /// The oid of a database, if it exists.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn database_oid(&self, name: &str) -> Result<Option<u32>, Failure> {
        let rows = self
            .client
            .query("SELECT oid FROM pg_catalog.pg_database WHERE datname = $1", &[&name])
            .await
            .map_err(|error| failure(&error, "looking for a database"))?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// The name of the database with this oid, if it exists.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn database_name(&self, oid: u32) -> Result<Option<String>, Failure> {
        let rows = self
            .client
            .query(
                "SELECT datname::text FROM pg_catalog.pg_database WHERE oid = $1",
                &[&oid],
            )
            .await
            .map_err(|error| failure(&error, "looking for a database"))?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// Creates a role that cannot sign in, because grants and policies name it.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn create_role(&self, name: &str) -> Result<(), Failure> {
        let doing = format!("creating role {name}");
        match self
            .client
            .batch_execute(&format!("CREATE ROLE {} NOLOGIN", quote_ident(name)))
            .await
        {
            Err(error) if error.code() == Some(&tokio_postgres::error::SqlState::DUPLICATE_OBJECT) => Ok(()),
            outcome => outcome.map_err(|error| failure(&error, &doing)),
        }
    }

    /// Creates an empty database with the target's owner, settings and grants, replacing an unfinished one.
    /// A locale that this server does not have gives way to the server's own; `Ok(false)` says so.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn create(&self, database: &OwnDatabase, template: &DatabaseTemplate) -> Result<bool, Failure> {
        let doing = "creating the staging database";
        self.drop(database).await?;
        let name = quote_ident(database.as_str());
        let encoding = quote_literal(&template.encoding);
        let wanted = format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding} {}",
            template.locale
        );
        let exact = match self.client.batch_execute(&wanted).await {
            Ok(()) => true,
            Err(error)
                if matches!(
                    error.code().map(tokio_postgres::error::SqlState::code),
                    Some("42809" | "22023" | "0A000")
                ) =>
            {
                let own = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding}");
                self.run(&own, doing).await?;
                false
            }
            Err(error) => return Err(failure(&error, doing)),
        };
        self.inherit_properties(database).await?;
        Ok(exact)
    }

    /// Gives a new database what belongs to the target's name rather than to its contents.
    async fn inherit_properties(&self, database: &OwnDatabase) -> Result<(), Failure> {
        let doing = "carrying the target's owner, settings and grants";
        let name = quote_ident(database.as_str());
        let statements = self
            .client
            .query(
                "WITH target AS (SELECT * FROM pg_catalog.pg_database WHERE datname = $1)
                 SELECT format('ALTER DATABASE %s OWNER TO %I', $2::text, pg_get_userbyid(datdba)) FROM target
                   WHERE datdba <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
                 UNION ALL
                 SELECT format('ALTER DATABASE %s CONNECTION LIMIT %s', $2::text, datconnlimit) FROM target WHERE datconnlimit >= 0
                 UNION ALL
                 SELECT format('ALTER %s SET %s TO %s',
                               CASE WHEN s.setrole = 0 THEN 'DATABASE ' || $2::text
                                    ELSE format('ROLE %I IN DATABASE %s', pg_get_userbyid(s.setrole), $2::text) END,
                               split_part(entry, '=', 1), quote_literal(substr(entry, strpos(entry, '=') + 1)))
                 FROM target JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = target.oid, unnest(s.setconfig) AS entry
                   WHERE split_part(entry, '=', 1) NOT IN ('search_path', 'session_preload_libraries', 'local_preload_libraries',
                                                           'temp_tablespaces', 'unix_socket_directories')
                 UNION ALL
                 SELECT format('ALTER %s SET %s TO %s',
                               CASE WHEN s.setrole = 0 THEN 'DATABASE ' || $2::text
                                    ELSE format('ROLE %I IN DATABASE %s', pg_get_userbyid(s.setrole), $2::text) END,
                               split_part(entry, '=', 1), substr(entry, strpos(entry, '=') + 1))
                 FROM target JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = target.oid, unnest(s.setconfig) AS entry
                   WHERE split_part(entry, '=', 1) IN ('search_path', 'session_preload_libraries', 'local_preload_libraries',
                                                       'temp_tablespaces', 'unix_socket_directories')
                     AND substr(entry, strpos(entry, '=') + 1) <> ''
                 UNION ALL
                 SELECT format('REVOKE ALL ON DATABASE %s FROM PUBLIC', $2::text) FROM target WHERE datacl IS NOT NULL
                 UNION ALL
                 SELECT format('GRANT %s ON DATABASE %s TO %s', acl.privilege_type, $2::text,
                               CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END)
                 FROM target, aclexplode(target.datacl) AS acl WHERE acl.grantee <> target.datdba",
                &[&self.target.identity().database, &name],
            )
            .await
            .map_err(|error| failure(&error, doing))?;
        for statement in statements {
            self.run(statement.get(0), doing).await?;
        }
        Ok(())
    }

    /// Drops a database of Nova's own, ending its sessions; one that does not exist is fine.
    ///
    /// # Errors
    /// `NOVA-12xx`.
    pub async fn drop(&self, database: &OwnDatabase) -> Result<(), Failure> {
        let sql = format!(
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            quote_ident(database.as_str())
        );
        self.run(&sql, "dropping a database of Nova's own").await
    }
}

pub(crate) async fn same_server(client: &Client, target: &VerifiedTarget) -> Result<(), Failure> {
    let found = identity::ask(client).await?.identity;
    if found.system == target.identity().system {
        return Ok(());
    }
    Err(Failure::new(
        Code::IDENTITY_CHANGED,
        format!(
            "environment {} led to another server than the one that was verified",
            target.name()
        ),
    ))
}
