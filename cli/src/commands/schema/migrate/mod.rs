//! `nova schema migrate`.

mod rename;
mod report;

use super::{
    arguments::Migrate,
    sides::{Captured, Side},
    trial::{self, Trial, Wanted},
};
use crate::arguments::Format;
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_migration::{Header, Measured, Migration, Options, STASH, renames, script};
use nova_project::Project;
use nova_schema::{Database, emit, quote_ident};
use rename::{rename, rename_back};
use report::report;
use std::collections::{BTreeMap, BTreeSet};
use std::{path::Path, process::ExitCode};

pub(super) async fn run(project: &Project, arguments: &Migrate) -> Result<ExitCode, Failure> {
    let source = Side::new(project, &arguments.source)?;
    let target = Side::new(project, &arguments.target)?;
    let (a, b) = tokio::join!(source.capture(false), target.capture(true));
    let (mut a, b) = (a?, b?);
    let owners = !arguments.no_owners;
    leave_missing_extension_versions(&mut a, &b);
    let server = if arguments.no_shadow {
        Err(Failure::new(Code::NO_SHADOW, "a shadow was not asked for"))
    } else {
        shadow_server(project, arguments, &source, &target).await
    };
    let original = b.schema.clone();
    let (renamed, statements) = rename(arguments, &server, &original).await?;
    let options = Options {
        target_version: b.schema.server_version,
        online: arguments.online,
        owners,
        privileges: !arguments.no_privileges,
        runner: Some(b.role.clone()),
        ..Options::default()
    };
    let missing = roles(&a.schema, &b.schema, owners);
    let wanted = Wanted {
        target: renamed.as_ref().unwrap_or(&original),
        source: &a.schema,
        roles: &missing,
        options,
        owners,
    };
    let mut proof = None;
    let trial = match &server {
        Ok(server) => match trial::tried(server, &wanted).await {
            Ok(tried) => {
                if arguments.prove {
                    proof = Some(trial::with_rows(server, &wanted, &tried).await?);
                }
                tried
            }
            Err(reason) if reason.code == Code::NO_SHADOW && !arguments.prove => trial::untried(&wanted, reason.cause),
            Err(reason) => return Err(reason),
        },
        Err(reason) if arguments.prove => return Err(reason.clone()),
        Err(reason) => trial::untried(&wanted, reason.cause.clone()),
    };
    let proposals = renames(wanted.target, &a.schema);
    let mut title = vec![format!(
        "Makes the schema of {} like that of {}.",
        target.label, source.label
    )];
    if let Some(why) = &trial.unmeasured {
        title.push(format!("Not measured: {why}."));
    }
    let mut up = prepend(&trial.up, &trial.up_measured, &missing, &statements);
    for proposal in &proposals {
        let name = proposal.to.rsplit('.').next().unwrap_or_default();
        up.0.notes.push(format!(
            "{} {} may have become {} ({}); if so, run again with --rename {}={name}",
            proposal.kind, proposal.from, proposal.to, proposal.evidence, proposal.from
        ));
    }
    let text = script(
        &up.0,
        &Header {
            title,
            measured: &up.1,
            sizes: b.sizes.clone(),
            online: arguments.online,
        },
    );
    write(&arguments.output, &text)?;
    if let Some(path) = &arguments.rollback {
        let mut title = vec![
            format!(
                "Takes back what makes the schema of {} like that of {}.",
                target.label, source.label
            ),
            format!("Values that it would lose are kept in schema {STASH}."),
        ];
        let lost: Vec<&str> = trial
            .up
            .statements
            .iter()
            .filter(|statement| statement.loses_data())
            .map(|statement| statement.object.as_str())
            .collect();
        if !lost.is_empty() {
            title.push(format!("It cannot bring back the values of: {}.", lost.join(", ")));
        }
        let mut down = trial.down.clone();
        let mut measured = trial.down_measured.clone();
        rename_back(&statements, &mut down, &mut measured);
        let text = script(
            &down,
            &Header {
                title,
                measured: &measured,
                sizes: BTreeMap::new(),
                online: false,
            },
        );
        write(path, &text)?;
    }
    let refused = if arguments.prove {
        not_proved(&trial, proof.as_ref())
    } else {
        None
    };
    report(
        arguments,
        &source.label,
        &target.label,
        &up.0,
        &trial,
        proof.as_ref(),
        &proposals,
        refused.as_ref(),
    );
    match refused {
        // The one line of JSON has said it.
        Some(failure) if arguments.format == Format::Json => Ok(ExitCode::from(failure.exit() as u8)),
        Some(failure) => Err(failure),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Why the proof that was asked for is none.
fn not_proved(trial: &Trial, proof: Option<&trial::RowProof>) -> Option<Failure> {
    if !trial.left_over.is_empty() {
        let failure = Failure::new(Code::NOT_PROVED, "the shadow is not what it should be");
        return Some(failure.with_details(trial.left_over.iter().cloned()));
    }
    let refused = proof?.refused.clone()?;
    let cause = "on a shadow without rows it holds, with a row in every table the server refuses it";
    Some(Failure::new(Code::NOT_PROVED, cause).with_details([refused]))
}

/// A target that cannot update an extension keeps its version; a source on another server version says nothing about it.
fn leave_missing_extension_versions(source: &mut Captured, target: &Captured) {
    if source.schema.server_version != target.schema.server_version {
        for extension in &mut source.schema.extensions {
            if let Some(other) = target
                .schema
                .extensions
                .iter()
                .find(|other| other.name == extension.name)
            {
                extension.version.clone_from(&other.version);
            }
        }
    }
}

/// The server that may hold a shadow: the one that was named, the target's, the source's.
async fn shadow_server(
    project: &Project,
    arguments: &Migrate,
    source: &Side,
    target: &Side,
) -> Result<VerifiedTarget, Failure> {
    if let Some(shadow) = &arguments.shadow {
        return Side::new(project, shadow)?.verified(project).await;
    }
    let mut reasons = Vec::new();
    for side in [target, source] {
        match side.verified(project).await {
            Ok(server) => return Ok(server),
            Err(reason) => reasons.push(format!("{}: {}", side.label, reason.cause)),
        }
    }
    Err(Failure::new(Code::NO_SHADOW, "neither side's server may hold a shadow database").with_details(reasons))
}

/// Roles that the source's privileges, policies and owners name and the target's do not.
fn roles(source: &Database, target: &Database, owners: bool) -> Vec<String> {
    let mentioned = |database: &Database| -> BTreeSet<String> {
        let options = emit::Options {
            target_version: database.server_version,
            owners,
        };
        emit::mentioned_roles(database, &options)
    };
    mentioned(source).difference(&mentioned(target)).cloned().collect()
}

/// What comes before everything else: roles that may be missing, renames.
fn prepend(
    migration: &Migration,
    measured: &[Measured],
    roles: &[String],
    renames: &[String],
) -> (Migration, Vec<Measured>) {
    let mut statements = Vec::new();
    for role in roles.iter().filter(|_| !migration.statements.is_empty()) {
        let body = format!(
            "BEGIN CREATE ROLE {} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END",
            quote_ident(role)
        );
        statements.push(nova_migration::Statement::plain(
            format!("role {role}"),
            format!("DO LANGUAGE plpgsql {}", nova_schema::quote_literal(&body)),
        ));
    }
    for sql in renames {
        statements.push(nova_migration::Statement::plain("rename", sql.clone()));
    }
    let mut all = vec![Measured::default(); if measured.is_empty() { 0 } else { statements.len() }];
    all.extend(measured.iter().cloned());
    statements.extend(migration.statements.iter().cloned());
    (
        Migration {
            statements,
            notes: migration.notes.clone(),
            divisible: migration.divisible,
        },
        all,
    )
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        Failure::new(
            Code::MISSING_FILE,
            format!("{} cannot be written: {error}", path.display()),
        )
    })
}
