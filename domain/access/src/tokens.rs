//! The tokens there are.

use crate::{scope::Scope, secret::Secret};
use nova_errors::{Code, Failure};
use nova_eventlog::Commit;
use nova_events::Event;
use subtle::ConstantTimeEq;

/// A token, without what it takes to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// Its last four characters.
    pub ends_with: String,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub created_at_ms: u64,
    /// When it stops working; none: never.
    pub expires_at_ms: Option<u64>,
    /// When it was revoked.
    pub revoked_at_ms: Option<u64>,
    hash: String,
}

impl Token {
    /// True when it may be used at `now_ms`.
    pub fn works(&self, now_ms: u64) -> bool {
        self.revoked_at_ms.is_none() && self.expires_at_ms.is_none_or(|expires| now_ms < expires)
    }
}

/// Every token there ever was, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens(Vec<Token>);

impl Tokens {
    /// Folds the commits of the tokens' stream.
    ///
    /// # Errors
    /// When an event or a scope is unknown: what a token may do is not guessed.
    pub fn fold(commits: &[Commit]) -> Result<Self, Failure> {
        let mut tokens = Vec::new();
        for commit in commits {
            for event in commit.decoded()? {
                match event {
                    Event::ApiTokenCreated(created) => tokens.push(Token {
                        scope: created.scope.parse()?,
                        id: created.id,
                        name: created.name,
                        ends_with: created.ends_with,
                        created_by: commit.metadata.actor.clone(),
                        created_at_ms: commit.at_ms,
                        expires_at_ms: created.expires_at_ms,
                        revoked_at_ms: None,
                        hash: created.hash,
                    }),
                    Event::ApiTokenRevoked(revoked) => {
                        for token in tokens.iter_mut().filter(|token| token.id == revoked.id) {
                            token.revoked_at_ms.get_or_insert(commit.at_ms);
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(Self(tokens))
    }

    /// All of them.
    pub fn all(&self) -> &[Token] {
        &self.0
    }

    /// The working token that was shown, if it is one. Every token is compared in full, whichever matches: how long it
    /// takes tells nothing about any of them.
    pub fn matching(&self, shown: &Secret, now_ms: u64) -> Option<&Token> {
        let hash = shown.hash();
        let mut found = None;
        for token in &self.0 {
            if bool::from(token.hash.as_bytes().ct_eq(hash.as_bytes())) {
                found = Some(token);
            }
        }
        found.filter(|token| token.works(now_ms))
    }

    /// The token of that id, or the working one of that name.
    pub fn named(&self, name_or_id: &str, now_ms: u64) -> Option<&Token> {
        let by_name = |token: &&Token| token.name == name_or_id && token.works(now_ms);
        self.0
            .iter()
            .find(|token| token.id == name_or_id)
            .or_else(|| self.0.iter().find(by_name))
    }
}

/// Checks what a token is to be called: letters, digits, `-`, `_` and `.`, at most 63 characters.
///
/// # Errors
/// `NOVA-2112`.
pub fn name(text: &str) -> Result<&str, Failure> {
    let fits = (1..=63).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if fits {
        return Ok(text);
    }
    let cause = format!("{text:?} cannot name a token: use letters, digits, - _ and ., at most 63 characters");
    Err(Failure::new(Code::BAD_TOKEN, cause).with_remedy("Choose another name."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nova_eventlog::{Head, Metadata, NewCommit, StreamId};
    use nova_events::{ApiTokenCreated, ApiTokenRevoked};

    fn commit(number: u64, event: &Event) -> Commit {
        let new = NewCommit {
            stream: StreamId::new(crate::STREAM).unwrap(),
            after: Head {
                next: number,
                hash: String::new(),
            },
            id: format!("c{number}"),
            events: vec![event.encode().unwrap()],
            messages: Vec::new(),
            metadata: Metadata {
                actor: "someone".to_owned(),
                ..Metadata::default()
            },
            at_ms: 1000 + number,
        };
        Commit::seal(new).unwrap()
    }

    fn created(id: &str, name: &str, secret: &Secret, expires_at_ms: Option<u64>) -> Event {
        ApiTokenCreated {
            id: id.to_owned(),
            name: name.to_owned(),
            scope: "cloner".to_owned(),
            hash: secret.hash(),
            ends_with: secret.ends_with(),
            expires_at_ms,
        }
        .into()
    }

    #[test]
    fn the_token_that_was_shown_is_found_while_it_works() {
        let (one, two) = (Secret::of(&[1; 32]), Secret::of(&[2; 32]));
        let tokens = Tokens::fold(&[
            commit(0, &created("a", "ci", &one, None)),
            commit(1, &created("b", "night", &two, Some(5000))),
        ])
        .unwrap();
        assert_eq!(tokens.matching(&Secret::shown(one.reveal()), 9000).unwrap().name, "ci");
        assert_eq!(tokens.matching(&two, 4999).unwrap().name, "night");
        assert_eq!(tokens.matching(&two, 5000), None);
        for wrong in ["", "nova_", &one.reveal()[..68], &one.reveal().to_uppercase()] {
            assert_eq!(tokens.matching(&Secret::shown(wrong), 0), None, "{wrong}");
        }
    }

    #[test]
    fn a_revoked_token_works_no_longer_and_frees_its_name() {
        let secret = Secret::of(&[1; 32]);
        let tokens = Tokens::fold(&[
            commit(0, &created("a", "ci", &secret, None)),
            commit(1, &ApiTokenRevoked { id: "a".to_owned() }.into()),
        ])
        .unwrap();
        assert_eq!(tokens.matching(&secret, 0), None);
        assert_eq!(tokens.named("ci", 0), None);
        assert_eq!(tokens.named("a", 0).unwrap().revoked_at_ms, Some(1001));
    }

    #[test]
    fn neither_the_log_nor_debug_holds_the_token() {
        let secret = Secret::of(&[7; 32]);
        let stored = serde_json_of(&created("a", "ci", &secret, None));
        assert!(
            !stored.contains(secret.reveal()) && stored.contains(&secret.hash()),
            "{stored}"
        );
        assert!(!format!("{secret:?}").contains("07"));
        assert_eq!(secret.ends_with(), "0707");
    }

    fn serde_json_of(event: &Event) -> String {
        format!("{:?}", event.encode().unwrap())
    }

    #[test]
    fn names_are_words() {
        assert_eq!(name("ci-2.eu_1").unwrap(), "ci-2.eu_1");
        for wrong in ["", "a b", "é", "a/b", &"x".repeat(64)] {
            assert_eq!(name(wrong).unwrap_err().code, Code::BAD_TOKEN, "{wrong}");
        }
    }

    #[test]
    fn each_scope_includes_those_before() {
        assert!(Scope::Viewer < Scope::Cloner && Scope::Cloner < Scope::Admin);
        assert_eq!("cloner".parse::<Scope>().unwrap(), Scope::Cloner);
        assert_eq!("root".parse::<Scope>().unwrap_err().code, Code::BAD_ARGUMENT);
    }
}
