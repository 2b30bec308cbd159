//! Files of people: looked at, applied, undone.

use super::invite;
use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use nova_errors::{Code, Failure};
use nova_fn_practice::{Caller, Keyed, Platform, Refusal, added, hashed};
use nova_http::Named;
use nova_practice_store::identity::{
    imports::{self, Line},
    nothing_here,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most rows of a file.
const MOST: usize = 2000;

/// A file of people, as far as it has come.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct UserImport {
    /// The import.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000005")]
    pub id: Uuid,
    /// `previewed`, `applied` or `undone`.
    #[schema(example = "previewed")]
    pub status: String,
    /// Rows that can be applied, or were.
    #[schema(example = 41)]
    pub good: usize,
    /// Rows that cannot.
    #[schema(example = 1)]
    pub bad: usize,
    /// Every row.
    pub rows: Vec<UserImportRow>,
}

/// A row of the file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct UserImportRow {
    /// Its line; the heading is line 1.
    #[schema(example = 2)]
    pub line: i32,
    /// The address.
    #[schema(example = "claire@example.org")]
    pub email: String,
    /// The name.
    #[schema(example = "Claire M.")]
    pub name: String,
    /// The role.
    #[schema(example = "receptionist")]
    pub role: String,
    /// The cabinet, by id or SIRET; empty for roles of the group.
    #[schema(example = "0192f0c4-0000-7000-8000-000000000001")]
    pub cabinet: String,
    /// Why it cannot be applied; none: it can.
    #[schema(example = json!(null))]
    pub fault: Option<String>,
}

/// What was undone.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Undone {
    /// Roles that were taken away.
    #[schema(example = 41)]
    pub roles: u64,
}

fn shown(import: imports::Import) -> UserImport {
    let bad = import.lines.iter().filter(|line| line.fault.is_some()).count();
    UserImport {
        id: import.id,
        status: import.status,
        good: import.lines.len() - bad,
        bad,
        rows: import
            .lines
            .into_iter()
            .map(|line| UserImportRow {
                line: line.line,
                email: line.email,
                name: line.name,
                role: line.role,
                cabinet: line.cabinet,
                fault: line.fault,
            })
            .collect(),
    }
}

/// Preview a file of people
///
/// CSV with the columns `email`, `name`, `role` and `cabinet`, at most 2000 rows. Nothing happens yet but that every row
/// is looked at.
#[utoipa::path(
    post, path = "/v1/users/imports", operation_id = "previewUserImport", tag = "users",
    request_body(content = String, content_type = "text/csv",
        example = json!("email,name,role,cabinet\nclaire@example.org,Claire M.,receptionist,0192f0c4-0000-7000-8000-000000000001\n")),
    responses((status = 201, description = "What would happen", body = UserImport))
)]
pub(crate) async fn preview(
    State(platform): State<Platform>,
    caller: Caller,
    key: Keyed,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("text/csv") {
        return Err(Failure::new(
            Code::MEDIA_TYPE,
            "the body must be CSV, and Content-Type must say text/csv",
        )
        .with_remedy("Send `Content-Type: text/csv`.")
        .into());
    }
    let lines = parsed(&body)?;
    let (new, now_ms) = (platform.new_id(), platform.now_ms());
    let text = String::from_utf8_lossy(&body);
    let id = platform
        .make_in_group(&caller, (&key, &text), async |tx| {
            imports::preview(tx, new, (caller.user, &caller.grants), lines, now_ms).await?;
            Ok(new)
        })
        .await?;
    let import = platform
        .store()
        .with_group(&caller.actor(), async |tx| imports::read(tx, caller.user, id).await)
        .await?;
    Ok(added(&format!("/v1/users/imports/{id}"), &shown(import)))
}

/// The rows of a file. A row with too few or too many fields is a row with a fault.
fn parsed(bytes: &[u8]) -> Result<Vec<Line>, Failure> {
    let wrong = |cause: String| Failure::new(Code::BAD_IMPORT, cause);
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("the file is not UTF-8".to_owned()))?;
    // One kind of line end, so that lines are counted as people count them.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    // Spreadsheets of the French locale write semicolons.
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let place = |name: &str| headings.iter().position(|heading| heading.eq_ignore_ascii_case(name));
    let mut places = [0; 4];
    for (at, name) in places.iter_mut().zip(["email", "name", "role", "cabinet"]) {
        *at = place(name).ok_or_else(|| wrong(format!("the first line names no column {name}")))?;
    }
    let [email, name, role, cabinet] = places;
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        if lines.len() == MOST {
            return Err(wrong(format!("the file has more than {MOST} rows")));
        }
        let line = record.position().map_or(0, csv::Position::line);
        let field = |at: usize| {
            record
                .get(at)
                .unwrap_or_default()
                .chars()
                .filter(|sign| !sign.is_control())
                .take(300)
                .collect()
        };
        lines.push(Line {
            line: i32::try_from(line).unwrap_or(i32::MAX),
            email: field(email),
            name: field(name),
            role: field(role),
            cabinet: field(cabinet),
            fault: (record.len() != headings.len())
                .then(|| format!("{} fields, and the first line has {}", record.len(), headings.len())),
        });
    }
    Ok(lines)
}

/// Show an import
#[utoipa::path(
    get, path = "/v1/users/imports/{id}", operation_id = "showUserImport", tag = "users",
    params(("id" = String, Path, description = "The import", example = "0192f0c4-0000-7000-8000-000000000005")),
    responses((status = 200, description = "The import", body = UserImport))
)]
pub(crate) async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<Response, Refusal> {
    Ok(hashed(&shown(read(&platform, &caller, &id).await?)))
}

/// The rows that cannot be applied, as a file
///
/// As they were sent, with a column `fault`: correct them and send the file again.
#[utoipa::path(
    get, path = "/v1/users/imports/{id}/faults.csv", operation_id = "showUserImportFaults", tag = "users",
    params(("id" = String, Path, description = "The import", example = "0192f0c4-0000-7000-8000-000000000005")),
    responses((status = 200, description = "The rows", body = String, content_type = "text/csv"))
)]
pub(crate) async fn faults(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<Response, Refusal> {
    let import = read(&platform, &caller, &id).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let broken = |_| Failure::new(Code::INTERNAL, "the file cannot be written");
    writer
        .write_record(["line", "email", "name", "role", "cabinet", "fault"])
        .map_err(broken)?;
    for line in import.lines.iter().filter(|line| line.fault.is_some()) {
        let number = line.line.to_string();
        let fields = [&number, &line.email, &line.name, &line.role, &line.cabinet];
        let cells = fields.into_iter().map(|field| harmless(field));
        let fault = harmless(line.fault.as_deref().unwrap_or_default());
        writer.write_record(cells.chain([fault])).map_err(broken)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|_| Failure::new(Code::INTERNAL, "the file cannot be written"))?;
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], bytes).into_response())
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return format!("'{field}");
    }
    field.to_owned()
}

/// Apply an import
///
/// Every good row, together: people are invited, roles given. Once.
#[utoipa::path(
    post, path = "/v1/users/imports/{id}/apply", operation_id = "applyUserImport", tag = "users",
    params(("id" = String, Path, description = "The import", example = "0192f0c4-0000-7000-8000-000000000005")),
    responses((status = 200, description = "The import", body = UserImport))
)]
pub(crate) async fn apply(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<UserImport>, Refusal> {
    let id: Uuid = id.parse().map_err(|_| nothing_here())?;
    let import = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "import", async |tx| {
            let who = (caller.user, &caller.grants);
            let made = imports::apply(tx, who, id, || platform.new_id()).await?;
            for person in made.iter().filter(|person| person.new) {
                invite::link(&platform, &caller, tx, person.user).await?;
            }
            imports::read(tx, caller.user, id).await
        })
        .await?;
    Ok(Json(shown(import)))
}

/// Undo an import
///
/// Roles that it gave are taken away; people who have not come yet are gone.
#[utoipa::path(
    post, path = "/v1/users/imports/{id}/undo", operation_id = "undoUserImport", tag = "users",
    params(("id" = String, Path, description = "The import", example = "0192f0c4-0000-7000-8000-000000000005")),
    responses((status = 200, description = "What was undone", body = Undone))
)]
pub(crate) async fn undo(
    State(platform): State<Platform>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<Undone>, Refusal> {
    let id: Uuid = id.parse().map_err(|_| nothing_here())?;
    let roles = platform
        .store()
        .with_group_for(&caller.actor(), &caller.request_id, "import", async |tx| {
            imports::undo(tx, caller.user, id).await
        })
        .await?;
    Ok(Json(Undone { roles }))
}

async fn read(platform: &Platform, caller: &Caller, id: &str) -> Result<imports::Import, Refusal> {
    let id: Uuid = id.parse().map_err(|_| nothing_here())?;
    let found = platform
        .store()
        .with_group(&caller.actor(), async |tx| imports::read(tx, caller.user, id).await)
        .await?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_spreadsheets_are_read() {
        let text = "\u{feff}Name;Email;Cabinet;Role\r\nClaire;claire@example.org;1;assistant\r\nshort;row\r\n";
        let lines = parsed(text.as_bytes()).unwrap();
        assert_eq!(
            (
                lines[0].line,
                lines[0].email.as_str(),
                lines[0].role.as_str(),
                &lines[0].fault
            ),
            (2, "claire@example.org", "assistant", &None)
        );
        assert_eq!(lines[1].fault.as_deref(), Some("2 fields, and the first line has 4"));
    }

    #[test]
    fn files_that_are_none_are_refused() {
        for wrong in [&b"\xff\xfe"[..], b"", b"email,name,role\n", b"nonsense"] {
            assert_eq!(parsed(wrong).unwrap_err().code, Code::BAD_IMPORT);
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+33", "-1", "@x", "\tx"] {
            assert!(harmless(cell).starts_with('\''));
        }
        assert_eq!(harmless("claire"), "claire");
    }
}
