//! What cleans up when the owner of a cluster is killed.
//!
//! A shell waits for the end of its input, whose other end only the owner holds: the operating system closes it however
//! the owner ends. An owner that cleans up by itself ends the watchdog afterwards.

use crate::user::ServerUser;
use crate::{Error, process};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

/// Stops the server and deletes its folder.
const SCRIPT: &str = r#"
cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
done
cd / && rm -rf "$1"
"#;

/// A process that outlives a killed owner just long enough to clean up. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Watchdog(Child);

impl Watchdog {
    /// Watches over the cluster in `folder`.
    pub(crate) fn over(folder: &Path, user: ServerUser) -> Result<Self, Error> {
        let shell = Path::new("/bin/sh");
        let mut command = process::command(shell, Path::new("/"), user);
        command.args(["-c", SCRIPT, "nova-watchdog"]).arg(folder);
        // A group of its own: an interrupt at the terminal must not reach it before the owner has cleaned up.
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        command.spawn().map(Self).map_err(Error::io("running", shell))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.0.kill().and_then(|()| self.0.wait()));
    }
}
