//! The leak check: what was planted is found, what is clean is not accused, replacements are explained.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::{decode, encode, key, layout};
use nova_anonymization::leak::{Category, Filter, Fingerprints, Hit, Scanner, Verdict};
use nova_anonymization::{CopyFormat, Kind, Spec, TableMasker};
use std::sync::Arc;

const FINGERPRINT_KEY: [u8; 16] = [9; 16];

/// Masks a table of people and returns the target's rows with the fingerprints.
fn people() -> (Vec<Vec<String>>, Fingerprints) {
    let rows: Vec<Vec<Option<Vec<u8>>>> = [
        [
            "jean.dupont@free.fr",
            "06 12 34 56 78",
            "Jean",
            "Dupont",
            "Mme Zoé Lefèvre-Martin",
        ],
        ["Marie@Orange.fr", "+44 20 7946 0958", "Anne-Marie", "Le Gall", "Durand"],
        ["x@y.example", "(555) 123-4567", "Éloïse", "Ñandú", "Élodie D'Ormesson"],
    ]
    .iter()
    .map(|row| row.iter().map(|value| Some(value.as_bytes().to_vec())).collect())
    .collect();
    let kinds = [Kind::Email, Kind::Phone, Kind::FirstName, Kind::LastName, Kind::Name];
    let columns: Vec<(&str, Option<Spec>)> = kinds.iter().map(|&kind| ("text", Some(Spec::new(kind)))).collect();
    let stream = encode(CopyFormat::Text, &rows);
    let mut masker = TableMasker::compile(CopyFormat::Text, &layout(&columns), &key(), Some(FINGERPRINT_KEY)).unwrap();
    let mut out = Vec::new();
    masker.feed(&stream, &mut out).unwrap();
    masker.finish(&mut out).unwrap();
    let target = decode(CopyFormat::Text, &out)
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|field| String::from_utf8(field.unwrap()).unwrap())
                .collect()
        })
        .collect();
    (target, masker.take_fingerprints())
}

fn leaks(fingerprints: &Fingerprints, cells: &[(&str, bool)]) -> Vec<Category> {
    let filter = Arc::new(Filter::of(fingerprints, 1 << 20));
    let mut scanner = Scanner::new(FINGERPRINT_KEY, filter);
    let mut hits: Vec<Hit> = Vec::new();
    for (cell, masked) in cells {
        scanner.cell(cell.as_bytes(), *masked, &mut hits);
    }
    let mut verdict = Verdict::new(hits);
    verdict.check(&Fingerprints::from_bytes(&fingerprints.to_bytes()).unwrap());
    verdict.leaks().into_iter().map(|hit| hit.category).collect()
}

#[test]
fn planted_originals_are_found_in_text_json_arrays_and_composites() {
    let (_, fingerprints) = people();
    assert_eq!(fingerprints.originals_of(Category::Email), 3);
    assert_eq!(fingerprints.originals_of(Category::Phone), 3);
    for (cell, category) in [
        ("écrire à Jean.Dupont@free.fr.", Category::Email),
        ("<mailto:marie@orange.fr>", Category::Email),
        (r#"{"a":{"mail":"jean.dupont@free.fr"}}"#, Category::Email),
        (r#"{"a":"ligne\njean.dupont\u0040free.fr"}"#, Category::Email),
        ("{a,x@y.example,c}", Category::Email),
        ("rappeler au 0612345678 !", Category::Phone),
        ("tel:+33612345678", Category::Phone),
        ("+33 (0)6.12.34.56.78", Category::Phone),
        ("0033 6 12 34 56 78", Category::Phone),
        ("01 02 03 04 05 06 12 34 56 78", Category::Phone),
        ("+442079460958", Category::Phone),
        ("call (555) 123 4567", Category::Phone),
        ("vu avec jean dupont hier", Category::Name),
        ("DUPONT, Jean", Category::Name),
        (r#"["Jean","Dupont"]"#, Category::Name),
        ("(1,Jean,Dupont)", Category::Name),
        (r#"{"note":"Bonjour\nJean Dupont"}"#, Category::Name),
        ("M. Zoe Lefevre Martin", Category::Name),
        ("Zoé LEFÈVRE-MARTIN", Category::Name),
        ("Le Gall Anne-Marie", Category::Name),
        ("d'Éloïse Ñandú.", Category::Name),
        ("élodie d\u{2019}ormesson", Category::Name),
        ("Jean\u{a0}Dupont", Category::Name),
    ] {
        assert_eq!(leaks(&fingerprints, &[(cell, false)]), [category], "{cell}");
        assert_eq!(
            leaks(&fingerprints, &[(cell, true)]),
            [category],
            "in a masked column too: {cell}"
        );
    }
}

#[test]
fn json_is_read_once_with_its_escapes_resolved() {
    let (_, fingerprints) = people();
    let mut scanner = Scanner::new(FINGERPRINT_KEY, Arc::new(Filter::of(&fingerprints, 1 << 20)));
    for (cell, categories) in [
        (r#"{"a": "ligne\njean.dupont\u0040free.fr"}"#, vec![Category::Email]),
        (
            r#"{"a": {"note": "Bonjour\nJean Dupont", "tel": "tel\t0612345678"}}"#,
            vec![Category::Name, Category::Phone],
        ),
        (r#"{"nested": "{\"name\": \"Jean Dupont\"}"}"#, vec![Category::Name]),
        (r#"["Jean", "Dupont"]"#, vec![Category::Name]),
        (r#"{"a": "ligne\n", "b": 7}"#, vec![]),
    ] {
        let mut hits = Vec::new();
        scanner.json(cell.as_bytes(), false, &mut hits);
        let found: Vec<Category> = hits.into_iter().map(|hit| hit.category).collect();
        assert_eq!(found, categories, "{cell}");
    }
}

#[test]
fn clean_cells_raise_no_alarm() {
    let (target, fingerprints) = people();
    for cell in [
        "Jean",
        "Dupont",
        "Durand",
        "Jean a vu le pont",
        "Jean. Dupont",
        "jean@free.fr",
        "dupont@free.fr",
        "a.jean.dupont@free.fr",
        "jean.dupont@free.fr.org",
        "0612345679",
        "612345678",
        "ref 2061234567812",
        "550e8400-e29b-41d4-a716-0612345678ab",
        "x0612345678",
        "2024-01-02 03:04:05",
        "",
        "@",
        "@@ . @",
        "\\",
        "\\u",
        "5551234567890",
        "Lefèvre Zoé",
    ] {
        assert_eq!(leaks(&fingerprints, &[(cell, false)]), [], "{cell}");
    }
    for row in &target {
        for cell in row {
            assert_eq!(leaks(&fingerprints, &[(cell, true)]), [], "{cell}");
        }
    }
}

#[test]
fn a_replacement_that_is_somebody_elses_name_is_explained_in_masked_columns_only() {
    let (target, mut fingerprints) = people();
    let generated = format!("{} {}", target[0][2], target[0][3]);
    // Somebody in another table really is called so.
    let rows = vec![vec![Some(generated.clone().into_bytes())]];
    let columns = layout(&[("text", Some(Spec::new(Kind::Name)))]);
    let mut masker = TableMasker::compile(CopyFormat::Binary, &columns, &key(), Some(FINGERPRINT_KEY)).unwrap();
    let mut out = Vec::new();
    masker.feed(&encode(CopyFormat::Binary, &rows), &mut out).unwrap();
    fingerprints.merge(&masker.take_fingerprints());
    assert_eq!(leaks(&fingerprints, &[(&generated, true)]), []);
    assert_eq!(leaks(&fingerprints, &[(&generated, false)]), [Category::Name]);
}

#[test]
fn a_part_of_a_replacement_that_is_somebody_elses_name_is_explained_too() {
    let mask = |names: &[String]| {
        let columns = layout(&[("text", Some(Spec::new(Kind::Name)))]);
        let mut masker = TableMasker::compile(CopyFormat::Text, &columns, &key(), Some(FINGERPRINT_KEY)).unwrap();
        let rows: Vec<_> = names.iter().map(|name| vec![Some(name.clone().into_bytes())]).collect();
        let mut out = Vec::new();
        masker.feed(&encode(CopyFormat::Text, &rows), &mut out).unwrap();
        masker.finish(&mut out).unwrap();
        let values = decode(CopyFormat::Text, &out).into_iter();
        let values: Vec<String> = values
            .map(|row| String::from_utf8(row[0].clone().unwrap()).unwrap())
            .collect();
        (values, masker.take_fingerprints())
    };
    let people: Vec<String> = (0..26u8)
        .map(|n| format!("Anne-Marie{} Durand", char::from(b'a' + n)))
        .collect();
    let (replacements, mut fingerprints) = mask(&people);
    let composed = replacements.iter().find(|name| name.contains('-')).unwrap();
    let (_, part) = composed.split_once('-').unwrap();
    // Somebody in another table really is called so.
    fingerprints.merge(&mask(&[part.to_owned()]).1);
    assert_eq!(leaks(&fingerprints, &[(composed, true)]), []);
    assert_eq!(leaks(&fingerprints, &[(part, false)]), [Category::Name]);
}

#[test]
fn a_filter_too_small_for_its_fingerprints_still_misses_nothing() {
    let rows: Vec<_> = (0..20_000)
        .map(|i| vec![Some(format!("user{i}@free.fr").into_bytes())])
        .collect();
    let columns = layout(&[("text", Some(Spec::new(Kind::Email)))]);
    let mut masker = TableMasker::compile(CopyFormat::Binary, &columns, &key(), Some(FINGERPRINT_KEY)).unwrap();
    masker
        .feed(&encode(CopyFormat::Binary, &rows), &mut Vec::new())
        .unwrap();
    let fingerprints = masker.take_fingerprints();
    assert_eq!(fingerprints.originals_of(Category::Email), 20_000);
    for bytes in [0, 1 << 20] {
        let filter = Arc::new(Filter::of(&fingerprints, bytes));
        let mut scanner = Scanner::new(FINGERPRINT_KEY, filter);
        let mut hits = Vec::new();
        for i in 0..20_000 {
            scanner.cell(format!("user{i}@free.fr").as_bytes(), false, &mut hits);
        }
        assert_eq!(hits.len(), 20_000);
        hits.clear();
        for i in 0..20_000 {
            scanner.cell(format!("other{i}@free.fr").as_bytes(), false, &mut hits);
        }
        if bytes > 0 {
            assert!(hits.len() < 400, "{} of 20000 candidates pass wrongly", hits.len());
        }
        let mut verdict = Verdict::new(hits);
        verdict.check(&fingerprints);
        assert_eq!(verdict.leaks(), []);
    }
}

#[test]
fn leaves_of_json_are_recorded_too() {
    let rows = vec![vec![Some(br#"{"email":"jean@free.fr","tel":"0612345678"}"#.to_vec())]];
    let columns = layout(&[("jsonb", Some(Spec::new(Kind::Json)))]);
    let mut masker = TableMasker::compile(CopyFormat::Text, &columns, &key(), Some(FINGERPRINT_KEY)).unwrap();
    masker.feed(&encode(CopyFormat::Text, &rows), &mut Vec::new()).unwrap();
    let fingerprints = masker.take_fingerprints();
    assert_eq!(leaks(&fingerprints, &[("jean@free.fr", false)]), [Category::Email]);
    assert_eq!(leaks(&fingerprints, &[("06.12.34.56.78", false)]), [Category::Phone]);
}
