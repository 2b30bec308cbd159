//! Which tables' rows are copied. The schema is always copied whole.

use nova_errors::{Code, Failure};
use nova_events::CloneOptions;
use nova_schema::{Database, QualifiedName};
use std::collections::{BTreeMap, BTreeSet};

/// Why a table's rows stay behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Neither listed by `--tables` nor referenced by a listed table.
    NotListed,
    /// It matches a pattern of `clone.exclude_rows`.
    Excluded,
}

/// Every table with rows of its own, and whether its rows are copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Tables whose rows are copied.
    pub copied: BTreeSet<QualifiedName>,
    /// Tables that arrive empty, and why.
    pub left_out: BTreeMap<QualifiedName, LeftOut>,
}

/// Decides for every table. Listing a table takes along what it references, so that its foreign keys hold; naming a
/// partitioned table means its partitions.
///
/// # Errors
/// `NOVA-1001` when a listed table does not exist; `NOVA-1004` when leaving out rows would break a foreign key of rows
/// that are copied.
pub fn scope(schema: &Database, options: &CloneOptions) -> Result<Scope, Failure> {
    let family = Family::of(schema);
    let listed = listed(schema, &family, &options.tables)?;
    let excluded: BTreeSet<QualifiedName> = if options.include_all {
        BTreeSet::new()
    } else {
        let matches = |name: &QualifiedName| options.exclude_rows.iter().any(|pattern| matches(pattern, name));
        schema
            .tables
            .iter()
            .filter(|table| matches(&table.name))
            .flat_map(|table| family.leaves(&table.name))
            .collect()
    };

    let excluded = excluded
        .into_iter()
        .chain(opens_accounts(schema, options))
        .collect::<BTreeSet<_>>();

    let mut scope = Scope::default();
    for table in schema.row_tables() {
        let name = table.name.clone();
        if listed.as_ref().is_some_and(|listed| !listed.contains(&name)) {
            scope.left_out.insert(name, LeftOut::NotListed);
        } else if excluded.contains(&name) {
            scope.left_out.insert(name, LeftOut::Excluded);
        } else {
            scope.copied.insert(name);
        }
    }
    broken_keys(schema, &family, &scope)?;
    Ok(scope)
}

/// Tables of Supabase's own schemas that open accounts or hold secrets and other people's traffic. An anonymized copy
/// never gets their rows, whatever is asked for.
const SUPABASE: &[&str] = &[
    "auth.sessions",
    "auth.refresh_tokens",
    "auth.one_time_tokens",
    "auth.flow_state",
    "auth.mfa_challenges",
    "auth.mfa_amr_claims",
    "auth.mfa_factors",
    "auth.webauthn_*",
    "auth.saml_relay_states",
    "auth.audit_log_entries",
    "auth.oauth_authorizations",
    "auth.oauth_consents",
    "vault.secrets",
    "realtime.messages",
    "realtime.messages_*",
];

/// Those of them that are there, for an anonymized copy of a Supabase database.
fn opens_accounts(schema: &Database, options: &CloneOptions) -> BTreeSet<QualifiedName> {
    let people = schema.table(&QualifiedName::new("auth", "users"));
    let supabase = people.is_some_and(|table| {
        table.column("encrypted_password").is_some() && table.column("raw_user_meta_data").is_some()
    });
    if !options.anonymize || !supabase {
        return BTreeSet::new();
    }
    schema
        .row_tables()
        .map(|table| table.name.clone())
        .filter(|name| SUPABASE.iter().any(|pattern| matches(pattern, name)))
        .collect()
}

/// The listed tables and all that they reference, or none when nothing was listed.
fn listed(
    schema: &Database,
    family: &Family<'_>,
    wanted: &[String],
) -> Result<Option<BTreeSet<QualifiedName>>, Failure> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let mut todo: Vec<QualifiedName> = Vec::new();
    for wish in wanted {
        let found: Vec<_> = schema
            .tables
            .iter()
            .filter(|table| matches(wish, &table.name))
            .collect();
        if found.is_empty() {
            return Err(Failure::new(
                Code::BAD_ARGUMENT,
                format!("--tables: table {wish} does not exist in the source"),
            ));
        }
        todo.extend(found.into_iter().map(|table| table.name.clone()));
    }
    let (mut seen, mut rows) = (BTreeSet::new(), BTreeSet::new());
    while let Some(name) = todo.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        rows.extend(family.leaves(&name));
        todo.extend(family.relatives(&name));
        let references = schema.foreign_keys().filter(|key| *key.table == name);
        todo.extend(references.map(|key| key.referenced_table.clone()));
    }
    Ok(Some(rows))
}

/// A foreign key from copied rows into a table that arrives empty cannot hold; with `NULL`s alone it might, but that
/// is not for a setting to decide silently.
fn broken_keys(schema: &Database, family: &Family<'_>, scope: &Scope) -> Result<(), Failure> {
    let copied = |name: &QualifiedName| family.leaves(name).iter().any(|leaf| scope.copied.contains(leaf));
    let empty = |name: &QualifiedName| {
        let leaves = family.leaves(name);
        !leaves.is_empty()
            && leaves
                .iter()
                .all(|leaf| scope.left_out.get(leaf) == Some(&LeftOut::Excluded))
    };
    let broken: Vec<String> = schema
        .foreign_keys()
        .filter(|key| copied(key.table) && empty(key.referenced_table))
        .map(|key| {
            format!(
                "{} references {} ({})",
                key.table.readable(),
                key.referenced_table.readable(),
                key.name
            )
        })
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        Code::BAD_SETTINGS,
        "clone.exclude_rows leaves out rows that copied rows reference".to_owned(),
    )
    .with_remedy("Exclude the referencing tables too, or pass --include-all.")
    .with_details(broken))
}

/// `users`, `public.users`, `audit.*`, `*_log`: a pattern without a dot matches in every schema; `*` matches any run.
fn matches(pattern: &str, name: &QualifiedName) -> bool {
    match pattern.split_once('.') {
        Some((schema, table)) => {
            (wildcard(schema, &name.schema) && wildcard(table, &name.name)) || wildcard(pattern, &name.name)
        }
        None => wildcard(pattern, &name.name),
    }
}

fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(position) = text.find(part) else { return false };
        text = text.get(position + part.len()..).unwrap_or_default();
    }
    text.ends_with(last)
}

/// Which tables are partitions or inheritance children of which.
struct Family<'a> {
    schema: &'a Database,
    children: BTreeMap<&'a QualifiedName, Vec<&'a QualifiedName>>,
}

impl<'a> Family<'a> {
    fn of(schema: &'a Database) -> Self {
        let mut children: BTreeMap<&QualifiedName, Vec<&QualifiedName>> = BTreeMap::new();
        for table in &schema.tables {
            if let Some(partition) = &table.partition_of {
                children.entry(&partition.parent).or_default().push(&table.name);
            }
        }
        Self { schema, children }
    }

    /// The tables that hold the rows of this one: itself, or its leaf partitions.
    fn leaves(&self, name: &QualifiedName) -> Vec<QualifiedName> {
        match self.children.get(name) {
            Some(children) => children.iter().flat_map(|child| self.leaves(child)).collect(),
            None => self
                .schema
                .row_tables()
                .filter(|table| table.name == *name)
                .map(|table| table.name.clone())
                .collect(),
        }
    }

    /// Partitions and parents, which share foreign keys.
    fn relatives(&self, name: &QualifiedName) -> Vec<QualifiedName> {
        let parent = self
            .schema
            .table(name)
            .and_then(|table| table.partition_of.as_ref())
            .map(|place| place.parent.clone());
        let children = self
            .children
            .get(name)
            .into_iter()
            .flatten()
            .map(|child| (*child).clone());
        // A parent's keys are its partitions' keys; its other partitions are not wanted, so only the keys are followed.
        let inherited = parent.into_iter().flat_map(|parent| {
            let keys = self.schema.foreign_keys().filter(move |key| *key.table == parent);
            keys.map(|key| key.referenced_table.clone()).collect::<Vec<_>>()
        });
        children.chain(inherited).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_like_a_shell_would() {
        let name = QualifiedName::new("audit", "log_2026");
        for (pattern, expected) in [
            ("log_2026", true),
            ("audit.log_2026", true),
            ("audit.*", true),
            ("*.log_*", true),
            ("log", false),
            ("public.*", false),
            ("*2026", true),
            ("l*g*6", true),
            ("l*x*6", false),
        ] {
            assert_eq!(matches(pattern, &name), expected, "{pattern}");
        }
    }
}
