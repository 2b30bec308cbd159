//! Puts steps into an order in which each finds what it needs.
//!
//! Ties are broken by phase, then kind, then name, so that the same two databases always give the same script. Cycles
//! are cut by construction: first the wishes (what a routine's body mentions), then views, which begin as a placeholder
//! with the right columns or end as one.

mod circles;
mod cut;

use crate::inventory::Key;
use crate::statement::Statement;
pub(crate) use circles::components;
use cut::cut;
use std::collections::{BTreeMap, BTreeSet};

/// When a step comes, as far as nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Phase {
    /// Before everything else.
    Begin,
    /// Makes a view independent of what it reads, so that it can go.
    Blank,
    /// Lets go: detaches, renames away, takes an identity off.
    Release,
    /// Drops.
    Drop,
    /// Creates a view that has the right columns only.
    Placeholder,
    /// Creates.
    Create,
    /// Alters.
    Alter,
    /// Attaches, inherits, sets what needs everything else of the table.
    Settle,
    /// Drops what was renamed away.
    Discard,
    /// Comments, owners, privileges.
    Describe,
    /// After everything else.
    Finish,
}

/// A step: an object and what happens to it.
pub(crate) type StepId = (Key, Phase);

/// Statements, and the steps they come after.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) statements: Vec<Statement>,
    pub(crate) needs: BTreeSet<StepId>,
    /// Left aside where they lead into a circle.
    pub(crate) wishes: BTreeSet<StepId>,
}

/// The statements that blank a view or create its placeholder, for views on a cycle.
pub(crate) trait Views {
    /// A view of the new side with the right columns only.
    fn placeholder(&self, view: &Key) -> Vec<Statement>;
    /// The new view in the place of its placeholder.
    fn replace(&self, view: &Key) -> Vec<Statement>;
    /// The old view with its columns only.
    fn blank(&self, view: &Key) -> Vec<Statement>;
}

/// Sorts the steps.
pub(crate) fn sort(mut steps: BTreeMap<StepId, Step>, views: &dyn Views) -> Vec<(StepId, Vec<Statement>)> {
    let apart = |steps: &mut BTreeMap<StepId, Step>, phase: Phase| -> Vec<(StepId, Vec<Statement>)> {
        let found: Vec<(StepId, Step)> = steps.extract_if(.., |id, _| id.1 == phase).collect();
        found.into_iter().map(|(id, step)| (id, step.statements)).collect()
    };
    let mut sorted = apart(&mut steps, Phase::Begin);
    let last = apart(&mut steps, Phase::Finish);
    let existing: BTreeSet<StepId> = steps.keys().cloned().collect();
    for (id, step) in &mut steps {
        step.needs.retain(|need| need != id && existing.contains(need));
        step.wishes
            .retain(|wish| wish != id && existing.contains(wish) && !step.needs.contains(wish));
    }
    let mut needed_by: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
    for (id, step) in &steps {
        for need in step.needs.iter().chain(&step.wishes) {
            needed_by.entry(need.clone()).or_default().push(id.clone());
        }
    }
    let mut ready: [BTreeSet<(u8, StepId)>; 2] = [BTreeSet::new(), BTreeSet::new()];
    let class = |step: &Step| usize::from(step.statements.iter().any(|s| !s.transactional || s.alone));
    for (id, step) in &steps {
        if step.needs.is_empty() && step.wishes.is_empty() {
            ready[class(step)].insert((rank(id), id.clone()));
        }
    }
    let mut current = 1;
    while !steps.is_empty() {
        // What runs outside transactions stays together, to break up as little as possible.
        if ready[current].is_empty() {
            current = 1 - current;
        }
        let Some((_, id)) = ready[current].pop_first() else {
            let freed = cut(&mut steps, &mut needed_by, views);
            for id in freed {
                if let Some(step) = steps.get(&id)
                    && step.needs.is_empty()
                    && step.wishes.is_empty()
                {
                    ready[class(step)].insert((rank(&id), id));
                }
            }
            continue;
        };
        let Some(step) = steps.remove(&id) else { continue };
        for dependent in needed_by.get(&id).into_iter().flatten() {
            if let Some(other) = steps.get_mut(dependent) {
                let had = other.needs.remove(&id) | other.wishes.remove(&id);
                if had && other.needs.is_empty() && other.wishes.is_empty() {
                    ready[class(other)].insert((rank(dependent), dependent.clone()));
                }
            }
        }
        sorted.push((id, step.statements));
    }
    sorted.extend(last);
    sorted
}

/// The tie-break.
fn rank(id: &StepId) -> u8 {
    match id.1 {
        Phase::Begin | Phase::Blank | Phase::Release => 0,
        // Parts first, then what they are parts of.
        Phase::Drop => 30 - id.0.kind as u8,
        Phase::Placeholder | Phase::Create | Phase::Alter => 40 + id.0.kind as u8,
        Phase::Settle => 70,
        Phase::Discard => 80,
        Phase::Describe => 90,
        Phase::Finish => 99,
    }
}
