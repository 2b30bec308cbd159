//! Signing keys: shared by all instances, made and forgotten in time, remembered by each instance for a minute.

use super::{at, ms};
use crate::{Actor, Error, Store, Tx};
use nova_errors::{Code, Failure};
use nova_practice::{
    SessionId, UserId,
    signin::{
        Entropy,
        keys::{Life, Plan, plan},
        random,
        seal::MasterKey,
        token::{self, Claims, Kind, Parties, Refused, SigningKey, VerifyingKey},
    },
};
use ring::digest::{SHA256, digest};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::RwLock;

const PURPOSE: &str = "signing-key";

/// How long keys that were read are remembered, in milliseconds.
const REMEMBERED_MS: u64 = 60_000;

/// A key that nobody knows is looked for that often at most: forged tokens must not reach the database each time.
const LOOKED_FOR_MS: u64 = 5_000;

/// So many tokens are remembered at most.
const MOST_PROVEN: usize = 10_000;

/// The keys, and whose tokens they are.
#[derive(Debug)]
pub struct Keyring {
    master: MasterKey,
    parties: Parties,
    known: RwLock<Option<Arc<Known>>>,
}

#[derive(Debug)]
struct Known {
    read_ms: u64,
    signing: SigningKey,
    published: Vec<VerifyingKey>,
    /// Access tokens whose signature was found right, by their hash; they go with the keys.
    proven: Mutex<HashMap<[u8; 32], Claims>>,
}

impl Known {
    fn proven(&self, token: &[u8; 32]) -> Option<Claims> {
        let proven = self.proven.lock().unwrap_or_else(PoisonError::into_inner);
        proven.get(token).cloned()
    }

    fn prove(&self, token: [u8; 32], claims: &Claims) {
        let mut proven = self.proven.lock().unwrap_or_else(PoisonError::into_inner);
        if proven.len() < MOST_PROVEN {
            proven.insert(token, claims.clone());
        }
    }
}

fn hash(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

/// Why a token was not taken.
#[derive(Debug)]
pub enum Unread {
    /// It is refused.
    Refused(Refused),
    /// Nobody could tell.
    Failed(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Keyring {
    /// A ring over the keys that `master` opens.
    pub fn new(master: MasterKey, parties: Parties) -> Self {
        Self {
            master,
            parties,
            known: RwLock::default(),
        }
    }

    /// A token.
    ///
    /// # Errors
    /// What the store says; `NOVA-3220` when a key in it does not open.
    pub async fn sign(
        &self,
        (store, entropy): (&Store, &dyn Entropy),
        kind: Kind,
        who: (UserId, SessionId, u64),
        now_ms: u64,
    ) -> Result<String, Error> {
        let known = self.known((store, entropy), now_ms, None).await?;
        let claims = token::claims(&self.parties, kind, who, &random(entropy), now_ms);
        Ok(known.signing.write(kind, &claims))
    }

    /// What a token says.
    ///
    /// # Errors
    /// Why it is refused; what the store says.
    pub async fn read(
        &self,
        (store, entropy): (&Store, &dyn Entropy),
        kind: Kind,
        text: &str,
        now_ms: u64,
    ) -> Result<Claims, Unread> {
        let id = token::key_id(text).ok_or(Unread::Refused(Refused::Malformed))?;
        let known = self.known((store, entropy), now_ms, Some(&id)).await?;
        if kind != Kind::Access {
            return token::read(text, kind, &known.published, &self.parties, now_ms).map_err(Unread::Refused);
        }
        // What a signature says does not change: with the same keys it is checked once, and the times each time.
        let hashed = hash(text);
        if let Some(claims) = known.proven(&hashed) {
            return claims
                .hold(&self.parties, now_ms)
                .map(|()| claims)
                .map_err(Unread::Refused);
        }
        let claims = token::read(text, kind, &known.published, &self.parties, now_ms).map_err(Unread::Refused)?;
        known.prove(hashed, &claims);
        Ok(claims)
    }

    /// The published keys as a JSON Web Key Set.
    ///
    /// # Errors
    /// What the store says.
    pub async fn jwks(
        &self,
        (store, entropy): (&Store, &dyn Entropy),
        now_ms: u64,
    ) -> Result<serde_json::Value, Error> {
        let known = self.known((store, entropy), now_ms, None).await?;
        let keys: Vec<_> = known.published.iter().map(VerifyingKey::jwk).collect();
        Ok(serde_json::json!({ "keys": keys }))
    }

    async fn known(
        &self,
        (store, entropy): (&Store, &dyn Entropy),
        now_ms: u64,
        wanted: Option<&str>,
    ) -> Result<Arc<Known>, Error> {
        let fresh = |known: &Arc<Known>| {
            let age = now_ms.abs_diff(known.read_ms);
            let has = wanted.is_none_or(|id| known.published.iter().any(|key| key.id() == id));
            age < if has { REMEMBERED_MS } else { LOOKED_FOR_MS }
        };
        if let Some(known) = self.known.read().await.as_ref().filter(|known| fresh(known)) {
            return Ok(Arc::clone(known));
        }
        // One reads, the others wait for what it finds.
        let mut slot = self.known.write().await;
        if let Some(known) = slot.as_ref().filter(|known| fresh(known)) {
            return Ok(Arc::clone(known));
        }
        let stored = store
            .with_group(&Actor::System("keyring"), async |tx| {
                let stored = stored(tx).await?;
                let planned = planned(&stored, now_ms);
                if !planned.make && planned.forget.is_empty() {
                    return Ok(stored);
                }
                self.tend(tx, entropy, now_ms).await
            })
            .await?;
        let plan = planned(&stored, now_ms);
        let signing = stored
            .iter()
            .find(|key| Some(&key.life.id) == plan.signing.as_ref())
            .ok_or_else(|| Failure::new(Code::INTERNAL, "there is no signing key although one was made"))?;
        let known = Arc::new(Known {
            read_ms: now_ms,
            signing: self.opened(signing)?,
            published: stored
                .iter()
                .filter(|key| plan.published.contains(&key.life.id))
                .filter_map(|key| VerifyingKey::of(&key.public))
                .collect(),
            proven: Mutex::default(),
        });
        *slot = Some(Arc::clone(&known));
        Ok(known)
    }

    /// Makes and forgets what is due; one instance at a time.
    async fn tend(&self, tx: &Tx<'_>, entropy: &dyn Entropy, now_ms: u64) -> Result<Vec<Stored>, Error> {
        tx.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('nova signing keys', 0))",
            &[],
        )
        .await?;
        let plan = planned(&stored(tx).await?, now_ms);
        if plan.make {
            let seed: [u8; 32] = random(entropy);
            let key = SigningKey::from_seed(&seed)
                .ok_or_else(|| Failure::new(Code::INTERNAL, "32 random bytes made no signing key"))?;
            let sealed = self.master.seal(PURPOSE, key.id().as_bytes(), random(entropy), &seed)?;
            tx.execute(
                "INSERT INTO practice.signing_keys (id, public, sealed, made_at) VALUES ($1, $2, $3, $4)",
                &[&key.id(), &key.public().as_slice(), &sealed, &at(now_ms)],
            )
            .await?;
        }
        tx.execute("DELETE FROM practice.signing_keys WHERE id = ANY ($1)", &[&plan.forget])
            .await?;
        stored(tx).await
    }

    fn opened(&self, key: &Stored) -> Result<SigningKey, Failure> {
        let seed = self.master.open(PURPOSE, key.life.id.as_bytes(), &key.sealed)?;
        SigningKey::from_seed(&seed)
            .filter(|opened| opened.id() == key.life.id)
            .ok_or_else(|| {
                Failure::new(
                    Code::PLATFORM_KEY,
                    "a signing key in the database is not what its id says",
                )
            })
    }
}

struct Stored {
    life: Life,
    public: Vec<u8>,
    sealed: Vec<u8>,
}

async fn stored(tx: &Tx<'_>) -> Result<Vec<Stored>, Error> {
    let rows = tx
        .query(
            "SELECT id, public, sealed, made_at FROM practice.signing_keys ORDER BY made_at, id",
            &[],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Stored {
            life: Life {
                id: row.get(0),
                made_ms: ms(row.get(3)),
            },
            public: row.get(1),
            sealed: row.get(2),
        })
        .collect())
}

fn planned(stored: &[Stored], now_ms: u64) -> Plan {
    let lives: Vec<Life> = stored.iter().map(|key| key.life.clone()).collect();
    plan(&lives, now_ms)
}
