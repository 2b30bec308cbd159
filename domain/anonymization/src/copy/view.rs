//! One row as maskers see it: originals by column, and what has replaced them so far.

use super::text::unescape;
use super::{ColumnLayout, CopyFormat, TableLayout};
use crate::error::Error;
use crate::mask::{Fault, Row, template_new_columns};
use crate::plan::nearest;
use crate::spec::Spec;
use crate::sql::SqlType;
use crate::sql::values::{normal_text, readable, to_text};
use std::borrow::Cow;
use std::ops::Range;

/// The fields of a row: raw, as they stand in the stream; `None` is NULL.
pub(super) type Fields<'a> = [Option<&'a [u8]>];

/// What has become of a column of the current row.
#[derive(Clone, Default)]
pub(super) enum Cell {
    /// Not decided yet.
    #[default]
    Open,
    /// The original.
    Original,
    /// NULL.
    Null,
    /// The bytes of the value, without the escapes of the text format.
    New(Range<usize>),
}

pub(super) struct View<'a> {
    pub(super) format: CopyFormat,
    pub(super) types: &'a [SqlType],
    pub(super) fields: &'a Fields<'a>,
    pub(super) cells: &'a [Cell],
    pub(super) bytes: &'a [u8],
}

impl Row for View<'_> {
    fn original(&self, column: usize) -> Result<Option<Cow<'_, str>>, Fault> {
        let ty = self.types.get(column).ok_or("a column that is not there")?;
        let Some(Some(raw)) = self.fields.get(column) else {
            return Ok(None);
        };
        match self.format {
            CopyFormat::Binary => decode_binary(*ty, raw).map(Some),
            CopyFormat::Text => decode_text(*ty, unescape(raw)).map(Some),
        }
    }

    fn replaced(&self, column: usize) -> Result<Option<Cow<'_, str>>, Fault> {
        let ty = self.types.get(column).ok_or("a column that is not there")?;
        match self.cells.get(column) {
            Some(Cell::Original) => self.original(column),
            Some(Cell::Null) => Ok(None),
            Some(Cell::New(range)) => {
                let raw = &self.bytes[range.clone()];
                match self.format {
                    CopyFormat::Binary => decode_binary(*ty, raw).map(Some),
                    CopyFormat::Text => decode_text(*ty, Cow::Borrowed(raw)).map(Some),
                }
            }
            _ => Err("a replacement that depends on itself"),
        }
    }
}

const FORM: Fault = "a column it refers to has not the form its type promises";

fn decode_binary(ty: SqlType, raw: &[u8]) -> Result<Cow<'_, str>, Fault> {
    to_text(ty, raw).ok_or(FORM)
}

fn decode_text(ty: SqlType, raw: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Fault> {
    let text = match raw {
        Cow::Borrowed(raw) => Cow::Borrowed(std::str::from_utf8(raw).map_err(|_| FORM)?),
        Cow::Owned(raw) => Cow::Owned(String::from_utf8(raw).map_err(|_| FORM)?),
    };
    normal_text(ty, text).ok_or(FORM)
}

/// Checks that every column a spec refers to is there and can be read.
pub(super) fn check_references(
    format: CopyFormat,
    layout: &TableLayout,
    column: &ColumnLayout,
    spec: &Spec,
) -> Result<(), Error> {
    for name in spec.references() {
        let Some(found) = layout.columns.iter().find(|other| other.name == name) else {
            let names = layout.columns.iter().map(|column| column.name.as_str());
            return Err(Error::UnknownColumn {
                table: format!("the table of {}", column.name),
                nearest: nearest(&name, names)
                    .into_iter()
                    .map(|near| format!("`{near}`"))
                    .collect(),
                column: name,
            });
        };
        let (ty, array) = SqlType::parse(&found.base_type);
        // The text form of anything can be read, but must mean the same in both formats.
        let foreign = found.base_type.contains('.') || format == CopyFormat::Text;
        if array || !readable(ty, foreign) {
            return Err(Error::Inapplicable {
                column: column.name.clone(),
                kind: spec.kind.label().to_owned(),
                sql_type: column.base_type.clone(),
                reason: format!("it refers to {name}, whose type {} cannot be read", found.base_type),
            });
        }
    }
    let circular = template_new_columns(spec).into_iter().find(|name| {
        layout.columns.iter().any(|other| {
            other.name == *name
                && matches!(&other.action, super::Action::Mask(spec) if !template_new_columns(spec).is_empty())
        })
    });
    match circular {
        Some(name) => Err(Error::Inapplicable {
            column: column.name.clone(),
            kind: spec.kind.label().to_owned(),
            sql_type: column.base_type.clone(),
            reason: format!("it takes the replacement of {name}, which takes replacements itself"),
        }),
        None => Ok(()),
    }
}
