//! `nova schema migrate`.

use super::{
    arguments::Migrate,
    sides::{Captured, Side},
    trial::{self, Trial, Wanted},
};
use crate::{arguments::Format, output};
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_migration::{Header, Measured, Migration, Options, STASH, renames, script};
use nova_postgres::Shadow;
use nova_project::Project;
use nova_schema::{Database, emit, quote_ident};
use serde_json::json;
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

/// Renames on a shadow of the target, which then says what everything is called.
async fn rename(
    arguments: &Migrate,
    server: &Result<VerifiedTarget, Failure>,
    target: &Database,
) -> Result<(Option<Database>, Vec<String>), Failure> {
    if arguments.rename.is_empty() {
        return Ok((None, Vec::new()));
    }
    let server = server.as_ref().map_err(Clone::clone)?;
    let statements = arguments
        .rename
        .iter()
        .map(|text| rename_statement(text, target))
        .collect::<Result<Vec<String>, Failure>>()?;
    let shadow = Shadow::create(server, &format!("rename_{}", std::process::id()), target).await?;
    let outcome = renamed(&shadow, target, &statements, !arguments.no_owners).await;
    shadow.remove().await?;
    Ok((Some(outcome?), statements))
}

async fn renamed(shadow: &Shadow, target: &Database, statements: &[String], owners: bool) -> Result<Database, Failure> {
    let refused = |refused: nova_postgres::Refused| Failure::new(Code::NO_SHADOW, refused.said);
    shadow.build(target, owners).await.map_err(refused)?;
    for sql in statements {
        let run = shadow.run(sql).await;
        run.map_err(|refused| Failure::new(Code::BAD_ARGUMENT, format!("--rename: {}", refused.said)))?;
    }
    shadow.capture().await
}

fn rename_statement(text: &str, target: &Database) -> Result<String, Failure> {
    let bad = || {
        Failure::new(
            Code::BAD_ARGUMENT,
            format!("--rename {text:?}: use s.table=new or s.table.column=new with names the target has"),
        )
    };
    let (from, to) = text.split_once('=').ok_or_else(bad)?;
    let to = to.rsplit('.').next().unwrap_or(to).trim_matches('"');
    for table in &target.tables {
        let short = if table.name.schema == "public" {
            Some(nova_schema::readable_ident(&table.name.name))
        } else {
            None
        };
        let names = [Some(table.name.readable()), short];
        for name in names.into_iter().flatten() {
            if name == from {
                return Ok(format!(
                    "ALTER TABLE {} RENAME TO {}",
                    table.name.sql(),
                    quote_ident(to)
                ));
            }
            for column in &table.columns {
                if format!("{name}.{}", nova_schema::readable_ident(&column.name)) == from {
                    return Ok(format!(
                        "ALTER TABLE {} RENAME COLUMN {} TO {}",
                        table.name.sql(),
                        quote_ident(&column.name),
                        quote_ident(to)
                    ));
                }
            }
        }
    }
    Err(bad())
}

/// The renames taken back, last.
fn rename_back(statements: &[String], down: &mut Migration, measured: &mut Vec<Measured>) {
    for sql in statements.iter().rev() {
        let Some((head, to)) = sql.rsplit_once(" TO ") else {
            continue;
        };
        let back = if let Some((table, from)) = head.split_once(" RENAME COLUMN ") {
            format!("{table} RENAME COLUMN {to} TO {from}")
        } else if let Some((table, _)) = head.split_once(" RENAME") {
            let name = table.trim_start_matches("ALTER TABLE ");
            let Some((schema, old)) = name.rsplit_once("\".\"") else {
                continue;
            };
            format!("ALTER TABLE {schema}\".{to} RENAME TO \"{old}")
        } else {
            continue;
        };
        down.statements.push(nova_migration::Statement::plain("rename", back));
        if !measured.is_empty() {
            measured.push(Measured::default());
        }
    }
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

#[expect(clippy::too_many_arguments, reason = "everything there is to say")]
fn report(
    arguments: &Migrate,
    source: &str,
    target: &str,
    up: &Migration,
    trial: &Trial,
    proof: Option<&trial::RowProof>,
    proposals: &[nova_migration::Rename],
    refused: Option<&Failure>,
) {
    if arguments.format == Format::Json {
        let status = match refused {
            Some(_) => "failed",
            None if up.statements.is_empty() => "equal",
            None => "different",
        };
        output::json(&json!({
            "status": status,
            "errors": refused.map(nova_kit::reason).into_iter().collect::<Vec<_>>(),
            "source": source,
            "target": target,
            "output": arguments.output,
            "rollback": arguments.rollback,
            "statements": up.statements,
            "notes": up.notes,
            "renames": proposals,
            "not_measured": trial.unmeasured,
            "left_over": trial.left_over,
            "proof": proof.map(|rows| json!({
                "holds": trial.left_over.is_empty() && rows.refused.is_none(),
                "without_rows": trial.left_over.is_empty(),
                "rows": rows,
            })),
        }));
        return;
    }
    if up.statements.is_empty() {
        output::print(&format!(
            "The schemas are equal; {} has nothing to do.",
            arguments.output.display()
        ));
    } else {
        let lossy = up.statements.iter().filter(|statement| statement.loses_data()).count();
        output::print(&format!(
            "{} statement(s) in {}, {lossy} of which lose data.",
            up.statements.len(),
            arguments.output.display()
        ));
    }
    for note in &up.notes {
        output::print(&format!("note: {note}"));
    }
    if let Some(why) = &trial.unmeasured {
        output::note(&format!("warning[{}]: not measured: {why}", Code::NO_SHADOW));
    }
    for rest in trial.left_over.iter().filter(|_| !arguments.prove) {
        output::note(&format!("warning[{}]: {rest}", Code::NOT_PROVED));
    }
    if let Some(rows) = proof {
        let mut words = format!(
            "Proved on a shadow: up leads to the source's schema, down back; {} of {} tables kept their rows.",
            rows.survived, rows.seeded
        );
        if !trial.left_over.is_empty() || rows.refused.is_some() {
            "Not proved.".clone_into(&mut words);
        }
        output::print(&words);
        if !rows.lost.is_empty() {
            output::print(&format!("Rows lost: {}.", rows.lost.join(", ")));
        }
        if let Some(refused) = &rows.refused {
            output::print(&format!("With rows in every table it stops: {refused}"));
        }
    }
}
