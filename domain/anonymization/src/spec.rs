//! The complete description of how one column is masked: what a plan holds and what is compiled.

use crate::kind::{Kind, Locale};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Parameters of a transformer by name; [`crate::catalogue`] says which there are.
pub type Parameters = BTreeMap<String, Value>;

/// A group of columns that describe one person, company or place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// The group's name: columns of the same name and key, in any table, get one identity.
    pub name: String,
    /// The column of the same row that tells whom it is about; an e-mail address stands for its owner everywhere.
    pub key: String,
    /// The column that holds the sex (`f`, `m`, `female`, `homme`, `Mme`, `1`, `2` …), when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
}

/// One case of a conditional chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// An expression over the row's original values (`country == "FR" and age > 17`); none: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// What happens then.
    pub spec: Spec,
}

/// One attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type: a name in `pg_catalog`, or any other name.
    pub base_type: String,
    /// The attributes of that type when it is composite itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
}

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
    /// The transformer's own parameters, as the catalogue lists them.
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    /// The person or place the value belongs to: all values of one entity are derived from one identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Entity>,
    /// The cases of [`Kind::Chain`], tried in order; a value that none takes stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
    /// The attributes of [`Kind::Composite`] in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// The leaves of [`Kind::Json`] (of XML, hstore and composites too); none means every leaf that looks personal, and every string.
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
            parameters: Parameters::new(),
            entity: None,
            cases: Vec::new(),
            attributes: Vec::new(),
            leaves: Vec::new(),
            unique_kinds: Vec::new(),
        }
    }
}

impl Spec {
    /// A spec from a transformer's parameters. Those that have a field of their own (`locale`, `preserveFormat`, `min`,
    /// `max`, `value`) are put there.
    ///
    /// # Errors
    /// In words: an unknown parameter, or a value of another type or out of bounds.
    pub fn build(kind: Kind, parameters: &Parameters) -> Result<Self, String> {
        crate::catalogue::check(kind, parameters)?;
        let mut spec = Self::new(kind);
        for (name, value) in parameters {
            let text = || match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match name.as_str() {
                "locale" => {
                    spec.locale =
                        serde_json::from_value(value.clone()).map_err(|error| format!("`locale`: {error}"))?;
                }
                "preserveFormat" => spec.preserve_format = value == &Value::Bool(true),
                "min" => spec.min = Some(text()),
                "max" => spec.max = Some(text()),
                "value" => spec.constant = Some(text()),
                "cases" => {
                    spec.cases = cases(value)?;
                }
                _ => {
                    spec.parameters.insert(name.clone(), value.clone());
                }
            }
        }
        Ok(spec)
    }

    /// A parameter that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }

    /// A parameter that is a number.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.parameters.get(name).and_then(Value::as_f64)
    }

    /// A parameter that is a count.
    pub(crate) fn count(&self, name: &str) -> Option<usize> {
        self.parameters
            .get(name)
            .and_then(Value::as_u64)
            .and_then(|count| usize::try_from(count).ok())
    }

    /// A parameter that is yes or no.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.parameters.get(name) == Some(&Value::Bool(true))
    }

    /// The columns of the same row whose original values this spec reads.
    pub fn references(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.collect_references(&mut names);
        names.sort();
        names.dedup();
        names
    }

    fn collect_references(&self, names: &mut Vec<String>) {
        if let Some(entity) = &self.entity {
            names.push(entity.key.clone());
            names.extend(entity.gender.clone());
        }
        names.extend(
            ["subject", "within"]
                .iter()
                .filter_map(|name| Some(self.text(name)?.to_owned())),
        );
        if self.kind == Kind::Template {
            names.extend(crate::mask::template_columns(self));
        }
        for case in &self.cases {
            names.extend(case.when.iter().flat_map(|when| crate::mask::condition_columns(when)));
            case.spec.collect_references(names);
        }
        for spec in self.leaves.iter().filter_map(|leaf| leaf.spec.as_ref()) {
            spec.collect_references(names);
        }
    }

    /// True when a value cannot be replaced without looking at the rest of its row or at other rows.
    pub(crate) fn needs_row(&self) -> bool {
        matches!(self.kind, Kind::Shuffle | Kind::External)
            || !self.references().is_empty()
            || self.cases.iter().any(|case| case.spec.needs_row())
    }
}

/// The cases of a chain: `[{"when": "country == 'FR'", "transformer": "phone", "parameters": {…}}, …]`.
fn cases(value: &Value) -> Result<Vec<Case>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written {
        when: Option<String>,
        transformer: String,
        #[serde(default)]
        parameters: Parameters,
    }
    let written: Vec<Written> = serde_json::from_value(value.clone()).map_err(|error| format!("`cases`: {error}"))?;
    written
        .into_iter()
        .map(|case| {
            let transformer = crate::catalogue::find(&case.transformer)
                .ok_or_else(|| crate::catalogue::unknown(&case.transformer))?;
            if let Some(when) = &case.when {
                crate::mask::check_condition(when)?;
            }
            Ok(Case {
                when: case.when,
                spec: Spec::build(transformer.kind, &case.parameters)?,
            })
        })
        .collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
