//! What requests and answers are made of. Most types here only describe types that know nothing of HTTP.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a cabinet is.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Address {
    /// Number and street.
    #[schema(example = "12 rue des Lilas")]
    street: String,
    /// Postal code.
    #[schema(example = "69003")]
    postal_code: String,
    /// Town.
    #[schema(example = "Lyon")]
    city: String,
    /// ISO 3166 code [default: FR].
    #[schema(example = "FR")]
    country: Option<String>,
}

/// What is said about a cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct CabinetDetails {
    /// Its name.
    #[schema(example = "Cabinet des Lilas")]
    name: String,
    /// Its registration number: 14 digits with a right check digit.
    #[schema(example = "73282932000074")]
    siret: String,
    /// Where it is.
    address: Address,
    /// IANA name of its zone.
    #[schema(example = "Europe/Paris")]
    zone: String,
    /// Telephone.
    #[schema(example = "+33 4 99 00 12 34")]
    phone: Option<String>,
    /// E-mail address.
    #[schema(example = "accueil@lilas.example")]
    email: Option<String>,
}

/// A cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Cabinet {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    id: Uuid,
    /// What is said about it.
    #[serde(flatten)]
    details: CabinetDetails,
    /// `draft`, `provisioning`, `active` or `inactive`.
    #[schema(example = "active")]
    status: String,
    /// Counts its changes.
    #[schema(example = 3)]
    version: i64,
}

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

/// Declares an answer that is a list under a name.
macro_rules! lists {
    ($($(#[doc = $about:literal])+ $name:ident { $field:ident: $shape:ident })*) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Deserialize, ToSchema)]
        #[expect(dead_code, reason = "describes another type")]
        pub struct $name {
            /// Each of them.
            $field: Vec<$shape>,
        }
    )*};
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

/// A page of cabinets.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Cabinets {
    /// In order of their names.
    cabinets: Vec<Cabinet>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// Whether a cabinet serves patients.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCabinetStatus {
    /// Open or closed.
    pub status: OpenOrClosed,
    /// Why it closes.
    #[schema(example = "Moved to another town")]
    pub reason: Option<String>,
}

/// Open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OpenOrClosed {
    /// Serves patients.
    Active,
    /// Closed; its records stay.
    Inactive,
}

/// What a new cabinet gets.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Template {
    /// Its name.
    #[schema(example = "standard")]
    name: String,
    /// What people call it.
    #[schema(example = "Cabinet standard")]
    title: String,
    /// Hours, services, chairs and settings.
    #[schema(value_type = Object)]
    body: serde_json::Value,
}

lists! {
    /// What new cabinets get.
    Templates { templates: Template }
    /// Settings that differ.
    ConfigurationChanges { changes: ConfigurationChange }
    /// How a cabinet is.
    Health { findings: HealthFinding }
}

/// A page of versions of a configuration.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Configurations {
    /// Newest first.
    configurations: Vec<ConfigurationVersion>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// A page of how a cabinet was.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct HealthHistory {
    /// Newest first.
    findings: Vec<HealthFinding>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// A cabinet to be provisioned.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewProvisioning {
    /// What is said about it.
    details: CabinetDetails,
    /// The template [default: standard].
    #[schema(example = "standard")]
    template: Option<String>,
}

/// What a draft is provisioned from.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct ProvisionFrom {
    /// The template [default: standard].
    #[schema(example = "standard")]
    template: Option<String>,
}

/// How far a provisioning came.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Provisioning {
    /// The cabinet.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Uuid,
    /// The template.
    #[schema(example = "standard")]
    template: String,
    /// `running`, `failed`, `done`, `rolling_back` or `rolled_back`.
    #[schema(example = "running")]
    state: String,
    /// Steps that are done, of `register`, `furnish`, `configure`, `verify` and `activate`; while it is rolled back, those
    /// that are still to be undone.
    #[schema(example = json!(["register", "furnish"]))]
    done: Vec<String>,
    /// The step that failed, with code and cause.
    #[schema(value_type = Option<Vec<String>>, example = json!(null))]
    failure: Option<(String, String, String)>,
    /// How often the step at hand was tried.
    #[schema(example = 0)]
    attempts: u32,
}

/// How a cabinet works; what is left out keeps its default.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Configuration {
    /// Booking: step_minutes, hold_minutes, lead_minutes, horizon_days, offer_minutes, overbooking.
    #[schema(value_type = Option<Object>, example = json!({ "step_minutes": 15, "hold_minutes": 10 }))]
    booking: serde_json::Value,
    /// Reminders: hours_before, channels.
    #[schema(value_type = Option<Object>, example = json!({ "hours_before": [48, 3], "channels": ["email"] }))]
    reminders: serde_json::Value,
    /// Parts of the platform that are on, by name.
    #[schema(value_type = Option<Object>, example = json!({}))]
    features: serde_json::Value,
}

/// A configuration, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewConfiguration {
    /// The configuration.
    configuration: Configuration,
    /// Why.
    #[schema(example = "Longer holds in winter")]
    note: Option<String>,
}

/// A version of a configuration.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct ConfigurationVersion {
    /// Its number, from 1.
    #[schema(example = 2)]
    number: i32,
    /// What it says.
    configuration: Configuration,
    /// Why it was made.
    #[schema(example = "Longer holds in winter")]
    note: String,
    /// Who made it.
    #[schema(example = "user:0192f0c4-0000-7000-8000-000000000002")]
    author: String,
    /// When.
    #[schema(example = "2026-11-20T07:58:12Z")]
    created_at: jiff::Timestamp,
    /// Since when it is, or was, live; none for a proposal.
    #[schema(example = json!(null))]
    live_at: Option<jiff::Timestamp>,
}

/// A setting that differs.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct ConfigurationChange {
    /// Its path.
    #[schema(example = "booking.hold_minutes")]
    path: String,
    /// Before.
    #[schema(value_type = Object, example = 10)]
    from: serde_json::Value,
    /// After.
    #[schema(value_type = Object, example = 15)]
    to: serde_json::Value,
}

/// The result of a check.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct HealthFinding {
    /// The check.
    #[schema(example = "hours")]
    check: String,
    /// How it is.
    #[schema(example = "healthy")]
    condition: String,
    /// One line with figures.
    #[schema(example = "10 opening hours")]
    detail: String,
    /// When it was looked at.
    #[schema(example = "2026-11-20T07:58:12Z")]
    at: jiff::Timestamp,
}

/// What a template says.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewTemplate {
    /// What people call it.
    #[schema(example = "Cabinet standard")]
    title: String,
    /// Hours, services, chairs, equipment and settings.
    #[schema(value_type = Object, example = json!({
        "opening_hours": [{ "weekday": 1, "opens": "09:00:00", "closes": "12:30:00" }],
        "services": [{ "code": "controle", "name": "Contrôle annuel", "minutes": 30, "price_cents": 4500 }],
        "chairs": ["Fauteuil 1"],
        "equipment": [{ "name": "Autoclave", "kind": "autoclave" }],
        "configuration": { "booking": { "step_minutes": 15 } },
    }))]
    body: serde_json::Value,
}

/// Cabinets that get a change together.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct RolloutStage {
    /// What people call it.
    #[schema(example = "pilot")]
    name: String,
    /// Its cabinets.
    #[schema(example = json!(["0192f0c4-0000-7000-8000-000000000001"]))]
    cabinets: Vec<Uuid>,
}

/// A change of configuration, and where it goes.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct NewRollout {
    /// Settings by path, with their new values.
    #[schema(value_type = Object, example = json!({ "booking.hold_minutes": 15 }))]
    changes: serde_json::Value,
    /// Why.
    #[schema(example = "Longer holds in winter")]
    note: String,
    /// Its stages, in order.
    stages: Vec<RolloutStage>,
}

/// A change of configuration on its way.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Rollout {
    /// Its id.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000200")]
    id: Uuid,
    /// Settings by path, with their new values.
    #[schema(value_type = Object, example = json!({ "booking.hold_minutes": 15 }))]
    changes: serde_json::Value,
    /// Why.
    #[schema(example = "Longer holds in winter")]
    note: String,
    /// Its stages, in order.
    stages: Vec<RolloutStage>,
    /// How many stages have it.
    #[schema(example = 1)]
    stage: i32,
    /// `running`, `paused`, `done` or `rolled_back`.
    #[schema(example = "running")]
    status: String,
    /// Counts its changes.
    #[schema(example = 2)]
    version: i64,
}

/// A page of roll-outs.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Rollouts {
    /// Newest first.
    rollouts: Vec<Rollout>,
    /// What the next page begins with; none on the last page.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// What a roll-out would change in a cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct RolloutChange {
    /// The cabinet.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Uuid,
    /// The stage it belongs to.
    #[schema(example = "pilot")]
    stage: String,
    /// Settings that differ.
    changes: Vec<ConfigurationChange>,
}

/// What happened in a cabinet.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct Activity {
    /// The cabinet.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Uuid,
    /// Its name.
    #[schema(example = "Cabinet des Lilas")]
    name: String,
    /// Patients on its lists.
    #[schema(example = 1200)]
    patients: i64,
    /// Appointments that began in the time.
    #[schema(example = 340)]
    appointments: i64,
    /// How many of them took place.
    #[schema(example = 310)]
    completed: i64,
    /// How many were called off.
    #[schema(example = 20)]
    cancelled: i64,
    /// How many nobody came to.
    #[schema(example = 10)]
    no_shows: i64,
    /// Minutes that were booked.
    #[schema(example = 10200)]
    minutes: i64,
}

/// How a cabinet is.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes another type")]
pub struct CabinetHealth {
    /// The cabinet.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    cabinet: Uuid,
    /// Its name.
    #[schema(example = "Cabinet des Lilas")]
    name: String,
    /// `healthy`, `degraded` or `failing`: as the worst of its checks. None: it was not looked at yet.
    #[schema(example = "healthy")]
    condition: Option<String>,
    /// Checks that are not healthy.
    #[schema(example = json!([]))]
    ill: Vec<String>,
    /// When it was last looked at.
    #[schema(example = "2026-11-20T07:58:12Z")]
    at: Option<jiff::Timestamp>,
}

lists! {
    /// How every cabinet is.
    HealthReport { cabinets: CabinetHealth }
    /// What a roll-out would change.
    RolloutChanges { cabinets: RolloutChange }
    /// What happened in every cabinet.
    ActivityReport { cabinets: Activity }
}
