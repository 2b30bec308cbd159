//! The order of creation before the rows.
//!
//! 1. Every object is a node; column defaults and checks are *parts* of their table or domain.
//! 2. What depends on a key or index (a view grouped by a primary key) can only come after the rows: it is *late*, and
//!    so is what depends on it.
//! 3. The others are sorted so that each comes after what it needs; ties by kind, then name.
//! 4. Where that meets a cycle, the parts on it become statements of their own after their table; where no part is on
//!    it, one view first appears as a placeholder with the right columns and is replaced later.
//! 5. A type written in C first appears as a mere name, its functions follow, then the whole type; all others wait for that.

mod nodes;

use crate::{Database, ObjectKind, ObjectRef};
use nodes::{Part, nodes, parts, types_in_two_steps};
use std::collections::{BTreeMap, BTreeSet};

/// One step of creation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Create the object.
    Object(ObjectRef),
    /// Create a view with the right columns but no query, or the name of a type written in C.
    Placeholder(ObjectRef),
    /// Replace a placeholder by the view or type.
    Replace(ObjectRef),
    /// Add one default or check to its owner.
    Part(ObjectRef),
}

/// The order of creation.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Before the rows.
    pub(super) early: Vec<Step>,
    /// After the rows, once keys exist.
    pub(super) late: Vec<Step>,
    /// Parts that are not created with their owner.
    pub(super) separate: BTreeSet<ObjectRef>,
}

/// Depends-on sets.
type Edges = BTreeMap<ObjectRef, BTreeSet<ObjectRef>>;

/// Nodes, parts and edges of one database.
struct Graph {
    hard: Edges,
    parts: BTreeMap<ObjectRef, Part>,
    placeholders: BTreeSet<ObjectRef>,
    forced: BTreeSet<ObjectRef>,
    separate: BTreeSet<ObjectRef>,
}

/// Plans the creation of a database.
pub(super) fn plan(database: &Database) -> Plan {
    let (mut graph, keyed) = Graph::new(database);
    let late = graph.late(&keyed);
    let late_parts: Vec<ObjectRef> = graph
        .parts
        .iter()
        .filter(|(_, part)| part.needs.iter().any(|need| late.contains(need)))
        .map(|(part, _)| part.clone())
        .collect();
    graph.separate.extend(late_parts.iter().cloned());

    let early_nodes: BTreeSet<ObjectRef> = graph
        .hard
        .keys()
        .filter(|node| !late.contains(*node))
        .cloned()
        .collect();
    let early = loop {
        match graph.sort(&early_nodes, &late_parts) {
            Ok(steps) => break steps,
            Err(stuck) => graph.cut(&stuck),
        }
    };
    let mut late_steps = loop {
        match graph.sort(&late, &late_parts) {
            Ok(steps) => break steps,
            Err(stuck) => graph.cut(&stuck),
        }
    };
    late_steps.extend(late_parts.into_iter().map(Step::Part));
    Plan {
        early,
        late: late_steps,
        separate: graph.separate,
    }
}

impl Graph {
    /// Builds the graph, and the set of nodes that depend on a key or index.
    fn new(database: &Database) -> (Self, BTreeSet<ObjectRef>) {
        let mut hard: Edges = nodes(database).map(|node| (node, BTreeSet::new())).collect();
        let mut parts = parts(database);
        let aliases: BTreeMap<ObjectRef, ObjectRef> = database
            .sequences
            .iter()
            .filter_map(|sequence| {
                let owner = sequence.owned_by.as_ref().filter(|owner| owner.identity)?;
                Some((
                    ObjectRef::named(ObjectKind::Sequence, &sequence.name),
                    ObjectRef::named(ObjectKind::Table, &owner.table),
                ))
            })
            .collect();
        let mut keyed = BTreeSet::new();
        for dependency in &database.dependencies {
            let object = aliases.get(&dependency.object).unwrap_or(&dependency.object);
            let on = aliases.get(&dependency.on).unwrap_or(&dependency.on);
            let on = parts.get(on).map_or(on, |part| &part.owner).clone();
            if hard.contains_key(&on) {
                if let Some(part) = parts.get_mut(object) {
                    if part.owner != on {
                        part.needs.insert(on);
                    }
                } else if let Some(needs) = hard.get_mut(object)
                    && *object != on
                {
                    needs.insert(on);
                }
            } else if matches!(on.kind, ObjectKind::Constraint | ObjectKind::Index)
                && matches!(object.kind, ObjectKind::View | ObjectKind::Function)
            {
                keyed.insert(object.clone());
            }
        }
        let graph = Self {
            hard,
            parts,
            placeholders: types_in_two_steps(database),
            forced: BTreeSet::new(),
            separate: BTreeSet::new(),
        };
        (graph, keyed)
    }

    /// Everything that can only come after the keys. Tables never do: rows need them.
    fn late(&self, keyed: &BTreeSet<ObjectRef>) -> BTreeSet<ObjectRef> {
        let mut late: BTreeSet<ObjectRef> = keyed
            .iter()
            .filter(|node| self.hard.contains_key(*node))
            .cloned()
            .collect();
        loop {
            let more: Vec<ObjectRef> = self
                .hard
                .iter()
                .filter(|(node, needs)| {
                    node.kind != ObjectKind::Table
                        && !late.contains(*node)
                        && needs.iter().any(|need| late.contains(need))
                })
                .map(|(node, _)| node.clone())
                .collect();
            if more.is_empty() {
                return late;
            }
            late.extend(more);
        }
    }

    /// What each step of a sort needs, in terms of the other steps.
    fn steps(&self, nodes: &BTreeSet<ObjectRef>, without: &[ObjectRef]) -> BTreeMap<Step, BTreeSet<Step>> {
        let mut steps: BTreeMap<Step, BTreeSet<Step>> = BTreeMap::new();
        let create = |node: &ObjectRef| {
            if self.placeholders.contains(node) {
                Step::Placeholder(node.clone())
            } else {
                Step::Object(node.clone())
            }
        };
        // The functions of a type make do with its name, whoever else uses it needs it whole.
        let need = |of: &ObjectRef, need: &ObjectRef| {
            let whole = need.kind == ObjectKind::Type
                && self.placeholders.contains(need)
                && !self.hard.get(need).is_some_and(|functions| functions.contains(of));
            if whole {
                Step::Replace(need.clone())
            } else {
                create(need)
            }
        };
        let wanted = |of: &ObjectRef, needs: &BTreeSet<ObjectRef>| -> BTreeSet<Step> {
            needs
                .iter()
                .filter(|wanted| nodes.contains(*wanted))
                .map(|wanted| need(of, wanted))
                .collect()
        };
        for node in nodes {
            let needs = self.hard.get(node).map(|needs| wanted(node, needs)).unwrap_or_default();
            if self.placeholders.contains(node) {
                let mut needs = needs;
                needs.insert(Step::Placeholder(node.clone()));
                steps.insert(Step::Placeholder(node.clone()), BTreeSet::new());
                steps.insert(Step::Replace(node.clone()), needs);
            } else if self.forced.contains(node) {
                steps.insert(Step::Object(node.clone()), BTreeSet::new());
            } else {
                steps.insert(Step::Object(node.clone()), needs);
            }
        }
        for (name, part) in self
            .parts
            .iter()
            .filter(|(name, part)| nodes.contains(&part.owner) && !without.contains(name))
        {
            let mut needs = wanted(name, &part.needs);
            if self.separate.contains(name) {
                needs.insert(create(&part.owner));
                steps.insert(Step::Part(name.clone()), needs);
            } else if let Some(owner) = steps.get_mut(&create(&part.owner)) {
                owner.append(&mut needs);
            }
        }
        steps
    }

    /// Sorts; on a cycle, answers the objects on it.
    fn sort(&self, nodes: &BTreeSet<ObjectRef>, without: &[ObjectRef]) -> Result<Vec<Step>, BTreeSet<ObjectRef>> {
        let mut needs = self.steps(nodes, without);
        let mut needed_by: BTreeMap<Step, Vec<Step>> = BTreeMap::new();
        for (step, of) in &needs {
            for need in of {
                needed_by.entry(need.clone()).or_default().push(step.clone());
            }
        }
        let mut ready: BTreeSet<(u8, Step)> = needs
            .iter()
            .filter(|(_, of)| of.is_empty())
            .map(|(step, _)| (rank(step), step.clone()))
            .collect();
        let mut sorted = Vec::with_capacity(needs.len());
        while let Some((_, step)) = ready.pop_first() {
            for dependent in needed_by.get(&step).into_iter().flatten() {
                if let Some(of) = needs.get_mut(dependent)
                    && of.remove(&step)
                    && of.is_empty()
                {
                    ready.insert((rank(dependent), dependent.clone()));
                }
            }
            needs.remove(&step);
            sorted.push(step);
        }
        if needs.is_empty() { Ok(sorted) } else { Err(core(needs)) }
    }

    /// Takes something off the cycle so that the next sort gets further.
    fn cut(&mut self, stuck: &BTreeSet<ObjectRef>) {
        let parts: Vec<ObjectRef> = self
            .parts
            .iter()
            .filter(|(name, part)| {
                !self.separate.contains(*name)
                    && stuck.contains(&part.owner)
                    && part.needs.iter().any(|need| stuck.contains(need))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if !parts.is_empty() {
            self.separate.extend(parts);
        } else if let Some(view) = stuck
            .iter()
            .find(|node| node.kind == ObjectKind::View && !self.placeholders.contains(*node))
        {
            self.placeholders.insert(view.clone());
        } else if let Some(node) = stuck.iter().find(|node| !self.forced.contains(*node)) {
            self.forced.insert(node.clone());
        }
    }
}

/// What is left of a stuck sort once everything that merely waits for the cycle is taken away.
fn core(mut needs: BTreeMap<Step, BTreeSet<Step>>) -> BTreeSet<ObjectRef> {
    loop {
        let needed: BTreeSet<Step> = needs.values().flatten().cloned().collect();
        let before = needs.len();
        needs.retain(|step, _| needed.contains(step));
        if needs.len() == before {
            break;
        }
    }
    needs
        .into_keys()
        .map(|step| match step {
            Step::Object(node) | Step::Placeholder(node) | Step::Replace(node) | Step::Part(node) => node,
        })
        .collect()
}

/// The tie-break: by kind, replacements and parts as soon as they can be.
fn rank(step: &Step) -> u8 {
    match step {
        Step::Part(_) | Step::Replace(_) => 0,
        Step::Object(node) | Step::Placeholder(node) => 1 + node.kind as u8,
    }
}
