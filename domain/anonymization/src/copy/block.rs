//! What is decided for many rows at once: values exchanged between rows, and values that a program replaces.

use super::text::unescape;
use super::view::View;
use super::{Action, CopyFormat, TableLayout};
use crate::error::Error;
use crate::key::{MaskingKey, Prf};
use crate::kind::Kind;
use crate::mask::Row;
use crate::spec::{Parameters, Spec};
use crate::sql::SqlType;
use crate::sql::values::{from_text, to_text};
use serde::Serialize;
use std::collections::BTreeMap;

/// Most rows of a block.
pub(super) const ROWS: usize = 4096;
/// Most bytes of a block, one row more or less.
pub(super) const BYTES: usize = 4 << 20;

/// True for kinds that need a block of rows.
pub(super) fn is_for_blocks(kind: Kind) -> bool {
    matches!(kind, Kind::Shuffle | Kind::External)
}

/// What a program is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExternalRequest {
    /// The column.
    pub column: String,
    /// Program and arguments.
    pub command: Vec<String>,
    /// Longest time for the batch, in seconds.
    pub seconds: u64,
}

/// Replaces values outside this crate.
pub trait External: Send {
    /// The replacements of `values`, one for each and in their order; `None` is NULL.
    ///
    /// # Errors
    /// In words, without any value: the program failed, took too long or answered something else.
    fn replace(&mut self, request: &ExternalRequest, values: &[String]) -> Result<Vec<Option<String>>, String>;
}

/// A column that is decided block by block.
pub(super) struct BlockColumn {
    column: usize,
    name: String,
    method: Method,
}

enum Method {
    Shuffle {
        prf: Prf,
        /// The column whose value must be the same.
        within: Option<usize>,
    },
    External {
        request: ExternalRequest,
        ty: SqlType,
    },
}

/// The decision for one row of a block.
#[derive(Clone)]
pub(super) enum Decision {
    /// The raw field of another row.
    FieldOf(usize),
    /// These bytes, without the escapes of the text format; `None` is NULL.
    Value(Option<Vec<u8>>),
}

/// A block: rows of raw fields.
pub(super) type Rows<'a> = [Vec<Option<&'a [u8]>>];

impl BlockColumn {
    pub(super) fn all(layout: &TableLayout, key: &MaskingKey) -> Result<Vec<Self>, Error> {
        let place = |name: Option<&str>| name.and_then(|name| layout.columns.iter().position(|c| c.name == name));
        let mut columns = Vec::new();
        for (column, found) in layout.columns.iter().enumerate() {
            let Action::Mask(spec) = &found.action else { continue };
            let method = match spec.kind {
                Kind::Shuffle => Method::Shuffle {
                    prf: key.derive(spec.kind.label()),
                    within: place(spec.text("within")),
                },
                Kind::External => Method::External {
                    request: request(&found.name, spec),
                    ty: external_type(&found.base_type).ok_or_else(|| Error::Inapplicable {
                        column: found.name.clone(),
                        kind: spec.kind.label().to_owned(),
                        sql_type: found.base_type.clone(),
                        reason: "arrays cannot be handed to a program".to_owned(),
                    })?,
                },
                _ => continue,
            };
            columns.push(Self {
                column,
                name: found.name.clone(),
                method,
            });
        }
        Ok(columns)
    }

    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// What becomes of the column in each row of a block.
    pub(super) fn decide(
        &self,
        format: CopyFormat,
        types: &[SqlType],
        rows: &Rows<'_>,
        external: Option<&mut Box<dyn External>>,
        first_row: u64,
    ) -> Result<Vec<Decision>, Error> {
        match &self.method {
            Method::Shuffle { prf, within } => self.shuffle(*prf, *within, format, types, rows, first_row),
            Method::External { request, ty } => self.ask(request, *ty, format, rows, external),
        }
    }

    /// One cycle through all rows of a group: every value moves to another row, and none is lost.
    fn shuffle(
        &self,
        prf: Prf,
        within: Option<usize>,
        format: CopyFormat,
        types: &[SqlType],
        rows: &Rows<'_>,
        first_row: u64,
    ) -> Result<Vec<Decision>, Error> {
        let mut groups: BTreeMap<Option<String>, Vec<(u128, usize)>> = BTreeMap::new();
        for (index, fields) in rows.iter().enumerate() {
            let group = match within {
                None => None,
                Some(column) => {
                    let view = View {
                        format,
                        types,
                        fields,
                        cells: &[],
                        bytes: &[],
                    };
                    let text = view.original(column).map_err(|reason| Error::Value {
                        column: self.name.clone(),
                        row: first_row + index as u64,
                        reason,
                    })?;
                    text.map(std::borrow::Cow::into_owned)
                }
            };
            let mut message = fields[self.column].unwrap_or_default().to_vec();
            message.extend_from_slice(&index.to_le_bytes());
            groups.entry(group).or_default().push((prf.hash(&message), index));
        }
        let mut decisions = vec![Decision::Value(None); rows.len()];
        for mut group in groups.into_values() {
            group.sort_unstable();
            for (place, &(_, index)) in group.iter().enumerate() {
                let (_, from) = group[(place + 1) % group.len()];
                decisions[index] = Decision::FieldOf(from);
            }
        }
        Ok(decisions)
    }

    fn ask(
        &self,
        request: &ExternalRequest,
        ty: SqlType,
        format: CopyFormat,
        rows: &Rows<'_>,
        external: Option<&mut Box<dyn External>>,
    ) -> Result<Vec<Decision>, Error> {
        let failed = |reason: String| Error::External {
            column: self.name.clone(),
            reason,
        };
        let external = external.ok_or_else(|| {
            failed("programs are not allowed here; anonymize.external = yes in nova.toml allows them".to_owned())
        })?;
        let mut values = Vec::new();
        for fields in rows {
            let Some(raw) = fields[self.column] else { continue };
            let text = match format {
                CopyFormat::Binary => to_text(ty, raw).map(std::borrow::Cow::into_owned),
                CopyFormat::Text => String::from_utf8(unescape(raw).into_owned()).ok(),
            };
            values.push(text.ok_or_else(|| failed("a value has not the form its type promises".to_owned()))?);
        }
        let answers = if values.is_empty() {
            Vec::new()
        } else {
            external.replace(request, &values).map_err(failed)?
        };
        if answers.len() != values.len() {
            return Err(failed(format!("{} answers to {} values", answers.len(), values.len())));
        }
        let mut answers = answers.into_iter();
        rows.iter()
            .map(|fields| {
                let answer = fields[self.column].and_then(|_| answers.next().flatten());
                let Some(answer) = answer else {
                    return Ok(Decision::Value(None));
                };
                let bytes = match format {
                    CopyFormat::Text => Some(answer.into_bytes()),
                    CopyFormat::Binary => from_text(ty, &answer),
                };
                bytes
                    .map(|bytes| Decision::Value(Some(bytes)))
                    .ok_or_else(|| failed("an answer is no value of the column's type".to_owned()))
            })
            .collect()
    }
}

fn request(column: &str, spec: &Spec) -> ExternalRequest {
    let words = |parameters: &Parameters| -> Vec<String> {
        let words = parameters.get("command").and_then(serde_json::Value::as_array);
        words
            .into_iter()
            .flatten()
            .filter_map(|word| Some(word.as_str()?.to_owned()))
            .collect()
    };
    ExternalRequest {
        column: column.to_owned(),
        command: words(&spec.parameters),
        seconds: spec.count("seconds").unwrap_or(30) as u64,
    }
}

fn external_type(base_type: &str) -> Option<SqlType> {
    let (ty, array) = SqlType::parse(base_type);
    (!array).then_some(ty)
}
