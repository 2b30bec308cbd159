//! JSON documents: chosen leaves are replaced, every other byte stays: key order, spaces, number spelling, duplicates.

pub(crate) mod path;
mod rewrite;
mod text;

use super::{Fault, TextMasker};
use crate::detect;
use crate::key::MaskingKey;
use crate::kind::Kind;
use crate::leak::Recorder;
use crate::mask::amount::Amount;
use crate::spec::Spec;
use path::{Path, Segment};
use std::cell::RefCell;
use std::collections::HashMap;

/// Most keys that are remembered: some documents have data for keys.
const MOST_KEYS: usize = 4096;

/// The kinds that key and content can decide for a leaf without a spec.
const AUTOMATIC: &[Kind] = &[
    Kind::Email,
    Kind::Username,
    Kind::Name,
    Kind::FirstName,
    Kind::LastName,
    Kind::Phone,
    Kind::Address,
    Kind::PostCode,
    Kind::City,
    Kind::Company,
    Kind::Date,
    Kind::BirthDate,
    Kind::Text,
    Kind::Uuid,
    Kind::Ip,
    Kind::Iban,
    Kind::Siren,
    Kind::Siret,
    Kind::Nir,
    Kind::Identifier,
];

/// Masks the leaves of a document.
pub(crate) struct JsonMasker {
    leaves: Vec<Leaf>,
    automatic: HashMap<Kind, Replacer>,
    /// What the keys met so far say: documents of a column have the same keys again and again.
    keys: RefCell<HashMap<String, Option<Kind>>>,
}

struct Leaf {
    segments: Vec<Segment>,
    replacer: Option<Replacer>,
}

/// What happens to one matched value.
struct Replacer {
    kind: Kind,
    text: TextMasker,
    number: Amount,
    /// A constant as JSON, or `null`.
    literal: Option<String>,
}

impl Replacer {
    fn compile(spec: &Spec, key: &MaskingKey) -> Self {
        let literal = match spec.kind {
            Kind::Null => Some("null".to_owned()),
            Kind::Constant => {
                let value = spec.constant.as_deref().unwrap_or_default();
                let scalar = serde_json::from_str::<serde_json::Value>(value)
                    .is_ok_and(|value| !value.is_object() && !value.is_array() && !value.is_string());
                Some(if scalar {
                    value.to_owned()
                } else {
                    serde_json::Value::from(value).to_string()
                })
            }
            _ => None,
        };
        // Numbers that are no amounts keep their length and change every digit.
        let number = if spec.kind == Kind::Financial {
            spec.clone()
        } else {
            Spec {
                unique: true,
                ..Spec::new(Kind::Identifier)
            }
        };
        Self {
            kind: spec.kind,
            text: TextMasker::compile(spec, key),
            number: Amount::compile(&number, key.derive(number.kind.label())),
            literal,
        }
    }
}

impl JsonMasker {
    pub(crate) fn compile(spec: &Spec, key: &MaskingKey) -> Self {
        let mut leaves: Vec<Leaf> = spec
            .leaves
            .iter()
            .filter_map(|leaf| {
                let path = Path::parse(&leaf.path).ok()?;
                Some(Leaf {
                    segments: path.segments,
                    replacer: leaf.spec.as_ref().map(|spec| Replacer::compile(spec, key)),
                })
            })
            .collect();
        if spec.leaves.is_empty() {
            leaves.push(Leaf {
                segments: Vec::new(),
                replacer: None,
            });
        }
        let automatic = if leaves.iter().any(|leaf| leaf.replacer.is_none()) {
            AUTOMATIC
                .iter()
                .map(|&kind| {
                    let leaf = Spec {
                        locale: spec.locale,
                        unique: spec.unique_kinds.contains(&kind),
                        ..Spec::new(kind)
                    };
                    (kind, Replacer::compile(&leaf, key))
                })
                .collect()
        } else {
            HashMap::new()
        };
        Self {
            leaves,
            automatic,
            keys: RefCell::default(),
        }
    }

    /// Appends the document with its leaves replaced. An error when the text is not a JSON document.
    pub(crate) fn rewrite(&self, input: &str, out: &mut String, recorder: Option<&mut Recorder>) -> Result<(), Fault> {
        rewrite::rewrite(self, input, out, recorder)
    }

    /// The replacer of a string leaf without a spec.
    fn automatic_text(&self, key: &str, value: &str) -> Option<&Replacer> {
        let kind = self
            .key_kind(key)
            .or_else(|| detect::content_kind(value))
            .unwrap_or(Kind::Text);
        self.automatic.get(&kind)
    }

    fn key_kind(&self, key: &str) -> Option<Kind> {
        if let Some(&kind) = self.keys.borrow().get(key) {
            return kind;
        }
        let kind = detect::key_kind(key);
        let mut keys = self.keys.borrow_mut();
        if keys.len() < MOST_KEYS {
            keys.insert(key.to_owned(), kind);
        }
        kind
    }

    /// The replacer of a number without a spec: only where its key says that it is personal.
    fn automatic_number(&self, key: &str) -> Option<&Replacer> {
        let kind = self.key_kind(key)?;
        self.automatic.get(&kind).filter(|_| {
            matches!(
                kind,
                Kind::Phone | Kind::PostCode | Kind::Siren | Kind::Siret | Kind::Nir | Kind::Iban
            )
        })
    }
}
