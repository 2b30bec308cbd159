//! Laws of [`DataKeys`].

use crate::Make;
use nova_eventlog::{DataKeys, Error};

/// The same for an operation every time, another one for every other.
pub async fn a_key_stays_the_same_and_is_its_operations_own(make: Make<'_, dyn DataKeys>) {
    let keys = make().await;
    let first = keys.data_key("op1").await.unwrap();
    assert_eq!(keys.data_key("op1").await.unwrap(), first);
    assert_ne!(keys.data_key("op2").await.unwrap(), first);
    assert_ne!(first, [0; 32]);
}

/// Workers that begin together seal with the same key.
pub async fn however_many_ask_first_there_is_one_key(make: Make<'_, dyn DataKeys>) {
    let keys = make().await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let keys = keys.share();
        asking.spawn(async move { keys.data_key("op1").await.unwrap() });
    }
    let given = asking.join_all().await;
    assert!(given.iter().all(|key| *key == given[0]));
}

/// No key is ever made again for what was shredded, whether or not there had been one.
pub async fn a_destroyed_key_is_gone_for_good(make: Make<'_, dyn DataKeys>) {
    let keys = make().await;
    keys.data_key("op1").await.unwrap();
    let other = keys.data_key("op2").await.unwrap();
    for operation in ["op1", "op3"] {
        for _ in 0..2 {
            keys.destroy(operation).await.unwrap();
            assert!(
                matches!(keys.data_key(operation).await, Err(Error::Key(_))),
                "{operation}"
            );
        }
    }
    assert_eq!(keys.data_key("op2").await.unwrap(), other);
}
