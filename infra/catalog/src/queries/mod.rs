//! The catalog queries, one file per family, and the SQL they share.
//!
//! Every query names catalogs without a schema: the search path is empty, so only `pg_catalog` is searched.

mod access;
pub(crate) mod code;
pub(crate) mod depends;
pub(crate) mod extensions;
pub(crate) mod foreign;
pub(crate) mod globals;
pub(crate) mod others;
pub(crate) mod relations;
pub(crate) mod scripted;
mod subscriptions;
pub(crate) mod tables;
pub(crate) mod types;
pub(crate) mod unsupported;

use nova_schema::quote_literal;

/// Which schemas are captured.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    schemas: Vec<String>,
}

impl Scope {
    /// These schemas; none named means every schema that is not PostgreSQL's own.
    pub(crate) fn new(schemas: &[String]) -> Self {
        Self {
            schemas: schemas.to_vec(),
        }
    }

    /// True when every schema is captured, and so are objects outside schemas.
    pub(crate) fn is_whole(&self) -> bool {
        self.schemas.is_empty()
    }

    /// A condition on a schema's name.
    pub(crate) fn condition(&self, name: &str) -> String {
        let mut sql = format!("{name} !~ '^pg_' AND {name} <> 'information_schema'");
        if !self.schemas.is_empty() {
            let list: Vec<_> = self.schemas.iter().map(|schema| quote_literal(schema)).collect();
            sql.push_str(&[" AND ", name, " IN (", &list.join(", "), ")"].concat());
        }
        sql
    }
}

/// A condition: the object does not belong to an extension. `catalog` is where it lives, `oid` its identifier.
fn own(catalog: &str, oid: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND e.deptype = 'e')"
    )
}

/// The extension that a relation belongs to, or NULL.
fn extension(relation: &str) -> String {
    format!(
        "(SELECT x.extname FROM pg_depend e JOIN pg_extension x ON x.oid = e.refobjid
          WHERE e.classid = 'pg_class'::regclass AND e.objid = {relation} AND e.deptype = 'e')"
    )
}

/// An access control list as JSON in the order of granting, or NULL where the catalog holds none.
fn acl(column: &str) -> String {
    format!(
        "CASE WHEN {column} IS NULL THEN NULL ELSE (
           SELECT coalesce(json_agg(json_build_object(
             'grantee', CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
             'grantor', pg_get_userbyid(a.grantor),
             'privilege', a.privilege_type,
             'grantable', a.is_grantable)
             ORDER BY a.ordinality), '[]'::json)
           FROM aclexplode({column}) WITH ORDINALITY a) END"
    )
}

/// A comment on a whole object.
fn comment(catalog: &str, oid: &str) -> String {
    format!(
        "(SELECT d.description FROM pg_description d
          WHERE d.classoid = '{catalog}'::regclass AND d.objoid = {oid} AND d.objsubid = 0)"
    )
}

/// A qualified name as JSON.
fn name(schema: &str, name: &str) -> String {
    format!("json_build_object('schema', {schema}, 'name', {name})")
}

/// The qualified name of a relation, by its identifier.
fn relation(oid: &str) -> String {
    format!(
        "(SELECT json_build_object('schema', rn.nspname, 'name', rc.relname)
          FROM pg_class rc JOIN pg_namespace rn ON rn.oid = rc.relnamespace WHERE rc.oid = {oid})"
    )
}

/// The qualified name of a collation, by its identifier.
fn collation(oid: &str) -> String {
    format!(
        "(SELECT json_build_object('schema', cn.nspname, 'name', cc.collname)
          FROM pg_collation cc JOIN pg_namespace cn ON cn.oid = cc.collnamespace WHERE cc.oid = {oid})"
    )
}

/// Column names of a relation, in the order of an array of attribute numbers.
fn columns(relation: &str, numbers: &str) -> String {
    format!(
        "coalesce((SELECT json_agg(ca.attname ORDER BY ck.position)
          FROM unnest({numbers}) WITH ORDINALITY AS ck(number, position)
          JOIN pg_attribute ca ON ca.attrelid = {relation} AND ca.attnum = ck.number AND ck.number > 0), '[]'::json)"
    )
}

/// Storage parameters or options as a JSON list.
fn options(column: &str) -> String {
    format!("coalesce(to_json({column}), '[]'::json)")
}

/// When a trigger or rule fires, in the model's words.
fn state(column: &str) -> String {
    format!("CASE {column} WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END")
}
