use super::{document, types, written};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// A file that is made of the document. `NOVA_WRITE_GENERATED=1` writes it.
fn is_up_to_date(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    if std::env::var("NOVA_WRITE_GENERATED").is_ok() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{name} is not what the document makes: run the tests with NOVA_WRITE_GENERATED=1"
    );
}

#[test]
fn the_types_for_typescript_are_those_of_the_document() {
    is_up_to_date("web/client/nova.d.ts", &types());
}

#[test]
fn the_document_in_the_repository_is_what_is_served() {
    is_up_to_date("web/client/platform.openapi.json", &(written() + "\n"));
}

/// What the compiler says of the types and of how they are used. `scripts/lib/typescript` installs it; `NOVA_NEEDS_TSC`
/// makes its absence an error.
#[test]
fn the_types_for_typescript_compile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let build = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let compiler = build.join("tools/typescript/node_modules/.bin/tsc");
    if !compiler.is_file() {
        assert!(
            std::env::var_os("NOVA_NEEDS_TSC").is_none(),
            "{} is missing",
            compiler.display()
        );
        eprintln!("TypeScript is not installed: run scripts/lib/typescript");
        return;
    }
    let output = Command::new(compiler)
        .args([
            "--noEmit",
            "--strict",
            "--target",
            "es2022",
            "--lib",
            "es2022,dom,dom.iterable",
        ])
        .args(["--skipLibCheck", "false"])
        .arg(root.join("web/client/example.ts"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_operation_is_complete_and_every_reference_leads_somewhere() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            let id = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{what} has no id"));
            assert!(names.insert(id.to_owned()), "{id} is the id of two operations");
            assert!(operation["summary"].is_string(), "{what} has no summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{what}");
            let error = operation["responses"]["default"]["$ref"].as_str();
            let error = error.unwrap_or_else(|| panic!("{what} does not say what errors look like"));
            let problem = &document.pointer(&error[1..]).unwrap()["content"]["application/problem+json"];
            assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem", "{what}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let told = response["headers"].is_object() || response["$ref"].is_string();
                assert!(told, "{what} does not say which headers an answer {status} has");
            }
            let in_path: BTreeSet<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let described: BTreeSet<&str> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(in_path, described, "{what}");
        }
    }
    assert!(names.len() > 60, "{}", names.len());
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in found {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn no_two_apis_mean_different_things_by_one_name() {
    let sections = [
        nova_fn_api_identity::section(),
        nova_fn_api_cabinets::section(),
        nova_fn_api_patients::section(),
        nova_fn_api_appointments::section(),
    ];
    let mut known = std::collections::BTreeMap::new();
    for section in sections {
        let part = serde_json::to_value(section.described.into_openapi()).unwrap();
        for (name, schema) in part["components"]["schemas"].as_object().unwrap() {
            let before = known.insert(name.clone(), schema.clone());
            assert!(before.is_none_or(|before| before == *schema), "{name}");
        }
    }
}
