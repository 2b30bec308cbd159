//! Old shapes lifted to new ones, one step at a time.

use crate::event::DecodeError;
use serde_json::Value;

/// Turns the fields of version `n` of an event into those of version `n + 1`.
type Step = fn(Value) -> Value;

/// Every step there is: `(type, from version, step)`. A change of an event's shape adds a row here and a frozen
/// example to the catalog. Today every event still has its first shape.
const STEPS: &[(&str, u32, Step)] = &[];

/// The fields of `kind` lifted from version `stored` to version `current`.
pub(crate) fn lift(kind: &str, stored: u32, current: u32, data: &Value) -> Result<Value, DecodeError> {
    if stored == 0 || stored > current {
        return Err(DecodeError::UnknownVersion {
            kind: kind.to_owned(),
            version: stored,
        });
    }
    let mut data = data.clone();
    for version in stored..current {
        let step = STEPS
            .iter()
            .find(|(name, from, _)| *name == kind && *from == version)
            .ok_or_else(|| DecodeError::UnknownVersion {
                kind: kind.to_owned(),
                version,
            })?;
        data = (step.2)(data);
    }
    Ok(data)
}
