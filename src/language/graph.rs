//! Dependencies as rows that name rows: a topological order, and the cycles where there is none.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::diagnostic::quote;

/// Sorts so that each comes after its dependencies; those on or after a cycle are given apart. Rows from `eager` on come
/// as soon as they can, so that they change nothing about the order of the others.
pub(super) fn sort(needs: &[Vec<usize>], eager: usize) -> (Vec<usize>, Vec<usize>) {
    let mut waits: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (at, needs) in needs.iter().enumerate() {
        needs.iter().for_each(|&need| users[need].push(at));
    }
    let key = |at: usize| (at < eager, at);
    let mut ready: BTreeSet<(bool, usize)> = (0..needs.len()).filter(|&at| waits[at] == 0).map(key).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some((_, at)) = ready.pop_first() {
        order.push(at);
        for &user in &users[at] {
            waits[user] -= 1;
            if waits[user] == 0 {
                ready.insert(key(user));
            }
        }
    }
    let placed: HashSet<usize> = order.iter().copied().collect();
    let left = (0..needs.len()).filter(|at| !placed.contains(at)).collect();
    (order, left)
}

/// How many members of a cycle are named.
pub(super) const CYCLE_SHOWN: usize = 8;

/// `a` -> `b` -> `a`, for people; of a long cycle its beginning.
pub(super) fn cycle_text<'n>(rows: &[usize], name: impl Fn(usize) -> &'n str) -> String {
    let mut text: String =
        rows.iter().take(CYCLE_SHOWN).map(|&row| format!("{} -> ", quote(name(row)))).collect();
    if let Some(more) = rows.len().checked_sub(CYCLE_SHOWN).filter(|&more| more > 0) {
        text += &format!("{more} more -> ");
    }
    text + &quote(name(rows[0]))
}

/// A cycle for each group of rows that need one another, each starting at its first row.
pub(super) fn cycles(needs: &[Vec<usize>], left: &[usize]) -> Vec<Vec<usize>> {
    let open: HashSet<usize> = left.iter().copied().collect();
    let mut seen: HashSet<usize> = HashSet::new();
    let mut found = Vec::new();
    for &start in left {
        // Every row here needs another one here: walking on comes back to where it has been.
        let (mut path, mut at) = (Vec::new(), start);
        let mut on_path: HashMap<usize, usize> = HashMap::new();
        while seen.insert(at) {
            on_path.insert(at, path.len());
            path.push(at);
            match needs[at].iter().copied().find(|need| open.contains(need)) {
                Some(need) => at = need,
                None => break,
            }
        }
        if let Some(&from) = on_path.get(&at) {
            let mut cycle = path.split_off(from);
            let first = cycle.iter().enumerate().min_by_key(|&(_, &row)| row).map_or(0, |(k, _)| k);
            cycle.rotate_left(first);
            found.push(cycle);
        }
    }
    found
}
