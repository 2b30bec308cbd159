//! Environments in Secrets Manager say what `.env` files say, under the same codes.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod moto_stack;

use moto_stack::Deployment;
use nova_aws::{Clients, secrets::SecretEnvironments};
use nova_conformance::{Trouble, TroubledConnection, moto};
use nova_environments::{EnvironmentName, EnvironmentType, Environments};
use std::{collections::BTreeSet, sync::Arc};

fn name(name: &str) -> EnvironmentName {
    name.parse().unwrap()
}

impl Deployment {
    fn environments(&self) -> SecretEnvironments {
        SecretEnvironments::new(self.clients.secrets.clone(), &self.settings)
    }

    async fn create(&self, environment: &str, text: &str) {
        let name = format!("{}{environment}", self.settings.secrets_prefix);
        let call = self.clients.secrets.create_secret().name(name);
        call.secret_string(text).send().await.unwrap();
    }
}

async fn refusal(environments: &SecretEnvironments, environment: &str) -> (u16, String) {
    let failure = environments.environment(&name(environment)).await.unwrap_err();
    (failure.code.number, failure.cause)
}

#[tokio::test]
async fn an_environment_is_read_with_its_type_and_other_keys_are_left_alone() {
    let deployment = Deployment::empty().await;
    let text = r#"{"DATABASE_URL": "postgres://u:p@h/d", "NOVA_ENVIRONMENT_TYPE": "test", "PORT": 3000}"#;
    deployment.create("blue", text).await;
    deployment
        .create("green", r#"{"DATABASE_URL": "postgresql://u:p@h/e"}"#)
        .await;
    let environments = deployment.environments();
    let blue = environments.environment(&name("blue")).await.unwrap();
    assert_eq!(blue.url.reveal(), "postgres://u:p@h/d");
    assert_eq!(blue.declared, Some(EnvironmentType::Test));
    assert_eq!(environments.environment(&name("green")).await.unwrap().declared, None);
}

#[tokio::test]
async fn what_does_not_exist_is_named_with_what_does() {
    let deployment = Deployment::empty().await;
    let (code, cause) = refusal(&deployment.environments(), "tset").await;
    assert_eq!(code, 1002);
    assert!(cause.ends_with("/environments/tset"), "{cause}");
    deployment.create("test", "{}").await;
    deployment.create("production", "{}").await;
    let (_, cause) = refusal(&deployment.environments(), "tset").await;
    assert!(cause.ends_with("; there is production, test"), "{cause}");
}

#[tokio::test]
async fn a_secret_that_cannot_be_used_says_why_and_shows_nothing() {
    let deployment = Deployment::empty().await;
    for (environment, text, why) in [
        ("a", "secretword", "it is not a JSON object"),
        ("b", r#"["secretword"]"#, "it is not a JSON object"),
        ("c", r#"{"OTHER": "secretword"}"#, "DATABASE_URL is not filled in"),
        (
            "d",
            r#"{"DATABASE_URL": "mysql://secretword"}"#,
            "DATABASE_URL does not begin with postgres:// or postgresql://",
        ),
        (
            "e",
            r#"{"DATABASE_URL": "postgres://h/d", "NOVA_ENVIRONMENT_TYPE": "secretword"}"#,
            "NOVA_ENVIRONMENT_TYPE is none of production, test, training, development",
        ),
    ] {
        deployment.create(environment, text).await;
        let (code, cause) = refusal(&deployment.environments(), environment).await;
        assert_eq!(code, 1003, "{cause}");
        assert!(cause.ends_with(why), "{cause}");
        assert!(!cause.contains("secretword"), "{cause}");
    }
}

#[tokio::test]
async fn all_are_listed_in_order_however_many_there_are() {
    let deployment = Deployment::empty().await;
    let mut expected = BTreeSet::new();
    for number in 0..120 {
        let environment = format!("e{number}");
        deployment
            .create(&environment, r#"{"DATABASE_URL": "postgres://h/d"}"#)
            .await;
        expected.insert(environment);
    }
    // Not filled in, and not ours.
    deployment.create("empty", "{}").await;
    deployment.create("blue/password", "x").await;
    deployment.environments().masking_key(&name("e1")).await.unwrap();
    let found = deployment.environments().environments().await.unwrap();
    let found: Vec<String> = found.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_list_of_names_stands_in_for_the_right_to_list() {
    let mut deployment = Deployment::empty().await;
    for environment in ["test", "production", "unlisted"] {
        deployment
            .create(environment, r#"{"DATABASE_URL": "postgres://h/d"}"#)
            .await;
    }
    deployment.settings.environments = ["test", "production", "planned"].map(str::to_owned).into();
    // What nobody may do is never asked for.
    let connection = TroubledConnection::to(moto(), |_, action| match action {
        "ListSecrets" => Trouble::Cut,
        _ => Trouble::None,
    })
    .await;
    let clients = Clients::local(connection.url()).await;
    let environments = SecretEnvironments::new(clients.secrets, &deployment.settings);
    let found = environments.environments().await.unwrap();
    let found: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(found, ["production", "test"]);
    let (_, cause) = refusal(&environments, "tset").await;
    assert!(cause.ends_with("; there is planned, production, test"), "{cause}");
}

#[tokio::test]
async fn an_environment_is_asked_for_once_in_a_while() {
    let deployment = Deployment::empty().await;
    deployment.create("test", r#"{"DATABASE_URL": "postgres://h/d"}"#).await;
    let connection = TroubledConnection::to(moto(), |_, _| Trouble::None).await;
    let clients = Clients::local(connection.url()).await;
    let environments = SecretEnvironments::new(clients.secrets, &deployment.settings);
    for _ in 0..5 {
        environments.environment(&name("test")).await.unwrap();
    }
    assert_eq!(connection.calls(), 1);
    let key = environments.masking_key(&name("test")).await.unwrap();
    assert_eq!(connection.calls(), 3, "looked for and created");
    assert_eq!(environments.masking_key(&name("test")).await.unwrap(), key);
    assert_eq!(connection.calls(), 3);
}

#[tokio::test]
async fn a_masking_key_is_made_once_however_many_ask_first() {
    let deployment = Deployment::empty().await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let environments = Arc::new(deployment.environments());
        asking.spawn(async move { environments.masking_key(&name("test")).await.unwrap() });
    }
    let given = asking.join_all().await;
    assert!(given.iter().all(|key| *key == given[0]));
    let other = deployment.environments().masking_key(&name("training")).await.unwrap();
    assert_ne!(other, given[0]);
}

#[tokio::test]
async fn a_masking_key_that_was_damaged_is_never_replaced() {
    let deployment = Deployment::empty().await;
    let environments = deployment.environments();
    let secret = deployment
        .settings
        .secrets_prefix
        .replace("environments/", "masking-keys/test");
    let call = deployment.clients.secrets.create_secret().name(secret);
    call.secret_string("short").send().await.unwrap();
    let failure = environments.masking_key(&name("test")).await.unwrap_err();
    assert_eq!(failure.code.number, 1808, "{failure}");
}

#[tokio::test]
async fn trouble_with_the_service_is_survived_and_makes_no_second_key() {
    let deployment = Deployment::empty().await;
    let connection = TroubledConnection::to(moto(), |number, action| match (number, action) {
        (0, _) => Trouble::Failed,
        (1, _) => Trouble::Throttled,
        (_, "CreateSecret") if number < 5 => Trouble::AnswerCut,
        _ => Trouble::None,
    })
    .await;
    let clients = Clients::local(connection.url()).await;
    let environments = SecretEnvironments::new(clients.secrets, &deployment.settings);
    let key = environments.masking_key(&name("test")).await.unwrap();
    assert_eq!(deployment.environments().masking_key(&name("test")).await.unwrap(), key);
}
