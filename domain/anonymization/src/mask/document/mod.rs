//! Documents: chosen values are replaced, every other byte stays: order, spaces, spelling, duplicates. One masker knows the
//! paths; [`json`], [`xml`] and [`hstore`] each walk a form of document.

mod hstore;
mod json;
mod json_text;
pub(crate) mod path;
mod xml;

use super::{Fault, Row, Scope, TextMasker};
use crate::detect;
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

/// Paths that matched so far: which leaf, and its next segment.
type Active = Vec<(usize, usize)>;

/// What applies to the values below a matched place: the leaf's own replacer, or key and content.
#[derive(Clone, Copy)]
enum Matched<'a> {
    No,
    By(&'a Replacer),
    Automatic,
}

/// The form of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Xml,
    Hstore,
}

/// Masks the leaves of a document.
pub(crate) struct DocumentMasker {
    form: Form,
    leaves: Vec<Leaf>,
    automatic: HashMap<Kind, Replacer>,
    /// What the keys met so far say: documents of a column have the same keys again and again.
    keys: RefCell<HashMap<String, Option<Kind>>>,
    /// All paths before their first segment.
    start: Active,
    rooms: RefCell<Rooms>,
}

/// Room for a value without its escapes and for its replacement, kept from document to document.
#[derive(Default)]
struct Rooms {
    value: String,
    replacement: String,
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
    fn compile(spec: &Spec, scope: &Scope<'_>) -> Self {
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
        let number = if matches!(spec.kind, Kind::Financial | Kind::Noise | Kind::Round | Kind::AgeBand) {
            spec.clone()
        } else {
            Spec {
                unique: true,
                ..Spec::new(Kind::Identifier)
            }
        };
        Self {
            kind: spec.kind,
            text: TextMasker::compile(spec, scope),
            number: Amount::compile(&number, scope.key.derive(number.kind.label())),
            literal,
        }
    }
}

impl Replacer {
    /// True where a number is replaced by way of its text.
    fn by_text(&self) -> bool {
        matches!(
            self.kind,
            Kind::Chain
                | Kind::Pick
                | Kind::Template
                | Kind::Regex
                | Kind::Hash
                | Kind::Redact
                | Kind::Empty
                | Kind::MaskCharacters
                | Kind::Coordinates
                | Kind::Keep
                | Kind::ShiftDate
        )
    }
}

impl DocumentMasker {
    pub(crate) fn compile(spec: &Spec, scope: &Scope<'_>) -> Self {
        let mut leaves: Vec<Leaf> = spec
            .leaves
            .iter()
            .filter_map(|leaf| {
                let path = Path::parse(&leaf.path).ok()?;
                Some(Leaf {
                    segments: path.segments,
                    replacer: leaf.spec.as_ref().map(|spec| Replacer::compile(spec, scope)),
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
                    (kind, Replacer::compile(&leaf, scope))
                })
                .collect()
        } else {
            HashMap::new()
        };
        let start = closure(&leaves, (0..leaves.len()).map(|leaf| (leaf, 0)).collect());
        Self {
            form: match spec.kind {
                Kind::Xml => Form::Xml,
                Kind::Hstore => Form::Hstore,
                _ => Form::Json,
            },
            leaves,
            automatic,
            keys: RefCell::default(),
            start,
            rooms: RefCell::default(),
        }
    }

    /// Reads what leaves need to know of the row.
    pub(crate) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        for replacer in self.leaves.iter_mut().filter_map(|leaf| leaf.replacer.as_mut()) {
            replacer.text.bind(row)?;
        }
        Ok(())
    }

    /// Appends the document with its leaves replaced. An error when the text is not such a document.
    pub(crate) fn rewrite(&self, input: &str, out: &mut String, recorder: Option<&mut Recorder>) -> Result<(), Fault> {
        match self.form {
            Form::Json => json::rewrite(self, input, out, recorder),
            Form::Xml => xml::rewrite(self, input, out, recorder),
            Form::Hstore => hstore::rewrite(self, input, out, recorder),
        }
    }

    fn step(&self, active: &Active, takes: impl Fn(&Segment) -> bool) -> Active {
        let mut next = Active::new();
        for &(leaf, segment) in active {
            match self.leaves[leaf].segments.get(segment) {
                Some(Segment::Anywhere) => next.push((leaf, segment)),
                Some(other) if takes(other) => next.push((leaf, segment + 1)),
                _ => {}
            }
        }
        closure(&self.leaves, next)
    }

    /// What applies to the value at the end of these paths.
    fn matched<'a>(&'a self, active: &Active, above: Matched<'a>) -> Matched<'a> {
        let complete = active
            .iter()
            .map(|&(leaf, segment)| (&self.leaves[leaf], segment))
            .find(|(leaf, segment)| leaf.segments.len() == *segment)
            .map(|(leaf, _)| leaf.replacer.as_ref());
        match complete {
            Some(Some(replacer)) => Matched::By(replacer),
            Some(None) => Matched::Automatic,
            None => above,
        }
    }

    /// What replaces a text at a place, if anything does.
    fn replacer<'a>(&'a self, matched: Matched<'a>, key: &str, value: &str) -> Option<&'a Replacer> {
        match matched {
            Matched::No => None,
            Matched::By(replacer) => Some(replacer),
            Matched::Automatic => self.automatic_text(key, value),
        }
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

/// Adds the states in which `..` has matched nothing yet.
fn closure(leaves: &[Leaf], mut active: Active) -> Active {
    let mut index = 0;
    while let Some(&(leaf, segment)) = active.get(index) {
        if leaves[leaf].segments.get(segment) == Some(&Segment::Anywhere) {
            active.push((leaf, segment + 1));
        }
        index += 1;
    }
    active
}
