//! Files of people: every row is looked at first, applied together, undone together.

use super::{at, nothing_here, people, roles};
use crate::{Error, Tx, audit::Entry};
use nova_errors::{Code, Failure};
use nova_practice::{
    UserId,
    access::{Grant, Grants, Role},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A row as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its line in the file; the heading is line 1.
    pub line: i32,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: String,
    /// The cabinet, by id or SIRET; empty for the group.
    pub cabinet: String,
    /// Why it cannot be applied; none: it can.
    pub fault: Option<String>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// `previewed`, `applied` or `undone`.
    pub status: String,
    /// Its rows.
    pub lines: Vec<Line>,
}

/// Someone an import made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The line.
    pub line: i32,
    /// The user.
    pub user: UserId,
    /// They are new, and need an invitation.
    pub new: bool,
}

/// Keeps the rows of a file, each with what is wrong with it for whoever sends it. Nothing else happens.
pub async fn preview(
    tx: &Tx<'_>,
    id: Uuid,
    (by, may): (UserId, &Grants),
    lines: Vec<Line>,
    now_ms: u64,
) -> Result<Import, Error> {
    tx.execute(
        "INSERT INTO practice.user_imports (id, made_by, made_at) VALUES ($1, $2, $3)",
        &[&id, &by.uuid(), &at(now_ms)],
    )
    .await?;
    let mut seen = BTreeSet::new();
    let mut kept = Vec::with_capacity(lines.len());
    for mut line in lines {
        line.email = people::address(&line.email);
        if line.fault.is_none() {
            line.fault = fault(tx, may, &line).await?;
        }
        if line.fault.is_none() && !seen.insert((line.email.clone(), line.role.clone(), line.cabinet.clone())) {
            line.fault = Some("the same stands in an earlier line".to_owned());
        }
        tx.execute(
            "INSERT INTO practice.user_import_rows (import_id, line, email, name, role, cabinet, fault) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &id,
                &line.line,
                &line.email,
                &line.name,
                &line.role,
                &line.cabinet,
                &line.fault,
            ],
        )
        .await?;
        kept.push(line);
    }
    Ok(Import {
        id,
        status: "previewed".to_owned(),
        lines: kept,
    })
}

/// What is wrong with a row.
async fn fault(tx: &Tx<'_>, may: &Grants, line: &Line) -> Result<Option<String>, Error> {
    let changes = people::Changes {
        name: Some(line.name.clone()),
        ..people::Changes::default()
    };
    if let Err(faults) = people::check(Some(&line.email), &changes) {
        let words: Vec<String> = faults.list().iter().map(ToString::to_string).collect();
        return Ok(Some(words.join("; ")));
    }
    match grant(tx, line).await? {
        Err(fault) => Ok(Some(fault)),
        Ok(grant) => Ok(may.may_grant(grant).err().map(|failure| failure.cause)),
    }
}

/// The role that a row gives.
async fn grant(tx: &Tx<'_>, line: &Line) -> Result<Result<Grant, String>, Error> {
    let Ok(role) = line.role.parse::<Role>() else {
        return Ok(Err(format!("role: {:?} is none", line.role)));
    };
    let cabinet = if line.cabinet.is_empty() {
        None
    } else {
        let row = tx
            .optional(
                "SELECT id FROM practice.cabinets WHERE id::text = lower($1) OR siret = replace($1, ' ', '')",
                &[&line.cabinet],
            )
            .await?;
        match row {
            Some(row) => Some(nova_practice::CabinetId(row.get(0))),
            None => return Ok(Err("cabinet: there is none with this id or SIRET".to_owned())),
        }
    };
    Ok(Grant::new(role, cabinet).map_err(|failure| failure.cause))
}

/// An import of this person.
///
/// # Errors
/// `NOVA-3205`.
pub async fn read(tx: &Tx<'_>, by: UserId, id: Uuid) -> Result<Import, Error> {
    let head = tx
        .optional(
            "SELECT status FROM practice.user_imports WHERE id = $1 AND made_by = $2 FOR UPDATE",
            &[&id, &by.uuid()],
        )
        .await?
        .ok_or_else(nothing_here)?;
    let rows = tx
        .query(
            "SELECT line, email, name, role, cabinet, fault FROM practice.user_import_rows WHERE import_id = $1 ORDER BY line",
            &[&id],
        )
        .await?;
    Ok(Import {
        id,
        status: head.get(0),
        lines: rows
            .iter()
            .map(|row| Line {
                line: row.get(0),
                email: row.get(1),
                name: row.get(2),
                role: row.get(3),
                cabinet: row.get(4),
                fault: row.get(5),
            })
            .collect(),
    })
}

/// Applies every row that can be; `ids` gives an id for each user and grant to be made.
///
/// # Errors
/// `NOVA-3223` when it was applied or undone before.
pub async fn apply(
    tx: &Tx<'_>,
    (by, may): (UserId, &Grants),
    id: Uuid,
    mut ids: impl FnMut() -> Uuid,
) -> Result<Vec<Made>, Error> {
    let import = read(tx, by, id).await?;
    if import.status != "previewed" {
        return Err(Failure::new(Code::IMPORT_STATE, format!("the import is {} already", import.status)).into());
    }
    let mut made = Vec::new();
    for line in import.lines.iter().filter(|line| line.fault.is_none()) {
        // Cabinets and rights may have changed since it was looked at.
        let given = match grant(tx, line).await? {
            Ok(given) => given,
            Err(fault) => return Err(Failure::new(Code::BAD_IMPORT, format!("line {}: {fault}", line.line)).into()),
        };
        may.may_grant(given)?;
        let (user, new) = if let Some(user) = people::by_email(tx, &line.email).await? {
            (user, false)
        } else {
            let user = UserId(ids());
            people::invite(tx, user, &line.email, line.name.trim(), None).await?;
            (user, true)
        };
        let (granted, fresh) = roles::give(tx, ids(), user, given, Some(by)).await?;
        tx.execute(
            "UPDATE practice.user_import_rows SET made_user = $3, made_grant = $4 WHERE import_id = $1 AND line = $2",
            &[&id, &line.line, &new.then(|| user.uuid()), &fresh.then_some(granted)],
        )
        .await?;
        made.push(Made {
            line: line.line,
            user,
            new,
        });
    }
    tx.execute(
        "UPDATE practice.user_imports SET status = 'applied' WHERE id = $1",
        &[&id],
    )
    .await?;
    tx.audit(Entry::new("import.apply", "import", id).details(serde_json::json!({ "rows": made.len() })));
    Ok(made)
}

/// Takes back what an import made: roles, and people who have not come yet. Who has come stays, without the roles.
///
/// # Errors
/// `NOVA-3223` when it was not applied.
pub async fn undo(tx: &Tx<'_>, by: UserId, id: Uuid) -> Result<u64, Error> {
    let import = read(tx, by, id).await?;
    if import.status != "applied" {
        return Err(Failure::new(
            Code::IMPORT_STATE,
            format!("the import is {}, not applied", import.status),
        )
        .into());
    }
    let taken = tx
        .query(
            "DELETE FROM practice.role_grants WHERE id IN (SELECT made_grant FROM practice.user_import_rows WHERE import_id = $1) \
             RETURNING role = 'super-admin'",
            &[&id],
        )
        .await?;
    if taken.iter().any(|row| row.get(0)) {
        super::roles::keep_an_admin(tx).await?;
    }
    let taken = u64::try_from(taken.len()).unwrap_or(u64::MAX);
    // Made by the import, never signed in, without any other role.
    let gone = "SELECT u.id FROM practice.users u JOIN practice.user_import_rows r ON r.made_user = u.id \
        WHERE r.import_id = $1 AND u.status = 'invited' \
        AND NOT EXISTS (SELECT FROM practice.role_grants g WHERE g.user_id = u.id)";
    tx.execute(&format!("DELETE FROM practice.links WHERE user_id IN ({gone})"), &[&id])
        .await?;
    tx.execute(&format!("DELETE FROM practice.users WHERE id IN ({gone})"), &[&id])
        .await?;
    tx.execute(
        "UPDATE practice.user_imports SET status = 'undone' WHERE id = $1",
        &[&id],
    )
    .await?;
    tx.audit(Entry::new("import.undo", "import", id).details(serde_json::json!({ "roles": taken })));
    Ok(taken)
}
