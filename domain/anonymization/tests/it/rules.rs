//! The rules file: what is read, and what a mistake is told.

use nova_anonymization::rules::Rules;
use nova_anonymization::{Kind, Locale};
use nova_errors::Failure;

#[test]
fn the_administrator_guides_format_is_read() {
    let rules = Rules::parse(
        r#"{"rules": [
            {"tableName": "users", "columnName": "email", "anonymizationType": "email", "preserveFormat": true},
            {"tableName": "public.bills", "columnName": "amount", "anonymizationType": "FINANCIAL",
             "constraints": {"minValue": 10, "maxValue": 99.5}},
            {"tableName": "users", "columnName": "nick", "anonymizationType": "text", "customGenerator": "firstName"},
            {"tableName": "users", "columnName": "role", "anonymizationType": "text", "customGenerator": "constant:test"},
            {"tableName": "users", "columnName": "meta", "anonymizationType": "json", "path": "$.contact.email",
             "valueType": "E-Mail", "locale": "en"}
        ]}"#,
    )
    .unwrap()
    .rules;
    let kinds: Vec<Kind> = rules.iter().map(|rule| rule.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::Email,
            Kind::Financial,
            Kind::FirstName,
            Kind::Constant,
            Kind::Json
        ]
    );
    assert!(rules[0].preserve_format);
    assert_eq!(rules[1].constraints.max.as_deref(), Some("99.5"));
    assert_eq!(rules[3].constant.as_deref(), Some("test"));
    assert_eq!(rules[4].value_kind, Some(Kind::Email));
    assert_eq!((rules[0].locale, rules[4].locale), (Locale::French, Locale::English));
}

#[test]
fn every_type_of_the_guide_is_known() {
    for kind in [
        "email",
        "name",
        "phone",
        "address",
        "city",
        "company",
        "financial",
        "date",
        "text",
        "uuid",
        "ip",
        "iban",
        "json",
        "null",
        "first_name",
        "lastName",
        "Date of birth",
    ] {
        let json = format!(r#"{{"rules":[{{"tableName":"t","columnName":"c","anonymizationType":"{kind}"}}]}}"#);
        Rules::parse(&json).unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

#[test]
fn mistakes_say_where_they_are_and_what_is_allowed() {
    let rule = |rest: &str| {
        format!(
            "{{\"rules\": [\n  {{\"tableName\": \"users\", \"columnName\": \"email\",\n   \"anonymizationType\": {rest}}}\n]}}"
        )
    };
    let mut told = String::new();
    for text in [
        "{\"rules\": [".to_owned(),
        "{\"rule\": []}".to_owned(),
        rule("\"emial\""),
        rule("\"email\", \"preserveformat\": true"),
        rule("\"email\", \"preserveFormat\": \"yes\""),
        rule("\"text\", \"customGenerator\": \"names\""),
        rule("\"financial\", \"constraints\": {\"min\": 3}"),
        rule("\"financial\", \"constraints\": {\"minValue\": \"three\"}"),
        rule("\"financial\", \"constraints\": {\"minValue\": 5, \"maxValue\": 4}"),
        rule("\"email\", \"path\": \"$.a\""),
        rule("\"json\", \"path\": \"$.a[\""),
        "{\"rules\": [{\"columnName\": \"email\", \"anonymizationType\": \"email\"}]}".to_owned(),
    ] {
        let failure = Failure::from(Rules::parse(&text).unwrap_err());
        assert_eq!(failure.code.number, 1401);
        told.push_str(&failure.to_string());
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}
