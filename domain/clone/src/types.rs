//! What columns hold, as the anonymization engine wants to know it: below domains, inside composite types.

use nova_anonymization::Attribute;
use nova_schema::{Column, Database, TypeDefinition};

/// Composite types inside composite types, and domains over domains, deeper than this are not looked into.
const DEPTH: usize = 8;

/// The type of a column's values: below domains, also where they are the elements of an array.
pub fn base_type(schema: &Database, column: &Column) -> String {
    below_domains(schema, column.base_type.clone(), DEPTH)
}

/// The catalog's name of the type below domains.
fn below_domains(schema: &Database, base_type: String, depth: usize) -> String {
    if depth == 0 || !base_type.contains('.') {
        return base_type;
    }
    let element = element_of(&base_type);
    let domain = schema.types.iter().find_map(|found| {
        let TypeDefinition::Domain { base, .. } = &found.definition else {
            return None;
        };
        let name = found.name.readable();
        if name == base_type {
            return Some(catalog_name(base));
        }
        // An array of a domain over an array has no name as an array.
        (Some(name) == element && !base.ends_with("[]")).then(|| catalog_name(&format!("{base}[]")))
    });
    match domain {
        Some(below) => below_domains(schema, below, depth - 1),
        None => base_type,
    }
}

/// The attributes of a composite type, or of the elements of an array of it; none for any other type.
pub(crate) fn attributes(schema: &Database, base_type: &str) -> Vec<Attribute> {
    below(schema, base_type, DEPTH)
}

fn below(schema: &Database, base_type: &str, depth: usize) -> Vec<Attribute> {
    if depth == 0 || !base_type.contains('.') {
        return Vec::new();
    }
    let element = element_of(base_type);
    let found = schema.types.iter().find(|found| {
        let name = found.name.readable();
        name == base_type || Some(&name) == element.as_ref()
    });
    match found.map(|found| &found.definition) {
        Some(TypeDefinition::Composite { attributes }) => attributes
            .iter()
            .map(|attribute| {
                let base_type = below_domains(schema, catalog_name(&attribute.type_sql), DEPTH);
                Attribute {
                    name: attribute.name.clone(),
                    attributes: below(schema, &base_type, depth - 1),
                    base_type,
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// `public.t` of `public._t`, as the server names arrays.
fn element_of(base_type: &str) -> Option<String> {
    let (schema, name) = base_type.rsplit_once('.')?;
    let element = match name.strip_prefix('"') {
        Some(quoted) => format!("\"{}", quoted.strip_prefix('_')?),
        None => name.strip_prefix('_')?.to_owned(),
    };
    Some(format!("{schema}.{element}"))
}

/// The catalog's name of a type that SQL spells otherwise: `int4` for `integer`, `_varchar` for `character varying(20)[]`.
fn catalog_name(type_sql: &str) -> String {
    let (bare, array) = match type_sql.find("[]") {
        Some(at) => (&type_sql[..at], true),
        None => (type_sql, false),
    };
    // A modifier stands behind the name, or inside it: `timestamp(3) with time zone`.
    let plain: String = match (bare.find('('), bare.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &bare[..open], &bare[close + 1..]),
        _ => bare.to_owned(),
    };
    let plain = plain.trim();
    let name = match plain {
        "integer" => "int4",
        "smallint" => "int2",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "character varying" => "varchar",
        "character" => "bpchar",
        "timestamp without time zone" | "timestamp" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "time without time zone" => "time",
        "time with time zone" => "timetz",
        other => other,
    };
    match (array, name.rsplit_once('.')) {
        (false, _) => name.to_owned(),
        (true, Some((schema, name))) => format!("{schema}._{name}"),
        (true, None) => format!("_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_as_in_the_catalog() {
        for (sql, name) in [
            ("integer", "int4"),
            ("character varying(20)", "varchar"),
            ("timestamp(3) with time zone", "timestamptz"),
            ("text[]", "_text"),
            ("numeric(10,2)[]", "_numeric"),
            ("public.address", "public.address"),
            ("public.address[]", "public._address"),
        ] {
            assert_eq!(catalog_name(sql), name);
        }
        assert_eq!(element_of("public._address").as_deref(), Some("public.address"));
        assert_eq!(element_of("public.\"_Odd one\"").as_deref(), Some("public.\"Odd one\""));
    }
}
