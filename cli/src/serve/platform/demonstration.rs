//! What `nova serve --dev` fills a throwaway database with: cabinets, and somebody for each role; and its post.

use async_trait::async_trait;
use jiff::Timestamp;
use nova_errors::Failure;
use nova_fn_dispatch::Carrier;
use nova_fn_practice::{Platform, letters};
use nova_practice::{
    CabinetId, UserId,
    access::{GivenFor, Grant, Role},
    signin::{password, random},
};
use nova_practice_store::{
    Actor, demo,
    identity::{
        passwords,
        people::{self, Changes},
        roles,
    },
    outbox::Waiting,
};
use serde::Serialize;

/// What everybody in a demonstration signs in with. The database goes with the process, and nobody else can reach it.
const PASSWORD: &str = "une molaire sous la pluie";

/// Patients of each cabinet.
const PATIENTS: usize = 40;

const SEED: Actor = Actor::System("demonstration");

/// Who may sign in.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Account {
    /// The address.
    pub(crate) email: String,
    /// The password.
    pub(crate) password: &'static str,
    /// The role.
    pub(crate) role: &'static str,
    /// The cabinet.
    pub(crate) cabinet: Option<CabinetId>,
}

/// Cabinets, and an account per role: those of cabinets in each, with the cabinet's number behind the role.
///
/// # Errors
/// What the store says.
pub(crate) async fn fill(platform: &Platform) -> Result<Vec<Account>, Failure> {
    let store = platform.store();
    let now = Timestamp::from_millisecond(i64::try_from(platform.now_ms()).unwrap_or(0)).unwrap_or_default();
    let made = demo::seed(store, now, u64::from_be_bytes(random(platform.entropy())), PATIENTS).await?;
    let cabinets: Vec<CabinetId> = made.cabinets.iter().map(|cabinet| cabinet.id).collect();
    let salt = random(platform.entropy());
    let hash = platform.hard(move || password::hash(PASSWORD, &salt)).await?;
    let mut accounts = Vec::new();
    for role in Role::ALL {
        let places: Vec<Option<CabinetId>> = match role.given_for() {
            GivenFor::Cabinet => cabinets.iter().map(|id| Some(*id)).collect(),
            GivenFor::Group | GivenFor::Either => vec![None],
        };
        for (number, cabinet) in places.into_iter().enumerate() {
            let local = match cabinet {
                Some(_) => format!("{role}-{}", number + 1),
                None => role.to_string(),
            };
            accounts.push(Account {
                email: format!("{local}@nova.example"),
                password: PASSWORD,
                role: role.name(),
                cabinet,
            });
        }
    }
    let now_ms = platform.now_ms();
    store
        .with_group(&SEED, async |tx| {
            for account in &accounts {
                let id = UserId(platform.new_id());
                let name = account.email.split('@').next().unwrap_or_default();
                people::invite(tx, id, &account.email, name, None).await?;
                passwords::set(tx, id, &hash, now_ms).await?;
                people::activate(tx, id, &Changes::default()).await?;
                let grant = Grant::new(account.role.parse()?, account.cabinet)?;
                roles::give(tx, platform.new_id(), id, grant, None).await?;
            }
            Ok(())
        })
        .await?;
    Ok(accounts)
}

/// Stands in for the post: what waits in the outbox is written to the log, letters with their tokens. Nobody else reads
/// this log, and there is nobody to write to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Post;

#[async_trait]
impl Carrier for Post {
    async fn carry(&self, platform: &Platform, messages: &[Waiting]) -> Vec<i64> {
        for message in messages {
            let to = message.subject.map(UserId);
            let token = to.and_then(|to| letters::open(platform, to, &message.body).ok().flatten());
            tracing::info!(kind = message.kind, subject = ?message.subject, token, "delivered");
        }
        messages.iter().map(|message| message.id).collect()
    }
}
