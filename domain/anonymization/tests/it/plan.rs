//! Plans: which columns are masked, how, and what is refused.
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use nova_anonymization::detect::{Category, Finding, detect};
use nova_anonymization::plan::{MaskingPlan, Source, plan};
use nova_anonymization::rules::Rules;
use nova_anonymization::{ColumnFacts, Error, ForeignKeyFacts, Kind};
use nova_errors::Failure;

fn column(place: &str, base_type: &str) -> ColumnFacts {
    let mut parts = place.split('.');
    let mut next = || parts.next().unwrap().to_owned();
    ColumnFacts {
        schema: next(),
        table: next(),
        column: next(),
        base_type: base_type.to_owned(),
        builtin: true,
        ..ColumnFacts::default()
    }
}

fn key(from: &str, to: &str) -> ForeignKeyFacts {
    let (from, to) = (column(from, ""), column(to, ""));
    ForeignKeyFacts {
        name: "fk".to_owned(),
        table: (from.schema, from.table),
        columns: vec![from.column],
        referenced: (to.schema, to.table),
        referenced_columns: vec![to.column],
    }
}

fn rules(list: &[(&str, &str, &str)]) -> Rules {
    let rules: Vec<String> = list
        .iter()
        .map(|(table, column, rest)| {
            format!(r#"{{"tableName":"{table}","columnName":"{column}","anonymizationType":{rest}}}"#)
        })
        .collect();
    Rules::parse(&format!(r#"{{"rules":[{}]}}"#, rules.join(","))).unwrap()
}

fn finding(place: &str, kind: Kind) -> Finding {
    let place = column(place, "");
    Finding {
        schema: place.schema,
        table: place.table,
        column: place.column,
        path: None,
        category: Category::Text,
        kind: Some(kind),
        score: 0.9,
        reason: "test".to_owned(),
    }
}

fn kind_of(plan: &MaskingPlan, place: &str) -> Option<Kind> {
    let place = column(place, "");
    plan.spec(&place.schema, &place.table, &place.column)
        .map(|spec| spec.kind)
}

#[test]
fn a_rule_wins_over_detection_and_refines_names() {
    let columns = [
        column("public.users.email", "text"),
        column("public.users.prenom", "text"),
        column("public.users.phone", "text"),
    ];
    let plan = plan(
        &columns,
        &[],
        &rules(&[("users", "email", "\"text\""), ("public.users", "prenom", "\"name\"")]),
        &detect(&columns),
    )
    .unwrap();
    assert_eq!(kind_of(&plan, "public.users.email"), Some(Kind::Text));
    assert_eq!(kind_of(&plan, "public.users.prenom"), Some(Kind::FirstName));
    assert_eq!(kind_of(&plan, "public.users.phone"), Some(Kind::Phone));
    assert_eq!(plan.columns[0].source, Source::Rule);
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<MaskingPlan>(&json).unwrap(), plan);
}

#[test]
fn an_unknown_column_is_an_error_that_names_the_nearest() {
    let columns = [
        column("public.users.email", "text"),
        column("public.users.phone", "text"),
    ];
    let error = plan(&columns, &[], &rules(&[("users", "emial", "\"email\"")]), &[]).unwrap_err();
    assert_eq!(error.to_string(), "no column users.emial; did you mean column `email`?");
    assert_eq!(Failure::from(error).code.number, 1402);
    let error = plan(&columns, &[], &rules(&[("user", "email", "\"email\"")]), &[]).unwrap_err();
    assert_eq!(error.to_string(), "no column user.email; did you mean table `users`?");
}

#[test]
fn references_change_together_with_what_they_refer_to() {
    let columns = [
        ColumnFacts {
            unique: true,
            max_length: Some(40),
            ..column("public.users.email", "varchar")
        },
        column("public.logins.user_email", "text"),
        column("public.history.login_email", "text"),
    ];
    let keys = [
        key("public.logins.user_email", "public.users.email"),
        key("public.history.login_email", "public.logins.user_email"),
    ];
    let plan = plan(&columns, &keys, &rules(&[("logins", "user_email", "\"email\"")]), &[]).unwrap();
    let specs: Vec<_> = plan.columns.iter().map(|masking| &masking.spec).collect();
    assert_eq!(specs.len(), 3);
    assert!(specs.windows(2).all(|pair| pair[0] == pair[1]), "{specs:?}");
    assert!(specs[0].unique);
    assert_eq!(specs[0].max_length, Some(40));
    assert!(matches!(&plan.columns[0].source, Source::ForeignKey { through } if through == "public.logins.user_email"));
}

#[test]
fn rules_that_disagree_across_a_foreign_key_are_refused() {
    let columns = [
        column("public.users.email", "text"),
        column("public.logins.email", "text"),
    ];
    let keys = [key("public.logins.email", "public.users.email")];
    let both = rules(&[("users", "email", "\"email\""), ("logins", "email", "\"text\"")]);
    let error = plan(&columns, &keys, &both, &[]).unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }));
    let text = error.to_string();
    assert!(
        text.contains("public.users.email") && text.contains("public.logins.email"),
        "{text}"
    );
}

#[test]
fn a_unique_column_makes_its_kind_unique_everywhere() {
    let columns = [
        ColumnFacts {
            unique: true,
            ..column("public.users.email", "text")
        },
        column("crm.contacts.mail", "text"),
        column("crm.contacts.phone", "text"),
    ];
    let plan = plan(&columns, &[], &Rules::default(), &detect(&columns)).unwrap();
    assert!(plan.spec("crm", "contacts", "mail").unwrap().unique);
    assert!(!plan.spec("crm", "contacts", "phone").unwrap().unique);
}

#[test]
fn what_a_constraint_forbids_is_refused() {
    let not_null = ColumnFacts {
        not_null: true,
        ..column("public.users.email", "text")
    };
    let unique = ColumnFacts {
        unique: true,
        ..column("public.users.email", "text")
    };
    let partition = ColumnFacts {
        partition_key: true,
        ..column("public.users.email", "text")
    };
    for (facts, rule) in [
        (not_null, "\"null\""),
        (unique, "\"text\",\"customGenerator\":\"constant:x\""),
        (partition, "\"email\""),
    ] {
        let error = plan(&[facts], &[], &rules(&[("users", "email", rule)]), &[]).unwrap_err();
        assert!(matches!(error, Error::BreaksConstraint { .. }), "{error}");
    }
    let columns = [
        column("public.users.id", "int4"),
        column("public.posts.user_id", "int4"),
    ];
    let keys = [key("public.posts.user_id", "public.users.id")];
    assert!(plan(&columns, &keys, &rules(&[("users", "id", "\"null\"")]), &[]).is_err());
    let cut = plan(&columns, &keys, &rules(&[("posts", "user_id", "\"null\"")]), &[]).unwrap();
    assert_eq!(cut.columns.len(), 1, "a reference may be cut alone");
}

#[test]
fn a_type_that_does_not_fit_is_refused_with_those_that_do() {
    for (base_type, kind) in [
        ("bool", "\"email\""),
        ("int4", "\"uuid\""),
        ("jsonb", "\"text\""),
        ("tsvector", "\"text\""),
    ] {
        let error = plan(
            &[column("public.t.c", base_type)],
            &[],
            &rules(&[("t", "c", kind)]),
            &[],
        )
        .unwrap_err();
        let text = error.to_string();
        assert!(
            matches!(error, Error::Inapplicable { .. }) && text.contains("`null`"),
            "{text}"
        );
    }
    let bounds = "\"financial\",\"constraints\":{\"minValue\":\"2020-01-01\"}";
    assert!(plan(&[column("public.t.c", "int4")], &[], &rules(&[("t", "c", bounds)]), &[]).is_err());
}

#[test]
fn generated_columns_are_skipped_with_a_reason() {
    let columns = [ColumnFacts {
        generated: true,
        ..column("public.users.full_name", "text")
    }];
    let plan = plan(&columns, &[], &rules(&[("users", "full_name", "\"name\"")]), &[]).unwrap();
    assert!(plan.columns.is_empty());
    assert_eq!(plan.skipped.len(), 1);
}

#[test]
fn a_rule_for_a_partitioned_table_reaches_its_leaves() {
    let leaf = |name: &str| ColumnFacts {
        parent: Some(("public".to_owned(), "events".to_owned())),
        ..column(&format!("public.{name}.email"), "text")
    };
    let columns = [leaf("events_2023"), leaf("events_2024")];
    let from_parent = plan(&columns, &[], &rules(&[("events", "email", "\"email\"")]), &[]).unwrap();
    assert_eq!(from_parent.columns.len(), 2);
    let from_leaf = plan(&columns, &[], &rules(&[("events_2023", "email", "\"email\"")]), &[]).unwrap();
    assert_eq!(from_leaf.columns.len(), 2, "leaves hold one column between them");
}

#[test]
fn findings_never_break_references() {
    let columns = [
        column("public.users.phone", "text"),
        column("public.calls.phone_ref", "int8"),
    ];
    let keys = [key("public.calls.phone_ref", "public.users.phone")];
    let plan = plan(
        &columns,
        &keys,
        &Rules::default(),
        &[finding("public.users.phone", Kind::Email)],
    )
    .unwrap();
    assert!(plan.columns.is_empty());
    assert_eq!(plan.skipped.len(), 1);
}

#[test]
fn paths_of_one_json_column_add_up() {
    let columns = [column("public.users.meta", "jsonb")];
    let both = rules(&[
        ("users", "meta", "\"json\",\"path\":\"$.email\",\"valueType\":\"email\""),
        (
            "users",
            "meta",
            "\"json\",\"path\":\"$.phones[*]\",\"valueType\":\"phone\"",
        ),
    ]);
    let plan = plan(&columns, &[], &both, &[]).unwrap();
    assert_eq!(plan.columns[0].spec.leaves.len(), 2);
}
