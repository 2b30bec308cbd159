//! What new cabinets are furnished with.

use crate::audit::Entry;
use crate::{Error, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A template: what a new cabinet is furnished with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// `standard`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Hours, services, chairs, equipment, configuration.
    pub body: Value,
}

const COLUMNS: &str = "name, title, body";

/// A template. In a transaction of the group.
pub async fn template(tx: &Tx<'_>, name: &str) -> Result<Template, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.templates WHERE name = $1");
    let row = tx.optional(&sql, &[&name]).await?;
    row.as_ref().map(template_of).ok_or(Error::Unknown("template"))
}

/// Every template, by name.
pub async fn templates(tx: &Tx<'_>) -> Result<Vec<Template>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM practice.templates ORDER BY name");
    let rows = tx.query(&sql, &[]).await?;
    Ok(rows.iter().map(template_of).collect())
}

/// Lets no other change of the templates happen until this transaction ends.
pub async fn templates_alone(tx: &Tx<'_>) -> Result<(), Error> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('nova templates', 0))";
    tx.execute(sql, &[]).await?;
    Ok(())
}

/// Adds or changes a template; true when it is new.
pub async fn put_template(tx: &Tx<'_>, template: &Template) -> Result<bool, Error> {
    let row = tx
        .one(
            "INSERT INTO practice.templates (name, title, body) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET title = excluded.title, body = excluded.body, updated_at = now() \
             RETURNING xmax::text = '0'",
            &[&template.name, &template.title, &template.body],
        )
        .await?;
    tx.audit(Entry::new("template.put", "template", None).details(json!({ "name": template.name })));
    Ok(row.get(0))
}

/// Takes a template away; cabinets that were furnished with it keep what they have.
pub async fn remove_template(tx: &Tx<'_>, name: &str) -> Result<(), Error> {
    let gone = tx
        .execute("DELETE FROM practice.templates WHERE name = $1", &[&name])
        .await?;
    if gone == 0 {
        return Err(Error::Unknown("template"));
    }
    tx.audit(Entry::new("template.remove", "template", None).details(json!({ "name": name })));
    Ok(())
}

fn template_of(row: &Row) -> Template {
    Template {
        name: row.get(0),
        title: row.get(1),
        body: row.get(2),
    }
}
