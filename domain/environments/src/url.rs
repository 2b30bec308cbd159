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

    /// The same server and role with another database. The name is one that needs no escaping in an address.
    #[must_use]
    pub fn with_database(&self, database: &str) -> Self {
        let (address, query) = match self.0.split_once('?') {
            Some((address, query)) => (address, Some(query)),
            None => (self.0.as_str(), None),
        };
        let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
        let authority = rest.split('/').next().unwrap_or_default();
        // A parameter of that name would count more than the path.
        let parameters: Vec<&str> = query
            .into_iter()
            .flat_map(|query| query.split('&'))
            .filter(|pair| !pair.is_empty() && !pair.starts_with("dbname="))
            .collect();
        let mark = if parameters.is_empty() { "" } else { "?" };
        Self(format!(
            "{scheme}://{authority}/{database}{mark}{}",
            parameters.join("&")
        ))
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
    fn another_database_of_the_same_server_keeps_everything_else() {
        for (url, other) in [
            (
                "postgres://u:p@h:5432/app?sslmode=require",
                "postgres://u:p@h:5432/pr_1?sslmode=require",
            ),
            ("postgresql://u@h", "postgresql://u@h/pr_1"),
            ("postgres:///app?host=/run/pg&dbname=x", "postgres:///pr_1?host=/run/pg"),
        ] {
            assert_eq!(DatabaseUrl::new(url).with_database("pr_1").reveal(), other);
        }
    }

    #[test]
    fn the_password_never_shows() {
        assert!(!format!("{:?}", DatabaseUrl::new("postgres://u:secret@h/d")).contains("secret"));
    }
}
