//! One masked column: its type's decoding and encoding around the kind's masker. Text and binary forms decode to the
//! same value, so both formats give the same replacement.

use super::CopyFormat;
use super::composite::Composites;
use crate::error::Error;
use crate::key::Prf;
use crate::kind::Kind;
use crate::leak::Recorder;
use crate::mask::amount::Amount;
use crate::mask::moment::Moments;
use crate::mask::{
    Condition, Fault, Row, Scope, TextMasker, mac_bits, network, permute_uuid, replace_image, replace_phone_integer,
};
use crate::pattern::scramble_integer;
use crate::plan::applies;
use crate::spec::Spec;
use crate::sql::inet::Inet;
use crate::sql::values::{from_hex, from_text, to_text, write_uuid};
use crate::sql::{SqlType, array, dates, numeric};

/// Masks the values of one column.
pub(super) struct ColumnMasker {
    name: String,
    array: bool,
    element: Element,
}

/// Masks one value, or one element of an array.
struct Element {
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

impl ColumnMasker {
    pub(super) fn compile(
        format: CopyFormat,
        name: &str,
        base_type: &str,
        spec: &Spec,
        scope: &Scope<'_>,
    ) -> Result<Self, Error> {
        let (ty, array) = SqlType::parse(base_type);
        let element = Element::compile(format, (base_type, ty), spec, scope).map_err(|reason| Error::Inapplicable {
            column: name.to_owned(),
            kind: spec.kind.label().to_owned(),
            sql_type: base_type.to_owned(),
            reason,
        })?;
        Ok(Self {
            name: name.to_owned(),
            array,
            element: Element {
                name_part: element.name_part.filter(|_| !array),
                ..element
            },
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

fn utf8(raw: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(raw).map_err(|_| "not valid UTF-8")
}

impl Element {
    fn compile(
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

    fn bind(&mut self, row: &dyn Row) -> Result<(), Fault> {
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
    fn whole(&self, out: &mut Vec<u8>) -> Option<bool> {
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
            return Err("the value has not the form its type promises");
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

    fn text(&mut self, text: &str, out: &mut Vec<u8>, recorder: Option<&mut Recorder>) -> Result<bool, Fault> {
        const FORM: Fault = "the value has not the form its type promises";
        match &mut self.method {
            Method::Keep => {
                out.extend_from_slice(text.as_bytes());
                return Ok(true);
            }
            Method::Chain(cases) => {
                let case = Self::case(cases, text)?;
                let Some((_, element)) = cases.get_mut(case) else {
                    out.extend_from_slice(text.as_bytes());
                    return Ok(true);
                };
                return match element.whole(out) {
                    Some(whole) => Ok(whole),
                    None => element.text(text, out, recorder),
                };
            }
            Method::Composite(composites) => return composites.rewrite(text, out, recorder).map(|()| true),
            _ => {}
        }
        let integer = || text.parse::<i64>().map_err(|_| FORM);
        self.output.clear();
        match (&self.method, self.ty) {
            (Method::Text(_), _) => return self.masked_text(text, out, recorder),
            (Method::Moment(moments), SqlType::Date) => {
                let days = dates::parse_iso_date(text).ok_or("not an ISO date")?;
                dates::write_iso_date(moments.day(days), &mut self.output);
            }
            (Method::Moment(moments), ty) => {
                let zone = ty == SqlType::TimestampTz;
                let micros = dates::parse_iso_moment(text, zone).ok_or("not an ISO timestamp")?;
                dates::write_iso_moment(moments.moment(micros), zone, &mut self.output);
            }
            (Method::Amount(_) | Method::Integer { .. } | Method::PhoneInteger { .. }, ty) if ty.is_integer() => {
                let replaced = self.integer(integer()?);
                self.output = replaced.to_string();
            }
            (Method::Amount(amount), SqlType::Money) => {
                return money_text(amount, text, out);
            }
            (Method::Amount(amount), SqlType::Float4 | SqlType::Float8) => {
                let value: f64 = match text {
                    "Infinity" | "-Infinity" | "NaN" => {
                        out.extend_from_slice(text.as_bytes());
                        return Ok(true);
                    }
                    _ => text.parse().map_err(|_| FORM)?,
                };
                if self.ty == SqlType::Float4 {
                    let narrow: f32 = text.parse().map_err(|_| FORM)?;
                    self.output = mask_float(amount, &narrow.to_string(), &mut self.number).to_owned();
                } else {
                    self.output = mask_float(amount, &value.to_string(), &mut self.number).to_owned();
                }
            }
            (Method::Amount(amount), _) => amount.decimal(text, &mut self.output),
            (Method::Uuid(prf), _) => {
                let hex: String = text.chars().filter(|c| *c != '-').collect();
                let value = u128::from_str_radix(&hex, 16).map_err(|_| FORM)?;
                if hex.len() != 32 {
                    return Err(FORM);
                }
                write_uuid(permute_uuid(prf, value), &mut self.output);
            }
            (Method::Inet(prf), ty) => {
                let cidr = ty == SqlType::Cidr;
                let inet = Inet::parse(text).ok_or(FORM)?;
                network::mask(prf, &inet, cidr).write(cidr, &mut self.output);
            }
            (Method::Bytes(prf), _) => {
                let bytes = bytea(text)?;
                push_hex(stream(prf, &bytes), &mut self.output);
            }
            (Method::Image, _) => {
                let bytes = bytea(text)?;
                push_hex(replace_image(&bytes).iter().copied(), &mut self.output);
            }
            (Method::Mac(prf), _) => {
                let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
                let value = u64::from_str_radix(&hex, 16).map_err(|_| FORM)?;
                let raw = mac_bits(prf, value, hex.len() / 2).to_be_bytes();
                let raw = raw.get(8 - hex.len() / 2..).ok_or(FORM)?;
                self.output = to_text(self.ty, raw).ok_or(FORM)?.into_owned();
            }
            (Method::ByText(masker), _) => {
                if !masker.mask(text, &mut self.output, recorder)? {
                    return Ok(false);
                }
            }
            _ => return Err(FORM),
        }
        out.extend_from_slice(self.output.as_bytes());
        Ok(true)
    }

    fn binary(&mut self, raw: &[u8], out: &mut Vec<u8>, recorder: Option<&mut Recorder>) -> Result<bool, Fault> {
        const SIZE: Fault = "the value has not the size its type promises";
        const FORM: Fault = "the value has not the form its type promises";
        match &mut self.method {
            Method::Keep => {
                out.extend_from_slice(raw);
                return Ok(true);
            }
            Method::Chain(cases) => {
                let case = Self::case(cases, &to_text(self.ty, raw).ok_or(FORM)?)?;
                let Some((_, element)) = cases.get_mut(case) else {
                    out.extend_from_slice(raw);
                    return Ok(true);
                };
                return match element.whole(out) {
                    Some(whole) => Ok(whole),
                    None => element.binary(raw, out, recorder),
                };
            }
            Method::ByText(masker) => {
                self.output.clear();
                let kept = masker.mask(&to_text(self.ty, raw).ok_or(FORM)?, &mut self.output, recorder)?;
                if kept {
                    let encoded = from_text(self.ty, &self.output).ok_or("the replacement is no value of the type")?;
                    out.extend_from_slice(&encoded);
                }
                return Ok(kept);
            }
            Method::Mac(prf) => {
                let value = raw.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
                let bytes = mac_bits(prf, value, raw.len()).to_be_bytes();
                out.extend_from_slice(bytes.get(8usize.wrapping_sub(raw.len())..).ok_or(SIZE)?);
                return Ok(true);
            }
            Method::Image => {
                out.extend_from_slice(replace_image(raw));
                return Ok(true);
            }
            Method::Composite(_) => return Err("composite values travel in text form only"),
            _ => {}
        }
        match (&self.method, self.ty) {
            (Method::Text(_), SqlType::Jsonb) => {
                let (version, document) = raw.split_first().ok_or(SIZE)?;
                if *version != 1 {
                    return Err("an unknown version of binary jsonb");
                }
                out.push(1);
                return self.masked_text(utf8(document)?, out, recorder);
            }
            (Method::Text(_), _) => return self.masked_text(utf8(raw)?, out, recorder),
            (_, SqlType::Int2) => {
                let value = i16::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                let replaced = i16::try_from(self.integer(i64::from(value))).unwrap_or(value);
                out.extend_from_slice(&replaced.to_be_bytes());
            }
            (_, SqlType::Int4) => {
                let value = i32::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                let replaced = i32::try_from(self.integer(i64::from(value))).unwrap_or(value);
                out.extend_from_slice(&replaced.to_be_bytes());
            }
            (_, SqlType::Int8 | SqlType::Money) => {
                let value = i64::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                out.extend_from_slice(&self.integer(value).to_be_bytes());
            }
            (Method::Amount(amount), SqlType::Float4) => {
                let value = f32::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                let replaced = if value.is_finite() {
                    mask_float(amount, &value.to_string(), &mut self.number)
                        .parse()
                        .unwrap_or(value)
                } else {
                    value
                };
                out.extend_from_slice(&replaced.to_be_bytes());
            }
            (Method::Amount(amount), SqlType::Float8) => {
                let value = f64::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                let replaced = if value.is_finite() {
                    mask_float(amount, &value.to_string(), &mut self.number)
                        .parse()
                        .unwrap_or(value)
                } else {
                    value
                };
                out.extend_from_slice(&replaced.to_be_bytes());
            }
            (Method::Amount(amount), SqlType::Numeric) => {
                self.number.clear();
                numeric::decode(raw, &mut self.number).ok_or("not a binary numeric")?;
                self.output.clear();
                amount.decimal(&self.number, &mut self.output);
                numeric::encode(&self.output, out).ok_or("the replacement is no numeric")?;
            }
            (Method::Moment(moments), SqlType::Date) => {
                let days = i32::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                out.extend_from_slice(&moments.day(days).to_be_bytes());
            }
            (Method::Moment(moments), _) => {
                let micros = i64::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                out.extend_from_slice(&moments.moment(micros).to_be_bytes());
            }
            (Method::Uuid(prf), _) => {
                let value = u128::from_be_bytes(raw.try_into().map_err(|_| SIZE)?);
                out.extend_from_slice(&permute_uuid(prf, value).to_be_bytes());
            }
            (Method::Inet(prf), ty) => network::mask_binary(prf, raw, ty == SqlType::Cidr, out)?,
            (Method::Bytes(prf), _) => out.extend(stream(prf, raw)),
            _ => return Err("the value has not the form its type promises"),
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

/// `money` in text depends on the server's locale: the digits are replaced in place.
fn money_text(amount: &Amount, text: &str, out: &mut Vec<u8>) -> Result<bool, Fault> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let negative = text.contains(['-', '(']);
    let units: i64 = digits.parse().map_err(|_| "not an amount of money")?;
    let replaced = amount.integer(if negative { -units } else { units }, i64::MAX);
    if (replaced < 0) != negative && replaced != 0 {
        return Err("bounds that change the sign need binary COPY for money");
    }
    let replaced = format!("{:0width$}", replaced.unsigned_abs(), width = digits.len());
    let mut next = replaced.bytes();
    let mut extra = replaced.len() - digits.len();
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            // More digits than before stand in front of the first.
            out.extend(next.by_ref().take(extra + 1));
            extra = 0;
        } else {
            out.push(byte);
        }
    }
    Ok(true)
}

fn bytea(text: &str) -> Result<Vec<u8>, Fault> {
    text.strip_prefix("\\x")
        .and_then(from_hex)
        .ok_or("not bytea in hex form")
}

fn push_hex(bytes: impl Iterator<Item = u8>, out: &mut String) {
    use std::fmt::Write;
    out.push_str("\\x");
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
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
