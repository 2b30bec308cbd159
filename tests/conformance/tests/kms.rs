//! Data keys by KMS pass the suite; wrapped keys belong to their operation, and lost answers make no second key.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod moto_stack;

use aws_sdk_dynamodb::types::AttributeValue;
use moto_stack::Deployment;
use nova_aws::{Clients, keys::KmsKeys};
use nova_conformance::{Fixture, Trouble, TroubledConnection, moto, suite};
use nova_eventlog::{DataKeys, Error};
use std::{collections::HashMap, sync::Arc};

mod laws {
    use super::*;

    async fn fresh() -> Fixture<dyn DataKeys> {
        let keys = Deployment::with_keys().await.keys();
        Fixture::new(Arc::new(keys), ())
    }

    suite!(data_keys, fresh);
}

impl Deployment {
    async fn item(&self, operation: &str) -> HashMap<String, AttributeValue> {
        let call = self.clients.dynamodb.get_item().table_name(&self.settings.keys_table);
        let call = call.key("p", AttributeValue::S(operation.to_owned()));
        call.send().await.unwrap().item.unwrap()
    }

    async fn put(&self, item: HashMap<String, AttributeValue>) {
        let call = self.clients.dynamodb.put_item().table_name(&self.settings.keys_table);
        call.set_item(Some(item)).send().await.unwrap();
    }
}

#[tokio::test]
async fn every_process_gets_the_same_key_and_the_table_never_holds_it() {
    let deployment = Deployment::with_keys().await;
    let key = deployment.keys().data_key("op1").await.unwrap();
    assert_eq!(deployment.keys().data_key("op1").await.unwrap(), key);
    let AttributeValue::B(wrapped) = &deployment.item("op1").await["wrapped"] else {
        panic!("no wrapped key");
    };
    assert!(!wrapped.as_ref().windows(32).any(|window| window == key));
}

#[tokio::test]
async fn a_wrapped_key_put_in_anothers_place_does_not_open() {
    let deployment = Deployment::with_keys().await;
    deployment.keys().data_key("op1").await.unwrap();
    let mut item = deployment.item("op1").await;
    item.insert("p".to_owned(), AttributeValue::S("op2".to_owned()));
    deployment.put(item).await;
    let opened = deployment.keys().data_key("op2").await;
    assert!(matches!(opened, Err(Error::Key(_))), "{opened:?}");
}

#[tokio::test]
async fn a_destroyed_key_leaves_a_tombstone_and_nothing_to_unwrap() {
    let deployment = Deployment::with_keys().await;
    let keys = deployment.keys();
    keys.data_key("op1").await.unwrap();
    keys.destroy("op1").await.unwrap();
    let mut left: Vec<String> = deployment.item("op1").await.into_keys().collect();
    left.sort();
    assert_eq!(left, ["destroyed", "p"]);
    assert!(matches!(deployment.keys().data_key("op1").await, Err(Error::Key(_))));
}

#[tokio::test]
async fn many_processes_that_begin_together_agree_on_one_key() {
    let deployment = Deployment::with_keys().await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let keys = deployment.keys();
        asking.spawn(async move { keys.data_key("op1").await.unwrap() });
    }
    let given = asking.join_all().await;
    assert!(given.iter().all(|key| *key == given[0]));
}

#[tokio::test]
async fn a_key_is_asked_for_once_and_lost_answers_make_no_second_one() {
    let deployment = Deployment::with_keys().await;
    let connection = TroubledConnection::to(moto(), |number, action| match (number, action) {
        (0, _) => Trouble::Throttled,
        (_, "PutItem") if number < 5 => Trouble::AnswerCut,
        _ => Trouble::None,
    })
    .await;
    let clients = Clients::local(connection.url()).await;
    let keys = KmsKeys::new(clients.kms, clients.dynamodb, &deployment.settings);
    let key = keys.data_key("op1").await.unwrap();
    assert_eq!(deployment.keys().data_key("op1").await.unwrap(), key);
    let calls = connection.calls();
    assert!(calls > 4, "{calls}");
    assert_eq!(keys.data_key("op1").await.unwrap(), key);
    assert_eq!(connection.calls(), calls, "a key that is known is not asked for");
}

#[tokio::test]
async fn a_key_that_kms_does_not_know_is_an_error_of_the_key() {
    let mut deployment = Deployment::with_keys().await;
    deployment.settings.kms_key = "00000000-0000-0000-0000-000000000000".to_owned();
    let refused = deployment.keys().data_key("op1").await;
    assert!(matches!(refused, Err(Error::Key(_))), "{refused:?}");
}

#[tokio::test]
async fn an_operation_that_cannot_be_named_has_no_key() {
    let keys = Deployment::with_keys().await.keys();
    for operation in ["", "a/b", ".."] {
        assert!(matches!(keys.data_key(operation).await, Err(Error::Invalid(_))));
        assert!(matches!(keys.destroy(operation).await, Err(Error::Invalid(_))));
    }
}
