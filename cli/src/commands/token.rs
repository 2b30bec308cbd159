//! `nova token`: who may use the API.

use super::operation;
use crate::{
    arguments::{Format, Token as Command, TokenCreate, TokenList, TokenRevoke},
    output::{self, figures},
};
use nova_access::{Secret, Token, lifetime_ms};
use nova_errors::{Code, Failure};
use nova_fn_api_operations::tokens::{self, NewToken};
use nova_kit::{Ports, Silent, wiring};
use nova_project::Project;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use std::{process::ExitCode, sync::Arc};

/// True when the environment names a deployment (`NOVA_EVENTS_TABLE`).
pub(super) fn is_deployment_named() -> bool {
    std::env::var("NOVA_EVENTS_TABLE").is_ok_and(|table| !table.is_empty())
}

/// Runs on the deployment that the environment names, or else on the project.
pub(super) async fn run(
    project: impl FnOnce() -> Result<Project, Failure>,
    command: &Command,
) -> Result<ExitCode, Failure> {
    let ports = if is_deployment_named() {
        wiring::from_environment(Arc::new(Silent)).await?
    } else {
        let project = project()?;
        let sqlite = wiring::open_state(&project)?;
        wiring::local(&project, sqlite.clone(), Arc::new(sqlite), Arc::new(Silent))?
    };
    match command {
        Command::Create(create) => make(&ports, create).await,
        Command::List(list) => show(&ports, list).await,
        Command::Revoke(revoke) => end(&ports, revoke).await,
    }
}

async fn make(ports: &Ports, arguments: &TokenCreate) -> Result<ExitCode, Failure> {
    let new = NewToken {
        name: arguments.name.clone(),
        scope: arguments.scope.into(),
        lifetime_ms: arguments.expires.as_deref().map(lifetime_ms).transpose()?,
    };
    let mut random = [0; 32];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| Failure::new(Code::INTERNAL, "the system gives no random bytes"))?;
    let (token, secret) = tokens::create(ports, &operation::actor(), &new, &random).await?;
    told(&token, &secret, ports.clock.now_ms(), arguments.output);
    Ok(ExitCode::SUCCESS)
}

/// The one time that the token is shown: alone on standard output, so that a script can take it.
fn told(token: &Token, secret: &Secret, now_ms: u64, format: Format) {
    if format == Format::Json {
        let mut value = object(token, now_ms);
        value["token"] = secret.reveal().into();
        output::json(&value);
        return;
    }
    output::print(secret.reveal());
    output::note(&format!(
        "Token {} ({}), {}. It is not shown again: put it into NOVA_API_TOKEN.",
        token.name,
        token.scope,
        expiry(token)
    ));
}

async fn show(ports: &Ports, arguments: &TokenList) -> Result<ExitCode, Failure> {
    let (tokens, _) = tokens::read(ports).await?;
    let now = ports.clock.now_ms();
    if arguments.output == Format::Json {
        let all: Vec<Value> = tokens.all().iter().map(|token| object(token, now)).collect();
        output::json(&json!({ "tokens": all }));
        return Ok(ExitCode::SUCCESS);
    }
    if tokens.all().is_empty() {
        output::print("There is no token yet. `nova token create --name me --scope admin` makes one.");
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> = tokens
        .all()
        .iter()
        .map(|token| {
            vec![
                token.name.clone(),
                token.scope.name().to_owned(),
                state(token, now).to_owned(),
                format!("…{}", token.ends_with),
                figures::moment_for_people(token.created_at_ms),
                token.created_by.clone(),
                expiry(token),
                token.id.clone(),
            ]
        })
        .collect();
    let heads = ["name", "scope", "state", "token", "made", "by", "", "id"];
    output::print(&output::table(&heads, &rows));
    Ok(ExitCode::SUCCESS)
}

async fn end(ports: &Ports, arguments: &TokenRevoke) -> Result<ExitCode, Failure> {
    let token = tokens::revoke(ports, &operation::actor(), &arguments.name).await?;
    match arguments.output {
        Format::Json => output::json(&object(&token, ports.clock.now_ms())),
        Format::Text => output::print(&format!("Token {} …{} works no longer.", token.name, token.ends_with)),
    }
    Ok(ExitCode::SUCCESS)
}

fn object(token: &Token, now_ms: u64) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "scope": token.scope,
        "state": state(token, now_ms),
        "ends_with": token.ends_with,
        "created_by": token.created_by,
        "created_at": figures::moment(token.created_at_ms),
        "expires_at": token.expires_at_ms.map(figures::moment),
        "revoked_at": token.revoked_at_ms.map(figures::moment),
    })
}

fn state(token: &Token, now_ms: u64) -> &'static str {
    if token.revoked_at_ms.is_some() {
        "revoked"
    } else if token.works(now_ms) {
        "works"
    } else {
        "expired"
    }
}

fn expiry(token: &Token) -> String {
    token.expires_at_ms.map_or_else(
        || "until it is revoked".to_owned(),
        |at| format!("until {}", figures::moment_for_people(at)),
    )
}
