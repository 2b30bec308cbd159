//! Three French cabinets to look at and to test with: invented from word lists, the same ones every time.

use crate::booking::{self, Booking, ExceptionEntry, Waiting, WorkingHours};
use crate::cabinets::{self, Equipment, OpeningHours, Resource, Service, Template};
use crate::patients::{self, Attachment, Communication, Condition, Consent, ToothEntry};
use crate::{Actor, Error, Scope, Store, Tx, configuration, health};
use fake::locales::{Data, FR_FR};
use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use nova_practice::booking::{Exception, ExceptionKind, Hours, instant};
use nova_practice::cabinet::{Address, CabinetDetails, CabinetStatus, Condition as Health, Configuration};
use nova_practice::patient::{PatientDetails, Sex, ToothEvent, ToothState};
use nova_practice::{AppointmentId, CabinetId, EntryId, ItemId, MergeId, PatientId, ResourceId, ServiceId, WaitlistId};
use serde_json::json;
use uuid::Uuid;

/// What was made.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The cabinets, in order.
    pub cabinets: Vec<DemoCabinet>,
}

/// One cabinet of the demo.
#[derive(Debug, Clone)]
pub struct DemoCabinet {
    /// Its id.
    pub id: CabinetId,
    /// Its name.
    pub name: String,
    /// Its practitioners.
    pub practitioners: Vec<ResourceId>,
    /// Its chairs.
    pub chairs: Vec<ResourceId>,
    /// Its services: a check-up of 30 minutes first.
    pub services: Vec<ServiceId>,
    /// Its patients.
    pub patients: Vec<PatientId>,
}

/// Name, SIRET, street, postal code, town, zone.
const CABINETS: [[&str; 6]; 3] = [
    [
        "Cabinet dentaire des Tilleuls",
        "73282932000074",
        "12 rue des Tilleuls",
        "69003",
        "Lyon",
        "Europe/Paris",
    ],
    [
        "Centre dentaire du Port",
        "44306184100047",
        "3 quai du Port",
        "44000",
        "Nantes",
        "Europe/Paris",
    ],
    [
        "Cabinet dentaire de la Plage",
        "55208131766522",
        "8 rue de la Plage",
        "97400",
        "Saint-Denis",
        "Indian/Reunion",
    ],
];

/// Code, name, minutes, price in cents.
const SERVICES: [(&str, &str, i32, i64); 5] = [
    ("CONTROLE", "Contrôle annuel", 30, 2_300),
    ("DETARTRAGE", "Détartrage", 30, 2_892),
    ("COMPOSITE", "Restauration composite", 45, 6_000),
    ("ENDO", "Traitement endodontique", 60, 8_194),
    ("URGENCE", "Urgence", 15, 2_300),
];

/// Numbers that look drawn and are the same every time (a linear congruence with Knuth's constants).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// An id that sorts by `at`, with drawn bits.
    fn id(&mut self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        let mut bytes = [0_u8; 10];
        for byte in &mut bytes {
            *byte = u8::try_from(self.below(256)).unwrap_or(0);
        }
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}

/// Makes the demo: cabinets with people, chairs, hours, `patients` patients each with a history, and appointments in
/// the days after `now`. Ids are drawn from `seed`: two seeds do not meet.
pub async fn seed(store: &Store, now: Timestamp, seed: u64, patients: usize) -> Result<Demo, Error> {
    let actor = Actor::System("demo");
    let mut draw = Draw(seed);
    let template = Template {
        name: "standard".to_owned(),
        title: "Cabinet standard".to_owned(),
        body: standard_template(),
    };
    store
        .with_group(&actor, async |tx| cabinets::put_template(tx, &template).await)
        .await?;
    let mut made = Vec::new();
    for (place, words) in CABINETS.iter().enumerate() {
        let id = CabinetId(draw.id(now));
        let details = details(words, seed, place);
        store
            .with_group(&actor, async |tx| {
                cabinets::create(tx, id, &details).await?;
                cabinets::set_status(tx, id, CabinetStatus::Active, None).await
            })
            .await?;
        let scope = Scope {
            cabinet: id,
            actor: actor.clone(),
            request_id: "demo".to_owned(),
            reason: Some("demonstration".to_owned()),
        };
        let cabinet = store
            .with_cabinet(&scope, async |tx| {
                furnish(tx, &mut draw, now, &details, id, patients).await
            })
            .await?;
        made.push(cabinet);
    }
    Ok(Demo { cabinets: made })
}

/// What a new cabinet gets: the body of the template `standard`.
pub fn standard_template() -> serde_json::Value {
    let hours: Vec<_> = (1..=5)
        .flat_map(|weekday| {
            [("09:00:00", "12:30:00"), ("14:00:00", "19:00:00")]
                .map(|(opens, closes)| json!({ "weekday": weekday, "opens": opens, "closes": closes }))
        })
        .collect();
    let services: Vec<_> = SERVICES
        .iter()
        .map(|(code, name, minutes, cents)| json!({ "code": code, "name": name, "minutes": minutes, "price_cents": cents }))
        .collect();
    json!({
        "opening_hours": hours, "services": services, "chairs": ["Fauteuil 1", "Fauteuil 2"],
        "equipment": [{ "name": "Autoclave", "kind": "autoclave" }], "configuration": Configuration::default().document(),
    })
}

fn details(words: &[&str; 6], seed: u64, place: usize) -> CabinetDetails {
    let [name, siret, street, postal_code, city, zone] = words.map(str::to_owned);
    CabinetDetails {
        name,
        siret: if seed == 0 { siret } else { drawn_siret(seed, place) },
        address: Address {
            street,
            postal_code,
            city,
            country: "FR".to_owned(),
        },
        zone,
        phone: Some("+33 4 00 00 00 00".to_owned()),
        email: Some("accueil@example.org".to_owned()),
    }
}

/// A valid number that belongs to this seed and place.
fn drawn_siret(seed: u64, place: usize) -> String {
    let body = format!(
        "{:013}",
        (seed.wrapping_mul(7_919) + place as u64 * 104_729) % 10_000_000_000_000
    );
    (0..10)
        .map(|check| format!("{body}{check}"))
        .find(|siret| nova_practice::cabinet::siret_is_valid(siret))
        .unwrap_or(body)
}

async fn furnish(
    tx: &Tx<'_>,
    draw: &mut Draw,
    now: Timestamp,
    details: &CabinetDetails,
    id: CabinetId,
    count: usize,
) -> Result<DemoCabinet, Error> {
    let mut hours = Vec::new();
    for weekday in 1..=6 {
        for (opens, closes) in [
            (time(9, 0, 0, 0), time(12, 30, 0, 0)),
            (time(14, 0, 0, 0), time(19, 0, 0, 0)),
        ] {
            hours.push((ItemId(draw.id(now)), OpeningHours { weekday, opens, closes }));
        }
    }
    cabinets::set_opening_hours(tx, &hours).await?;
    let (mut practitioners, mut chairs, mut services) = (Vec::new(), Vec::new(), Vec::new());
    for number in 1..=3 {
        let chair = resource(draw, now, "chair", format!("Fauteuil {number}"));
        cabinets::put_resource(tx, &chair).await?;
        chairs.push(chair.id);
    }
    for _ in 0..2 {
        let name = format!(
            "Dr {} {}",
            draw.of(FR_FR::NAME_FIRST_NAME),
            draw.of(FR_FR::NAME_LAST_NAME)
        );
        let person = resource(draw, now, "practitioner", name);
        cabinets::put_resource(tx, &person).await?;
        let week: Vec<_> = (1..=5)
            .map(|weekday| {
                (
                    ItemId(draw.id(now)),
                    working(weekday, time(9, 0, 0, 0), time(19, 0, 0, 0)),
                )
            })
            .collect();
        booking::set_working_hours(tx, person.id, &week).await?;
        practitioners.push(person.id);
    }
    let equipment = Equipment {
        id: ItemId(draw.id(now)),
        name: "Panoramique".to_owned(),
        kind: "panoramic".to_owned(),
        serial: Some("P-0001".to_owned()),
        chair_id: Some(chairs[0]),
    };
    cabinets::put_equipment(tx, &equipment).await?;
    for (code, name, minutes, cents) in SERVICES {
        let service = Service {
            id: ServiceId(draw.id(now)),
            code: code.to_owned(),
            name: name.to_owned(),
            minutes,
            price_cents: Some(cents),
            currency: "EUR".to_owned(),
            needs_chair: true,
            active: true,
        };
        cabinets::put_service(tx, &service).await?;
        services.push(service.id);
    }
    let first = configuration::propose(tx, &Actor::System("demo"), &Configuration::default(), "first").await?;
    configuration::activate(tx, first.number).await?;
    health::note(tx, "seed", Health::Healthy, "seeded").await?;
    let holiday = ExceptionEntry {
        id: ItemId(draw.id(now)),
        resource_id: None,
        day: date(2026, 12, 25),
        kind: ExceptionKind::Closed,
        opens: None,
        closes: None,
        note: Some("Noël".to_owned()),
    };
    booking::put_exception(tx, &holiday).await?;
    let mut patients = Vec::new();
    for _ in 0..count {
        patients.push(patient(tx, draw, now, practitioners[0]).await?);
    }
    let cabinet = DemoCabinet {
        id,
        name: details.name.clone(),
        practitioners,
        chairs,
        services,
        patients,
    };
    diary(tx, draw, now, details, &cabinet).await?;
    Ok(cabinet)
}

fn resource(draw: &mut Draw, now: Timestamp, kind: &str, name: String) -> Resource {
    Resource {
        id: ResourceId(draw.id(now)),
        kind: kind.to_owned(),
        name,
        active: true,
        rpps: None,
    }
}

fn working(weekday: i8, opens: Time, closes: Time) -> WorkingHours {
    WorkingHours {
        hours: Hours {
            weekday,
            opens,
            closes,
            valid_from: None,
            valid_until: None,
        },
    }
}

async fn patient(tx: &Tx<'_>, draw: &mut Draw, now: Timestamp, doctor: ResourceId) -> Result<PatientId, Error> {
    let id = PatientId(draw.id(now));
    let (first_name, last_name) = (draw.of(FR_FR::NAME_FIRST_NAME), draw.of(FR_FR::NAME_LAST_NAME));
    let number = draw.below(90_000_000) + 10_000_000;
    let details = PatientDetails {
        last_name: last_name.to_owned(),
        first_name: first_name.to_owned(),
        birth_name: None,
        birth_date: birth(draw),
        sex: Sex::Unknown,
        nir: None,
        email: Some(format!("patient{number}@example.org")),
        phone: Some(format!("06{number:08}")),
        street: Some(format!("{} rue de la Paix", draw.below(90) + 1)),
        postal_code: Some("69003".to_owned()),
        city: Some("Lyon".to_owned()),
        language: "fr".to_owned(),
        practitioner_id: Some(doctor),
        notes: None,
    };
    patients::create(tx, id, &details).await?;
    let actor = Actor::System("demo");
    let allergy = Condition {
        kind: "allergy".to_owned(),
        label: "Pénicilline".to_owned(),
        code: None,
        severity: Some("severe".to_owned()),
        since: None,
        until: None,
        note: None,
    };
    patients::add_condition(tx, &actor, id, EntryId(draw.id(now)), &allergy).await?;
    let event = ToothEvent {
        tooth: 16.try_into().map_err(|_| Error::Unknown("tooth"))?,
        surfaces: "O".to_owned(),
        state: ToothState::Filled,
        done_on: date(2025, 6, 2),
    };
    patients::add_tooth_event(tx, &actor, id, EntryId(draw.id(now)), &ToothEntry { event, note: None }).await?;
    let consent = Consent {
        purpose: "data_processing".to_owned(),
        document: Some("rgpd-2026-01".to_owned()),
        given_at: now,
    };
    patients::add_consent(tx, &actor, id, EntryId(draw.id(now)), &consent).await?;
    let xray = Attachment {
        name: "panoramique.png".to_owned(),
        media_type: "image/png".to_owned(),
        kind: "xray".to_owned(),
        bytes: 1_024,
        sha256: "ab".repeat(32),
    };
    patients::add_attachment(tx, &actor, id, EntryId(draw.id(now)), &xray).await?;
    let reminder = Communication {
        channel: "email".to_owned(),
        direction: "out".to_owned(),
        subject: "Rappel de rendez-vous".to_owned(),
        outcome: None,
        at: now,
    };
    patients::add_communication(tx, &actor, id, EntryId(draw.id(now)), &reminder).await?;
    Ok(id)
}

fn birth(draw: &mut Draw) -> Date {
    let days = i32::try_from(draw.below(29_000)).unwrap_or(0);
    date(1940, 1, 1).checked_add(days.days()).unwrap_or(date(1980, 1, 1))
}

/// A few appointments in the days to come, a series, somebody on the waitlist, a merge.
async fn diary(
    tx: &Tx<'_>,
    draw: &mut Draw,
    now: Timestamp,
    details: &CabinetDetails,
    cabinet: &DemoCabinet,
) -> Result<(), Error> {
    let (Some(first), Some(last)) = (cabinet.patients.first(), cabinet.patients.last()) else {
        return Ok(());
    };
    let actor = Actor::System("demo");
    let zone = TimeZone::get(&details.zone).map_err(|_| Error::Unknown("zone"))?;
    let mut day = now.to_zoned(zone.clone()).date();
    let mut booked = 0;
    let mut start = None;
    while booked < 3 {
        day = day.tomorrow().map_err(|_| Error::Unknown("day"))?;
        let exception = Exception {
            day: date(2026, 12, 25),
            kind: ExceptionKind::Closed,
            hours: None,
        };
        if day.weekday().to_monday_one_offset() > 5 || day == exception.day {
            continue;
        }
        let Some(at) = instant(day.at(9, 30, 0, 0), &zone) else {
            continue;
        };
        booking::book(
            tx,
            &actor,
            &appointment(AppointmentId(draw.id(now)), *first, cabinet, at),
        )
        .await?;
        (booked, start) = (booked + 1, Some(at));
    }
    let Some(at) = start else {
        return Ok(());
    };
    let series = booking::SeriesRequest {
        id: nova_practice::SeriesId(draw.id(now)),
        first: Booking {
            start: at + 1.hour(),
            ..appointment(AppointmentId(draw.id(now)), *first, cabinet, at)
        },
        rule: nova_practice::booking::Recurrence {
            every: nova_practice::booking::Repeat::Weeks(1),
            count: 1,
        },
        ids: vec![AppointmentId(draw.id(now))],
    };
    booking::book_series(tx, &actor, &series).await?;
    let waiting = Waiting {
        id: WaitlistId(draw.id(now)),
        patient: *last,
        service: cabinet.services[0],
        practitioner: Some(cabinet.practitioners[0]),
        earliest: now,
        latest: now + (24 * 30).hours(),
        priority: 1,
        status: String::new(),
        offer: None,
        offers: 0,
    };
    booking::join(tx, &waiting).await?;
    if let [kept, .., merged] = cabinet.patients.as_slice() {
        let id = MergeId(draw.id(now));
        patients::merge(tx, id, *kept, *merged).await?;
        patients::part(tx, id).await?;
    }
    crate::idempotency::claim(tx, "demo", b"demo").await?;
    Ok(())
}

fn appointment(id: AppointmentId, patient: PatientId, cabinet: &DemoCabinet, start: Timestamp) -> Booking {
    Booking {
        id,
        patient,
        service: cabinet.services[0],
        practitioner: cabinet.practitioners[0],
        chair: None,
        assistant: None,
        start,
        minutes: None,
        hold: false,
        overbooking: None,
        notes: None,
    }
}
