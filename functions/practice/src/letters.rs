//! Letters: what somebody is sent to prove that an address is theirs. They wait in the outbox until whoever sends them
//! takes them. The token in one is sealed: who reads the database cannot use it.

use crate::Platform;
use nova_errors::Failure;
use nova_practice::{UserId, signin::random};
use nova_practice_store::{Error, Tx, outbox};
use serde_json::{Value, json};

const PURPOSE: &str = "letter";

/// Leaves a letter with a token for somebody.
///
/// # Errors
/// What the store says.
pub async fn leave(platform: &Platform, tx: &Tx<'_>, (kind, to): (&str, UserId), token: &str) -> Result<(), Error> {
    let nonce = random(platform.entropy());
    let sealed = platform
        .master()
        .seal(PURPOSE, to.uuid().as_bytes(), nonce, token.as_bytes())?;
    let sealed: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    outbox::leave(tx, kind, Some(to.uuid()), &json!({ "sealed_token": sealed })).await
}

/// The token of a letter, for whoever sends it. None when the message is no letter.
///
/// # Errors
/// `NOVA-3220` when it does not open.
pub fn open(platform: &Platform, to: UserId, body: &Value) -> Result<Option<String>, Failure> {
    let Some(sealed) = body["sealed_token"].as_str() else {
        return Ok(None);
    };
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
            .unwrap_or(0)
    };
    let bytes: Vec<u8> = sealed
        .as_bytes()
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, sign| byte << 4 | digit(*sign)))
        .collect();
    let token = platform.master().open(PURPOSE, to.uuid().as_bytes(), &bytes)?;
    Ok(Some(String::from_utf8_lossy(&token).into_owned()))
}
