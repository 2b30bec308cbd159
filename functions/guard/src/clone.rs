//! May this clone happen?

use crate::{blocked, identify::identify, reserve};
use nova_clone::{Operation, contents, scope};
use nova_environments::EnvironmentType;
use nova_errors::{Code, Failure};
use nova_events::{CloneOptions, GuardPassed};
use nova_kit::{Ports, Recorder, connections, previews};
use nova_postgres::{SearchPath, SourceConnection, TargetRights, TargetServer, probe};
use nova_schema::{Database, compatibility, emit, quote_ident};
use std::collections::BTreeSet;

/// The verdict on a clone.
pub(crate) async fn judge(ports: &Ports, operation: &Operation) -> Result<Result<GuardPassed, Vec<Failure>>, Failure> {
    let options = operation
        .options()
        .ok_or_else(|| Failure::new(Code::INTERNAL, "a clone without options"))?;
    let recorder = Recorder::new(ports, &operation.id, "guard");
    let source_environment = connections::source_environment(ports, operation).await?;
    let target_environment = connections::target_environment(ports, operation).await?;

    let source = SourceConnection::open(&source_environment.url, SearchPath::Empty).await?;
    let source_identity = source.probe().identity.clone();
    let source_class = identify(ports, &recorder, &source_environment, &source_identity).await?;
    // A preview that was just opened gets its empty database here: everything else needs a target that is there.
    if let Some(block) = blocked(ports).await? {
        return Ok(Err(vec![block]));
    }
    previews::ensure_database(ports, &operation.requested.target).await?;
    let target = probe(&target_environment.url).await?;
    identify(ports, &recorder, &target_environment, &target.identity).await?;

    let is_production = source_class.environment_type == EnvironmentType::Production;
    let mut refusals = Vec::new();
    if is_production && !options.anonymize && !options.allow_personal_data {
        let cause = format!(
            "environment {} is production and the clone would hold personal data",
            source_environment.name
        );
        refusals.push(Failure::new(Code::PERSONAL_DATA, cause));
    } else if !options.anonymize && !options.allow_personal_data {
        refusals.extend(judge_contents(ports, source_environment.name.as_str()).await?);
    }
    // The order matters: unless the target is verified, no session that could write is opened.
    let verdict = connections::verify(
        ports,
        &target_environment,
        &target.identity,
        Some(&source_identity),
        None,
    )
    .await;
    let rights = match verdict {
        Ok(verified) if target.in_recovery => {
            let cause = format!(
                "environment {} is a standby server, which cannot be written to",
                verified.name()
            );
            refusals.push(Failure::new(Code::CANNOT_STAGE, cause).with_remedy("Point the target at a primary server."));
            None
        }
        Ok(verified) => Some(TargetServer::open(&verified).await?.rights().await?),
        Err(reason) => {
            refusals.push(reason);
            None
        }
    };
    let mut warnings = Vec::new();
    refusals.extend(judge_source(&source, options, rights.as_ref(), &mut warnings).await?);
    if !source_class.agreed {
        let name = &source_environment.name;
        warnings.push(format!(
            "environment {name} counts as production because its signs disagree"
        ));
    }
    if source_identity.system == target.identity.system && !source_identity.same_database(&target.identity) {
        warnings
            .push("source and target share one server: the copy takes its memory and disk from the source".to_owned());
    }
    if refusals.is_empty() && !options.dry_run {
        refusals.extend(reserve(ports, operation).await?);
    }
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    Ok(Ok(GuardPassed {
        source: Some(source_identity),
        source_is_production: is_production,
        target: target.identity,
        warnings,
    }))
}

/// The refusal to copy an environment as it is into which somebody decided to clone production as it is.
async fn judge_contents(ports: &Ports, source: &str) -> Result<Option<Failure>, Failure> {
    let held = contents::History::of(&nova_kit::operations(ports).await?).now(source);
    Ok(held.personal_data.then(|| {
        let made_by = held.made_by.unwrap_or_default();
        let cause = format!("environment {source} holds personal data, brought there by operation {made_by}");
        Failure::new(Code::PERSONAL_DATA, cause)
    }))
}

/// Reasons that lie in the source's contents and in what the target can hold.
pub(crate) async fn judge_source(
    source: &SourceConnection,
    options: &CloneOptions,
    rights: Option<&TargetRights>,
    warnings: &mut Vec<String>,
) -> Result<Vec<Failure>, Failure> {
    source.begin().await?;
    let mut schema = source.capture().await?;
    // They stay behind, and the report names them.
    schema.leave_out_side_effects();
    let mut refusals = Vec::new();
    match scope::scope(&schema, options) {
        Ok(scope) => {
            let tables: Vec<_> = scope.copied.into_iter().collect();
            let (denied, filtered) = source.unreadable(&tables).await?;
            let names = |tables: &[nova_schema::QualifiedName]| -> Vec<String> {
                tables.iter().map(nova_schema::QualifiedName::readable).collect()
            };
            let role = &source.probe().role;
            if !denied.is_empty() {
                let cause = format!("role {role} may not read {} table(s)", denied.len());
                refusals.push(Failure::new(Code::NOT_READABLE, cause).with_details(names(&denied)));
            }
            if !filtered.is_empty() {
                let cause = format!(
                    "row level security hides rows of {} table(s) from role {role}",
                    filtered.len()
                );
                refusals.push(Failure::new(Code::SOURCE_FILTERED, cause).with_details(names(&filtered)));
            }
        }
        Err(reason) => refusals.push(reason),
    }
    source.end().await?;
    if !options.skip_unsupported {
        refusals.extend(schema.unsupported_failure());
    } else if !schema.unsupported.is_empty() {
        warnings.push(format!(
            "{} object(s) that cannot be carried are left out",
            schema.unsupported.len()
        ));
    }
    if let Some(rights) = rights {
        refusals.extend(judge_target(&schema, options, rights, warnings));
    }
    Ok(refusals)
}

/// Reasons that lie in what the target's server is and has.
fn judge_target(
    schema: &Database,
    options: &CloneOptions,
    rights: &TargetRights,
    warnings: &mut Vec<String>,
) -> Vec<Failure> {
    let mut refusals = Vec::new();
    if !rights.may_stage {
        let cause = format!(
            "role {} may not create databases beside the target and rename it",
            rights.role
        );
        let remedy = format!(
            "ALTER ROLE {} CREATEDB, and make it the owner of the target database.",
            rights.role
        );
        refusals.push(Failure::new(Code::CANNOT_STAGE, cause).with_remedy(remedy));
    }
    if let Some(first) = rights.subscriptions.first() {
        let cause = format!(
            "the target database has subscription {}: what a clone replaces could not be dropped later",
            rights
                .subscriptions
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        );
        let name = quote_ident(first);
        let remedy = format!(
            "Drop it there: DROP SUBSCRIPTION {name}; where the publisher is gone, before that ALTER SUBSCRIPTION {name} \
             DISABLE and ALTER SUBSCRIPTION {name} SET (slot_name = NONE)."
        );
        refusals.push(Failure::new(Code::CANNOT_STAGE, cause).with_remedy(remedy));
    }
    // The owner of a table with forced row security does not see its rows, so the copy could not be counted.
    let forced = schema.tables.iter().find(|table| table.force_row_security);
    if let Some(table) = forced.filter(|_| !rights.bypasses_row_security) {
        let cause = format!(
            "table {} forces row level security on its owner, so role {} could not validate the copy",
            table.name.readable(),
            rights.role
        );
        let remedy = format!("ALTER ROLE {} BYPASSRLS.", rights.role);
        refusals.push(Failure::new(Code::CANNOT_STAGE, cause).with_remedy(remedy));
    }
    let emitted = emit::Options {
        target_version: rights.version,
        owners: options.preserve_roles,
    };
    let foreign: Vec<String> = emit::acting_roles(schema, &emitted)
        .difference(&rights.member_of)
        .cloned()
        .collect();
    if !foreign.is_empty() && !rights.superuser {
        let cause = format!("role {} is not a member of {}", rights.role, foreign.join(", "));
        refusals.push(Failure::new(Code::NOT_A_MEMBER, cause));
    }
    let privileged = emit::superuser_objects(schema);
    if !privileged.is_empty() && !rights.superuser {
        let cause = format!(
            "role {} is not a superuser and could not create {}",
            rights.role,
            privileged.join(", ")
        );
        refusals.push(Failure::new(Code::NEEDS_SUPERUSER, cause));
    }
    let incompatible = compatibility::check(schema, rights.version);
    refusals.extend(compatibility::failure(&incompatible, rights.version));
    let missing: Vec<String> = schema
        .extensions
        .iter()
        .map(|extension| extension.name.clone())
        .filter(|name| !rights.extensions.contains(name))
        .collect();
    if !missing.is_empty() {
        let cause = format!(
            "extension {} is not available on the target's server",
            missing.join(", ")
        );
        refusals.push(Failure::new(Code::MISSING_EXTENSION, cause));
    }
    let roles: BTreeSet<String> = emit::mentioned_roles(schema, &emitted)
        .difference(&rights.roles)
        .cloned()
        .collect();
    if !roles.is_empty() {
        let list = roles.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        if rights.may_create_roles {
            warnings.push(format!(
                "role(s) {list} will be created on the target's server, without the right to sign in"
            ));
        } else {
            let cause = format!(
                "role(s) {list} are missing on the target's server and role {} may not create them",
                rights.role
            );
            refusals.push(Failure::new(Code::MISSING_ROLE, cause));
        }
    }
    refusals
}
