//! `Idempotency-Key`: a request that is sent again is not carried out again.

use crate::{Refusal, routes::Takes};
use axum::{extract::FromRequestParts, http::request::Parts};
use nova_errors::{Code, Failure};
use nova_practice::UserId;
use ring::digest::{Context, SHA256};
use serde::Serialize;

/// The key of a request, if it has one, and its method and address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The key.
    pub key: Option<String>,
    address: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Keyed {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        if !parts.extensions.get::<Takes>().is_some_and(|takes| takes.key) {
            return Err(Failure::new(
                Code::INTERNAL,
                "the address does not declare that it takes Idempotency-Key",
            )
            .into());
        }
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => {
                let text = value.to_str().ok().filter(|text| (1..=200).contains(&text.len()));
                let cause = "Idempotency-Key is 1 to 200 ASCII characters";
                Some(text.ok_or_else(|| Failure::new(Code::BAD_ARGUMENT, cause))?.to_owned())
            }
        };
        Ok(Self {
            key,
            address: format!("{} {}", parts.method, parts.uri.path()),
        })
    }
}

impl Keyed {
    /// The key as it is stored for somebody: two people may choose the same.
    pub(crate) fn of(&self, user: UserId) -> Option<String> {
        let key = self.key.as_ref()?;
        let mut context = Context::new(&SHA256);
        context.update(user.uuid().as_bytes());
        context.update(key.as_bytes());
        Some(
            context
                .finish()
                .as_ref()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// What tells this request from another with the same key: method, address and what was asked for.
    pub fn fingerprint(&self, body: &impl Serialize) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        context.update(self.address.as_bytes());
        context.update(b"\n");
        context.update(&serde_json::to_vec(body).unwrap_or_default());
        let mut print = [0; 32];
        print.copy_from_slice(context.finish().as_ref());
        print
    }
}
