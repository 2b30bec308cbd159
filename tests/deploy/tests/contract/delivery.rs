//! Mistakes in what runs, how often, and when it is given up.

use crate::mistake::{Mistake, remove, set};
use serde_json::json;

pub(crate) const MISTAKES: &[Mistake] = &[
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
];
