//! Finding patients by what people type. Tokens are compared by range in the C collation, which an index serves under
//! row security; patterns and trigrams are not (20 times slower, measured).

use super::record::{COLUMNS, Patient, patient};
use crate::audit::Entry;
use crate::{Error, Tx};
use jiff::civil::Date;
use nova_practice::patient::terms;
use nova_practice::{PatientId, ResourceId};
use tokio_postgres::types::ToSql;

/// What is looked for; results come in order of names.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Words, numbers, dates as people type them; empty: everybody.
    pub typed: String,
    /// Treated by.
    pub practitioner: Option<ResourceId>,
    /// Born from.
    pub born_from: Option<Date>,
    /// Born until.
    pub born_until: Option<Date>,
    /// Also records that were put away.
    pub deleted: bool,
    /// After this one: its sort name and id, as the last answer gave them.
    pub after: Option<(String, PatientId)>,
    /// At most so many.
    pub limit: i64,
}

/// Records, each with the name it is sorted by.
pub async fn search(tx: &Tx<'_>, wanted: &Search) -> Result<Vec<(Patient, String)>, Error> {
    let prefixes = terms(&wanted.typed).prefixes;
    let ends: Vec<String> = prefixes.iter().map(|prefix| format!("{prefix}\u{10ffff}")).collect();
    let practitioner = wanted.practitioner.map(ResourceId::uuid);
    let (after_name, after_id) = wanted.after.clone().unzip();
    let after_id = after_id.map(PatientId::uuid);
    let limit = wanted.limit.clamp(1, 200);
    let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![
        &practitioner,
        &wanted.born_from,
        &wanted.born_until,
        &after_name,
        &after_id,
        &limit,
    ];
    let live = if wanted.deleted { "true" } else { "p.deleted_at IS NULL" };
    let mut sql = format!(
        "SELECT {COLUMNS} FROM practice.patients p WHERE {live} \
         AND ($1::uuid IS NULL OR p.practitioner_id = $1) AND ($2::date IS NULL OR p.birth_date >= $2) \
         AND ($3::date IS NULL OR p.birth_date <= $3) AND ($4::text IS NULL OR (p.sort_name, p.id) > ($4, $5))"
    );
    for (prefix, end) in prefixes.iter().zip(&ends) {
        parameters.push(prefix);
        parameters.push(end);
        let (from, to) = (parameters.len() - 1, parameters.len());
        // One letter means a family name that begins with it: a third of all records have a word that does.
        let condition = if prefix.chars().count() == 1 {
            format!(" AND p.sort_name >= ${from} AND p.sort_name < ${to}")
        } else {
            format!(
                " AND p.id IN (SELECT t.patient_id FROM practice.patient_tokens t WHERE t.token >= ${from} AND t.token < ${to})"
            )
        };
        sql.push_str(&condition);
    }
    sql.push_str(" ORDER BY p.sort_name, p.id LIMIT $6");
    let rows = tx.query(&sql, &parameters).await?;
    let found: Vec<(Patient, String)> = rows.iter().map(|row| (patient(row), row.get(20))).collect();
    let ids = found.iter().map(|(one, _)| one.id);
    tx.audit(Entry::new("patient.search", "patient", None).patients(ids));
    Ok(found)
}
