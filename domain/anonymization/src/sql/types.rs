//! The SQL types whose values can be replaced.

/// A type Nova can decode and encode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SqlType {
    Text,
    Bpchar,
    Json,
    Jsonb,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    Numeric,
    Money,
    Date,
    Timestamp,
    TimestampTz,
    Uuid,
    Inet,
    Cidr,
    Bytea,
    Bool,
    Xml,
    Hstore,
    Macaddr,
    Macaddr8,
    Point,
    Tsvector,
    /// Anything else: only NULL, or in text COPY a constant, can stand in for it.
    Opaque,
}

impl SqlType {
    /// Reads a `pg_catalog` name; the flag is true for an array of the type.
    pub(crate) fn parse(base_type: &str) -> (Self, bool) {
        let (name, array) = match base_type.strip_prefix('_') {
            Some(element) => (element, true),
            None => (base_type, false),
        };
        // A type outside `pg_catalog` comes with its schema; the server calls the array of `t` there `_t`.
        if let Some((_, last)) = name.rsplit_once('.') {
            let bare = last.trim_matches('"');
            let (bare, array) = bare.strip_prefix('_').map_or((bare, false), |element| (element, true));
            let parsed = match bare {
                "hstore" => Self::Hstore,
                "citext" => Self::Text,
                _ => Self::Opaque,
            };
            return (parsed, array);
        }
        let parsed = match name {
            "text" | "varchar" | "citext" | "name" => Self::Text,
            "xml" => Self::Xml,
            "hstore" => Self::Hstore,
            "macaddr" => Self::Macaddr,
            "macaddr8" => Self::Macaddr8,
            "point" => Self::Point,
            "tsvector" => Self::Tsvector,
            "bpchar" => Self::Bpchar,
            "json" => Self::Json,
            "jsonb" => Self::Jsonb,
            "int2" => Self::Int2,
            "int4" => Self::Int4,
            "int8" => Self::Int8,
            "float4" => Self::Float4,
            "float8" => Self::Float8,
            "numeric" => Self::Numeric,
            "money" => Self::Money,
            "date" => Self::Date,
            "timestamp" => Self::Timestamp,
            "timestamptz" => Self::TimestampTz,
            "uuid" => Self::Uuid,
            "inet" => Self::Inet,
            "cidr" => Self::Cidr,
            "bytea" => Self::Bytea,
            "bool" => Self::Bool,
            _ => Self::Opaque,
        };
        (parsed, array)
    }

    /// True for character strings.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Bpchar)
    }

    /// True for whole numbers.
    pub(crate) fn is_integer(self) -> bool {
        matches!(self, Self::Int2 | Self::Int4 | Self::Int8)
    }

    /// The largest whole number of the type.
    pub(crate) fn integer_max(self) -> Option<i64> {
        match self {
            Self::Int2 => Some(i64::from(i16::MAX)),
            Self::Int4 => Some(i64::from(i32::MAX)),
            Self::Int8 | Self::Money => Some(i64::MAX),
            _ => None,
        }
    }
}
