//! Laws of the order of creation, over databases with any dependencies, cycles included.

mod support;

use nova_schema::emit::{Options, post_data, pre_data};
use nova_schema::{Database, Dependency, ObjectKind, ObjectRef};
use proptest::prelude::*;
use support::{function, name, table, view};

const EACH: usize = 6;

/// The reference and the start of the statement that creates each object: tables, functions, views.
fn objects() -> Vec<(ObjectRef, String)> {
    let mut all = Vec::new();
    for i in 0..EACH {
        let (table, function, view) = (format!("t{i}"), format!("f{i}"), format!("v{i}"));
        all.push((
            ObjectRef::named(ObjectKind::Table, &name(&table)),
            format!("CREATE TABLE \"app\".\"{table}\" "),
        ));
        all.push((
            ObjectRef::new(ObjectKind::Function, format!("{}()", name(&function).sql())),
            format!("CREATE OR REPLACE FUNCTION app.{function}()"),
        ));
        all.push((
            ObjectRef::named(ObjectKind::View, &name(&view)),
            format!("VIEW \"app\".\"{view}\" WITH"),
        ));
    }
    all
}

fn database(edges: &[(usize, usize)], defaults: &[(usize, usize)]) -> Database {
    let objects = objects();
    let mut database = Database {
        tables: (0..EACH).map(|i| table(&format!("t{i}"))).collect(),
        functions: (0..EACH).map(|i| function(&format!("f{i}"), "")).collect(),
        views: (0..EACH).map(|i| view(&format!("v{i}"))).collect(),
        ..support::database()
    };
    let depends = |object: ObjectRef, on: usize| Dependency {
        object,
        on: objects[on].0.clone(),
    };
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        database.dependencies.push(depends(objects[*from].0.clone(), *to));
    }
    for (table, on) in defaults {
        database.tables[*table].columns[0].default = Some("0".into());
        database
            .dependencies
            .push(depends(ObjectRef::default_of(&name(&format!("t{table}")), "id"), *on));
    }
    database
}

proptest! {
    #[test]
    fn every_object_is_created_exactly_once(
        edges in prop::collection::vec((0..3 * EACH, 0..3 * EACH), 0..40),
        defaults in prop::collection::vec((0..EACH, 0..3 * EACH), 0..8),
    ) {
        let database = database(&edges, &defaults);
        let options = Options::for_target(18);
        let statements = [pre_data(&database, &options), post_data(&database, &options)].concat();
        for (object, start) in objects() {
            let times = statements.iter().filter(|statement| statement.sql.contains(&start)).count();
            prop_assert_eq!(times, 1, "{:?}", object);
        }
    }

    #[test]
    fn without_cycles_everything_comes_after_what_it_needs(
        edges in prop::collection::vec((0..3 * EACH, 0..3 * EACH), 0..40),
    ) {
        let edges: Vec<_> = edges.into_iter().filter(|(from, to)| from > to).collect();
        let statements = pre_data(&database(&edges, &[]), &Options::for_target(18));
        let objects = objects();
        let position = |object: usize| statements.iter().position(|statement| statement.sql.contains(&objects[object].1));
        for (from, to) in edges {
            prop_assert!(position(from) > position(to), "{:?} came before {:?}", objects[from].0, objects[to].0);
        }
    }
}
