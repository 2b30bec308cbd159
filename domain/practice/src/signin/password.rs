//! Which passwords are taken, and how they are kept.
//!
//! Length counts, and that nobody guesses it first; rules about digits and signs do not (NIST SP 800-63B-4, 3.1.1.2).
//! Kept is argon2id with the first parameters that the OWASP password storage cheat sheet recommends: 19 MiB, two
//! passes, one lane.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version, password_hash::SaltString,
};
use nova_errors::{Code, Failure};
use unicode_normalization::UnicodeNormalization;

/// Fewest characters.
pub const SHORTEST: usize = 12;

/// Most bytes: hashing more would only cost time.
pub const LONGEST: usize = 512;

/// Memory in KiB, passes and lanes of a new hash.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// What lists of leaked passwords begin with, as far as it is long enough to be taken otherwise; in lower case and
/// without anything but letters and digits.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "password1234",
    "password12345",
    "passwordpassword",
    "motdepasse123",
    "motdepasse1234",
    "motdepassemotdepasse",
    "azertyuiop12",
    "azertyuiop123",
    "azertyuiopqsdf",
    "azertyazerty",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "qwertyqwerty",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "qazwsxedcrfv",
    "iloveyou1234",
    "jetaime12345",
    "bonjour12345",
    "bienvenue123",
    "welcome12345",
    "administrateur",
    "administrator",
    "administrator1",
    "changeme1234",
    "changezmoi123",
    "letmein12345",
    "footballfootball",
    "dentistedentiste",
    "cabinetdentaire",
    "cabinetdentaire1",
    "dentistedentaire",
    "abcdefghijkl",
    "abcdefghijklm",
    "abcd12345678",
    "aaaaaaaaaaaa",
    "000000000000",
    "111111111111",
    "correcthorsebatterystaple",
];

/// What a hash says of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// It is the password.
    pub matches: bool,
    /// The hash was made with other parameters than new ones are: make it anew.
    pub outdated: bool,
}

/// Makes sure that a password may be used by someone with this address and name.
///
/// # Errors
/// `NOVA-3208`, without the password.
pub fn accept(password: &str, email: &str, name: &str) -> Result<(), Failure> {
    let weak = |cause: String| Err(Failure::new(Code::WEAK_PASSWORD, cause));
    if password.len() > LONGEST {
        return weak(format!("the password has more than {LONGEST} bytes"));
    }
    let normal: String = password.nfkc().collect();
    let length = normal.chars().count();
    if length < SHORTEST {
        return weak(format!(
            "the password has {length} characters; it needs at least {SHORTEST}"
        ));
    }
    let plain = letters_and_digits(&normal);
    let different: std::collections::BTreeSet<char> = normal.chars().collect();
    if COMMON.contains(&plain.as_str()) || different.len() < 5 {
        return weak("the password is one of those that are tried first".to_owned());
    }
    let local = email.split('@').next().unwrap_or_default();
    let own = name.split_whitespace().chain([local, email]);
    for word in own.map(letters_and_digits).filter(|word| word.chars().count() >= 4) {
        // Own name and a few digits: the rest of the password is what counts.
        let rest = plain.replace(&word, "");
        if rest.chars().count() < SHORTEST / 2 && rest.len() < plain.len() {
            return weak("the password is little more than the own name or address".to_owned());
        }
    }
    Ok(())
}

/// The hash of a password, in the PHC format, salted with 16 random bytes.
///
/// # Errors
/// `NOVA-1999` when argon2 cannot work with what is fixed here.
pub fn hash(password: &str, salt: &[u8; 16]) -> Result<String, Failure> {
    let salt = SaltString::encode_b64(salt).map_err(|error| broken(&error))?;
    let normal: String = password.nfkc().collect();
    let hash = hasher()?
        .hash_password(normal.as_bytes(), &salt)
        .map_err(|error| broken(&error))?;
    Ok(hash.to_string())
}

/// Compares a password with its hash, taking as long as the hash's parameters say.
///
/// # Errors
/// `NOVA-1999` when the hash cannot be read.
pub fn verify(password: &str, hash: &str) -> Result<Verdict, Failure> {
    let parsed = PasswordHash::new(hash).map_err(|error| broken(&error))?;
    // Whatever is longer was never taken; it is not hashed either.
    let within = password.len() <= LONGEST;
    let normal: String = if within {
        password.nfkc().collect()
    } else {
        String::new()
    };
    let matches = hasher()?.verify_password(normal.as_bytes(), &parsed).is_ok() && within;
    let (memory, passes, lanes) = COST;
    let current = Params::try_from(&parsed)
        .is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (memory, passes, lanes))
        && parsed.algorithm == Algorithm::Argon2id.ident();
    Ok(Verdict {
        matches,
        outdated: !current,
    })
}

fn hasher() -> Result<Argon2<'static>, Failure> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| broken(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn letters_and_digits(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::INTERNAL, format!("a password cannot be hashed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "une molaire sous la pluie";

    #[test]
    fn the_password_matches_its_hash_and_no_other_does() {
        let kept = hash(GOOD, &[7; 16]).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(
            verify(GOOD, &kept).unwrap(),
            Verdict {
                matches: true,
                outdated: false
            }
        );
        assert!(!verify("une molaire sous la neige", &kept).unwrap().matches);
        assert!(!verify(&GOOD.repeat(50), &kept).unwrap().matches);
        assert_ne!(kept, hash(GOOD, &[8; 16]).unwrap());
    }

    #[test]
    fn letters_typed_as_one_or_as_two_characters_are_the_same_password() {
        let kept = hash("été à la clinique", &[7; 16]).unwrap();
        assert!(verify("e\u{301}te\u{301} a\u{300} la clinique", &kept).unwrap().matches);
    }

    #[test]
    fn a_hash_with_older_parameters_is_to_be_made_anew() {
        let old = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(64, 1, 1, None).unwrap(),
        );
        let salt = SaltString::encode_b64(&[1; 16]).unwrap();
        let kept = old.hash_password(GOOD.as_bytes(), &salt).unwrap().to_string();
        assert_eq!(
            verify(GOOD, &kept).unwrap(),
            Verdict {
                matches: true,
                outdated: true
            }
        );
    }

    #[test]
    fn short_common_and_own_words_are_refused_without_being_repeated() {
        let refused = [
            "court",
            "Azertyuiop123",
            "aaaaaaaaaaaaaaa",
            "121212121212",
            "claire.moreau1",
            "Moreau-Moreau-12",
        ];
        for password in refused.into_iter().chain([GOOD.repeat(30).as_str()]) {
            let failure = accept(password, "claire.moreau@example.org", "Claire Moreau").unwrap_err();
            assert_eq!(failure.code, Code::WEAK_PASSWORD, "{password}");
            assert!(!failure.to_string().contains(password));
        }
        for password in [GOOD, "moreau et la molaire perdue", "ÉÈÀÇ-mœlleux-42"] {
            accept(password, "claire.moreau@example.org", "Claire Moreau").unwrap();
        }
    }
}
