//! Which kind of masking fits which SQL type.

use crate::kind::Kind;
use crate::sql::SqlType;

/// The types that are shown in the catalogue, and what they are called there.
const SHOWN: &[(SqlType, &str)] = &[
    (SqlType::Text, "text"),
    (SqlType::Json, "json"),
    (SqlType::Jsonb, "jsonb"),
    (SqlType::Xml, "xml"),
    (SqlType::Hstore, "hstore"),
    (SqlType::Int4, "integer"),
    (SqlType::Numeric, "numeric"),
    (SqlType::Float8, "float"),
    (SqlType::Money, "money"),
    (SqlType::Date, "date"),
    (SqlType::Timestamp, "timestamp"),
    (SqlType::Uuid, "uuid"),
    (SqlType::Inet, "inet"),
    (SqlType::Macaddr, "macaddr"),
    (SqlType::Point, "point"),
    (SqlType::Bytea, "bytea"),
    (SqlType::Bool, "boolean"),
];

/// True when values of a type can be replaced so.
fn fits(kind: Kind, ty: SqlType) -> bool {
    let text = ty.is_text();
    let number = ty.is_integer() || ty == SqlType::Numeric;
    let amount = number || matches!(ty, SqlType::Float4 | SqlType::Float8 | SqlType::Money);
    let moment = matches!(ty, SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz);
    match kind {
        // These never look at the value, or leave that to others.
        Kind::Null | Kind::Constant | Kind::Keep | Kind::Shuffle | Kind::Chain => true,
        // What comes out is checked value by value.
        Kind::Pick | Kind::Template | Kind::External => {
            text || amount || moment || matches!(ty, SqlType::Bool | SqlType::Uuid | SqlType::Inet | SqlType::Cidr)
        }
        Kind::Flag => text || ty == SqlType::Bool,
        Kind::Financial | Kind::Noise | Kind::Round => text || amount,
        Kind::AgeBand => text || number || moment,
        Kind::Phone | Kind::PostCode | Kind::Siren | Kind::Siret | Kind::Nir | Kind::Identifier => {
            text || number || kind == Kind::Identifier && ty == SqlType::Bytea
        }
        Kind::FormatPreserving | Kind::Regex => text || number,
        Kind::Date | Kind::BirthDate | Kind::ShiftDate | Kind::TruncateDate => text || moment,
        Kind::Coordinates => {
            text || matches!(
                ty,
                SqlType::Numeric | SqlType::Float4 | SqlType::Float8 | SqlType::Point
            )
        }
        Kind::Uuid => text || ty == SqlType::Uuid,
        Kind::Ip => text || matches!(ty, SqlType::Inet | SqlType::Cidr),
        Kind::Mac => text || matches!(ty, SqlType::Macaddr | SqlType::Macaddr8),
        Kind::Text | Kind::Token | Kind::Image => text || ty == SqlType::Bytea,
        Kind::Empty => text || matches!(ty, SqlType::Bytea | SqlType::Hstore | SqlType::Tsvector),
        Kind::Json => text || matches!(ty, SqlType::Json | SqlType::Jsonb),
        Kind::Xml => text || ty == SqlType::Xml,
        Kind::Hstore => text || ty == SqlType::Hstore,
        Kind::Composite => ty == SqlType::Opaque,
        _ => text,
    }
}

/// Checks that a kind can be applied to a type; the error names those that can.
pub(crate) fn applies(kind: Kind, base_type: &str) -> Result<(), String> {
    let ty = SqlType::parse(base_type).0;
    // A type of the user's own that is nothing else may be composite; whether it is shows when its attributes are known.
    let composite = kind == Kind::Composite && !base_type.contains('.');
    if fits(kind, ty) && !composite {
        return Ok(());
    }
    let allowed: Vec<String> = crate::catalogue::all()
        .iter()
        .filter(|transformer| fits(transformer.kind, ty) && transformer.kind != Kind::Constant)
        .filter(|transformer| transformer.kind != Kind::Composite || base_type.contains('.'))
        .map(|transformer| format!("`{}`", transformer.label))
        .chain(std::iter::once("`constant:VALUE` as customGenerator".to_owned()))
        .collect();
    Err(format!("it takes {}", allowed.join(", ")))
}

/// The SQL types a kind fits, as the catalogue shows them; `*` for any, `composite` for composite types.
pub(crate) fn types_of(kind: Kind) -> Vec<&'static str> {
    if kind == Kind::Composite {
        return vec!["composite"];
    }
    if fits(kind, SqlType::Opaque) {
        return vec!["*"];
    }
    SHOWN
        .iter()
        .filter(|(ty, _)| fits(kind, *ty))
        .map(|(_, name)| *name)
        .collect()
}
