//! The committed template keeps its promises, and each promise can be seen to be broken.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![expect(clippy::semicolon_if_nothing_returned, reason = "a mistake is one expression")]

use nova_aws::Settings;
use nova_deploy::{
    Template,
    checks::{self, Expectations, Sources},
};
use serde_json::{Value, json};
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
    let others = ["NOVA_LOG", "NOVA_WEBHOOK_SECRET_ID", "NOVA_PREVIEWS", "NOVA_SCHEDULES"].map(str::to_owned);
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

/// Something that goes wrong, and the check that has to notice it.
struct Mistake {
    check: &'static str,
    what: &'static str,
    make: fn(&mut Template, &mut Expectations),
}

fn set(template: &mut Template, pointer: &str, value: Value) {
    *template
        .at_mut(pointer)
        .unwrap_or_else(|| panic!("the template has no {pointer}")) = value;
}

fn remove(template: &mut Template, parent: &str, key: &str) {
    let parent = template
        .at_mut(parent)
        .unwrap_or_else(|| panic!("the template has no {parent}"));
    assert!(
        parent.as_object_mut().unwrap().remove(key).is_some(),
        "{parent} has no {key}"
    );
}

fn grant(template: &mut Template, action: &str, resource: Value) {
    let statements = template
        .at_mut("/Resources/readEvents/Properties/PolicyDocument/Statement")
        .unwrap();
    let mut statement = json!({ "Effect": "Allow", "Action": action });
    statement["Resource"] = resource;
    statements.as_array_mut().unwrap().push(statement);
}

const MISTAKES: &[Mistake] = &[
    Mistake {
        check: "a message stays invisible for six times the time-out",
        what: "one queue's visibility is a second short",
        make: |template, _| {
            set(
                template,
                "/Resources/importQueue/Properties/VisibilityTimeout",
                json!(1799),
            )
        },
    },
    Mistake {
        check: "a message stays invisible for six times the time-out",
        what: "a time-out grew",
        make: |template, _| set(template, "/Resources/guardFunction/Properties/Timeout", json!(180)),
    },
    Mistake {
        check: "a message stays invisible for six times the time-out",
        what: "a queue says nothing of its visibility",
        make: |template, _| remove(template, "/Resources/guardQueue/Properties", "VisibilityTimeout"),
    },
    Mistake {
        check: "batches report their failures one by one",
        what: "one queue's batches fail as a whole",
        make: |template, _| {
            remove(
                template,
                "/Resources/notifyFunction/Properties/Events/queue/Properties",
                "FunctionResponseTypes",
            )
        },
    },
    Mistake {
        check: "batches report their failures one by one",
        what: "the pump's batches fail as a whole",
        make: |template, _| {
            set(
                template,
                "/Resources/pumpFunction/Properties/Events/log/Properties/FunctionResponseTypes",
                json!([]),
            )
        },
    },
    Mistake {
        check: "what fails for good is kept",
        what: "a queue has no dead letters",
        make: |template, _| remove(template, "/Resources/exportQueue/Properties", "RedrivePolicy"),
    },
    Mistake {
        check: "what fails for good is kept",
        what: "dead letters go into another function's queue",
        make: |template, _| {
            let other = json!({ "Fn::GetAtt": ["guardDeadLetters", "Arn"] });
            set(
                template,
                "/Resources/exportQueue/Properties/RedrivePolicy/deadLetterTargetArn",
                other,
            );
        },
    },
    Mistake {
        check: "what fails for good is kept",
        what: "a bad record is tried for ever",
        make: |template, _| {
            remove(
                template,
                "/Resources/pumpFunction/Properties/Events/log/Properties",
                "MaximumRetryAttempts",
            )
        },
    },
    Mistake {
        check: "redrive comes after the handler's own limit",
        what: "SQS gives up as early as the handler",
        make: |template, _| {
            set(
                template,
                "/Resources/promoteQueue/Properties/RedrivePolicy/maxReceiveCount",
                json!(6),
            )
        },
    },
    Mistake {
        check: "time passes once a minute",
        what: "reconcile is woken every five minutes",
        make: |template, _| {
            let pointer = "/Resources/reconcileFunction/Properties/Events/everyMinute/Properties/ScheduleExpression";
            set(template, pointer, json!("rate(5 minutes)"));
        },
    },
    Mistake {
        check: "concurrency stays within the account's and the databases' limits",
        what: "a step takes the whole account",
        make: |template, _| {
            let pointer = "/Resources/anonymizeFunction/Properties/ReservedConcurrentExecutions/Fn::If/1";
            set(template, pointer, json!(900));
        },
    },
    Mistake {
        check: "concurrency stays within the account's and the databases' limits",
        what: "loading opens more sessions than a database allows",
        make: |template, _| {
            let pointer =
                "/Resources/importFunction/Properties/Events/queue/Properties/ScalingConfig/MaximumConcurrency";
            set(template, pointer, json!(64));
        },
    },
    Mistake {
        check: "concurrency stays within the account's and the databases' limits",
        what: "nothing bounds a step",
        make: |template, _| {
            remove(
                template,
                "/Resources/guardFunction/Properties/Events/queue/Properties",
                "ScalingConfig",
            )
        },
    },
    Mistake {
        check: "what is in functions/ is what is deployed",
        what: "a function was forgotten",
        make: |template, _| remove(template, "/Resources", "promoteFunction"),
    },
    Mistake {
        check: "what is in functions/ is what is deployed",
        what: "a function was added and not deployed",
        make: |_, expectations| assert!(expectations.sources.binaries.insert("archive".to_owned())),
    },
    Mistake {
        check: "what is in functions/ is what is deployed",
        what: "a function runs another one's code",
        make: |template, _| {
            let other = json!({ "Fn::Sub": "${CodePrefix}/export.zip" });
            set(template, "/Resources/importFunction/Properties/CodeUri/Key", other);
        },
    },
    Mistake {
        check: "each function has a sample event",
        what: "a function was added without a sample",
        make: |_, expectations| assert!(expectations.sources.binaries.insert("archive".to_owned())),
    },
    Mistake {
        check: "each step has a queue of its own",
        what: "two steps share a queue",
        make: |template, _| {
            let other = json!({ "Fn::GetAtt": ["importQueue", "Arn"] });
            set(
                template,
                "/Resources/exportFunction/Properties/Events/queue/Properties/Queue",
                other,
            );
        },
    },
    Mistake {
        check: "each step has a queue of its own",
        what: "a queue has another name than its function",
        make: |template, _| {
            set(
                template,
                "/Resources/guardQueue/Properties/QueueName",
                json!({ "Fn::Sub": "${AWS::StackName}-guards" }),
            );
        },
    },
    Mistake {
        check: "functions are told what their settings need",
        what: "nobody tells where keys are",
        make: |template, _| {
            remove(
                template,
                "/Resources/exportFunction/Properties/Environment/Variables",
                "NOVA_KEYS_TABLE",
            )
        },
    },
    Mistake {
        check: "functions are told what their settings need",
        what: "two tables are mixed up",
        make: |template, _| {
            set(
                template,
                "/Resources/guardFunction/Properties/Environment/Variables/NOVA_WORK_TABLE",
                json!({ "Ref": "events" }),
            );
        },
    },
    Mistake {
        check: "functions run on the platform they are built for",
        what: "one function keeps to x86",
        make: |template, _| {
            set(
                template,
                "/Resources/pumpFunction/Properties/Architectures",
                json!(["x86_64"]),
            )
        },
    },
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
    Mistake {
        check: "every failure rings",
        what: "nothing rings on dead letters",
        make: |template, _| remove(template, "/Resources", "importDead"),
    },
    Mistake {
        check: "every failure rings",
        what: "nothing rings on errors of the pump",
        make: |template, _| remove(template, "/Resources", "pumpErrors"),
    },
    Mistake {
        check: "every failure rings",
        what: "nothing rings when the pump falls behind",
        make: |template, _| remove(template, "/Resources", "pumpBehind"),
    },
    Mistake {
        check: "every failure rings",
        what: "an alarm listens to a metric that nobody reports",
        make: |template, _| {
            set(
                template,
                "/Resources/operationsStuck/Properties/MetricName",
                json!("Stuck"),
            )
        },
    },
    Mistake {
        check: "every alarm is heard",
        what: "an alarm has no action",
        make: |template, _| remove(template, "/Resources/guardDead/Properties", "AlarmActions"),
    },
    Mistake {
        check: "deployments are taken back by alarms",
        what: "the API changes at once",
        make: |template, _| {
            set(
                template,
                "/Resources/apiOperationsFunction/Properties/DeploymentPreference/Type",
                json!("AllAtOnce"),
            );
        },
    },
    Mistake {
        check: "deployments are taken back by alarms",
        what: "a step's deployment ignores its errors",
        make: |template, _| {
            set(
                template,
                "/Resources/exportFunction/Properties/DeploymentPreference/Alarms",
                json!([]),
            )
        },
    },
    Mistake {
        check: "deployments are taken back by alarms",
        what: "the API's deployment waits for the API",
        make: |template, _| {
            let alarms = template
                .at_mut("/Resources/webhookFunction/Properties/DeploymentPreference/Alarms")
                .unwrap();
            alarms.as_array_mut().unwrap().push(json!({ "Ref": "apiFailures" }));
        },
    },
    Mistake {
        check: "logs end",
        what: "logs are kept for ever",
        make: |template, _| remove(template, "/Resources/guardLogs/Properties", "RetentionInDays"),
    },
];

#[test]
fn every_mistake_is_noticed_by_its_check() {
    let (template, expectations) = (Template::committed().unwrap(), expectations());
    for mistake in MISTAKES {
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
    let noticed: BTreeSet<&str> = MISTAKES.iter().map(|mistake| mistake.check).collect();
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
