//! Circles among steps.

use super::{Step, StepId};
use std::collections::BTreeMap;

/// The circles among stuck steps: the strongly connected components of more than one, by Tarjan's algorithm, each in
/// the steps' order.
pub(super) fn circles(steps: &BTreeMap<StepId, Step>) -> Vec<Vec<StepId>> {
    let ids: Vec<&StepId> = steps.keys().collect();
    let number: BTreeMap<&StepId, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let edges: Vec<Vec<usize>> = steps
        .values()
        .map(|step| {
            let targets = step.needs.iter().chain(&step.wishes);
            targets.filter_map(|id| number.get(id).copied()).collect()
        })
        .collect();
    let mut found: Vec<Vec<StepId>> = components(&edges)
        .into_iter()
        .filter(|component| component.len() > 1)
        .map(|mut component| {
            component.sort_unstable();
            component
                .into_iter()
                .filter_map(|at| ids.get(at).map(|id| (*id).clone()))
                .collect()
        })
        .collect();
    found.sort();
    found
}

/// Strongly connected components of a graph given by each node's successors.
pub(crate) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..edges.len() {
        if index[root] != UNSEEN {
            continue;
        }
        // The path from the root, with the next successor of each node to look at.
        let mut path = vec![(root, 0)];
        while let Some((node, position)) = path.pop() {
            if position == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(successor) = edges[node].get(position).copied() {
                path.push((node, position + 1));
                if index[successor] == UNSEEN {
                    path.push((successor, 0));
                } else if on_stack[successor] {
                    low[node] = low[node].min(index[successor]);
                }
                continue;
            }
            if let Some((parent, _)) = path.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == index[node] {
                let start = stack.iter().rposition(|member| *member == node).unwrap_or_default();
                let component = stack.split_off(start);
                for member in &component {
                    on_stack[*member] = false;
                }
                found.push(component);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_chains_are_not() {
        let edges = vec![vec![1], vec![2], vec![0, 3], vec![4], vec![], vec![4, 6], vec![5]];
        let mut found = components(&edges);
        for component in &mut found {
            component.sort_unstable();
        }
        found.retain(|component| component.len() > 1);
        found.sort();
        assert_eq!(found, [vec![0, 1, 2], vec![5, 6]]);
    }
}
