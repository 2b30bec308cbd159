//! Names taken apart into words: `customerEmailAddress`, `date_naissance`, `iplastlogin`.

use super::context::{ALONE, CARE, COMPANIES, MEASUREMENTS, NEGATIONS, PEOPLE, REFERENCE, THINGS, WRITING};
use super::entries::ENTRIES;
use crate::words::fold;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that no entry has and that stand glued to others.
const JOINERS: &[&str] = &[
    "name",
    "nom",
    "user",
    "last",
    "previous",
    "full",
    "number",
    "numero",
    "home",
    "office",
    "work",
    "perso",
    "personal",
    "date",
    "geo",
    "long",
    "sender",
    "id",
    "ip",
    "login",
    "session",
    "primary",
    "secondary",
    "main",
    "extra",
];

/// Two letters are a word only when they are one of these: others stand in too many words.
const SHORT: &[&str] = &["id", "ip", "no", "nb"];

static VOCABULARY: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let phrases = ENTRIES.iter().flat_map(|(_, _, phrases)| phrases.split([',', ' ']));
    let lists = [
        ALONE,
        CARE,
        COMPANIES,
        MEASUREMENTS,
        NEGATIONS,
        PEOPLE,
        REFERENCE,
        THINGS,
        WRITING,
        JOINERS,
    ];
    phrases
        .chain(lists.into_iter().flatten().copied())
        .filter(|word| word.len() > 2 || SHORT.contains(word))
        .collect()
});

/// Splits a name into folded words: at `_`, `-`, spaces, digits and changes to capitals, and where known words are
/// glued together; a plural's `s` is dropped.
pub(in crate::detect) fn tokens(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for mut word in split(name) {
        singular(&mut word);
        if VOCABULARY.contains(word.as_str()) || word.len() < 6 {
            words.push(word);
        } else {
            match unglue(&word, 3) {
                Some(parts) => words.extend(parts),
                None => words.push(word),
            }
        }
    }
    words
}

fn split(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| chars[index]);
        let lower_before = before.is_some_and(char::is_lowercase);
        // `IPAddress` is `ip` and `address`.
        let last_capital =
            before.is_some_and(char::is_uppercase) && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        let hump = c.is_uppercase() && (lower_before || last_capital);
        if (hump || !c.is_alphabetic()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphabetic() {
            word.push(fold(c));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn singular(word: &mut String) {
    let plural = word.len() > 3
        && word.ends_with('s')
        && !["ss", "us", "is"].iter().any(|ending| word.ends_with(ending))
        && !VOCABULARY.contains(word.as_str());
    if plural && (word.len() > 4 || VOCABULARY.contains(&word[..word.len() - 1])) {
        word.pop();
    }
}

/// Up to `most` known words that make up the whole, the longest first.
fn unglue(word: &str, most: usize) -> Option<Vec<String>> {
    if most == 0 || !word.is_ascii() {
        return None;
    }
    for end in (2..word.len().saturating_sub(1)).rev() {
        let (head, tail) = word.split_at(end);
        if !VOCABULARY.contains(head) {
            continue;
        }
        let mut tail = tail.to_owned();
        singular(&mut tail);
        if VOCABULARY.contains(tail.as_str()) {
            return Some(vec![head.to_owned(), tail]);
        }
        if let Some(rest) = unglue(&tail, most - 1).filter(|_| most > 2) {
            return Some(std::iter::once(head.to_owned()).chain(rest).collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn names_come_apart_at_cases_marks_and_known_words() {
        for (name, words) in [
            ("customerEmailAddress", "customer email address"),
            ("date_de_naissance", "date de naissance"),
            ("iplastlogin", "ip last login"),
            ("IPAddress", "ip address"),
            ("clientname", "client name"),
            ("geolat", "geo lat"),
            ("Adresses", "adresse"),
            ("status", "status"),
            ("membership", "membership"),
        ] {
            assert_eq!(tokens(name).join(" "), words, "{name}");
        }
    }
}
