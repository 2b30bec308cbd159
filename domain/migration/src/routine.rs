//! Functions and procedures: what `CREATE OR REPLACE` can change, and what a body mentions.

use nova_schema::{Function, FunctionKind};
use std::collections::BTreeSet;

/// True when `CREATE OR REPLACE` turns one into the other: same kind, arguments and result, no default taken away.
pub(crate) fn replaceable(before: &Function, after: &Function) -> bool {
    if before.kind != after.kind || before.kind == FunctionKind::Aggregate {
        return false;
    }
    let (old_head, old_result) = head(&before.definition);
    let (new_head, new_result) = head(&after.definition);
    old_result == new_result
        && without_defaults(old_head) == without_defaults(new_head)
        && defaults(old_head) <= defaults(new_head)
}

/// The line with name and arguments, and the line with the result.
fn head(definition: &str) -> (&str, &str) {
    let mut lines = definition.lines();
    let first = lines.next().unwrap_or_default();
    let second = lines.next().unwrap_or_default();
    (first, if second.starts_with(" RETURNS ") { second } else { "" })
}

fn defaults(head: &str) -> usize {
    head.matches(" DEFAULT ").count()
}

/// An argument list without default expressions: each ends at the comma or parenthesis that is not inside it.
fn without_defaults(head: &str) -> String {
    let mut out = String::new();
    let mut rest = head;
    while let Some(position) = rest.find(" DEFAULT ") {
        let (before, after) = rest.split_at(position);
        out.push_str(before);
        let mut depth = 0i32;
        let mut quoted = false;
        let mut end = after.len();
        for (offset, character) in after.char_indices().skip(1) {
            match character {
                '\'' => quoted = !quoted,
                '(' | '[' if !quoted => depth += 1,
                ')' | ']' if !quoted && depth > 0 => depth -= 1,
                ')' | ',' if !quoted && depth == 0 => {
                    end = offset;
                    break;
                }
                _ => {}
            }
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

/// The words of a routine's definition, for finding what its body mentions: catalogs do not record that.
pub(crate) fn words(definition: &str) -> BTreeSet<&str> {
    definition
        .split(|character: char| !character.is_alphanumeric() && character != '_' && character != '$')
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_with_commas_and_parentheses_are_taken_out_whole() {
        assert_eq!(
            without_defaults("f(a integer DEFAULT max(1, 2), b text DEFAULT 'x, y)'::text, c date)"),
            "f(a integer, b text, c date)"
        );
    }
}
