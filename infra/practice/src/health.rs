//! How a cabinet is: checks, their history, and a message when one changes.

use crate::{Error, Tx};
use jiff::Timestamp;
use nova_practice::cabinet::Condition;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How many entries of the audit a check recomputes; the whole chain is `practice.audit_verify()`'s.
const AUDIT_TAIL: i64 = 1_000;

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check: `hours`, `people`, `chairs`, `services`, `configuration`, `holds`, `outbox`, `audit`.
    pub check: String,
    /// How it is.
    pub condition: Condition,
    /// One line with figures.
    pub detail: String,
    /// When it was looked at.
    pub at: Timestamp,
}

/// Looks at the cabinet, notes what it found, and says the findings. A check whose condition differs from the last time
/// leaves `cabinet.health` in the outbox: that is where alerts come from.
pub async fn check(tx: &Tx<'_>) -> Result<Vec<Finding>, Error> {
    let row = tx
        .one(
            "SELECT (SELECT count(*) FROM practice.opening_hours), \
                (SELECT count(*) FROM practice.resources WHERE kind = 'practitioner' AND active), \
                (SELECT count(*) FROM practice.resources WHERE kind = 'chair' AND active), \
                (SELECT count(*) FROM practice.services WHERE active), \
                (SELECT count(*) FROM practice.configurations WHERE live_at IS NOT NULL), \
                (SELECT count(*) FROM practice.occupations WHERE hold_until < now() - interval '1 hour'), \
                (SELECT count(*) FROM practice.outbox WHERE sent_at IS NULL AND at < now() - interval '1 hour')",
            &[],
        )
        .await?;
    let [hours, people, chairs, services, live, stale, unsent]: [i64; 7] = std::array::from_fn(|place| row.get(place));
    let needed = |count: i64, without: Condition| if count > 0 { Condition::Healthy } else { without };
    let spare = |count: i64| {
        if count == 0 {
            Condition::Healthy
        } else {
            Condition::Degraded
        }
    };
    let chain = crate::audit::verify_last(tx, AUDIT_TAIL).await;
    let (audit, proof) = match &chain {
        Ok(proof) => (Condition::Healthy, format!("{} entries prove", proof.entries)),
        Err(error) => (Condition::Failing, error.to_string()),
    };
    let results = [
        (
            "hours",
            needed(hours, Condition::Failing),
            format!("{hours} opening hours"),
        ),
        (
            "people",
            needed(people, Condition::Degraded),
            format!("{people} practitioners"),
        ),
        ("chairs", needed(chairs, Condition::Failing), format!("{chairs} chairs")),
        (
            "services",
            needed(services, Condition::Failing),
            format!("{services} services"),
        ),
        (
            "configuration",
            needed(live, Condition::Failing),
            format!("{live} versions were live"),
        ),
        ("holds", spare(stale), format!("{stale} holds over for an hour")),
        ("outbox", spare(unsent), format!("{unsent} messages unsent for an hour")),
        ("audit", audit, proof),
    ];
    let mut findings = Vec::new();
    for (name, condition, detail) in results {
        let before = last(tx, name).await?;
        let at = note(tx, name, condition, &detail).await?;
        // A first look that finds nothing wrong is no news.
        if before.unwrap_or(Condition::Healthy) != condition {
            let body = json!({ "check": name, "condition": condition.name() });
            crate::outbox::leave(tx, "cabinet.health", Some(tx.tenant()?), &body).await?;
        }
        findings.push(Finding {
            check: name.to_owned(),
            condition,
            detail,
            at,
        });
    }
    Ok(findings)
}

/// Looks at the cabinet if nobody has for so many minutes; none otherwise.
pub async fn check_if_due(tx: &Tx<'_>, minutes: i32) -> Result<Option<Vec<Finding>>, Error> {
    let lately: bool = tx
        .one(
            "SELECT EXISTS (SELECT FROM practice.health WHERE at > clock_timestamp() - make_interval(mins => $1))",
            &[&minutes],
        )
        .await?
        .get(0);
    if lately {
        return Ok(None);
    }
    check(tx).await.map(Some)
}

/// Forgets findings older than so many days; returns how many.
pub async fn forget(tx: &Tx<'_>, days: i32) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM practice.health WHERE at < now() - make_interval(days => $1)",
        &[&days],
    )
    .await
}

async fn last(tx: &Tx<'_>, check: &str) -> Result<Option<Condition>, Error> {
    let row = tx
        .optional(
            "SELECT status FROM practice.health WHERE check_name = $1 ORDER BY at DESC LIMIT 1",
            &[&check],
        )
        .await?;
    Ok(row.and_then(|row| Condition::named(row.get(0))))
}

/// Notes the result of a check; returns when.
pub async fn note(tx: &Tx<'_>, check: &str, condition: Condition, detail: &str) -> Result<Timestamp, Error> {
    let row = tx
        .one(
            "INSERT INTO practice.health (cabinet_id, check_name, status, detail) VALUES ($1, $2, $3, $4) RETURNING at",
            &[&tx.tenant()?, &check, &condition.name(), &detail],
        )
        .await?;
    Ok(row.get(0))
}

/// Which findings are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this check.
    pub check: Option<String>,
    /// In this condition.
    pub condition: Option<Condition>,
    /// Before this one: when it was found, and its check.
    pub before: Option<(Timestamp, String)>,
    /// At most so many.
    pub limit: i64,
}

/// What was found over time, newest first.
pub async fn history(tx: &Tx<'_>, filter: &Filter) -> Result<Vec<Finding>, Error> {
    let (at, check) = filter.before.clone().unzip();
    let rows = tx
        .query(
            "SELECT check_name, status, detail, at FROM practice.health \
             WHERE ($1::text IS NULL OR check_name = $1) AND ($2::text IS NULL OR status = $2) \
               AND ($3::timestamptz IS NULL OR (at, check_name) < ($3, $4)) \
             ORDER BY at DESC, check_name DESC LIMIT $5",
            &[
                &filter.check,
                &filter.condition.map(Condition::name),
                &at,
                &check,
                &filter.limit.clamp(1, 1000),
            ],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Finding {
            check: row.get(0),
            condition: Condition::named(row.get(1)).unwrap_or(Condition::Failing),
            detail: row.get(2),
            at: row.get(3),
        })
        .collect())
}
