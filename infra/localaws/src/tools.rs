//! The emulators' programs: installed by the project's scripts when they are missing.

use crate::Error;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where a tool's program is; `scripts/lib/<tool>` installs it when it is missing and prints that.
pub(crate) fn program(tool: &str) -> Result<PathBuf, Error> {
    let script = root().join("scripts/lib").join(tool);
    let output = Command::new(&script).stderr(Stdio::inherit()).output();
    let output = output.map_err(|source| Error::Program {
        program: script.clone(),
        source,
    })?;
    let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() || printed.is_empty() {
        return Err(Error::Tool { script });
    }
    Ok(printed.into())
}
