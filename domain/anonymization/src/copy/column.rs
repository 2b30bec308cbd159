//! One masked column: its values, or the elements of its arrays, in either format.

use super::CopyFormat;
use super::element::{Element, utf8};
use crate::error::Error;
use crate::leak::Recorder;
use crate::mask::{Fault, Row, Scope};
use crate::spec::Spec;
use crate::sql::{SqlType, array};

/// Masks the values of one column.
pub(super) struct ColumnMasker {
    name: String,
    array: bool,
    element: Element,
}

impl ColumnMasker {
    pub(super) fn compile(
        format: CopyFormat,
        name: &str,
        base_type: &str,
        spec: &Spec,
        scope: &Scope<'_>,
    ) -> Result<Self, Error> {
        let (ty, array) = SqlType::parse(base_type);
        let mut element =
            Element::compile(format, (base_type, ty), spec, scope).map_err(|reason| Error::Inapplicable {
                column: name.to_owned(),
                kind: spec.kind.label().to_owned(),
                sql_type: base_type.to_owned(),
                reason,
            })?;
        if array {
            element.stand_alone();
        }
        Ok(Self {
            name: name.to_owned(),
            array,
            element,
        })
    }

    /// Reads what replacements need to know of the row.
    pub(super) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        self.element.bind(row)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Appends the replacement of a value in text form; `Ok(false)` means NULL.
    pub(super) fn mask_text(
        &mut self,
        raw: &[u8],
        out: &mut Vec<u8>,
        mut recorder: Option<&mut Recorder>,
    ) -> Result<bool, Fault> {
        let text = utf8(raw)?;
        let element = &mut self.element;
        if let Some(whole) = element.whole(out) {
            return Ok(whole);
        }
        if !self.array {
            return element.text(text, out, recorder);
        }
        array::rewrite_text(text, out, |value, out| {
            element.text(value, out, recorder.as_deref_mut())
        })?;
        Ok(true)
    }

    /// Appends the replacement of a value in binary form; `Ok(false)` means NULL.
    pub(super) fn mask_binary(
        &mut self,
        raw: &[u8],
        out: &mut Vec<u8>,
        mut recorder: Option<&mut Recorder>,
    ) -> Result<bool, Fault> {
        let element = &mut self.element;
        if let Some(whole) = element.whole(out) {
            return Ok(whole);
        }
        if !self.array {
            return element.binary(raw, out, recorder);
        }
        array::rewrite_binary(raw, out, |value, out| {
            element.binary(value, out, recorder.as_deref_mut())
        })?;
        Ok(true)
    }
}
