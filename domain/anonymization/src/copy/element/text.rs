//! Values in text form.

use super::{Element, FORM, Method, mask_float, stream};
use crate::leak::Recorder;
use crate::mask::amount::Amount;
use crate::mask::{Fault, mac_bits, network, permute_uuid, replace_image};
use crate::sql::inet::Inet;
use crate::sql::values::{from_hex, to_text, write_uuid};
use crate::sql::{SqlType, dates};

impl Element {
    /// Appends the replacement of a value in text form; `Ok(false)` means NULL.
    pub(in crate::copy) fn text(
        &mut self,
        text: &str,
        out: &mut Vec<u8>,
        recorder: Option<&mut Recorder>,
    ) -> Result<bool, Fault> {
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
