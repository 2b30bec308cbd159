//! The catalog holds one frozen example of every version of every event ever written: a log of any age can be read.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use nova_events::{DecodeError, Event, RecordedEvent};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};

fn catalog() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("catalog")
}

fn example(kind: &str, version: u32) -> RecordedEvent {
    let path = catalog().join(kind).join(format!("v{version}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{kind} has no example of version {version}: {}: {error}",
            path.display()
        );
    });
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_version_of_every_event_has_an_example_that_decodes() {
    for (kind, current) in Event::TYPES {
        for version in 1..=*current {
            let example = example(kind, version);
            assert_eq!((example.kind.as_str(), example.version), (*kind, version));
            let event = example
                .decode()
                .unwrap_or_else(|error| panic!("{kind} version {version}: {error}"));
            assert_eq!(event.kind(), *kind);
            let again = event.encode().unwrap();
            assert_eq!(again.version, *current);
            assert_eq!(again.decode().unwrap(), event, "{kind}");
        }
    }
}

#[test]
fn the_example_of_the_current_version_encodes_to_itself() {
    for (kind, current) in Event::TYPES {
        let example = example(kind, *current);
        // Nothing is dropped in silence: a field the event does not have would be missing here.
        assert_eq!(example.decode().unwrap().encode().unwrap(), example, "{kind}");
    }
}

#[test]
fn the_catalog_holds_nothing_else() {
    let known: BTreeSet<String> = Event::TYPES
        .iter()
        .flat_map(|(kind, current)| (1..=*current).map(move |version| format!("{kind}/v{version}.json")))
        .collect();
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(catalog()).unwrap() {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let name = file.unwrap().file_name();
            found.insert(format!("{}/{}", folder.file_name().display(), name.display()));
        }
    }
    assert_eq!(found, known);
}

#[test]
fn an_event_of_a_newer_nova_is_an_error_and_not_a_guess() {
    for (kind, current) in Event::TYPES {
        let mut newer = example(kind, *current);
        newer.version = current + 1;
        let error = newer.decode().unwrap_err();
        assert!(
            matches!(&error, DecodeError::UnknownVersion { version, .. } if *version == current + 1),
            "{kind}: {error}"
        );
        newer.version = 0;
        assert!(
            matches!(newer.decode(), Err(DecodeError::UnknownVersion { .. })),
            "{kind}"
        );
    }
    let unknown = RecordedEvent {
        kind: "TeethCounted".to_owned(),
        version: 1,
        data: Value::Null,
    };
    assert!(matches!(unknown.decode(), Err(DecodeError::UnknownType(kind)) if kind == "TeethCounted"));
}

#[test]
fn an_event_that_lacks_a_field_is_an_error() {
    for (kind, current) in Event::TYPES {
        let example = example(kind, *current);
        let Value::Object(fields) = &example.data else {
            panic!("{kind} is not an object");
        };
        for (field, value) in fields {
            // An optional field may be absent.
            if value.is_null() {
                continue;
            }
            let mut lacking = example.clone();
            lacking.data.as_object_mut().unwrap().remove(field);
            let absent_is_none = lacking
                .decode()
                .is_ok_and(|event| event.encode().unwrap().data[field].is_null());
            let refused = matches!(lacking.decode(), Err(DecodeError::Malformed { .. }));
            assert!(refused || absent_is_none, "{kind} without {field}");
        }
    }
}
