//! Schemas of well-known applications: the copy equals its source by `pg_dump`, and the oracle has nothing to say.
//!
//! `real/README.md` names them. Those of `real` itself are copied on two versions; those of `real/more` too, on every
//! version, when the ignored test is asked for. With `NOVA_REAL_SCHEMAS` set to a folder, every `.sql` file there is tried
//! as well.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of a test, which prints how long a capture takes"
)]

use crate::support::{
    apply, assert_same, assert_silent, canonical_dump, captured, connect, dump, first_difference, new_database, run,
    server, statements, walked,
};
use nova_pgserver::Cluster;
use nova_schema::emit::Options;
use nova_schema::{Database, compare};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Oldest versions that understand a script: an aggregate over `anycompatiblearray`.
const SINCE: &[(&str, u32)] = &[("fides", 14)];

/// A schema by its name, as a script.
struct Schema {
    name: String,
    script: String,
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "lz4" || end == "sql"))
        .collect();
    files.sort();
    files
}

/// The schemas of these folders, and those of the folder that is asked for.
fn schemas(folders: &[&str]) -> Vec<Schema> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut paths: Vec<PathBuf> = folders.iter().flat_map(|folder| files(&own.join(folder))).collect();
    if let Some(more) = std::env::var_os("NOVA_REAL_SCHEMAS") {
        paths.extend(files(Path::new(&more)));
    }
    paths
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            let bytes = if path.extension().is_some_and(|end| end == "lz4") {
                lz4_flex::block::decompress_size_prepended(&bytes).unwrap()
            } else {
                bytes
            };
            Schema {
                name: path
                    .file_name()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .split('.')
                    .next()
                    .unwrap()
                    .to_owned(),
                script: String::from_utf8(bytes).unwrap(),
            }
        })
        .collect()
}

fn objects(database: &Database) -> usize {
    database.tables.len()
        + database.views.len()
        + database.indexes.len()
        + database.constraints.len()
        + database.sequences.len()
        + database.functions.len()
        + database.types.len()
        + database.triggers.len()
        + database.policies.len()
        + database.scripted.len()
}

/// Copies a schema within a server; answers how many tables it has.
async fn copy_equals_its_source(cluster: &Cluster, major: u32, schema: &Schema) -> usize {
    let name = &schema.name;
    let (from, to) = (format!("real_{name}"), format!("real_{name}_copy"));
    drop(new_database(cluster, &from).await);
    run(&connect(cluster, &from).await, &schema.script).await;
    let source = connect(cluster, &from).await;
    let start = Instant::now();
    let expected = captured(&source).await;
    let took = start.elapsed();
    let tables = expected.tables.len();
    println!(
        "{major} {name}: {tables} tables, {} objects, captured in {took:?}",
        objects(&expected)
    );
    assert_eq!(expected.unsupported, vec![], "{name}");
    let target = new_database(cluster, &to).await;
    let options = Options::for_target(major).with_owners();
    apply(&target, &statements(&expected, &options)).await;
    assert_silent(&walked(&source).await.differences(&walked(&target).await));
    let strictly = compare::Options {
        owners: true,
        sequence_values: true,
    };
    assert_same(&expected, &captured(&target).await, &strictly);
    if let (Some(before), Some(after)) = (dump(cluster, &from, major), dump(cluster, &to, major))
        && before != after
    {
        let before = canonical_dump(cluster, &from, major).await.unwrap();
        let after = canonical_dump(cluster, &to, major).await.unwrap();
        assert_eq!(first_difference(&before, &after), None, "{name}");
    }
    drop((source, target));
    let admin = connect(cluster, "postgres").await;
    for database in [from, to] {
        run(&admin, &format!("DROP DATABASE {database} WITH (FORCE)")).await;
    }
    tables
}

/// Copies every schema of these folders on a server of this major version.
async fn copies_equal_their_sources(major: u32, folders: &[&str]) {
    let Some(cluster) = server(major) else { return };
    let understood = |name: &str| SINCE.iter().all(|(other, since)| *other != name || major >= *since);
    let mut schemas = schemas(folders);
    schemas.retain(|schema| understood(&schema.name));
    let mut tables = 0;
    for schema in &schemas {
        tables += copy_equals_its_source(&cluster, major, schema).await;
    }
    println!("{major}: {} schemas, {tables} tables in all", schemas.len());
}

#[tokio::test]
async fn real_schemas_are_copied_on_15() {
    copies_equal_their_sources(15, &["real"]).await;
}

#[tokio::test]
async fn real_schemas_are_copied_on_18() {
    copies_equal_their_sources(18, &["real"]).await;
}

/// `NOVA_REAL_MAJOR` chooses one version.
#[tokio::test]
#[ignore = "2,631 tables on six versions: some minutes"]
async fn every_real_schema_is_copied_on_every_version() {
    let chosen = std::env::var("NOVA_REAL_MAJOR").ok();
    let chosen: Option<u32> = chosen.map(|major| major.parse().unwrap());
    for major in (13..=18).filter(|major| chosen.is_none_or(|chosen| chosen == *major)) {
        copies_equal_their_sources(major, &["real", "real/more"]).await;
    }
}

/// What every extension of the server brings, and columns and indexes that need it.
#[tokio::test]
async fn every_extension_of_the_server_is_copied_on_15() {
    let Some(cluster) = server(15) else { return };
    let source = new_database(&cluster, "extended").await;
    let available = "SELECT name FROM pg_available_extensions WHERE name <> 'plpgsql' ORDER BY name";
    let rows = source.query(available, &[]).await.unwrap();
    let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let mut count = 0;
    for name in &names {
        // Some need a library that is loaded with the server, or a language that is not installed.
        let create = format!("CREATE EXTENSION IF NOT EXISTS \"{name}\" CASCADE");
        count += usize::from(source.batch_execute(&create).await.is_ok());
    }
    println!("{count} of {} extensions", names.len());
    assert!(count >= 30, "{names:?}");
    run(&source, include_str!("fixtures/extended.sql")).await;
    let expected = captured(&source).await;
    assert_eq!(expected.unsupported, vec![]);
    assert!(expected.extensions.len() >= count);
    let target = new_database(&cluster, "extended_copy").await;
    apply(&target, &statements(&expected, &Options::for_target(15).with_owners())).await;
    assert_silent(&walked(&source).await.differences(&walked(&target).await));
    assert_same(&expected, &captured(&target).await, &compare::Options::default());
    if let (Some(before), Some(after)) = (dump(&cluster, "extended", 15), dump(&cluster, "extended_copy", 15)) {
        assert_eq!(first_difference(&before, &after), None);
    }
}
