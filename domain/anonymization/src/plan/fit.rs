//! Which kind of masking fits which SQL type.

use crate::kind::Kind;
use crate::sql::SqlType;

/// The kinds that replace values of a type, beside `null` and constants.
fn kinds_for(ty: SqlType) -> &'static [Kind] {
    match ty {
        SqlType::Text | SqlType::Bpchar => &[
            Kind::Email,
            Kind::Username,
            Kind::Name,
            Kind::FirstName,
            Kind::LastName,
            Kind::Phone,
            Kind::Address,
            Kind::PostCode,
            Kind::City,
            Kind::Company,
            Kind::Financial,
            Kind::Date,
            Kind::BirthDate,
            Kind::Text,
            Kind::Uuid,
            Kind::Ip,
            Kind::Iban,
            Kind::Siren,
            Kind::Siret,
            Kind::Nir,
            Kind::Identifier,
            Kind::Json,
        ],
        SqlType::Json | SqlType::Jsonb => &[Kind::Json],
        SqlType::Int2 | SqlType::Int4 | SqlType::Int8 | SqlType::Numeric => &[
            Kind::Financial,
            Kind::Phone,
            Kind::PostCode,
            Kind::Siren,
            Kind::Siret,
            Kind::Nir,
            Kind::Identifier,
        ],
        SqlType::Float4 | SqlType::Float8 | SqlType::Money => &[Kind::Financial],
        SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz => &[Kind::Date, Kind::BirthDate],
        SqlType::Uuid => &[Kind::Uuid],
        SqlType::Inet | SqlType::Cidr => &[Kind::Ip],
        SqlType::Bytea => &[Kind::Text, Kind::Identifier],
        SqlType::Bool | SqlType::Opaque => &[],
    }
}

/// Checks that a kind can be applied to a type; the error names those that can.
pub(crate) fn applies(kind: Kind, base_type: &str) -> Result<(), String> {
    if matches!(kind, Kind::Null | Kind::Constant) {
        return Ok(());
    }
    let kinds = kinds_for(SqlType::parse(base_type).0);
    if kinds.contains(&kind) {
        return Ok(());
    }
    let mut allowed: Vec<String> = kinds.iter().map(|kind| format!("`{}`", kind.label())).collect();
    allowed.push("`null`".to_owned());
    allowed.push("`constant:VALUE` as customGenerator".to_owned());
    Err(format!("it takes {}", allowed.join(", ")))
}
