//! What a target of an older major version cannot hold.

use crate::{
    Constraint, ConstraintKind, Database, Generated, Grantable, ScriptedObject, TypeDefinition, readable_ident,
};
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize};

/// An object that needs a newer server than the target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Incompatibility {
    /// The object: `table public.users`.
    pub object: String,
    /// The first major version that has what it needs.
    pub needs_major: u32,
    /// What it needs.
    pub reason: String,
}

/// Everything in `database` that a server of `target_major` cannot hold, sorted.
pub fn check(database: &Database, target_major: u32) -> Vec<Incompatibility> {
    let mut needs = Needs::default();
    tables(database, &mut needs);
    database
        .constraints
        .iter()
        .for_each(|constraint| needs.of_constraint(constraint));
    for index in database.indexes.iter().filter(|index| index.nulls_not_distinct) {
        needs.add(15, format!("index {}", index.name.readable()), "NULLS NOT DISTINCT");
    }
    code(database, &mut needs);
    types(database, &mut needs);
    for publication in &database.publications {
        let object = || format!("publication {}", readable_ident(&publication.name));
        if publication
            .tables
            .iter()
            .any(|table| !table.columns.is_empty() || table.filter.is_some())
        {
            needs.add(15, object(), "column lists and row filters");
        }
        if publication.generated_columns.is_some() {
            needs.add(18, object(), "publish_generated_columns");
        }
        if !publication.schemas.is_empty() {
            needs.add(15, object(), "TABLES IN SCHEMA");
        }
    }
    let mut found: Vec<_> = needs
        .found
        .into_iter()
        .filter(|item| item.needs_major > target_major)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The refusal that names every incompatible object, or `None` when there is none.
pub fn failure(found: &[Incompatibility], target_major: u32) -> Option<Failure> {
    let first = found.first()?;
    let cause = format!(
        "PostgreSQL {target_major} cannot hold {}: {} needs {}{}",
        first.object,
        first.reason,
        first.needs_major,
        match found.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        }
    );
    let details = found
        .iter()
        .map(|item| format!("{}: {} needs PostgreSQL {}", item.object, item.reason, item.needs_major));
    Some(Failure::new(Code::INCOMPATIBLE_TARGET, cause).with_details(details))
}

#[derive(Default)]
struct Needs {
    found: Vec<Incompatibility>,
}

impl Needs {
    fn add(&mut self, needs_major: u32, object: String, reason: &str) {
        self.found.push(Incompatibility {
            object,
            needs_major,
            reason: reason.to_owned(),
        });
    }

    fn of_constraint(&mut self, constraint: &Constraint) {
        let object = || {
            format!(
                "constraint {} on {}",
                readable_ident(&constraint.name),
                constraint.table.readable()
            )
        };
        if constraint.temporal {
            self.add(18, object(), "a temporal key (WITHOUT OVERLAPS or PERIOD)");
        }
        if !constraint.enforced {
            self.add(18, object(), "NOT ENFORCED");
        }
        if constraint.kind == ConstraintKind::NotNull && (constraint.no_inherit || !constraint.validated) {
            self.add(18, object(), "NOT NULL with NO INHERIT or NOT VALID");
        }
        if constraint.kind == ConstraintKind::ForeignKey && constraint.definition.contains(" ON DELETE SET ") {
            let columns = constraint
                .definition
                .split(" ON DELETE SET ")
                .nth(1)
                .unwrap_or_default();
            if columns.starts_with("NULL (") || columns.starts_with("DEFAULT (") {
                self.add(15, object(), "ON DELETE SET NULL or DEFAULT with a column list");
            }
        }
    }
}

/// The first major version that has a built-in type.
fn builtin_type_major(base_type: &str) -> u32 {
    match base_type.trim_start_matches('_') {
        name if name.ends_with("multirange") => 14,
        _ => 13,
    }
}

fn tables(database: &Database, needs: &mut Needs) {
    for table in &database.tables {
        let object = || format!("table {}", table.name.readable());
        for column in &table.columns {
            let name = readable_ident(&column.name);
            if matches!(column.generated, Some(Generated::Virtual(_))) {
                needs.add(18, object(), &format!("virtual generated column {name}"));
            }
            if column.compression.is_some() {
                needs.add(14, object(), &format!("compression of column {name}"));
            }
            let major = builtin_type_major(&column.base_type);
            if major > 13 {
                needs.add(major, object(), &format!("type of column {name}"));
            }
        }
        if table.partition_key.is_some() && table.access_method.is_some() {
            needs.add(17, object(), "an access method of a partitioned table");
        }
    }
    for constraint in database
        .constraints
        .iter()
        .filter(|item| item.kind == ConstraintKind::Exclusion)
    {
        let partitioned = database
            .table(&constraint.table)
            .is_some_and(|table| table.partition_key.is_some());
        if partitioned {
            let object = format!(
                "constraint {} on {}",
                readable_ident(&constraint.name),
                constraint.table.readable()
            );
            needs.add(17, object, "an exclusion constraint of a partitioned table");
        }
    }
    for sequence in database.sequences.iter().filter(|sequence| sequence.unlogged) {
        needs.add(15, format!("sequence {}", sequence.name.readable()), "UNLOGGED");
    }
}

fn code(database: &Database, needs: &mut Needs) {
    for function in &database.functions {
        let object = || {
            format!(
                "{} {}",
                function.kind.keyword().to_lowercase(),
                function.name.readable()
            )
        };
        if function.sql_body {
            needs.add(14, object(), "an SQL-standard body");
        }
        if function.out_arguments {
            needs.add(14, object(), "a procedure with OUT arguments");
        }
        if function.arguments.contains("multirange") {
            needs.add(14, object(), "a multirange argument");
        }
    }
    for item in &database.scripted {
        if item.kind == "SUBSCRIPTION" {
            of_subscription(item, needs);
        } else if item.statements.iter().any(|sql| sql.contains(" ON login ")) {
            needs.add(17, format!("event trigger {}", item.identity), "the event login");
        }
    }
    for item in &database.statistics {
        let list = item.definition.rsplit_once(" ON ").map_or("", |(_, list)| list);
        if list.contains('(') {
            needs.add(
                14,
                format!("statistics {}", item.name.readable()),
                "statistics on an expression",
            );
        }
    }
    for item in &database.default_privileges {
        if item.on == Grantable::LargeObject {
            needs.add(
                18,
                format!("default privileges of {}", readable_ident(&item.role)),
                "default privileges on large objects",
            );
        }
    }
    for view in &database.views {
        if view.options.iter().any(|option| option.starts_with("security_invoker")) {
            needs.add(15, format!("view {}", view.name.readable()), "security_invoker");
        }
    }
}

fn of_subscription(item: &ScriptedObject, needs: &mut Needs) {
    const SINCE: &[(u32, &str)] = &[
        (14, "binary"),
        (14, "streaming = on"),
        (16, "streaming = parallel"),
        (15, "two_phase"),
        (15, "disable_on_error"),
        (16, "password_required"),
        (16, "run_as_owner"),
        (16, "origin"),
        (17, "failover"),
    ];
    let options = item.statements.first().and_then(|sql| sql.rsplit_once(" WITH ("));
    let Some((_, options)) = options else { return };
    for (major, option) in SINCE.iter().filter(|(_, option)| options.contains(option)) {
        needs.add(*major, format!("subscription {}", item.identity), option);
    }
}

fn types(database: &Database, needs: &mut Needs) {
    for item in &database.types {
        let subscript = |parameter: &String| parameter.starts_with("SUBSCRIPT");
        if matches!(&item.definition, TypeDefinition::Base { parameters } if parameters.iter().any(subscript)) {
            needs.add(14, format!("type {}", item.name.readable()), "a subscript function");
        }
        if let TypeDefinition::Range {
            multirange: Some(multirange),
            ..
        } = &item.definition
        {
            let usual = multirange.name == format!("{}_multirange", item.name.name)
                || multirange.name == item.name.name.replacen("range", "multirange", 1);
            if !usual {
                needs.add(14, format!("type {}", item.name.readable()), "a named multirange");
            }
        }
    }
    for collation in &database.collations {
        let object = || format!("collation {}", collation.name.readable());
        if collation.rules.is_some() {
            needs.add(16, object(), "ICU rules");
        }
        if collation.provider == "builtin" {
            needs.add(17, object(), "the builtin locale provider");
        }
    }
    match database.locale_provider.as_str() {
        "builtin" => needs.add(17, "database".to_owned(), "the builtin locale provider"),
        "icu" => needs.add(15, "database".to_owned(), "the ICU locale provider"),
        _ => {}
    }
}
