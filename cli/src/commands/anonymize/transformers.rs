//! `nova anonymize transformers [NAME]`: the catalogue.

use super::arguments::Transformers;
use crate::{arguments::Format, output};
use nova_anonymization::catalogue::{self, Transformer, Unique};
use nova_errors::{Code, Failure};
use serde_json::{Value, json};
use std::fmt::Write;
use std::process::ExitCode;

pub(super) fn run(arguments: &Transformers) -> Result<ExitCode, Failure> {
    let Some(name) = &arguments.name else {
        match arguments.output {
            Format::Text => output::print(&list()),
            Format::Json => {
                let all: Vec<Value> = catalogue::all().iter().map(|transformer| object(transformer)).collect();
                output::json(&all);
            }
        }
        return Ok(ExitCode::SUCCESS);
    };
    let transformer =
        catalogue::find(name).ok_or_else(|| Failure::new(Code::UNKNOWN_TRANSFORMER, catalogue::unknown(name)))?;
    match arguments.output {
        Format::Text => output::print(&page(transformer)),
        Format::Json => output::json(&object(transformer)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Everything about a transformer, for programs.
fn object(transformer: &Transformer) -> Value {
    json!({
        "name": transformer.name,
        "synonyms": transformer.synonyms,
        "category": transformer.category,
        "description": transformer.english,
        "description_fr": transformer.french,
        "parameters": transformer.parameters,
        "types": transformer.types(),
        "unique": transformer.unique,
        "examples": catalogue::examples(transformer),
    })
}

fn list() -> String {
    let rows: Vec<Vec<String>> = catalogue::all()
        .iter()
        .map(|transformer| {
            let category = serde_json::to_value(transformer.category).unwrap_or_default();
            vec![
                transformer.name.to_owned(),
                category.as_str().unwrap_or_default().to_owned(),
                unique(transformer.unique).to_owned(),
                transformer.english.to_owned(),
            ]
        })
        .collect();
    let table = output::table(&["name", "category", "unique", "what it does"], &rows);
    format!(
        "{table}\n\n{} transformers; nova anonymize transformers NAME shows one with its parameters and examples.",
        rows.len()
    )
}

fn unique(unique: Unique) -> &'static str {
    match unique {
        Unique::Bijective => "one to one",
        Unique::Suffix => "by suffix",
        Unique::No => "",
    }
}

fn page(transformer: &Transformer) -> String {
    let mut page = format!(
        "{}\n{}\n{}\n",
        transformer.name, transformer.english, transformer.french
    );
    // Writing to a String cannot fail.
    if !transformer.synonyms.is_empty() {
        let _ = writeln!(page, "\nAlso called: {}", transformer.synonyms.join(", "));
    }
    let _ = writeln!(page, "Types: {}", transformer.types().join(", ").replace('*', "any"));
    let under_constraint = match transformer.unique {
        Unique::Bijective => "a permutation: different values stay different",
        Unique::Suffix => "a keyed suffix keeps different values different",
        Unique::No => "refused",
    };
    let _ = writeln!(page, "Under a unique constraint: {under_constraint}");
    if !transformer.parameters.is_empty() {
        let rows: Vec<Vec<String>> = transformer
            .parameters
            .iter()
            .map(|parameter| {
                vec![
                    parameter.name.to_owned(),
                    parameter.expects(),
                    parameter.default.to_owned(),
                    parameter.english.to_owned(),
                ]
            })
            .collect();
        let table = output::table(&["parameter", "value", "default", "what for"], &rows);
        let _ = writeln!(page, "\n{table}");
    }
    let examples = catalogue::examples(transformer);
    if !examples.is_empty() {
        let rows: Vec<Vec<String>> = examples
            .into_iter()
            .map(|example| {
                let parameters = if example.parameters.is_empty() {
                    String::new()
                } else {
                    serde_json::to_string(&example.parameters).unwrap_or_default()
                };
                vec![
                    example.before,
                    example.after.unwrap_or_else(|| "NULL".to_owned()),
                    parameters,
                ]
            })
            .collect();
        let table = output::table(&["before", "after", "with"], &rows);
        let _ = writeln!(page, "\n{table}");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transformer_has_a_page_and_a_line() {
        let lines = list();
        for transformer in catalogue::all() {
            assert!(lines.contains(transformer.name));
            assert!(page(transformer).contains(transformer.french));
            assert_eq!(object(transformer)["name"], transformer.name);
        }
    }
}
