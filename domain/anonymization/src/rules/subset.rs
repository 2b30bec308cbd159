//! How much of the rows is copied: `10%`, or a query that says where to begin.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A hundred per cent.
const WHOLE: u32 = 1_000_000;

/// The part of the rows that is copied; what it references comes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subset {
    /// About this share of every table.
    Share {
        /// In millionths, from 1 to 1 000 000.
        millionths: u32,
    },
    /// The rows whose primary keys a query gives, what belongs to them, and what they reference.
    Query(
        /// One `SELECT` (or `WITH`, `VALUES`, `TABLE`), without a semicolon.
        String,
    ),
}

impl Subset {
    /// Reads `10%` or a query.
    ///
    /// # Errors
    /// In words, when it is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_end_matches(|c: char| c == ';' || c.is_whitespace());
        if let Some(number) = text.strip_suffix('%') {
            return share(number.trim()).ok_or_else(|| format!("`{text}` is no share above 0% and up to 100%"));
        }
        let first: String = text
            .trim_start_matches('(')
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        if ["select", "with", "table"].contains(&first.to_ascii_lowercase().as_str()) {
            return Ok(Self::Query(text.to_owned()));
        }
        Err(format!(
            "`{text}` is neither a share such as 10% nor a query such as SELECT id FROM customers"
        ))
    }

    /// The share as a fraction; none for a query.
    pub fn fraction(&self) -> Option<f64> {
        match self {
            Self::Share { millionths } => Some(f64::from(*millionths) / f64::from(WHOLE)),
            Self::Query(_) => None,
        }
    }
}

fn share(number: &str) -> Option<Subset> {
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let percent: f64 = number.parse().ok().filter(|_| plain)?;
    if !(percent > 0.0 && percent <= 100.0) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a million"
    )]
    let millionths = (percent * f64::from(WHOLE) / 100.0).round() as u32;
    Some(Subset::Share {
        millionths: millionths.max(1),
    })
}

impl TryFrom<String> for Subset {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Subset> for String {
    fn from(subset: Subset) -> Self {
        subset.to_string()
    }
}

impl fmt::Display for Subset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { millionths } => write!(f, "{}%", f64::from(*millionths) / (f64::from(WHOLE) / 100.0)),
            Self::Query(query) => f.write_str(query),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Subset;

    #[test]
    fn shares_and_queries_are_read_and_written_alike() {
        for (text, written) in [
            ("10%", "10%"),
            (" 0.5 % ", "0.5%"),
            ("100%", "100%"),
            ("33.3333%", "33.3333%"),
            ("SELECT id FROM t; ", "SELECT id FROM t"),
            (
                "with x as (select 1) select id from t",
                "with x as (select 1) select id from t",
            ),
            ("(select 1)", "(select 1)"),
        ] {
            let subset = Subset::parse(text).unwrap();
            assert_eq!(subset.to_string(), written);
            assert_eq!(Subset::parse(written).unwrap(), subset);
        }
        for text in [
            "10",
            "0%",
            "101%",
            "-1%",
            "1e1%",
            "NaN%",
            "",
            "DELETE FROM t",
            "selected",
        ] {
            assert!(Subset::parse(text).is_err(), "{text}");
        }
    }
}
