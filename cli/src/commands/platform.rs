//! `nova platform`: the practice platform's database, and what describes its API.

use crate::{
    arguments::Format,
    output,
    serve::platform::{self as serving, document},
};
use clap::{Args, Subcommand};
use nova_errors::{Code, Failure};
use nova_eventlog::Clock;
use nova_kit::wiring::SystemClock;
use nova_practice::{
    UserId,
    access::{Grant, Role},
    signin::{Entropy, link::Purpose, random},
};
use nova_practice_store::{
    Actor, Store,
    identity::{
        SystemEntropy, links,
        people::{self, Changes, Status},
        roles,
    },
    migrate, set_app_password,
};
use serde_json::json;
use std::process::ExitCode;

/// `nova platform`.
#[derive(Debug, Subcommand)]
pub enum Platform {
    /// Bring a database to this version of the platform: schema, roles, policies.
    #[command(
        after_help = "Example:\n  NOVA_APP_PASSWORD=… nova platform migrate --database postgres://owner@db.example.org/practice\n\n\
                      The URL's role creates roles and schemas; the platform itself signs in as nova_app, which may do neither.\n\
                      Migrations expand: the version that is being replaced goes on working. Running it again does nothing."
    )]
    Migrate(Migrate),
    /// Make somebody a super-admin: the first one, or one more when nobody can sign in.
    #[command(
        after_help = "Example:\n  nova platform invite-admin --database postgres://nova_app:…@db.example.org/practice --email claire@example.org --name Claire"
    )]
    InviteAdmin(InviteAdmin),
    /// Print the OpenAPI document of the platform's API.
    #[command(after_help = "Example:\n  nova platform openapi > platform.json")]
    Openapi,
    /// Print the types of the platform's API for TypeScript.
    #[command(after_help = "Example:\n  nova platform types > nova.d.ts")]
    Types,
}

/// `nova platform migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// The database, as a role that may create roles and schemas.
    #[arg(long, value_name = "URL")]
    pub database: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

/// `nova platform invite-admin`.
#[derive(Debug, Args)]
pub struct InviteAdmin {
    /// The database, as nova_app.
    #[arg(long, value_name = "URL")]
    pub database: String,
    /// The address.
    #[arg(long)]
    pub email: String,
    /// The name.
    #[arg(long)]
    pub name: String,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    pub output: Format,
}

impl Platform {
    /// How the result is printed.
    pub fn format(&self) -> Format {
        match self {
            Self::Migrate(migrate) => migrate.output,
            Self::InviteAdmin(invite) => invite.output,
            Self::Openapi | Self::Types => Format::Text,
        }
    }
}

pub(super) async fn run(command: &Platform) -> Result<ExitCode, Failure> {
    match command {
        Platform::Migrate(arguments) => bring_up_to_date(arguments).await?,
        Platform::InviteAdmin(arguments) => invite_admin(arguments).await?,
        Platform::Openapi => output::print(&document::written()),
        Platform::Types => output::print(&document::types()),
    }
    Ok(ExitCode::SUCCESS)
}

async fn bring_up_to_date(arguments: &Migrate) -> Result<(), Failure> {
    let report = migrate(&arguments.database).await.map_err(serving::at_the_database)?;
    // From the environment: what stands on a command line, others on the machine can read.
    let password = nova_kit::wiring::variable("NOVA_APP_PASSWORD");
    if let Some(password) = &password {
        set_app_password(&arguments.database, password).await?;
    }
    if arguments.output == Format::Json {
        output::json(&json!({
            "applied": report.applied, "version": report.version, "app_password_set": password.is_some(),
        }));
        return Ok(());
    }
    if report.applied.is_empty() {
        output::print(&format!("The schema is at version {} already.", report.version));
    } else {
        output::print(&format!("Applied {}.", report.applied.join(", ")));
        output::print(&format!("The schema is at version {}.", report.version));
    }
    if password.is_none() {
        output::note("The platform signs in as nova_app; NOVA_APP_PASSWORD gives that role a password.");
    }
    Ok(())
}

async fn invite_admin(arguments: &InviteAdmin) -> Result<(), Failure> {
    let store = Store::connect(&arguments.database)
        .await
        .map_err(serving::at_the_database)?;
    let entropy = SystemEntropy::default();
    let email = people::address(&arguments.email);
    let changes = Changes {
        name: Some(arguments.name.clone()),
        ..Changes::default()
    };
    people::check(Some(&email), &changes).map_err(Failure::from)?;
    let token = admin(&store, &entropy, &email, &arguments.name).await?;
    if arguments.output == Format::Json {
        output::json(&json!({ "email": email, "token": token }));
        return Ok(());
    }
    match token {
        Some(token) => {
            output::print(&token);
            output::note("An invitation for a week, for one use: POST /v1/auth/register with it and a password.");
        }
        None => output::print(&format!("{email} is a super-admin from the next request on.")),
    }
    Ok(())
}

/// Makes somebody a super-admin; returns the invitation of whoever has not come yet.
async fn admin(store: &Store, entropy: &dyn Entropy, email: &str, name: &str) -> Result<Option<String>, Failure> {
    let now_ms = SystemClock.now_ms();
    let new_id = || serving::new_id(now_ms, &random(entropy));
    let made = store.with_group_for(&Actor::System("command line"), "", "invite-admin", async |tx| {
        let id = if let Some(id) = people::by_email(tx, email).await? {
            id
        } else {
            let id = UserId(new_id());
            people::invite(tx, id, email, name.trim(), None).await?;
            id
        };
        roles::give(tx, new_id(), id, Grant::new(Role::SuperAdmin, None)?, None).await?;
        match people::oneself(tx, id).await?.status {
            Status::Invited => Ok(Some(
                links::make(tx, entropy, Purpose::Invitation, (id, None), now_ms).await?,
            )),
            Status::Active => Ok(None),
            Status::Disabled => {
                let cause = "this person may not sign in; another super-admin lets them in again";
                Err(Failure::new(Code::USER_EXISTS, cause).into())
            }
        }
    });
    Ok(made.await?)
}
