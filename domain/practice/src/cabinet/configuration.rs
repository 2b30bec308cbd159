//! How a cabinet works, as versions that are compared before they are used.

use crate::Faults;
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Everything that can be set for a cabinet. What is left out keeps its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    /// Booking.
    pub booking: Booking,
    /// Reminders.
    pub reminders: Reminders,
    /// Parts of the platform that are on, by name.
    pub features: BTreeMap<String, bool>,
}

/// Booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Booking {
    /// Starts lie so many minutes apart.
    pub step_minutes: u16,
    /// A hold lasts so many minutes.
    pub hold_minutes: u16,
    /// Not bookable sooner than in so many minutes.
    pub lead_minutes: u32,
    /// Bookable so many days ahead.
    pub horizon_days: u16,
    /// An offer from the waitlist stands for so many minutes.
    pub offer_minutes: u16,
    /// The desk may overbook, with a reason.
    pub overbooking: bool,
}

impl Default for Booking {
    fn default() -> Self {
        Self {
            step_minutes: 15,
            hold_minutes: 10,
            lead_minutes: 0,
            horizon_days: 365,
            offer_minutes: 120,
            overbooking: true,
        }
    }
}

/// Reminders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reminders {
    /// So many hours before an appointment.
    pub hours_before: Vec<u16>,
    /// `email`, `sms`.
    pub channels: Vec<String>,
}

impl Default for Reminders {
    fn default() -> Self {
        Self {
            hours_before: vec![48, 3],
            channels: vec!["email".to_owned()],
        }
    }
}

/// One setting that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `booking.step_minutes`.
    pub path: String,
    /// Before; none where there was none.
    pub from: Option<Value>,
    /// After; none where there is none.
    pub to: Option<Value>,
}

impl Configuration {
    /// What a document says, checked.
    pub fn read(document: &Value) -> Result<Self, Failure> {
        let refused = |cause: String| Failure::new(Code::CONFIGURATION, cause);
        let configuration: Self =
            serde_json::from_value(document.clone()).map_err(|error| refused(error.to_string()))?;
        configuration.check().map_err(|faults| {
            refused("values out of range".to_owned()).with_details(faults.list().iter().map(ToString::to_string))
        })?;
        Ok(configuration)
    }

    /// The document with every setting.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Every setting out of range.
    pub fn check(&self) -> Result<(), Faults> {
        let (booking, mut faults) = (&self.booking, Faults::default());
        faults.unless(
            (5..=120).contains(&booking.step_minutes),
            "booking.step_minutes",
            "lies between 5 and 120",
        );
        faults.unless(
            (1..=120).contains(&booking.hold_minutes),
            "booking.hold_minutes",
            "lies between 1 and 120",
        );
        faults.unless(
            booking.lead_minutes <= 43_200,
            "booking.lead_minutes",
            "is at most 43200 (30 days)",
        );
        faults.unless(
            (1..=730).contains(&booking.horizon_days),
            "booking.horizon_days",
            "lies between 1 and 730",
        );
        faults.unless(
            (5..=2880).contains(&booking.offer_minutes),
            "booking.offer_minutes",
            "lies between 5 and 2880",
        );
        faults.unless(
            self.reminders.hours_before.len() <= 5 && self.reminders.hours_before.iter().all(|hours| *hours <= 720),
            "reminders.hours_before",
            "has at most 5 entries, each at most 720",
        );
        faults.unless(
            self.reminders
                .channels
                .iter()
                .all(|channel| ["email", "sms"].contains(&channel.as_str())),
            "reminders.channels",
            "names email or sms",
        );
        faults.into_result()
    }

    /// The same with some settings changed: `changes` maps paths to values.
    pub fn with(&self, changes: &BTreeMap<String, Value>) -> Result<Self, Failure> {
        let mut document = self.document();
        for (path, value) in changes {
            let mut place = &mut document;
            for part in path.split('.') {
                let Value::Object(fields) = place else {
                    return Err(Failure::new(Code::CONFIGURATION, format!("{path} is no setting")));
                };
                place = fields.entry(part.to_owned()).or_insert(Value::Null);
            }
            place.clone_from(value);
        }
        Self::read(&document)
    }
}

/// The settings that differ, by path.
pub fn diff(from: &Configuration, to: &Configuration) -> Vec<Change> {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    flatten("", &from.document(), &mut before);
    flatten("", &to.document(), &mut after);
    let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| Change {
            path: path.clone(),
            from: before.get(path).cloned(),
            to: after.get(path).cloned(),
        })
        .collect()
}

fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let inner_path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flatten(&inner_path, inner, into);
            }
        }
        leaf => {
            into.insert(path.to_owned(), leaf.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_diff_names_what_differs_and_applying_it_leads_there() {
        let old = Configuration::default();
        let changes = BTreeMap::from([
            ("booking.step_minutes".to_owned(), json!(20)),
            ("features.waitlist".to_owned(), json!(true)),
        ]);
        let new = old.with(&changes).unwrap();
        let found = diff(&old, &new);
        assert_eq!(found.len(), 2);
        assert_eq!((&found[0].from, &found[0].to), (&Some(json!(15)), &Some(json!(20))));
        let again = found
            .into_iter()
            .map(|change| (change.path, change.to.unwrap()))
            .collect();
        assert_eq!(old.with(&again).unwrap(), new);
        assert!(diff(&new, &new).is_empty());
    }

    #[test]
    fn what_is_unknown_or_out_of_range_is_refused_by_name() {
        let unknown = Configuration::default().with(&BTreeMap::from([("booking.colour".to_owned(), json!(1))]));
        assert!(unknown.unwrap_err().cause.contains("colour"));
        let wide = Configuration::default().with(&BTreeMap::from([("booking.step_minutes".to_owned(), json!(600))]));
        assert!(wide.unwrap_err().details[0].contains("booking.step_minutes"));
    }
}
