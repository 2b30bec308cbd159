//! Schemas of well-known applications: the copy equals its source by `pg_dump`, and the oracle has nothing to say.
//!
//! `real/README.md` names them. With `NOVA_REAL_SCHEMAS` set to a folder, every `.sql` file there is tried as well.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of a test, which prints how long a capture takes"
)]

use crate::support::{
    apply, assert_same, assert_silent, canonical_dump, captured, connect, dump, first_difference, new_database, run,
    server, statements, walked,
};
use nova_schema::emit::Options;
use nova_schema::{Database, compare};
use std::path::{Path, PathBuf};
use std::time::Instant;

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

/// The schemas of the repository, and those of the folder that is asked for.
fn schemas() -> Vec<Schema> {
    let mut paths = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/real"));
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

/// Copies every schema on a server of this major version.
async fn copies_equal_their_sources(major: u32) {
    let Some(cluster) = server(major) else { return };
    let admin = connect(&cluster, "postgres").await;
    let mut tables = 0;
    for Schema { name, script } in schemas() {
        let (from, to) = (format!("real_{name}"), format!("real_{name}_copy"));
        drop(new_database(&cluster, &from).await);
        run(&connect(&cluster, &from).await, &script).await;
        let source = connect(&cluster, &from).await;
        let start = Instant::now();
        let expected = captured(&source).await;
        println!(
            "{name}: {} tables, {} objects, captured in {:?}",
            expected.tables.len(),
            objects(&expected),
            start.elapsed()
        );
        tables += expected.tables.len();
        assert_eq!(expected.unsupported, vec![], "{name}");
        let target = new_database(&cluster, &to).await;
        let options = Options::for_target(major).with_owners();
        apply(&target, &statements(&expected, &options)).await;
        assert_silent(&walked(&source).await.differences(&walked(&target).await));
        let strictly = compare::Options {
            owners: true,
            sequence_values: true,
        };
        assert_same(&expected, &captured(&target).await, &strictly);
        if let (Some(before), Some(after)) = (dump(&cluster, &from, major), dump(&cluster, &to, major))
            && before != after
        {
            let before = canonical_dump(&cluster, &from, major).await.unwrap();
            let after = canonical_dump(&cluster, &to, major).await.unwrap();
            assert_eq!(first_difference(&before, &after), None, "{name}");
        }
        drop((source, target));
        for database in [from, to] {
            run(&admin, &format!("DROP DATABASE {database} WITH (FORCE)")).await;
        }
    }
    println!("{tables} tables in all");
}

#[tokio::test]
async fn real_schemas_are_copied_on_15() {
    copies_equal_their_sources(15).await;
}

#[tokio::test]
async fn real_schemas_are_copied_on_18() {
    copies_equal_their_sources(18).await;
}
