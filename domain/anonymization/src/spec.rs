//! The complete description of how one column is masked: what a plan holds and what is compiled.

use crate::kind::{Kind, Locale};
use serde::{Deserialize, Serialize};

/// How one column (or one JSON leaf) is masked. Two columns with equal specs turn equal values into equal values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// What the values are.
    pub kind: Kind,
    /// Language of generated values.
    #[serde(default)]
    pub locale: Locale,
    /// Keep what the kind can keep: an e-mail's domain, a moment's time of day, a text's exact shape.
    #[serde(default, skip_serializing_if = "is_false")]
    pub preserve_format: bool,
    /// Different values must stay different.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Longest value in characters, when shorter than anything the kind generates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Largest integer the narrowest column of the group holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integer_max: Option<i64>,
    /// Smallest result: a decimal number, or an ISO date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// Largest result: a decimal number, or an ISO date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// The value of [`Kind::Constant`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// The leaves of [`Kind::Json`]; none means every leaf that looks personal, and every string.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<JsonLeaf>,
    /// For [`Kind::Json`]: the kinds that are unique elsewhere in the plan, so that leaves found by key and content
    /// agree with those columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_kinds: Vec<Kind>,
}

/// One path into a JSON document and what happens to the values there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonLeaf {
    /// `$.contact.email`, `contact.phones[*]`, `*.name`.
    pub path: String,
    /// How the value is masked; `None` decides by key and content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<Spec>,
}

impl Spec {
    /// A spec of this kind with nothing else asked for.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            locale: Locale::default(),
            preserve_format: false,
            unique: false,
            max_length: None,
            integer_max: None,
            min: None,
            max: None,
            constant: None,
            leaves: Vec::new(),
            unique_kinds: Vec::new(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
