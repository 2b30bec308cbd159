//! Where steps wait for each other in a circle: what gives way.

use super::circles::circles;
use super::{Phase, Step, StepId, Views, rank};
use crate::inventory::{Key, Kind};
use crate::statement::Statement;
use std::collections::{BTreeMap, BTreeSet};

/// Frees at least one step of what is stuck, in every circle at once; answers the steps that may be ready now.
pub(super) fn cut(
    steps: &mut BTreeMap<StepId, Step>,
    needed_by: &mut BTreeMap<StepId, Vec<StepId>>,
    views: &dyn Views,
) -> Vec<StepId> {
    let circles = circles(steps);
    let mut freed = Vec::new();
    for circle in &circles {
        let members: BTreeSet<&StepId> = circle.iter().collect();
        for id in circle {
            if let Some(step) = steps.get_mut(id) {
                let before = step.wishes.len();
                step.wishes.retain(|wish| !members.contains(wish));
                if step.wishes.len() != before {
                    freed.push(id.clone());
                }
            }
        }
    }
    if !freed.is_empty() {
        return freed;
    }
    for circle in &circles {
        let cut = placeholder(circle, steps, needed_by, views)
            .or_else(|| blank(circle, steps, needed_by, views))
            .or_else(|| {
                // Nothing is left to cut with: the first of the circle goes first, and the shadow database shows
                // whether that works.
                let first = circle.iter().min_by_key(|id| (rank(id), *id))?;
                let step = steps.get_mut(first)?;
                step.needs.clear();
                step.wishes.clear();
                Some(first.clone())
            });
        freed.extend(cut);
    }
    freed
}

/// Lets one view of a circle begin with its columns only.
fn placeholder(
    circle: &[StepId],
    steps: &mut BTreeMap<StepId, Step>,
    needed_by: &mut BTreeMap<StepId, Vec<StepId>>,
    views: &dyn Views,
) -> Option<StepId> {
    let (id, statements) = view(circle, steps, Phase::Create, Phase::Placeholder, |key| {
        views.placeholder(key)
    })?;
    let placeholder = (id.0.clone(), Phase::Placeholder);
    // Whoever waits for the view is content with its placeholder, but for what describes it.
    for waiting in needed_by.remove(&id).unwrap_or_default() {
        if let Some(step) = steps.get_mut(&waiting)
            && waiting.0 != id.0
            && step.needs.remove(&id)
        {
            step.needs.insert(placeholder.clone());
            needed_by.entry(placeholder.clone()).or_default().push(waiting);
        } else {
            needed_by.entry(id.clone()).or_default().push(waiting);
        }
    }
    let step = steps.get_mut(&id)?;
    let drops: BTreeSet<StepId> = step
        .needs
        .iter()
        .filter(|need| need.1 <= Phase::Drop)
        .cloned()
        .collect();
    step.statements = views.replace(&id.0);
    step.needs.insert(placeholder.clone());
    for drop in &drops {
        needed_by.entry(drop.clone()).or_default().push(placeholder.clone());
    }
    needed_by.entry(placeholder.clone()).or_default().push(id);
    let begun = Step {
        statements,
        needs: drops,
        wishes: BTreeSet::new(),
    };
    steps.insert(placeholder.clone(), begun);
    Some(placeholder)
}

/// Lets one view of a circle end with its columns only: what it read can go before it does.
fn blank(
    circle: &[StepId],
    steps: &mut BTreeMap<StepId, Step>,
    needed_by: &mut BTreeMap<StepId, Vec<StepId>>,
    views: &dyn Views,
) -> Option<StepId> {
    let (id, statements) = view(circle, steps, Phase::Drop, Phase::Blank, |key| views.blank(key))?;
    let blank = (id.0.clone(), Phase::Blank);
    for waiting in needed_by.get(&id).cloned().unwrap_or_default() {
        if let Some(step) = steps.get_mut(&waiting)
            && waiting.1 == Phase::Drop
            && step.needs.remove(&id)
        {
            step.needs.insert(blank.clone());
            needed_by.entry(blank.clone()).or_default().push(waiting);
        }
    }
    steps.get_mut(&id)?.needs.insert(blank.clone());
    needed_by.entry(blank.clone()).or_default().push(id);
    let emptied = Step {
        statements,
        ..Step::default()
    };
    steps.insert(blank.clone(), emptied);
    Some(blank)
}

/// The first view of a circle in this phase that has not been cut so before, with the statements that cut it.
fn view(
    circle: &[StepId],
    steps: &BTreeMap<StepId, Step>,
    phase: Phase,
    cut: Phase,
    statements: impl Fn(&Key) -> Vec<Statement>,
) -> Option<(StepId, Vec<Statement>)> {
    circle
        .iter()
        .filter(|(key, found)| key.kind == Kind::View && *found == phase && !steps.contains_key(&(key.clone(), cut)))
        .map(|id| (id.clone(), statements(&id.0)))
        .find(|(_, statements)| !statements.is_empty())
}
