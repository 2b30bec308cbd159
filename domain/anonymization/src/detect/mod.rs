//! Finds personal data that no rule mentions: by the names of columns and JSON keys in French and English, by type, and
//! by sampled content.

mod content;
mod dictionary;
mod json;

use crate::facts::ColumnFacts;
use crate::kind::Kind;
use crate::plan::applies;
use crate::sql::SqlType;
use content::Content;
use dictionary::NameHint;
use std::collections::{HashMap, HashSet};

/// The lowest score that is reported.
pub const THRESHOLD: f32 = 0.5;
/// From this many samples on, their content can contradict a name.
const ENOUGH_SAMPLES: usize = 5;

/// A column, or a place inside a JSON column, that seems to hold personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Schema of the table.
    pub schema: String,
    /// Table.
    pub table: String,
    /// Column.
    pub column: String,
    /// Place inside a JSON document.
    pub path: Option<String>,
    /// What it seems to be.
    pub kind: Kind,
    /// From [`THRESHOLD`] to 1.
    pub score: f32,
    /// Why, in words; never a value.
    pub reason: String,
}

/// Looks at every column; findings come in the columns' order.
pub fn detect(columns: &[ColumnFacts]) -> Vec<Finding> {
    let mut tables: HashMap<(&str, &str), HashSet<String>> = HashMap::new();
    for column in columns {
        tables
            .entry((&column.schema, &column.table))
            .or_default()
            .insert(dictionary::tokens(&column.column).join("_"));
    }
    let mut findings = Vec::new();
    for column in columns.iter().filter(|column| !column.generated && !column.enum_type) {
        let finding = |path: Option<String>, guess: Guess| Finding {
            schema: column.schema.clone(),
            table: column.table.clone(),
            column: column.column.clone(),
            path,
            kind: guess.kind,
            score: guess.score,
            reason: guess.reason,
        };
        let (ty, _) = SqlType::parse(&column.base_type);
        if matches!(ty, SqlType::Json | SqlType::Jsonb) {
            let leaves = json::leaves(&column.table, &column.samples);
            findings.extend(leaves.into_iter().map(|(path, guess)| finding(Some(path), guess)));
            continue;
        }
        let siblings = tables.get(&(column.schema.as_str(), column.table.as_str()));
        let hint = dictionary::hint(&column.column, &column.table, siblings);
        if let Some(guess) = judge(hint, &column.samples, ty).filter(|guess| allowed(column, ty, guess.kind)) {
            findings.push(finding(None, guess));
        }
    }
    findings
}

/// What a JSON leaf holds by its content, where its key says nothing.
pub(crate) fn content_kind(value: &str) -> Option<Kind> {
    content::kind_of(value)
}

/// What a key alone says.
pub(crate) fn key_kind(key: &str) -> Option<Kind> {
    dictionary::key_hint(key).map(|hint| hint.kind)
}

/// The part of a name that a column called so holds, when the rule only says `name`.
pub(crate) fn refine_name(column: &str, table: &str) -> Kind {
    match dictionary::hint(column, table, None) {
        Some(hint) if matches!(hint.kind, Kind::FirstName | Kind::LastName) => hint.kind,
        _ => Kind::Name,
    }
}

struct Guess {
    kind: Kind,
    score: f32,
    reason: String,
}

/// Detection is more careful than a rule: a number is only ever a phone or an official number, and keys are no data.
fn allowed(column: &ColumnFacts, ty: SqlType, kind: Kind) -> bool {
    if applies(kind, &column.base_type).is_err() {
        return false;
    }
    let number = ty.is_integer() || ty == SqlType::Numeric;
    let official = matches!(kind, Kind::Siren | Kind::Siret | Kind::Nir);
    !number || official || (matches!(kind, Kind::Phone | Kind::Financial) && !column.unique)
}

/// Weighs a name against the samples.
fn judge(hint: Option<NameHint>, samples: &[String], ty: SqlType) -> Option<Guess> {
    let content = if ty.is_text() || matches!(ty, SqlType::Inet | SqlType::Cidr) || ty.is_integer() {
        Content::of(samples)
    } else {
        Content::default()
    };
    let mut best: Option<Guess> = None;
    if let Some(hint) = hint {
        best = Some(weigh(&hint, &content));
    }
    if ty.is_text() {
        for (kind, share) in content.shares() {
            let score = 0.45 + 0.5 * share;
            if share >= 0.5
                && best
                    .as_ref()
                    .is_none_or(|guess| guess.score < score && guess.kind != kind)
            {
                best = Some(Guess {
                    kind,
                    score,
                    reason: format!("{:.0} % of the samples look like {}", share * 100.0, kind.label()),
                });
            }
        }
        if best.as_ref().is_none_or(|guess| guess.score < THRESHOLD) && content.mentions > 0.0 {
            best = Some(Guess {
                kind: Kind::Text,
                score: 0.5 + 0.4 * content.mentions,
                reason: "free text in whose samples e-mail addresses, phone numbers or names occur".to_owned(),
            });
        }
    }
    best.filter(|guess| guess.score >= THRESHOLD)
}

fn weigh(hint: &NameHint, content: &Content) -> Guess {
    let share = content.share(hint.kind);
    let named = format!("named `{}`", hint.word);
    match share {
        Some(share) if content.count >= ENOUGH_SAMPLES && share < 0.05 => Guess {
            kind: hint.kind,
            score: hint.score * 0.5,
            reason: format!("{named}, but no sample looks like it"),
        },
        Some(share) if share > 0.0 => Guess {
            kind: hint.kind,
            score: 1.0 - (1.0 - hint.score) * (1.0 - 0.8 * share),
            reason: format!("{named}, and {:.0} % of the samples look like it", share * 100.0),
        },
        _ if hint.kind == Kind::Text && content.mentions > 0.0 => Guess {
            kind: hint.kind,
            score: (hint.score + 0.4 * content.mentions).min(1.0),
            reason: format!("{named}, and samples mention e-mail addresses, phone numbers or names"),
        },
        _ => Guess {
            kind: hint.kind,
            score: hint.score,
            reason: named,
        },
    }
}
