//! Columns: what the model says about a type, looked up in the catalog's types.

use crate::queries::tables::CatalogColumn;
use crate::queries::types::CatalogType;
use nova_schema::{Column, TypeKind, ViewColumn};
use std::collections::HashMap;

/// `varchar` and `char`, whose modifier is a length.
const VARCHAR: u32 = 1043;
const BPCHAR: u32 = 1042;
/// A length modifier counts four bytes of header.
const HEADER: i32 = 4;

/// The types of the database by identifier.
pub(crate) struct Types(pub(crate) HashMap<u32, CatalogType>);

impl Types {
    fn kind(&self, oid: u32) -> TypeKind {
        let Some(found) = self.0.get(&oid) else {
            return TypeKind::Pseudo;
        };
        if found.element != 0 {
            return TypeKind::Array(Box::new(self.kind(found.element)));
        }
        match found.kind {
            'e' => TypeKind::Enum,
            'd' => TypeKind::Domain,
            'c' => TypeKind::Composite,
            'r' => TypeKind::Range,
            'm' => TypeKind::Multirange,
            'p' => TypeKind::Pseudo,
            _ => TypeKind::Base,
        }
    }

    /// The type below all domains, and the modifier that applies to it.
    fn base(&self, oid: u32, modifier: i32) -> (u32, i32) {
        match self.0.get(&oid) {
            Some(found) if found.kind == 'd' => {
                self.base(found.base, if modifier < 0 { found.modifier } else { modifier })
            }
            _ => (oid, modifier),
        }
    }

    fn builtin(&self, oid: u32) -> bool {
        self.0.get(&oid).is_some_and(|found| {
            found.name.schema == "pg_catalog"
                && (found.element == 0 || self.builtin(found.element))
                && (found.subtype == 0 || self.builtin(found.subtype))
        })
    }

    /// A table's column.
    pub(crate) fn column(&self, found: CatalogColumn) -> Column {
        let (base, modifier) = self.base(found.type_oid, found.type_modifier);
        let name = |oid: u32| self.0.get(&oid).map(|found| found.name.clone()).unwrap_or_default();
        let base_name = name(base);
        let max_length = matches!(base, VARCHAR | BPCHAR)
            .then(|| u32::try_from(modifier - HEADER).ok())
            .flatten();
        Column {
            type_name: name(found.type_oid),
            type_kind: self.kind(found.type_oid),
            base_type: if base_name.schema == "pg_catalog" {
                base_name.name
            } else {
                base_name.readable()
            },
            type_builtin: self.builtin(found.type_oid),
            max_length,
            name: found.name,
            type_sql: found.type_sql,
            not_null: found.not_null,
            default: found.default,
            generated: found.generated,
            identity: found.identity,
            collation: found.collation,
            storage: found.storage,
            compression: found.compression,
            statistics: found.statistics,
            options: found.options,
            foreign_options: found.foreign_options,
            local: found.local,
            acl: found.acl,
            comment: found.comment,
        }
    }
}

/// A view's column.
pub(crate) fn view_column(found: CatalogColumn) -> ViewColumn {
    ViewColumn {
        name: found.name,
        type_sql: found.type_sql,
        collation: found.collation,
        default: found.default,
        storage: found.storage,
        compression: found.compression,
        options: found.options,
        statistics: found.statistics,
        acl: found.acl,
        comment: found.comment,
    }
}
