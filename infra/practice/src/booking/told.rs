//! What a patient is told of an appointment.

use crate::audit::Entry;
use crate::{Error, Tx};
use nova_practice::booking::{Slot, Status};
use nova_practice::cabinet::Configuration;
use nova_practice::{AppointmentId, EntryId, PatientId};
use serde_json::Value;
use uuid::Uuid;

/// An appointment as a letter to its patient shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForPatient {
    /// Who.
    pub patient: PatientId,
    /// Their address.
    pub email: String,
    /// Given name and family name.
    pub name: String,
    /// Their language.
    pub language: String,
    /// When.
    pub slot: Slot,
    /// Where it stands.
    pub status: Status,
    /// The cabinet's name.
    pub cabinet: String,
    /// Its address, on one line.
    pub address: String,
    /// Its telephone.
    pub phone: Option<String>,
    /// Its zone.
    pub zone: String,
}

/// What there is to tell. None when the patient cannot be written to, the cabinet does not tell patients by e-mail, or the
/// letter that leaves the entry `told` was sent before.
pub async fn for_patient(tx: &Tx<'_>, id: AppointmentId, told: EntryId) -> Result<Option<ForPatient>, Error> {
    let row = tx
        .optional(
            "SELECT p.id, p.email, p.first_name || ' ' || p.last_name, p.language, a.starts_at, a.ends_at, a.status, \
                c.name, c.street || ', ' || c.postal_code || ' ' || c.city, c.phone, c.zone, \
                (SELECT g.body FROM practice.configurations g WHERE g.live_at IS NOT NULL \
                    ORDER BY g.live_at DESC, g.number DESC LIMIT 1) \
             FROM practice.appointments a \
             JOIN practice.patients p ON p.cabinet_id = a.cabinet_id AND p.id = a.patient_id \
             JOIN practice.cabinets c ON c.id = a.cabinet_id \
             WHERE a.id = $1 AND p.deleted_at IS NULL AND p.email IS NOT NULL \
               AND NOT EXISTS (SELECT FROM practice.communications m WHERE m.id = $2)",
            &[&id.uuid(), &told.uuid()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let configuration = row
        .get::<_, Option<Value>>(11)
        .map_or_else(|| Ok(Configuration::default()), |body| Configuration::read(&body))?;
    let channels = &configuration.reminders.channels;
    let slot = Slot::new(row.get(4), row.get(5));
    let (Some(slot), true) = (slot, channels.iter().any(|channel| channel == "email")) else {
        return Ok(None);
    };
    let patient = PatientId(row.get::<_, Uuid>(0));
    tx.audit(Entry::new("appointment.tell", "appointment", id.uuid()).patient(patient));
    Ok(Some(ForPatient {
        patient,
        email: row.get(1),
        name: row.get(2),
        language: row.get(3),
        slot,
        status: Status::named(row.get(6)).unwrap_or(Status::Expired),
        cabinet: row.get(7),
        address: row.get(8),
        phone: row.get(9),
        zone: row.get(10),
    }))
}
