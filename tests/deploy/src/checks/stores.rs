//! Tables and the bucket.

use super::Expectations;
use crate::{Error, Template, template::target};
use serde_json::{Value, json};

pub(super) fn tables(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let mut expect = |holds: bool, finding: &str| {
        if !holds {
            findings.push(finding.to_owned());
        }
    };
    for (name, keys) in [
        ("events", vec![("p", "S"), ("n", "N")]),
        ("work", vec![("p", "S"), ("s", "S")]),
        ("keys", vec![("p", "S")]),
    ] {
        let table = template.properties(name);
        expect(
            key_schema(table) == keys,
            &format!("the keys of {name} are not what the adapter uses"),
        );
        expect(
            table["BillingMode"] == "PAY_PER_REQUEST",
            &format!("{name} has a fixed capacity"),
        );
        let encryption = &table["SSESpecification"];
        let own = encryption["SSEType"] == "KMS" && target(&encryption["KMSMasterKeyId"]) == Some("storeKey");
        expect(own, &format!("{name} is not encrypted by the stack's key"));
        expect(
            table["DeletionProtectionEnabled"] == true,
            &format!("{name} can be deleted by mistake"),
        );
    }
    let recovery = |name: &str| {
        template.properties(name)["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] == Value::Bool(true)
    };
    expect(recovery("events"), "history cannot be recovered to a point in time");
    expect(!recovery("keys"), "recovering the keys would bring destroyed keys back");
    let stream = &template.properties("events")["StreamSpecification"];
    expect(
        stream["StreamViewType"] == "NEW_IMAGE",
        "the pump does not see new commits",
    );
    let expiry = &template.properties("work")["TimeToLiveSpecification"];
    expect(
        *expiry == json!({ "Enabled": true, "AttributeName": "expires" }),
        "what expires in work stays",
    );
    for name in ["events", "work", "keys", "bucket", "dataKey", "storeKey"] {
        let resource = template.at(&format!("/Resources/{name}"));
        let kept = resource["DeletionPolicy"] == "RetainExceptOnCreate" && resource["UpdateReplacePolicy"] == "Retain";
        expect(kept, &format!("{name} goes with the stack"));
    }
    Ok(findings)
}

fn key_schema(table: &Value) -> Vec<(&str, &str)> {
    let of = |list: &str, key: &str| -> Vec<(String, Value)> {
        let items = table[list].as_array().into_iter().flatten();
        items
            .map(|item| {
                (
                    item["AttributeName"].as_str().unwrap_or_default().to_owned(),
                    item[key].clone(),
                )
            })
            .collect()
    };
    let types = of("AttributeDefinitions", "AttributeType");
    let keys = of("KeySchema", "KeyType");
    let kind = |name: &str| {
        types
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, kind)| kind.clone())
    };
    let order = ["HASH", "RANGE"];
    let in_order = keys.iter().zip(order).all(|((_, key), expected)| key == expected);
    let known = [("p", "S"), ("n", "N"), ("s", "S")];
    let found: Vec<(&str, &str)> = keys
        .iter()
        .filter_map(|(name, _)| {
            known
                .into_iter()
                .find(|(attribute, expected)| attribute == name && kind(name) == Some(json!(expected)))
        })
        .collect();
    if in_order && found.len() == keys.len() {
        found
    } else {
        Vec::new()
    }
}

pub(super) fn bucket(template: &Template, _: &Expectations) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let mut expect = |holds: bool, finding: &str| {
        if !holds {
            findings.push(finding.to_owned());
        }
    };
    let bucket = template.properties("bucket");
    let closed = [
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    ];
    let all = closed
        .iter()
        .all(|gate| bucket["PublicAccessBlockConfiguration"][gate] == true);
    expect(all, "the bucket can be made public");
    let rule = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
    let sealed = rule["SSEAlgorithm"] == "aws:kms" && target(&rule["KMSMasterKeyID"]) == Some("dataKey");
    expect(sealed, "objects are not encrypted by the data key");
    expect(
        bucket["VersioningConfiguration"].is_null(),
        "a chunk that was deleted stays as an old version",
    );

    let rules: Vec<&Value> = bucket["LifecycleConfiguration"]["Rules"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let active = |rule: &&&Value| rule["Status"] == "Enabled";
    let rows = rules
        .iter()
        .filter(active)
        .any(|rule| is_of_rows(rule) && rule["ExpirationInDays"]["Ref"] == "RowRetentionDays");
    expect(rows, "rows stay in the bucket when an operation never ends");
    let documents = rules
        .iter()
        .filter(active)
        .all(|rule| rule["ExpirationInDays"].is_null() || is_of_rows(rule));
    expect(documents, "plans and schemas expire while reports still need them");
    let uploads = rules
        .iter()
        .filter(active)
        .any(|rule| !rule["AbortIncompleteMultipartUpload"].is_null());
    expect(uploads, "parts of uploads that broke off stay for ever");

    let statements = template
        .at("/Resources/bucketPolicy/Properties/PolicyDocument/Statement")
        .as_array();
    let tls = statements.into_iter().flatten().any(|statement| {
        let resources = json!([{ "Fn::GetAtt": ["bucket", "Arn"] }, { "Fn::Sub": "${bucket.Arn}/*" }]);
        statement["Effect"] == "Deny"
            && statement["Principal"] == "*"
            && statement["Action"] == "s3:*"
            && statement["Resource"] == resources
            && statement["Condition"] == json!({ "Bool": { "aws:SecureTransport": "false" } })
    });
    expect(tls, "the bucket answers without TLS");
    Ok(findings)
}

/// Whether a rule is about rows on their way alone, which `nova-aws` tags.
fn is_of_rows(rule: &Value) -> bool {
    rule["TagFilters"] == json!([{ "Key": "content", "Value": "rows" }])
}
