//! Extensions, publications, settings, large objects, labels.

use crate::statement::Statement;
use nova_schema::{
    Extension, ExtensionDependent, LargeObject, Publication, PublishedTable, SecurityLabel, Setting, emit, quote_ident,
    quote_literal,
};

/// Another schema or version.
pub(crate) fn extension(before: &Extension, after: &Extension, versions: bool) -> Vec<Statement> {
    let label = format!("extension {}", after.name);
    let mut out = Vec::new();
    if let Some(schema) = after.schema.as_ref().filter(|_| before.schema != after.schema) {
        out.push(Statement::new(
            &label,
            format!(
                "ALTER EXTENSION {} SET SCHEMA {}",
                quote_ident(&after.name),
                quote_ident(schema)
            ),
        ));
    }
    if versions && before.version != after.version {
        out.push(
            Statement::new(
                &label,
                format!(
                    "ALTER EXTENSION {} UPDATE TO {}",
                    quote_ident(&after.name),
                    quote_literal(&after.version)
                ),
            )
            .may_fail("the server has no way from the one version to the other"),
        );
    }
    out
}

/// What is published, and how.
pub(crate) fn publication(before: &Publication, after: &Publication, options: &emit::Options) -> Vec<Statement> {
    let label = format!("publication {}", after.name);
    let name = quote_ident(&after.name);
    let mut out = Vec::new();
    let create = emit::object::publication(after, options)
        .into_iter()
        .next()
        .map(|statement| statement.sql)
        .unwrap_or_default();
    let (scope, with) = create.rsplit_once(" WITH (publish = ").unwrap_or((&create, ""));
    if before.publish != after.publish
        || before.via_root != after.via_root
        || before.generated_columns != after.generated_columns
    {
        let mut options = with.to_owned();
        if before.generated_columns.is_some() && after.generated_columns.is_none() {
            options = format!("{}, publish_generated_columns = none)", with.trim_end_matches(')'));
        }
        out.push(Statement::new(
            &label,
            format!("ALTER PUBLICATION {name} SET (publish = {options}"),
        ));
    }
    if before.tables != after.tables || before.schemas != after.schemas {
        if let Some((_, objects)) = scope.split_once(" FOR ") {
            out.push(Statement::new(
                &label,
                format!("ALTER PUBLICATION {name} SET {objects}"),
            ));
        } else {
            for table in &before.tables {
                out.push(drop_table(after, table));
            }
            for schema in &before.schemas {
                out.push(Statement::new(
                    &label,
                    format!("ALTER PUBLICATION {name} DROP TABLES IN SCHEMA {}", quote_ident(schema)),
                ));
            }
        }
    }
    out
}

/// Takes a table out of a publication, for a while or for good.
pub(crate) fn drop_table(publication: &Publication, table: &PublishedTable) -> Statement {
    Statement::new(
        format!("publication {}", publication.name),
        format!(
            "ALTER PUBLICATION {} DROP TABLE ONLY {}",
            quote_ident(&publication.name),
            table.table.sql()
        ),
    )
}

/// Takes a parameter off the database.
pub(crate) fn reset(setting: &Setting) -> Statement {
    let name: Vec<_> = setting.name.split('.').map(quote_ident).collect();
    let whose = match &setting.role {
        Some(role) => format!("ROLE {} IN DATABASE", quote_ident(role)),
        None => "DATABASE".to_owned(),
    };
    let before = quote_literal(&format!("ALTER {whose} "));
    let after = quote_literal(&format!(" RESET {}", name.join(".")));
    Statement::new(
        format!("setting {}", setting.name),
        format!(
            "DO LANGUAGE plpgsql {}",
            quote_literal(&format!(
                "BEGIN EXECUTE {before} || pg_catalog.quote_ident(pg_catalog.current_database()) || {after}; END"
            ))
        ),
    )
}

/// `SECURITY LABEL`; `None` takes it away.
pub(crate) fn label(item: &SecurityLabel, text: Option<&str>) -> Statement {
    Statement::new(
        format!("security label on {}", item.object),
        format!(
            "SECURITY LABEL FOR {} ON {} IS {}",
            quote_ident(&item.provider),
            item.object,
            text.map_or_else(|| "NULL".to_owned(), quote_literal)
        ),
    )
}

/// `[NO] DEPENDS ON EXTENSION`.
pub(crate) fn depends(item: &ExtensionDependent, depends: bool) -> Statement {
    Statement::new(
        format!("dependence of {}", item.object),
        format!(
            "ALTER {} {}DEPENDS ON EXTENSION {}",
            item.object,
            if depends { "" } else { "NO " },
            quote_ident(&item.extension)
        ),
    )
}

/// A large object by its number, without bytes.
pub(crate) fn create_large_object(item: &LargeObject) -> Statement {
    Statement::new(
        format!("large object {}", item.number),
        format!("SELECT pg_catalog.lo_create({}::pg_catalog.oid)", item.number),
    )
    .note("its bytes are data: they do not come with the schema")
}

/// Takes a large object away.
pub(crate) fn drop_large_object(item: &LargeObject) -> Statement {
    let label = format!("large object {}", item.number);
    Statement::new(
        &label,
        format!("SELECT pg_catalog.lo_unlink({}::pg_catalog.oid)", item.number),
    )
    .loses(format!("{label} goes with its bytes"))
}
