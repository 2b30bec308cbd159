//! Puts steps into an order in which each finds what it needs.
//!
//! Ties are broken by phase, then kind, then name, so that the same two databases always give the same script. Cycles
//! are cut by construction: first the wishes (what a routine's body mentions), then views, which begin as a placeholder
//! with the right columns or end as one.

use crate::inventory::{Key, Kind};
use crate::statement::Statement;
use std::collections::{BTreeMap, BTreeSet};

/// When a step comes, as far as nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Phase {
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
    let mut sorted = Vec::with_capacity(steps.len());
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
    sorted
}

/// Frees at least one step of what is stuck; answers the steps that may be ready now.
fn cut(
    steps: &mut BTreeMap<StepId, Step>,
    needed_by: &mut BTreeMap<StepId, Vec<StepId>>,
    views: &dyn Views,
) -> Vec<StepId> {
    let core = core(steps);
    let wishing: Vec<StepId> = core
        .iter()
        .filter(|id| steps.get(*id).is_some_and(|step| !step.wishes.is_empty()))
        .cloned()
        .collect();
    if let Some(id) = wishing.first() {
        if let Some(step) = steps.get_mut(id) {
            step.wishes.clear();
        }
        return vec![id.clone()];
    }
    let view = |phase: Phase| {
        core.iter()
            .find(|(key, found)| {
                let other = if phase == Phase::Create {
                    Phase::Placeholder
                } else {
                    Phase::Blank
                };
                key.kind == Kind::View && *found == phase && !steps.contains_key(&(key.clone(), other))
            })
            .map(|(key, _)| key.clone())
    };
    if let Some(key) = view(Phase::Create) {
        let statements = views.placeholder(&key);
        if !statements.is_empty() {
            let id = (key.clone(), Phase::Create);
            let placeholder = (key.clone(), Phase::Placeholder);
            // Whoever waits for the view is content with its placeholder, but for what describes it.
            for waiting in needed_by.remove(&id).unwrap_or_default() {
                if let Some(step) = steps.get_mut(&waiting)
                    && waiting.0 != key
                    && step.needs.remove(&id)
                {
                    step.needs.insert(placeholder.clone());
                    needed_by.entry(placeholder.clone()).or_default().push(waiting.clone());
                } else {
                    needed_by.entry(id.clone()).or_default().push(waiting.clone());
                }
            }
            let drops: BTreeSet<StepId> = steps
                .get(&id)
                .map(|step| {
                    step.needs
                        .iter()
                        .filter(|need| need.1 <= Phase::Drop)
                        .cloned()
                        .collect()
                })
                .unwrap_or_default();
            for drop in &drops {
                needed_by.entry(drop.clone()).or_default().push(placeholder.clone());
            }
            if let Some(step) = steps.get_mut(&id) {
                step.statements = views.replace(&key);
                step.needs.insert(placeholder.clone());
            }
            needed_by.entry(placeholder.clone()).or_default().push(id);
            steps.insert(
                placeholder.clone(),
                Step {
                    statements,
                    needs: drops,
                    wishes: BTreeSet::new(),
                },
            );
            return vec![placeholder];
        }
    }
    if let Some(key) = view(Phase::Drop) {
        let statements = views.blank(&key);
        if !statements.is_empty() {
            let blank = (key.clone(), Phase::Blank);
            let id = (key, Phase::Drop);
            // A blank view needs nothing: what it read can go before it does.
            for waiting in needed_by.get(&id).cloned().unwrap_or_default() {
                if let Some(step) = steps.get_mut(&waiting)
                    && waiting.1 == Phase::Drop
                    && step.needs.remove(&id)
                {
                    step.needs.insert(blank.clone());
                    needed_by.entry(blank.clone()).or_default().push(waiting);
                }
            }
            if let Some(step) = steps.get_mut(&id) {
                step.needs.insert(blank.clone());
            }
            needed_by.entry(blank.clone()).or_default().push(id);
            steps.insert(
                blank.clone(),
                Step {
                    statements,
                    ..Step::default()
                },
            );
            return vec![blank];
        }
    }
    // Nothing is left to cut with: the first of the circle goes first, and the shadow database shows whether that works.
    let first = core.into_iter().min_by_key(rank);
    if let Some(step) = first.as_ref().and_then(|id| steps.get_mut(id)) {
        step.needs.clear();
        step.wishes.clear();
    }
    first.into_iter().collect()
}

/// What is left of a stuck sort once everything that merely waits for the circle is taken away.
fn core(steps: &BTreeMap<StepId, Step>) -> Vec<StepId> {
    let mut left: BTreeSet<&StepId> = steps.keys().collect();
    loop {
        let needed: BTreeSet<&StepId> = left
            .iter()
            .filter_map(|id| steps.get(*id))
            .flat_map(|step| step.needs.iter().chain(&step.wishes))
            .collect();
        let before = left.len();
        left.retain(|id| needed.contains(id));
        if left.len() == before {
            return left.into_iter().cloned().collect();
        }
    }
}

/// The tie-break.
fn rank(id: &StepId) -> u8 {
    match id.1 {
        Phase::Blank | Phase::Release => 0,
        // Parts first, then what they are parts of.
        Phase::Drop => 30 - id.0.kind as u8,
        Phase::Placeholder | Phase::Create | Phase::Alter => 40 + id.0.kind as u8,
        Phase::Settle => 70,
        Phase::Discard => 80,
        Phase::Describe => 90,
    }
}
