//! What the steps of a provisioning do to the rows, and how each is undone.
//!
//! The workflow itself is a stream of the event log; which step is next is decided there. So that a step that is asked for
//! twice is done once, and a worker that was away for long does no harm:
//!
//! 1. Whoever carries a step out holds the cabinet's row.
//! 2. The step has a number: its place in the stream. Under which numbers steps were done and undone is in the ledger.
//! 3. Something was done under a later number: the worker is late, and is told so.
//! 4. The step is done already, or undone: nothing happens. It is to be undone and was never done: only that is noted.
//! 5. Effects and ledger row are one transaction.

use crate::audit::Entry;
use crate::cabinets::{self, Equipment, OpeningHours, Resource, Service};
use crate::{Actor, Error, Scope, Store, Tx, configuration, health};
use nova_errors::{Code, Failure};
use nova_practice::cabinet::{CabinetDetails, CabinetStatus, Condition, Furniture, ProvisioningStep};
use nova_practice::{CabinetId, ItemId, ResourceId, ServiceId};
use serde_json::json;
use uuid::Uuid;

/// Who carries steps out, in the audit.
const ACTOR: Actor = Actor::System("provisioning");

/// A step to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Of which cabinet.
    pub cabinet: CabinetId,
    /// The place in the stream that the result will take.
    pub number: u64,
    /// Which step.
    pub step: ProvisioningStep,
    /// It is to be undone.
    pub undo: bool,
    /// Name of the template.
    pub template: String,
}

/// Writes a cabinet down that is to be provisioned from a template that exists. In a transaction of the group.
pub async fn write_down(tx: &Tx<'_>, id: CabinetId, details: &CabinetDetails, template: &str) -> Result<(), Error> {
    Furniture::read(&cabinets::template(tx, template).await?.body)?;
    cabinets::create(tx, id, details).await?;
    Ok(())
}

/// Makes sure that a cabinet that was written down can be provisioned from a template. In a transaction of the group.
pub async fn check(tx: &Tx<'_>, id: CabinetId, template: &str) -> Result<(), Error> {
    Furniture::read(&cabinets::template(tx, template).await?.body)?;
    let status = cabinets::get(tx, id).await?.status;
    if status != CabinetStatus::Draft {
        let cause = format!("the cabinet is {}, and only drafts are provisioned", status.name());
        return Err(Failure::new(Code::PROVISIONING, cause).into());
    }
    Ok(())
}

/// Carries a step out, once. [`Error::Stale`] when a later one was carried out already.
pub async fn carry_out(store: &Store, turn: &Turn) -> Result<(), Error> {
    let scope = Scope {
        cabinet: turn.cabinet,
        actor: ACTOR,
        request_id: String::new(),
        reason: Some("provisioning".to_owned()),
    };
    let furniture = if turn.undo {
        None
    } else {
        let template = store.with_group(&ACTOR, async |tx| cabinets::template(tx, &turn.template).await);
        Some(Furniture::read(&template.await?.body)?)
    };
    let number = i64::try_from(turn.number).unwrap_or(i64::MAX);
    store
        .with_cabinet(&scope, async |tx| {
            match (stands(tx, turn, number).await?, &furniture) {
                (Stands::There, _) => return Ok(()),
                // A row all the same: whoever was about to do it finds a later number.
                (Stands::Never, None) => {}
                (_, Some(furniture)) => do_step(tx, turn.cabinet, turn.step, furniture).await?,
                (Stands::Other, None) => undo_step(tx, turn.cabinet, turn.step).await?,
            }
            tx.execute(
                "INSERT INTO practice.provisioning_ledger (cabinet, number, step, undone) VALUES ($1, $2, $3, $4)",
                &[&turn.cabinet.uuid(), &number, &turn.step.name(), &turn.undo],
            )
            .await?;
            tx.audit(
                Entry::new("cabinet.provision", "cabinet", turn.cabinet.uuid())
                    .details(json!({ "step": turn.step.name(), "undo": turn.undo })),
            );
            Ok(())
        })
        .await
}

/// Cabinets whose provisioning may be under way: those that do not serve patients yet, and those in which a step was done
/// since yesterday. In a transaction of the group.
pub async fn lately(tx: &Tx<'_>) -> Result<Vec<CabinetId>, Error> {
    let rows = tx
        .query(
            "SELECT c.id FROM practice.cabinets c WHERE c.status IN ('draft', 'provisioning') OR EXISTS ( \
                SELECT FROM practice.provisioning_ledger l WHERE l.cabinet = c.id AND l.at > now() - interval '1 day') \
             ORDER BY c.id",
            &[],
        )
        .await?;
    Ok(rows.iter().map(|row| CabinetId(row.get(0))).collect())
}

/// Where a step stands before a turn.
enum Stands {
    /// As the turn wants it.
    There,
    /// The other way round.
    Other,
    /// It was never done.
    Never,
}

/// Takes the cabinet's row and looks into the ledger.
async fn stands(tx: &Tx<'_>, turn: &Turn, number: i64) -> Result<Stands, Error> {
    tx.optional(
        "SELECT 1 FROM practice.cabinets WHERE id = $1 FOR UPDATE",
        &[&turn.cabinet.uuid()],
    )
    .await?
    .ok_or(Error::Unknown("cabinet"))?;
    let row = tx
        .one(
            "SELECT coalesce(max(number), 0), (SELECT l.undone FROM practice.provisioning_ledger l \
                WHERE l.cabinet = $1 AND l.step = $2 ORDER BY l.number DESC LIMIT 1) \
             FROM practice.provisioning_ledger WHERE cabinet = $1",
            &[&turn.cabinet.uuid(), &turn.step.name()],
        )
        .await?;
    if row.get::<_, i64>(0) > number {
        return Err(Error::Stale("provisioning"));
    }
    Ok(match row.get::<_, Option<bool>>(1) {
        None => Stands::Never,
        Some(undone) if undone == turn.undo => Stands::There,
        Some(_) => Stands::Other,
    })
}

async fn do_step(tx: &Tx<'_>, id: CabinetId, step: ProvisioningStep, with: &Furniture) -> Result<(), Error> {
    match step {
        ProvisioningStep::Register => {
            cabinets::get(tx, id).await?.details.check()?;
            cabinets::set_status(tx, id, CabinetStatus::Provisioning, None).await?;
        }
        ProvisioningStep::Furnish => furnish(tx, id, with).await?,
        ProvisioningStep::Configure => {
            let made = configuration::propose(tx, &ACTOR, &with.configuration, "from the template").await?;
            configuration::activate(tx, made.number).await?;
        }
        ProvisioningStep::Verify => {
            let ill: Vec<String> = health::check(tx)
                .await?
                .into_iter()
                .filter(|finding| finding.condition == Condition::Failing)
                .map(|finding| format!("{}: {}", finding.check, finding.detail))
                .collect();
            if !ill.is_empty() {
                return Err(Failure::new(Code::PROVISIONING, ill.join("; ")).into());
            }
        }
        ProvisioningStep::Activate => {
            cabinets::set_status(tx, id, CabinetStatus::Active, None).await?;
        }
    }
    Ok(())
}

/// An id that belongs to this cabinet, kind and place: doing a step twice makes the same rows.
fn own_id(cabinet: CabinetId, kind: u16, place: usize) -> Uuid {
    let place = u128::try_from(place).unwrap_or(0) + 1;
    Uuid::from_u128(cabinet.uuid().as_u128() ^ (u128::from(kind) << 16) ^ place)
}

async fn furnish(tx: &Tx<'_>, cabinet: CabinetId, with: &Furniture) -> Result<(), Error> {
    let hours: Vec<(ItemId, OpeningHours)> = with
        .opening_hours
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let hours = OpeningHours {
                weekday: one.weekday,
                opens: one.opens,
                closes: one.closes,
            };
            (ItemId(own_id(cabinet, 1, place)), hours)
        })
        .collect();
    cabinets::set_opening_hours(tx, &hours).await?;
    for (place, name) in with.chairs.iter().enumerate() {
        let chair = Resource {
            id: ResourceId(own_id(cabinet, 2, place)),
            kind: "chair".to_owned(),
            name: name.clone(),
            active: true,
            rpps: None,
        };
        cabinets::put_resource(tx, &chair).await?;
    }
    for (place, one) in with.services.iter().enumerate() {
        let service = Service {
            id: ServiceId(own_id(cabinet, 3, place)),
            code: one.code.clone(),
            name: one.name.clone(),
            minutes: one.minutes,
            price_cents: one.price_cents,
            currency: "EUR".to_owned(),
            needs_chair: true,
            active: true,
        };
        cabinets::put_service(tx, &service).await?;
    }
    for (place, one) in with.equipment.iter().enumerate() {
        let item = Equipment {
            id: ItemId(own_id(cabinet, 4, place)),
            name: one.name.clone(),
            kind: one.kind.clone(),
            serial: None,
            chair_id: None,
        };
        cabinets::put_equipment(tx, &item).await?;
    }
    Ok(())
}

async fn undo_step(tx: &Tx<'_>, id: CabinetId, step: ProvisioningStep) -> Result<(), Error> {
    match step {
        ProvisioningStep::Register => {
            cabinets::set_status(tx, id, CabinetStatus::Draft, None).await?;
        }
        ProvisioningStep::Furnish => {
            for table in ["equipment", "opening_hours", "services", "resources"] {
                tx.execute(&format!("DELETE FROM practice.{table}"), &[]).await?;
            }
        }
        // A version is never taken away; none is live any more.
        ProvisioningStep::Configure => {
            tx.execute(
                "UPDATE practice.configurations SET live_at = NULL WHERE live_at IS NOT NULL",
                &[],
            )
            .await?;
        }
        ProvisioningStep::Verify => {}
        ProvisioningStep::Activate => {
            cabinets::set_status(tx, id, CabinetStatus::Provisioning, None).await?;
        }
    }
    Ok(())
}

/// How long a log is whoever last served from it's, in minutes.
const LOG_MINUTES: i32 = 3;

/// Says that provisionings are in this event log, as whoever serves from it does at its start and every minute. In a
/// transaction of the group.
///
/// # Errors
/// `NOVA-3224` when somebody serves from another.
pub async fn claim_log(tx: &Tx<'_>, log: &str) -> Result<(), Error> {
    let claimed = tx
        .execute(
            "INSERT INTO practice.event_log AS known (log) VALUES ($1) ON CONFLICT (single) DO UPDATE \
             SET log = excluded.log, seen_at = clock_timestamp() \
             WHERE known.log = excluded.log OR known.seen_at < clock_timestamp() - make_interval(mins => $2)",
            &[&log, &LOG_MINUTES],
        )
        .await?;
    if claimed == 1 {
        return Ok(());
    }
    let cause = format!(
        "another server works on this database with an event log of its own: it was seen in the last {LOG_MINUTES} minutes"
    );
    Err(Failure::new(Code::LOG_ELSEWHERE, cause).into())
}
