//! How a cabinet comes into being, and the templates it is furnished with.

use super::CabinetDetails;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

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

lists! {
    /// What new cabinets get.
    Templates { templates: Template }
}
