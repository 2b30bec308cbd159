//! What a patient is found by. Names are folded (no case, no accents), so that a search compares equal or by prefix,
//! which an index serves under row security.

use super::PatientDetails;
use std::collections::BTreeSet;

/// What somebody typed into a search, as prefixes that every result must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The prefixes, folded; at most six.
    pub prefixes: Vec<String>,
}

/// Small letters and digits without accents; everything else becomes one space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            // Combining accents, of text that is decomposed.
            '\u{300}'..='\u{36f}' => {}
            'a'..='z' | '0'..='9' => folded.push(letter),
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'æ' => folded.push_str("ae"),
            'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => folded.push('c'),
            'ď' | 'đ' | 'ð' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => folded.push('g'),
            'ĥ' | 'ħ' => folded.push('h'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => folded.push('i'),
            'ĵ' => folded.push('j'),
            'ķ' => folded.push('k'),
            'ĺ' | 'ļ' | 'ľ' | 'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => folded.push('o'),
            'œ' => folded.push_str("oe"),
            'ŕ' | 'ŗ' | 'ř' => folded.push('r'),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            'þ' => folded.push_str("th"),
            'ţ' | 'ť' | 'ŧ' | 'ț' => folded.push('t'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => folded.push('u'),
            'ŵ' => folded.push('w'),
            'ý' | 'ÿ' | 'ŷ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            other if other.is_alphanumeric() => folded.push(other),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// What lists are sorted by: family name, then given names.
pub fn sort_name(details: &PatientDetails) -> String {
    format!("{}, {}", fold(&details.last_name), fold(&details.first_name))
}

/// Digits of a telephone number as people dial it in France: `+33 6 …` is `06…`.
fn dialled(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let international = digits.strip_prefix("00").unwrap_or(&digits);
    match international.strip_prefix("33") {
        Some(rest) if rest.len() >= 9 => format!("0{}", rest.trim_start_matches('0')),
        _ => digits,
    }
}

/// Everything a record is found by.
pub fn tokens(details: &PatientDetails) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    let names = [
        Some(&details.last_name),
        Some(&details.first_name),
        details.birth_name.as_ref(),
    ];
    for name in names.into_iter().flatten() {
        let folded = fold(name);
        tokens.extend(folded.split(' ').map(str::to_owned));
        // D'Alembert is looked for as dalembert, too.
        tokens.insert(folded.replace(' ', ""));
    }
    let date = details.birth_date;
    tokens.insert(date.strftime("%Y%m%d").to_string());
    tokens.insert(date.strftime("%d%m%Y").to_string());
    tokens.extend(details.phone.as_deref().map(dialled));
    tokens.extend(details.email.as_ref().map(|email| email.trim().to_lowercase()));
    tokens.remove("");
    tokens
}

/// What somebody typed, as prefixes. Groups of digits that follow each other are one number: a telephone number or a
/// date, whatever separates its parts.
pub fn terms(typed: &str) -> Found {
    let mut prefixes: Vec<String> = Vec::new();
    let mut number = String::new();
    for word in typed.split_whitespace() {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() && !word.chars().any(char::is_alphabetic) {
            number.push_str(if number.is_empty() && word.starts_with('+') {
                "+"
            } else {
                ""
            });
            number.push_str(&digits);
            continue;
        }
        if word.contains('@') {
            prefixes.push(word.to_lowercase());
        } else {
            prefixes.extend(fold(word).split(' ').map(str::to_owned));
        }
    }
    if let Some(abroad) = number.strip_prefix('+') {
        // However little of it is typed: +33 6 12 is 06 12 in France.
        let here = abroad
            .strip_prefix("33")
            .map(|rest| format!("0{}", rest.trim_start_matches('0')));
        prefixes.push(here.unwrap_or_else(|| abroad.to_owned()));
    } else if !number.is_empty() {
        prefixes.push(if number.len() > 9 { dialled(&number) } else { number });
    }
    prefixes.retain(|prefix| !prefix.is_empty());
    prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
    prefixes.truncate(6);
    Found { prefixes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn record() -> PatientDetails {
        serde_json::from_value(serde_json::json!({
            "last_name": "D'Œuvre-Müller", "first_name": "Zoé Anaïs", "birth_date": date(1984, 2, 9),
            "phone": "+33 6 12 34 56 78", "email": "Zoe@Example.org",
        }))
        .unwrap()
    }

    fn finds(typed: &str) -> bool {
        let tokens = tokens(&record());
        terms(typed)
            .prefixes
            .iter()
            .all(|prefix| tokens.iter().any(|token| token.starts_with(prefix)))
    }

    #[test]
    fn a_patient_is_found_by_whatever_people_type() {
        for typed in [
            "muller",
            "MÜLLER zo",
            "oeuvre",
            "Œuvre",
            "doeuvre",
            "anais d'oeuvre",
            "09/02/1984",
            "1984-02-09",
            "06 12 34",
            "+33 6 12",
            "0612345678",
            "0033612345678",
            "zoe@ex",
            "zoe 09021984",
            "Zoe\u{301}",
        ] {
            assert!(finds(typed), "{typed} -> {:?}", terms(typed));
        }
        for typed in ["martin", "zoe martin", "10/02/1984", "07 12"] {
            assert!(!finds(typed), "{typed}");
        }
    }

    #[test]
    fn lists_are_sorted_by_family_name() {
        assert_eq!(sort_name(&record()), "d oeuvre muller, zoe anais");
    }
}
