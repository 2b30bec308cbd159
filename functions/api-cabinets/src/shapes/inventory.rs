//! What a cabinet has: opening hours, people and chairs, services, equipment.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// When a cabinet is open on a weekday.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct OpeningHours {
    /// 1 (Monday) to 7 (Sunday).
    #[schema(example = 1)]
    weekday: i16,
    /// From, in the cabinet's zone.
    #[schema(value_type = String, example = "08:30:00")]
    opens: jiff::civil::Time,
    /// To.
    #[schema(value_type = String, example = "12:30:00")]
    closes: jiff::civil::Time,
}

/// Somebody or something that an appointment occupies.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Resource {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000010")]
    id: Uuid,
    /// What is said about it.
    #[serde(flatten)]
    rest: NewResourceShape,
}

/// What is said about somebody or something that an appointment occupies.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewResource)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewResourceShape {
    /// `practitioner`, `assistant` or `chair`.
    #[schema(example = "practitioner")]
    kind: String,
    /// Its name.
    #[schema(example = "Dr M.")]
    name: String,
    /// Whether it can be booked [default: true].
    #[schema(example = true)]
    active: Option<bool>,
    /// The practitioner's own number, eleven digits.
    #[schema(example = "10001234567")]
    rpps: Option<String>,
}

/// A kind of treatment.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Service {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000020")]
    id: Uuid,
    /// What is said about it.
    #[serde(flatten)]
    rest: NewServiceShape,
}

/// What is said about a kind of treatment.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewService)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewServiceShape {
    /// Short name, unique in the cabinet.
    #[schema(example = "controle")]
    code: String,
    /// Name.
    #[schema(example = "Contrôle annuel")]
    name: String,
    /// How long it takes: 5 to 720 minutes.
    #[schema(example = 30)]
    minutes: i32,
    /// Price in hundredths of `currency`.
    #[schema(example = 4500)]
    price_cents: Option<i64>,
    /// ISO 4217 [default: EUR].
    #[schema(example = "EUR")]
    currency: Option<String>,
    /// Whether it occupies a chair [default: true].
    #[schema(example = true)]
    needs_chair: Option<bool>,
    /// Whether it can be booked [default: true].
    #[schema(example = true)]
    active: Option<bool>,
}

/// A piece of equipment.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Equipment {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000030")]
    id: Uuid,
    /// What is said about it.
    #[serde(flatten)]
    rest: NewEquipmentShape,
}

/// What is said about a piece of equipment.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEquipment)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewEquipmentShape {
    /// Its name.
    #[schema(example = "Autoclave 1")]
    name: String,
    /// What kind of thing.
    #[schema(example = "autoclave")]
    kind: String,
    /// The maker's number.
    #[schema(example = "A-1234")]
    serial: Option<String>,
    /// The chair it belongs to.
    #[schema(example = json!(null))]
    chair_id: Option<Uuid>,
}

lists! {
    /// When a cabinet is open.
    OpeningWeek { opening_hours: OpeningHours }
    /// People and chairs.
    Resources { resources: Resource }
    /// Kinds of treatment.
    Services { services: Service }
    /// Equipment.
    EquipmentList { equipment: Equipment }
}
