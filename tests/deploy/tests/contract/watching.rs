//! Mistakes in what rings, and in what alarms take back.

use crate::mistake::{Mistake, remove, set};
use serde_json::json;

pub(crate) const MISTAKES: &[Mistake] = &[
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
