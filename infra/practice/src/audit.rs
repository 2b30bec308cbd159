//! Who did or saw what, when and why. The database numbers, stamps and chains the entries; nothing changes them.

use crate::{Error, Tx};
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_practice::{CabinetId, PatientId};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// Where the details of an entry name the patients whose data it is about; the database keeps an index of it.
const PATIENTS: &str = "patients";

/// What is noted; who, when, why and the hash are the transaction's and the database's.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `patient.read`, `appointment.book`, `signin.refused` …
    pub action: &'static str,
    /// The kind of thing: `patient`, `user` …
    pub entity: &'static str,
    /// Its id.
    pub subject: Option<Uuid>,
    /// The patient whose data it is about.
    pub patient: Option<PatientId>,
    /// Names of fields, counts, ids; never contents.
    pub details: Value,
}

impl Entry {
    /// An entry about a thing.
    pub fn new(action: &'static str, entity: &'static str, subject: impl Into<Option<Uuid>>) -> Self {
        Self {
            action,
            entity,
            subject: subject.into(),
            patient: None,
            details: Value::Object(serde_json::Map::new()),
        }
    }

    /// The patient whose data it is about.
    #[must_use]
    pub fn patient(mut self, patient: PatientId) -> Self {
        self.patient = Some(patient);
        self
    }

    /// Patients whose data it is about, where there may be several: the audit of each of them has it.
    #[must_use]
    pub fn patients(mut self, patients: impl IntoIterator<Item = PatientId>) -> Self {
        let patients: BTreeSet<PatientId> = patients.into_iter().collect();
        self.details[PATIENTS] = json!(patients);
        self
    }

    /// How many.
    #[must_use]
    pub fn count(mut self, of: &str, count: usize) -> Self {
        self.details[of] = json!(count);
        self
    }

    /// Names of fields, counts, ids.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kept {
    /// Its number in the chain, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// The request.
    pub request: String,
    /// Why.
    pub reason: String,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub entity: String,
    /// To which.
    pub subject: Option<Uuid>,
    /// Whose data.
    pub patient: Option<PatientId>,
    /// More.
    pub details: Value,
}

/// Which entries are wanted; newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// About this patient.
    pub patient: Option<PatientId>,
    /// By this actor, as the entries name it.
    pub actor: Option<String>,
    /// With actions that begin so.
    pub action: Option<String>,
    /// From then on.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Before this number.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// A chain that was recomputed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Entries looked at.
    pub entries: i64,
    /// The hash of the last; whoever keeps it elsewhere notices entries cut off at the end.
    pub head: Vec<u8>,
}

/// What writes an entry, of a cabinet or of the group.
pub(crate) fn statement(cabinet: Option<CabinetId>) -> &'static str {
    match cabinet {
        Some(_) => {
            "INSERT INTO practice.audit (cabinet_id, action, entity, subject, patient, details) VALUES ($1, $2, $3, $4, $5, $6)"
        }
        None => "INSERT INTO practice.group_audit (action, entity, subject, details) VALUES ($1, $2, $3, $4)",
    }
}

pub(crate) async fn write(tx: &Tx<'_>, entry: &Entry) -> Result<(), Error> {
    let cabinet = tx.cabinet().map(CabinetId::uuid);
    let patient = entry.patient.map(PatientId::uuid);
    let parameters: [&(dyn ToSql + Sync); 6] = [
        &cabinet,
        &entry.action,
        &entry.entity,
        &entry.subject,
        &patient,
        &entry.details,
    ];
    let [_, action, entity, subject, _, details] = parameters;
    let sql = statement(tx.cabinet());
    match cabinet {
        Some(_) => tx.execute(sql, &parameters).await?,
        None => tx.execute(sql, &[action, entity, subject, details]).await?,
    };
    Ok(())
}

/// Entries of the cabinet, or of the group, newest first.
pub async fn list(tx: &Tx<'_>, filter: &Filter) -> Result<Vec<Kept>, Error> {
    let limit = filter.limit.clamp(1, 500);
    // The prefix as a range of the C collation: patterns would not be used under row security.
    let from = filter.action.clone();
    let about = if filter.patient.is_some() {
        "seq IN (SELECT p.seq FROM practice.audit p WHERE p.patient = $1::uuid \
            UNION ALL SELECT m.seq FROM practice.audit_patients m WHERE m.patient = $1)"
    } else {
        "$1::uuid IS NULL"
    };
    let of_cabinet = format!(
        "SELECT seq, at, actor, request, reason, action, entity, subject, patient, details FROM practice.audit \
             WHERE {about} \
               AND ($2::text IS NULL OR actor = $2) AND ($3::text IS NULL OR starts_with(action, $3)) \
               AND ($4::int8 IS NULL OR seq < $4) \
               AND ($6::timestamptz IS NULL OR at >= $6) AND ($7::timestamptz IS NULL OR at < $7) \
             ORDER BY seq DESC LIMIT $5"
    );
    let rows = if tx.cabinet().is_some() {
        tx.query(
            &of_cabinet,
            &[
                &filter.patient.map(PatientId::uuid),
                &filter.actor,
                &from,
                &filter.before,
                &limit,
                &filter.from,
                &filter.until,
            ],
        )
        .await?
    } else {
        tx.query(
            "SELECT seq, at, actor, request, reason, action, entity, subject, NULL::uuid AS patient, details \
             FROM practice.group_audit \
             WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR starts_with(action, $2)) \
               AND ($3::int8 IS NULL OR seq < $3) \
               AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6) \
             ORDER BY seq DESC LIMIT $4",
            &[
                &filter.actor,
                &from,
                &filter.before,
                &limit,
                &filter.from,
                &filter.until,
            ],
        )
        .await?
    };
    Ok(rows.iter().map(kept).collect())
}

fn kept(row: &Row) -> Kept {
    Kept {
        seq: row.get(0),
        at: row.get(1),
        actor: row.get(2),
        request: row.get(3),
        reason: row.get(4),
        action: row.get(5),
        entity: row.get(6),
        subject: row.get(7),
        patient: row.get::<_, Option<Uuid>>(8).map(PatientId),
        details: row.get(9),
    }
}

/// Recomputes the chain of the cabinet, or of the group.
pub async fn verify_chain(tx: &Tx<'_>) -> Result<Proof, Error> {
    verify_last(tx, i64::MAX).await
}

/// Recomputes the last so many entries of the chain.
pub async fn verify_last(tx: &Tx<'_>, count: i64) -> Result<Proof, Error> {
    let sql = if tx.cabinet().is_some() {
        "SELECT entries, broken_at, coalesce(head, '\\x') FROM practice.audit_verify( \
            (SELECT greatest(coalesce(max(seq), 0) - $1, 0) FROM practice.audit))"
    } else {
        "SELECT entries, broken_at, coalesce(head, '\\x') FROM practice.group_audit_verify( \
            (SELECT greatest(coalesce(max(seq), 0) - $1, 0) FROM practice.group_audit))"
    };
    let row = tx.one(sql, &[&count]).await?;
    if let Some(place) = row.get::<_, Option<i64>>(1) {
        let cause = format!("entry {place} of the chain is not what was written");
        return Err(Failure::new(Code::AUDIT_BROKEN, cause).into());
    }
    Ok(Proof {
        entries: row.get(0),
        head: row.get(2),
    })
}
