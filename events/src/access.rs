//! Who may use the API, in the stream `access/tokens`, and requests that carry a key, each in a stream
//! `request/<hash of the key>`.

use serde::{Deserialize, Serialize};

/// A bearer token was made. The token itself is shown once and stored nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiTokenCreated {
    /// Its id.
    pub id: String,
    /// What people call it; who acts with it appears as `token:<name>`.
    pub name: String,
    /// What it may do: `viewer`, `cloner` or `admin`.
    pub scope: String,
    /// SHA-256 of the token, lower-case hexadecimal.
    pub hash: String,
    /// The last four characters of the token, to recognise it by.
    pub ends_with: String,
    /// When it stops working, in milliseconds since 1970-01-01 UTC; none: never.
    pub expires_at_ms: Option<u64>,
}

/// A bearer token works no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiTokenRevoked {
    /// Its id.
    pub id: String,
}

/// A request that carries a key was accepted: the same request with the same key is this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKeyed {
    /// The operation it started.
    pub operation: String,
    /// SHA-256 of what was requested, lower-case hexadecimal.
    pub fingerprint: String,
}
