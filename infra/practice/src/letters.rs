//! Letters to those who work here: which message was written to whom. What patients are written stands in their records.

use crate::{Error, Tx};
use nova_practice::{CabinetId, UserId, access::Role};

/// Whether the message with this number was written to them before. In a transaction of the group, as the others.
pub async fn was_sent(tx: &Tx<'_>, message: i64, to: UserId) -> Result<bool, Error> {
    let row = tx
        .one(
            "SELECT EXISTS (SELECT FROM practice.letters WHERE message = $1 AND recipient = $2)",
            &[&message, &to.uuid()],
        )
        .await?;
    Ok(row.get(0))
}

/// Notes that it was.
pub async fn sent(tx: &Tx<'_>, message: i64, to: UserId) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO practice.letters (message, recipient) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        &[&message, &to.uuid()],
    )
    .await?;
    Ok(())
}

/// Who runs a cabinet, and may sign in.
pub async fn managers(tx: &Tx<'_>, cabinet: CabinetId) -> Result<Vec<UserId>, Error> {
    let rows = tx
        .query(
            "SELECT DISTINCT u.id FROM practice.users u JOIN practice.role_grants g ON g.user_id = u.id \
             WHERE g.in_cabinet = $1 AND g.role = $2 AND u.status = 'active' ORDER BY u.id",
            &[&cabinet.uuid(), &Role::CabinetManager.name()],
        )
        .await?;
    Ok(rows.iter().map(|row| UserId(row.get(0))).collect())
}

/// Forgets what was written so many days ago; returns how much.
pub async fn forget(tx: &Tx<'_>, days: i32) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM practice.letters WHERE sent_at < now() - make_interval(days => $1)",
        &[&days],
    )
    .await
}
