//! The grammar of `nova anonymize`.

use crate::arguments::Format;
use clap::{ArgGroup, Args, Subcommand};
use std::path::PathBuf;

/// `nova anonymize`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct Anonymize {
    /// What to do; without one, tables are masked in place.
    #[command(subcommand)]
    pub command: Option<AnonymizeCommand>,
    /// In place, in one transaction.
    #[command(flatten)]
    pub in_place: InPlace,
}

/// Every `nova anonymize` command.
#[derive(Debug, Subcommand)]
pub enum AnonymizeCommand {
    /// Find personal data in an environment.
    #[command(after_help = "Examples:\n  nova anonymize scan --environment production\n  \
                            nova anonymize scan --environment production --output json\n  \
                            nova anonymize scan --environment production --rules-draft rules.toml")]
    Scan(Scan),
    /// Check, approve and compare rules.
    #[command(after_help = "Examples:\n  nova anonymize rules --check rules.toml\n  \
                            nova anonymize rules --update --file rules.toml --environment test\n  \
                            nova anonymize rules --approve --environment test")]
    Rules(Rules),
    /// Show a few rows as they are and as they would be. Nothing is written.
    #[command(after_help = "Example:\n  nova anonymize preview --source production --table users --rows 3")]
    Preview(Preview),
    /// List what rules can do to a column, or show one of them with its parameters and examples.
    #[command(
        after_help = "Examples:\n  nova anonymize transformers\n  nova anonymize transformers email\n  \
                            nova anonymize transformers phone --output json"
    )]
    Transformers(Transformers),
    /// Make other replacements from now on: what clones write cannot be joined with what earlier ones wrote.
    #[command(after_help = "Example:\n  nova anonymize rotate-key --environment test\n\n\
                            Clones that run keep the key they began with; contents change with the next clone.")]
    RotateKey(RotateKey),
    /// Prove that nothing personal is left in an environment.
    #[command(after_help = "Examples:\n  nova anonymize verify --environment test\n  \
                            nova anonymize verify --environment test --report proof.html\n  \
                            nova anonymize verify --check-report proof.json\n\n\
                            Exit code 4 when originals are left.")]
    Verify(Verify),
}

impl AnonymizeCommand {
    /// How this command was asked to print its result.
    pub fn output(&self) -> Format {
        match self {
            Self::Scan(scan) => scan.output,
            Self::Rules(rules) => rules.output,
            Self::Preview(preview) => preview.output,
            Self::Transformers(transformers) => transformers.output,
            Self::Verify(verify) => verify.output,
            Self::RotateKey(rotate) => rotate.output,
        }
    }
}

/// `nova anonymize transformers`.
#[derive(Debug, Args)]
pub struct Transformers {
    /// The one to show [default: all].
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova anonymize --environment E --tables a,b`.
#[derive(Debug, Args)]
pub struct InPlace {
    /// Environment whose tables are masked; never production.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: Option<String>,
    /// Only these tables, and those that foreign keys join to them [default: all that hold personal data].
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Rules file [default: the approved rules, else clone.rules of nova.toml].
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Say what would be masked; write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask.
    #[arg(long, visible_alias = "confirm", overrides_with = "yes")]
    pub yes: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova anonymize scan`.
#[derive(Debug, Args)]
pub struct Scan {
    /// Environment that is read.
    #[arg(long, value_name = "ENVIRONMENT", visible_alias = "source")]
    pub environment: String,
    /// Only these tables.
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Also write the findings as rules, TOML or JSON by the file's ending.
    #[arg(long, value_name = "FILE")]
    pub rules_draft: Option<PathBuf>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova anonymize rules`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").args(["check", "update", "apply", "approve"]).required(true))]
pub struct Rules {
    /// Read a file and tell what is wrong with it, by line and column.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub check: Option<String>,
    /// Approve the file's rules for an environment, with the columns there are.
    #[arg(long)]
    pub update: bool,
    /// The same as --update.
    #[arg(long)]
    pub apply: bool,
    /// Show the columns that appeared since, and approve them.
    #[arg(long, requires = "environment")]
    pub approve: bool,
    /// The rules file.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The environment that clones go to (or come from).
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: Option<String>,
    /// The environment whose columns count [default: the project's production, else --environment].
    #[arg(long, value_name = "ENVIRONMENT")]
    pub source: Option<String>,
    /// Do not ask.
    #[arg(long, visible_alias = "confirm", overrides_with = "yes")]
    pub yes: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova anonymize preview`.
#[derive(Debug, Args)]
pub struct Preview {
    /// Environment that is read.
    #[arg(long, value_name = "ENVIRONMENT", visible_alias = "environment")]
    pub source: String,
    /// The table.
    #[arg(long, value_name = "TABLE")]
    pub table: String,
    /// How many rows.
    #[arg(long, value_name = "ROWS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rows: u32,
    /// Rules file [default: the approved rules, else clone.rules of nova.toml].
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Environment whose replacements are shown [default: the only one that is not the source].
    #[arg(long, value_name = "ENVIRONMENT")]
    pub target: Option<String>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova anonymize rotate-key`.
#[derive(Debug, Args)]
pub struct RotateKey {
    /// Environment whose replacements change.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: String,
    /// Do not ask.
    #[arg(long, visible_alias = "confirm", overrides_with = "yes")]
    pub yes: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova anonymize verify`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("subject").args(["environment", "check_report"]).required(true))]
pub struct Verify {
    /// Environment that is looked at.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: Option<String>,
    /// Environment with the originals, read for comparison [default: the source of the last clone].
    #[arg(long, value_name = "ENVIRONMENT")]
    pub source: Option<String>,
    /// Read no originals: look for forms of personal data only.
    #[arg(long, conflicts_with = "source")]
    pub patterns_only: bool,
    /// Rules file with exemptions and quasi-identifiers [default: those of the last clone].
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Write the signed report, HTML or JSON by the file's ending.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Check the signature of a JSON report.
    #[arg(long, value_name = "FILE")]
    pub check_report: Option<PathBuf>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}
