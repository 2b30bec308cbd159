//! Authenticator apps and backup codes.

use super::{at, ms};
use crate::{Error, Tx, audit::Entry};
use nova_errors::{Code, Failure};
use nova_practice::{
    UserId,
    signin::{
        Entropy, backup, random,
        seal::MasterKey,
        totp::{self, Verdict},
    },
};

const PURPOSE: &str = "totp";

/// Begins setting up an app: a new secret, in place of one that was not confirmed.
///
/// # Errors
/// `NOVA-3219` when an app is set up already.
pub async fn prepare(
    tx: &Tx<'_>,
    (key, entropy): (&MasterKey, &dyn Entropy),
    user: UserId,
    now_ms: u64,
) -> Result<[u8; totp::SECRET_BYTES], Error> {
    let secret: [u8; totp::SECRET_BYTES] = random(entropy);
    let sealed = key.seal(PURPOSE, user.uuid().as_bytes(), random(entropy), &secret)?;
    let made = tx
        .execute(
            "INSERT INTO practice.totp (user_id, sealed, made_at) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at, last_step = NULL \
             WHERE practice.totp.confirmed_at IS NULL",
            &[&user.uuid(), &sealed, &at(now_ms)],
        )
        .await?;
    if made == 0 {
        let cause = "an authenticator app is set up already";
        return Err(Failure::new(Code::SECOND_FACTOR_STATE, cause).into());
    }
    Ok(secret)
}

/// Which codes are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Those of an app that is being set up.
    Pending,
    /// Those of an app that is set up.
    Confirmed,
}

/// Looks at a code of an app; a right one counts as used. `Verdict::Wrong` also when there is no such app.
pub async fn check(
    tx: &Tx<'_>,
    key: &MasterKey,
    user: UserId,
    of: Of,
    code: &str,
    now_ms: u64,
) -> Result<Verdict, Error> {
    let row = tx
        .optional(
            "SELECT sealed, last_step FROM practice.totp WHERE user_id = $1 AND (confirmed_at IS NOT NULL) = $2 FOR UPDATE",
            &[&user.uuid(), &(of == Of::Confirmed)],
        )
        .await?;
    let Some(row) = row else { return Ok(Verdict::Wrong) };
    let secret = key.open(PURPOSE, user.uuid().as_bytes(), row.get(0))?;
    let last = row.get::<_, Option<i64>>(1).and_then(|step| u64::try_from(step).ok());
    let verdict = totp::verify(&secret, last, code, now_ms);
    if let Verdict::Right { step } = verdict {
        tx.execute(
            "UPDATE practice.totp SET last_step = $2 WHERE user_id = $1",
            &[&user.uuid(), &i64::try_from(step).unwrap_or(i64::MAX)],
        )
        .await?;
    }
    Ok(verdict)
}

/// Confirms the app that is being set up, and makes backup codes.
pub async fn confirm(
    tx: &Tx<'_>,
    (key, entropy): (&MasterKey, &dyn Entropy),
    user: UserId,
    now_ms: u64,
) -> Result<Vec<String>, Error> {
    tx.execute(
        "UPDATE practice.totp SET confirmed_at = $2 WHERE user_id = $1",
        &[&user.uuid(), &at(now_ms)],
    )
    .await?;
    tx.audit(Entry::new("second-factor.set", "user", user.uuid()));
    new_codes(tx, (key, entropy), user, now_ms).await
}

/// Makes backup codes; earlier ones are no use any more.
pub async fn new_codes(
    tx: &Tx<'_>,
    (key, entropy): (&MasterKey, &dyn Entropy),
    user: UserId,
    now_ms: u64,
) -> Result<Vec<String>, Error> {
    let codes = backup::make(entropy);
    let hashes: Vec<Vec<u8>> = codes
        .iter()
        .filter_map(|code| backup::stored(key, user, code))
        .map(|hash| hash.to_vec())
        .collect();
    tx.execute("DELETE FROM practice.backup_codes WHERE user_id = $1", &[&user.uuid()])
        .await?;
    tx.execute(
        "INSERT INTO practice.backup_codes (user_id, hash, made_at) SELECT $1, h, $3 FROM unnest($2::bytea[]) h",
        &[&user.uuid(), &hashes, &at(now_ms)],
    )
    .await?;
    tx.audit(Entry::new("backup-codes.make", "user", user.uuid()));
    Ok(codes)
}

/// Uses a backup code: true once for each.
pub async fn use_code(tx: &Tx<'_>, key: &MasterKey, user: UserId, code: &str, now_ms: u64) -> Result<bool, Error> {
    let Some(hash) = backup::stored(key, user, code) else {
        return Ok(false);
    };
    let used = tx
        .execute(
            "UPDATE practice.backup_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
            &[&user.uuid(), &hash.as_slice(), &at(now_ms)],
        )
        .await?;
    if used == 1 {
        tx.audit(Entry::new("backup-codes.use", "user", user.uuid()));
    }
    Ok(used == 1)
}

/// How somebody's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Since when an app is set up, in milliseconds since 1970-01-01 UTC.
    pub since_ms: Option<u64>,
    /// Backup codes that are left.
    pub codes_left: i64,
}

/// How somebody's second factor stands.
pub async fn state(tx: &Tx<'_>, user: UserId) -> Result<State, Error> {
    let row = tx
        .one(
            "SELECT (SELECT confirmed_at FROM practice.totp WHERE user_id = $1), \
               (SELECT count(*) FROM practice.backup_codes WHERE user_id = $1 AND used_at IS NULL)",
            &[&user.uuid()],
        )
        .await?;
    Ok(State {
        since_ms: row.get::<_, Option<jiff::Timestamp>>(0).map(ms),
        codes_left: row.get(1),
    })
}

/// Takes app and codes away; true when there was an app.
pub async fn remove(tx: &Tx<'_>, user: UserId) -> Result<bool, Error> {
    let removed = tx
        .execute("DELETE FROM practice.totp WHERE user_id = $1", &[&user.uuid()])
        .await?;
    tx.execute("DELETE FROM practice.backup_codes WHERE user_id = $1", &[&user.uuid()])
        .await?;
    if removed > 0 {
        tx.audit(Entry::new("second-factor.remove", "user", user.uuid()));
    }
    Ok(removed > 0)
}
