//! `docs/errors/` and the registry of codes agree.

use nova_errors::{ALL, Code};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors");

fn codes() -> impl Iterator<Item = &'static Code> {
    ALL.iter().flat_map(|range| range.iter()).copied()
}

#[test]
fn every_code_has_a_page_with_its_title_and_all_sections() {
    let mut faults = Vec::new();
    for code in codes() {
        let path = Path::new(FOLDER).join(format!("{code}.md"));
        let Ok(page) = fs::read_to_string(&path) else {
            faults.push(format!("docs/errors/{code}.md is missing"));
            continue;
        };
        let heading = format!("# {code}: {}", code.title);
        if page.lines().next() != Some(&heading) {
            faults.push(format!("docs/errors/{code}.md must begin with `{heading}`"));
        }
        for section in ["What it means", "When it happens", "What to do", "Example"] {
            if !page.lines().any(|line| line == format!("## {section}")) {
                faults.push(format!("docs/errors/{code}.md has no section `{section}`"));
            }
        }
        let exit = format!("Exit code {} ", code.exit as u8);
        if !page.contains(&exit) {
            faults.push(format!("docs/errors/{code}.md must say `{exit}`"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_page_belongs_to_a_code_and_is_in_the_index() {
    let known: BTreeSet<String> = codes().map(|code| format!("{code}.md")).collect();
    let index = fs::read_to_string(Path::new(FOLDER).join("README.md")).unwrap();
    for entry in fs::read_dir(FOLDER).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name != "README.md" {
            assert!(known.contains(&name), "docs/errors/{name} belongs to no code");
            assert!(
                index.contains(&format!("({name})")),
                "docs/errors/README.md does not list {name}"
            );
        }
    }
}
