//! Everything together.

use crate::{
    Error, Faults, clock,
    invoke::Invoker,
    processes::{Group, Workers, free_port},
    queues::Queue,
    resources::{self, ACCOUNT, REGION},
    source::{Source, deployment},
    stream::Stream,
    switch::Switch,
    tools,
};
use nova_aws::{Clients, Settings};
use std::{collections::BTreeMap, path::PathBuf, process::Command, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// How a stack is set up.
#[derive(Debug)]
pub struct Options {
    /// Where the functions' programs are, each named like its folder in `functions/`.
    pub functions: PathBuf,
    /// A folder with `.env.<name>` files: the environments of the deployment.
    pub project: PathBuf,
    /// After this long, a message that was not handled is visible again; no function may take longer.
    pub visibility: Duration,
    /// From one invocation of `reconcile` and `schedule` to the next.
    pub tick: Duration,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// The practice platform's database, as nova_app; without one, its functions do not run.
    pub practice_database: Option<String>,
    /// More environment variables of every function.
    pub variables: Vec<(String, String)>,
    /// Where logs go; a temporary folder if nowhere else.
    pub logs: Option<PathBuf>,
}

impl Options {
    /// Everything goes well; nothing takes longer than a Lambda may.
    pub fn new(functions: impl Into<PathBuf>, project: impl Into<PathBuf>) -> Self {
        Self {
            functions: functions.into(),
            project: project.into(),
            visibility: Duration::from_mins(15),
            tick: Duration::from_mins(1),
            faults: Faults::default(),
            practice_database: None,
            variables: Vec::new(),
            logs: None,
        }
    }
}

/// AWS on this machine, with every function of Nova. Dropping it ends every process of it.
#[derive(Debug)]
pub struct Stack {
    variables: Vec<(String, String)>,
    lambda: String,
    logs: PathBuf,
    functions: BTreeMap<&'static str, Running>,
    clients: Clients,
    settings: Settings,
    _sources: JoinSet<()>,
    _group: Arc<Group>,
    _folder: TempDir,
}

/// A function with its source.
#[derive(Debug)]
struct Running {
    workers: Workers,
    switch: Switch,
}

impl Stack {
    /// Starts emulators, makes resources, starts functions and event sources.
    ///
    /// # Errors
    /// When a program is missing or does not answer.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("nova-aws-")
            .tempdir()
            .map_err(Error::io("making a folder"))?;
        let logs = options.logs.unwrap_or_else(|| folder.path().join("logs"));
        let group = Arc::new(Group::new(&logs)?);
        let [dynamodb_port, moto_port, lambda_port] = [free_port()?, free_port()?, free_port()?];
        let [dynamodb, moto, lambda] =
            [dynamodb_port, moto_port, lambda_port].map(|port| format!("http://127.0.0.1:{port}"));

        let mut program = Command::new(tools::program("dynamodb")?);
        program
            .args(["--port", &dynamodb_port.to_string()])
            .current_dir(folder.path());
        group.serve("dynamodb", dynamodb_port, &mut program)?;
        let mut program = Command::new(tools::program("moto")?);
        program.args(["-H", "127.0.0.1", "-p", &moto_port.to_string()]);
        group.serve("moto", moto_port, &mut program)?;
        let mut program = Command::new(tools::program("cargo-lambda")?);
        program.args([
            "lambda",
            "watch",
            "--only-lambda-apis",
            "--invoke-address",
            "127.0.0.1",
            "--invoke-port",
        ]);
        program.arg(lambda_port.to_string()).current_dir(tools::root());
        group.serve("lambda", lambda_port, &mut program)?;

        let mut variables = services(&dynamodb, &moto);
        let clients = Clients {
            dynamodb: Clients::local(&dynamodb).await.dynamodb,
            ..Clients::local(&moto).await
        };
        let key = resources::create_key(&clients).await?;
        variables.extend(names(&moto, &key));
        if let Some(database) = &options.practice_database {
            let topic = resources::create_platform(&clients, &options.project, database).await?;
            variables.push(("NOVA_PLATFORM_SECRET_ID".to_owned(), resources::PLATFORM.to_owned()));
            variables.push(("NOVA_PLATFORM_TOPIC".to_owned(), topic));
            variables.push(("NOVA_MAIL_FROM".to_owned(), resources::MAIL_FROM.to_owned()));
        }
        variables.extend(options.variables);
        let settings = Settings::read(|name| {
            let found = variables.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        })
        .map_err(|failure| Error::Resource {
            what: "naming the resources".to_owned(),
            why: failure.cause,
        })?;
        resources::create(&clients, &settings, options.visibility).await?;
        resources::create_secrets(&clients, &settings, &options.project).await?;

        let faults = Arc::new(options.faults);
        let mut functions = BTreeMap::new();
        let mut sources = JoinSet::new();
        for deployed in deployment(options.tick, options.practice_database.is_some()) {
            let name = deployed.name;
            let command = {
                let (program, variables) = (options.functions.join(name), variables.clone());
                let api = format!("{lambda}/.rt/{name}");
                move || {
                    let mut command = Command::new(&program);
                    command.envs(variables.iter().map(|(name, value)| (name, value)));
                    command.env("AWS_LAMBDA_RUNTIME_API", &api);
                    command.env("AWS_LAMBDA_FUNCTION_NAME", name);
                    command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
                    command.env("AWS_LAMBDA_FUNCTION_VERSION", "1");
                    command
                }
            };
            let workers = Workers::start(&group, name, deployed.processes, command)?;
            let switch = Switch::on();
            let invoker = Invoker::new(&lambda, name, options.visibility, workers.deaths());
            match deployed.source {
                Source::Queue { batch, window } => {
                    let queue = Queue {
                        sqs: clients.sqs.clone(),
                        url: format!("{}{name}", settings.queue_url_prefix),
                        name,
                        batch,
                        window,
                        concurrency: deployed.processes,
                        invoker,
                        faults: Arc::clone(&faults),
                        switch: switch.clone(),
                    };
                    sources.spawn(queue.run());
                }
                Source::Stream { batch } => {
                    let stream = Stream {
                        endpoint: dynamodb.clone(),
                        table: settings.events_table.clone(),
                        batch,
                        invoker,
                        switch: switch.clone(),
                    };
                    sources.spawn(stream.run());
                }
                Source::Clock { every } => {
                    sources.spawn(clock::run(name, every, invoker, switch.clone()));
                }
                Source::Http => {}
            }
            functions.insert(name, Running { workers, switch });
        }
        Ok(Self {
            variables,
            lambda,
            logs,
            functions,
            clients,
            settings,
            _sources: sources,
            _group: group,
            _folder: folder,
        })
    }

    /// The address of an HTTP function, as a function URL.
    pub fn url(&self, function: &str) -> String {
        format!("{}/lambda-url/{function}", self.lambda)
    }

    /// The environment variables that make a program use this stack.
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// Where every process writes its log.
    pub fn logs(&self) -> &std::path::Path {
        &self.logs
    }

    /// Clients of the emulators.
    pub fn clients(&self) -> &Clients {
        &self.clients
    }

    /// Names of the resources.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Stops invoking a function, or goes on.
    pub fn switch(&self, function: &str, on: bool) {
        if let Some(running) = self.functions.get(function) {
            running.switch.set(on);
        }
    }

    /// Process ids of a function.
    pub fn processes(&self, function: &str) -> Vec<u32> {
        let running = self.functions.get(function);
        running.map(|running| running.workers.living()).unwrap_or_default()
    }
}

/// Where the services are, and credentials that no service checks.
fn services(dynamodb: &str, moto: &str) -> Vec<(String, String)> {
    let pairs = [
        ("AWS_ENDPOINT_URL", moto),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Names of the deployment's resources, as the functions are told of them.
fn names(moto: &str, key: &str) -> Vec<(String, String)> {
    let queues = format!("{moto}/{ACCOUNT}/nova-");
    let pairs = [
        ("NOVA_EVENTS_TABLE", "nova-events"),
        ("NOVA_WORK_TABLE", "nova-work"),
        ("NOVA_KEYS_TABLE", "nova-keys"),
        ("NOVA_BUCKET", "nova-chunks"),
        ("NOVA_KMS_KEY", key),
        ("NOVA_QUEUE_URL_PREFIX", &queues),
        ("NOVA_SECRETS_PREFIX", resources::ENVIRONMENTS),
        ("NOVA_SETTINGS_ID", resources::SETTINGS),
        ("NOVA_RULES_ID", resources::RULES),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
