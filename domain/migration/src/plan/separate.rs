//! Defaults and checks that are set once their table or domain is there.

use crate::inventory::{Inventory, Item, Key, Kind};
use nova_schema::{ConstraintKind, ObjectRef};
use std::collections::BTreeSet;

/// Those that need more than a sequence.
pub(super) fn separate(new: &Inventory<'_>) -> BTreeSet<ObjectRef> {
    let mut out = BTreeSet::new();
    for (key, item) in &new.items {
        let needs = |kinds: &[Kind]| new.needs(key).any(|need| kinds.contains(&need.kind));
        let kinds = [Kind::Function, Kind::Scripted, Kind::View];
        match item {
            Item::Default(table, column) if needs(&kinds) => {
                out.insert(ObjectRef::default_of(&table.name, &column.name));
            }
            Item::Constraint(constraint) if constraint.kind == ConstraintKind::Check && needs(&kinds) => {
                out.insert(ObjectRef::constraint_of(&constraint.table, &constraint.name));
            }
            // A domain in an array or composite of a table takes no more checks: they come with it where they can.
            Item::DomainCheck(domain, check) => {
                let own = Key::named(Kind::Type, domain);
                if leads_back(new, key, &own) || !check.validated {
                    out.insert(ObjectRef::constraint_of(domain, &check.name));
                }
            }
            _ => {}
        }
    }
    out
}

/// What a check of a domain needs needs the domain in turn.
fn leads_back(new: &Inventory<'_>, check: &Key, domain: &Key) -> bool {
    let mut seen: BTreeSet<&Key> = BTreeSet::new();
    let mut open: Vec<&Key> = new.needs(check).filter(|need| *need != domain).collect();
    while let Some(key) = open.pop() {
        if key == domain {
            return true;
        }
        if seen.insert(key) {
            open.extend(new.needs(key));
        }
    }
    false
}
