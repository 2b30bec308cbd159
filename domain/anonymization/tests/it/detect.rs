//! Detection on French and English schemas, with what must not be found.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use nova_anonymization::detect::detect;
use nova_anonymization::{Attribute, ColumnFacts, Kind};

fn facts(table: &str, column: &str, base_type: &str, samples: &[&str]) -> ColumnFacts {
    ColumnFacts {
        schema: "public".to_owned(),
        table: table.to_owned(),
        column: column.to_owned(),
        base_type: base_type.to_owned(),
        builtin: true,
        samples: samples.iter().map(|&text| text.to_owned()).collect(),
        ..ColumnFacts::default()
    }
}

fn found(facts: ColumnFacts) -> Option<Kind> {
    detect(&[facts]).first().and_then(|finding| finding.kind)
}

#[test]
fn names_of_personal_columns_are_known_in_both_languages() {
    for (table, column, base_type, kind) in [
        ("users", "email", "text", Kind::Email),
        ("users", "encryptedEmailAddress", "text", Kind::Email),
        ("clients", "courriel", "varchar", Kind::Email),
        ("clients", "adresse_mail", "varchar", Kind::Email),
        ("patients", "prenom", "text", Kind::FirstName),
        ("patients", "Prénom", "text", Kind::FirstName),
        ("patients", "nom", "text", Kind::Name),
        ("patients", "nom_de_famille", "text", Kind::LastName),
        ("users", "firstName", "text", Kind::FirstName),
        ("users", "last_name", "text", Kind::LastName),
        ("customers", "name", "text", Kind::Name),
        ("orders", "customer_name", "text", Kind::Name),
        ("bills", "nom_patient", "text", Kind::Name),
        ("users", "tel", "text", Kind::Phone),
        ("users", "telephone_portable", "text", Kind::Phone),
        ("users", "mobile_phone", "int8", Kind::Phone),
        ("users", "adresse", "text", Kind::Address),
        ("users", "address_line1", "text", Kind::Address),
        ("users", "rue", "text", Kind::Address),
        ("users", "code_postal", "bpchar", Kind::PostCode),
        ("users", "ville", "text", Kind::City),
        ("users", "date_naissance", "date", Kind::BirthDate),
        ("users", "birth_date", "date", Kind::BirthDate),
        ("users", "dob", "timestamptz", Kind::BirthDate),
        ("sessions", "ip_address", "inet", Kind::Ip),
        ("users", "last_sign_in_ip", "inet", Kind::Ip),
        ("users", "adresse_ip", "text", Kind::Ip),
        ("accounts", "iban", "text", Kind::Iban),
        ("suppliers", "siret", "text", Kind::Siret),
        ("suppliers", "name", "text", Kind::Company),
        ("patients", "numero_securite_sociale", "bpchar", Kind::Nir),
        ("tasks", "commentaires", "text", Kind::Text),
        ("messages", "body", "text", Kind::Text),
        ("users", "emails", "_text", Kind::Email),
        ("visits", "diagnosis_code", "int4", Kind::Shuffle),
        ("patients", "code_diagnostic", "text", Kind::Text),
    ] {
        assert_eq!(
            found(facts(table, column, base_type, &[])),
            Some(kind),
            "{table}.{column}"
        );
    }
}

#[test]
fn attributes_of_composite_values_are_columns_of_their_own() {
    let attribute = |name: &str, base_type: &str, attributes: Vec<Attribute>| Attribute {
        name: name.to_owned(),
        base_type: base_type.to_owned(),
        attributes,
    };
    let inner = vec![attribute("rue", "text", vec![]), attribute("cp", "text", vec![])];
    let contact = ColumnFacts {
        attributes: vec![
            attribute("né le", "date", vec![]),
            attribute("joindre", "text", vec![]),
            attribute("adresse", "public.adr", inner),
            attribute("profil", "jsonb", vec![]),
            attribute("rang", "int4", vec![]),
        ],
        builtin: false,
        ..facts(
            "patients",
            "contact",
            "public._contact",
            &[
                r#"{"(1980-01-01,\"a, \\\"b\\\"\",\"(\"\"1 rue X\"\",75011)\",\"{\"\"email\"\": \"\"a@b.fr\"\"}\",7)"}"#,
                r#"{"(,zoe@c.fr,,,)","(,yan@d.fr,,,)"}"#,
                "{broken",
            ],
        )
    };
    let found: Vec<(Option<String>, Option<Kind>)> = detect(&[contact])
        .into_iter()
        .map(|finding| (finding.path, finding.kind))
        .collect();
    let expected = [
        ("$.né le", Kind::BirthDate),
        ("$.joindre", Kind::Email),
        ("$.adresse.rue", Kind::Address),
        ("$.adresse.cp", Kind::PostCode),
        ("$.profil.email", Kind::Email),
    ];
    let expected: Vec<_> = expected.map(|(path, kind)| (Some(path.to_owned()), Some(kind))).into();
    assert_eq!(found, expected);
}

#[test]
fn elements_of_xml_are_what_the_element_around_them_is_about() {
    let sheets: Vec<String> = (0..9)
        .map(|n| format!("<sheet><client mail='a{n}@b.fr'><nom>Zorglub{n}</nom></client><product><nom>Chaise</nom></product></sheet>"))
        .collect();
    let samples: Vec<&str> = sheets.iter().map(String::as_str).collect();
    let found: Vec<_> = detect(&[facts("archive", "doc", "xml", &samples)])
        .into_iter()
        .map(|finding| (finding.path.unwrap(), finding.kind))
        .collect();
    let expected = [
        ("/sheet/client/@mail".to_owned(), Some(Kind::Email)),
        ("/sheet/client/nom".to_owned(), Some(Kind::Name)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn few_people_are_people_too() {
    for (column, value, kind) in [
        ("prenom", "Aurélie", Some(Kind::FirstName)),
        ("iban", "FR7630006000011234567890189", Some(Kind::Iban)),
        ("gender", "F", None),
    ] {
        let samples = vec![value; 60];
        assert_eq!(found(facts("patients", column, "text", &samples)), kind, "{column}");
    }
}

#[test]
fn a_name_beside_a_given_name_is_a_family_name() {
    let columns = [
        facts("personnel", "nom", "text", &[]),
        facts("personnel", "prenom", "text", &[]),
    ];
    let kinds: Vec<Kind> = detect(&columns).iter().filter_map(|finding| finding.kind).collect();
    assert_eq!(kinds, [Kind::LastName, Kind::FirstName]);
}

#[test]
fn what_is_not_personal_is_left_alone() {
    for (table, column, base_type) in [
        ("countries", "name", "text"),
        ("products", "name", "text"),
        ("categories", "nom", "text"),
        ("files", "file_name", "text"),
        ("products", "product_name", "text"),
        ("users", "id", "int8"),
        ("users", "email_verified", "bool"),
        ("users", "email_confirmed_at", "timestamptz"),
        ("users", "phone_type", "text"),
        ("orders", "address_id", "int4"),
        ("users", "created_at", "timestamptz"),
        ("products", "price", "numeric"),
        ("users", "email", "bool"),
        ("reviews", "note", "int4"),
        ("settings", "value", "text"),
        ("migrations", "version", "text"),
        ("products", "description", "text"),
    ] {
        assert_eq!(found(facts(table, column, base_type, &[])), None, "{table}.{column}");
    }
    let surrogate = ColumnFacts {
        unique: true,
        ..facts("users", "phone", "int8", &[])
    };
    assert_eq!(found(surrogate), None, "keys are never masked by detection");
    let label = ColumnFacts {
        enum_type: true,
        ..facts("users", "city", "text", &[])
    };
    assert_eq!(found(label), None);
}

#[test]
fn content_speaks_where_names_do_not() {
    for (samples, kind) in [
        (&["jean@free.fr", "luc.martin@orange.fr", ""][..], Kind::Email),
        (&["06 12 34 56 78", "+33 1 42 68 53 00"], Kind::Phone),
        (&["FR14 2004 1010 0505 0001 3M02 606"], Kind::Iban),
        (&["10.0.0.1", "2001:db8::1"], Kind::Ip),
        (&["Camille Durand", "Jean-Pierre Martin", "Sophie Bernard"], Kind::Name),
        (
            &[
                "Bonjour, merci de rappeler Camille Durand demain",
                "rien à signaler pour le moment",
            ],
            Kind::Text,
        ),
        (&["vu avec la famille, écrire à jean@free.fr avant lundi"], Kind::Text),
    ] {
        assert_eq!(found(facts("t", "valeur", "text", samples)), Some(kind), "{samples:?}");
    }
    for samples in [
        &["rouge", "vert", "bleu"][..],
        &["2024-01-02", "2023-12-31"],
        &["1.2.3", "10.4"],
        &["Chaise longue", "Table basse"],
        &["le chantier avance bien cette semaine"],
    ] {
        assert_eq!(found(facts("t", "valeur", "text", samples)), None, "{samples:?}");
    }
}

#[test]
fn content_can_contradict_a_name() {
    let states = ["oui", "non", "oui", "non", "oui", "non"];
    assert_eq!(found(facts("users", "mail", "text", &states)), None);
}

#[test]
fn leaves_of_json_documents_are_found_by_key_and_content() {
    let samples = [
        r#"{"contact": {"email": "jean@free.fr", "phones": ["0612345678"]}, "theme": "dark", "x": "luc@orange.fr"}"#,
        r#"{"customer": {"name": "Camille Durand"}, "items": [{"name": "Chaise"}], "count": 3}"#,
    ];
    let columns = [facts("orders", "details", "jsonb", &samples)];
    let mut found: Vec<(String, Kind)> = detect(&columns)
        .into_iter()
        .map(|finding| (finding.path.unwrap(), finding.kind.unwrap()))
        .collect();
    found.sort();
    let expected = [
        ("$.contact.email", Kind::Email),
        ("$.contact.phones[*]", Kind::Phone),
        ("$.customer.name", Kind::Name),
        ("$.x", Kind::Email),
    ];
    assert_eq!(found, expected.map(|(path, kind)| (path.to_owned(), kind)));
}
