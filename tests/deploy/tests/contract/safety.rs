//! Mistakes in who may do what, and in what is kept.

use crate::mistake::{Mistake, grant, remove, set};
use serde_json::json;

pub(crate) const MISTAKES: &[Mistake] = &[
    Mistake {
        check: "no wildcard is granted",
        what: "a policy names every resource",
        make: |template, _| grant(template, "sqs:SendMessage", json!("*")),
    },
    Mistake {
        check: "no wildcard is granted",
        what: "a policy names every action",
        make: |template, _| grant(template, "dynamodb:*", json!({ "Fn::GetAtt": ["work", "Arn"] })),
    },
    Mistake {
        check: "no wildcard is granted",
        what: "a policy names every secret",
        make: |template, _| {
            let all = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*";
            grant(template, "secretsmanager:GetSecretValue", json!({ "Fn::Sub": all }));
        },
    },
    Mistake {
        check: "no wildcard is granted",
        what: "a role is an administrator's",
        make: |template, _| {
            let administrator = json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
            set(
                template,
                "/Resources/guardRole/Properties/ManagedPolicyArns",
                administrator,
            );
        },
    },
    Mistake {
        check: "history is only appended to",
        what: "functions may change events",
        make: |template, _| {
            grant(
                template,
                "dynamodb:UpdateItem",
                json!({ "Fn::GetAtt": ["events", "Arn"] }),
            )
        },
    },
    Mistake {
        check: "history is only appended to",
        what: "functions may write batches, which may delete",
        make: |template, _| {
            grant(
                template,
                "dynamodb:BatchWriteItem",
                json!({ "Fn::GetAtt": ["events", "Arn"] }),
            )
        },
    },
    Mistake {
        check: "history is only appended to",
        what: "the table lets administrators delete events",
        make: |template, _| remove(template, "/Resources/events/Properties", "ResourcePolicy"),
    },
    Mistake {
        check: "keys are used by those who seal and unseal",
        what: "the webhook can unwrap data keys",
        make: |template, _| {
            let roles = template.at_mut("/Resources/sealBlobs/Properties/Roles").unwrap();
            roles.as_array_mut().unwrap().push(json!({ "Ref": "webhookRole" }));
        },
    },
    Mistake {
        check: "each function has a role of its own",
        what: "two functions share a role",
        make: |template, _| {
            set(
                template,
                "/Resources/exportFunction/Properties/Role",
                json!({ "Fn::GetAtt": ["importRole", "Arn"] }),
            );
        },
    },
    Mistake {
        check: "each function has a role of its own",
        what: "a step reads another one's queue",
        make: |template, _| {
            let both = json!([{ "Fn::GetAtt": ["notifyQueue", "Arn"] }, { "Fn::GetAtt": ["guardQueue", "Arn"] }]);
            set(
                template,
                "/Resources/readNotifyQueue/Properties/PolicyDocument/Statement/0/Resource",
                both,
            );
        },
    },
    Mistake {
        check: "keys are used by those who seal and unseal",
        what: "notify can read rows",
        make: |template, _| {
            let roles = template.at_mut("/Resources/openBlobs/Properties/Roles").unwrap();
            roles.as_array_mut().unwrap().push(json!({ "Ref": "notifyRole" }));
        },
    },
    Mistake {
        check: "keys are used by those who seal and unseal",
        what: "the API reads the webhook's secret",
        make: |template, _| {
            let roles = template
                .at_mut("/Resources/readWebhookSecret/Properties/Roles")
                .unwrap();
            roles
                .as_array_mut()
                .unwrap()
                .push(json!({ "Ref": "apiOperationsRole" }));
        },
    },
    Mistake {
        check: "tables are what the adapters expect",
        what: "commits are numbered by strings",
        make: |template, _| {
            set(
                template,
                "/Resources/events/Properties/AttributeDefinitions/1/AttributeType",
                json!("S"),
            );
        },
    },
    Mistake {
        check: "tables are what the adapters expect",
        what: "destroyed keys can be recovered",
        make: |template, _| {
            let keys = template.at_mut("/Resources/keys/Properties").unwrap();
            keys["PointInTimeRecoverySpecification"] = json!({ "PointInTimeRecoveryEnabled": true });
        },
    },
    Mistake {
        check: "tables are what the adapters expect",
        what: "history goes with the stack",
        make: |template, _| set(template, "/Resources/events/DeletionPolicy", json!("Delete")),
    },
    Mistake {
        check: "the bucket is closed and forgets rows",
        what: "the bucket answers without TLS",
        make: |template, _| {
            set(
                template,
                "/Resources/bucketPolicy/Properties/PolicyDocument/Statement/0/Effect",
                json!("Allow"),
            );
        },
    },
    Mistake {
        check: "the bucket is closed and forgets rows",
        what: "rows stay",
        make: |template, _| {
            set(
                template,
                "/Resources/bucket/Properties/LifecycleConfiguration/Rules/0/Status",
                json!("Disabled"),
            );
        },
    },
    Mistake {
        check: "the bucket is closed and forgets rows",
        what: "plans expire with the rows",
        make: |template, _| {
            let rules = template
                .at_mut("/Resources/bucket/Properties/LifecycleConfiguration/Rules")
                .unwrap();
            let everything = json!({ "Id": "all", "Status": "Enabled", "Prefix": "", "ExpirationInDays": 30 });
            rules.as_array_mut().unwrap().push(everything);
        },
    },
    Mistake {
        check: "the bucket is closed and forgets rows",
        what: "the bucket can be made public",
        make: |template, _| {
            set(
                template,
                "/Resources/bucket/Properties/PublicAccessBlockConfiguration/BlockPublicAcls",
                json!(false),
            );
        },
    },
];
