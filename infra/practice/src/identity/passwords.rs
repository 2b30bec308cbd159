//! What a sign-in is checked against.

use super::{at, ms, people::Status};
use crate::{Error, Tx};
use nova_practice::UserId;

/// What is known of whoever says to have this address.
#[derive(Clone)]
pub struct Known {
    /// The user.
    pub user: UserId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Whether they may sign in.
    pub status: Status,
    /// The password's hash; none before there is a password.
    pub hash: Option<String>,
    /// When the password was set, in milliseconds since 1970-01-01 UTC.
    pub changed_ms: u64,
    /// An authenticator app is set up.
    pub second_factor: bool,
    /// Counts changes of roles.
    pub grants_version: i64,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

const KNOWN: &str = "SELECT u.id, u.email, u.name, u.status, p.hash, p.changed_at, u.grants_version, \
    EXISTS (SELECT FROM practice.totp t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) \
    FROM practice.users u LEFT JOIN practice.passwords p ON p.user_id = u.id WHERE ";

/// What is known of an address.
pub async fn by_email(tx: &Tx<'_>, email: &str) -> Result<Option<Known>, Error> {
    let row = tx.optional(&format!("{KNOWN} u.email = $1"), &[&email]).await?;
    Ok(row.as_ref().map(known))
}

/// What is known of a user.
pub async fn by_id(tx: &Tx<'_>, user: UserId) -> Result<Option<Known>, Error> {
    let row = tx.optional(&format!("{KNOWN} u.id = $1"), &[&user.uuid()]).await?;
    Ok(row.as_ref().map(known))
}

fn known(row: &tokio_postgres::Row) -> Known {
    Known {
        user: UserId(row.get(0)),
        email: row.get(1),
        name: row.get(2),
        status: Status::read(row.get(3)),
        hash: row.get(4),
        changed_ms: row.get::<_, Option<jiff::Timestamp>>(5).map_or(0, ms),
        grants_version: row.get(6),
        second_factor: row.get(7),
    }
}

/// Sets a password.
pub async fn set(tx: &Tx<'_>, user: UserId, hash: &str, now_ms: u64) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO practice.passwords (user_id, hash, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
        &[&user.uuid(), &hash, &at(now_ms)],
    )
    .await?;
    Ok(())
}

/// Replaces a hash by one of the same password with newer parameters, if the password is still that one.
pub async fn renew(tx: &Tx<'_>, user: UserId, old: &str, new: &str) -> Result<(), Error> {
    tx.execute(
        "UPDATE practice.passwords SET hash = $3 WHERE user_id = $1 AND hash = $2",
        &[&user.uuid(), &old, &new],
    )
    .await?;
    Ok(())
}
