//! What is known about a wish to book, and which times are free.

use super::schedule::{WEEKS, weeks};
use crate::{Error, Tx};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use nova_errors::{Code, Failure};
use nova_practice::booking::{Fit, Slot, Wanted, Week, fits, free, free_on_a_chair, nearest};
use nova_practice::cabinet::Configuration;
use nova_practice::{ResourceId, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// How many free times an answer names when the wished one is taken.
const ALTERNATIVES: usize = 5;

/// How long a search may be: a request for years would read years.
const LONGEST_SEARCH: SignedDuration = SignedDuration::from_hours(24 * 92);

/// What somebody looks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Search {
    /// For which service.
    pub service: ServiceId,
    /// With whom; none: with anybody.
    pub practitioner: Option<ResourceId>,
    /// From.
    pub from: Timestamp,
    /// To; at most three months later.
    pub until: Timestamp,
    /// At most so many for each practitioner.
    pub limit: usize,
}

/// A free time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Free {
    /// With whom.
    pub practitioner: ResourceId,
    /// When.
    #[serde(flatten)]
    pub slot: Slot,
}

/// What is known about a service, somebody who offers it, and the cabinet, at this moment.
pub(super) struct Facts {
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
    pub(super) minutes: i32,
    pub(super) needs_chair: bool,
    pub(super) configuration: Configuration,
}

/// A lock on the bookings of a cabinet, until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// None: somebody only looks.
    None,
    /// Moves wait for it, and it for them.
    Shared,
    /// Everybody waits for it, and it for everybody.
    Exclusive,
}

impl Lock {
    fn statement(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Shared => {
                Some("SELECT pg_advisory_xact_lock_shared(hashtextextended('nova booking ' || $1::uuid::text, 0))")
            }
            Self::Exclusive => {
                Some("SELECT pg_advisory_xact_lock(hashtextextended('nova booking ' || $1::uuid::text, 0))")
            }
        }
    }

    async fn take(self, tx: &Tx<'_>) -> Result<(), Error> {
        if let Some(statement) = self.statement() {
            tx.execute(statement, &[&tx.tenant()?]).await?;
        }
        Ok(())
    }
}

const FACTS: &str = "SELECT clock_timestamp(), c.zone, c.status, s.minutes, s.needs_chair, s.active, \
        (SELECT g.body FROM practice.configurations g WHERE g.live_at IS NOT NULL \
            ORDER BY g.live_at DESC, g.number DESC LIMIT 1) \
     FROM practice.cabinets c JOIN practice.services s ON s.cabinet_id = c.id \
     WHERE c.id = $1 AND s.id = $2";

impl Facts {
    /// Facts about `service`, after a lock.
    pub(super) async fn read(tx: &Tx<'_>, service: ServiceId, lock: Lock) -> Result<Self, Error> {
        tx.prepare(&[FACTS]).await?;
        tx.prepare(lock.statement().as_slice()).await?;
        let ((), facts) = tokio::try_join!(lock.take(tx), Self::now(tx, service))?;
        Ok(facts)
    }

    /// The same with the weeks of the cabinet and of a practitioner around `start`.
    pub(super) async fn read_with_weeks(
        tx: &Tx<'_>,
        service: ServiceId,
        lock: Lock,
        practitioner: ResourceId,
        start: Timestamp,
    ) -> Result<(Self, (Week, Week)), Error> {
        tx.prepare(&[FACTS, WEEKS]).await?;
        tx.prepare(lock.statement().as_slice()).await?;
        // The zone is not known yet: wherever it is, an appointment that begins then is over two days later.
        let day = TimeZone::UTC.to_datetime(start).date();
        let (first, last) = (
            day.checked_sub(Span::new().days(1)).unwrap_or(day),
            day.checked_add(Span::new().days(2)).unwrap_or(day),
        );
        let ((), facts, weeks) = tokio::try_join!(
            lock.take(tx),
            Self::now(tx, service),
            weeks(tx, practitioner.uuid(), first, last)
        )?;
        Ok((facts, weeks))
    }

    async fn now(tx: &Tx<'_>, service: ServiceId) -> Result<Self, Error> {
        let row = tx
            .optional(FACTS, &[&tx.tenant()?, &service.uuid()])
            .await?
            .ok_or(Error::Unknown("service"))?;
        if row.get::<_, &str>(2) != "active" {
            return Err(Failure::new(Code::CABINET_INACTIVE, "the cabinet takes no appointments").into());
        }
        if !row.get::<_, bool>(5) {
            return Err(refused("the service is no longer offered"));
        }
        let zone: &str = row.get(1);
        Ok(Self {
            now: row.get(0),
            zone: TimeZone::get(zone)
                .map_err(|_| Failure::new(Code::CONFIGURATION, "the cabinet's zone is not known"))?,
            minutes: row.get(3),
            needs_chair: row.get(4),
            configuration: row
                .get::<_, Option<Value>>(6)
                .map_or_else(|| Ok(Configuration::default()), |body| Configuration::read(&body))?,
        })
    }

    /// The span of an appointment that begins at `start`.
    pub(super) fn slot(&self, start: Timestamp, minutes: Option<i32>) -> Result<Slot, Error> {
        let minutes = i64::from(minutes.unwrap_or(self.minutes)).clamp(5, 720);
        start
            .checked_add(SignedDuration::from_mins(minutes))
            .ok()
            .and_then(|end| Slot::new(start, end))
            .ok_or_else(|| refused("the time is out of range"))
    }

    fn wanted<'a>(&'a self, cabinet: &'a Week, practitioner: &'a Week, slot_minutes: i64) -> Wanted<'a> {
        let lead = SignedDuration::from_mins(i64::from(self.configuration.booking.lead_minutes));
        Wanted {
            zone: &self.zone,
            cabinet,
            practitioner,
            minutes: slot_minutes,
            step_minutes: i64::from(self.configuration.booking.step_minutes),
            not_before: self.now.checked_add(lead).unwrap_or(self.now),
        }
    }

    /// Refuses a time when nobody is there.
    pub(super) async fn refuse_closed(&self, tx: &Tx<'_>, practitioner: ResourceId, slot: Slot) -> Result<(), Error> {
        let weeks = self.weeks(tx, practitioner, slot).await?;
        self.refuse_outside(&weeks, slot)
    }

    /// The same with the weeks of the cabinet and the practitioner.
    pub(super) fn refuse_outside(&self, (cabinet, person): &(Week, Week), slot: Slot) -> Result<(), Error> {
        let horizon = SignedDuration::from_hours(24 * i64::from(self.configuration.booking.horizon_days));
        if slot.start > self.now.checked_add(horizon).unwrap_or(Timestamp::MAX) {
            return Err(refused("the time is further ahead than the cabinet plans"));
        }
        match fits(&self.wanted(cabinet, person, minutes_of(slot)), slot) {
            Fit::Fits => Ok(()),
            Fit::Past => Err(refused("the time is over, or too soon")),
            Fit::Closed => Err(refused("the cabinet is closed then, or the practitioner is not there")),
        }
    }

    async fn weeks(&self, tx: &Tx<'_>, practitioner: ResourceId, window: Slot) -> Result<(Week, Week), Error> {
        let first = window.start.to_zoned(self.zone.clone()).date();
        let last = window.end.to_zoned(self.zone.clone()).date();
        weeks(tx, practitioner.uuid(), first, last).await
    }

    /// Free times of a practitioner in `window`, besides what `except` occupies.
    async fn free(
        &self,
        tx: &Tx<'_>,
        practitioner: ResourceId,
        window: Slot,
        minutes: i64,
        limit: usize,
        except: Option<Uuid>,
    ) -> Result<Vec<Slot>, Error> {
        // Asked for together: one way to the server and back.
        let (hours, busy) = tokio::try_join!(
            self.weeks(tx, practitioner, window),
            occupied(tx, practitioner, self.needs_chair, window, except)
        )?;
        let wanted = self.wanted(&hours.0, &hours.1, minutes);
        Ok(if self.needs_chair {
            free_on_a_chair(&wanted, window, &busy.practitioner, &busy.chairs, limit)
        } else {
            free(&wanted, window, &busy.practitioner, limit)
        })
    }

    /// Free times near a wished one that is taken.
    pub(super) async fn alternatives(
        &self,
        tx: &Tx<'_>,
        practitioner: ResourceId,
        wished: Slot,
        except: Option<Uuid>,
    ) -> Result<Vec<Slot>, Error> {
        let days = SignedDuration::from_hours(3 * 24);
        let window = Slot {
            start: self.now.max(wished.start.checked_sub(days).unwrap_or(self.now)),
            end: wished.end.checked_add(days).unwrap_or(wished.end),
        };
        let found = self
            .free(tx, practitioner, window, minutes_of(wished), 500, except)
            .await?;
        Ok(nearest(&found, wished.start, ALTERNATIVES))
    }
}

/// What occupies somebody, and each chair that can be booked.
#[derive(Default)]
struct Busy {
    practitioner: Vec<Slot>,
    chairs: Vec<Vec<Slot>>,
}

/// What is occupied in `window`, besides by `except`. Scalar comparisons: the overlap operator would not use an index under
/// row security.
async fn occupied(
    tx: &Tx<'_>,
    practitioner: ResourceId,
    chairs: bool,
    window: Slot,
    except: Option<Uuid>,
) -> Result<Busy, Error> {
    let rows = tx
        .query(
            "SELECT r.id, o.starts_at, o.ends_at FROM practice.resources r \
             LEFT JOIN practice.occupations o ON o.cabinet_id = r.cabinet_id AND o.resource_id = r.id \
               AND o.starts_at < $3 AND o.starts_at > $2::timestamptz - interval '13 hours' AND o.ends_at > $2 \
               AND (o.hold_until IS NULL OR o.hold_until > clock_timestamp()) \
               AND ($4::uuid IS NULL OR o.appointment_id <> $4) \
             WHERE r.id = $1 OR ($5 AND r.kind = 'chair' AND r.active) ORDER BY r.id, o.starts_at",
            &[&practitioner.uuid(), &window.start, &window.end, &except, &chairs],
        )
        .await?;
    let (mut busy, mut last) = (Busy::default(), None);
    for row in &rows {
        let resource: Uuid = row.get(0);
        let taken = row.get::<_, Option<Timestamp>>(1).zip(row.get(2));
        let taken = taken.and_then(|(start, end)| Slot::new(start, end));
        if resource == practitioner.uuid() {
            busy.practitioner.extend(taken);
            continue;
        }
        if last.replace(resource) != Some(resource) {
            busy.chairs.push(Vec::new());
        }
        busy.chairs.last_mut().into_iter().for_each(|chair| chair.extend(taken));
    }
    Ok(busy)
}

fn minutes_of(slot: Slot) -> i64 {
    slot.end.duration_since(slot.start).as_mins()
}

pub(super) fn refused(cause: &str) -> Error {
    Failure::new(Code::NOT_BOOKABLE, cause).into()
}

/// Free times, in order, for each practitioner who works in the window; where the service needs a chair, times at which one
/// is free throughout. Which one is chosen when the time is booked.
pub async fn availability(tx: &Tx<'_>, search: &Search) -> Result<Vec<Free>, Error> {
    let practitioners = async {
        tx.query(
            "SELECT id FROM practice.resources WHERE kind = 'practitioner' AND active AND ($1::uuid IS NULL OR id = $1) \
             ORDER BY name, id",
            &[&search.practitioner.map(ResourceId::uuid)],
        )
        .await
    };
    let (facts, practitioners) = tokio::try_join!(Facts::read(tx, search.service, Lock::None), practitioners)?;
    let horizon = SignedDuration::from_hours(24 * i64::from(facts.configuration.booking.horizon_days));
    let latest = facts.now.checked_add(horizon).unwrap_or(Timestamp::MAX);
    let end = search
        .until
        .min(latest)
        .min(search.from.checked_add(LONGEST_SEARCH).unwrap_or(latest));
    let Some(window) = Slot::new(search.from.max(facts.now), end) else {
        return Ok(Vec::new());
    };
    if practitioners.is_empty() && search.practitioner.is_some() {
        return Err(Error::Unknown("practitioner"));
    }
    let mut found = Vec::new();
    for row in practitioners {
        let practitioner = ResourceId(row.get(0));
        let limit = search.limit.clamp(1, 500);
        let slots = facts
            .free(tx, practitioner, window, i64::from(facts.minutes), limit, None)
            .await?;
        found.extend(slots.into_iter().map(|slot| Free { practitioner, slot }));
    }
    found.sort_by_key(|free| (free.slot, free.practitioner));
    Ok(found)
}
