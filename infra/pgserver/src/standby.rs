//! A hot standby of a throwaway server.

use crate::{Cluster, Error, process};
use std::{fs, io::Write, path::Path, process::Command};

impl Cluster {
    /// A new server that follows this one and can be read. This one is stopped for a moment, so that its files can be
    /// copied; its sessions end.
    pub fn standby(&mut self) -> Result<Self, Error> {
        self.stop()?;
        let standby = self.sibling(|from, to| {
            process::run(
                "copying the data folder",
                Command::new("cp").arg("-a").arg(from).arg(to),
            )
            .map(drop)
        });
        self.restart()?;
        let mut standby = standby?;
        let follow = format!(
            "host=127.0.0.1 port={} user={} password={}",
            self.port(),
            self.superuser(),
            self.password()
        );
        let socket = standby.socket_folder().to_string_lossy().into_owned();
        let settings = format!(
            "\nunix_socket_directories = '{socket}'\nhot_standby = 'on'\nprimary_conninfo = '{}'\n",
            follow.replace('\'', "''")
        );
        append(&standby.data().join("postgresql.conf"), &settings)?;
        let signal = standby.data().join("standby.signal");
        fs::write(&signal, "").map_err(Error::io("writing", &signal))?;
        standby.own_file(&signal)?;
        standby.start_anew()?;
        Ok(standby)
    }
}

fn append(path: &Path, text: &str) -> Result<(), Error> {
    fs::File::options()
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(Error::io("writing", path))
}
