//! A script tried on shadow databases before anyone runs it: what each statement locks and rewrites, whether the result
//! is what was wanted, whether the way back leads back, and what rows do.

use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_migration::{Measured, Migration, Options, compare, plan, without_ours};
use nova_postgres::Shadow;
use nova_schema::{Column, Database, QualifiedName, Table, TypeKind, quote_ident, quote_literal};
use std::collections::{BTreeMap, BTreeSet};

/// How often a plan is made again when the server refuses a statement of it or something is left over.
const ATTEMPTS: usize = 8;

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Trial {
    pub(super) up: Migration,
    pub(super) up_measured: Vec<Measured>,
    pub(super) down: Migration,
    pub(super) down_measured: Vec<Measured>,
    /// Why nothing was measured.
    pub(super) unmeasured: Option<String>,
    /// What still differs after up, and after down.
    pub(super) left_over: Vec<String>,
}

/// What was tried.
pub(super) struct Wanted<'a> {
    /// The target as it is, after the renames that were asked for.
    pub(super) target: &'a Database,
    /// The source.
    pub(super) source: &'a Database,
    /// Roles that the source names and the target does not.
    pub(super) roles: &'a [String],
    /// How to plan.
    pub(super) options: Options,
    /// Compare owners.
    pub(super) owners: bool,
}

/// A name for a shadow that no other has.
fn fresh() -> String {
    format!("{}_{}", std::process::id(), jiff::Timestamp::now().as_nanosecond())
}

/// Builds a shadow of a schema.
async fn shadow_of(server: &VerifiedTarget, wanted: &Wanted<'_>) -> Result<Shadow, Failure> {
    let mut shadow = Shadow::create(server, &fresh(), wanted.target).await?;
    // On another server than the target's, its own roles may be missing too.
    let options = nova_schema::emit::Options {
        target_version: wanted.target.server_version,
        owners: wanted.owners,
    };
    let mut roles: Vec<String> = nova_schema::emit::mentioned_roles(wanted.target, &options)
        .into_iter()
        .collect();
    roles.extend(wanted.roles.iter().cloned());
    let mut built = shadow.lend_roles(&roles).await;
    if built.is_ok() {
        built = shadow.build(wanted.target, wanted.owners).await;
    }
    if let Err(refused) = built {
        shadow.remove().await?;
        return Err(Failure::new(
            Code::NO_SHADOW,
            format!("the schema cannot be built again there: {}", refused.said),
        ));
    }
    Ok(shadow)
}

/// Plans without trying.
pub(super) fn untried(wanted: &Wanted<'_>, why: String) -> Trial {
    Trial {
        up: plan(wanted.target, wanted.source, &wanted.options),
        down: back(wanted.source, wanted.target, &wanted.options),
        unmeasured: Some(why),
        ..Trial::default()
    }
}

fn back(from: &Database, to: &Database, options: &Options) -> Migration {
    let options = Options {
        stash: true,
        online: false,
        ..options.clone()
    };
    plan(from, to, &options)
}

/// Tries up, and down after it, on a shadow of the target.
///
/// # Errors
/// `NOVA-1313` when there can be no shadow, `NOVA-1314` when the server refuses the script whichever way it is planned.
pub(super) async fn tried(server: &VerifiedTarget, wanted: &Wanted<'_>) -> Result<Trial, Failure> {
    let mut trial = Trial::default();
    let mut options = wanted.options.clone();
    let mut attempt = 0;
    let shadow = loop {
        attempt += 1;
        let shadow = shadow_of(server, wanted).await?;
        let up = plan(wanted.target, wanted.source, &options);
        match run(&shadow, &up).await {
            Ok(measured) => {
                (trial.up, trial.up_measured) = (up, measured);
                break shadow;
            }
            Err((position, said)) => {
                shadow.remove().await?;
                give_up_or_force(&up, position, &said, attempt, &mut options)?;
            }
        }
    };
    let outcome = finish(&shadow, wanted, &options, &mut trial).await;
    shadow.remove().await?;
    outcome.map(|()| trial)
}

/// The object whose statement was refused is rebuilt instead of altered at the next attempt.
fn give_up_or_force(
    migration: &Migration,
    position: usize,
    said: &str,
    attempt: usize,
    options: &mut Options,
) -> Result<(), Failure> {
    let statement = migration.statements.get(position);
    let key = statement.map(|statement| statement.key.clone()).unwrap_or_default();
    if attempt < ATTEMPTS && !key.is_empty() && options.forced.insert(key) {
        return Ok(());
    }
    let sql = statement.map(|statement| statement.sql.clone()).unwrap_or_default();
    Err(Failure::new(
        Code::NOT_PROVED,
        format!("a shadow of the target refuses the script: {said}"),
    )
    .with_details([sql]))
}

async fn finish(shadow: &Shadow, wanted: &Wanted<'_>, options: &Options, trial: &mut Trial) -> Result<(), Failure> {
    let mut reached = captured(shadow).await?;
    // Something may be left that only shows once the rest is done.
    for _ in 0..2 {
        let rest = compare(wanted.source, &reached, wanted.owners);
        if rest.equal {
            break;
        }
        let more = plan(&reached, wanted.source, options);
        match run(shadow, &more).await {
            Ok(measured) if !more.statements.is_empty() => {
                trial.up.statements.extend(more.statements);
                trial.up_measured.extend(measured);
                reached = captured(shadow).await?;
            }
            _ => break,
        }
    }
    let rest = compare(wanted.source, &reached, wanted.owners);
    if !rest.equal {
        trial
            .left_over
            .push(format!("after up:\n{}", rest.text("source", "target")));
    }
    let mut down = back(&reached, wanted.target, &wanted.options);
    match run(shadow, &down).await {
        Ok(measured) => {
            trial.down_measured = measured;
            let mut left = captured(shadow).await?;
            let rest = compare(wanted.target, &left, wanted.owners);
            if !rest.equal {
                let more = back(&left, wanted.target, &wanted.options);
                if let Ok(measured) = run(shadow, &more).await {
                    down.statements.extend(more.statements);
                    trial.down_measured.extend(measured);
                    left = captured(shadow).await?;
                }
            }
            let rest = compare(wanted.target, &left, wanted.owners);
            if !rest.equal {
                trial
                    .left_over
                    .push(format!("after down:\n{}", rest.text("target before", "target after")));
            }
        }
        Err((position, said)) => {
            let sql = down
                .statements
                .get(position)
                .map(|statement| statement.sql.clone())
                .unwrap_or_default();
            trial.left_over.push(format!("the way back is refused: {said}\n{sql}"));
        }
    }
    trial.down = down;
    Ok(())
}

async fn captured(shadow: &Shadow) -> Result<Database, Failure> {
    let mut schema = shadow.capture().await?;
    without_ours(&mut schema);
    Ok(schema)
}

/// Runs and measures; on refusal, which statement and what the server said.
async fn run(shadow: &Shadow, migration: &Migration) -> Result<Vec<Measured>, (usize, String)> {
    let settings = shadow.run("SET check_function_bodies = off").await;
    settings.map_err(|refused| (0, refused.said))?;
    let mut measured = Vec::with_capacity(migration.statements.len());
    for (position, statement) in migration.statements.iter().enumerate() {
        let footprint = shadow
            .measure(&statement.sql)
            .await
            .map_err(|refused| (position, refused.said))?;
        measured.push(Measured {
            locks: footprint.locks,
            rewritten: footprint.rewritten,
        });
    }
    Ok(measured)
}

/// What rows do.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct RowProof {
    /// Tables that got a row.
    pub(super) seeded: usize,
    /// Tables whose row was still there after up and down.
    pub(super) survived: usize,
    /// Tables of which the migration takes the rows or that it replaces.
    pub(super) lost: Vec<String>,
    /// What the server said when it could not go on with rows; the way back was not tried then.
    pub(super) refused: Option<String>,
}

/// Puts a row into every table of a shadow, goes up and down, and looks which rows are still there.
///
/// # Errors
/// `NOVA-1313`.
pub(super) async fn with_rows(
    server: &VerifiedTarget,
    wanted: &Wanted<'_>,
    trial: &Trial,
) -> Result<RowProof, Failure> {
    let shadow = shadow_of(server, wanted).await?;
    let proof = rows(&shadow, wanted.target, trial).await;
    shadow.remove().await?;
    Ok(proof)
}

async fn rows(shadow: &Shadow, target: &Database, trial: &Trial) -> RowProof {
    let mut proof = RowProof::default();
    let mut seeded: BTreeSet<&QualifiedName> = BTreeSet::new();
    let _ = shadow.run("SET session_replication_role = replica").await;
    for table in target.row_tables() {
        if shadow.run(&seed(target, table)).await.is_ok() {
            seeded.insert(&table.name);
        }
    }
    let _ = shadow.run("RESET session_replication_role").await;
    proof.seeded = seeded.len();
    for (what, migration) in [("up", &trial.up), ("down", &trial.down)] {
        if let Err((position, said)) = run(shadow, migration).await {
            let object = migration
                .statements
                .get(position)
                .map(|statement| statement.object.clone());
            proof.refused = Some(format!("{what}, {}: {said}", object.unwrap_or_default()));
            return proof;
        }
    }
    for table in seeded {
        match shadow.count(table).await {
            Ok(count) if count > 0 => proof.survived += 1,
            _ => proof.lost.push(table.readable()),
        }
    }
    proof
}

/// A row whose values fit the types; integers are all 1, so that foreign keys hold.
fn seed(database: &Database, table: &Table) -> String {
    let labels: BTreeMap<&QualifiedName, &nova_schema::TypeDefinition> = database
        .types
        .iter()
        .map(|item| (&item.name, &item.definition))
        .collect();
    let wanted: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .collect();
    let values: Vec<String> = wanted.iter().map(|column| value(column, &labels)).collect();
    let names: Vec<String> = wanted.iter().map(|column| quote_ident(&column.name)).collect();
    if names.is_empty() {
        return format!("INSERT INTO {} DEFAULT VALUES", table.name.sql());
    }
    format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
        table.name.sql(),
        names.join(", "),
        values.join(", ")
    )
}

fn value(column: &Column, types: &BTreeMap<&QualifiedName, &nova_schema::TypeDefinition>) -> String {
    if let Some(nova_schema::TypeDefinition::Enum { labels }) = types.get(&column.type_name)
        && let Some(first) = labels.first()
        && column.type_kind == TypeKind::Enum
    {
        return quote_literal(first);
    }
    let text = match column.base_type.as_str() {
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "oid" | "money" | "text" | "varchar"
        | "bpchar" | "name" | "citext" => "1",
        "bool" => "true",
        "date" | "timestamp" | "timestamptz" => "2024-01-01",
        "time" | "timetz" => "12:00",
        "interval" => "1 day",
        "uuid" => "00000000-0000-0000-0000-000000000001",
        "json" | "jsonb" => "{}",
        "inet" | "cidr" => "10.0.0.1",
        "bytea" => "\\x01",
        name if name.starts_with('_') => "{}",
        _ if column.not_null => "1",
        _ => return "NULL".to_owned(),
    };
    quote_literal(text)
}
