//! What names of columns, JSON keys and tables say, in French and English.

mod context;
mod entries;
mod tokens;

use super::Category;
use context::{ALONE, CARE, COMPANIES, MEASUREMENTS, NEGATIONS, PEOPLE, REFERENCE, SECRET_NEGATIONS, THINGS, WRITING};
use entries::ENTRIES;
use std::collections::HashSet;
pub(super) use tokens::tokens;

/// What a name says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NameHint {
    pub(super) category: Category,
    pub(super) score: f32,
    /// The dictionary's entry.
    pub(super) word: String,
}

/// What a table is about, by its name.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    people: bool,
    companies: bool,
    reference: bool,
    things: bool,
    writing: bool,
    care: bool,
}

impl Context {
    fn of(table: &str) -> Self {
        let words = tokens(table);
        let last = words.last().map(String::as_str).unwrap_or_default();
        let thing = THINGS.contains(&last);
        Self {
            people: of(PEOPLE, &words) && !thing,
            companies: of(COMPANIES, &words) && !thing,
            reference: REFERENCE.contains(&last),
            things: of(THINGS, &words) && !of(PEOPLE, &words),
            writing: of(WRITING, &words),
            care: of(CARE, &words),
        }
    }
}

fn of(list: &[&str], words: &[String]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

fn find(words: &[String], entry: &str) -> Option<usize> {
    let length = entry.split(' ').count();
    words
        .windows(length)
        .rposition(|window| window.iter().map(String::as_str).eq(entry.split(' ')))
}

/// One entry that stands in a name.
struct Match {
    at: usize,
    length: usize,
    hint: NameHint,
}

/// What the words themselves say, the table apart: the longest entry, and of equally long ones the last unless another
/// is much surer.
fn lookup(words: &[String], fits: &dyn Fn(Category) -> bool) -> Option<NameHint> {
    let mut best: Option<Match> = None;
    for &(category, score, phrases) in ENTRIES.iter().filter(|(category, ..)| fits(*category)) {
        for phrase in phrases.split(',').map(str::trim) {
            let Some(at) = find(words, phrase) else { continue };
            let length = phrase.split(' ').count();
            let better = best.as_ref().is_none_or(|other| {
                if length != other.length {
                    return length > other.length;
                }
                let later = if at > other.at { 0.14 } else { -0.14 };
                score + later > other.hint.score
            });
            if better {
                let hint = NameHint {
                    category,
                    score,
                    word: phrase.to_owned(),
                };
                best = Some(Match { at, length, hint });
            }
        }
    }
    let Match { at, length, hint } = best?;
    let secret = matches!(hint.category, Category::Secret | Category::Password);
    let negations = if secret { SECRET_NEGATIONS } else { NEGATIONS };
    // The code of an illness says which one it is.
    let telling = |word: &str| word == "code" && ILLNESSES.contains(&hint.word.as_str());
    let negated = words.iter().enumerate().any(|(index, word)| {
        !(at..at + length).contains(&index) && negations.contains(&word.as_str()) && !telling(word)
    });
    (!negated).then_some(hint)
}

/// Words of the health dictionary that name what ails somebody.
const ILLNESSES: &[&str] = &[
    "diagnosis",
    "diagnostic",
    "diagnose",
    "disease",
    "maladie",
    "pathologie",
    "pathology",
    "symptom",
    "symptome",
    "allergy",
    "allergie",
];

/// Words of the health dictionary that mean other things outside of it.
const AMBIGUOUS_CARE: &[&str] = &[
    "health",
    "sante",
    "treatment",
    "traitement",
    "drug",
    "dosage",
    "dose",
    "medical",
    "clinical",
    "clinique",
    "injury",
    "icd",
    "cim",
    "alcohol",
    "alcool",
    "tobacco",
    "tabac",
    "diagnostic",
    "diagnose",
    "health status",
    "pathology",
    "surgery",
    "chirurgie",
    "cancer",
];

/// Weighs a hint by what the table is about.
fn in_context(hint: NameHint, table: Context) -> Option<NameHint> {
    let score = hint.score;
    let kept = match hint.category {
        Category::Text if score < 0.5 => {
            let told = table.writing || table.care || (table.people && score >= 0.4);
            if table.care && matches!(hint.word.as_str(), "reason" | "raison" | "motif") {
                return Some(NameHint {
                    category: Category::Health,
                    score: 0.65,
                    ..hint
                });
            }
            // A description says what a thing is.
            if told && score >= 0.4 { score + 0.15 } else { score }
        }
        Category::Text if table.things || table.reference => score - 0.25,
        Category::Health => {
            let ambiguous = AMBIGUOUS_CARE.contains(&hint.word.as_str());
            let elsewhere = !table.care && !table.people;
            if (ambiguous && elsewhere) || (table.things && !table.care) {
                0.0
            } else {
                score
            }
        }
        Category::Age | Category::Profession if !table.people && !table.care => 0.0,
        Category::Sensitive if matches!(hint.word.as_str(), "race" | "caste") && !table.people && !table.care => 0.0,
        Category::FileName => {
            if table.people || table.care || table.writing {
                score
            } else {
                0.0
            }
        }
        Category::City | Category::Postcode | Category::Location | Category::Address
            if table.reference && !table.people =>
        {
            0.0
        }
        Category::Gender | Category::Image | Category::Social | Category::Url | Category::Location if table.things => {
            0.0
        }
        _ if table.things && score <= 0.7 => score - 0.25,
        _ => score,
    };
    (kept > 0.0).then_some(NameHint { score: kept, ..hint })
}

/// What a column's name says in its table. `siblings` are the other columns, as words joined by `_`; `fits` tells which
/// categories its type can hold.
pub(super) fn hint(
    column: &str,
    table: &str,
    siblings: Option<&HashSet<String>>,
    fits: &dyn Fn(Category) -> bool,
) -> Option<NameHint> {
    let words = tokens(column);
    let context = Context::of(table);
    if let Some(hint) = lookup(&words, fits) {
        return in_context(hint, context);
    }
    let found = |category, score| {
        Some(NameHint {
            category,
            score,
            word: column.to_owned(),
        })
    };
    if of(NEGATIONS, &words) {
        return None;
    }
    if let Some(hint) = telling_table(&words, table, context, siblings) {
        return Some(NameHint {
            word: column.to_owned(),
            ..hint
        })
        .filter(|hint| fits(hint.category));
    }
    let generic = words
        .iter()
        .any(|word| matches!(word.as_str(), "name" | "nom" | "libelle" | "nombre" | "naam"));
    if !generic || !fits(Category::Name) {
        return None;
    }
    if words.len() > 1 {
        // `customer_name`, `nom_patient`; but `product_name` says nothing.
        return match (of(PEOPLE, &words), of(COMPANIES, &words)) {
            (true, _) => found(Category::Name, 0.85),
            (_, true) => found(Category::Company, 0.7),
            _ if context.companies && words.iter().any(|word| word == "alias") => found(Category::Company, 0.6),
            _ => None,
        };
    }
    named_after_table(table, context, siblings).and_then(|(category, score)| found(category, score))
}

/// What `name` alone is, by its table.
fn named_after_table(table: &str, context: Context, siblings: Option<&HashSet<String>>) -> Option<(Category, f32)> {
    let has = |other: &[&str]| siblings.is_some_and(|all| other.iter().any(|name| all.contains(*name)));
    if has(&["prenom", "first_name", "firstname", "given_name"]) {
        return Some((Category::LastName, 0.95));
    }
    let table = tokens(table);
    let person = table.len() == 1
        || table.iter().any(|word| PEOPLE.contains(&word.as_str()))
            && table.last().is_some_and(|last| {
                PEOPLE.contains(&last.as_str()) || matches!(last.as_str(), "data" | "info" | "record" | "detail")
            });
    match (context.companies, context.people && person) {
        (true, _) => Some((Category::Company, 0.65)),
        (_, true) => Some((Category::Name, 0.85)),
        // A name beside a birth date or a gender is somebody's.
        _ if has(&[
            "date_of_birth",
            "birth_date",
            "dob",
            "date_naissance",
            "birthdate",
            "gender",
            "sexe",
        ]) =>
        {
            Some((Category::Name, 0.8))
        }
        _ => None,
    }
}

/// Columns whose words say little, in tables that say enough.
fn telling_table(
    words: &[String],
    table: &str,
    context: Context,
    siblings: Option<&HashSet<String>>,
) -> Option<NameHint> {
    let joined = words.join(" ");
    let people = context.people && !context.things;
    let (category, score) = match joined.as_str() {
        "url" | "website" | "site web" | "homepage" | "web" if people => (Category::Url, 0.55),
        "location" | "localisation" | "place" if people => (Category::Address, 0.55),
        "identifier" | "identifiant" | "reference national" if people => (Category::Identifier, 0.55),
        "signature" if people => (Category::Text, 0.55),
        "image" | "picture" | "image url" if people => (Category::Image, 0.55),
        "long" if siblings.is_some_and(|all| all.contains("lat")) => (Category::Location, 0.7),
        "hash" | "digest"
            if tokens(table)
                .iter()
                .any(|word| matches!(word.as_str(), "password" | "credential")) =>
        {
            (Category::Password, 0.85)
        }
        "session" if tokens(table).iter().any(|word| word == "session") => (Category::Secret, 0.6),
        "parent" if tokens(table).iter().any(|word| word == "token") => (Category::Secret, 0.6),
        "to" | "from" | "cc" | "bcc" | "reply to" | "recipient" | "sender" | "destinataire"
            if tokens(table)
                .iter()
                .any(|word| matches!(word.as_str(), "email" | "mail" | "message" | "sms" | "transfer")) =>
        {
            (Category::Email, 0.6)
        }
        word if ALONE.contains(&word) && !context.things => (Category::Name, 0.55),
        word if context.care && words.len() <= 2 && of(MEASUREMENTS, words) && !word.contains("method") => {
            (Category::Health, 0.65)
        }
        _ => return None,
    };
    Some(NameHint {
        category,
        score,
        word: String::new(),
    })
}

/// What a JSON key says by itself; `name` alone counts as a person's.
pub(super) fn key_hint(key: &str) -> Option<NameHint> {
    let words = tokens(key);
    lookup(&words, &|category| category != Category::Json)
        .filter(|hint| hint.score >= super::THRESHOLD)
        .or_else(|| {
            matches!(words.as_slice(), [only] if matches!(only.as_str(), "name" | "nom")).then(|| NameHint {
                category: Category::Name,
                score: 0.6,
                word: key.to_owned(),
            })
        })
}
