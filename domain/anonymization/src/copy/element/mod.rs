//! A value of one type: decoding and encoding around its kind's masker. Text and binary forms decode to the same value, so
//! both formats give the same replacement.

mod binary;
mod text;

use super::CopyFormat;
use super::composite::Composites;
use crate::key::Prf;
use crate::kind::Kind;
use crate::leak::Recorder;
use crate::mask::amount::Amount;
use crate::mask::moment::Moments;
use crate::mask::{Condition, Fault, Row, Scope, TextMasker, replace_phone_integer};
use crate::pattern::scramble_integer;
use crate::plan::applies;
use crate::spec::Spec;
use crate::sql::SqlType;
use crate::sql::values::from_text;

/// Why a value is not masked whose form is not that of its type.
const FORM: Fault = "the value has not the form its type promises";

/// Masks one value, or one element of an array.
pub(super) struct Element {
    ty: SqlType,
    method: Method,
    /// Given (`false`) or family (`true`) names of their own: recorded together as full names.
    name_part: Option<bool>,
    output: String,
    number: String,
}

enum Method {
    Null,
    /// A constant, encoded for the format.
    Constant(Vec<u8>),
    Text(Box<TextMasker>),
    Amount(Amount),
    Moment(Box<Moments>),
    /// By way of the value's text.
    ByText(Box<TextMasker>),
    Chain(Vec<(Option<Condition>, Element)>),
    Composite(Box<Composites>),
    Keep,
    Mac(Prf),
    Image,
    PhoneInteger {
        prf: Prf,
        max: u64,
    },
    Integer {
        prf: Prf,
        max: u64,
    },
    Uuid(Prf),
    Inet(Prf),
    Bytes(Prf),
}

pub(super) fn utf8(raw: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(raw).map_err(|_| "not valid UTF-8")
}

impl Element {
    pub(super) fn compile(
        format: CopyFormat,
        (base_type, ty): (&str, SqlType),
        spec: &Spec,
        scope: &Scope<'_>,
    ) -> Result<Self, String> {
        applies(spec.kind, base_type)?;
        let integer_max = ty
            .integer_max()
            .map(|max| spec.integer_max.map_or(max, |limit| limit.min(max)));
        let max = integer_max.unwrap_or(i64::MAX).unsigned_abs();
        let key = scope.key;
        let prf = key.derive(spec.kind.label());
        let constant = |value: &str| {
            let encoded = match format {
                CopyFormat::Text => Some(value.as_bytes().to_vec()),
                CopyFormat::Binary => from_text(ty, value),
            };
            encoded
                .map(Method::Constant)
                .ok_or_else(|| "the constant is not a value of this type".to_owned())
        };
        let text = || Method::Text(Box::new(TextMasker::compile(spec, scope)));
        let method = match spec.kind {
            Kind::Null => Method::Null,
            Kind::Token if spec.text("mode") == Some("null") => Method::Null,
            Kind::Keep => Method::Keep,
            Kind::Constant => constant(spec.constant.as_deref().unwrap_or_default())?,
            Kind::Empty if ty == SqlType::Tsvector && format == CopyFormat::Binary => Method::Constant(vec![0; 4]),
            Kind::Empty => Method::Constant(Vec::new()),
            Kind::Token if spec.text("mode") == Some("empty") => Method::Constant(Vec::new()),
            Kind::Shuffle | Kind::External => {
                return Err("it works on whole columns and cannot stand inside a chain or a document".to_owned());
            }
            Kind::Chain => {
                let case = |case: &crate::spec::Case| {
                    let inner = Spec {
                        unique: case.spec.unique || spec.unique,
                        max_length: case.spec.max_length.or(spec.max_length),
                        integer_max: case.spec.integer_max.or(spec.integer_max),
                        ..case.spec.clone()
                    };
                    let condition = case.when.as_deref().map(|when| Condition::compile(when, scope));
                    Ok((condition, Self::compile(format, (base_type, ty), &inner, scope)?))
                };
                Method::Chain(spec.cases.iter().map(case).collect::<Result<_, String>>()?)
            }
            Kind::Composite => Method::Composite(Box::new(Composites::compile(base_type, spec, scope)?)),
            _ if ty.is_text() => text(),
            _ if matches!(ty, SqlType::Json | SqlType::Jsonb | SqlType::Xml | SqlType::Hstore) => text(),
            Kind::Date | Kind::BirthDate | Kind::ShiftDate | Kind::TruncateDate => {
                Method::Moment(Box::new(Moments::compile(spec, prf, scope)))
            }
            Kind::AgeBand if !ty.is_integer() && ty != SqlType::Numeric => {
                Method::Moment(Box::new(Moments::compile(spec, prf, scope)))
            }
            Kind::Phone if ty.is_integer() => Method::PhoneInteger { prf, max },
            Kind::Financial | Kind::Noise | Kind::Round | Kind::AgeBand => Method::Amount(Amount::compile(spec, prf)),
            Kind::Uuid => Method::Uuid(prf),
            Kind::Ip => Method::Inet(prf),
            Kind::Mac => Method::Mac(prf),
            Kind::Image => Method::Image,
            Kind::Pick | Kind::Template | Kind::Regex | Kind::Flag | Kind::Coordinates => {
                Method::ByText(Box::new(TextMasker::compile(spec, scope)))
            }
            Kind::FormatPreserving if !ty.is_integer() => Method::ByText(Box::new(TextMasker::compile(spec, scope))),
            _ if ty.is_integer() => Method::Integer {
                prf: key.derive(Kind::Identifier.label()),
                max,
            },
            _ if ty == SqlType::Bytea => Method::Bytes(prf),
            // Numbers as identifiers: every digit changes.
            _ => Method::Amount(Amount::compile(
                &Spec {
                    unique: true,
                    ..spec.clone()
                },
                prf,
            )),
        };
        Ok(Self {
            ty,
            method,
            name_part: match spec.kind {
                Kind::FirstName => Some(false),
                Kind::LastName => Some(true),
                _ => None,
            },
            output: String::new(),
            number: String::new(),
        })
    }

    pub(super) fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
        match &mut self.method {
            Method::Text(masker) | Method::ByText(masker) => masker.bind(row),
            Method::Moment(moments) => moments.bind(row),
            Method::Composite(composites) => composites.bind(row),
            Method::Chain(cases) => cases.iter_mut().try_for_each(|(condition, element)| {
                if let Some(condition) = condition {
                    condition.bind(row)?;
                }
                element.bind(row)
            }),
            _ => Ok(()),
        }
    }

    /// Elements of an array are not recorded together with those of another.
    pub(super) fn stand_alone(&mut self) {
        self.name_part = None;
    }

    /// The case of a chain that a value falls into; the index of none is the number of cases.
    fn case(cases: &[(Option<Condition>, Self)], value: &str) -> Result<usize, Fault> {
        for (index, (condition, _)) in cases.iter().enumerate() {
            if condition
                .as_ref()
                .map_or(Ok(true), |condition| condition.holds(Some(value)))?
            {
                return Ok(index);
            }
        }
        Ok(cases.len())
    }

    /// NULL and constants replace the whole value, arrays included.
    pub(super) fn whole(&self, out: &mut Vec<u8>) -> Option<bool> {
        match &self.method {
            Method::Null => Some(false),
            Method::Constant(value) => {
                out.extend_from_slice(value);
                Some(true)
            }
            _ => None,
        }
    }

    fn masked_text(
        &mut self,
        text: &str,
        out: &mut Vec<u8>,
        mut recorder: Option<&mut Recorder>,
    ) -> Result<bool, Fault> {
        let Method::Text(masker) = &self.method else {
            return Err(FORM);
        };
        self.output.clear();
        // char(n) arrives padded; the padding is no part of the value.
        let value = if self.ty == SqlType::Bpchar {
            text.trim_end_matches(' ')
        } else {
            text
        };
        if !masker.mask(value, &mut self.output, recorder.as_deref_mut())? {
            return Ok(false);
        }
        if let (Some(recorder), Some(family)) = (recorder, self.name_part) {
            recorder.note_part(family, value, &self.output);
        }
        out.extend_from_slice(self.output.as_bytes());
        if self.ty == SqlType::Bpchar {
            let width = text.chars().count();
            let written = self.output.chars().count();
            out.resize(out.len() + width.saturating_sub(written), b' ');
        }
        Ok(true)
    }

    fn integer(&self, value: i64) -> i64 {
        let max = self.ty.integer_max().unwrap_or(i64::MAX);
        let signed = |image: u64| match i64::try_from(image) {
            Ok(image) if value < 0 => -image,
            Ok(image) => image,
            Err(_) => value,
        };
        match &self.method {
            Method::Amount(amount) => amount.integer(value, max),
            Method::PhoneInteger { prf, max } => {
                signed(replace_phone_integer(prf, value.unsigned_abs().min(*max), *max))
            }
            Method::Integer { prf, max } => signed(scramble_integer(prf, value.unsigned_abs().min(*max), *max)),
            _ => value,
        }
    }
}

/// A float's shortest decimal form is what is masked: the scale a person sees stays.
fn mask_float<'a>(amount: &Amount, shortest: &str, buffer: &'a mut String) -> &'a str {
    buffer.clear();
    amount.decimal(shortest, buffer);
    buffer
}

/// As many keyed bytes as the original has.
fn stream<'a>(prf: &Prf, original: &'a [u8]) -> impl Iterator<Item = u8> + use<'a> {
    let mut draw = prf.draw(original, 0);
    let mut bytes = [0; 8];
    (0..original.len()).map(move |index| {
        if index % 8 == 0 {
            bytes = draw.bits().to_le_bytes();
        }
        // Never the original byte at its place.
        let byte = bytes[index % 8];
        if byte == original[index] { !byte } else { byte }
    })
}
