//! Password hashes and keyed hashes.

use crate::key::Prf;
use std::fmt::Write;

/// The password whose hashes these are: whoever gets an anonymized database may sign in with it.
pub(crate) const TEST_PASSWORD: &str = "nova-test-password";

/// Schemes: name, how their hashes begin, and the hash of [`TEST_PASSWORD`].
pub(crate) const SCHEMES: &[(&str, &[&str], &str)] = &[
    (
        "bcrypt",
        &["$2a$", "$2b$", "$2y$", "$2x$"],
        "$2b$10$novaNovaNovaNovaNovaN.iq6E9A/ZigHZMeYKBhpOzDbJFPwrhg6",
    ),
    (
        "argon2id",
        &["$argon2"],
        "$argon2id$v=19$m=19456,t=2,p=1$bm92YS10ZXN0LXNhbHQtMQ$SwjAEJBYdX5uFhwcoAC9AqfiTDqh+VnkvvJ6z+pqZtY",
    ),
    (
        "scrypt",
        &["$scrypt$", "scrypt:"],
        "$scrypt$ln=14,r=8,p=1$bm92YS10ZXN0LXNhbHQtMQ$fv8ITQ0X/GUMaK9MqkWw00lTe484G31zQuLGIRwHApM",
    ),
    (
        "pbkdf2",
        &["pbkdf2_sha256$", "$pbkdf2"],
        "pbkdf2_sha256$600000$nova-test-salt-1$hWBs2ujyw0OAkELpPYLTF6bAejvXK+TVVkkh3tZajMY=",
    ),
    ("plain", &[], TEST_PASSWORD),
];

/// The hash of the test password in a scheme, `original` being that of the original.
pub(super) fn password(scheme: &str, original: &str) -> &'static str {
    let found = if scheme == "original" {
        SCHEMES
            .iter()
            .find(|(_, starts, _)| starts.iter().any(|start| original.starts_with(start)))
            .or_else(|| SCHEMES.first())
    } else {
        SCHEMES.iter().find(|(name, ..)| *name == scheme)
    };
    let hash = found.map_or("", |(_, _, hash)| *hash);
    // PHP and others write the same hash under another name of the scheme.
    match original.get(..4) {
        Some("$2y$") if scheme == "original" => "$2y$10$novaNovaNovaNovaNovaN.iq6E9A/ZigHZMeYKBhpOzDbJFPwrhg6",
        Some("$2a$") if scheme == "original" => "$2a$10$novaNovaNovaNovaNovaN.iq6E9A/ZigHZMeYKBhpOzDbJFPwrhg6",
        _ => hash,
    }
}

/// Appends the first `length` hexadecimal digits of the keyed hash.
pub(super) fn digest(prf: &Prf, core: &str, prefix: &str, length: usize, out: &mut String) {
    out.push_str(prefix);
    let start = out.len();
    // Writing to a String cannot fail.
    let _ = write!(out, "{:032x}", prf.hash(core.as_bytes()));
    out.truncate(start + length.min(32));
}
