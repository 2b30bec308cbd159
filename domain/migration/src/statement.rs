//! One statement of a migration, with what is known about it before it is measured.

use nova_schema::{QualifiedName, emit};
use serde::{Deserialize, Serialize};

/// What can go wrong with a statement, or what it costs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "what", rename_all = "snake_case")]
pub enum Hazard {
    /// Rows or values go; nothing in the database can bring them back.
    DataLoss(String),
    /// It fails when the rows are not as it needs them.
    MayFail(String),
    /// What to know besides.
    Note(String),
}

impl Hazard {
    /// In words, for a comment in the script.
    pub fn words(&self) -> String {
        match self {
            Self::DataLoss(what) => format!("DATA LOSS: {what}"),
            Self::MayFail(what) => format!("may fail: {what}"),
            Self::Note(what) => what.clone(),
        }
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The object it is about: `table public.users`.
    pub object: String,
    /// The identity of the object that is altered, for planning again without altering it.
    #[serde(skip)]
    pub key: String,
    /// The SQL, without a closing semicolon.
    pub sql: String,
    /// It may run inside a transaction block.
    pub transactional: bool,
    /// It runs in a transaction of its own, so that the locks of others are not held meanwhile.
    pub alone: bool,
    /// What is known about it.
    pub hazards: Vec<Hazard>,
    /// The tables it touches.
    pub tables: Vec<QualifiedName>,
}

impl Statement {
    pub(crate) fn new(object: impl Into<String>, sql: impl Into<String>) -> Self {
        Self {
            object: object.into(),
            key: String::new(),
            sql: sql.into(),
            transactional: true,
            alone: false,
            hazards: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// A statement of which nothing is known, in a transaction.
    pub fn plain(object: impl Into<String>, sql: impl Into<String>) -> Self {
        Self::new(object, sql)
    }

    pub(crate) fn touching(mut self, table: &QualifiedName) -> Self {
        self.tables.push(table.clone());
        self
    }

    pub(crate) fn loses(mut self, what: impl Into<String>) -> Self {
        self.hazards.push(Hazard::DataLoss(what.into()));
        self
    }

    pub(crate) fn may_fail(mut self, why: impl Into<String>) -> Self {
        self.hazards.push(Hazard::MayFail(why.into()));
        self
    }

    pub(crate) fn note(mut self, what: impl Into<String>) -> Self {
        self.hazards.push(Hazard::Note(what.into()));
        self
    }

    pub(crate) fn outside_transactions(mut self) -> Self {
        self.transactional = false;
        self
    }

    pub(crate) fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// True when rows or values go.
    pub fn loses_data(&self) -> bool {
        self.hazards.iter().any(|hazard| matches!(hazard, Hazard::DataLoss(_)))
    }
}

impl From<emit::Statement> for Statement {
    fn from(statement: emit::Statement) -> Self {
        Self {
            transactional: statement.transactional,
            ..Self::new(statement.object, statement.sql)
        }
    }
}

/// Emitted statements as ours.
pub(crate) fn all(statements: Vec<emit::Statement>) -> Vec<Statement> {
    statements.into_iter().map(Statement::from).collect()
}
