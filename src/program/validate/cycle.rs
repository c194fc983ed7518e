//! Cycles in graphs whose vertices are rows, in linear time and without recursion.

use std::collections::VecDeque;

/// The edges of a graph: the `k`th successor of a vertex, `None` after the last.
pub(super) type Edges<'a> = &'a dyn Fn(usize, usize) -> Option<usize>;

/// The strongly connected component of every vertex (R. Tarjan, Depth-first search and linear graph algorithms, 1972).
pub(super) fn components(count: usize, edges: Edges<'_>) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut order = vec![NONE; count];
    let mut low = vec![0; count];
    let mut component = vec![NONE; count];
    let (mut next, mut found) = (0, 0);
    let mut open: Vec<usize> = Vec::new();
    let mut calls: Vec<(usize, usize)> = Vec::new();
    for root in 0..count {
        if order[root] != NONE {
            continue;
        }
        calls.push((root, 0));
        while let Some((vertex, k)) = calls.pop() {
            #[cfg(test)]
            crate::program::testing::work::looked_at(1);
            if k == 0 {
                order[vertex] = next;
                low[vertex] = next;
                next += 1;
                open.push(vertex);
            }
            match edges(vertex, k) {
                Some(to) => {
                    calls.push((vertex, k + 1));
                    if order[to] == NONE {
                        calls.push((to, 0));
                    } else if component[to] == NONE {
                        low[vertex] = low[vertex].min(order[to]);
                    }
                }
                None => {
                    if low[vertex] == order[vertex] {
                        while let Some(member) = open.pop() {
                            component[member] = found;
                            if member == vertex {
                                break;
                            }
                        }
                        found += 1;
                    }
                    if let Some(&(caller, _)) = calls.last() {
                        low[caller] = low[caller].min(low[vertex]);
                    }
                }
            }
        }
    }
    component
}

/// A shortest way from `from` over its successors back to `from`, which it starts and ends with. All vertices on it
/// are of one component; empty where there is none.
pub(super) fn cycle(from: usize, component: &[usize], edges: Edges<'_>) -> Vec<usize> {
    let mut came_from = std::collections::HashMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(vertex) = queue.pop_front() {
        let mut k = 0;
        while let Some(to) = edges(vertex, k) {
            #[cfg(test)]
            crate::program::testing::work::looked_at(1);
            k += 1;
            if component[to] != component[from] {
                continue;
            }
            if to == from {
                let mut way = vec![from, vertex];
                let mut at = vertex;
                while at != from {
                    at = came_from.get(&at).copied().unwrap_or(from);
                    way.push(at);
                }
                way.reverse();
                if vertex == from {
                    way = vec![from, from];
                }
                return way;
            }
            if let std::collections::hash_map::Entry::Vacant(entry) = came_from.entry(to) {
                entry.insert(vertex);
                queue.push_back(to);
            }
        }
    }
    Vec::new()
}

/// `a -> b -> a`; the middle of a long one is left out.
pub(super) fn print(way: &[usize], name: impl Fn(usize) -> String) -> String {
    const SHOWN_MAX: usize = 12;
    let mut names: Vec<String> = Vec::new();
    for (at, &vertex) in way.iter().enumerate() {
        if way.len() <= SHOWN_MAX || at < SHOWN_MAX - 2 || at + 1 == way.len() {
            names.push(name(vertex));
        } else if at == SHOWN_MAX - 2 {
            names.push(format!("({} more)", way.len() - SHOWN_MAX + 1));
        }
    }
    names.join(" -> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles() {
        let check = |graph: &[&[usize]], from: usize, expected: &[usize]| {
            let edges = |vertex: usize, k: usize| graph[vertex].get(k).copied();
            let component = components(graph.len(), &edges);
            assert_eq!(cycle(from, &component, &edges), expected, "{graph:?}");
        };
        check(&[&[0]], 0, &[0, 0]);
        check(&[&[1], &[0]], 0, &[0, 1, 0]);
        check(&[&[1], &[2], &[0, 1]], 0, &[0, 1, 2, 0]);
        check(&[&[1], &[2], &[0, 1]], 1, &[1, 2, 1]);
        check(&[&[1], &[]], 0, &[]);
        check(&[&[1], &[1]], 0, &[]);
    }

    #[test]
    fn long_chains_do_not_recurse() {
        let count = 200_000;
        let edges = |vertex: usize, k: usize| (k == 0).then_some((vertex + 1) % count);
        let component = components(count, &edges);
        assert!(component.iter().all(|&c| c == component[0]));
        assert_eq!(cycle(0, &component, &edges).len(), count + 1);
        assert!(print(&cycle(0, &component, &edges), |v| v.to_string()).contains("(199990 more)"));
    }
}
