//! What runs: functions, triggers, rules, policies; and objects carried as their CREATE statement.

use super::grants::{Grant, Grantable};
use crate::name::{QualifiedName, quote_ident};
use serde::{Deserialize, Serialize};

/// A function, procedure or aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: QualifiedName,
    /// The argument list that identifies it.
    pub arguments: String,
    /// What it is.
    pub kind: FunctionKind,
    /// `CREATE OR REPLACE …`.
    pub definition: String,
    /// The language.
    pub language: String,
    /// The body is parsed SQL (`BEGIN ATOMIC`, `RETURN`; PostgreSQL 14).
    pub sql_body: bool,
    /// A procedure with `OUT` arguments (PostgreSQL 14).
    pub out_arguments: bool,
    /// The owning role.
    pub owner: String,
    /// Explicit privileges; `None` when the catalog holds none.
    pub acl: Option<Vec<Grant>>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Function {
    /// `"schema"."name"(arguments)`.
    pub fn identity(&self) -> String {
        format!("{}({})", self.name.sql(), self.arguments)
    }

    /// What people read, the same for every version of the server: `schema.name(arguments)`.
    pub fn readable(&self) -> String {
        format!("{}({})", self.name.readable(), without_in(&self.arguments))
    }
}

/// Arguments without the `IN` that servers from 14 on write for procedures.
pub(crate) fn without_in(arguments: &str) -> String {
    let rest = arguments.strip_prefix("IN ").unwrap_or(arguments);
    rest.replace("(IN ", "(").replace(", IN ", ", ")
}

/// What a routine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionKind {
    /// A function, window functions included.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
}

impl FunctionKind {
    /// The SQL keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Function => "FUNCTION",
            Self::Procedure => "PROCEDURE",
            Self::Aggregate => "AGGREGATE",
        }
    }
}

/// The connection of subscriptions that come with a schema: it leads nowhere, whatever becomes of them.
pub const NO_CONNECTION: &str = "host=nova.invalid";

/// An object whose CREATE statement says everything about it: an operator, an operator class, a cast, a text search
/// configuration, a language, a foreign server, an event trigger, a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptedObject {
    /// The SQL keyword of the kind, for example `OPERATOR`.
    pub kind: String,
    /// Its identity as `COMMENT ON` and `ALTER` take it.
    pub identity: String,
    /// The statements that create it.
    pub statements: Vec<String>,
    /// Created once all rows are in rather than with the types.
    pub late: bool,
    /// The owning role, for kinds that have one.
    pub owner: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// The kind of privileges there are on it, if any.
    #[serde(default)]
    pub grantable: Option<Grantable>,
    /// Explicit privileges; `None` when the catalog holds none.
    #[serde(default)]
    pub acl: Option<Vec<Grant>>,
    /// Roles that its statements name.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Only a superuser may create it.
    #[serde(default)]
    pub superuser: bool,
}

impl ScriptedObject {
    /// What dependencies call it.
    pub fn reference(&self) -> String {
        format!("{} {}", self.kind, self.identity)
    }
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The table or view.
    pub table: QualifiedName,
    /// Its name.
    pub name: String,
    /// `CREATE TRIGGER …`; `None` for a partition's clone that only differs from its parent in state.
    pub definition: Option<String>,
    /// When it fires.
    pub state: TriggerState,
    /// The extension whose table this is, if it is one's: whether the extension itself brings it, the catalogs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// When a trigger or rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerState {
    /// In ordinary sessions.
    Origin,
    /// Never.
    Disabled,
    /// In replica sessions only.
    Replica,
    /// Always.
    Always,
}

impl TriggerState {
    /// The `ALTER TABLE` action that sets this state, without the object's name.
    pub fn action(self) -> &'static str {
        match self {
            Self::Origin => "ENABLE",
            Self::Disabled => "DISABLE",
            Self::Replica => "ENABLE REPLICA",
            Self::Always => "ENABLE ALWAYS",
        }
    }
}

/// A rewrite rule other than a view's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The table or view.
    pub table: QualifiedName,
    /// Its name.
    pub name: String,
    /// `CREATE RULE …`.
    pub definition: String,
    /// When it fires.
    pub state: TriggerState,
    /// The extension whose table this is, if it is one's: whether the extension itself brings it, the catalogs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A row level security policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The table.
    pub table: QualifiedName,
    /// Its name.
    pub name: String,
    /// Permissive, else restrictive.
    pub permissive: bool,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    /// The roles; empty means `PUBLIC`.
    pub roles: Vec<String>,
    /// The `USING` expression.
    pub using: Option<String>,
    /// The `WITH CHECK` expression.
    pub check: Option<String>,
    /// The extension whose table this is, if it is one's: whether the extension itself brings it, the catalogs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Policy {
    /// `"name" ON "schema"."table"`.
    pub fn identity(&self) -> String {
        format!("{} ON {}", quote_ident(&self.name), self.table.sql())
    }
}
