//! The rules format as a JSON Schema, for editors. `docs/rules.schema.json` is this text; a test holds them together.

use super::generator_names;
use crate::kind::Kind;
use serde_json::{Value, json};

/// The schema.
pub fn schema() -> Value {
    let text = |what: &str| json!({"type": "string", "description": what});
    let table = "A table, a schema and a table, or a pattern with *: users, auth.users, audit.*";
    let transformer = json!({
        "type": "string", "examples": Kind::labels(),
        "description": "What the values are. Case and separators do not matter; nova anonymize transformers lists them.",
    });
    let locale =
        json!({"enum": ["fr", "fr_FR", "en", "en_US", "en_GB"], "description": "Language of generated values"});
    let preserve = json!({"type": "boolean", "description": "Keep what the kind can keep of the original's form"});
    let bound = json!({"type": ["number", "string"], "description": "A number, or a date such as 2020-01-31"});
    let constraints = json!({
        "type": "object", "additionalProperties": false,
        "properties": {"minValue": bound, "maxValue": bound, "min_value": bound, "max_value": bound},
    });
    let generator = json!({
        "type": "string", "examples": generator_names(),
        "description": "A generator by its name, or constant:VALUE",
    });
    let path = text("Place inside a JSON document: $.contact.email, $.phones[*], *.name");
    let column = text("The column, or a pattern with *");
    let names = |what: &str| json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "description": what});
    let subset = json!({
        "type": "string", "examples": ["10%", "SELECT id FROM customers WHERE region = 'north'"],
        "description": "The part of the rows that is copied, with all that it references: a share, or a query that gives the primary keys of the rows to begin with",
    });
    let either = |short: &str, long: &str| json!({"anyOf": [{"required": [short]}, {"required": [long]}]});
    let object = |required: &[&str], properties: Value| json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties});
    let rule = json!({
        "type": "object", "additionalProperties": false,
        "allOf": [
            either("table", "tableName"),
            either("column", "columnName"),
            {"anyOf": [{"required": ["transformer"]}, {"required": ["anonymizationType"]}, {"required": ["type"]}]},
        ],
        "properties": {
            "table": text(table), "tableName": text(table),
            "column": column, "columnName": column,
            "transformer": transformer, "anonymizationType": transformer, "type": transformer,
            "preserve_format": preserve, "preserveFormat": preserve,
            "generator": generator, "custom_generator": generator, "customGenerator": generator,
            "constraints": constraints,
            "path": path,
            "value": transformer, "value_type": transformer, "valueType": transformer,
            "locale": locale,
            "when": text("The rows it applies to: an expression over the row's columns"),
            "params": {"type": "object", "description": "Parameters of the transformer"},
            "comment": text("For people"),
        },
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules of Nova: what happens to which column",
        "type": "object", "additionalProperties": false,
        "properties": {
            "$schema": text("This schema"),
            "version": {"const": 1},
            "comment": text("For people"),
            "locale": locale,
            "policy": {"enum": ["strict", "auto", "off"], "description": "What happens to a column that looks personal and has no decision"},
            "subset": subset,
            "defaults": object(&[], json!({"locale": locale, "preserve_format": preserve})),
            "rules": {"type": "array", "items": rule},
            "tables": {"type": "array", "items": object(&["table"], json!({
                "table": text(table),
                "rows": {"enum": ["keep", "drop"], "description": "Whether rows are copied; keep alone means every row, whatever a subset leaves behind"},
                "when": text("The rows this is about: an expression over the row's columns"),
                "limit": {"type": "integer", "minimum": 0, "description": "At most so many rows: the first by primary key"},
                "subset": subset,
                "comment": text("For people"),
            }))},
            "entities": {"type": "array", "items": object(&["name", "table", "columns"], json!({
                "name": text("What to call it"),
                "table": text(table),
                "columns": {"type": "object", "additionalProperties": {"type": "string"},
                            "description": "The part each column plays, by column: first_name, last_name, name, email, username, initials"},
                "comment": text("For people"),
            }))},
            "references": {"type": "array", "items": object(&["table", "columns", "references", "referenced_columns"], json!({
                "table": text(table), "columns": names("The referencing columns"),
                "references": text("The referenced table"), "referenced_columns": names("Its columns, position by position"),
                "comment": text("For people"),
            }))},
            "exempt": {"type": "array", "items": object(&["table", "column", "reason"], json!({
                "table": text(table), "column": column,
                "reason": text("Why it is not personal; reports repeat it"),
            }))},
            "quasi_identifiers": {"type": "array", "items": object(&["table", "columns"], json!({
                "table": text(table), "columns": names("Columns that together may single somebody out"),
                "k": {"type": "integer", "minimum": 2, "description": "Every combination occurs in at least this many rows (5)"},
            }))},
        },
    })
}
