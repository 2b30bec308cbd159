//! Environments: what is known of them, never how they are reached.

use crate::Api;
use axum::{Json, extract::State};
use nova_clone::Operation;
use nova_environments::{EnvironmentName, EnvironmentType, KnownProduction, classify};
use nova_errors::Failure;
use nova_events::{Event, Identity};
use nova_http::{Named, Problem};
use nova_kit::{Ports, RollbackPoint, rollback_points_among};
use nova_words::figures;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Every environment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Environments {
    /// In the order of their names.
    pub environments: Vec<Environment>,
}

/// An environment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Environment {
    /// Its name.
    #[schema(example = "test")]
    pub name: String,
    /// What it counts as by every sign there is: `production`, `test`, `training` or `development`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "test")]
    pub environment_type: EnvironmentType,
    /// What its server said of itself when it was last asked; none before that.
    #[schema(value_type = Option<SeenIdentity>)]
    pub identity: Option<Identity>,
    /// The newest operation on it.
    pub last_operation: Option<LastOperation>,
    /// What it can be rolled back to, newest first.
    pub rollback_points: Vec<Point>,
}

/// What identifies a database wherever it is reached from.
#[derive(Debug, ToSchema)]
#[schema(as = Identity)]
#[expect(dead_code, reason = "describes another type")]
struct SeenIdentity {
    /// The cluster.
    #[schema(example = "7123456789012345678")]
    system: String,
    /// The database in it.
    #[schema(example = 16_384)]
    database_oid: u32,
    /// Its name.
    #[schema(example = "test")]
    database: String,
    /// Major version of the server.
    #[schema(example = 15)]
    version: u32,
}

/// The newest operation on an environment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LastOperation {
    /// Its id.
    #[schema(example = "01jz0000000000000000000001")]
    pub operation_id: String,
    /// Its status.
    #[schema(example = "completed")]
    pub status: String,
    /// When it was requested, in UTC.
    #[schema(example = "2026-03-01T12:00:00.123Z")]
    pub requested_at: String,
}

/// Contents that are kept.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = RollbackPoint)]
pub struct Point {
    /// The clone that would be undone, or the backup that would be brought back.
    #[schema(example = "01jz0000000000000000000001")]
    pub operation_id: String,
    /// The database that holds them.
    #[schema(example = "nova_prev_01jz0000000000000000000001")]
    pub database: String,
    /// Since when, in UTC.
    #[schema(example = "2026-03-01T12:00:00.123Z")]
    pub at: String,
    /// `previous`: a clone took their place. `backup`: a copy that a backup made.
    #[schema(example = "previous")]
    pub kept: String,
    /// They may hold personal data: bringing them back needs the scope `admin`.
    #[schema(example = false)]
    pub personal_data: bool,
}

/// What an environment can be rolled back to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = RollbackPoints)]
pub struct Points {
    /// The environment.
    #[schema(example = "test")]
    pub environment: String,
    /// Newest first.
    pub rollback_points: Vec<Point>,
}

impl From<RollbackPoint> for Point {
    fn from(point: RollbackPoint) -> Self {
        Self {
            operation_id: point.operation,
            database: point.database,
            at: figures::moment(point.at_ms),
            kept: point.kept.name().to_owned(),
            personal_data: point.personal_data,
        }
    }
}

/// List environments
#[utoipa::path(
    get, path = "/v1/environments", operation_id = "listEnvironments", tag = "environments",
    responses((status = 200, description = "Every environment", body = Environments))
)]
pub(crate) async fn list(State(api): State<Api>) -> Result<Json<Environments>, Problem> {
    let ports = &api.ports;
    let known = Known::read(ports).await?;
    let mut environments = Vec::new();
    for environment in ports.environments.environments().await? {
        environments.push(known.show(ports, &environment).await?);
    }
    Ok(Json(Environments { environments }))
}

/// Show an environment
#[utoipa::path(
    get, path = "/v1/environments/{name}", operation_id = "showEnvironment", tag = "environments",
    params(("name" = String, Path, description = "The environment", example = "test")),
    responses((status = 200, description = "What is known of it", body = Environment))
)]
pub(crate) async fn show(State(api): State<Api>, Named(name): Named) -> Result<Json<Environment>, Problem> {
    let ports = &api.ports;
    let environment = ports.environments.environment(&name.parse()?).await?;
    let known = Known::read(ports).await?;
    Ok(Json(known.show(ports, &environment).await?))
}

/// What an environment can be rolled back to
#[utoipa::path(
    get, path = "/v1/environments/{name}/rollback-points", operation_id = "listRollbackPoints", tag = "environments",
    params(("name" = String, Path, description = "The environment", example = "test")),
    responses((status = 200, description = "Its rollback points", body = Points))
)]
pub(crate) async fn points(State(api): State<Api>, Named(name): Named) -> Result<Json<Points>, Problem> {
    let name: EnvironmentName = name.parse()?;
    api.ports.environments.environment(&name).await?;
    let points = nova_kit::rollback_points(&api.ports, name.as_str()).await?;
    Ok(Json(Points {
        environment: name.to_string(),
        rollback_points: points.into_iter().map(Point::from).collect(),
    }))
}

/// What the log says of all environments.
struct Known {
    productions: Vec<KnownProduction>,
    operations: Vec<Operation>,
}

impl Known {
    async fn read(ports: &Ports) -> Result<Self, Failure> {
        Ok(Self {
            productions: nova_kit::known_productions(ports).await?,
            operations: nova_kit::operations(ports).await?,
        })
    }

    async fn show(&self, ports: &Ports, environment: &nova_environments::Environment) -> Result<Environment, Failure> {
        let name = environment.name.as_str();
        let identity = identity(ports, name).await?;
        let recorded = identity.as_ref().is_some_and(|identity| {
            self.productions
                .iter()
                .any(|known| known.identity.same_database(identity))
        });
        let on_it = self.operations.iter().filter(|one| one.requested.target == name);
        let last = on_it.max_by(|a, b| a.id.cmp(&b.id));
        Ok(Environment {
            name: name.to_owned(),
            environment_type: classify(environment, recorded).environment_type,
            identity,
            last_operation: last.map(|operation| LastOperation {
                operation_id: operation.id.clone(),
                status: operation.status().name().to_owned(),
                requested_at: figures::moment(operation.requested_at_ms),
            }),
            rollback_points: rollback_points_among(&self.operations, name)
                .into_iter()
                .map(Point::from)
                .collect(),
        })
    }
}

/// What the environment's server said when it was last asked.
async fn identity(ports: &Ports, name: &str) -> Result<Option<Identity>, Failure> {
    let mut last = None;
    let stream = nova_clone::names::environment_stream(name)?;
    for commit in ports.log.read(&stream, 0).await? {
        for event in commit.decoded()? {
            if let Event::EnvironmentIdentified(seen) = event {
                last = Some(seen.identity);
            }
        }
    }
    Ok(last)
}
