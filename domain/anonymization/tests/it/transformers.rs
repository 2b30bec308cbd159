//! The catalogue: every transformer does what its line says, on every type it claims to fit.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::{Field, mask_one, mask_values};
use nova_anonymization::catalogue::{self, Type, Unique};
use nova_anonymization::{CopyFormat, Kind, Parameters, Spec, TEST_PASSWORD};
use serde_json::json;
use std::collections::HashSet;
use std::fmt::Write;

fn build(kind: Kind, parameters: serde_json::Value) -> Spec {
    let parameters: Parameters = serde_json::from_value(parameters).unwrap();
    Spec::build(kind, &parameters).unwrap()
}

fn unique(kind: Kind) -> Spec {
    Spec {
        unique: true,
        ..Spec::new(kind)
    }
}

#[test]
fn examples_are_what_the_transformers_make_of_them() {
    let mut shown = String::new();
    for transformer in catalogue::all() {
        for example in catalogue::examples(transformer) {
            let parameters = if example.parameters.is_empty() {
                String::new()
            } else {
                format!(" {}", serde_json::to_string(&example.parameters).unwrap())
            };
            let after = example.after.map_or("NULL".to_owned(), |after| format!("{after:?}"));
            writeln!(
                shown,
                "{}{parameters}: {:?} -> {after}",
                transformer.name, example.before
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn the_documented_table_is_the_catalogue() {
    let mut table = String::from("| name | what it does | parameters | types | unique |\n|---|---|---|---|---|\n");
    let mut category = None;
    for transformer in catalogue::all() {
        if category != Some(transformer.category) {
            category = Some(transformer.category);
        }
        let parameters: Vec<&str> = transformer.parameters.iter().map(|parameter| parameter.name).collect();
        let unique = match transformer.unique {
            Unique::Bijective => "permutation",
            Unique::Suffix => "suffix",
            Unique::No => "",
        };
        let types = transformer.types().join(", ").replace('*', "any");
        let english = transformer.english.replace('|', "\\|");
        writeln!(
            table,
            "| `{}` | {english} | {} | {types} | {unique} |",
            transformer.name,
            parameters.join(", ")
        )
        .unwrap();
    }
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/transformers.md")).unwrap();
    assert!(
        page.contains(&table),
        "docs/transformers.md does not hold the catalogue as it is:\n{table}"
    );
}

#[test]
fn parameters_are_checked_and_the_mistake_is_named() {
    let told = |kind, parameters: serde_json::Value| {
        let parameters: Parameters = serde_json::from_value(parameters).unwrap();
        catalogue::check(kind, &parameters).unwrap_err()
    };
    assert!(told(Kind::MaskCharacters, json!({"keepfirst": 1})).contains("it takes `keepFirst`"));
    assert!(told(Kind::MaskCharacters, json!({"keepFirst": -1})).contains("a whole number from 0 to 64"));
    assert!(told(Kind::Pick, json!({})).contains("needs `values`"));
    assert!(told(Kind::Pick, json!({"values": {"a": 0}})).contains("weights"));
    assert!(told(Kind::Regex, json!({"pattern": "[a-"})).contains("regular expression"));
    assert!(told(Kind::Template, json!({"template": "{{ surname }}"})).contains("`surname` is none of firstName"));
    assert!(told(Kind::Uuid, json!({"x": 1})).contains("takes no parameters"));
    let chain = json!({"cases": [{"when": "a ==", "transformer": "email"}]});
    assert!(Spec::build(Kind::Chain, &serde_json::from_value(chain).unwrap()).is_err());
}

#[test]
fn every_text_transformer_is_deterministic_keeps_null_and_says_nothing_twice_when_unique() {
    for transformer in catalogue::all() {
        let required: Parameters = transformer
            .parameters
            .iter()
            .filter_map(|parameter| {
                let value = match parameter.of {
                    Type::Template => json!("{{firstName}}-{{code}}"),
                    Type::Pattern => json!("[a-z]{8}"),
                    Type::Values => json!(["a", "b"]),
                    _ => return None,
                };
                Some((parameter.name.to_owned(), value))
            })
            .collect();
        let skipped = matches!(
            transformer.kind,
            Kind::Json
                | Kind::Xml
                | Kind::Hstore
                | Kind::Composite
                | Kind::Chain
                | Kind::External
                | Kind::Constant
                | Kind::Flag
                | Kind::Null
                | Kind::Empty
                | Kind::Keep
                | Kind::Shuffle
        );
        if skipped {
            continue;
        }
        let mut spec = Spec::build(transformer.kind, &required).unwrap();
        spec.unique = transformer.unique != Unique::No;
        let values: Vec<Field> = (0..300)
            .map(|index| Some(format!("Jean Dupont {index}").into_bytes()))
            .chain([None, Some(Vec::new())])
            .collect();
        let once = mask_values(CopyFormat::Binary, "text", &spec, &values);
        assert_eq!(
            once,
            mask_values(CopyFormat::Text, "text", &spec, &values),
            "{}",
            transformer.name
        );
        assert_eq!(once[300], None, "{}", transformer.name);
        assert_eq!(once.len(), values.len());
        if spec.unique {
            let distinct: HashSet<&Field> = once.iter().collect();
            assert_eq!(distinct.len(), once.len(), "{} repeats itself", transformer.name);
        }
    }
}

#[test]
fn the_sex_of_a_given_name_is_kept() {
    for (name, female) in [("Marie", true), ("Jean", false), ("Sophie", true), ("William", false)] {
        let masked = mask_one(&Spec::new(Kind::FirstName), name);
        let again = mask_one(&Spec::new(Kind::Name), &format!("{name} Dupont"));
        assert!(again.starts_with(&masked), "{again} begins with {masked}");
        // A name that both may have does not occur among the replacements of a known one.
        let same = mask_one(&Spec::new(Kind::FirstName), if female { "Claire" } else { "Paul" });
        assert_ne!(masked, name);
        assert_ne!(same, masked.to_lowercase());
    }
}

#[test]
fn amounts_keep_their_sign_and_their_mean() {
    let spec = build(Kind::Noise, json!({"ratio": 0.2}));
    let values: Vec<Field> = (1..=2000)
        .map(|n| Some(format!("{}.37", n * 13).into_bytes()))
        .collect();
    let sum = |fields: &[Field]| -> f64 {
        fields
            .iter()
            .map(|field| {
                String::from_utf8(field.clone().unwrap())
                    .unwrap()
                    .parse::<f64>()
                    .unwrap()
            })
            .sum()
    };
    let masked = mask_values(CopyFormat::Text, "numeric", &spec, &values);
    for (before, after) in values.iter().zip(&masked) {
        let (before, after) = (sum(std::slice::from_ref(before)), sum(std::slice::from_ref(after)));
        assert!(after > 0.0 && (after - before).abs() <= before * 0.2 + 0.01);
    }
    let change = (sum(&masked) - sum(&values)).abs() / sum(&values);
    assert!(change < 0.02, "the mean moved by {change}");
}

#[test]
fn dates_are_cut_banded_and_shifted() {
    let one = |spec: &Spec, value: &str| {
        let field = Some(value.as_bytes().to_vec());
        let masked = mask_values(CopyFormat::Text, "date", spec, &[field]);
        String::from_utf8(masked[0].clone().unwrap()).unwrap()
    };
    assert_eq!(one(&build(Kind::TruncateDate, json!({})), "2024-02-29"), "2024-02-01");
    assert_eq!(
        one(&build(Kind::TruncateDate, json!({"to": "quarter"})), "2024-06-29"),
        "2024-04-01"
    );
    assert_eq!(
        one(&build(Kind::TruncateDate, json!({"to": "decade"})), "1999-12-31"),
        "1990-01-01"
    );
    assert_eq!(
        one(&build(Kind::AgeBand, json!({"years": 10})), "1984-03-12"),
        "1980-01-01"
    );
    assert_eq!(one(&build(Kind::ShiftDate, json!({})), "infinity"), "infinity");
    let shift = build(Kind::ShiftDate, json!({"days": 30}));
    let days: Vec<i32> = ["2024-02-28", "2024-03-01"]
        .iter()
        .map(|date| one(&shift, date)[8..].parse().unwrap())
        .collect();
    assert!(days.iter().all(|day| (1..=31).contains(day)));
}

#[test]
fn secrets_leave_nothing_of_the_original() {
    let hash = mask_one(
        &Spec::new(Kind::Password),
        "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    );
    assert!(hash.starts_with("$2y$10$"));
    assert!(bcrypt::verify(TEST_PASSWORD, &hash.replace("$2y$", "$2b$")).unwrap());
    let of_scheme = |scheme: &str| mask_one(&build(Kind::Password, json!({"scheme": scheme})), "whatever");
    {
        use argon2::password_hash::{PasswordHash, PasswordVerifier};
        let hash = of_scheme("argon2id");
        let parsed = PasswordHash::new(&hash).unwrap();
        argon2::Argon2::default()
            .verify_password(TEST_PASSWORD.as_bytes(), &parsed)
            .unwrap();
        let hash = of_scheme("scrypt");
        let parsed = PasswordHash::new(&hash).unwrap();
        scrypt::Scrypt
            .verify_password(TEST_PASSWORD.as_bytes(), &parsed)
            .unwrap();
    }
    let hash = of_scheme("pbkdf2");
    let parts: Vec<&str> = hash.split('$').collect();
    let iterations = std::num::NonZeroU32::new(parts[1].parse().unwrap()).unwrap();
    let raw = base64(parts[3]);
    ring::pbkdf2::verify(
        ring::pbkdf2::PBKDF2_HMAC_SHA256,
        iterations,
        parts[2].as_bytes(),
        TEST_PASSWORD.as_bytes(),
        &raw,
    )
    .unwrap();
    let plain = mask_one(&build(Kind::Password, json!({"scheme": "plain"})), "whatever");
    assert_eq!(plain, TEST_PASSWORD);
    assert_eq!(mask_one(&build(Kind::Token, json!({"mode": "empty"})), "abc"), "");
    assert_eq!(mask_one(&Spec::new(Kind::Hash), "4711").len(), 32);
}

fn base64(text: &str) -> Vec<u8> {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = text
        .bytes()
        .filter_map(|byte| letters.iter().position(|letter| *letter == byte))
        .flat_map(|value| (0..6).rev().map(move |bit| u8::try_from(value >> bit & 1).unwrap()))
        .collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit))
        .collect()
}

#[test]
fn urls_files_and_images_keep_their_form() {
    let url = mask_one(
        &Spec::new(Kind::Url),
        "https://jean:secret@www.dupont.fr:8443/u/jean-dupont.png?mail=jean%40free.fr#x",
    );
    assert!(
        url.starts_with("https://user@") && url.contains(":8443/") && url.contains(".png?mail="),
        "{url}"
    );
    assert!(
        !url.contains("dupont") && !url.contains("free") && !url.contains("secret"),
        "{url}"
    );
    let file = mask_one(&Spec::new(Kind::FileName), r"C:\New folder\jean.dupont.pdf");
    assert!(
        file.starts_with(r"C:\") && file.split('.').next_back() == Some("pdf") && file.matches('\\').count() == 2,
        "{file}"
    );
    let bytes = mask_values(
        CopyFormat::Binary,
        "bytea",
        &Spec::new(Kind::Image),
        &[Some(b"\xff\xd8\xff\xe0 and a face".to_vec())],
    );
    assert!(bytes[0].as_ref().unwrap().starts_with(b"\xff\xd8\xff\xe0\0\x10JFIF"));
}

#[test]
fn weights_and_patterns_are_followed() {
    let pick = build(Kind::Pick, json!({"values": {"often": 9, "rare": 1, "never": 0}}));
    let values: Vec<Field> = (0..2000).map(|n| Some(format!("x{n}").into_bytes())).collect();
    let masked = mask_values(CopyFormat::Text, "text", &pick, &values);
    let count = |word: &str| {
        masked
            .iter()
            .filter(|field| field.as_deref() == Some(word.as_bytes()))
            .count()
    };
    assert_eq!(count("never"), 0);
    assert!((1700..1900).contains(&count("often")), "{}", count("often"));
    let shape = regex::Regex::new(r"^[A-Z]{2}-\d{4}(bis|ter)?$").unwrap();
    for index in 0..200 {
        let text = mask_one(
            &build(Kind::Regex, json!({"pattern": r"[A-Z]{2}-\d{4}(bis|ter)?"})),
            &format!("v{index}"),
        );
        assert!(shape.is_match(&text), "{text}");
    }
}

#[test]
fn locales_lend_their_names() {
    for locale in [
        "fr_FR", "en", "de_DE", "it_IT", "nl_NL", "pt_BR", "pt_PT", "tr_TR", "cy_GB", "ja_JP", "zh_CN", "zh_TW",
        "ar_SA", "fa_IR",
    ] {
        for kind in [Kind::Name, Kind::Email, Kind::Address, Kind::City, Kind::Text] {
            let masked = mask_one(&build(kind, json!({"locale": locale})), "Jean Dupont");
            assert!(!masked.is_empty() && masked != "Jean Dupont", "{locale}");
            if kind == Kind::Email {
                assert!(masked.is_ascii() && masked.contains('@'), "{locale}: {masked}");
            }
        }
    }
}

#[test]
fn two_environments_cannot_be_joined() {
    use nova_anonymization::{MaskingKey, TableMasker};
    let values: Vec<Vec<Field>> = (0..200)
        .map(|n| vec![Some(format!("user{n}@free.fr").into_bytes())])
        .collect();
    let stream = crate::support::encode(CopyFormat::Text, &values);
    let layout = crate::support::layout(&[("text", Some(unique(Kind::Email)))]);
    let masked = |key: [u8; 32]| -> HashSet<Vec<u8>> {
        let mut out = Vec::new();
        let mut masker = TableMasker::compile(CopyFormat::Text, &layout, &MaskingKey::new(key), None).unwrap();
        masker.feed(&stream, &mut out).unwrap();
        masker.finish(&mut out).unwrap();
        let rows = crate::support::decode(CopyFormat::Text, &out);
        rows.into_iter().map(|mut row| row.remove(0).unwrap()).collect()
    };
    assert!(masked([1; 32]).is_disjoint(&masked([2; 32])));
    let rotated = MaskingKey::new([1; 32]).rotated(1);
    assert_ne!(rotated, MaskingKey::new([1; 32]));
    assert_eq!(MaskingKey::new([1; 32]).rotated(0), MaskingKey::new([1; 32]));
    assert_ne!(MaskingKey::new([1; 32]).rotated(2), rotated);
}
