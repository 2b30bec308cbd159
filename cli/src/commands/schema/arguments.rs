//! The grammar of `nova schema …`.

use crate::arguments::Format;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `nova schema`.
#[derive(Debug, Subcommand)]
pub enum Schema {
    /// Show where two schemas differ; exit code 5 when they do.
    #[command(
        after_help = "Examples:\n  nova schema compare --source production --target test\n  \
                            nova schema compare --source postgres://app@db1/shop --target test --output json\n\n\
                            Exit codes: 0 equal, 5 different."
    )]
    Compare(Compare),
    /// Write the script that makes the target's schema like the source's.
    #[command(
        after_help = "Examples:\n  nova schema migrate --source production --target test --output up.sql --rollback down.sql\n  \
                            nova schema migrate --source dev --target production --output up.sql --online --shadow postgres://localhost/postgres\n  \
                            nova schema migrate --source dev --target test --output up.sql --rename public.users.mail=email --prove\n\n\
                            Nothing is changed: the script is for psql -v ON_ERROR_STOP=1 -f up.sql, or nova schema apply."
    )]
    Migrate(Migrate),
    /// Run a migration script on a target that is not production; goes on after a crash, or takes it back.
    #[command(
        after_help = "Examples:\n  nova schema apply --target test --migration up.sql --confirm\n  \
                            nova schema apply --target test --rollback --confirm\n\n\
                            After a crash the first goes on where it was, the second takes back what was done."
    )]
    Apply(Apply),
    /// Keep an environment's schema as a file in .nova/schemas.
    #[command(after_help = "Example:\n  nova schema backup --environment test --name before-release")]
    Backup(Backup),
    /// Bring the schema of a backup back, on an environment that is not production; rows stay where they can.
    #[command(after_help = "Example:\n  nova schema restore --environment test --input before-release --confirm")]
    Restore(Restore),
    /// Show what both sides changed since they were the same: the last clone.
    #[command(
        after_help = "Examples:\n  nova schema conflicts --source production --target test\n  \
                            nova schema conflicts --source production --target test --base before-release\n\n\
                            Exit codes: 0 no conflict, 5 conflicts."
    )]
    Conflicts(Conflicts),
    /// Find broken views and routines, invalid indexes and unproved constraints.
    #[command(after_help = "Examples:\n  nova schema dependencies --environment production\n  \
                            nova schema dependencies --environment test --fix\n\nExit codes: 0 nothing is broken, 5 something is.")]
    Dependencies(Dependencies),
}

impl Schema {
    /// How this command was asked to print its result.
    pub fn format(&self) -> Format {
        match self {
            Self::Compare(item) => item.output,
            Self::Migrate(item) => item.format,
            Self::Apply(item) => item.output,
            Self::Backup(item) => item.output,
            Self::Restore(item) => item.output,
            Self::Conflicts(item) => item.output,
            Self::Dependencies(item) => item.output,
        }
    }
}

/// `nova schema compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// Environment or postgres:// address that is as it should be.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub source: String,
    /// Environment or postgres:// address it is compared with.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub target: String,
    /// Do not look at who owns what.
    #[arg(long)]
    pub no_owners: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova schema migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Environment or postgres:// address that is as it should be.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub source: String,
    /// Environment or postgres:// address that the script is for.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub target: String,
    /// Where to write the script.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// Where to write the script that takes it back.
    #[arg(long, value_name = "FILE")]
    pub rollback: Option<PathBuf>,
    /// Prefer what lets others go on reading and writing.
    #[arg(long)]
    pub online: bool,
    /// Apply it there and back on shadows of the target, empty and with rows, and say what holds.
    #[arg(long)]
    pub prove: bool,
    /// Server that may hold the shadow [default: the target's, else the source's, whichever is not production].
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub shadow: Option<String>,
    /// Do not measure on a shadow.
    #[arg(long, conflicts_with = "prove")]
    pub no_shadow: bool,
    /// Rename on the target first: table s.old=new or column s.t.old=new; may be repeated.
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<String>,
    /// Leave ownership as it is.
    #[arg(long)]
    pub no_owners: bool,
    /// Leave privileges as they are.
    #[arg(long)]
    pub no_privileges: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `nova schema apply`.
#[derive(Debug, Args)]
pub struct Apply {
    /// Environment or postgres:// address that is changed; never production.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub target: String,
    /// The script.
    #[arg(long, value_name = "FILE", required_unless_present = "rollback")]
    pub migration: Option<PathBuf>,
    /// Take back what an unfinished migration has done.
    #[arg(long, conflicts_with_all = ["migration", "abandon"])]
    pub rollback: bool,
    /// Forget what another script had left to do.
    #[arg(long)]
    pub abandon: bool,
    /// Do not ask.
    #[arg(long, visible_alias = "yes", overrides_with = "confirm")]
    pub confirm: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova schema backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// Environment or postgres:// address.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub environment: String,
    /// Name of the backup [default: the environment and the time].
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova schema restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// Environment or postgres:// address; never production.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub environment: String,
    /// Name of the backup [default: the environment's latest].
    #[arg(long, value_name = "NAME")]
    pub input: Option<String>,
    /// Do not ask.
    #[arg(long, visible_alias = "yes", overrides_with = "confirm")]
    pub confirm: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova schema conflicts`.
#[derive(Debug, Args)]
pub struct Conflicts {
    /// Environment or postgres:// address.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub source: String,
    /// Environment or postgres:// address.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub target: String,
    /// Schema backup in which both were the same [default: what the last clone into the target carried].
    #[arg(long, value_name = "NAME")]
    pub base: Option<String>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova schema dependencies`.
#[derive(Debug, Args)]
pub struct Dependencies {
    /// Environment or postgres:// address.
    #[arg(long, value_name = "ENVIRONMENT|URL")]
    pub environment: String,
    /// Rebuild invalid indexes and prove constraints, on an environment that is not production.
    #[arg(long)]
    pub fix: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}
