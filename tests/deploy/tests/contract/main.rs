//! The committed template keeps its promises, and each promise can be seen to be broken.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![expect(clippy::semicolon_if_nothing_returned, reason = "a mistake is one expression")]

mod delivery;
mod mistake;
mod safety;
mod watching;

use mistake::Mistake;
use nova_aws::Settings;
use nova_deploy::{
    Template,
    checks::{self, Expectations, Sources},
};
use std::{
    cell::RefCell,
    collections::BTreeSet,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn expectations() -> Expectations {
    let asked = RefCell::new(Vec::new());
    Settings::read(|name| {
        asked.borrow_mut().push(name.to_owned());
        Some("1".to_owned())
    })
    .unwrap();
    let (needed, optional): (Vec<String>, Vec<String>) = asked
        .into_inner()
        .into_iter()
        .partition(|name| Settings::read(|other| (other != name).then(|| "1".to_owned())).is_err());
    let others = [
        "NOVA_LOG",
        "NOVA_WEBHOOK_SECRET_ID",
        "NOVA_PREVIEWS",
        "NOVA_SCHEDULES",
        "NOVA_SETTINGS_ID",
        "NOVA_RULES_ID",
        "NOVA_PLATFORM_SECRET_ID",
        "NOVA_PLATFORM_SITE",
        "NOVA_PLATFORM_TOPIC",
    ]
    .map(str::to_owned);
    Expectations {
        sources: Sources::of(&root()).unwrap(),
        needed_variables: needed,
        optional_variables: optional.into_iter().chain(others).collect(),
        root: root(),
    }
}

#[test]
fn the_committed_template_keeps_every_promise() {
    let findings = checks::run(&Template::committed().unwrap(), &expectations()).unwrap();
    let lines: Vec<String> = findings
        .iter()
        .map(|(check, finding)| format!("{check}: {finding}"))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

fn mistakes() -> impl Iterator<Item = &'static Mistake> {
    [delivery::MISTAKES, safety::MISTAKES, watching::MISTAKES]
        .into_iter()
        .flatten()
}

#[test]
fn every_mistake_is_noticed_by_its_check() {
    let (template, expectations) = (Template::committed().unwrap(), expectations());
    for mistake in mistakes() {
        let (mut broken, mut expected) = (template.clone(), expectations.clone());
        (mistake.make)(&mut broken, &mut expected);
        let check = checks::ALL.iter().find(|(name, _)| *name == mistake.check);
        let (name, check) = check.unwrap_or_else(|| panic!("there is no check {:?}", mistake.check));
        let before = check(&template, &expectations).unwrap();
        let after = check(&broken, &expected).unwrap();
        assert!(after.len() > before.len(), "{name}: not noticed that {}", mistake.what);
    }
}

#[test]
fn every_check_has_a_mistake_that_it_notices() {
    let noticed: BTreeSet<&str> = mistakes().map(|mistake| mistake.check).collect();
    let all: BTreeSet<&str> = checks::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(noticed, all);
}

#[test]
fn what_may_be_granted_by_prefix_lies_below_the_stack() {
    for prefix in checks::PREFIXED {
        assert!(
            prefix.starts_with("${bucket.Arn}/") || prefix.contains(":secret:${AWS::StackName}/"),
            "{prefix}"
        );
    }
}
