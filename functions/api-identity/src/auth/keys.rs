//! The published keys.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use nova_fn_practice::{Platform, Refusal};

/// The keys that access tokens are checked with
///
/// A JSON Web Key Set (RFC 7517). A new key stands here for a day before anything is signed with it.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", operation_id = "getKeys", tag = "sign-in",
    responses((status = 200, description = "The keys", body = Object,
        example = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] })))
)]
pub(crate) async fn jwks(State(platform): State<Platform>) -> Result<Response, Refusal> {
    let keys = platform.jwks().await?;
    // Public, and good for a while: far shorter than a new key is announced.
    Ok(([(header::CACHE_CONTROL, "public, max-age=3600")], Json(keys)).into_response())
}
