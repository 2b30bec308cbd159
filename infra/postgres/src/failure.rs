//! What the server or the network said, as coded failures without row data.

use nova_errors::{Code, Failure};
use tokio_postgres::{Error, error::DbError};

/// Turns an error into a failure. `doing` completes "… while <doing>" and names no data.
pub fn failure(error: &Error, doing: &str) -> Failure {
    if let Some(db) = error.as_db_error() {
        return refused(db, doing);
    }
    let text = chain(error);
    if error.is_closed()
        || text.contains("unexpected end of file")
        || text.contains("reset by peer")
        || text.contains("Broken pipe")
    {
        return Failure::new(Code::CONNECTION_LOST, format!("the connection was cut while {doing}")).retryable();
    }
    if text.contains("TLS") || text.contains("tls") || text.contains("certificate") {
        return Failure::new(Code::TLS, format!("{text}, while {doing}"));
    }
    if text.contains("connecting to server") || text.contains("communicating with the server") {
        return Failure::new(Code::UNREACHABLE, format!("{text}, while {doing}")).retryable();
    }
    if text.contains("invalid configuration") || text.contains("password missing") {
        return Failure::new(Code::AUTHENTICATION, format!("{text}, while {doing}"));
    }
    Failure::new(Code::QUERY, format!("{text}, while {doing}"))
}

/// The error and what lies behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text.replace('\n', " ")
}

fn refused(db: &DbError, doing: &str) -> Failure {
    let state = db.code().code();
    let cause = format!("{}, while {doing}", sentence(db));
    match state {
        "28P01" | "28000" => Failure::new(Code::AUTHENTICATION, cause),
        // With a detail the database was there a moment ago: somebody's swap was renaming it.
        "3D000" if db.detail().is_some() => Failure::new(Code::NO_DATABASE, cause).retryable(),
        "3D000" => Failure::new(Code::NO_DATABASE, cause),
        "42P01" => Failure::new(Code::TABLE_GONE, cause),
        "55P03" => Failure::new(Code::TABLE_LOCKED, cause).retryable(),
        "22023" if db.message().contains("snapshot") => Failure::new(Code::SNAPSHOT_LOST, cause),
        // Shutdown, crash and cancellation by an administrator; too many connections.
        "57P01" | "57P02" | "57P05" | "08006" | "08003" | "25P03" => {
            Failure::new(Code::CONNECTION_LOST, cause).retryable()
        }
        "57P03" | "53300" => Failure::new(Code::UNREACHABLE, cause).retryable(),
        "40001" | "40P01" => Failure::new(Code::QUERY, cause).retryable(),
        _ => Failure::new(Code::QUERY, cause),
    }
}

/// The server's words where they cannot quote a value; otherwise the condition and the object it names.
fn sentence(db: &DbError) -> String {
    let state = db.code().code();
    // Data exceptions (22) and integrity violations (23) quote rows; so may raised exceptions (P0).
    if !matches!(&state[..2], "22" | "23" | "P0") || state == "22023" {
        return format!("{} (SQLSTATE {state})", db.message().replace('\n', " "));
    }
    let mut named = Vec::new();
    if let Some(table) = db.table() {
        named.push(format!("table {}.{table}", db.schema().unwrap_or("?")));
    }
    for (what, name) in [
        ("column", db.column()),
        ("constraint", db.constraint()),
        ("type", db.datatype()),
    ] {
        named.extend(name.map(|name| format!("{what} {name}")));
    }
    // "COPY users, line 7, column email: "value"": up to the line it names no value.
    if let Some(place) = db
        .where_()
        .and_then(|place| place.split(": ").next())
        .filter(|place| place.starts_with("COPY "))
    {
        named.push(place.replace('\n', " "));
    }
    let condition = match state {
        "23502" => "a value is missing (not null)",
        "23503" => "a foreign key does not hold",
        "23505" => "a unique key is not unique",
        "23514" => "a check does not hold",
        "23P01" => "an exclusion constraint does not hold",
        "22001" => "a value is too long",
        "22003" => "a number is out of range",
        _ => "a value is not acceptable",
    };
    if named.is_empty() {
        return format!("{condition} (SQLSTATE {state})");
    }
    format!("{condition}: {} (SQLSTATE {state})", named.join(", "))
}
