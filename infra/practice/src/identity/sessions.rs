//! Sessions: who asks, refreshing, ending.

use super::{at, ms, roles};
use crate::{Error, Store, Tx, audit::Entry};
use jiff::Timestamp;
use nova_practice::{
    CabinetId, SessionId, UserId,
    access::Grants,
    signin::refresh::{self, OLDEST_MS, Outcome},
};
use uuid::Uuid;

/// Why a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The person signed out.
    SignedOut,
    /// The person signed out everywhere.
    Everywhere,
    /// A copy of its refresh token was shown.
    Stolen,
    /// The password was changed.
    PasswordChanged,
    /// The person may not sign in any more.
    Disabled,
    /// The second factor was taken away.
    SecondFactorReset,
}

impl Because {
    fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed out",
            Self::Everywhere => "signed out everywhere",
            Self::Stolen => "stolen",
            Self::PasswordChanged => "password changed",
            Self::Disabled => "disabled",
            Self::SecondFactorReset => "second factor reset",
        }
    }
}

/// A session that begins.
#[derive(Debug, Clone)]
pub struct New {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// A second factor was shown.
    pub second_factor: bool,
    /// What the client calls itself, cut to 200 characters.
    pub agent: String,
    /// Where it comes from.
    pub address: String,
}

/// Begins a session.
pub async fn begin(tx: &Tx<'_>, new: &New, now_ms: u64) -> Result<(), Error> {
    let agent: String = new.agent.chars().filter(|sign| !sign.is_control()).take(200).collect();
    let address: String = new.address.chars().take(64).collect();
    tx.execute(
        "INSERT INTO practice.sessions (id, user_id, began_at, refreshed_at, second_factor, agent, address) \
         VALUES ($1, $2, $3, $3, $4, $5, $6)",
        &[
            &new.id.uuid(),
            &new.user.uuid(),
            &at(now_ms),
            &new.second_factor,
            &agent,
            &address,
        ],
    )
    .await?;
    super::people::seen(tx, new.user, now_ms).await?;
    tx.audit(Entry::new("session.begin", "user", new.user.uuid()).details(serde_json::json!({ "session": new.id })));
    Ok(())
}

/// What a request needs to know of who sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Counts changes of roles.
    pub grants_version: u64,
    /// The session has shown a second factor.
    pub second_factor: bool,
    /// Everything they were given.
    pub grants: Grants,
    /// The cabinet that the request names exists.
    pub cabinet_exists: bool,
}

/// Who asks: none when the session is over or the person may not sign in. Every request begins with it, so it is one
/// statement.
pub async fn asking(
    store: &Store,
    (session, user): (SessionId, UserId),
    cabinet: Option<CabinetId>,
    now_ms: u64,
) -> Result<Option<Asking>, Error> {
    let row = store
        .outside(
            "SELECT grants_version, second_factor, grants, cabinet_exists FROM practice.asking($1, $2, $3, $4)",
            &[
                &session.uuid(),
                &user.uuid(),
                &cabinet.map(CabinetId::uuid),
                &at(now_ms.saturating_sub(OLDEST_MS)),
            ],
        )
        .await?;
    Ok(row.map(|row| Asking {
        grants_version: u64::try_from(row.get::<_, i64>(0)).unwrap_or(0),
        second_factor: row.get(1),
        grants: Grants::new(
            row.get::<_, Vec<String>>(2)
                .iter()
                .filter_map(|joined| roles::grant(joined)),
        ),
        cabinet_exists: row.get(3),
    }))
}

/// A session after its token was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refreshed {
    /// What was decided.
    pub outcome: Outcome,
    /// Whose session it is.
    pub user: UserId,
    /// Counts changes of roles.
    pub grants_version: u64,
    /// The session has shown a second factor.
    pub second_factor: bool,
}

/// Shows the token of that number: the session goes on, or ends. None when there is no such session. What was decided is
/// to be committed whatever it is.
pub async fn refresh(tx: &Tx<'_>, session: SessionId, number: u32, now_ms: u64) -> Result<Option<Refreshed>, Error> {
    let row = tx
        .optional(
            "SELECT s.user_id, s.current, s.refreshed_at, s.began_at, s.ended_at IS NOT NULL OR u.status <> 'active', \
               u.grants_version, s.second_factor \
             FROM practice.sessions s JOIN practice.users u ON u.id = s.user_id WHERE s.id = $1 FOR UPDATE OF s",
            &[&session.uuid()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let known = refresh::Session {
        current: u32::try_from(row.get::<_, i32>(1)).unwrap_or(0),
        refreshed_ms: ms(row.get(2)),
        began_ms: ms(row.get(3)),
        ended: row.get(4),
    };
    let refreshed = Refreshed {
        outcome: refresh::decide(&known, number, now_ms),
        user: UserId(row.get(0)),
        grants_version: u64::try_from(row.get::<_, i64>(5)).unwrap_or(0),
        second_factor: row.get(6),
    };
    match refreshed.outcome {
        Outcome::Rotate(next) => {
            tx.execute(
                "UPDATE practice.sessions SET current = $2, refreshed_at = $3 WHERE id = $1",
                &[&session.uuid(), &i32::try_from(next).unwrap_or(i32::MAX), &at(now_ms)],
            )
            .await?;
        }
        Outcome::Stolen => {
            end(tx, refreshed.user, Which::One(session), Because::Stolen, now_ms).await?;
        }
        Outcome::Again(_) | Outcome::Over => {}
    }
    Ok(Some(refreshed))
}

/// Which sessions of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    Others(SessionId),
    /// All.
    All,
}

/// Ends sessions of somebody; returns how many there were.
pub async fn end(tx: &Tx<'_>, user: UserId, which: Which, because: Because, now_ms: u64) -> Result<u64, Error> {
    let (only, but) = match which {
        Which::One(session) => (Some(session.uuid()), None),
        Which::Others(session) => (None, Some(session.uuid())),
        Which::All => (None, None),
    };
    let ended = tx
        .execute(
            "UPDATE practice.sessions SET ended_at = $4, ended_because = $5 WHERE user_id = $1 AND ended_at IS NULL \
             AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id <> $3)",
            &[&user.uuid(), &only, &but, &at(now_ms), &because.name()],
        )
        .await?;
    if ended > 0 {
        let details = serde_json::json!({ "because": because.name(), "sessions": ended });
        tx.audit(Entry::new("session.end", "user", user.uuid()).details(details));
    }
    Ok(ended)
}

/// Notes that a session has shown a second factor.
pub async fn strengthen(tx: &Tx<'_>, session: SessionId) -> Result<(), Error> {
    tx.execute(
        "UPDATE practice.sessions SET second_factor = true WHERE id = $1",
        &[&session.uuid()],
    )
    .await?;
    Ok(())
}

/// Notes that there is no second factor any more.
pub async fn weaken(tx: &Tx<'_>, session: SessionId) -> Result<(), Error> {
    tx.execute(
        "UPDATE practice.sessions SET second_factor = false WHERE id = $1",
        &[&session.uuid()],
    )
    .await?;
    Ok(())
}

/// A session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: Uuid,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last refreshed.
    pub refreshed_at: Timestamp,
    /// It has shown a second factor.
    pub second_factor: bool,
    /// What the client calls itself.
    pub agent: String,
    /// Where it came from.
    pub address: String,
}

/// Somebody's sessions that are not over, newest first.
pub async fn list(tx: &Tx<'_>, user: UserId, now_ms: u64) -> Result<Vec<Seen>, Error> {
    let rows = tx
        .query(
            "SELECT id, began_at, refreshed_at, second_factor, agent, address FROM practice.sessions \
             WHERE user_id = $1 AND ended_at IS NULL AND began_at > $2 AND refreshed_at > $3 \
             ORDER BY began_at DESC, id DESC LIMIT 100",
            &[
                &user.uuid(),
                &at(now_ms.saturating_sub(OLDEST_MS)),
                &at(now_ms.saturating_sub(refresh::IDLE_MS)),
            ],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Seen {
            id: row.get(0),
            began_at: row.get(1),
            refreshed_at: row.get(2),
            second_factor: row.get(3),
            agent: row.get(4),
            address: row.get(5),
        })
        .collect())
}

/// Forgets sessions that have been over for ninety days: until then they explain what happened.
pub async fn forget(tx: &Tx<'_>, now_ms: u64) -> Result<u64, Error> {
    let before = at(now_ms.saturating_sub(OLDEST_MS + 90 * 24 * 3_600_000));
    tx.execute("DELETE FROM practice.sessions WHERE began_at < $1", &[&before])
        .await
}
