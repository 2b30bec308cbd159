//! An appointment as it is kept, and finding it.

use crate::audit::Entry;
use crate::{Error, Tx};
use jiff::Timestamp;
use nova_practice::booking::{Slot, Status};
use nova_practice::{AppointmentId, PatientId, ResourceId, SeriesId, ServiceId};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

/// An appointment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// For whom.
    pub patient: PatientId,
    /// What for.
    pub service: ServiceId,
    /// With whom.
    pub practitioner: ResourceId,
    /// On which chair.
    pub chair: Option<ResourceId>,
    /// Who assists.
    pub assistant: Option<ResourceId>,
    /// The series it belongs to.
    pub series: Option<SeriesId>,
    /// When.
    #[serde(flatten)]
    pub slot: Slot,
    /// Where it stands.
    pub status: Status,
    /// Until when it is held.
    pub hold_until: Option<Timestamp>,
    /// Why it may overlap others.
    pub overbooking_reason: Option<String>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// What the practitioner should know.
    pub notes: Option<String>,
    /// Counts its changes.
    pub version: i64,
}

pub(super) const COLUMNS: &str = "id, patient_id, service_id, practitioner_id, chair_id, assistant_id, series_id, starts_at, \
     ends_at, status, hold_until, overbooking_reason, cancel_reason, notes, version";

/// Frees the time of an appointment.
pub(super) const FREE: &str = "DELETE FROM practice.occupations WHERE appointment_id = $1";

/// An appointment; the audit notes that it was read.
pub async fn get(tx: &Tx<'_>, id: AppointmentId) -> Result<Appointment, Error> {
    let found = read(tx, id).await?;
    tx.audit(Entry::new("appointment.read", "appointment", id.uuid()).patient(found.patient));
    Ok(found)
}

pub(super) async fn read(tx: &Tx<'_>, id: AppointmentId) -> Result<Appointment, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.appointments WHERE id = $1");
    let row = tx.optional(&sql, &[&id.uuid()]).await?;
    row.as_ref().map(appointment).ok_or(Error::Unknown("appointment"))
}

/// Which appointments are wanted, in order of time.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Beginning from.
    pub from: Option<Timestamp>,
    /// Beginning before.
    pub until: Option<Timestamp>,
    /// Somebody's.
    pub practitioner: Option<ResourceId>,
    /// A patient's.
    pub patient: Option<PatientId>,
    /// In this status.
    pub status: Option<Status>,
    /// The latest first.
    pub descending: bool,
    /// After this one: its begin and id.
    pub after: Option<(Timestamp, AppointmentId)>,
    /// At most so many.
    pub limit: i64,
}

/// Appointments in order of time.
pub async fn list(tx: &Tx<'_>, filter: &Filter) -> Result<Vec<Appointment>, Error> {
    let (after_at, after_id) = filter.after.unzip();
    let (beyond, way) = if filter.descending { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "SELECT {COLUMNS} FROM practice.appointments \
         WHERE starts_at >= coalesce($1::timestamptz, '-infinity') AND starts_at < coalesce($2::timestamptz, 'infinity') \
           AND ($3::uuid IS NULL OR practitioner_id = $3) AND ($4::uuid IS NULL OR patient_id = $4) \
           AND ($5::text IS NULL OR status = $5) AND ($6::timestamptz IS NULL OR (starts_at, id) {beyond} ($6, $7)) \
         ORDER BY starts_at {way}, id {way} LIMIT $8"
    );
    let rows = tx
        .query(
            &sql,
            &[
                &filter.from,
                &filter.until,
                &filter.practitioner.map(ResourceId::uuid),
                &filter.patient.map(PatientId::uuid),
                &filter.status.map(Status::name),
                &after_at,
                &after_id.map(AppointmentId::uuid),
                &filter.limit.clamp(1, 500),
            ],
        )
        .await?;
    let found: Vec<Appointment> = rows.iter().map(appointment).collect();
    let patients = found.iter().map(|one| one.patient);
    tx.audit(
        Entry::new("appointment.list", "appointment", None)
            .patients(patients)
            .count("rows", found.len()),
    );
    Ok(found)
}

pub(super) fn appointment(row: &Row) -> Appointment {
    let resource = |place| row.get::<_, Option<Uuid>>(place).map(ResourceId);
    Appointment {
        id: AppointmentId(row.get(0)),
        patient: PatientId(row.get(1)),
        service: ServiceId(row.get(2)),
        practitioner: ResourceId(row.get(3)),
        chair: resource(4),
        assistant: resource(5),
        series: row.get::<_, Option<Uuid>>(6).map(SeriesId),
        slot: Slot {
            start: row.get(7),
            end: row.get(8),
        },
        status: Status::named(row.get(9)).unwrap_or(Status::Expired),
        hold_until: row.get(10),
        overbooking_reason: row.get(11),
        cancel_reason: row.get(12),
        notes: row.get(13),
        version: row.get(14),
    }
}
