//! One value, one replacement: in a column, in a JSON or XML leaf, in an hstore, in an array and inside free text.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use crate::support::{Field, mask_one, mask_values};
use nova_anonymization::{CopyFormat, JsonLeaf, Kind, Spec};
use proptest::prelude::*;

fn spec(kind: Kind, unique: bool) -> Spec {
    Spec {
        unique,
        ..Spec::new(kind)
    }
}

/// A document kind that finds values by itself, told which kinds are unique elsewhere.
fn document(kind: Kind, unique: &[Kind]) -> Spec {
    Spec {
        unique_kinds: unique.to_vec(),
        ..Spec::new(kind)
    }
}

fn at(kind: Kind, path: &str, leaf: Spec) -> Spec {
    Spec {
        leaves: vec![JsonLeaf {
            path: path.to_owned(),
            spec: Some(leaf),
        }],
        ..Spec::new(kind)
    }
}

fn as_type(base_type: &str, spec: &Spec, text: &str) -> String {
    let values: Vec<Field> = vec![Some(text.as_bytes().to_vec())];
    let masked = mask_values(CopyFormat::Text, base_type, spec, &values);
    String::from_utf8(masked[0].clone().unwrap()).unwrap()
}

fn check(kind: Kind, key: &str, value: &str, unique: bool) -> Result<(), TestCaseError> {
    let leaf = spec(kind, unique);
    let expected = mask_one(&leaf, value);
    let kinds: &[Kind] = if unique { &[kind] } else { &[] };
    let free = format!("Bonjour, {value} (rappelé le 3 mars), merci.");
    prop_assert_eq!(
        mask_one(&document(Kind::Scrub, kinds), &free),
        format!("Bonjour, {expected} (rappelé le 3 mars), merci."),
        "in free text"
    );
    let json = format!("{{\"{key}\": \"{value}\"}}");
    let expected_json = format!("{{\"{key}\": \"{expected}\"}}");
    prop_assert_eq!(
        as_type("json", &document(Kind::Json, kinds), &json),
        expected_json.clone()
    );
    prop_assert_eq!(
        as_type("json", &at(Kind::Json, &format!("$..{key}"), leaf.clone()), &json),
        expected_json
    );
    prop_assert_eq!(
        as_type(
            "xml",
            &at(Kind::Xml, &format!("//{key}"), leaf.clone()),
            &format!("<a><{key}>{value}</{key}></a>")
        ),
        format!("<a><{key}>{expected}</{key}></a>")
    );
    prop_assert_eq!(
        as_type(
            "public.hstore",
            &at(Kind::Hstore, key, leaf.clone()),
            &format!("\"{key}\"=>\"{value}\"")
        ),
        format!("\"{key}\"=>\"{expected}\"")
    );
    let array = as_type("_text", &leaf, &format!("{{\"{value}\",NULL}}"));
    prop_assert_eq!(array.replace('"', ""), format!("{{{expected},NULL}}"));
    Ok(())
}

proptest! {
    #[test]
    fn the_same_e_mail_address_everywhere(local in "[a-z][a-z0-9]{0,8}(\\.[a-z]{1,6})?", host in "[a-z]{2,8}", unique: bool) {
        check(Kind::Email, "email", &format!("{local}@{host}.fr"), unique)?;
    }

    #[test]
    fn the_same_phone_number_everywhere(first in prop::sample::select(vec!["01", "06", "07", "+33 6", "+33 1"]),
                                        rest in "( [0-9]{2}){4}", unique: bool) {
        check(Kind::Phone, "phone", &format!("{first}{rest}"), unique)?;
    }

    #[test]
    fn the_same_name_everywhere(first in prop::sample::select(vec!["Marie", "Jean", "Sophie", "Paul", "Luc"]),
                                last in "[A-Z][a-z]{3,9}", unique: bool) {
        let name = format!("{first} {last}");
        check(Kind::Name, "full_name", &name, unique)?;
    }
}

#[test]
fn free_text_keeps_everything_that_is_not_personal() {
    let scrub = Spec::new(Kind::Scrub);
    let quiet = "Commande n° 20417 du 12/03/2024 : 3 × 17,50 €, livrée à 14:30 (réf. AB-12). C:\\New folder\\x.txt";
    assert_eq!(mask_one(&scrub, quiet), quiet);
    let text = "Mme Marie Dupont, marie.dupont@free.fr, tél. 06 12 34 56 78 / IBAN FR14 2004 1010 0505 0001 3M02 606, \
                carte 4970 1012 3456 7893, NIR 2 69 05 49 588 157 80, depuis 82.64.12.9.";
    let masked = mask_one(&scrub, text);
    for secret in ["Dupont", "free.fr", "34 56 78", "3M02", "3456 7893", "588 157", "82.64"] {
        assert!(!masked.contains(secret), "{secret} in {masked}");
    }
    for kept in [
        "Mme ",
        ", tél. 06 ",
        " / IBAN FR",
        ", carte 4970 10",
        ", NIR 2 ",
        ", depuis ",
    ] {
        assert!(masked.contains(kept), "{kept} not in {masked}");
    }
}
