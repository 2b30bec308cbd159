//! Who may do what: the policies of the template, turned round to roles.

use crate::template::{Template, target};
use serde_json::Value;
use std::collections::BTreeMap;

/// One permission of a role.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// Logical name of the resource that states it: the role itself or a policy.
    pub stated_in: String,
    /// Actions, `service:Action`.
    pub actions: Vec<String>,
    /// What they may be done to.
    pub resources: Vec<Value>,
}

impl Grant {
    /// Whether it allows an action on the resource of that logical name.
    pub fn allows(&self, action: &str, logical: &str) -> bool {
        self.actions.iter().any(|granted| granted == action)
            && self.resources.iter().any(|resource| leads_to(resource, logical))
    }
}

/// Whether an ARN is that of a resource, or of something in it.
fn leads_to(resource: &Value, logical: &str) -> bool {
    let inside = resource["Fn::Sub"].as_str();
    target(resource) == Some(logical) || inside.is_some_and(|text| text.starts_with(&format!("${{{logical}.Arn}}")))
}

/// What each role may do, by the role's logical name.
pub fn grants(template: &Template) -> BTreeMap<String, Vec<Grant>> {
    let mut all: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
    for (role, properties) in template.resources("AWS::IAM::Role") {
        let held = all.entry(role.to_owned()).or_default();
        for policy in properties["Policies"].as_array().into_iter().flatten() {
            held.extend(statements(role, &policy["PolicyDocument"]));
        }
    }
    for (name, properties) in template.resources("AWS::IAM::ManagedPolicy") {
        for role in properties["Roles"].as_array().into_iter().flatten().filter_map(target) {
            all.entry(role.to_owned())
                .or_default()
                .extend(statements(name, &properties["PolicyDocument"]));
        }
    }
    all
}

/// Policies of AWS's own that a role holds, by the last part of their names.
pub fn foreign(properties: &Value) -> Vec<String> {
    let arns = properties["ManagedPolicyArns"].as_array().into_iter().flatten();
    // `!If [InVpc, arn, none]`: what is held when the condition holds.
    arns.map(|arn| {
        if arn["Fn::If"].is_array() {
            &arn["Fn::If"][1]
        } else {
            arn
        }
    })
    .map(|arn| arn["Fn::Sub"].as_str().or(arn.as_str()).unwrap_or("unknown").to_owned())
    .map(|arn| arn.rsplit('/').next().unwrap_or_default().to_owned())
    .collect()
}

fn statements(stated_in: &str, document: &Value) -> Vec<Grant> {
    let statements = document["Statement"].as_array().into_iter().flatten();
    statements
        .filter(|statement| statement["Effect"] == "Allow")
        .map(|statement| Grant {
            stated_in: stated_in.to_owned(),
            actions: list(&statement["Action"])
                .into_iter()
                .filter_map(|action| action.as_str().map(str::to_owned))
                .collect(),
            resources: list(&statement["Resource"]).into_iter().cloned().collect(),
        })
        .collect()
}

/// One value or several.
pub(crate) fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}
