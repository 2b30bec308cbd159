//! What can go wrong with the platform's rows. Callers match on the cases; at an edge each becomes a coded failure.

use deadpool_postgres::PoolError;
use jiff::Timestamp;
use nova_errors::{Code, Failure};
use nova_practice::Faults;
use nova_practice::booking::{Slot, Transition};
use tokio_postgres::error::SqlState;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Anything with a code of its own.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The cabinet has no such thing; another cabinet's looks the same.
    #[error("no such {0}")]
    Unknown(&'static str),
    /// It has another version than the caller read.
    #[error("the {0} has changed")]
    Stale(&'static str),
    /// There is one already; the name of the key that says so.
    #[error("there is one already ({0})")]
    Duplicate(String),
    /// Fields that cannot be taken.
    #[error("fields cannot be taken")]
    Invalid(Faults),
    /// The time is taken; free times near it.
    #[error("the time is taken")]
    Taken(Vec<Slot>),
    /// Dates of a series that cannot be booked, each with why; nothing was booked.
    #[error("dates of the series cannot be booked")]
    Series(Vec<(Timestamp, String)>),
    /// The status does not allow it.
    #[error("the status does not allow it")]
    Status(Transition),
    /// The server, or the way to it.
    #[error("the database")]
    Server(#[from] tokio_postgres::Error),
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Server(error),
            _ => Self::Failed(
                Failure::new(Code::PRACTICE_BUSY, "no connection to the database became free in time").retryable(),
            ),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Failed(failure) => failure,
            Error::Unknown(what) => Self::new(Code::PRACTICE_UNKNOWN, format!("no such {what}")),
            Error::Stale(what) => Self::new(
                Code::PRACTICE_STALE,
                format!("the {what} is no longer at the version that was read"),
            ),
            Error::Duplicate(key) => Self::new(Code::PRACTICE_DUPLICATE, taken(&key)),
            Error::Invalid(faults) => faults.into(),
            Error::Taken(free) => Self::new(Code::SLOT_TAKEN, "another appointment occupies it").with_details(
                free.into_iter()
                    .map(|slot| format!("free: {} to {}", slot.start, slot.end)),
            ),
            Error::Series(dates) => Self::new(
                Code::SERIES_TAKEN,
                format!("{} of its dates cannot be booked", dates.len()),
            )
            .with_details(dates.into_iter().map(|(at, why)| format!("{at}: {why}"))),
            Error::Status(refused) => Self::new(Code::APPOINTMENT_STATUS, refused.to_string()),
            Error::Server(error) => server(&error),
        }
    }
}

impl Error {
    /// The same, with what a constraint says taken for what it means to a caller.
    pub(crate) fn from_statement(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return Self::Server(error);
        };
        let constraint = || db.constraint().unwrap_or_default().to_owned();
        match *db.code() {
            SqlState::UNIQUE_VIOLATION => Self::Duplicate(constraint()),
            SqlState::FOREIGN_KEY_VIOLATION => Self::Unknown("thing that is referred to"),
            SqlState::EXCLUSION_VIOLATION => Self::Taken(Vec::new()),
            SqlState::CHECK_VIOLATION => {
                let mut faults = Faults::default();
                faults.unless(false, &constraint(), "keep to the constraint of this name");
                Self::Invalid(faults)
            }
            // What was sent has no place in a column: a NUL in a text, a year beyond the calendar.
            SqlState::CHARACTER_NOT_IN_REPERTOIRE
            | SqlState::UNTRANSLATABLE_CHARACTER
            | SqlState::NUMERIC_VALUE_OUT_OF_RANGE
            | SqlState::DATETIME_FIELD_OVERFLOW
            | SqlState::INTERVAL_FIELD_OVERFLOW
            | SqlState::STRING_DATA_RIGHT_TRUNCATION => {
                let mut faults = Faults::default();
                faults.unless(
                    false,
                    "body",
                    "holds only what can be stored: no NUL, no number or date beyond measure",
                );
                Self::Invalid(faults)
            }
            _ => Self::Server(error),
        }
    }
}

/// What is there already, by the key that says so.
fn taken(key: &str) -> String {
    let words = match key {
        "cabinets_siret_key" => "another cabinet has this SIRET",
        "resources_cabinet_id_kind_name_key" => "another one of this kind has this name",
        "services_cabinet_id_code_key" => "another service has this code",
        "equipment_cabinet_id_kind_serial_key" => "another piece of this kind has this number",
        _ if key.ends_with("_pkey") => "something else has this id",
        _ => return format!("the key {key} is in use"),
    };
    words.to_owned()
}

fn server(error: &tokio_postgres::Error) -> Failure {
    let busy = [
        SqlState::QUERY_CANCELED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
    ];
    match error.code() {
        Some(state) if busy.contains(state) => Failure::new(
            Code::PRACTICE_BUSY,
            format!("the database gave up (SQLSTATE {})", state.code()),
        )
        .retryable(),
        _ => nova_postgres::failure(error, "working on the platform's rows"),
    }
}
