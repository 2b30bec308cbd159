//! Attempts are counted before they are looked at.

use nova_errors::{Code, Failure};
use nova_fn_practice::{Client, Platform, Refusal};
use nova_http::Problem;
use nova_practice::signin::throttle::{ADDRESS, Attempt, Policy};
use nova_practice_store::identity::throttles::{self, Counted};

/// Counts an attempt for `of`, and for where it comes from. Returns once it may be looked at.
///
/// # Errors
/// `NOVA-3202`, with how long to wait.
pub(super) async fn attempt(
    platform: &Platform,
    client: &Client,
    (policy, what, of): (&Policy, &'static str, &str),
) -> Result<(), Refusal> {
    let now_ms = platform.now_ms();
    let address = client.address.map(|address| address.to_string());
    // The wait is decided in the transaction and told after it: what was counted stays counted.
    let decided = platform
        .store()
        .with_group(&super::SIGN_IN, async |tx| {
            if let Some(address) = &address {
                let counted = Counted {
                    what: "address",
                    of: address,
                };
                if let Attempt::Wait { for_ms } = throttles::attempt(tx, &ADDRESS, counted, now_ms).await? {
                    return Ok(Attempt::Wait { for_ms });
                }
            }
            throttles::attempt(tx, policy, Counted { what, of }, now_ms).await
        })
        .await?;
    match decided {
        Attempt::Allowed(_) => Ok(()),
        Attempt::Wait { for_ms } => {
            let seconds = for_ms.div_ceil(1000);
            let cause = format!("the next attempt is looked at in {seconds} seconds");
            let problem = Problem::from(Failure::new(Code::SIGN_IN_THROTTLED, cause));
            Err(problem.after(seconds).into())
        }
    }
}
