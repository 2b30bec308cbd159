//! Cursors: where the next page begins. A cursor holds what the list is ordered by, and leads on only in a list of the
//! same kind; which rows it shows is decided anew with every page.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use nova_errors::{Code, Failure};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::IntoParams;

/// Rows on a page when nobody says how many.
pub const USUAL: u32 = 20;

/// Most rows on a page.
pub const MOST: u32 = 100;

/// Which page of a list that takes nothing else.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many, at most 100 [default: 20].
    #[param(example = 20, minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// How many rows a page has.
///
/// # Errors
/// `NOVA-1001` when it is none, or more than [`MOST`].
pub fn limit(asked: Option<u32>) -> Result<usize, Failure> {
    let limit = asked.unwrap_or(USUAL);
    if (1..=MOST).contains(&limit) {
        return Ok(limit as usize);
    }
    Err(Failure::new(Code::BAD_ARGUMENT, format!("limit is 1 to {MOST}")))
}

/// How many rows are read for a page: one more than it shows, which says whether there is another one.
pub fn read_ahead(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1
}

/// A cursor in a list of this kind.
pub fn write(kind: &str, place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(kind, place)).unwrap_or_default())
}

/// The place that a cursor names, if it was written for a list of this kind.
///
/// # Errors
/// `NOVA-3222`.
pub fn read<T: DeserializeOwned>(kind: &str, cursor: Option<&str>) -> Result<Option<T>, Failure> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
        return Ok(None);
    };
    let wrong = || Failure::new(Code::BAD_CURSOR, "the cursor cannot be read");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
    let (found, place): (String, T) = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    if found != kind {
        return Err(Failure::new(
            Code::BAD_CURSOR,
            "the cursor belongs to another list, or another order of it",
        ));
    }
    Ok(Some(place))
}

/// Cuts what was read, one row more than asked for, to a page; returns the cursor of the next one.
pub fn page<T, P: Serialize>(kind: &str, rows: &mut Vec<T>, limit: usize, place: impl Fn(&T) -> P) -> Option<String> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(|last| write(kind, &place(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_on_in_its_own_list_only() {
        let cursor = write("users name", &("claire", 7));
        assert_eq!(
            read("users name", Some(&cursor)).unwrap(),
            Some(("claire".to_owned(), 7))
        );
        assert_eq!(read::<(String, i32)>("users name", None).unwrap(), None);
        for wrong in ["x", "é", "e30", &cursor[1..]] {
            assert_eq!(
                read::<(String, i32)>("users name", Some(wrong)).unwrap_err().code,
                Code::BAD_CURSOR
            );
        }
        assert!(read::<(String, i32)>("users email", Some(&cursor)).is_err());
    }

    #[test]
    fn the_last_page_has_no_next() {
        let mut rows = vec![1, 2, 3];
        assert!(page("n", &mut rows, 2, |row| *row).is_some());
        assert_eq!(rows, [1, 2]);
        assert_eq!(page("n", &mut rows, 2, |row| *row), None);
    }

    #[test]
    fn pages_have_a_size() {
        assert_eq!(limit(None).unwrap(), 20);
        assert!(limit(Some(0)).is_err() && limit(Some(101)).is_err());
    }
}
