//! Schemas of real applications, as pairs of an empty database and one that has them.

use crate::pair::Pair;
use std::path::{Path, PathBuf};

/// Where they are; `README.md` there names them.
const FOLDER: &str = "../../infra/catalog/tests/it/real";

/// The schemas that are kept there; `whole` says whether to take those of its folder `more`, too.
pub fn pairs(whole: bool) -> Vec<Pair> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let mut files = scripts(&folder);
    if whole {
        files.extend(scripts(&folder.join("more")));
    }
    files.iter().map(|file| pair(file)).collect()
}

fn scripts(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder of schemas")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "lz4"))
        .collect();
    files.sort();
    files
}

fn pair(file: &Path) -> Pair {
    let bytes = std::fs::read(file).expect("a schema");
    let script = lz4_flex::block::decompress_size_prepended(&bytes).expect("one lz4 block");
    let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
    Pair {
        name: name.trim_end_matches(".sql.lz4").to_owned(),
        file: "real".to_owned(),
        // An aggregate over `anycompatiblearray`.
        since: if name.starts_with("fides") { 14 } else { 13 },
        until: u32::MAX,
        alone: true,
        old: String::new(),
        new: String::from_utf8(script).expect("UTF-8"),
    }
}
