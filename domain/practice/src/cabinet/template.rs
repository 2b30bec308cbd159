//! What a new cabinet is furnished with.

use super::Configuration;
use crate::Faults;
use jiff::civil::Time;
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// Most entries of one kind: a cabinet is no hospital.
const MOST: usize = 200;

/// The body of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Furniture {
    /// When it is open.
    pub opening_hours: Vec<TemplateHours>,
    /// What it offers.
    pub services: Vec<TemplateService>,
    /// Names of its chairs.
    pub chairs: Vec<String>,
    /// What else there is.
    #[serde(default)]
    pub equipment: Vec<TemplateEquipment>,
    /// How it works; what is left out keeps its default.
    #[serde(default)]
    pub configuration: Configuration,
}

/// From and to on a weekday, in the cabinet's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateHours {
    /// 1 (Monday) to 7 (Sunday).
    pub weekday: i16,
    /// From.
    pub opens: Time,
    /// To.
    pub closes: Time,
}

/// A kind of treatment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateService {
    /// Short name.
    pub code: String,
    /// Name.
    pub name: String,
    /// How long it takes.
    pub minutes: i32,
    /// Price in cents.
    #[serde(default)]
    pub price_cents: Option<i64>,
}

/// A piece of equipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateEquipment {
    /// Its name.
    pub name: String,
    /// What kind of thing.
    pub kind: String,
}

impl Furniture {
    /// What a document says, checked.
    ///
    /// # Errors
    /// `NOVA-3014` when it has another shape; `NOVA-3006` with every fault of its fields.
    pub fn read(document: &Value) -> Result<Self, Failure> {
        let furniture: Self = serde_json::from_value(document.clone())
            .map_err(|error| Failure::new(Code::CONFIGURATION, format!("the template cannot be used: {error}")))?;
        furniture.check()?;
        Ok(furniture)
    }

    /// Every fault: a cabinet that is furnished with it must pass its checks.
    ///
    /// # Errors
    /// The faults.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let named = |name: &str| (1..=200).contains(&name.trim().chars().count());
        let counts = [
            ("opening_hours", self.opening_hours.len()),
            ("services", self.services.len()),
            ("chairs", self.chairs.len()),
        ];
        for (field, count) in counts {
            faults.unless((1..=MOST).contains(&count), field, "has 1 to 200 entries");
        }
        faults.unless(self.equipment.len() <= MOST, "equipment", "has at most 200 entries");
        for (place, one) in self.opening_hours.iter().enumerate() {
            let holds = (1..=7).contains(&one.weekday);
            faults.unless(holds, &format!("opening_hours.{place}.weekday"), "lies between 1 and 7");
            let holds = one.closes > one.opens;
            faults.unless(holds, &format!("opening_hours.{place}.closes"), "is later than opens");
        }
        let mut codes = BTreeSet::new();
        for (place, one) in self.services.iter().enumerate() {
            let field = |name: &str| format!("services.{place}.{name}");
            faults.unless(named(&one.code), &field("code"), "has 1 to 200 characters");
            faults.unless(codes.insert(one.code.as_str()), &field("code"), "is not there twice");
            faults.unless(named(&one.name), &field("name"), "has 1 to 200 characters");
            let holds = (5..=720).contains(&one.minutes);
            faults.unless(holds, &field("minutes"), "lies between 5 and 720");
            let holds = one.price_cents.is_none_or(|cents| cents >= 0);
            faults.unless(holds, &field("price_cents"), "is not negative");
        }
        let mut chairs = BTreeSet::new();
        for (place, name) in self.chairs.iter().enumerate() {
            faults.unless(named(name), &format!("chairs.{place}"), "has 1 to 200 characters");
            let holds = chairs.insert(name.as_str());
            faults.unless(holds, &format!("chairs.{place}"), "is not there twice");
        }
        for (place, one) in self.equipment.iter().enumerate() {
            let holds = named(&one.name) && named(&one.kind);
            faults.unless(
                holds,
                &format!("equipment.{place}"),
                "has a name and a kind of 1 to 200 characters",
            );
        }
        faults.into_result()?;
        self.configuration.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_is_read_with_every_fault_at_once() {
        let good = json!({
            "opening_hours": [{ "weekday": 1, "opens": "09:00:00", "closes": "12:00:00" }],
            "services": [{ "code": "controle", "name": "Contrôle", "minutes": 30 }],
            "chairs": ["Fauteuil 1"],
        });
        assert_eq!(Furniture::read(&good).unwrap().services[0].price_cents, None);
        let bad = json!({
            "opening_hours": [{ "weekday": 8, "opens": "09:00:00", "closes": "08:00:00" }],
            "services": [], "chairs": ["F", "F"],
        });
        let failure = Furniture::read(&bad).unwrap_err();
        assert_eq!((failure.code, failure.details.len()), (Code::PRACTICE_INVALID, 4));
        assert_eq!(
            Furniture::read(&json!({ "rooms": 3 })).unwrap_err().code,
            Code::CONFIGURATION
        );
    }
}
