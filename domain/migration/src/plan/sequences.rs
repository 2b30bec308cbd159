//! Which column owns a sequence.

use super::Builder;
use crate::change::sequence;
use crate::graph::Phase;
use crate::inventory::{Key, Kind};

impl Builder<'_> {
    /// Sequences change owners, or lose them for a while.
    pub(super) fn owned_sequences(&mut self) {
        let (old, new) = (self.old.database, self.new.database);
        for item in &new.sequences {
            let key = Key::named(Kind::Sequence, &item.name);
            if !self.new.has(&key) {
                continue;
            }
            let before = old.sequence(&item.name).filter(|_| !self.fates.comes(&key));
            let owner = |sequence: &nova_schema::Sequence| sequence.owned_by.clone();
            let moved = |sequence: &nova_schema::Sequence| {
                sequence.owned_by.as_ref().is_some_and(|owner| {
                    self.table_goes(&owner.table) || self.fates.goes(&Key::column(&owner.table, &owner.column))
                })
            };
            let (had, loses) = before.map_or((None, false), |before| (owner(before), moved(before)));
            if loses {
                let mut free = item.clone();
                free.owned_by = None;
                self.add(&key, Phase::Release, vec![sequence::owned_by(&free)]);
                // It would go with its former owner.
                if let Some(owner) = &had {
                    for former in [
                        Key::named(Kind::Table, &owner.table),
                        Key::column(&owner.table, &owner.column),
                    ] {
                        for phase in [Phase::Drop, Phase::Discard] {
                            if let Some(step) = self.steps.get_mut(&(former.clone(), phase)) {
                                step.needs.insert((key.clone(), Phase::Release));
                            }
                        }
                    }
                }
            }
            if had != item.owned_by || loses && item.owned_by.is_some() {
                self.add(&key, Phase::Settle, vec![sequence::owned_by(item)]);
                if let Some(owner) = &item.owned_by {
                    let needs = self.at(&Key::column(&owner.table, &owner.column));
                    if let Some(step) = self.steps.get_mut(&(key.clone(), Phase::Settle)) {
                        step.needs.extend(needs);
                    }
                }
            }
        }
    }
}
