//! `--rename`: statements that come first, and their way back.

use crate::commands::schema::arguments::Migrate;
use nova_environments::VerifiedTarget;
use nova_errors::{Code, Failure};
use nova_migration::{Measured, Migration};
use nova_postgres::Shadow;
use nova_schema::{Database, quote_ident};

/// Renames on a shadow of the target, which then says what everything is called.
pub(super) async fn rename(
    arguments: &Migrate,
    server: &Result<VerifiedTarget, Failure>,
    target: &Database,
) -> Result<(Option<Database>, Vec<String>), Failure> {
    if arguments.rename.is_empty() {
        return Ok((None, Vec::new()));
    }
    let server = server.as_ref().map_err(Clone::clone)?;
    let statements = arguments
        .rename
        .iter()
        .map(|text| rename_statement(text, target))
        .collect::<Result<Vec<String>, Failure>>()?;
    let shadow = Shadow::create(server, &format!("rename_{}", std::process::id()), target).await?;
    let outcome = renamed(&shadow, target, &statements, !arguments.no_owners).await;
    shadow.remove().await?;
    Ok((Some(outcome?), statements))
}

async fn renamed(shadow: &Shadow, target: &Database, statements: &[String], owners: bool) -> Result<Database, Failure> {
    let refused = |refused: nova_postgres::Refused| Failure::new(Code::NO_SHADOW, refused.said);
    shadow.build(target, owners).await.map_err(refused)?;
    for sql in statements {
        let run = shadow.run(sql).await;
        run.map_err(|refused| Failure::new(Code::BAD_ARGUMENT, format!("--rename: {}", refused.said)))?;
    }
    shadow.capture().await
}

fn rename_statement(text: &str, target: &Database) -> Result<String, Failure> {
    let bad = || {
        Failure::new(
            Code::BAD_ARGUMENT,
            format!("--rename {text:?}: use s.table=new or s.table.column=new with names the target has"),
        )
    };
    let (from, to) = text.split_once('=').ok_or_else(bad)?;
    let to = to.rsplit('.').next().unwrap_or(to).trim_matches('"');
    for table in &target.tables {
        let short = if table.name.schema == "public" {
            Some(nova_schema::readable_ident(&table.name.name))
        } else {
            None
        };
        let names = [Some(table.name.readable()), short];
        for name in names.into_iter().flatten() {
            if name == from {
                return Ok(format!(
                    "ALTER TABLE {} RENAME TO {}",
                    table.name.sql(),
                    quote_ident(to)
                ));
            }
            for column in &table.columns {
                if format!("{name}.{}", nova_schema::readable_ident(&column.name)) == from {
                    return Ok(format!(
                        "ALTER TABLE {} RENAME COLUMN {} TO {}",
                        table.name.sql(),
                        quote_ident(&column.name),
                        quote_ident(to)
                    ));
                }
            }
        }
    }
    Err(bad())
}

/// The renames taken back, last.
pub(super) fn rename_back(statements: &[String], down: &mut Migration, measured: &mut Vec<Measured>) {
    for sql in statements.iter().rev() {
        let Some((head, to)) = sql.rsplit_once(" TO ") else {
            continue;
        };
        let back = if let Some((table, from)) = head.split_once(" RENAME COLUMN ") {
            format!("{table} RENAME COLUMN {to} TO {from}")
        } else if let Some((table, _)) = head.split_once(" RENAME") {
            let name = table.trim_start_matches("ALTER TABLE ");
            let Some((schema, old)) = name.rsplit_once("\".\"") else {
                continue;
            };
            format!("ALTER TABLE {schema}\".{to} RENAME TO \"{old}")
        } else {
            continue;
        };
        down.statements.push(nova_migration::Statement::plain("rename", back));
        if !measured.is_empty() {
            measured.push(Measured::default());
        }
    }
}
