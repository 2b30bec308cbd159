//! How letters go out.

use super::Letter;
use async_trait::async_trait;
use nova_errors::{Code, Failure};
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf};

/// Sends letters.
#[async_trait]
pub trait Post: Send + Sync {
    /// Sends one. `name` tells it from others: the number of its message, or that and who it is for.
    ///
    /// # Errors
    /// `NOVA-1908`; worth another try where it says so.
    async fn send(&self, name: &str, letter: &Letter) -> Result<(), Failure>;
}

/// Into a folder, a file each, for whoever sends them from there: `<name>.eml`. Only the owner may read them.
#[derive(Debug)]
pub struct Folder(pub PathBuf);

#[async_trait]
impl Post for Folder {
    async fn send(&self, name: &str, letter: &Letter) -> Result<(), Failure> {
        let path = self.0.join(format!("{name}.eml"));
        let broken =
            |error: std::io::Error| Failure::new(Code::NOT_TOLD, format!("{}: {error}", path.display())).retryable();
        fs::create_dir_all(&self.0).map_err(broken)?;
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(broken)?;
        let one_line = |text: &str| text.replace(['\r', '\n'], " ");
        write!(
            file,
            "To: {}\nSubject: {}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}",
            one_line(&letter.to),
            one_line(&letter.subject),
            letter.text
        )
        .map_err(broken)
    }
}
