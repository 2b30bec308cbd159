//! Environments of pull requests: opened, given a database, closed.
//!
//! A preview is a name (`pr-12`) with a history in the stream of its environment. While it exists, the environment of
//! that name is its template's with another database ([`WithPreviews`]). Its first, empty database is made by the guard
//! ([`ensure_database`]); a clone puts contents into it; a removal drops what Nova made and nothing else.

mod database;
mod environments;
mod life;

pub use database::{ensure_database, is_own, template_server};
pub use environments::WithPreviews;
pub use life::{Opening, close, open, stop_work};

use crate::{ports::Ports, state};
use nova_automation::Preview;
use nova_clone::names;
use nova_errors::{Code, Failure};
use nova_eventlog::{EventLog, Head};

/// The preview of this name, whatever its stage, and where its stream ends.
///
/// # Errors
/// What the log says.
pub async fn look_up(log: &dyn EventLog, name: &str) -> Result<(Option<Preview>, Head), Failure> {
    if !Preview::is_name(name) {
        return Ok((None, Head::start()));
    }
    let commits = log.read(&names::environment_stream(name)?, 0).await?;
    Ok(Preview::fold(&commits)?)
}

/// The preview of this name that exists.
///
/// # Errors
/// `NOVA-2207` when there is none.
pub async fn existing(ports: &Ports, name: &str) -> Result<(Preview, Head), Failure> {
    let (preview, head) = look_up(ports.log.as_ref(), name).await?;
    let preview = preview.filter(Preview::exists);
    let none = || {
        Failure::new(
            Code::NOT_A_PREVIEW,
            format!("environment {name} is no preview, or was removed"),
        )
    };
    Ok((preview.ok_or_else(none)?, head))
}

/// Every preview there ever was.
///
/// # Errors
/// What the log says.
pub async fn all(ports: &Ports) -> Result<Vec<Preview>, Failure> {
    let prefix = format!("environment/{}", Preview::PREFIX);
    let mut previews = Vec::new();
    for stream in state::streams(ports, &prefix).await? {
        let commits = ports.log.read(&stream, 0).await?;
        previews.extend(Preview::fold(&commits)?.0);
    }
    Ok(previews)
}
