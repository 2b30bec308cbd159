//! One masked column: its type's decoding and encoding around the kind's masker. Text and binary forms decode to the
//! same value, so both formats give the same replacement.

use super::CopyFormat;
use crate::error::Error;
use crate::key::{MaskingKey, Prf};
use crate::kind::Kind;
use crate::leak::Recorder;
use crate::mask::amount::Amount;
use crate::mask::moment::Moments;
use crate::mask::{Fault, TextMasker, network, permute_uuid, replace_phone_integer};
use crate::pattern::scramble_integer;
use crate::plan::applies;
use crate::spec::Spec;
use crate::sql::inet::Inet;
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
    Moment(Moments),
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
        key: &MaskingKey,
    ) -> Result<Self, Error> {
        let inapplicable = |reason: String| Error::Inapplicable {
            column: name.to_owned(),
            kind: spec.kind.label().to_owned(),
            sql_type: base_type.to_owned(),
            reason,
        };
        applies(spec.kind, base_type).map_err(inapplicable)?;
        let (ty, array) = SqlType::parse(base_type);
        let integer_max = ty
            .integer_max()
            .map(|max| spec.integer_max.map_or(max, |limit| limit.min(max)));
        let max = integer_max.unwrap_or(i64::MAX).unsigned_abs();
        let prf = key.derive(spec.kind.label());
        let method = match spec.kind {
            Kind::Null => Method::Null,
            Kind::Constant => {
                let value = spec.constant.as_deref().unwrap_or_default();
                let encoded = match format {
                    CopyFormat::Text => Some(value.as_bytes().to_vec()),
                    CopyFormat::Binary => encode_constant(ty, value),
                };
                let encoded = encoded.ok_or_else(|| inapplicable("the constant is not a value of this type".into()))?;
                Method::Constant(encoded)
            }
            _ if ty.is_text() || matches!(ty, SqlType::Json | SqlType::Jsonb) => {
                Method::Text(Box::new(TextMasker::compile(spec, key)))
            }
            Kind::Date | Kind::BirthDate => Method::Moment(Moments::compile(spec, prf)),
            Kind::Phone if ty.is_integer() => Method::PhoneInteger { prf, max },
            Kind::Financial => Method::Amount(Amount::compile(spec, prf)),
            Kind::Uuid => Method::Uuid(prf),
            Kind::Ip => Method::Inet(prf),
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
        let name_part = match spec.kind {
            Kind::FirstName => Some(false),
            Kind::LastName => Some(true),
            _ => None,
        };
        Ok(Self {
            name: name.to_owned(),
            array,
            element: Element {
                ty,
                method,
                name_part: name_part.filter(|_| !array),
                output: String::new(),
                number: String::new(),
            },
        })
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
        masker.mask(value, &mut self.output, recorder.as_deref_mut())?;
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
                use std::fmt::Write;
                let bytes = text
                    .strip_prefix("\\x")
                    .and_then(from_hex)
                    .ok_or("not bytea in hex form")?;
                self.output.push_str("\\x");
                for byte in stream(prf, &bytes) {
                    // Writing to a String cannot fail.
                    let _ = write!(self.output, "{byte:02x}");
                }
            }
            _ => return Err(FORM),
        }
        out.extend_from_slice(self.output.as_bytes());
        Ok(true)
    }

    fn binary(&mut self, raw: &[u8], out: &mut Vec<u8>, recorder: Option<&mut Recorder>) -> Result<bool, Fault> {
        const SIZE: Fault = "the value has not the size its type promises";
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

fn write_uuid(value: u128, out: &mut String) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        value >> 96,
        value >> 80 & 0xFFFF,
        value >> 64 & 0xFFFF,
        value >> 48 & 0xFFFF,
        value & 0xFFFF_FFFF_FFFF
    );
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
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

/// A constant in the binary form of a type; `None` when the text is not a value of it.
fn encode_constant(ty: SqlType, text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match ty {
        SqlType::Text | SqlType::Bpchar | SqlType::Json => out.extend_from_slice(text.as_bytes()),
        SqlType::Jsonb => {
            out.push(1);
            out.extend_from_slice(text.as_bytes());
        }
        SqlType::Int2 => out.extend_from_slice(&text.parse::<i16>().ok()?.to_be_bytes()),
        SqlType::Int4 => out.extend_from_slice(&text.parse::<i32>().ok()?.to_be_bytes()),
        SqlType::Int8 => out.extend_from_slice(&text.parse::<i64>().ok()?.to_be_bytes()),
        SqlType::Float4 => out.extend_from_slice(&text.parse::<f32>().ok()?.to_be_bytes()),
        SqlType::Float8 => out.extend_from_slice(&text.parse::<f64>().ok()?.to_be_bytes()),
        SqlType::Numeric => numeric::encode(text, &mut out)?,
        SqlType::Bool => out.push(u8::from(match text.to_lowercase().as_str() {
            "t" | "true" => true,
            "f" | "false" => false,
            _ => return None,
        })),
        SqlType::Date => out.extend_from_slice(&dates::parse_iso_date(text)?.to_be_bytes()),
        SqlType::Timestamp => out.extend_from_slice(&dates::parse_iso_moment(text, false)?.to_be_bytes()),
        SqlType::TimestampTz => out.extend_from_slice(&dates::parse_iso_moment(text, true)?.to_be_bytes()),
        SqlType::Uuid => {
            let hex: String = text.chars().filter(|c| *c != '-').collect();
            out.extend_from_slice(
                &u128::from_str_radix(&hex, 16)
                    .ok()
                    .filter(|_| hex.len() == 32)?
                    .to_be_bytes(),
            );
        }
        SqlType::Inet | SqlType::Cidr => Inet::parse(text)?.encode(ty == SqlType::Cidr, &mut out),
        SqlType::Bytea => out = text.strip_prefix("\\x").and_then(from_hex)?,
        SqlType::Money | SqlType::Opaque => return None,
    }
    Some(out)
}
