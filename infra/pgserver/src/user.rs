//! The operating system user that runs the server.
//!
//! PostgreSQL refuses to start as root. A root caller hands its folders and processes to `postgres` where that account
//! exists, else to `nobody`; any other caller runs the server as itself.

use crate::Error;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Who runs the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerUser {
    /// The calling user.
    Caller,
    /// An unprivileged account chosen by a root caller.
    Account {
        /// Numeric user id.
        uid: u32,
        /// Numeric group id.
        gid: u32,
    },
}

impl ServerUser {
    /// Whom a server of this process runs as. `own_folder` is a folder this process has just made: its owner tells
    /// who we are.
    pub(crate) fn of(own_folder: &Path) -> Result<Self, Error> {
        let owner = fs::metadata(own_folder)
            .map_err(Error::io("reading", own_folder))?
            .uid();
        if owner != 0 {
            return Ok(Self::Caller);
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        Ok(account(&accounts, "postgres")
            .or_else(|| account(&accounts, "nobody"))
            .unwrap_or(Self::Account { uid: 65534, gid: 65534 }))
    }

    /// Makes `path` belong to this user.
    pub(crate) fn own(self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Caller => Ok(()),
            Self::Account { uid, gid } => {
                chown(path, Some(uid), Some(gid)).map_err(Error::io("changing the owner of", path))
            }
        }
    }

    /// Makes `command` run as this user.
    pub(crate) fn run(self, command: &mut Command) {
        if let Self::Account { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
    }

    /// True when this user can reach what lies under `folder`: every folder on the way lets it pass.
    pub(crate) fn reaches(self, folder: &Path) -> bool {
        let Self::Account { uid, gid } = self else { return true };
        let Ok(real) = folder.canonicalize() else { return false };
        real.ancestors().all(|step| {
            fs::metadata(step).is_ok_and(|meta| {
                let bit = match (meta.uid() == uid, meta.gid() == gid) {
                    (true, _) => 0o100,
                    (false, true) => 0o010,
                    (false, false) => 0o001,
                };
                meta.mode() & bit != 0
            })
        })
    }
}

/// The account `name` of a passwd file.
fn account(passwd: &str, name: &str) -> Option<ServerUser> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(ServerUser::Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        assert_eq!(
            account(PASSWD, "postgres"),
            Some(ServerUser::Account { uid: 101, gid: 104 })
        );
        assert_eq!(account(PASSWD, "post"), None);
    }

    #[test]
    fn root_is_never_chosen() {
        assert_eq!(account(PASSWD, "root"), None);
    }

    #[test]
    fn a_private_folder_on_the_way_cannot_be_passed() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let stranger = ServerUser::Account {
            uid: 4_000_000,
            gid: 4_000_000,
        };
        fs::set_permissions(outer.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!stranger.reaches(&inner));
        fs::set_permissions(outer.path(), fs::Permissions::from_mode(0o711)).unwrap();
        assert!(stranger.reaches(&inner));
    }
}
