//! Access tokens: signed claims (RFC 7519, 7515, 8037; the type of RFC 9068), checked without a database.
//!
//! There is one algorithm, Ed25519, and no way to ask for another: a token whose header says anything else is refused
//! before its signature is looked at. A token says who and in which session, and which version of their grants it was
//! made under; what they may do is never in it.

use crate::{SessionId, UserId};
use ring::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long an access token is taken, in milliseconds: ten minutes.
pub const ACCESS_MS: u64 = 10 * 60_000;

/// How long somebody may take to find the phone: five minutes.
pub const CHALLENGE_MS: u64 = 5 * 60_000;

/// Clocks of two instances may differ by that much, in milliseconds.
const SKEW_MS: u64 = 30_000;

/// No token of ours is longer.
const LONGEST: usize = 2048;

const ALGORITHM: &str = "EdDSA";

/// What a token is for. One kind is refused where the other is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Requests.
    Access,
    /// The second step of signing in: the password was right.
    Challenge,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Challenge => "nova-challenge+jwt",
        }
    }

    /// How long a token of this kind is taken, in milliseconds.
    pub fn lifetime_ms(self) -> u64 {
        match self {
            Self::Access => ACCESS_MS,
            Self::Challenge => CHALLENGE_MS,
        }
    }
}

/// What a token says. Times are seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who made it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// Whose.
    pub sub: UserId,
    /// The session; of a challenge, the session that is to be.
    pub sid: SessionId,
    /// The version of the grants it was made under.
    pub pv: u64,
    /// When it was made.
    pub iat: u64,
    /// Not before.
    pub nbf: u64,
    /// Not from then on.
    pub exp: u64,
    /// Its own id.
    pub jti: String,
}

/// Who makes tokens, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// The issuer.
    pub issuer: String,
    /// The audience.
    pub audience: String,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no token.
    Malformed,
    /// Its header names another algorithm.
    Algorithm,
    /// It is for something else.
    Kind,
    /// No published key has its key's id.
    UnknownKey,
    /// The signature is not that key's.
    Signature,
    /// Somebody else made it.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// Its time has not come.
    NotYet,
    /// Its time is over.
    Expired,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "the access token has expired",
            Self::NotYet => "the access token is not valid yet",
            _ => "the access token is not one of this platform",
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// A key that signs.
pub struct SigningKey {
    id: String,
    pair: Ed25519KeyPair,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

impl SigningKey {
    /// The key that 32 random bytes make. None when the library refuses them, which it does not for any 32 bytes.
    pub fn from_seed(seed: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let id = VerifyingKey::of(pair.public_key().as_ref())?.id;
        Some(Self { id, pair })
    }

    /// What checks its signatures.
    pub fn public(&self) -> [u8; 32] {
        let mut public = [0; 32];
        public.copy_from_slice(self.pair.public_key().as_ref());
        public
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The token of these claims.
    pub fn write(&self, kind: Kind, claims: &Claims) -> String {
        let header = Header {
            alg: ALGORITHM.to_owned(),
            kid: self.id.clone(),
            typ: kind.name().to_owned(),
        };
        // Strings and numbers always serialise.
        let part = |value: Result<Vec<u8>, serde_json::Error>| super::encode(&value.unwrap_or_default());
        let message = format!(
            "{}.{}",
            part(serde_json::to_vec(&header)),
            part(serde_json::to_vec(claims))
        );
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", super::encode(signature.as_ref()))
    }
}

/// A key that checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    id: String,
    public: [u8; 32],
}

impl VerifyingKey {
    /// The key of 32 bytes; its id is derived from them (as RFC 7638 derives it).
    pub fn of(public: &[u8]) -> Option<Self> {
        let public: [u8; 32] = public.try_into().ok()?;
        let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, super::encode(&public));
        let id = super::encode(digest(&SHA256, canonical.as_bytes()).as_ref());
        Some(Self { id, public })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// As a JSON Web Key (RFC 8037).
    pub fn jwk(&self) -> serde_json::Value {
        serde_json::json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": self.id, "x": super::encode(&self.public),
        })
    }
}

/// New claims.
pub fn claims(
    parties: &Parties,
    kind: Kind,
    (user, session, grants_version): (UserId, SessionId, u64),
    id: &[u8; 16],
    now_ms: u64,
) -> Claims {
    let now = now_ms / 1000;
    Claims {
        iss: parties.issuer.clone(),
        aud: parties.audience.clone(),
        sub: user,
        sid: session,
        pv: grants_version,
        iat: now,
        nbf: now,
        exp: now + kind.lifetime_ms() / 1000,
        jti: super::encode(id),
    }
}

/// What a token says, when everything about it is as it must be.
///
/// # Errors
/// The first thing that is not.
pub fn read(token: &str, kind: Kind, keys: &[VerifyingKey], parties: &Parties, now_ms: u64) -> Result<Claims, Refused> {
    if token.len() > LONGEST {
        return Err(Refused::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, body) = message.split_once('.').ok_or(Refused::Malformed)?;
    let header: Header = parsed(header)?;
    if header.alg != ALGORITHM {
        return Err(Refused::Algorithm);
    }
    if header.typ != kind.name() {
        return Err(Refused::Kind);
    }
    let key = keys
        .iter()
        .find(|key| key.id == header.kid)
        .ok_or(Refused::UnknownKey)?;
    let signature = super::decode(signature).ok_or(Refused::Malformed)?;
    UnparsedPublicKey::new(&ED25519, &key.public)
        .verify(message.as_bytes(), &signature)
        .map_err(|_| Refused::Signature)?;
    let claims: Claims = parsed(body)?;
    claims.hold(parties, now_ms)?;
    Ok(claims)
}

impl Claims {
    /// Whether they hold at this moment, for a token whose signature was found right.
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn hold(&self, parties: &Parties, now_ms: u64) -> Result<(), Refused> {
        if self.iss != parties.issuer {
            return Err(Refused::Issuer);
        }
        if self.aud != parties.audience {
            return Err(Refused::Audience);
        }
        if self.nbf.saturating_mul(1000) > now_ms.saturating_add(SKEW_MS) {
            return Err(Refused::NotYet);
        }
        if self.exp.saturating_mul(1000) <= now_ms {
            return Err(Refused::Expired);
        }
        Ok(())
    }
}

/// The id of the key that a token says it was signed with: for whoever has to fetch keys first.
pub fn key_id(token: &str) -> Option<String> {
    let header: Header = parsed(token.split('.').next().filter(|part| part.len() < LONGEST)?).ok()?;
    Some(header.kid)
}

fn parsed<T: for<'a> Deserialize<'a>>(part: &str) -> Result<T, Refused> {
    let bytes = super::decode(part).ok_or(Refused::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
