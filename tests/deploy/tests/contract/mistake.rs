//! A mistake, and how it is made.

use nova_deploy::{Template, checks::Expectations};
use serde_json::{Value, json};

/// Something that goes wrong, and the check that has to notice it.
pub(crate) struct Mistake {
    pub(crate) check: &'static str,
    pub(crate) what: &'static str,
    pub(crate) make: fn(&mut Template, &mut Expectations),
}

pub(crate) fn set(template: &mut Template, pointer: &str, value: Value) {
    *template
        .at_mut(pointer)
        .unwrap_or_else(|| panic!("the template has no {pointer}")) = value;
}

pub(crate) fn remove(template: &mut Template, parent: &str, key: &str) {
    let parent = template
        .at_mut(parent)
        .unwrap_or_else(|| panic!("the template has no {parent}"));
    assert!(
        parent.as_object_mut().unwrap().remove(key).is_some(),
        "{parent} has no {key}"
    );
}

pub(crate) fn grant(template: &mut Template, action: &str, resource: Value) {
    let statements = template
        .at_mut("/Resources/readEvents/Properties/PolicyDocument/Statement")
        .unwrap();
    let mut statement = json!({ "Effect": "Allow", "Action": action });
    statement["Resource"] = resource;
    statements.as_array_mut().unwrap().push(statement);
}
