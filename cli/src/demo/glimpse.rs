//! A few cells of the sample, to be shown side by side before and after the clone.

use super::stage::failure;
use nova_errors::Failure;
use tokio_postgres::Client;

/// One cell to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Where it is, `schema.table.column`.
    pub place: String,
    /// Its text, shortened to one line; `NULL` when it is.
    pub value: String,
    /// It holds personal data, which a clone must replace; what holds none must stay.
    pub personal: bool,
}

/// The one cell without personal data.
const NOT_PERSONAL: &str = "public.bills.total_amount";

/// Longest text shown, in characters.
const WIDTH: usize = 60;

/// `(place, query)`: each query gives one text by a key that the clone keeps.
const CELLS: [(&str, &str); 11] = [
    ("auth.users.email", "SELECT email FROM auth.users ORDER BY id LIMIT 1"),
    (
        "auth.users.raw_user_meta_data",
        "SELECT raw_user_meta_data ->> 'full_name' FROM auth.users ORDER BY id LIMIT 1",
    ),
    (
        "public.profiles",
        "SELECT first_name || ' / ' || last_name FROM public.profiles ORDER BY id LIMIT 1",
    ),
    (
        "public.profiles.phone",
        "SELECT phone FROM public.profiles ORDER BY id LIMIT 1",
    ),
    (
        "public.profiles.birth_date",
        "SELECT birth_date::text FROM public.profiles ORDER BY id LIMIT 1",
    ),
    (
        "public.patients.notes",
        "SELECT notes FROM public.patients WHERE notes IS NOT NULL ORDER BY id LIMIT 1",
    ),
    (
        "public.reservations.guest_email",
        "SELECT guest_email FROM public.reservations ORDER BY id LIMIT 1",
    ),
    ("public.bills.iban", "SELECT iban FROM public.bills ORDER BY id LIMIT 1"),
    (
        "public.bills.total_amount",
        "SELECT total_amount::text FROM public.bills ORDER BY id LIMIT 1",
    ),
    (
        "public.messages.body",
        "SELECT body FROM public.messages ORDER BY id LIMIT 1",
    ),
    (
        "audit.log.new_row",
        "SELECT new_row ->> 'guest_email' FROM audit.log WHERE new_row ? 'guest_email' ORDER BY id LIMIT 1",
    ),
];

/// The cells as they are in this database.
pub async fn look(client: &Client) -> Result<Vec<Cell>, Failure> {
    let mut cells = Vec::with_capacity(CELLS.len());
    for (place, query) in CELLS {
        let row = client.query_opt(query, &[]).await.map_err(|error| failure(&error))?;
        let value = row.and_then(|row| row.get::<_, Option<String>>(0));
        cells.push(Cell {
            personal: place != NOT_PERSONAL,
            place: place.to_owned(),
            value: value.map_or_else(|| "NULL".to_owned(), |text| one_line(&text)),
        });
    }
    Ok(cells)
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= WIDTH {
        return line;
    }
    let mut short: String = line.chars().take(WIDTH - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_becomes_one_short_line() {
        assert_eq!(one_line("Bonjour,\n\n\tà bientôt"), "Bonjour, à bientôt");
        assert_eq!(one_line(&"é".repeat(80)).chars().count(), WIDTH);
    }
}
