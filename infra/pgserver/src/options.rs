//! How a throwaway cluster is set up.

use std::path::PathBuf;

/// How a throwaway cluster is set up; the default suits tests (no durability, UTF8, `C.UTF-8`).
#[derive(Debug, Clone)]
pub struct Options {
    /// Lines of `postgresql.conf`, `(name, value)`; they win over the crate's own settings.
    pub settings: Vec<(String, String)>,
    /// Name of the superuser.
    pub superuser: String,
    /// Password of the superuser; `None` draws one. It is checked by SCRAM on TCP and on the socket.
    pub password: Option<String>,
    /// Server encoding.
    pub encoding: String,
    /// Locale of the cluster; `None` takes `C.UTF-8`, or `C` where the host lacks that.
    pub locale: Option<String>,
    /// Folder in which the cluster's own folder is made; `None` takes the one for temporary files. The path must be
    /// short, because the operating system limits socket paths to about a hundred bytes, and open to the user that runs
    /// the server.
    pub parent: Option<PathBuf>,
    /// True keeps `fsync`, `synchronous_commit` and `full_page_writes` as PostgreSQL ships them.
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            settings: Vec::new(),
            superuser: "postgres".to_owned(),
            password: None,
            encoding: "UTF8".to_owned(),
            locale: None,
            parent: None,
            durable: false,
        }
    }
}

impl Options {
    /// Adds a line of `postgresql.conf`.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// The lines to append to `postgresql.conf`, for a server whose socket is in `socket_folder`.
    pub(crate) fn configuration(&self, socket_folder: &str) -> String {
        let own = [
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_directories", socket_folder),
            ("logging_collector", "off"),
            ("log_destination", "stderr"),
            ("max_connections", "100"),
        ];
        let fast = [
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
        ];
        let fast = if self.durable { &[][..] } else { &fast[..] };
        let given = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        own.iter()
            .chain(fast)
            .copied()
            .chain(given)
            .fold(String::new(), |text, (name, value)| {
                format!("{text}\n{name} = '{}'", value.replace('\'', "''"))
            })
            + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_setting_comes_after_our_own_so_that_it_wins() {
        let text = Options::default().set("fsync", "on").configuration("/tmp/x");
        assert!(
            text.find("fsync = 'off'").unwrap() < text.find("fsync = 'on'").unwrap(),
            "{text}"
        );
    }

    #[test]
    fn a_durable_cluster_keeps_the_durable_settings() {
        let durable = Options {
            durable: true,
            ..Options::default()
        };
        assert!(!durable.configuration("/tmp/x").contains("fsync"));
    }

    #[test]
    fn quotes_in_values_are_doubled() {
        let text = Options::default()
            .set("cluster_name", "l'essai")
            .configuration("/tmp/x");
        assert!(text.contains("cluster_name = 'l''essai'"), "{text}");
    }
}
