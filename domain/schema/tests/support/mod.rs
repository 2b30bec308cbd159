//! Small parts of databases, everything at its default.

#![allow(dead_code, reason = "each test binary uses its part")]

use nova_schema::{
    Column, Constraint, ConstraintKind, Database, Function, FunctionKind, Index, QualifiedName, ReplicaIdentity,
    Schema, Sequence, Table, TableKind, TypeKind, View, ViewColumn,
};

pub(crate) fn name(name: &str) -> QualifiedName {
    QualifiedName::new("app", name)
}

/// A database with the schema `app` and nothing in it.
pub(crate) fn database() -> Database {
    Database {
        server_version: 18,
        schemas: vec![Schema {
            name: "app".into(),
            owner: "owner".into(),
            acl: None,
            comment: None,
        }],
        ..Database::default()
    }
}

pub(crate) fn column(column: &str, type_sql: &str) -> Column {
    Column {
        name: column.into(),
        type_sql: type_sql.into(),
        type_name: QualifiedName::new("pg_catalog", type_sql),
        type_kind: TypeKind::Base,
        base_type: type_sql.into(),
        type_builtin: true,
        max_length: None,
        not_null: false,
        default: None,
        generated: None,
        identity: None,
        collation: None,
        storage: None,
        compression: None,
        statistics: None,
        options: vec![],
        foreign_options: vec![],
        local: true,
        acl: None,
        comment: None,
    }
}

/// A table with one column `id`.
pub(crate) fn table(table: &str) -> Table {
    Table {
        name: name(table),
        kind: TableKind::Ordinary,
        columns: vec![column("id", "integer")],
        partition_of: None,
        partition_key: None,
        inherits: vec![],
        of_type: None,
        unlogged: false,
        access_method: None,
        tablespace: None,
        foreign: None,
        options: vec![],
        row_security: false,
        force_row_security: false,
        replica_identity: ReplicaIdentity::Default,
        owner: "owner".into(),
        acl: None,
        comment: None,
    }
}

pub(crate) fn constraint(table: &str, constraint: &str, kind: ConstraintKind, definition: &str) -> Constraint {
    Constraint {
        table: name(table),
        name: constraint.into(),
        kind,
        definition: definition.into(),
        columns: vec!["id".into()],
        references: None,
        validated: true,
        enforced: true,
        no_inherit: false,
        local: true,
        temporal: false,
        attached_to: None,
        options: vec![],
        tablespace: None,
        comment: None,
    }
}

pub(crate) fn index(table: &str, index: &str) -> Index {
    Index {
        name: name(index),
        table: name(table),
        definition: format!("CREATE UNIQUE INDEX {index} ON app.{table} USING btree (id)"),
        constraint: None,
        unique: true,
        columns: vec![Some("id".into())],
        mentions: vec!["id".into()],
        partial: false,
        nulls_not_distinct: false,
        valid: true,
        partitioned: false,
        tablespace: None,
        clustered: false,
        attached_to: None,
        statistics: vec![],
        comment: None,
    }
}

pub(crate) fn sequence(sequence: &str) -> Sequence {
    Sequence {
        name: name(sequence),
        type_sql: "bigint".into(),
        start: 1,
        increment: 1,
        minimum: 1,
        maximum: i64::MAX,
        cache: 1,
        cycle: false,
        unlogged: false,
        owned_by: None,
        last_value: Some(7),
        is_called: false,
        owner: "owner".into(),
        acl: None,
        comment: None,
    }
}

pub(crate) fn function(function: &str, arguments: &str) -> Function {
    Function {
        name: name(function),
        arguments: arguments.into(),
        kind: FunctionKind::Function,
        definition: format!(
            "CREATE OR REPLACE FUNCTION app.{function}({arguments}) RETURNS integer LANGUAGE sql AS 'SELECT 1'"
        ),
        language: "sql".into(),
        sql_body: false,
        out_arguments: false,
        owner: "owner".into(),
        acl: None,
        comment: None,
    }
}

pub(crate) fn view(view: &str) -> View {
    View {
        name: name(view),
        materialized: false,
        populated: true,
        columns: vec![ViewColumn {
            name: "id".into(),
            type_sql: "integer".into(),
            collation: None,
            default: None,
            storage: None,
            compression: None,
            options: vec![],
            statistics: None,
            acl: None,
            comment: None,
        }],
        query: " SELECT 1 AS id".into(),
        options: vec!["security_invoker=true".into()],
        access_method: None,
        tablespace: None,
        owner: "owner".into(),
        acl: None,
        comment: None,
    }
}
