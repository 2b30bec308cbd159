//! Values in binary form.

use super::{Element, FORM, Method, mask_float, stream, utf8};
use crate::leak::Recorder;
use crate::mask::{Fault, mac_bits, network, permute_uuid, replace_image};
use crate::sql::values::{from_text, to_text};
use crate::sql::{SqlType, numeric};

impl Element {
    /// Appends the replacement of a value in binary form; `Ok(false)` means NULL.
    pub(in crate::copy) fn binary(
        &mut self,
        raw: &[u8],
        out: &mut Vec<u8>,
        recorder: Option<&mut Recorder>,
    ) -> Result<bool, Fault> {
        const SIZE: Fault = "the value has not the size its type promises";
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
            _ => return Err(FORM),
        }
        Ok(true)
    }
}
