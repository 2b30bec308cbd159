//! Invitations and resets: a link works once, and the newest of its kind only.

use super::at;
use crate::{Error, Tx, audit::Entry};
use nova_errors::{Code, Failure};
use nova_practice::{
    UserId,
    signin::{
        Entropy,
        link::{self, Purpose},
    },
};

fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "invitation",
        Purpose::Reset => "reset",
    }
}

/// Makes a link for somebody; earlier ones for the same purpose work no longer. The token is nowhere but in the answer.
pub async fn make(
    tx: &Tx<'_>,
    entropy: &dyn Entropy,
    purpose: Purpose,
    (user, by): (UserId, Option<UserId>),
    now_ms: u64,
) -> Result<String, Error> {
    revoke(tx, purpose, user, now_ms).await?;
    let token = link::make(entropy, purpose);
    let hash = link::stored(purpose, &token).ok_or_else(over)?;
    tx.execute(
        "INSERT INTO practice.links (hash, purpose, user_id, made_by, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            &hash.as_slice(),
            &word(purpose),
            &user.uuid(),
            &by.map(UserId::uuid),
            &at(now_ms),
            &at(now_ms + purpose.lifetime_ms()),
        ],
    )
    .await?;
    let action = match purpose {
        Purpose::Invitation => "invitation.make",
        Purpose::Reset => "reset.make",
    };
    tx.audit(Entry::new(action, "user", user.uuid()));
    Ok(token)
}

/// Makes links of somebody useless.
pub async fn revoke(tx: &Tx<'_>, purpose: Purpose, user: UserId, now_ms: u64) -> Result<u64, Error> {
    tx.execute(
        "UPDATE practice.links SET used_at = $3 WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL",
        &[&user.uuid(), &word(purpose), &at(now_ms)],
    )
    .await
}

/// Whose link it is, without using it.
///
/// # Errors
/// `NOVA-3211` when it works no longer, or never did.
pub async fn look(tx: &Tx<'_>, purpose: Purpose, token: &str, now_ms: u64) -> Result<UserId, Error> {
    let hash = link::stored(purpose, token).ok_or_else(over)?;
    let row = tx
        .optional(
            "SELECT user_id FROM practice.links WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
            &[&hash.as_slice(), &word(purpose), &at(now_ms)],
        )
        .await?;
    Ok(UserId(row.ok_or_else(over)?.get(0)))
}

/// Uses a link: it works once.
///
/// # Errors
/// `NOVA-3211` when it works no longer, or never did.
pub async fn redeem(tx: &Tx<'_>, purpose: Purpose, token: &str, now_ms: u64) -> Result<UserId, Error> {
    let hash = link::stored(purpose, token).ok_or_else(over)?;
    let row = tx
        .optional(
            "UPDATE practice.links SET used_at = $3 WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 \
             RETURNING user_id",
            &[&hash.as_slice(), &word(purpose), &at(now_ms)],
        )
        .await?;
    Ok(UserId(row.ok_or_else(over)?.get(0)))
}

/// Forgets links that have not worked for a month; returns how many.
pub async fn forget(tx: &Tx<'_>, now_ms: u64) -> Result<u64, Error> {
    let before = at(now_ms.saturating_sub(30 * 24 * 3_600_000));
    tx.execute("DELETE FROM practice.links WHERE expires_at < $1", &[&before])
        .await
}

fn over() -> Failure {
    Failure::new(Code::LINK_OVER, "the link is unknown, used or too old")
}
