//! Runs throwaway clusters for scripts: prints one `<url of postgres>` line per cluster, then the folder of client
//! programs, and keeps the servers until its standard input ends.
//!
//! `cargo run -p nova-pgserver --example clusters -- --count 2 --major 15 --durable --set shared_buffers=512MB`

#![allow(clippy::print_stdout, reason = "the output is the purpose")]

use nova_pgserver::{Cluster, Installation, Options};
use std::error::Error;
use std::io::Read;

fn main() -> Result<(), Box<dyn Error>> {
    let mut count = 1;
    let mut major = None;
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--count" => count = value()?.parse()?,
            "--major" => major = Some(value()?.parse()?),
            "--durable" => options.durable = true,
            "--set" => {
                let setting = value()?;
                let (name, value) = setting.split_once('=').ok_or("--set takes name=value")?;
                options = options.set(name, value);
            }
            other => return Err(format!("unknown argument {other}").into()),
        }
    }

    let installation = Installation::find_or_install(major)?;
    let mut clusters = Vec::new();
    for _ in 0..count {
        let cluster = Cluster::start_with(&installation, &options)?;
        println!("{}", cluster.url("postgres"));
        clusters.push(cluster);
    }
    let tools = installation
        .tool("pg_dump")
        .and_then(|path| path.parent().map(ToOwned::to_owned));
    println!("{}", tools.unwrap_or_default().display());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
