use super::*;
use serde_json::{Value, json};
use uuid::Uuid;

const NOW: u64 = 1_790_000_000_000;

fn parties() -> Parties {
    Parties {
        issuer: "https://nova.example".to_owned(),
        audience: "nova-platform".to_owned(),
    }
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&[byte; 32]).unwrap()
}

fn verifying(key: &SigningKey) -> Vec<VerifyingKey> {
    vec![VerifyingKey::of(&key.public()).unwrap()]
}

fn good() -> Claims {
    let who = (UserId::from(Uuid::from_u128(1)), SessionId::from(Uuid::from_u128(2)), 3);
    claims(&parties(), Kind::Access, who, &[4; 16], NOW)
}

fn read_at(token: &str, now_ms: u64) -> Result<Claims, Refused> {
    read(token, Kind::Access, &verifying(&key(1)), &parties(), now_ms)
}

/// A token whose header and claims are written by hand and signed with the right key.
fn signed(header: &Value, body: &Value) -> String {
    let message = format!(
        "{}.{}",
        crate::signin::encode(header.to_string().as_bytes()),
        crate::signin::encode(body.to_string().as_bytes())
    );
    let signature = key(1).pair.sign(message.as_bytes());
    format!("{message}.{}", crate::signin::encode(signature.as_ref()))
}

fn header(alg: &str, typ: &str) -> Value {
    json!({ "alg": alg, "kid": key(1).id(), "typ": typ })
}

#[test]
fn a_token_is_read_as_it_was_written() {
    let token = key(1).write(Kind::Access, &good());
    assert_eq!(read_at(&token, NOW), Ok(good()));
    assert_eq!(key_id(&token).as_deref(), Some(key(1).id()));
    assert_eq!(
        read_at(&signed(&header("EdDSA", "at+jwt"), &json!(good())), NOW),
        Ok(good())
    );
}

/// RFC 8037, appendix A: the key of A.1, its thumbprint of A.3 and the signature of A.4.
#[test]
fn keys_ids_and_signatures_are_those_of_rfc_8037() {
    let seed = crate::signin::decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let key = SigningKey::from_seed(&seed).unwrap();
    assert_eq!(
        crate::signin::encode(&key.public()),
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    );
    assert_eq!(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = crate::signin::encode(key.pair.sign(message.as_bytes()).as_ref());
    assert_eq!(
        signature,
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

#[test]
fn no_letter_of_a_token_can_be_another() {
    let token = key(1).write(Kind::Access, &good());
    for place in 0..token.len() {
        for letter in [b'A', b'B', b'.', b'='] {
            let mut changed = token.clone().into_bytes();
            if changed[place] == letter {
                continue;
            }
            changed[place] = letter;
            let changed = String::from_utf8(changed).unwrap();
            assert!(read_at(&changed, NOW).is_err(), "{place}: {changed}");
        }
    }
    for cut in 0..token.len() {
        assert!(read_at(&token[..cut], NOW).is_err());
    }
    assert!(read_at(&format!("{token}."), NOW).is_err());
}

#[test]
fn there_is_one_algorithm() {
    for alg in [
        "none", "None", "NONE", "HS256", "RS256", "ES256", "eddsa", "Ed25519", "",
    ] {
        let token = signed(&header(alg, "at+jwt"), &json!(good()));
        assert_eq!(read_at(&token, NOW), Err(Refused::Algorithm), "{alg}");
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert!(read_at(&unsigned, NOW).is_err(), "{alg}");
    }
    // A public key as the secret of a keyed hash: the classic confusion.
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key(1).public());
    let token = signed(&header("HS256", "at+jwt"), &json!(good()));
    let message = token.rsplit_once('.').unwrap().0;
    let forged = format!(
        "{message}.{}",
        crate::signin::encode(ring::hmac::sign(&secret, message.as_bytes()).as_ref())
    );
    assert_eq!(read_at(&forged, NOW), Err(Refused::Algorithm));
}

#[test]
fn a_header_holds_what_it_must_and_nothing_else() {
    for extra in ["crit", "jwk", "jku", "x5u", "b64", "zip"] {
        let mut header = header("EdDSA", "at+jwt");
        header[extra] = json!(["x"]);
        assert_eq!(
            read_at(&signed(&header, &json!(good())), NOW),
            Err(Refused::Malformed),
            "{extra}"
        );
    }
    for missing in ["alg", "kid", "typ"] {
        let mut header = header("EdDSA", "at+jwt");
        header.as_object_mut().unwrap().remove(missing);
        assert_eq!(
            read_at(&signed(&header, &json!(good())), NOW),
            Err(Refused::Malformed),
            "{missing}"
        );
    }
}

#[test]
fn one_kind_of_token_is_not_taken_for_another() {
    let challenge = key(1).write(Kind::Challenge, &good());
    assert_eq!(read_at(&challenge, NOW), Err(Refused::Kind));
    assert_eq!(
        read_at(&signed(&header("EdDSA", "JWT"), &json!(good())), NOW),
        Err(Refused::Kind)
    );
    let access = key(1).write(Kind::Access, &good());
    let taken = read(&access, Kind::Challenge, &verifying(&key(1)), &parties(), NOW);
    assert_eq!(taken, Err(Refused::Kind));
}

#[test]
fn only_published_keys_count() {
    let other = key(2).write(Kind::Access, &good());
    assert_eq!(read_at(&other, NOW), Err(Refused::UnknownKey));
    let mut header = header("EdDSA", "at+jwt");
    header["kid"] = json!(key(2).id());
    let keys = [verifying(&key(1)), verifying(&key(2))].concat();
    let confused = signed(&header, &json!(good()));
    assert_eq!(
        read(&confused, Kind::Access, &keys, &parties(), NOW),
        Err(Refused::Signature)
    );
}

#[test]
fn issuer_audience_and_times_are_checked() {
    let with = |field: &str, value: Value| {
        let mut body = json!(good());
        body[field] = value;
        read_at(&signed(&header("EdDSA", "at+jwt"), &body), NOW)
    };
    assert_eq!(with("iss", json!("https://nova.example/")), Err(Refused::Issuer));
    assert_eq!(with("aud", json!("nova-operations")), Err(Refused::Audience));
    assert_eq!(with("aud", json!(["nova-platform"])), Err(Refused::Malformed));
    assert_eq!(with("exp", json!(NOW / 1000)), Err(Refused::Expired));
    assert_eq!(with("exp", json!("9999999999")), Err(Refused::Malformed));
    assert_eq!(with("nbf", json!(NOW / 1000 + 31)), Err(Refused::NotYet));
    assert!(with("nbf", json!(NOW / 1000 + 30)).is_ok());
    for claim in ["iss", "aud", "sub", "sid", "pv", "iat", "nbf", "exp", "jti"] {
        let mut body = json!(good());
        body.as_object_mut().unwrap().remove(claim);
        let token = signed(&header("EdDSA", "at+jwt"), &body);
        assert_eq!(read_at(&token, NOW), Err(Refused::Malformed), "{claim}");
    }
    let token = key(1).write(Kind::Access, &good());
    assert!(read_at(&token, NOW + ACCESS_MS - 1000).is_ok());
    assert_eq!(read_at(&token, NOW + ACCESS_MS), Err(Refused::Expired));
}
