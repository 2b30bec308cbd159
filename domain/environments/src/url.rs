//! A connection string that does not show itself.

use std::fmt;

/// `DATABASE_URL` of an environment. Neither `Debug` nor `Display` reveals it; only an adapter that connects reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Keeps a connection string.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The connection string, with its password: for connecting only.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The host as written, without port, user or password; empty for a socket in the default folder.
    pub fn host(&self) -> String {
        let rest = self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest);
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let named = match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((address, _)) => address,
            None => host.split(':').next().unwrap_or_default(),
        };
        if !named.is_empty() {
            return named.to_owned();
        }
        self.parameter("host").unwrap_or_default()
    }

    /// A parameter of the query part.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let query = self.0.split_once('?')?.1;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_found_behind_user_and_port() {
        for (url, host) in [
            ("postgres://u:p@db.example.org:5432/x", "db.example.org"),
            ("postgres://u:p%40@[::1]:5432/x", "::1"),
            ("postgres:///x?host=/var/run/postgresql", "/var/run/postgresql"),
            ("postgres://localhost", "localhost"),
            ("postgres://u@/x", ""),
        ] {
            assert_eq!(DatabaseUrl::new(url).host(), host, "{url}");
        }
    }

    #[test]
    fn the_password_never_shows() {
        assert!(!format!("{:?}", DatabaseUrl::new("postgres://u:secret@h/d")).contains("secret"));
    }
}
