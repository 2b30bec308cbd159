//! The sample invocations in `events/lambda`.

use serde_json::Value;
use std::{fs, path::PathBuf};

/// The samples of a function, by the names of their files.
pub fn of(function: &str) -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../events/lambda")
        .join(function);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut samples: Vec<(String, Value)> = files
        .map(|file| {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let event = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_name().unwrap().to_string_lossy().into_owned(), event)
        })
        .collect();
    samples.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(!samples.is_empty(), "{} is empty", folder.display());
    samples
}
