use super::*;

fn load(text: &str) -> Result<Settings, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.toml");
    fs::write(&path, text).unwrap();
    Settings::load(path)
}

fn refusal(text: &str) -> String {
    load(text).err().unwrap().to_string()
}

#[test]
fn without_a_file_every_default_counts() {
    let values = Settings::load("/nonexistent/nova.toml".into()).unwrap().values();
    let expected = Values {
        parallel_tables: 4,
        batch_size: None,
        chunk_bytes: 8 << 20,
        memory_bytes: 128 << 20,
        compression: Compression::None,
        keep_previous: 1,
        keep_backups: 3,
        exclude_rows: Vec::new(),
        rules: None,
        locale: "fr".to_owned(),
        policy: None,
        keep_fingerprints: false,
        external_programs: false,
        webhook_url: None,
        slack_webhook: None,
    };
    assert_eq!(values, expected);
}

#[test]
fn every_default_is_a_value_its_key_takes() {
    for key in KEYS.iter().filter(|key| !key.default.is_empty()) {
        assert!(Value::parse(key, key.default).is_some(), "{}", key.name);
    }
}

#[test]
fn tables_inline_tables_and_dotted_keys_say_the_same() {
    for text in [
        "[clone]\nparallel_tables = 8\nexclude_rows = [\"audit.*\", \"public.log\"]\n",
        "clone = { parallel_tables = 8, exclude_rows = [\"audit.*\", \"public.log\"] }\n",
        "clone.parallel_tables = 8\nclone.exclude_rows = [\"audit.*\", \"public.log\"]\n",
    ] {
        let values = load(text).unwrap().values();
        assert_eq!(values.parallel_tables, 8, "{text}");
        assert_eq!(values.exclude_rows, ["audit.*", "public.log"], "{text}");
    }
}

#[test]
fn what_is_wrong_is_named_by_its_line() {
    for (text, says) in [
        (
            "# x\n[clone]\nbatchsize = 5\n",
            "nova.toml line 3: there is no key clone.batchsize; did you mean clone.batch_size?",
        ),
        ("\n[klone]\nx = 1\n", "nova.toml line 2: there is no key klone"),
        ("colour = 'red'\n", "nova.toml line 1: there is no key colour"),
        ("clone = 4\n", "nova.toml line 1: there is no key clone"),
        (
            "[clone]\n\nparallel_tables = 0\n",
            "nova.toml line 3: clone.parallel_tables takes a whole number from 1 to 64",
        ),
        (
            "[clone]\nparallel_tables = '4'\n",
            "nova.toml line 2: clone.parallel_tables takes a whole number from 1 to 64",
        ),
        (
            "[clone]\ncompression = 'zip'\n",
            "nova.toml line 2: clone.compression takes none or lz4",
        ),
        (
            "[notify]\nwebhook_url = 'hooks.example.org'\n",
            "nova.toml line 2: notify.webhook_url takes an address that begins with https:// or http://",
        ),
    ] {
        assert_eq!(refusal(text), says);
    }
    let malformed = refusal("[clone]\nparallel_tables = \n");
    assert!(malformed.starts_with("nova.toml line 2: "), "{malformed}");
}

#[test]
fn setting_a_key_keeps_comments_order_and_everything_else() {
    let mut settings = load("# mine\n[notify]\n\n[clone] # speed\nparallel_tables   =   2   # few\n").unwrap();
    settings.set("clone.parallel_tables", "6").unwrap();
    settings.set("clone.exclude_rows", "audit.*, public.log").unwrap();
    settings.set("anonymize.locale", "en").unwrap();
    let expected = "# mine\n[notify]\n\n[clone] # speed\nparallel_tables   =   6   # few\n\
                    exclude_rows = [\"audit.*\", \"public.log\"]\n\n[anonymize]\nlocale = \"en\"\n";
    assert_eq!(settings.document.to_string(), expected);
    assert_eq!(load(expected).unwrap().values(), settings.values());
}

#[test]
fn an_empty_text_brings_the_default_back() {
    let mut settings = load("[clone]\nparallel_tables = 2\n").unwrap();
    assert_eq!(settings.get("clone.parallel_tables").unwrap(), "2");
    settings.set("clone.parallel_tables", "").unwrap();
    assert_eq!(settings.get("clone.parallel_tables").unwrap(), "4");
    assert_eq!(settings.document.to_string(), "[clone]\n");
}

#[test]
fn a_value_out_of_range_changes_nothing() {
    let mut settings = load("").unwrap();
    for (key, value) in [
        ("clone.parallel_tables", "65"),
        ("clone.batch_size", "many"),
        ("anonymize.locale", "de"),
        ("notify.slack_webhook", "https://"),
    ] {
        let refused = settings.set(key, value).err().unwrap().to_string();
        assert!(refused.starts_with(&format!("{key} takes ")), "{refused}");
    }
    let unknown = settings.set("clone.compresion", "lz4").err().unwrap().to_string();
    assert_eq!(
        unknown,
        "there is no key clone.compresion; did you mean clone.compression?"
    );
    assert_eq!(settings.document.to_string(), "");
}

#[test]
fn saving_keeps_the_file_as_private_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nova.toml");
    let mut settings = Settings::load(path.clone()).unwrap();
    settings.set("clone.memory_mb", "256").unwrap();
    settings.save().unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    settings.set("clone.memory_mb", "512").unwrap();
    settings.save().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Settings::load(path).unwrap().values().memory_bytes, 512 << 20);
}

#[test]
fn the_list_shows_every_key_and_which_are_set() {
    let settings = load("[clone]\nkeep_previous = 3\n").unwrap();
    let list = settings.list();
    assert_eq!(list.len(), KEYS.len());
    let set: Vec<_> = list
        .iter()
        .filter(|one| one.set)
        .map(|one| (one.key, one.value.as_str(), one.default))
        .collect();
    assert_eq!(set, [("clone.keep_previous", "3", "1")]);
}

#[test]
fn schedules_and_previews_are_read_beside_the_keys_and_checked_where_they_are_used() {
    let settings = load(
        "[clone]\nkeep_previous = 2\n[schedules.test]\nrefresh = \"0 3 * * *\"\ntime_zone = \"Europe/Paris\"\n[previews]\nhours = 12\n",
    )
    .unwrap();
    let automation = settings.automation().unwrap();
    assert_eq!(automation.schedules["test"].refresh.as_deref(), Some("0 3 * * *"));
    assert_eq!((automation.previews.hours, settings.values().keep_previous), (12, 2));

    let wrong = load("[schedules.production]\nbackup = \"0 3 * * *\"\n").unwrap();
    assert_eq!(wrong.automation().unwrap_err().code.number, 2204);
    let unknown = load("[previews]\nhour = 12\n").unwrap();
    assert_eq!(unknown.automation().unwrap_err().code.number, 2203);
    assert_eq!(
        load("").unwrap().automation().unwrap(),
        nova_automation::Automation::default()
    );
}
