//! The file itself.

use super::{
    keys::{KEYS, Key, Kind, known},
    values::{Compression, Value, Values},
};
use crate::{
    error::Error,
    files::{self, SHARED},
};
use nova_automation::Automation;
use nova_errors::{Code, Failure};
use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::PathBuf};
use toml_edit::{Array, Document, DocumentMut, Item, TableLike};

/// One setting as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The key.
    pub key: &'static str,
    /// The value that counts; empty: none.
    pub value: String,
    /// What counts when the key is not set; empty: nothing.
    pub default: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// True when the file sets it.
    pub set: bool,
}

/// Tables that are not settings of single keys: what happens without a person.
const AUTOMATION: [&str; 2] = ["schedules", "previews"];

/// `nova.toml`, read and checked.
#[derive(Debug, Clone)]
pub struct Settings {
    path: PathBuf,
    document: DocumentMut,
    set: BTreeMap<&'static str, Value>,
}

impl Settings {
    /// Reads the file; one that does not exist sets nothing.
    ///
    /// # Errors
    /// [`Error::Settings`] with the line of what is not understood.
    pub fn load(path: PathBuf) -> Result<Self, Error> {
        let bytes = files::read(&path)?.unwrap_or_default();
        Self::read(path, bytes)
    }

    fn read(path: PathBuf, bytes: Vec<u8>) -> Result<Self, Error> {
        let wrong = |line, what: String| Error::Settings { line: Some(line), what };
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            wrong(line(before, before.len()), "it is not UTF-8 text".to_owned())
        })?;
        let line = |place: Option<std::ops::Range<usize>>| line(text.as_bytes(), place.map_or(0, |place| place.start));
        let document = Document::parse(text.as_str())
            .map_err(|error| wrong(line(error.span()), error.message().trim().replace('\n', ", ")))?;
        let mut set = BTreeMap::new();
        read_table("", document.as_table(), &mut |name, item, place| {
            let key = known(name).map_err(|what| wrong(line(place), what))?;
            let value = from_item(key, item).ok_or_else(|| wrong(line(item.span()), key.takes()))?;
            set.insert(key.name, value);
            Ok(())
        })?;
        Ok(Self {
            path,
            document: document.into_mut(),
            set,
        })
    }

    /// What happens without a person: `[schedules.<environment>]` and `[previews]`.
    ///
    /// # Errors
    /// `NOVA-2203`, `NOVA-2204`.
    pub fn automation(&self) -> Result<Automation, Failure> {
        let mut only = DocumentMut::new();
        for name in AUTOMATION {
            if let Some(item) = self.document.get(name) {
                only.insert(name, item.clone());
            }
        }
        let automation: Automation = toml_edit::de::from_document(only)
            .map_err(|error| Failure::new(Code::BAD_AUTOMATION, format!("nova.toml: {}", error.message())))?;
        automation.check()?;
        Ok(automation)
    }

    /// Every setting with its value.
    pub fn values(&self) -> Values {
        let small = |name| u32::try_from(self.number(name).unwrap_or(0)).unwrap_or(u32::MAX);
        let megabytes = |name| self.number(name).unwrap_or(0) * 1024 * 1024;
        Values {
            parallel_tables: small("clone.parallel_tables"),
            batch_size: self.number("clone.batch_size"),
            chunk_bytes: megabytes("clone.chunk_size_mb"),
            memory_bytes: megabytes("clone.memory_mb"),
            compression: match self.text("clone.compression").as_deref() {
                Some("lz4") => Compression::Lz4,
                _ => Compression::None,
            },
            keep_previous: small("clone.keep_previous"),
            keep_backups: small("backup.keep"),
            exclude_rows: match self.value("clone.exclude_rows") {
                Some(Value::List(patterns)) => patterns,
                _ => Vec::new(),
            },
            rules: self.text("clone.rules").map(PathBuf::from),
            locale: self.text("anonymize.locale").unwrap_or_default(),
            policy: self.text("anonymize.policy"),
            keep_fingerprints: self.text("anonymize.keep_fingerprints").as_deref() == Some("yes"),
            external_programs: self.text("anonymize.external").as_deref() == Some("yes"),
            webhook_url: self.text("notify.webhook_url"),
            slack_webhook: self.text("notify.slack_webhook"),
        }
    }

    /// The value of a key that counts, as on the command line; empty when there is none.
    ///
    /// # Errors
    /// [`Error::Settings`] when there is no such key.
    pub fn get(&self, name: &str) -> Result<String, Error> {
        let key = known(name).map_err(unplaced)?;
        Ok(self.value(key.name).map_or_else(String::new, |value| value.to_string()))
    }

    /// Sets a key; an empty text takes it out, so that its default counts again. [`Settings::save`] stores it.
    ///
    /// # Errors
    /// [`Error::Settings`] when there is no such key, or it does not take the value.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let key = known(name).map_err(unplaced)?;
        let (table, entry) = key.name.split_once('.').unwrap_or(("", key.name));
        if text.trim().is_empty() {
            if let Some(table) = self.document.get_mut(table).and_then(Item::as_table_like_mut) {
                table.remove(entry);
            }
            self.set.remove(key.name);
            return Ok(());
        }
        let value = Value::parse(key, text).ok_or_else(|| unplaced(key.takes()))?;
        let item = self.document.entry(table).or_insert_with(toml_edit::table);
        let table = item
            .as_table_like_mut()
            .ok_or_else(|| unplaced(format!("{table} is not a table of nova.toml")))?;
        put(table, entry, &value);
        self.set.insert(key.name, value);
        Ok(())
    }

    /// Every key with its value.
    pub fn list(&self) -> Vec<Listed> {
        let listed = |key: &Key| Listed {
            key: key.name,
            value: self.value(key.name).map_or_else(String::new, |value| value.to_string()),
            default: key.default,
            doc: key.doc,
            set: self.set.contains_key(key.name),
        };
        KEYS.iter().map(listed).collect()
    }

    /// Writes the file, with its comments and its order.
    ///
    /// # Errors
    /// [`Error::Files`] or [`Error::Full`] when it cannot be written.
    pub fn save(&self) -> Result<(), Error> {
        let mode = fs::metadata(&self.path).map_or(SHARED, |metadata| metadata.permissions().mode() & 0o777);
        files::replace(&self.path, self.document.to_string().as_bytes(), mode)
    }

    fn value(&self, name: &str) -> Option<Value> {
        let default = || {
            let key = KEYS.iter().find(|key| key.name == name && !key.default.is_empty())?;
            Value::parse(key, key.default)
        };
        self.set.get(name).cloned().or_else(default)
    }

    fn number(&self, name: &str) -> Option<u64> {
        match self.value(name) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// The values of a text like `nova.toml` that is no file of a project folder, but all of a deployment's settings.
///
/// # Errors
/// [`Error::Settings`] with the line of what is not understood, or naming a table that a deployment is told elsewhere.
pub fn values_of(text: &str) -> Result<Values, Error> {
    let settings = Settings::read(PathBuf::new(), text.as_bytes().to_vec())?;
    match AUTOMATION.iter().find(|table| settings.document.contains_key(table)) {
        Some(table) => Err(unplaced(format!(
            "[{table}] is a parameter of the deployment, not one of its settings"
        ))),
        None => Ok(settings.values()),
    }
}

fn unplaced(what: String) -> Error {
    Error::Settings { line: None, what }
}

fn line(text: &[u8], position: usize) -> usize {
    let before = text.get(..position).unwrap_or(text);
    before.split(|byte| *byte == b'\n').count()
}

type Found<'a> = &'a mut dyn FnMut(&str, &Item, Option<std::ops::Range<usize>>) -> Result<(), Error>;

/// Every entry below a table with its dotted name and the place of its key.
fn read_table(prefix: &str, table: &dyn TableLike, found: Found<'_>) -> Result<(), Error> {
    for (key, item) in table.iter() {
        let name = format!("{prefix}{key}");
        // These hold tables by environment, and are checked as a whole where they are used.
        if prefix.is_empty() && AUTOMATION.contains(&key) {
            continue;
        }
        // Tables hold tables only at the top; anything deeper is an unknown key.
        match item.as_table_like() {
            Some(inner) if prefix.is_empty() && !is_key(&name) && is_table(&name) => {
                read_table(&format!("{name}."), inner, found)?;
            }
            _ => found(&name, item, table.key(key).and_then(toml_edit::Key::span))?,
        }
    }
    Ok(())
}

fn is_key(name: &str) -> bool {
    KEYS.iter().any(|key| key.name == name)
}

fn is_table(name: &str) -> bool {
    KEYS.iter()
        .any(|key| key.name.split_once('.').is_some_and(|(table, _)| table == name))
}

/// A value of the file; none when the key does not take it.
fn from_item(key: &Key, item: &Item) -> Option<Value> {
    let value = match key.kind {
        Kind::Number { .. } => Value::Number(u64::try_from(item.as_integer()?).ok()?),
        Kind::List => {
            let texts = item.as_array()?.iter().map(|text| text.as_str().map(str::to_owned));
            Value::List(texts.collect::<Option<_>>()?)
        }
        Kind::Choice(_) | Kind::Text | Kind::Url => Value::Text(item.as_str()?.to_owned()),
    };
    value.fits(key).then_some(value)
}

/// Writes a value in place of the one that stands there, keeping the blanks and the comment around it.
fn put(table: &mut dyn TableLike, entry: &str, value: &Value) {
    let mut new: toml_edit::Value = match value {
        Value::Number(number) => i64::try_from(*number).unwrap_or(i64::MAX).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(texts) => texts.iter().map(String::as_str).collect::<Array>().into(),
    };
    if let Some(old) = table.get_mut(entry).and_then(Item::as_value_mut) {
        *new.decor_mut() = old.decor().clone();
        *old = new;
    } else {
        table.insert(entry, Item::Value(new));
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
