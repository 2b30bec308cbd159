//! Asks everything at once: the server answers one query while the answers to the one before are being read.

use crate::Error;
use crate::queries::depends::{Address, Edge};
use crate::queries::relations::{CatalogSequence, CatalogView};
use crate::queries::scripted::Found;
use crate::queries::tables::CatalogColumn;
use crate::queries::types::{CatalogType, DomainCheck};
use crate::queries::{
    Scope, code, depends, extensions, globals, others, relations, scripted, tables, types, unsupported,
};
use crate::reader::{Loaded, Reader};
use futures_util::future::{try_join, try_join3, try_join4, try_join5};
use nova_schema::{
    Collation, Constraint, Database, DefaultPrivileges, Extension, ExtensionDependent, ExtensionRows, Function, Index,
    LargeObject, MemberGrants, Policy, Publication, Rule, Schema, SecurityLabel, Setting, Statistics, Table, Trigger,
    Type, Unsupported,
};
use std::collections::HashMap;
use tokio_postgres::GenericClient;

/// Everything the catalogs say, before it is put together.
pub(crate) struct Answers {
    pub(crate) relations: Relations,
    pub(crate) definitions: Definitions,
    pub(crate) globals: Globals,
    pub(crate) edges: Edges,
}

/// Relations and their parts.
pub(crate) struct Relations {
    pub(crate) sequences: Vec<Loaded<CatalogSequence>>,
    pub(crate) columns: Vec<Loaded<CatalogColumn>>,
    pub(crate) tables: Vec<Loaded<Table>>,
    pub(crate) views: Vec<Loaded<CatalogView>>,
    pub(crate) constraints: Vec<Loaded<Constraint>>,
    pub(crate) indexes: Vec<Loaded<Index>>,
    pub(crate) statistics: Vec<Loaded<Statistics>>,
}

/// Types that someone made, collations, checks of domains.
pub(crate) struct Types {
    pub(crate) user_defined: Vec<Loaded<Type>>,
    pub(crate) collations: Vec<Loaded<Collation>>,
    pub(crate) domain_checks: Vec<Loaded<DomainCheck>>,
}

/// Types, routines and what calls them, objects that are carried as statements.
pub(crate) struct Definitions {
    pub(crate) catalog_types: HashMap<u32, CatalogType>,
    pub(crate) types: Types,
    pub(crate) functions: Vec<Loaded<Function>>,
    pub(crate) scripted: Vec<Found>,
    pub(crate) triggers: Vec<Loaded<Trigger>>,
    pub(crate) rules: Vec<Loaded<Rule>>,
    pub(crate) policies: Vec<Loaded<Policy>>,
}

/// What is about the database as such.
pub(crate) struct Globals {
    pub(crate) database: Database,
    pub(crate) schemas: Vec<Loaded<Schema>>,
    pub(crate) extensions: Vec<Loaded<Extension>>,
    pub(crate) default_privileges: Vec<Loaded<DefaultPrivileges>>,
    /// What belongs to no schema; `None` when only some schemas are captured.
    pub(crate) whole: Option<Whole>,
}

/// What belongs to no schema.
pub(crate) struct Whole {
    pub(crate) publications: Vec<Loaded<Publication>>,
    pub(crate) settings: Vec<Loaded<Setting>>,
    pub(crate) member_grants: Vec<Loaded<MemberGrants>>,
    pub(crate) dependents: Vec<Loaded<ExtensionDependent>>,
    pub(crate) labels: Vec<Loaded<SecurityLabel>>,
    pub(crate) large_objects: Vec<Loaded<LargeObject>>,
    pub(crate) extension_rows: Vec<ExtensionRows>,
    pub(crate) unsupported: Vec<Unsupported>,
}

/// What needs what.
pub(crate) struct Edges {
    pub(crate) all: Vec<Edge>,
    pub(crate) family_members: Vec<(Address, String)>,
    pub(crate) extension_members: Vec<(Address, String)>,
}

impl Answers {
    /// The dearest families first: while they are read here, the server goes on.
    pub(crate) async fn read<C: GenericClient + Sync>(reader: &Reader<'_, C>, scope: &Scope) -> Result<Self, Error> {
        let (relations, definitions, globals, edges) = try_join4(
            read_relations(reader, scope),
            read_definitions(reader, scope),
            read_globals(reader, scope),
            read_edges(reader),
        )
        .await?;
        Ok(Self {
            relations,
            definitions,
            globals,
            edges,
        })
    }
}

async fn read_relations<C: GenericClient + Sync>(reader: &Reader<'_, C>, scope: &Scope) -> Result<Relations, Error> {
    let ((sequences, columns, constraints, indexes), (tables, views, statistics)) = try_join(
        try_join4(
            relations::sequences(reader, scope),
            tables::table_columns(reader, scope),
            tables::constraints(reader, scope),
            tables::indexes(reader, scope),
        ),
        try_join3(
            tables::tables(reader, scope),
            relations::views(reader, scope),
            tables::statistics(reader, scope),
        ),
    )
    .await?;
    Ok(Relations {
        sequences,
        columns,
        tables,
        views,
        constraints,
        indexes,
        statistics,
    })
}

async fn read_definitions<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Definitions, Error> {
    let ((catalog_types, user_defined, collations, domain_checks), (functions, scripted, triggers, rules, policies)) =
        try_join(
            try_join4(
                types::all(reader),
                types::user_defined(reader, scope),
                types::collations(reader, scope),
                types::domain_constraints(reader),
            ),
            try_join5(
                code::functions(reader, scope),
                scripted::all(reader, scope),
                code::triggers(reader, scope),
                code::rules(reader, scope),
                code::policies(reader, scope),
            ),
        )
        .await?;
    Ok(Definitions {
        catalog_types,
        types: Types {
            user_defined,
            collations,
            domain_checks,
        },
        functions,
        scripted,
        triggers,
        rules,
        policies,
    })
}

async fn read_globals<C: GenericClient + Sync>(reader: &Reader<'_, C>, scope: &Scope) -> Result<Globals, Error> {
    let (database, schemas, extensions, default_privileges, whole) = try_join5(
        globals::database(reader),
        globals::schemas(reader, scope),
        globals::extensions(reader),
        globals::default_privileges(reader, scope),
        read_whole(reader, scope),
    )
    .await?;
    Ok(Globals {
        database,
        schemas,
        extensions,
        default_privileges,
        whole,
    })
}

async fn read_whole<C: GenericClient + Sync>(reader: &Reader<'_, C>, scope: &Scope) -> Result<Option<Whole>, Error> {
    if !scope.is_whole() {
        return Ok(None);
    }
    let (
        (publications, settings, member_grants, dependents),
        (labels, large_objects),
        ((extension_rows, mut unsupported), others),
    ) = try_join3(
        try_join4(
            globals::publications(reader),
            globals::settings(reader),
            extensions::member_grants(reader),
            extensions::dependents(reader),
        ),
        try_join(others::labels(reader), others::large_objects(reader)),
        try_join(extensions::rows(reader), unsupported::all(reader, scope)),
    )
    .await?;
    unsupported.extend(others);
    Ok(Some(Whole {
        publications,
        settings,
        member_grants,
        dependents,
        labels,
        large_objects,
        extension_rows,
        unsupported,
    }))
}

async fn read_edges<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Edges, Error> {
    let (all, family_members, extension_members) = try_join3(
        depends::edges(reader),
        depends::family_members(reader),
        depends::extension_members(reader),
    )
    .await?;
    Ok(Edges {
        all,
        family_members,
        extension_members,
    })
}
