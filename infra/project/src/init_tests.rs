use super::*;
use std::{fs, os::unix::fs::PermissionsExt};

#[test]
fn a_new_project_is_usable_once_its_addresses_are_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let made = init(folder.path()).unwrap();
    assert!(made.iter().all(|made| made.outcome == Outcome::Created), "{made:?}");
    assert_eq!(made.len(), 7);

    let project = Project::open(folder.path());
    assert_eq!(
        project.settings().unwrap().values(),
        Project::open("/nonexistent").settings().unwrap().values()
    );
    assert!(project.environments().unwrap().is_empty());
    let unfilled = project.environment(&"training".parse().unwrap()).err().unwrap();
    assert_eq!(
        unfilled.to_string(),
        "NOVA-1003: .env.training: DATABASE_URL is not filled in"
    );

    let path = folder.path().join(".env.production");
    let template = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        template.replace(
            "# DATABASE_URL=postgres://USER:PASSWORD@HOST",
            "DATABASE_URL=postgres://u:p@h",
        ),
    )
    .unwrap();
    let environments = project.environments().unwrap();
    assert_eq!(environments.len(), 1);
    assert_eq!(environments[0].declared, Some(EnvironmentType::Production));
    assert_eq!(environments[0].url.host(), "h");
}

#[test]
fn a_template_that_was_only_uncommented_is_recognized() {
    let folder = tempfile::tempdir().unwrap();
    init(folder.path()).unwrap();
    let path = folder.path().join(".env.test");
    fs::write(
        &path,
        fs::read_to_string(&path)
            .unwrap()
            .replace("# DATABASE_URL", "DATABASE_URL"),
    )
    .unwrap();
    let refused = Project::open(folder.path())
        .environment(&"test".parse().unwrap())
        .err()
        .unwrap();
    assert_eq!(
        refused.to_string(),
        "NOVA-1003: .env.test line 3: DATABASE_URL still holds the placeholder USER:PASSWORD@"
    );
}

#[test]
fn what_exists_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env.test"), "MINE=1\n").unwrap();
    fs::write(folder.path().join("nova.toml"), "# mine\n").unwrap();
    fs::write(folder.path().join(".gitignore"), "/target\n.nova/").unwrap();
    init(folder.path()).unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read(".env.test"), "MINE=1\n");
    assert_eq!(read("nova.toml"), "# mine\n");
    assert_eq!(read(".gitignore"), "/target\n.nova/\n.env.*\n");
    let again = init(folder.path()).unwrap();
    assert!(again.iter().all(|made| made.outcome == Outcome::Kept), "{again:?}");
}

#[test]
fn secrets_and_state_are_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    init(folder.path()).unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(".env.production"), 0o600);
    assert_eq!(mode(".nova"), 0o700);
    assert_eq!(
        fs::read_to_string(folder.path().join(".nova/.gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn every_commented_setting_of_the_template_can_be_uncommented() {
    let text = settings_template();
    for key in KEYS
        .iter()
        .filter(|key| !key.default.is_empty() || matches!(key.kind, Kind::Number { .. } | Kind::List))
    {
        let entry = key.name.split_once('.').unwrap().1;
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("nova.toml"),
            text.replace(&format!("# {entry} ="), &format!("{entry} =")),
        )
        .unwrap();
        let settings = Project::open(folder.path()).settings().unwrap();
        assert!(
            settings.list().iter().any(|one| one.key == key.name && one.set),
            "{}",
            key.name
        );
    }
}
