//! Least privilege.

use super::Expectations;
use crate::{
    Error, Template,
    permissions::{Grant, foreign, grants},
    template::target,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What may be granted by prefix, because its names are only known later: objects of the bucket, environments and
/// their masking keys.
pub const PREFIXED: &[&str] = &[
    "${bucket.Arn}/*",
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/environments/*",
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${AWS::StackName}/masking-keys/*",
];

/// Policies of AWS's own that may be held, because what they allow knows no narrower resource.
const FOREIGN: &[&str] = &["AWSLambdaVPCAccessExecutionRole", "AWSXRayDaemonWriteAccess"];

/// What would change or remove an event.
const CHANGES: &[&str] = &[
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
];

pub(super) fn no_wildcards(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = BTreeSet::new();
    for grant in grants(template).values().flatten() {
        for action in grant.actions.iter().filter(|action| action.contains('*')) {
            findings.insert(format!("{} allows {action}", grant.stated_in));
        }
        for resource in &grant.resources {
            let text = resource["Fn::Sub"].as_str().or(resource.as_str()).unwrap_or_default();
            if text.contains('*') && !PREFIXED.contains(&text) {
                findings.insert(format!(
                    "{} allows {} on {text}",
                    grant.stated_in,
                    grant.actions.join(", ")
                ));
            }
        }
        if grant.resources.is_empty() {
            findings.insert(format!(
                "{} allows {} on nothing",
                grant.stated_in,
                grant.actions.join(", ")
            ));
        }
    }
    for (role, properties) in template.resources("AWS::IAM::Role") {
        for policy in foreign(properties)
            .into_iter()
            .filter(|policy| !FOREIGN.contains(&policy.as_str()))
        {
            findings.insert(format!("{role} holds {policy}, which is wider than Nova needs"));
        }
    }
    for (key, properties) in template.resources("AWS::KMS::Key") {
        for statement in properties["KeyPolicy"]["Statement"].as_array().into_iter().flatten() {
            let everyone = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
            if everyone && statement["Effect"] == "Allow" {
                findings.insert(format!("{key} lets everyone in"));
            }
        }
    }
    Ok(findings.into_iter().collect())
}

pub(super) fn append_only(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for (role, held) in grants(template) {
        for change in CHANGES {
            if held.iter().any(|grant| grant.allows(change, "events")) {
                findings.push(format!("{role} may {change} the events"));
            }
        }
    }
    let statements = template.properties("events")["ResourcePolicy"]["PolicyDocument"]["Statement"].as_array();
    for change in CHANGES {
        let denied = statements.into_iter().flatten().any(|statement| {
            let actions = crate::permissions::list(&statement["Action"]);
            statement["Effect"] == "Deny"
                && statement["Principal"] == "*"
                && actions.iter().any(|action| *action == change)
        });
        if !denied {
            findings.push(format!("the events table itself does not deny {change}"));
        }
    }
    Ok(findings)
}

pub(super) fn own_roles(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let mut holders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for function in template.functions()? {
        holders.entry(function.role).or_default().push(function.name);
    }
    for (role, functions) in &holders {
        if functions.len() > 1 {
            findings.push(format!("{role} is shared by {}", functions.join(" and ")));
        }
        if template.properties(role).is_null() {
            findings.push(format!("{role} of {} is not in the template", functions.join(" and ")));
        }
    }
    for (role, properties) in template.resources("AWS::IAM::Role") {
        if !holders.contains_key(role) {
            findings.push(format!("{role} is held by no function"));
        }
        let trusted = &properties["AssumeRolePolicyDocument"]["Statement"];
        let lambda_alone = serde_json::json!([
            { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }
        ]);
        if *trusted != lambda_alone {
            findings.push(format!("{role} can be taken by somebody else than Lambda"));
        }
    }
    findings.extend(own_queues(template)?);
    Ok(findings)
}

/// A function takes messages from its own queue alone, and from nobody else's.
fn own_queues(template: &Template) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let grants = grants(template);
    let functions = template.functions()?;
    for function in &functions {
        let held = grants.get(&function.role).map_or(&[] as &[Grant], Vec::as_slice);
        for other in &functions {
            let Some(queue) = other.queue() else { continue };
            let takes = held
                .iter()
                .any(|grant| grant.allows("sqs:ReceiveMessage", &queue.logical));
            if takes != (function.name == other.name) {
                let verb = if takes { "takes" } else { "may not take" };
                findings.push(format!("{} {verb} messages of {}", function.name, other.name));
            }
        }
    }
    Ok(findings)
}

/// Who may not unwrap data keys: what has nothing to do with rows, plans or rules.
const WITHOUT_KEYS: &[&str] = &[
    "guard",
    "notify",
    "pump",
    "schedule",
    "webhook",
    "provision",
    "dispatch",
];

pub(super) fn keys(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let grants = grants(template);
    for function in template.functions()? {
        let held = grants.get(&function.role).map_or(&[] as &[Grant], Vec::as_slice);
        let unwraps = held.iter().any(|grant| grant.allows("kms:Decrypt", "dataKey"));
        if unwraps && WITHOUT_KEYS.contains(&function.name.as_str()) {
            findings.push(format!("{} can unwrap data keys", function.name));
        }
        if !unwraps
            && held
                .iter()
                .any(|grant| grant.allows("s3:GetObject", "bucket") || grant.allows("s3:PutObject", "bucket"))
        {
            findings.push(format!("{} reaches blobs it cannot unseal", function.name));
        }
    }
    for (name, properties) in template.resources("AWS::KMS::Key") {
        if properties["EnableKeyRotation"] != Value::Bool(true) {
            findings.push(format!("{name} is never rotated"));
        }
    }
    let secret = template
        .resources("AWS::IAM::ManagedPolicy")
        .find(|(name, _)| *name == "readWebhookSecret");
    let readers = secret.map(|(_, policy)| {
        policy["Roles"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(target)
            .collect()
    });
    if readers != Some(vec!["webhookRole"]) {
        findings.push("the webhook's secret is read by others than the webhook".to_owned());
    }
    Ok(findings)
}
