//! Sums: how many rows about users' objects a catalog has, and what the hashes of their texts come to.
//!
//! The server writes each row as text, references as names, and adds up the hashes: rows in any order give the same sum.
//! Equal sums mean equal walks. Unequal sums may be a matter of writing (privileges that say what nobody had to say), so
//! they only say where to look.
//!
//! What makes it quick: objects of PostgreSQL's own keep their numbers within a major version and are not looked up;
//! columns are positions, which are attribute numbers unless the relation has lost a column.

use super::names::Classes;
use super::read::{Catalog, Column, Target, condition, described};
use super::rules::{self, Treatment};
use crate::Error;
use crate::reader::Reader;
use futures_util::future::try_join;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use tokio_postgres::GenericClient;

/// Identifiers below are assigned when PostgreSQL is built: the same everywhere within a major version.
const ASSIGNED: u32 = 10_000;

/// Schemas of TOAST tables and temporary objects.
const HIDDEN: &str = "SELECT n.oid FROM pg_namespace n WHERE n.nspname ~ '^pg_(toast|temp)'";

/// What the catalogs of a database come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    server_version: u32,
    /// By catalog: the number of rows and the sum of their hashes.
    sums: BTreeMap<String, (i64, String)>,
}

impl Digest {
    /// The catalogs in which two databases of one major version may differ. Digests of different major versions cannot be
    /// compared: then it is all of them.
    pub fn differing(&self, other: &Self) -> BTreeSet<String> {
        let catalogs = self.sums.keys().chain(other.sums.keys());
        let same_major = self.server_version == other.server_version;
        catalogs
            .filter(|catalog| !same_major || self.sums.get(*catalog) != other.sums.get(*catalog))
            .cloned()
            .collect()
    }
}

/// Reads a database's digest.
pub(super) async fn read<C: GenericClient + Sync>(reader: &Reader<'_, C>, owners: bool) -> Result<Digest, Error> {
    let ((catalogs, classes), thinned) = try_join(described(reader), thinned(reader)).await?;
    let texts = Texts {
        classes,
        thinned,
        owners,
    };
    let selects: Vec<String> = catalogs.iter().map(|catalog| texts.select(catalog)).collect();
    let rows = reader.rows("every catalog", &selects.join("\nUNION ALL ")).await?;
    Ok(Digest {
        server_version: reader.major,
        sums: rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect(),
    })
}

/// Relations that have lost columns, as a list that SQL takes.
async fn thinned<C: GenericClient + Sync>(reader: &Reader<'_, C>) -> Result<String, Error> {
    let sql = "SELECT DISTINCT attrelid::text FROM pg_attribute WHERE attisdropped AND attrelid >= 16384";
    let rows = reader.rows("columns", sql).await?;
    let oids: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    Ok(oids.join(","))
}

/// Writes rows as text.
struct Texts {
    classes: Classes,
    thinned: String,
    owners: bool,
}

impl Texts {
    /// The query for one catalog's sum.
    fn select(&self, catalog: &Catalog) -> String {
        let mut columns: Vec<String> = catalog
            .columns
            .iter()
            .filter_map(|column| self.column(catalog, column))
            .collect();
        if rules::is_numbered(&catalog.name) {
            columns.push("t.oid::text".to_owned());
        }
        format!(
            "SELECT '{name}', count(*), coalesce(sum(hashtextextended(r.text COLLATE \"C\", 0)::numeric), 0)::text
             FROM (SELECT ROW({columns})::text AS text FROM {source} t WHERE ({condition}){visible}) r",
            name = catalog.name,
            columns = columns.join(", "),
            source = rules::source(&catalog.name),
            condition = condition(catalog),
            visible = self.visible(catalog),
        )
    }

    /// A condition: the row is about nothing hidden.
    fn visible(&self, catalog: &Catalog) -> String {
        let mut sql = String::new();
        if catalog.name == "pg_namespace" {
            sql.push_str(" AND t.nspname !~ '^pg_(toast|temp)'");
        }
        for column in &catalog.columns {
            let Some(Target::Catalog(target)) = &column.target else {
                continue;
            };
            if column.list || rules::treatment(&catalog.name, &column.name).is_some() {
                continue;
            }
            let hidden = match self.classes.name(*target) {
                "pg_namespace" => HIDDEN.to_owned(),
                "pg_class" => format!("SELECT c.oid FROM pg_class c WHERE c.relnamespace IN ({HIDDEN})"),
                _ => continue,
            };
            let _ = write!(sql, " AND coalesce(t.{}::oid, 0) NOT IN ({hidden})", column.name);
        }
        sql
    }

    /// A column's text; `None` where it is left out.
    fn column(&self, catalog: &Catalog, column: &Column) -> Option<String> {
        let name = &column.name;
        if name == "oid" || !self.owners && name.ends_with("owner") {
            return None;
        }
        if let Some((object, class, part)) = rules::object(&catalog.name) {
            if name == object {
                return Some(self.any_object(object, class, part));
            }
            if name == class || name == part {
                return None;
            }
        }
        let plain = format!("t.{name}");
        Some(match (rules::treatment(&catalog.name, name), &column.target) {
            (Some(Treatment::Skip(_)), _) => return None,
            (Some(Treatment::Sql(sql) | Treatment::Rendered(sql)), _) => format!("({sql})::text"),
            (None, Some(Target::Catalog(target))) if column.list => self.objects(*target, &plain),
            (None, Some(Target::Catalog(target))) => self.object(*target, &format!("{plain}::oid")),
            (None, Some(Target::Columns(relation))) => self.positions(&format!("t.{relation}"), &plain, column.list),
            (None, None) if column.kind == "pg_node_tree" => format!("({plain} IS NOT NULL)"),
            (None, None) => {
                rules::privileges_in_short(&catalog.name, name, self.owners).unwrap_or_else(|| format!("{plain}::text"))
            }
        })
    }

    /// An object's name.
    fn object(&self, target: usize, oid: &str) -> String {
        let catalog = self.classes.name(target);
        // The first superuser is called what the one who made the cluster wanted.
        if catalog == "pg_authid" {
            return format!("{oid}::regrole::text");
        }
        format!(
            "CASE WHEN {oid} < {ASSIGNED} THEN {oid}::text ELSE {} END",
            named(catalog, oid)
        )
    }

    fn objects(&self, target: usize, list: &str) -> String {
        let each = self.object(target, "e.value");
        format!(
            "CASE WHEN {ASSIGNED}::oid > ALL ({list}::oid[]) AND {simple} THEN translate({list}::text, ',{{}}', ' ')
               ELSE (SELECT string_agg({each}, ' ' ORDER BY e.position)
                     FROM unnest({list}::oid[]) WITH ORDINALITY AS e(value, position)) END",
            simple = self.classes.name(target) != "pg_authid",
        )
    }

    /// Columns as positions among those that are there.
    fn positions(&self, relation: &str, numbers: &str, list: bool) -> String {
        let position = |number: &str| {
            format!(
                "CASE WHEN {number} <= 0 THEN {number}::int8 ELSE (SELECT count(*) FROM pg_attribute p WHERE p.attrelid = {relation}
                   AND p.attnum BETWEEN 1 AND {number} AND NOT p.attisdropped) END"
            )
        };
        let thinned = format!("{relation} = ANY ('{{{}}}'::oid[])", self.thinned);
        if list {
            format!(
                "CASE WHEN {thinned} AND {numbers} IS NOT NULL THEN (SELECT coalesce(string_agg(({each})::text, ' ' ORDER BY e.place), '')
                   FROM unnest({numbers}::int2[]) WITH ORDINALITY AS e(number, place))
                 ELSE translate({numbers}::text, ',{{}}', ' ') END",
                each = position("e.number"),
            )
        } else {
            format!(
                "CASE WHEN {thinned} THEN ({}) ELSE {numbers}::int8 END",
                position(numbers)
            )
        }
    }

    /// The name of an object of any catalog, or of a part of it.
    fn any_object(&self, object: &str, class: &str, part: &str) -> String {
        let oid = format!("t.{object}::oid");
        format!(
            "CASE WHEN {oid} < {ASSIGNED} THEN t.{class}::text || ' ' || {oid}::text || ' ' || t.{part}::text
               ELSE t.{class}::text || ' ' || CASE t.{class}
                 WHEN 'pg_class'::regclass THEN {relation} || ' ' || ({position})
                 WHEN 'pg_proc'::regclass THEN {oid}::regprocedure::text
                 WHEN 'pg_type'::regclass THEN {oid}::regtype::text
                 WHEN 'pg_operator'::regclass THEN {oid}::regoperator::text
                 ELSE (SELECT i.identity FROM pg_identify_object(t.{class}, {oid}, t.{part}) i) END END",
            relation = named("pg_class", &oid),
            position = self.positions(&oid, &format!("t.{part}"), false),
        )
    }
}

/// How the server names an object of a catalog.
fn named(catalog: &str, oid: &str) -> String {
    let kind = match catalog {
        "pg_class" => "regclass",
        "pg_type" => "regtype",
        "pg_proc" => "regprocedure",
        "pg_operator" => "regoperator",
        "pg_namespace" => "regnamespace",
        "pg_collation" => "regcollation",
        "pg_ts_config" => "regconfig",
        "pg_ts_dict" => "regdictionary",
        other => return format!("(SELECT i.identity FROM pg_identify_object('{other}'::regclass, {oid}, 0) i)"),
    };
    format!("{oid}::{kind}::text")
}
