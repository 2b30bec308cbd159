//! The grammar: `nova <noun or verb> [<verb>] --long-options`.

use crate::commands::anonymize::arguments::Anonymize;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use nova_anonymization::rules::Subset;
use std::path::PathBuf;

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables and sentences for people.
    Text,
    /// One JSON object on standard output for programs.
    Json,
}

/// Clone a production PostgreSQL database into an anonymized, validated test database.
#[derive(Debug, Parser)]
#[command(
    name = "nova",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  nova demo\n  nova init\n  nova clone --source production --target test --anonymize\n  \
                  nova rollback --environment test\n\nExit codes: 0 done, 1 failed, 2 usage, 3 refused by a guard, \
                  4 validation failed (the target is as it was), \
                  5 differences found, 130 interrupted.\n\
                  Every error has a code, NOVA-…; docs/errors/ has a page for each."
)]
pub struct Arguments {
    /// Project folder [default: the nearest one with nova.toml or .env.<name> files].
    #[arg(long, global = true, value_name = "FOLDER")]
    pub project: Option<PathBuf>,
    /// Address of an API that does it instead; its token comes from NOVA_API_TOKEN.
    #[arg(long, global = true, value_name = "URL", env = "NOVA_API", hide_env_values = true)]
    pub api: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What happens when the snapshot is lost.
#[derive(Debug, std::clone::Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SnapshotPolicy {
    /// Read everything again under a new snapshot.
    Restart,
    /// Fail; the target stays as it is.
    Fail,
    /// Keep the tables that were read whole, read the others whole under a new snapshot.
    PerTable,
}

/// What happens to a column that looks personal and has no decision.
#[derive(Debug, std::clone::Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnonymizePolicy {
    /// The clone is refused until somebody decides.
    Strict,
    /// It gets the transformer that detection proposes.
    Auto,
    /// It is copied as it is.
    Off,
}

impl From<AnonymizePolicy> for nova_anonymization::rules::Policy {
    fn from(policy: AnonymizePolicy) -> Self {
        match policy {
            AnonymizePolicy::Strict => Self::Strict,
            AnonymizePolicy::Auto => Self::Auto,
            AnonymizePolicy::Off => Self::Off,
        }
    }
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create .env.<name> templates, nova.toml and .nova/ in a folder.
    #[command(after_help = "Example:\n  nova init && $EDITOR .env.production .env.test")]
    Init(Init),
    /// Show the whole job on throwaway servers: clone, validation, rollback.
    #[command(after_help = "Examples:\n  nova demo\n  nova demo --rows 250000   # about 1 GB")]
    Demo(Demo),
    /// Give a target environment new contents: staged, validated, swapped in.
    #[command(
        after_help = "Examples:\n  nova clone --source production --target test --anonymize\n  \
                            nova clone --source production --target test --anonymize --rules rules.json --dry-run\n  \
                            nova clone --source production --target test --anonymize --yes --output json"
    )]
    Clone(Clone),
    /// Personal data: find it, decide about it, mask it in place, prove it gone.
    #[command(after_help = "Examples:\n  nova anonymize scan --environment production\n  \
                            nova anonymize --environment test --tables users,customers\n  \
                            nova anonymize verify --environment test")]
    Anonymize(Anonymize),
    /// Show operations and where they stand.
    #[command(after_help = "Examples:\n  nova status\n  nova status --operation 01j… --watch")]
    Status(Status),
    /// Show what happened in an operation.
    #[command(after_help = "Example:\n  nova logs --operation 01j… --detailed")]
    Logs(Logs),
    /// Continue an operation after a crash, a failure or a stop.
    #[command(after_help = "Example:\n  nova resume --operation 01j…")]
    Resume(Resume),
    /// Stop an operation within one chunk; the target stays as it is.
    #[command(after_help = "Example:\n  nova stop --operation 01j…")]
    Stop(Stop),
    /// Check an environment against what was last cloned into it.
    #[command(after_help = "Example:\n  nova validate --environment test")]
    Validate(Validate),
    /// Keep a copy of an environment that is not production, to roll back to.
    #[command(after_help = "Examples:\n  nova backup --environment test\n  \
                            nova rollback --environment test --to-backup 01j…   # the id that the backup printed")]
    Backup(Backup),
    /// Bring the previous contents of an environment, or a backup, back.
    #[command(after_help = "Examples:\n  nova rollback --environment test\n  \
                            nova rollback --environment test --to-backup 01j… --yes")]
    Rollback(Rollback),
    /// Write a report for people as one HTML file.
    #[command(after_help = "Example:\n  nova report --operation 01j… --output report.html")]
    Report(Report),
    /// The history and its proof.
    #[command(subcommand)]
    Audit(Audit),
    /// Read and change settings in nova.toml.
    #[command(subcommand)]
    Config(Config),
    /// Serve the HTTPS API and run what it is asked for.
    #[command(
        after_help = "Examples:\n  nova serve\n  nova serve --dev   # with the practice platform, over demonstration data\n  nova serve --host 0.0.0.0 --port 8080   # behind a proxy that speaks HTTPS"
    )]
    Serve(Serve),
    /// Tokens for the API.
    #[command(subcommand)]
    Token(Token),
    /// Compare schemas, migrate them, keep them.
    #[command(subcommand)]
    Schema(crate::commands::schema::arguments::Schema),
    /// The practice platform's database and API.
    #[command(subcommand)]
    Platform(crate::commands::platform::Platform),
    /// Forms the administrator guide uses.
    #[command(subcommand, hide = true)]
    Operation(OperationCommand),
    /// Print a completion script for a shell.
    #[command(after_help = "Example:\n  nova completions bash > /etc/bash_completion.d/nova")]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

impl Command {
    /// How this command was asked to print its result.
    pub fn output(&self) -> Format {
        match self {
            Self::Init(init) => init.output,
            Self::Demo(demo) => demo.output,
            Self::Clone(clone) => clone.output,
            Self::Anonymize(anonymize) => match &anonymize.command {
                Some(command) => command.output(),
                None => anonymize.in_place.output,
            },
            Self::Status(status) => status.output,
            Self::Logs(logs) => logs.output,
            Self::Resume(resume) => resume.output,
            Self::Stop(stop) | Self::Operation(OperationCommand::Stop(stop)) => stop.output,
            Self::Validate(validate) => validate.output,
            Self::Backup(backup) => backup.output,
            Self::Rollback(rollback) => rollback.output,
            Self::Audit(Audit::Verify(verify)) => verify.output,
            Self::Config(Config::Get(get)) => get.output,
            Self::Config(Config::List(list)) => list.output,
            Self::Serve(serve) => serve.output,
            Self::Schema(schema) => schema.format(),
            Self::Platform(platform) => platform.format(),
            Self::Token(Token::Create(create)) => create.output,
            Self::Token(Token::List(list)) => list.output,
            Self::Token(Token::Revoke(revoke)) => revoke.output,
            Self::Report(_) | Self::Config(Config::Set(_)) | Self::Completions { .. } => Format::Text,
        }
    }
}

/// `nova init`.
#[derive(Debug, Args)]
pub struct Init {
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Reservations in the sample; 250000 make about 1 GB.
    #[arg(long, default_value_t = crate::demo::sample::DEFAULT_ROWS)]
    pub rows: u64,
    /// Major version of PostgreSQL [default: what is on the machine].
    #[arg(long, value_name = "MAJOR")]
    pub postgres: Option<u32>,
    /// Leave the project folder with its state and report here instead of removing it.
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova clone`.
#[derive(Debug, Args)]
pub struct Clone {
    /// Environment that is read.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub source: String,
    /// Environment that gets new contents.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub target: String,
    /// Replace personal data.
    #[arg(long)]
    pub anonymize: bool,
    /// Clone production without anonymization; recorded as a decision.
    #[arg(long, conflicts_with = "anonymize")]
    pub allow_personal_data: bool,
    /// Also copy the rows that clone.exclude_rows leaves behind.
    #[arg(long)]
    pub include_all: bool,
    /// Carry the ownership of objects.
    #[arg(long)]
    pub preserve_roles: bool,
    /// Leave out objects that cannot be carried and list them.
    #[arg(long)]
    pub skip_unsupported: bool,
    /// Most rows of one chunk.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1..))]
    pub batch_size: Option<u64>,
    /// Rows only of these tables and of those they reference.
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Only a part of the rows, with all that they reference: a share such as 10%, or a query that gives primary keys
    /// [default: all, or what the rules say].
    #[arg(long, value_name = "SHARE|QUERY", value_parser = Subset::parse)]
    pub subset: Option<Subset>,
    /// When the snapshot of the source is lost while rows are read and the source has changed since.
    #[arg(long, value_enum, default_value = "restart", value_name = "POLICY")]
    pub on_snapshot_loss: SnapshotPolicy,
    /// Rules file [default: the approved rules, else clone.rules of nova.toml].
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Columns that look personal and have no decision [default: anonymize.policy of nova.toml, else auto].
    #[arg(long, value_enum, value_name = "POLICY", requires = "anonymize")]
    pub policy: Option<AnonymizePolicy>,
    /// Keep keyed fingerprints of the originals for `nova anonymize verify`.
    #[arg(long, requires = "anonymize")]
    pub keep_fingerprints: bool,
    /// Plan and report; write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask.
    #[arg(long, visible_alias = "confirm", overrides_with = "yes")]
    pub yes: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova status`.
#[derive(Debug, Args)]
pub struct Status {
    /// One operation.
    #[arg(long, value_name = "ID", conflicts_with = "all")]
    pub operation: Option<String>,
    /// Every operation there ever was, and the rollback points [default: the latest ten].
    #[arg(long)]
    pub all: bool,
    /// Show it again until it has ended.
    #[arg(long)]
    pub watch: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// The least severe entries that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Level {
    /// Everything.
    Info,
    /// What someone should know.
    Warning,
    /// What went wrong.
    Error,
}

impl From<Level> for nova_words::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

impl From<SnapshotPolicy> for nova_events::SnapshotLoss {
    fn from(policy: SnapshotPolicy) -> Self {
        match policy {
            SnapshotPolicy::Restart => Self::Restart,
            SnapshotPolicy::Fail => Self::Fail,
            SnapshotPolicy::PerTable => Self::PerTable,
        }
    }
}

impl From<TokenScope> for nova_access::Scope {
    fn from(scope: TokenScope) -> Self {
        match scope {
            TokenScope::Viewer => Self::Viewer,
            TokenScope::Cloner => Self::Cloner,
            TokenScope::Admin => Self::Admin,
        }
    }
}

/// `nova logs`.
#[derive(Debug, Args)]
pub struct Logs {
    /// The operation.
    #[arg(long, value_name = "ID", visible_alias = "id")]
    pub operation: String,
    /// Chunks and tables, too, and every field.
    #[arg(long)]
    pub detailed: bool,
    /// Least severe entries to show.
    #[arg(long, value_enum, default_value = "info")]
    pub level: Level,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova resume`.
#[derive(Debug, Args)]
pub struct Resume {
    /// The operation.
    #[arg(long, value_name = "ID", visible_alias = "id")]
    pub operation: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova stop`.
#[derive(Debug, Args)]
pub struct Stop {
    /// The operation.
    #[arg(long, value_name = "ID", visible_alias = "id")]
    pub operation: String,
    /// Also remove what it has built, so that it cannot be resumed.
    #[arg(long)]
    pub force: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova validate`.
#[derive(Debug, Args)]
pub struct Validate {
    /// The environment.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BackupType {
    /// Schema and rows.
    Full,
}

/// `nova backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// The environment.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: String,
    /// What it holds.
    #[arg(long = "type", value_enum, default_value = "full", value_name = "TYPE")]
    pub kind: BackupType,
    /// Do not ask; nothing is asked, because nothing is replaced.
    #[arg(long, visible_alias = "confirm", overrides_with = "yes")]
    pub yes: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova rollback`.
#[derive(Debug, Args)]
pub struct Rollback {
    /// The environment.
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: String,
    /// The clone that is undone, or the backup that is brought back [default: the latest].
    #[arg(long, value_name = "ID")]
    pub to_backup: Option<String>,
    /// Do not ask.
    #[arg(long, visible_alias = "confirm", overrides_with = "yes")]
    pub yes: bool,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova report`.
#[derive(Debug, Args)]
pub struct Report {
    /// The operation [default: the latest].
    #[arg(long, value_name = "ID", visible_alias = "id")]
    pub operation: Option<String>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
}

/// `nova audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Prove that no event was changed, removed or inserted.
    #[command(after_help = "Example:\n  nova audit verify")]
    Verify(AuditVerify),
}

/// `nova audit verify`.
#[derive(Debug, Args)]
pub struct AuditVerify {
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova config`.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Change one setting.
    #[command(after_help = "Example:\n  nova config set clone.parallel_tables 4")]
    Set(ConfigSet),
    /// Print one setting.
    Get(ConfigGet),
    /// Print every setting with its default and what it does.
    List(ConfigList),
}

/// `nova config set`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("keys").args(["key", "key_option"]).required(true))]
#[command(group = ArgGroup::new("values").args(["value", "value_option"]).required(true))]
pub struct ConfigSet {
    /// The setting, for example clone.parallel_tables.
    pub key: Option<String>,
    /// Its new value.
    pub value: Option<String>,
    /// The setting.
    #[arg(long = "key", value_name = "KEY", id = "key_option")]
    pub key_option: Option<String>,
    /// Its new value.
    #[arg(long = "value", value_name = "VALUE", id = "value_option")]
    pub value_option: Option<String>,
}

/// `nova config get`.
#[derive(Debug, Args)]
pub struct ConfigGet {
    /// The setting.
    pub key: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova config list`.
#[derive(Debug, Args)]
pub struct ConfigList {
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 3001)]
    pub port: u16,
    /// Address to listen on. Other machines reach it only when it is not this machine's own; that needs a token.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub host: String,
    /// Serve the practice platform, too, over this database: as nova_app, after `nova platform migrate`.
    #[arg(long, value_name = "URL", env = "NOVA_PLATFORM_DATABASE_URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Serve the practice platform over a private, throwaway PostgreSQL with demonstration data.
    #[arg(long)]
    pub dev: bool,
    /// Write the platform's letters (invitations, new passwords, appointments) into this folder, a file each, for whoever sends them.
    #[arg(long, value_name = "FOLDER")]
    pub letters: Option<std::path::PathBuf>,
    /// How to print where it listens.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova token`.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, once.
    #[command(after_help = "Example:\n  nova token create --name ci --scope cloner --expires 90d")]
    Create(TokenCreate),
    /// List the tokens there ever were.
    #[command(after_help = "Example:\n  nova token list")]
    List(TokenList),
    /// Make a token useless.
    #[command(after_help = "Example:\n  nova token revoke --name ci")]
    Revoke(TokenRevoke),
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TokenScope {
    /// Look at operations and environments.
    Viewer,
    /// Also start, stop, resume and roll back.
    Cloner,
    /// Also decide that personal data may reach a target.
    Admin,
}

/// `nova token create`.
#[derive(Debug, Args)]
pub struct TokenCreate {
    /// What to call it; who acts with it appears in the history as token:<name>.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// What it may do.
    #[arg(long, value_enum)]
    pub scope: TokenScope,
    /// How long it works: 90d, 12h or 30m [default: until it is revoked].
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova token list`.
#[derive(Debug, Args)]
pub struct TokenList {
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova token revoke`.
#[derive(Debug, Args)]
pub struct TokenRevoke {
    /// Its name, or its id.
    #[arg(long, value_name = "NAME", visible_alias = "id")]
    pub name: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova operation`.
#[derive(Debug, Subcommand)]
pub enum OperationCommand {
    /// Stop an operation.
    Stop(Stop),
}
