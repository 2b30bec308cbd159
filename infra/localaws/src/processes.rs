//! Children that do not outlive the one who started them.
//!
//! All are in the process group of a shell that waits for the end of its input, whose other end only the owner holds:
//! however the owner ends, the operating system closes it and the shell ends the whole group, itself included.

use crate::Error;
use std::{
    fs::{self, File},
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// How long a program may take until it listens.
const PATIENCE: Duration = Duration::from_mins(1);

/// The group that everything is started in.
#[derive(Debug)]
pub(crate) struct Group {
    leader: Child,
    logs: PathBuf,
}

impl Group {
    /// A group whose members write their logs to files in `logs`.
    pub(crate) fn new(logs: &Path) -> Result<Self, Error> {
        let shell = Path::new("/bin/sh");
        let leader = Command::new(shell)
            .args(["-c", "cat >/dev/null; kill -9 -$$"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|source| Error::Program {
                program: shell.to_owned(),
                source,
            })?;
        fs::create_dir_all(logs).map_err(Error::io("making the folder of logs"))?;
        Ok(Self {
            leader,
            logs: logs.to_owned(),
        })
    }

    /// Starts a program of the group; what it says is added to `<name>.log`.
    pub(crate) fn start(&self, name: &str, command: &mut Command) -> Result<Child, Error> {
        let log = File::options().create(true).append(true).open(self.log(name));
        let log = log.map_err(Error::io("opening a log"))?;
        let both = log.try_clone().map_err(Error::io("opening a log"))?;
        let group = i32::try_from(self.leader.id()).unwrap_or_default();
        command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(both)
            .process_group(group);
        command.spawn().map_err(|source| Error::Program {
            program: command.get_program().into(),
            source,
        })
    }

    /// Starts a program that listens on a port, and waits until it does.
    pub(crate) fn serve(&self, name: &str, port: u16, command: &mut Command) -> Result<(), Error> {
        let mut child = self.start(name, command)?;
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = matches!(child.try_wait(), Ok(Some(_)));
            if ended || started.elapsed() > PATIENCE {
                let text = fs::read_to_string(self.log(name)).unwrap_or_default();
                let from = text.char_indices().rev().nth(2000).map_or(0, |(at, _)| at);
                return Err(Error::Silent {
                    program: name.to_owned(),
                    patience: started.elapsed(),
                    log: text[from..].to_owned(),
                });
            }
            thread::sleep(Duration::from_millis(20));
        }
        // Waited for by a thread of its own, so that it does not stay a zombie when it ends before the group does.
        thread::spawn(move || drop(child.wait()));
        Ok(())
    }

    fn log(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{name}.log"))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Closing its input is what ends the group.
        drop(self.leader.stdin.take());
        let _ = self.leader.wait();
    }
}

/// The processes of one function: one that ends is started again, as Lambda does.
#[derive(Debug, Clone)]
pub(crate) struct Workers {
    living: Arc<Mutex<Vec<u32>>>,
    deaths: watch::Sender<u64>,
}

impl Workers {
    /// Starts `count` processes; `command` makes the command of each.
    pub(crate) fn start(
        group: &Arc<Group>,
        name: &'static str,
        count: usize,
        command: impl Fn() -> Command + Clone + Send + 'static,
    ) -> Result<Self, Error> {
        let workers = Self {
            living: Arc::default(),
            deaths: watch::Sender::new(0),
        };
        for _ in 0..count {
            let mut child = group.start(name, &mut command())?;
            let (group, workers, command) = (Arc::downgrade(group), workers.clone(), command.clone());
            thread::spawn(move || {
                loop {
                    let id = child.id();
                    workers.lock().push(id);
                    let ended = child.wait();
                    workers.lock().retain(|living| *living != id);
                    let Some(group) = group.upgrade() else { return };
                    tracing::info!(function = name, "a process ended: {ended:?}");
                    workers.deaths.send_modify(|deaths| *deaths += 1);
                    // One that cannot even start must not keep a processor busy.
                    thread::sleep(Duration::from_millis(200));
                    match group.start(name, &mut command()) {
                        Ok(again) => child = again,
                        Err(error) => return tracing::error!(function = name, "{error}"),
                    }
                }
            });
        }
        Ok(workers)
    }

    /// How many have ended, as it changes.
    pub(crate) fn deaths(&self) -> watch::Receiver<u64> {
        self.deaths.subscribe()
    }

    /// Process ids of the living.
    pub(crate) fn living(&self) -> Vec<u32> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<u32>> {
        self.living.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(Error::io("looking for a free port"))?;
    let address = listener.local_addr().map_err(Error::io("looking for a free port"))?;
    Ok(address.port())
}
