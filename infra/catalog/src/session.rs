//! The settings under which the server renders definitions the same way everywhere.

use crate::Error;
use crate::reader::Reader;
use tokio_postgres::GenericClient;

/// Set for the rest of the transaction at most; put back when the capture is done.
const SETTINGS: &[(&str, &str)] = &[
    ("search_path", ""),
    ("datestyle", "ISO, YMD"),
    ("intervalstyle", "postgres"),
    ("timezone", "UTC"),
    ("extra_float_digits", "1"),
    ("quote_all_identifiers", "off"),
    ("bytea_output", "hex"),
    ("xmlbinary", "base64"),
    // Compiling these queries costs more than running them.
    ("jit", "off"),
];

/// What the settings were before.
pub(crate) struct Previous(Vec<String>);

/// Changes the settings, local to the transaction.
pub(crate) async fn enter<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<Previous, Error> {
    let current: Vec<_> = SETTINGS
        .iter()
        .map(|(name, _)| format!("current_setting('{name}')"))
        .collect();
    let rows = reader
        .rows("settings", &format!("SELECT ARRAY[{}]", current.join(", ")))
        .await?;
    let previous = rows.first().map(|row| row.get(0)).unwrap_or_default();
    apply(reader, SETTINGS.iter().map(|(_, value)| *value)).await?;
    Ok(Previous(previous))
}

/// Puts them back.
pub(crate) async fn leave<C: GenericClient + Sync>(reader: &Reader<'_, C>, previous: Previous) -> Result<(), Error> {
    apply(reader, previous.0.iter().map(String::as_str)).await
}

async fn apply<C: GenericClient + Sync>(
    reader: &Reader<'_, C>,
    values: impl Iterator<Item = &str>,
) -> Result<(), Error> {
    let calls: Vec<_> = SETTINGS
        .iter()
        .zip(values)
        .map(|((name, _), value)| {
            format!(
                "pg_catalog.set_config('{name}', {}, true)",
                nova_schema::quote_literal(value)
            )
        })
        .collect();
    reader
        .rows("settings", &format!("SELECT {}", calls.join(", ")))
        .await
        .map(drop)
}
