//! Finds personal data that no rule mentions: by the names of columns and JSON keys in French and English, by type, and
//! by sampled content.
//!
//! 1. [`dictionary`] takes the name apart and says what it means in its table;
//! 2. [`content`] says what forms the samples have, [`checksums`] proves numbers;
//! 3. [`leaves`] does both inside JSON, hstore and XML, [`composites`] inside composite values;
//! 4. a [`Finding`] has a [`Category`], a score, the reason in words, and what would replace the values.

mod category;
mod checksums;
mod composites;
mod content;
mod dictionary;
mod leaves;

pub use category::Category;

use crate::catalogue;
use crate::facts::ColumnFacts;
use crate::kind::Kind;
use crate::sql::SqlType;
use content::Content;
use dictionary::NameHint;
use std::collections::{HashMap, HashSet};

/// The lowest score that is reported.
pub const THRESHOLD: f32 = 0.5;
/// From this many samples on, their content can contradict a name.
const ENOUGH_SAMPLES: usize = 5;

/// A column, or a place inside a document in a column, that seems to hold personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Schema of the table.
    pub schema: String,
    /// Table.
    pub table: String,
    /// Column.
    pub column: String,
    /// Place inside a JSON, hstore or XML document, or a composite value.
    pub path: Option<String>,
    /// What it seems to be.
    pub category: Category,
    /// What replaces the values when nobody decides otherwise; none where nothing fits the category and the type.
    pub kind: Option<Kind>,
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
    for column in columns.iter().filter(|column| !column.generated) {
        let siblings = tables.get(&(column.schema.as_str(), column.table.as_str()));
        for (path, guess) in look(column, siblings) {
            findings.push(Finding {
                schema: column.schema.clone(),
                table: column.table.clone(),
                column: column.column.clone(),
                kind: replacement(column, path.as_deref(), &guess),
                path,
                category: guess.category,
                score: guess.score,
                reason: guess.reason,
            });
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
    dictionary::key_hint(key).and_then(|hint| hint.category.kind())
}

/// The part of a name that a column called so holds, when the rule only says `name`.
pub(crate) fn refine_name(column: &str, table: &str) -> Kind {
    let names = |category| matches!(category, Category::FirstName | Category::LastName);
    match dictionary::hint(column, table, None, &names).map(|hint| hint.category) {
        Some(Category::FirstName) => Kind::FirstName,
        Some(Category::LastName) => Kind::LastName,
        _ => Kind::Name,
    }
}

struct Guess {
    category: Category,
    score: f32,
    reason: String,
    /// The same few values come again and again: replacing them blindly would break what reads them.
    coded: bool,
    /// The type of the attribute of a composite value that this is about.
    base_type: Option<String>,
}

/// Everything one column seems to hold.
fn look(column: &ColumnFacts, siblings: Option<&HashSet<String>>) -> Vec<(Option<String>, Guess)> {
    if column.enum_type {
        return of_enum(column, siblings);
    }
    let (ty, array) = SqlType::parse(&column.base_type);
    let document = |leaves: Vec<(String, Guess)>| -> Vec<(Option<String>, Guess)> {
        leaves.into_iter().map(|(path, guess)| (Some(path), guess)).collect()
    };
    let elements: Vec<String>;
    let samples = if array {
        elements = column
            .samples
            .iter()
            .flat_map(|literal| leaves::array_elements(literal))
            .collect();
        &elements
    } else {
        &column.samples
    };
    let bare = column.base_type.trim_start_matches('_');
    if !column.attributes.is_empty() {
        return document(composites::of(column, samples));
    }
    let found = match ty {
        SqlType::Json | SqlType::Jsonb => leaves::of_json(&column.table, samples),
        _ if bare.ends_with("hstore") => leaves::of_hstore(&column.table, samples),
        _ if bare == "xml" => leaves::of_xml(&column.table, samples),
        SqlType::Text if !array && leaves::are_json(samples) => leaves::of_json(&column.table, samples),
        _ => Vec::new(),
    };
    if !found.is_empty() {
        return document(found);
    }
    let fits = |category: Category| category.fits(ty, &column.base_type);
    let named = dictionary::hint(&column.column, &column.table, siblings, &fits).or_else(|| by_type(bare));
    // Numbers and identifiers that a table's keys are made of are nobody's phone.
    let number = ty.is_integer() || ty == SqlType::Numeric;
    let key = |guess: &Guess| {
        number && column.unique && matches!(guess.category, Category::Phone | Category::Financial | Category::Age)
    };
    judge(named, samples, ty)
        .filter(|guess| !key(guess) && fits(guess.category))
        .map(|guess| (None, guess))
        .into_iter()
        .collect()
}

/// The labels of an enum are nobody's, but which of them a row has may be what ails somebody, or what he believes in.
fn of_enum(column: &ColumnFacts, siblings: Option<&HashSet<String>>) -> Vec<(Option<String>, Guess)> {
    let fits = |category| matches!(category, Category::Health | Category::Sensitive);
    let hint = dictionary::hint(&column.column, &column.table, siblings, &fits);
    let guess = hint
        .filter(|hint| fits(hint.category) && hint.score >= THRESHOLD)
        .map(|hint| Guess {
            category: hint.category,
            score: hint.score,
            reason: format!("named `{}`", hint.word),
            coded: true,
            base_type: None,
        });
    guess.map(|guess| (None, guess)).into_iter().collect()
}

/// What a type says by itself.
fn by_type(bare: &str) -> Option<NameHint> {
    let (category, score) = match bare {
        "inet" => (Category::Ip, 0.7),
        "macaddr" | "macaddr8" => (Category::Mac, 0.7),
        _ => return None,
    };
    Some(NameHint {
        category,
        score,
        word: bare.to_owned(),
    })
}

/// What replaces the values of a finding.
fn replacement(column: &ColumnFacts, path: Option<&str>, guess: &Guess) -> Option<Kind> {
    // A replacement that may come twice is none for a column whose values may not.
    let fits = |kind: &Kind| !column.unique || catalogue::of(*kind).unique != catalogue::Unique::No;
    match path {
        Some(_) => guess.category.replacement(guess.base_type.as_deref().unwrap_or("text")),
        // No check looks into a list of what ails somebody.
        None if guess.category == Category::Health && column.base_type.starts_with('_') => {
            guess.category.replacement(&column.base_type)
        }
        // A few values that come again and again may be all that a check allows.
        None if guess.coded && !(guess.category.is_open() && guess.score >= SURE) => {
            let long = column.samples.iter().all(|sample| sample.len() >= LONG);
            let opens = matches!(guess.category, Category::Secret | Category::Password) && long;
            let replaced = guess
                .category
                .replacement(&column.base_type)
                .filter(|kind| opens && fits(kind));
            replaced.or_else(|| exchanged(column, guess.category))
        }
        None => {
            let replaced = guess.category.replacement(&column.base_type).filter(fits);
            replaced
                .or_else(|| bytes_of(column, guess.category))
                .or_else(|| exchanged(column, guess.category))
        }
    }
}

/// From this score on, a column holds what it seems to hold even where its values are few.
const SURE: f32 = 0.8;

/// A text of at least so many characters is no word of a short list: a check does not name it.
const LONG: usize = 12;

/// What replaces pictures and secrets that are stored as bytes.
fn bytes_of(column: &ColumnFacts, category: Category) -> Option<Kind> {
    let kind = match category {
        Category::Image => Kind::Image,
        Category::Secret => Kind::Token,
        Category::Password => Kind::Identifier,
        _ => return None,
    };
    (column.base_type == "bytea" && !column.unique).then_some(kind)
}

/// Sensitive values that nothing else fits change places: every value stays one that the column allows, and none stays
/// with its person. Not where others tell a row by it, and not documents, which may name the person themselves.
fn exchanged(column: &ColumnFacts, category: Category) -> Option<Kind> {
    let free = !column.unique && !column.unique_with_others && !column.partition_key;
    let document =
        ["json", "jsonb", "xml"].contains(&column.base_type.as_str()) || column.base_type.ends_with("hstore");
    (category.is_sensitive() && free && !document).then_some(Kind::Shuffle)
}

/// Weighs a name against the samples.
fn judge(hint: Option<NameHint>, samples: &[String], ty: SqlType) -> Option<Guess> {
    let number = ty.is_integer() || ty == SqlType::Numeric;
    let content = if ty.is_text() || matches!(ty, SqlType::Inet | SqlType::Cidr | SqlType::Opaque) || number {
        Content::of(samples)
    } else {
        Content::default()
    };
    let guess = |category, score, reason| Guess {
        category,
        score,
        reason,
        coded: content.is_coded(),
        base_type: None,
    };
    let mut best: Option<Guess> = hint.map(|hint| weigh(&hint, &content));
    if ty.is_text() || number {
        for (category, share) in content.shares() {
            // A number that nobody called so is only ever what its check digits prove.
            let proved = matches!(category, Category::Siret | Category::Card | Category::Nir);
            let score = 0.45 + 0.5 * share;
            let enough = share >= if proved { 0.8 } else { 0.5 };
            if enough
                && (!number || (proved && content.distinct >= 5))
                && best
                    .as_ref()
                    .is_none_or(|best| best.score < score && best.category != category)
                && !(category == Category::Name && best.as_ref().is_some_and(|best| names_a_person(best.category)))
            {
                best = Some(guess(
                    category,
                    score,
                    format!("{:.0} % of the samples look like {}", share * 100.0, category.label()),
                ));
            }
        }
    }
    if ty.is_text() {
        let unsure = best.as_ref().is_none_or(|best| best.score < THRESHOLD);
        if let Some(share) = content.names().filter(|_| unsure) {
            let reason = format!("{:.0} % of the samples are known given or family names", share * 100.0);
            best = Some(guess(Category::FirstName, 0.3 + 0.35 * share, reason));
        }
        if best.as_ref().is_none_or(|best| best.score < THRESHOLD) && content.mentions > 0.0 {
            best = Some(guess(
                Category::Text,
                0.5 + 0.4 * content.mentions,
                "free text in whose samples e-mail addresses, phone numbers or names occur".to_owned(),
            ));
        }
    }
    best.filter(|best| best.score >= THRESHOLD)
}

fn names_a_person(category: Category) -> bool {
    matches!(category, Category::FirstName | Category::LastName | Category::Username)
}

fn weigh(hint: &NameHint, content: &Content) -> Guess {
    let share = content.share(hint.category);
    let named = format!("named `{}`", hint.word);
    let (score, reason) = match share {
        _ if content.is_hexadecimal()
            && matches!(
                hint.category,
                Category::Address | Category::Name | Category::City | Category::Username
            ) =>
        {
            (
                hint.score * 0.4,
                format!("{named}, but the samples are hexadecimal numbers"),
            )
        }
        Some(share) if content.count >= ENOUGH_SAMPLES && share < 0.05 => {
            (hint.score * 0.5, format!("{named}, but no sample looks like it"))
        }
        Some(share) if share > 0.0 => (
            1.0 - (1.0 - hint.score) * (1.0 - 0.8 * share),
            format!("{named}, and {:.0} % of the samples look like it", share * 100.0),
        ),
        _ if hint.category == Category::Text && content.mentions > 0.0 => (
            (hint.score + 0.4 * content.mentions).min(1.0),
            format!("{named}, and samples mention e-mail addresses, phone numbers or names"),
        ),
        _ if hint.category == Category::Text && content.is_coded() => (
            hint.score * 0.8,
            format!("{named}, but the same few values come again and again"),
        ),
        _ => (hint.score, named),
    };
    Guess {
        category: hint.category,
        score,
        reason,
        coded: content.is_coded(),
        base_type: None,
    }
}
