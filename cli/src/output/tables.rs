//! Rows and columns for people.

use super::Style;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table, presets};

/// Below this width, in characters, columns of one letter would be all that wrapping leaves.
const NARROWEST: u16 = 60;

/// A table without lines, as wide as the terminal at most; longer cells are wrapped. Columns of figures are aligned to
/// the right.
pub fn table(headers: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    let width = table.width().filter(|width| *width >= NARROWEST);
    layout(&mut table, width, Style::stdout(), headers, rows)
}

/// `width` is in characters; without one nothing is wrapped.
fn layout(table: &mut Table, width: Option<u16>, style: Style, headers: &[&str], rows: &[Vec<String>]) -> String {
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .force_no_tty();
    if style.is_coloured() {
        table.enforce_styling();
    }
    if let Some(width) = width {
        table.set_width(width);
    }
    if headers.iter().any(|header| !header.is_empty()) {
        table.set_header(
            headers
                .iter()
                .map(|header| Cell::new(header).add_attribute(Attribute::Bold)),
        );
    }
    for row in rows {
        table.add_row(row.iter().map(Cell::new));
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(headers.len());
    for position in 0..columns {
        if let Some(column) = table.column_mut(position) {
            column.set_padding((0, 2));
            if is_figures(rows, position) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    table.trim_fmt()
}

fn is_figures(rows: &[Vec<String>], position: usize) -> bool {
    let mut cells = rows
        .iter()
        .filter_map(|row| row.get(position))
        .filter(|cell| !cell.is_empty())
        .peekable();
    let figure = |cell: &String| {
        cell.starts_with(|first: char| first.is_ascii_digit())
            && cell
                .chars()
                .all(|letter| letter.is_ascii_digit() || ",.".contains(letter))
    };
    cells.peek().is_some() && cells.all(figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: Option<u16>, rows: &[Vec<String>]) -> String {
        layout(&mut Table::new(), width, Style::plain(), &["name", "rows"], rows)
    }

    fn row(name: &str, rows: &str) -> Vec<String> {
        vec![name.to_owned(), rows.to_owned()]
    }

    #[test]
    fn figures_stand_to_the_right_and_no_line_ends_in_blanks() {
        let text = plain(None, &[row("public.réservations", "1,200"), row("bills", "7")]);
        assert_eq!(
            text,
            "name                  rows\npublic.réservations  1,200\nbills                    7"
        );
    }

    #[test]
    fn long_cells_are_wrapped_to_the_terminal_only() {
        let long = "word ".repeat(30);
        assert!(
            plain(Some(40), &[row(&long, "1")])
                .lines()
                .all(|line| line.chars().count() <= 40)
        );
        assert_eq!(plain(None, &[row(&long, "1")]).lines().count(), 2);
    }
}
