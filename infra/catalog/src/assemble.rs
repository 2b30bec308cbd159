//! Puts the answers together: columns into tables, dependencies between objects.

use crate::answers::{self, Answers};
use crate::columns::{Types, view_column};
use crate::queries::Scope;
use crate::queries::depends::{self, Address};
use crate::queries::tables::CatalogColumn;
use crate::reader::{Loaded, Reader};
use crate::{Error, foreign};
use nova_schema::{
    ColumnDependency, ConstraintKind, Database, Dependency, ObjectKind, ObjectRef, QualifiedName, Unsupported,
    quote_ident,
};
use std::collections::HashMap;
use tokio_postgres::GenericClient;

/// Catalogs, by the identifiers PostgreSQL fixes for them.
const TYPE: u32 = 1247;
const FUNCTION: u32 = 1255;
const RELATION: u32 = 1259;
const DEFAULT: u32 = 2604;
const CONSTRAINT: u32 = 2606;
const REWRITE: u32 = 2618;
const TRIGGER: u32 = 2620;
const POLICY: u32 = 3256;
const COLLATION: u32 = 3456;
const EXTENSION: u32 = 3079;

/// What each object of the catalogs is called in the model.
type Names = HashMap<Address, ObjectRef>;

/// Reads everything.
pub(crate) async fn database<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    scope: &Scope,
) -> Result<Database, Error> {
    let Answers {
        relations,
        definitions,
        globals,
        edges,
    } = Answers::read(reader, scope).await?;
    let mut database = globals.database;
    database.partial = !scope.is_whole();
    let mut names = Names::new();
    database.schemas = values(globals.schemas, |_, _| {});
    database.extensions = values(globals.extensions, |oid, item| {
        names.insert(
            (EXTENSION, oid),
            ObjectRef::new(ObjectKind::Extension, quote_ident(&item.name)),
        );
    });
    let catalog_types = Types(definitions.catalog_types);
    types_and_collations(definitions.types, &catalog_types, &mut database, &mut names);
    database.functions = values(definitions.functions, |oid, item| {
        names.insert((FUNCTION, oid), ObjectRef::new(ObjectKind::Function, item.identity()));
    });
    for family in definitions.scripted {
        database.scripted.extend(values(family.objects, |oid, item| {
            names.insert(
                (family.catalog, oid),
                ObjectRef::new(ObjectKind::Scripted, item.reference()),
            );
        }));
    }
    relations_and_parts(relations, &catalog_types, &mut database, &mut names);
    database.triggers = values(definitions.triggers, |oid, item| {
        names.insert(
            (TRIGGER, oid),
            ObjectRef::on(ObjectKind::Trigger, &item.table, &item.name),
        );
    });
    database.rules = values(definitions.rules, |oid, item| {
        names.insert((REWRITE, oid), ObjectRef::on(ObjectKind::Rule, &item.table, &item.name));
    });
    database.policies = values(definitions.policies, |oid, item| {
        names.insert(
            (POLICY, oid),
            ObjectRef::on(ObjectKind::Policy, &item.table, &item.name),
        );
    });
    database.default_privileges = values(globals.default_privileges, |_, _| {});
    if let Some(whole) = globals.whole {
        database.publications = values(whole.publications, |_, _| {});
        database.settings = values(whole.settings, |_, _| {});
        database.unsupported.extend(whole.unsupported);
        database.extension_rows = whole.extension_rows;
        database.member_grants = values(whole.member_grants, |_, _| {});
        database.extension_dependents = values(whole.dependents, |_, _| {});
        database.labels = values(whole.labels, |_, _| {});
        database.large_objects = values(whole.large_objects, |_, _| {});
    }
    for (address, identity) in edges.family_members {
        names.insert(address, ObjectRef::new(ObjectKind::Scripted, identity));
    }
    for (address, extension) in edges.extension_members {
        names.insert(address, ObjectRef::new(ObjectKind::Extension, quote_ident(&extension)));
    }
    (database.dependencies, database.column_dependencies) = dependencies(edges.all, &names, &catalog_types);
    foreign::unfilled_views(&mut database);
    database.sort();
    Ok(database)
}

/// The objects alone, after `each` has seen them with their identifiers.
fn values<T>(loaded: Vec<Loaded<T>>, mut each: impl FnMut(u32, &T)) -> Vec<T> {
    loaded
        .into_iter()
        .map(|item| {
            each(item.oid, &item.value);
            item.value
        })
        .collect()
}

fn types_and_collations(found: answers::Types, catalog_types: &Types, database: &mut Database, names: &mut Names) {
    database.types = values(found.user_defined, |oid, item| {
        let this = ObjectRef::named(ObjectKind::Type, &item.name);
        // What the attributes of a composite type need, the catalog records for its relation.
        if let Some(found) = catalog_types.0.get(&oid).filter(|found| found.relation != 0) {
            names.insert((RELATION, found.relation), this.clone());
        }
        names.insert((TYPE, oid), this);
    });
    database.collations = values(found.collations, |oid, item| {
        names.insert((COLLATION, oid), ObjectRef::named(ObjectKind::Collation, &item.name));
    });
    for row in found.domain_checks {
        names.insert(
            (CONSTRAINT, row.oid),
            ObjectRef::constraint_of(&row.value.domain, &row.value.name),
        );
    }
}

/// Sequences, tables, views, constraints, indexes.
fn relations_and_parts(found: answers::Relations, catalog_types: &Types, database: &mut Database, names: &mut Names) {
    let sequences = values(found.sequences, |oid, item| {
        names.insert(
            (RELATION, oid),
            ObjectRef::named(ObjectKind::Sequence, &item.sequence.name),
        );
    });
    for item in sequences {
        if item.sequence.last_value.is_none() {
            database.unsupported.push(Unsupported {
                kind: "sequence value".to_owned(),
                name: item.sequence.name.readable(),
                reason: "the reading role has no SELECT privilege on the sequence".to_owned(),
            });
        }
        database.sequences.push(item.sequence);
    }

    let mut by_relation: HashMap<u32, Vec<CatalogColumn>> = HashMap::new();
    for column in found.columns {
        by_relation.entry(column.oid).or_default().push(column.value);
    }
    for mut table in found.tables {
        let this = ObjectRef::named(ObjectKind::Table, &table.value.name);
        let columns = by_relation.remove(&table.oid).unwrap_or_default();
        name_defaults(&columns, &table.value.name, &this, names);
        table.value.columns = columns.into_iter().map(|column| catalog_types.column(column)).collect();
        names.insert((RELATION, table.oid), this);
        database.tables.push(table.value);
    }
    for view in found.views {
        let mut item = view.value.view;
        let this = ObjectRef::named(ObjectKind::View, &item.name);
        let columns = by_relation.remove(&view.oid).unwrap_or_default();
        item.columns = columns.into_iter().map(view_column).collect();
        names.insert((REWRITE, view.value.rule), this.clone());
        names.insert((RELATION, view.oid), this);
        database.views.push(item);
    }
    let constraints = values(found.constraints, |oid, item| {
        names.insert((CONSTRAINT, oid), ObjectRef::constraint_of(&item.table, &item.name));
    });
    (database.key_shares, database.constraints) = constraints
        .into_iter()
        .partition(|item| item.kind == ConstraintKind::ForeignKey && !item.local);
    database.indexes = values(found.indexes, |oid, item| {
        names.insert((RELATION, oid), ObjectRef::named(ObjectKind::Index, &item.name));
    });
    database.statistics = values(found.statistics, |_, _| {});
}

/// A default can be created after its table; a generation expression belongs to it.
fn name_defaults(columns: &[CatalogColumn], table: &QualifiedName, this: &ObjectRef, names: &mut Names) {
    for column in columns {
        if let Some(oid) = column.default_oid {
            let name = if column.generated.is_some() {
                this.clone()
            } else {
                ObjectRef::default_of(table, &column.name)
            };
            names.insert((DEFAULT, oid), name);
        }
    }
}

/// Dependencies between objects that have a name in the model. A row type stands for its table, an array for its
/// elements, a multirange for its range.
fn dependencies(edges: Vec<depends::Edge>, names: &Names, types: &Types) -> (Vec<Dependency>, Vec<ColumnDependency>) {
    let resolve = |mut address: Address| -> Option<&ObjectRef> {
        loop {
            if let Some(name) = names.get(&address) {
                return Some(name);
            }
            let found = types.0.get(&address.1).filter(|_| address.0 == TYPE)?;
            address = if found.relation != 0 {
                (RELATION, found.relation)
            } else if found.element != 0 {
                (TYPE, found.element)
            } else if found.kind == 'm' {
                (TYPE, found.subtype)
            } else {
                return None;
            };
        }
    };
    let mut columns = Vec::new();
    let mut whole = Vec::new();
    for edge in edges {
        let (Some(object), Some(on)) = (resolve(edge.object), resolve(edge.on)) else {
            continue;
        };
        // An owned sequence goes with its column, but is created before it.
        if object.kind == ObjectKind::Sequence && on.kind == ObjectKind::Table {
            continue;
        }
        if edge.column.is_some() || edge.on_column.is_some() {
            columns.push(ColumnDependency {
                object: object.clone(),
                column: edge.column,
                on: on.clone(),
                on_column: edge.on_column,
            });
        }
        if object != on {
            whole.push(Dependency {
                object: object.clone(),
                on: on.clone(),
            });
        }
    }
    (whole, columns)
}
