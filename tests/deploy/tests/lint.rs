//! What AWS's own linter says of the template. `scripts/lib/cfn-lint` installs it; `scripts/test deploy` calls both.

use nova_deploy::Template;
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

#[test]
fn the_linter_has_nothing_to_say() {
    let Some(linter) = linter() else {
        eprintln!("cfn-lint is not installed: run scripts/lib/cfn-lint");
        return;
    };
    let output = Command::new(linter)
        .arg("--template")
        .arg(Template::path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

/// Where `scripts/lib/cfn-lint` puts it. `NOVA_NEEDS_CFN_LINT` makes its absence an error.
fn linter() -> Option<PathBuf> {
    let build = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let build = build.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    let linter = build.join("tools/cfn-lint/bin/cfn-lint");
    assert!(
        linter.is_file() || env::var_os("NOVA_NEEDS_CFN_LINT").is_none(),
        "{} is missing",
        linter.display()
    );
    linter.is_file().then_some(linter)
}
