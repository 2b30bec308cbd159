//! Cabinets and what belongs to them: opening hours, people and chairs, equipment, services; the templates that new ones
//! are furnished with.

mod cabinet;
mod equipment;
mod hours;
mod resources;
mod services;
mod templates;

pub use cabinet::{Filter, active, create, get, list, set_status, update};
pub use equipment::{Equipment, equipment, piece, put_equipment, remove_equipment};
pub use hours::{OpeningHours, opening_hours, set_opening_hours};
pub use resources::{Resource, put_resource, resource, resources};
pub use services::{Service, put_service, service, services};
pub use templates::{Template, put_template, remove_template, template, templates, templates_alone};

use crate::{Error, Tx};

/// Lets no other change of what the cabinet has happen until this transaction ends: what was read is what is replaced.
pub async fn alone(tx: &Tx<'_>) -> Result<(), Error> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('nova inventory ' || $1::uuid::text, 0))";
    tx.execute(sql, &[&tx.tenant()?]).await?;
    Ok(())
}

/// What holds where nothing is said.
fn yes() -> bool {
    true
}
