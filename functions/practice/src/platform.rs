//! What handlers share.

use crate::{Caller, Keyed, Limits, Refusal, provisioning::Workflow};
use nova_errors::{Code, Failure};
use nova_eventlog::{Clock, EventLog, Ids};
use nova_kit::wiring::variable;
use nova_practice::signin::{
    Entropy, random,
    seal::MasterKey,
    token::{Kind, Parties},
};
use nova_practice::{SessionId, UserId};
use nova_practice_store::{
    Error, Store, Tx, idempotency,
    identity::{
        keyed::{self, Answer},
        keyring::{Keyring, Unread},
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Passwords that are hashed at the same time: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 4;

/// What a platform is made of.
pub struct Parts {
    /// Its rows.
    pub store: Store,
    /// What opens its secrets.
    pub master: MasterKey,
    /// Who makes its tokens, and for whom.
    pub parties: Parties,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids of requests that come without one.
    pub ids: Arc<dyn Ids>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// How many requests somebody sends.
    pub limits: Arc<dyn Limits>,
    /// What workflows have come to.
    pub log: Arc<dyn EventLog>,
    /// Where people use it, `https://nova.example.org`: pages from there may call it. None: those of its own address only.
    pub site: Option<String>,
}

/// Who makes tokens, and for whom: `NOVA_PLATFORM_ISSUER`, or `nova`.
pub fn parties() -> Parties {
    Parties {
        issuer: variable("NOVA_PLATFORM_ISSUER").unwrap_or_else(|| "nova".to_owned()),
        audience: "nova-platform".to_owned(),
    }
}

/// Where people use the platform: `NOVA_PLATFORM_SITE`.
pub fn site() -> Option<String> {
    variable("NOVA_PLATFORM_SITE")
}

/// What handlers share; cheap to clone.
#[derive(Clone)]
pub struct Platform(Arc<Inner>);

struct Inner {
    parts: Parts,
    keyring: Keyring,
    hashing: Semaphore,
}

impl Platform {
    /// A platform of these parts.
    pub fn new(parts: Parts) -> Self {
        let keyring = Keyring::new(parts.master.clone(), parts.parties.clone());
        Self(Arc::new(Inner {
            parts,
            keyring,
            hashing: Semaphore::new(HASHED_AT_ONCE),
        }))
    }

    /// Its rows.
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// What opens its secrets.
    pub fn master(&self) -> &MasterKey {
        &self.0.parts.master
    }

    /// Random bytes.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.0.parts.entropy
    }

    /// How many requests somebody sends.
    pub fn limits(&self) -> &dyn Limits {
        &*self.0.parts.limits
    }

    /// Where people use it.
    pub fn site(&self) -> Option<&str> {
        self.0.parts.site.as_deref()
    }

    /// How cabinets come into being.
    pub fn provisioning(&self) -> Workflow<'_> {
        Workflow {
            log: &*self.0.parts.log,
            clock: &*self.0.parts.clock,
        }
    }

    /// Now, in milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> u64 {
        self.0.parts.clock.now_ms()
    }

    /// What surrounds every request.
    pub fn around(&self) -> nova_http::Around {
        nova_http::Around {
            clock: Arc::clone(&self.0.parts.clock),
            ids: Arc::clone(&self.0.parts.ids),
        }
    }

    /// A new id of version 7: it sorts by time.
    pub fn new_id(&self) -> Uuid {
        uuid::Builder::from_unix_timestamp_millis(self.now_ms(), &random(self.entropy())).into_uuid()
    }

    /// A token for somebody.
    ///
    /// # Errors
    /// What the store says.
    pub async fn sign(&self, kind: Kind, who: (UserId, SessionId, u64)) -> Result<String, Refusal> {
        let signed = self
            .0
            .keyring
            .sign((self.store(), self.entropy()), kind, who, self.now_ms());
        Ok(signed.await?)
    }

    /// What a token says.
    ///
    /// # Errors
    /// Why it is refused; what the store says.
    pub async fn read(&self, kind: Kind, token: &str) -> Result<nova_practice::signin::token::Claims, Unread> {
        self.0
            .keyring
            .read((self.store(), self.entropy()), kind, token, self.now_ms())
            .await
    }

    /// The published keys.
    ///
    /// # Errors
    /// What the store says.
    pub async fn jwks(&self) -> Result<serde_json::Value, Refusal> {
        Ok(self
            .0
            .keyring
            .jwks((self.store(), self.entropy()), self.now_ms())
            .await?)
    }

    /// A transaction in the cabinet that the path names.
    ///
    /// # Errors
    /// What `work` and the store say.
    pub async fn in_cabinet<T>(
        &self,
        caller: &Caller,
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Refusal> {
        Ok(self.store().with_cabinet(&caller.scope()?, work).await?)
    }

    /// The same for a request that may carry a key. `work` gets what it left when the request was carried out before, and
    /// otherwise does it and leaves ids, with its answer.
    ///
    /// # Errors
    /// What `work` and the store say; `NOVA-2108` when the key belongs to another request.
    pub async fn once<T>(
        &self,
        caller: &Caller,
        (key, body): (&Keyed, &impl Serialize),
        work: impl AsyncFnOnce(&Tx<'_>, Option<Value>) -> Result<(Value, T), Error>,
    ) -> Result<T, Refusal> {
        let Some(name) = key.of(caller.user) else {
            return self.in_cabinet(caller, async |tx| Ok(work(tx, None).await?.1)).await;
        };
        let print = key.fingerprint(body);
        self.in_cabinet(caller, async |tx| match idempotency::claim(tx, &name, &print).await? {
            idempotency::Keyed::Done(left) => Ok(work(tx, Some(left)).await?.1),
            idempotency::Keyed::New => {
                let (left, answer) = work(tx, None).await?;
                idempotency::keep(tx, &name, &left).await?;
                Ok(answer)
            }
        })
        .await
    }

    /// Makes something in the cabinet that the path names, once for a request with a key: sent again, it gets what was shown
    /// the first time.
    ///
    /// # Errors
    /// As [`Platform::once`].
    pub async fn make<T: Serialize + DeserializeOwned>(
        &self,
        caller: &Caller,
        request: (&Keyed, &impl Serialize),
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Refusal> {
        self.once(caller, request, async |tx, before| {
            if let Some(shown) = before {
                return Ok((shown.clone(), again(shown)?));
            }
            let made = work(tx).await?;
            Ok((serde_json::to_value(&made).unwrap_or_default(), made))
        })
        .await
    }

    /// The same for what lies above cabinets.
    ///
    /// # Errors
    /// What `work` and the store say; `NOVA-2108` when the key belongs to another request.
    pub async fn make_in_group<T: Serialize + DeserializeOwned>(
        &self,
        caller: &Caller,
        (key, body): (&Keyed, &impl Serialize),
        work: impl AsyncFnOnce(&Tx<'_>) -> Result<T, Error>,
    ) -> Result<T, Refusal> {
        let (print, actor) = (key.fingerprint(body), caller.actor());
        let made = self.store().with_group_for(&actor, &caller.request_id, "", async |tx| {
            let Some(key) = &key.key else {
                return work(tx).await;
            };
            if let Some(before) = keyed::claim(tx, caller.user, key, &print).await? {
                return again(before.body);
            }
            let made = work(tx).await?;
            let answer = Answer {
                status: 201,
                body: serde_json::to_value(&made).unwrap_or_default(),
            };
            keyed::keep(tx, caller.user, key, &print, &answer).await?;
            Ok(made)
        });
        Ok(made.await?)
    }

    /// Runs what takes a core for a while, such as hashing a password, beside the tasks that wait; few at a time.
    ///
    /// # Errors
    /// What it says.
    pub async fn hard<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let ended = || Failure::new(Code::INTERNAL, "the work ended unexpectedly");
        let _turn = self.0.hashing.acquire().await.map_err(|_| ended())?;
        tokio::task::spawn_blocking(work).await.map_err(|_| ended())?
    }
}

/// What was shown the first time.
fn again<T: DeserializeOwned>(shown: Value) -> Result<T, Error> {
    let cause = "the Idempotency-Key belongs to a request of an earlier version";
    serde_json::from_value(shown).map_err(|_| Failure::new(Code::KEY_REUSED, cause).into())
}
