//! Roles given and taken away. A trigger counts every change in `users.grants_version`.

use super::nothing_here;
use crate::{Error, Tx, audit::Entry};
use nova_errors::{Code, Failure};
use nova_practice::{
    CabinetId, UserId,
    access::{Grant, Grants, Reach},
};
use uuid::Uuid;

/// Reads `role` and `cabinet`, as the database joins them.
pub(crate) fn grant(joined: &str) -> Option<Grant> {
    let (role, cabinet) = joined.split_once(' ')?;
    let cabinet = if cabinet.is_empty() {
        None
    } else {
        Some(cabinet.parse().ok()?)
    };
    Grant::new(role.parse().ok()?, cabinet).ok()
}

/// What somebody was given.
pub async fn of(tx: &Tx<'_>, user: UserId) -> Result<Grants, Error> {
    let rows = tx
        .query(
            "SELECT role || ' ' || coalesce(in_cabinet::text, '') FROM practice.role_grants WHERE user_id = $1",
            &[&user.uuid()],
        )
        .await?;
    Ok(Grants::new(rows.iter().filter_map(|row| grant(row.get(0)))))
}

/// Gives a role; returns the grant's id, and whether it is new. Who may give it is decided before.
///
/// # Errors
/// `NOVA-3205` when there is no such cabinet.
pub async fn give(tx: &Tx<'_>, id: Uuid, to: UserId, given: Grant, by: Option<UserId>) -> Result<(Uuid, bool), Error> {
    let cabinet = given.cabinet.map(CabinetId::uuid);
    if let Some(cabinet) = cabinet {
        tx.optional("SELECT 1 FROM practice.cabinets WHERE id = $1", &[&cabinet])
            .await?
            .ok_or_else(nothing_here)?;
    }
    let made = tx
        .execute(
            "INSERT INTO practice.role_grants (id, user_id, role, in_cabinet, given_by) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
            &[&id, &to.uuid(), &given.role.name(), &cabinet, &by.map(UserId::uuid)],
        )
        .await?;
    if made == 1 {
        let details = serde_json::json!({ "role": given.role.name(), "cabinet": given.cabinet });
        tx.audit(Entry::new("role.give", "user", to.uuid()).details(details));
        return Ok((id, true));
    }
    let row = tx
        .one(
            "SELECT id FROM practice.role_grants WHERE user_id = $1 AND role = $2 AND in_cabinet IS NOT DISTINCT FROM $3",
            &[&to.uuid(), &given.role.name(), &cabinet],
        )
        .await?;
    Ok((row.get(0), false))
}

/// A grant of somebody, as far as `reach` covers it.
///
/// # Errors
/// `NOVA-3205`.
pub async fn read(tx: &Tx<'_>, reach: &Reach, user: UserId, id: Uuid) -> Result<Grant, Error> {
    let cabinets: Option<Vec<Uuid>> = reach
        .cabinets()
        .map(|cabinets| cabinets.into_iter().map(CabinetId::uuid).collect());
    let row = tx
        .optional(
            "SELECT role || ' ' || coalesce(in_cabinet::text, '') FROM practice.role_grants \
             WHERE id = $1 AND user_id = $2 AND ($3::uuid[] IS NULL OR in_cabinet = ANY ($3))",
            &[&id, &user.uuid(), &cabinets],
        )
        .await?;
    let joined = row.ok_or_else(nothing_here)?;
    Ok(grant(joined.get(0)).ok_or_else(nothing_here)?)
}

/// Takes a role away.
///
/// # Errors
/// `NOVA-3217` when nobody would be left to give roles.
pub async fn take(tx: &Tx<'_>, user: UserId, id: Uuid) -> Result<(), Error> {
    let row = tx
        .optional(
            "DELETE FROM practice.role_grants WHERE id = $1 AND user_id = $2 RETURNING role, in_cabinet",
            &[&id, &user.uuid()],
        )
        .await?
        .ok_or_else(nothing_here)?;
    let (role, cabinet): (String, Option<Uuid>) = (row.get(0), row.get(1));
    let details = serde_json::json!({ "role": role, "cabinet": cabinet });
    tx.audit(Entry::new("role.take", "user", user.uuid()).details(details));
    if role == "super-admin" {
        keep_an_admin(tx).await?;
    }
    Ok(())
}

/// Makes sure that somebody who may do everything is left. One transaction at a time asks, or two could each think that
/// the other's admin stays.
pub(crate) async fn keep_an_admin(tx: &Tx<'_>) -> Result<(), Error> {
    tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('nova last admin', 0))",
        &[],
    )
    .await?;
    let left: bool = tx
        .one(
            "SELECT EXISTS (SELECT FROM practice.role_grants g JOIN practice.users u ON u.id = g.user_id \
             WHERE g.role = 'super-admin' AND u.status = 'active')",
            &[],
        )
        .await?
        .get(0);
    if left {
        return Ok(());
    }
    Err(Failure::new(Code::LAST_ADMIN, "nobody would be left who may give roles").into())
}
