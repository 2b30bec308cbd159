//! Replacements that are one of a few: words of a list, a sex, initials, an occupation, a country, a département.

use super::identity::{GENDERS, Seat, commune, read_gender};
use super::name::push_in_case_of;
use crate::key::Prf;
use crate::spec::Spec;
use crate::words::{COUNTRIES, Words, fold};
use serde_json::Value;

/// A list with the sums of its weights.
pub(super) struct Picks {
    values: Vec<String>,
    /// Running sums, in millionths of the whole.
    sums: Vec<u64>,
}

/// The whole of the weights.
const WHOLE: u64 = 1_000_000;

impl Picks {
    pub(super) fn compile(spec: &Spec) -> Self {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let weighted: Vec<(String, f64)> = match spec.parameters.get("values") {
            Some(Value::Array(values)) => values.iter().map(|value| (text(value), 1.0)).collect(),
            Some(Value::Object(weights)) => weights
                .iter()
                .map(|(value, weight)| (value.clone(), weight.as_f64().unwrap_or(0.0).max(0.0)))
                .collect(),
            _ => Vec::new(),
        };
        let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        let mut sum = 0.0;
        let mut picks = Self {
            values: Vec::new(),
            sums: Vec::new(),
        };
        for (value, weight) in weighted {
            sum += weight;
            picks.values.push(value);
            picks.sums.push(millionths(sum / total.max(f64::MIN_POSITIVE)));
        }
        if let Some(last) = picks.sums.last_mut() {
            *last = WHOLE;
        }
        picks
    }

    /// The choice for an original.
    pub(super) fn pick(&self, prf: &Prf, original: &str) -> &str {
        let point = prf.draw(original.as_bytes(), 0).below(WHOLE);
        let at = self.sums.partition_point(|&sum| sum <= point);
        self.values.get(at).map_or("", String::as_str)
    }
}

/// A share of one in millionths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share from 0 to 1 times a million"
)]
pub(super) fn millionths(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1e6) as u64
}

/// A sex or a form of address, spelled as the original is; false when it is none.
pub(super) fn gender(prf: &Prf, seat: Option<&Seat>, words: &Words, core: &str, out: &mut String) -> bool {
    let plain: String = core.chars().filter(|c| c.is_alphanumeric()).map(fold).collect();
    let Some((woman, man)) = GENDERS.iter().find(|(woman, man)| plain == *woman || plain == *man) else {
        return false;
    };
    let female = match seat.and_then(|seat| seat.identity(0, words)) {
        Some(identity) => identity.female,
        None => prf.draw(core.as_bytes(), 0).below(2) == 1,
    };
    if read_gender(core) == Some(female) {
        out.push_str(core);
        return true;
    }
    let chosen = if female { *woman } else { *man };
    let accented = match chosen {
        "feminin" => "féminin",
        "garcon" => "garçon",
        other => other,
    };
    let title = core.chars().next().is_some_and(char::is_uppercase);
    let shouting = core.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && core.chars().count() > 1;
    let mut letters = accented.chars();
    match letters.next() {
        Some(first) if title => {
            out.extend(first.to_uppercase());
            out.extend(letters.flat_map(|c| {
                if shouting {
                    c.to_uppercase().collect::<Vec<_>>()
                } else {
                    vec![c]
                }
            }));
        }
        _ => out.push_str(accented),
    }
    out.push_str(&core[core.trim_end_matches('.').len()..]);
    true
}

/// Initials: each letter becomes another; an entity's person lends the first and the last.
pub(super) fn initials(prf: &Prf, seat: Option<&Seat>, words: &Words, core: &str, attempt: u32, out: &mut String) {
    let count = core.chars().filter(|c| c.is_alphabetic()).count();
    let person = seat.and_then(|seat| seat.identity(attempt, words));
    let mut draw = prf.draw(core.to_lowercase().as_bytes(), attempt);
    let mut at = 0;
    for c in core.chars() {
        if !c.is_alphabetic() {
            out.push(c);
            continue;
        }
        let name = match person {
            Some(person) if at == 0 => person.given(words).0,
            Some(person) if at + 1 == count => person.family(words).0,
            _ => words.given(draw.index(words.first.len())).0,
        };
        let letter = name.chars().next().map_or('a', fold);
        if c.is_uppercase() {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        at += 1;
    }
}

/// An occupation.
pub(super) fn job(prf: &Prf, words: &Words, core: &str, attempt: u32, out: &mut String) {
    let chosen = prf.draw(core.to_lowercase().as_bytes(), attempt).pick(words.jobs);
    push_in_case_of(core, chosen, out);
}

/// A country in the original's form: a code of two or three letters, else a name.
pub(super) fn country(prf: &Prf, french: bool, seat: Option<&Seat>, core: &str, attempt: u32, out: &mut String) {
    let plain: String = core.chars().filter(|c| c.is_alphanumeric()).map(fold).collect();
    let known = COUNTRIES
        .iter()
        .find(|(two, three, name, english)| [two, three, name, english].iter().any(|form| same(form, &plain)));
    // One country whatever its spelling.
    let key = known.map_or(plain.as_str(), |(two, ..)| two);
    let mut draw = match seat.and_then(Seat::hash) {
        // An entity lives where its commune is.
        Some(_) => {
            push_country(&COUNTRIES[0], core, &plain, french, out);
            return;
        }
        None => prf.draw(key.as_bytes(), attempt),
    };
    let mut chosen = &COUNTRIES[draw.index(COUNTRIES.len())];
    while Some(chosen) == known {
        chosen = &COUNTRIES[draw.index(COUNTRIES.len())];
    }
    push_country(chosen, core, &plain, french, out);
}

fn push_country(
    (two, three, name, english): &(&str, &str, &str, &str),
    core: &str,
    plain: &str,
    french: bool,
    out: &mut String,
) {
    let form = match plain.len() {
        2 => two,
        3 => three,
        _ if french => name,
        _ => english,
    };
    push_in_case_of(core, form, out);
}

fn same(form: &str, plain: &str) -> bool {
    form.chars().filter(|c| c.is_alphanumeric()).map(fold).eq(plain.chars())
}

/// A département in the original's form: a number, an INSEE code of a commune, else a name.
pub(super) fn department(prf: &Prf, seat: Option<&Seat>, core: &str, attempt: u32, out: &mut String) {
    let hash = seat
        .and_then(Seat::hash)
        .unwrap_or_else(|| prf.hash(core.to_lowercase().as_bytes()));
    let commune = commune(hash, attempt);
    let upper = core.to_uppercase();
    let code = upper.len() <= 3 && upper.starts_with(|c: char| c.is_ascii_digit());
    let insee = upper.len() == 5 && upper[1..].bytes().filter(u8::is_ascii_digit).count() >= 3;
    let form = if insee {
        commune.insee
    } else if code {
        commune.department()
    } else {
        commune.department_name()
    };
    if insee || code {
        out.push_str(form);
    } else {
        push_in_case_of(core, form, out);
    }
}

/// Appends a yes or no in the spelling of the original.
pub(super) fn push_flag(original: &str, yes: bool, out: &mut String) {
    const SPELLINGS: &[(&str, &str)] = &[
        ("t", "f"),
        ("true", "false"),
        ("y", "n"),
        ("yes", "no"),
        ("o", "n"),
        ("oui", "non"),
        ("1", "0"),
        ("on", "off"),
    ];
    let plain = original.trim().to_lowercase();
    let (truth, falsehood) = SPELLINGS
        .iter()
        .find(|(truth, falsehood)| plain == *truth || plain == *falsehood)
        .copied()
        .unwrap_or(("true", "false"));
    push_in_case_of(original.trim(), if yes { truth } else { falsehood }, out);
}
