//! The statements for small databases, made by hand: what comes out, and in which order.

mod support;

use nova_schema::emit::{Options, Statement, post_data, pre_data, table_post_data};
use nova_schema::{
    ConstraintKind, Database, Dependency, Generated, Grant, Identity, ObjectKind, ObjectRef, Partition, PartitionKey,
    Policy, QualifiedName, Sequence, SequenceOwner, TableKind, Type, TypeDefinition,
};
use support::{column, constraint, database, function, name, sequence, table, view};

/// The SQL of statements, one after the other.
fn script(statements: &[Statement]) -> String {
    statements
        .iter()
        .map(|statement| format!("{};\n", statement.sql))
        .collect()
}

fn options() -> Options {
    Options::for_target(18)
}

fn depends(database: &mut Database, object: ObjectRef, on: ObjectRef) {
    database.dependencies.push(Dependency { object, on });
}

#[test]
fn a_table_says_everything_about_its_columns() {
    let mut users = table("users");
    let mut id = column("id", "bigint");
    id.not_null = true;
    id.identity = Some(Identity {
        always: true,
        sequence: name("users_id_seq"),
    });
    let mut slug = column("slug", "text");
    slug.generated = Some(Generated::Virtual("lower(name)".into()));
    let mut label = column("we\"ird", "character varying(10)");
    label.collation = Some(QualifiedName::new("pg_catalog", "C"));
    label.default = Some("'x'::character varying".into());
    label.storage = Some("EXTERNAL".into());
    label.statistics = Some(500);
    users.columns = vec![id, slug, label];
    users.unlogged = true;
    users.options = vec!["fillfactor=70".into()];
    let mut check = constraint("users", "short", ConstraintKind::Check, "CHECK ((length(name) < 9))");
    check.no_inherit = true;
    let mut late = constraint(
        "users",
        "later",
        ConstraintKind::Check,
        "CHECK ((name <> '')) NOT VALID",
    );
    late.validated = false;
    let mut database = Database {
        tables: vec![users],
        constraints: vec![check, late],
        sequences: vec![Sequence {
            owned_by: Some(SequenceOwner {
                table: name("users"),
                column: "id".into(),
                identity: true,
            }),
            ..sequence("users_id_seq")
        }],
        ..database()
    };
    database.sort();
    insta::assert_snapshot!(script(&pre_data(&database, &options())));
    insta::assert_snapshot!("a_table_after_its_rows", script(&post_data(&database, &options())));
}

#[test]
fn partitions_are_attached_while_empty_and_their_keys_when_full() {
    let mut parent = table("events");
    parent.kind = TableKind::Partitioned;
    parent.partition_key = Some(PartitionKey {
        definition: "RANGE (at)".into(),
        columns: vec!["at".into()],
    });
    let mut leaf = table("events_2024");
    leaf.partition_of = Some(Partition {
        parent: name("events"),
        bound: "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')".into(),
    });
    let key = constraint("events", "events_pkey", ConstraintKind::PrimaryKey, "PRIMARY KEY (id)");
    let mut leaf_key = constraint(
        "events_2024",
        "own_name",
        ConstraintKind::PrimaryKey,
        "PRIMARY KEY (id)",
    );
    leaf_key.attached_to = Some(name("events_pkey"));
    let mut leaf_index = support::index("events_2024", "own_name");
    leaf_index.constraint = Some("own_name".into());
    leaf_index.attached_to = Some(name("events_pkey"));
    let mut database = Database {
        tables: vec![leaf, parent],
        constraints: vec![key, leaf_key],
        indexes: vec![leaf_index],
        ..database()
    };
    database.sort();
    depends(
        &mut database,
        ObjectRef::named(ObjectKind::Table, &name("events_2024")),
        ObjectRef::named(ObjectKind::Table, &name("events")),
    );
    let rows: Vec<_> = database.row_tables().map(|table| table.name.name.as_str()).collect();
    assert_eq!(rows, ["events_2024"]);
    let all = [
        pre_data(&database, &options()),
        table_post_data(&database, &name("events_2024"), &options()),
        post_data(&database, &options()),
    ];
    insta::assert_snapshot!(script(&all.concat()));
}

#[test]
fn a_default_on_a_cycle_is_set_once_its_function_exists() {
    let mut numbered = table("numbered");
    numbered.columns[0].default = Some("app.next_number()".into());
    let next = function("next_number", "r app.numbered");
    let function_ref = ObjectRef::new(ObjectKind::Function, next.identity());
    let table_ref = ObjectRef::named(ObjectKind::Table, &name("numbered"));
    let mut database = Database {
        tables: vec![numbered],
        functions: vec![next],
        ..database()
    };
    depends(&mut database, function_ref.clone(), table_ref);
    depends(
        &mut database,
        ObjectRef::default_of(&name("numbered"), "id"),
        function_ref,
    );
    insta::assert_snapshot!(script(&pre_data(&database, &options())));
}

#[test]
fn a_view_and_a_function_that_need_each_other_start_with_a_placeholder() {
    let rows = function("ring_rows", "");
    let function_ref = ObjectRef::new(ObjectKind::Function, rows.identity());
    let view_ref = ObjectRef::named(ObjectKind::View, &name("ring"));
    let mut database = Database {
        functions: vec![rows],
        views: vec![view("ring")],
        ..database()
    };
    depends(&mut database, function_ref.clone(), view_ref.clone());
    depends(&mut database, view_ref, function_ref);
    insta::assert_snapshot!(script(&pre_data(&database, &options())));
}

#[test]
fn a_view_that_needs_a_primary_key_waits_for_it_and_so_do_views_on_it() {
    let mut database = Database {
        tables: vec![table("users")],
        views: vec![view("a_on_top"), view("grouped")],
        constraints: vec![constraint(
            "users",
            "users_pkey",
            ConstraintKind::PrimaryKey,
            "PRIMARY KEY (id)",
        )],
        ..database()
    };
    let grouped = ObjectRef::named(ObjectKind::View, &name("grouped"));
    depends(
        &mut database,
        grouped.clone(),
        ObjectRef::constraint_of(&name("users"), "users_pkey"),
    );
    depends(
        &mut database,
        ObjectRef::named(ObjectKind::View, &name("a_on_top")),
        grouped,
    );
    assert!(!script(&pre_data(&database, &options())).contains("VIEW"));
    insta::assert_snapshot!(script(&post_data(&database, &options())));
}

#[test]
fn order_does_not_depend_on_anything_but_names() {
    let tables = ["c", "a", "b"].map(table);
    let mut database = Database {
        tables: tables.to_vec(),
        ..database()
    };
    let reference = |table: &str| ObjectRef::named(ObjectKind::Table, &name(table));
    depends(&mut database, reference("a"), reference("c"));
    let first = script(&pre_data(&database, &options()));
    database.tables.reverse();
    assert_eq!(script(&pre_data(&database, &options())), first);
    let position = |table: &str| first.find(&format!("TABLE \"app\".\"{table}\"")).unwrap();
    assert!(position("b") < position("c") && position("c") < position("a"));
}

#[test]
fn privileges_lead_from_the_default_to_what_the_source_has() {
    let grant = |grantee: Option<&str>, privilege: &str, grantable| Grant {
        grantee: grantee.map(str::to_owned),
        grantor: "owner".into(),
        privilege: privilege.into(),
        grantable,
    };
    let mut users = table("users");
    users.acl = Some(vec![
        grant(Some("owner"), "SELECT", false),
        grant(Some("We\"ird"), "SELECT", false),
        grant(Some("We\"ird"), "INSERT", true),
        grant(None, "SELECT", false),
    ]);
    users.columns[0].acl = Some(vec![grant(Some("app"), "UPDATE", false)]);
    let mut secret = function("secret", "");
    secret.acl = Some(vec![grant(Some("owner"), "EXECUTE", false)]);
    let database = Database {
        tables: vec![users],
        functions: vec![secret],
        policies: vec![Policy {
            table: name("users"),
            name: "own".into(),
            permissive: false,
            command: "UPDATE".into(),
            roles: vec!["app".into()],
            using: Some("(id > 0)".into()),
            check: Some("true".into()),
            extension: None,
            comment: None,
        }],
        ..database()
    };
    insta::assert_snapshot!(script(&post_data(&database, &options())));
    insta::assert_snapshot!(
        "privileges_with_owners",
        script(&post_data(&database, &options().with_owners()))
    );
}

#[test]
fn labels_and_comments_survive_quotes_and_backslashes() {
    let database = Database {
        types: vec![Type {
            name: name("mood"),
            definition: TypeDefinition::Enum {
                labels: vec!["it's".into(), "C:\\New".into(), String::new()],
            },
            owner: "owner".into(),
            acl: None,
            comment: Some("a 'quote' and a \\ backslash".into()),
        }],
        ..database()
    };
    let all = [pre_data(&database, &options()), post_data(&database, &options())];
    insta::assert_snapshot!(script(&all.concat()));
}
