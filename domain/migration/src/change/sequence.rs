//! Sequences that stay.

use crate::statement::Statement;
use nova_schema::{Sequence, emit, quote_ident};

/// Options, owner and persistence of a sequence.
pub(crate) fn sequence(before: &Sequence, after: &Sequence, version: u32) -> Vec<Statement> {
    let label = format!("sequence {}", after.name.readable());
    let name = after.name.sql();
    let mut out = Vec::new();
    let options = emit::object::sequence_options(after);
    if before.type_sql != after.type_sql || emit::object::sequence_options(before) != options {
        let cycle = if after.cycle { "" } else { " NO CYCLE" };
        let restart = restart(before, after);
        out.push(Statement::new(
            &label,
            format!("ALTER SEQUENCE {name} AS {}{options}{cycle}{restart}", after.type_sql),
        ));
    }
    if before.unlogged != after.unlogged && version >= 15 {
        let mode = if after.unlogged { "UNLOGGED" } else { "LOGGED" };
        out.push(Statement::new(&label, format!("ALTER SEQUENCE {name} SET {mode}")));
    }
    out
}

/// ` RESTART …` where the sequence stands outside of its new bounds.
pub(crate) fn restart(before: &Sequence, after: &Sequence) -> String {
    let outside = before
        .last_value
        .is_some_and(|value| value < after.minimum || value > after.maximum);
    if outside {
        format!(" RESTART WITH {}", after.start)
    } else {
        String::new()
    }
}

/// `OWNED BY`.
pub(crate) fn owned_by(sequence: &Sequence) -> Statement {
    let owner = match &sequence.owned_by {
        Some(owner) => format!("{}.{}", owner.table.sql(), quote_ident(&owner.column)),
        None => "NONE".to_owned(),
    };
    Statement::new(
        format!("sequence {}", sequence.name.readable()),
        format!("ALTER SEQUENCE {} OWNED BY {owner}", sequence.name.sql()),
    )
}
