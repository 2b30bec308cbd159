//! Laws of [`Gates`].

use crate::Make;
use nova_eventlog::{Error, Gate, Gates};

/// Empty, with nothing expected.
pub async fn a_gate_that_nobody_arrived_at_is_empty(make: Make<'_, dyn Gates>) {
    let gates = make().await;
    let empty = Gate {
        arrived: 0,
        expected: 0,
    };
    assert_eq!(gates.look("none").await.unwrap(), empty);
}

/// 256 members are a leaf in some stores: the sizes around it, and one of many leaves. Every member comes twice.
pub async fn a_gate_of_any_size_opens_when_everybody_is_there_however_often_they_come(make: Make<'_, dyn Gates>) {
    let gates = make().await;
    for expected in [1, 2, 255, 256, 257, 1_300] {
        let name = format!("gate{expected}");
        for member in (0..expected).rev() {
            for _ in 0..2 {
                let now = gates.arrive(&name, member, expected).await.unwrap();
                assert_eq!(now.is_full(), member == 0, "{member} of {expected}: {now:?}");
                assert!(now.arrived <= expected - member, "{member} of {expected}: {now:?}");
                assert_eq!(now.expected, expected);
            }
        }
        let full = Gate {
            arrived: expected,
            expected,
        };
        assert_eq!(gates.look(&name).await.unwrap(), full);
        // A message that comes once more still finds it full: whoever died before acting on it is replaced.
        assert!(gates.arrive(&name, expected / 2, expected).await.unwrap().is_full());
    }
}

/// In a crowd somebody sees the gate full, and nobody before everybody is there.
pub async fn whoever_comes_last_in_a_crowd_sees_it_full(make: Make<'_, dyn Gates>) {
    let gates = make().await;
    for expected in [1, 64, 257, 600] {
        let name = format!("crowd{expected}");
        let mut arrivals = tokio::task::JoinSet::new();
        for arrival in 0..2 * (expected - 1) {
            let (gates, name) = (gates.share(), name.clone());
            arrivals.spawn(async move { gates.arrive(&name, arrival % (expected - 1), expected).await.unwrap() });
        }
        assert!(arrivals.join_all().await.iter().all(|seen| !seen.is_full()));
        let mut last = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (gates, name) = (gates.share(), name.clone());
            last.spawn(async move { gates.arrive(&name, expected - 1, expected).await.unwrap() });
        }
        assert!(last.join_all().await.iter().all(|seen| seen.is_full()), "{expected}");
    }
}

/// Members are numbered from 0 and below what is expected.
pub async fn a_member_that_does_not_exist_is_refused(make: Make<'_, dyn Gates>) {
    let gates = make().await;
    for (member, expected) in [(0, 0), (3, 3), (9, 3)] {
        let answer = gates.arrive("gate", member, expected).await;
        assert!(matches!(answer, Err(Error::Invalid(_))), "{member} of {expected}");
    }
}

/// Two opinions on how many there are: one of them is a mistake. A gate of several leaves may find out late.
pub async fn a_gate_waits_for_as_many_as_it_was_first_told(make: Make<'_, dyn Gates>) {
    let gates = make().await;
    gates.arrive("gate", 0, 3).await.unwrap();
    for expected in [2, 4] {
        let answer = gates.arrive("gate", 1, expected).await;
        assert!(matches!(answer, Err(Error::Invalid(_))), "{expected}");
    }
    let one = Gate {
        arrived: 1,
        expected: 3,
    };
    assert_eq!(gates.look("gate").await.unwrap(), one);
}
