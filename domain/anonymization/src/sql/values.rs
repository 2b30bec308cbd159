//! Values of every type as text: what conditions and templates read, and what text becomes in binary COPY. The text is the
//! same whichever format the value came in.

use super::inet::Inet;
use super::{SqlType, dates, numeric};
use std::borrow::Cow;

/// True when values of a type can be read as text in both formats. `foreign` is true outside `pg_catalog`, where binary
/// COPY carries enums only.
pub(crate) fn readable(ty: SqlType, foreign: bool) -> bool {
    match ty {
        SqlType::Opaque | SqlType::Hstore => foreign,
        SqlType::Money | SqlType::Tsvector => false,
        _ => true,
    }
}

/// The text of a binary value; `None` when it has not the form of its type.
pub(crate) fn to_text(ty: SqlType, raw: &[u8]) -> Option<Cow<'_, str>> {
    use std::fmt::Write;
    let mut out = String::new();
    match ty {
        SqlType::Jsonb => return std::str::from_utf8(raw.get(1..)?).ok().map(Cow::Borrowed),
        SqlType::Int2 => out = i16::from_be_bytes(raw.try_into().ok()?).to_string(),
        SqlType::Int4 => out = i32::from_be_bytes(raw.try_into().ok()?).to_string(),
        SqlType::Int8 => out = i64::from_be_bytes(raw.try_into().ok()?).to_string(),
        SqlType::Float4 => out = f32::from_be_bytes(raw.try_into().ok()?).to_string(),
        SqlType::Float8 => out = f64::from_be_bytes(raw.try_into().ok()?).to_string(),
        SqlType::Numeric => numeric::decode(raw, &mut out)?,
        SqlType::Date => dates::write_iso_date(i32::from_be_bytes(raw.try_into().ok()?), &mut out),
        SqlType::Timestamp | SqlType::TimestampTz => {
            let zone = ty == SqlType::TimestampTz;
            dates::write_iso_moment(i64::from_be_bytes(raw.try_into().ok()?), zone, &mut out);
        }
        SqlType::Uuid => write_uuid(u128::from_be_bytes(raw.try_into().ok()?), &mut out),
        SqlType::Inet | SqlType::Cidr => Inet::decode(raw)?.write(ty == SqlType::Cidr, &mut out),
        SqlType::Bool => out.push(if raw.first()? == &0 { 'f' } else { 't' }),
        SqlType::Bytea => {
            out.push_str("\\x");
            for byte in raw {
                // Writing to a String cannot fail.
                let _ = write!(out, "{byte:02x}");
            }
        }
        SqlType::Macaddr | SqlType::Macaddr8 => {
            for (index, byte) in raw.iter().enumerate() {
                let separator = if index == 0 { "" } else { ":" };
                let _ = write!(out, "{separator}{byte:02x}");
            }
        }
        SqlType::Point => {
            let (x, y) = raw.split_at_checked(8)?;
            let axis = |raw: &[u8]| Some(f64::from_be_bytes(raw.try_into().ok()?));
            let _ = write!(out, "({},{})", axis(x)?, axis(y)?);
        }
        // Text, and enums: their binary form is their label.
        _ => return std::str::from_utf8(raw).ok().map(Cow::Borrowed),
    }
    Some(Cow::Owned(out))
}

/// The text of a value that came as text, spelled as [`to_text`] spells it.
pub(crate) fn normal_text(ty: SqlType, text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let mut out = String::new();
    match ty {
        SqlType::Float4 => out = text.parse::<f32>().ok()?.to_string(),
        SqlType::Float8 => out = text.parse::<f64>().ok()?.to_string(),
        SqlType::TimestampTz => dates::write_iso_moment(dates::parse_iso_moment(&text, true)?, true, &mut out),
        SqlType::Timestamp => dates::write_iso_moment(dates::parse_iso_moment(&text, false)?, false, &mut out),
        _ => return Some(text),
    }
    Some(Cow::Owned(out))
}

pub(crate) fn write_uuid(value: u128, out: &mut String) {
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

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// A text in the binary form of a type; `None` when it is not a value of it, or a type that is not known.
pub(crate) fn from_text(ty: SqlType, text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match ty {
        SqlType::Text | SqlType::Bpchar | SqlType::Json | SqlType::Xml => out.extend_from_slice(text.as_bytes()),
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
        SqlType::Macaddr | SqlType::Macaddr8 => {
            let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
            let length = if ty == SqlType::Macaddr { 6 } else { 8 };
            out = from_hex(&hex).filter(|bytes| bytes.len() == length)?;
        }
        SqlType::Point => {
            let (x, y) = text.trim().strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
            for axis in [x, y] {
                out.extend_from_slice(&axis.trim().parse::<f64>().ok()?.to_be_bytes());
            }
        }
        SqlType::Money | SqlType::Hstore | SqlType::Tsvector | SqlType::Opaque => return None,
    }
    Some(out)
}
