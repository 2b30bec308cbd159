//! What must hold before anything is served: a role that cannot pass the walls, walls around every table, a schema
//! that is new enough. Proved from the catalogs, which everybody may read.

use crate::{Error, migrate};
use nova_errors::{Code, Failure};
use tokio_postgres::Client;

/// One way in which a cabinet could see another's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What is wrong.
    pub fault: String,
    /// The object.
    pub object: String,
}

/// Every violation that the catalogs show for `role`; empty when tenants are apart.
pub async fn violations(client: &Client, role: &str) -> Result<Vec<Violation>, Error> {
    let rows = client.query(include_str!("gate.sql"), &[&role]).await?;
    Ok(rows
        .iter()
        .map(|row| Violation {
            fault: row.get(0),
            object: row.get(1),
        })
        .collect())
}

/// What the current role may do that a serving role may not.
async fn excess(client: &Client) -> Result<(String, Vec<String>), Error> {
    let row = client
        .query_one(
            "SELECT current_user::text, array_remove(ARRAY[ \
                CASE WHEN bool_or(r.rolsuper) THEN 'it is a superuser, or may become one' END, \
                CASE WHEN bool_or(r.rolbypassrls) THEN 'it may bypass row security' END, \
                CASE WHEN bool_or(r.rolcreaterole) THEN 'it may create roles' END, \
                CASE WHEN EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                        WHERE n.nspname = 'practice' AND pg_has_role(c.relowner, 'MEMBER')) \
                    THEN 'it owns tables of the platform' END, \
                CASE WHEN EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'practice' \
                        AND has_schema_privilege(n.oid, 'CREATE')) THEN 'it may create in the platform''s schema' END], NULL) \
             FROM pg_roles r WHERE pg_has_role(r.oid, 'MEMBER')",
            &[],
        )
        .await?;
    Ok((row.get(0), row.get(1)))
}

/// Refuses a role that may do too much, a schema that is too old, and tables that are not isolated.
pub(crate) async fn refuse_unsafe(client: &Client) -> Result<(), Error> {
    let (role, excess) = excess(client).await?;
    if !excess.is_empty() {
        let cause = format!("the role {role} may do more than serve");
        return Err(Failure::new(Code::PRACTICE_ROLE, cause).with_details(excess).into());
    }
    migrate::refuse_old(client).await?;
    let found = violations(client, &role).await?;
    if !found.is_empty() {
        let lines = found.iter().map(|one| format!("{}: {}", one.object, one.fault));
        let cause = format!("{} finding{}", found.len(), if found.len() == 1 { "" } else { "s" });
        return Err(Failure::new(Code::PRACTICE_ISOLATION, cause).with_details(lines).into());
    }
    Ok(())
}
