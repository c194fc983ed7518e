//! Ways through a tree.

use std::fmt;

use super::id::{Key, ScopeId};
use super::row::NONE;
use super::tree::Scopes;

/// A scope as it is met on a way through the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub scope: ScopeId,
    /// What it is of.
    pub key: Key,
    /// How far below the first one it is.
    pub depth: u32,
    /// How many values it owns.
    pub owned: u32,
}

/// Scopes from one on, each before its children, these in the order in which they were made.
#[derive(Clone, Debug)]
pub struct Nodes<'a, T> {
    scopes: &'a Scopes<T>,
    top: u32,
    next: u32,
    depth: u32,
}

impl<T: Copy> Scopes<T> {
    /// A scope and all below it; nothing where it is gone.
    pub fn nodes(&self, from: ScopeId) -> Nodes<'_, T> {
        let top = if self.find(from).is_some() { from.index } else { NONE };
        Nodes { scopes: self, top, next: top, depth: 0 }
    }

    /// The scope after this one on a way from `top`, and how much further down it is. It needs no borrow between two steps,
    /// so between [`begin_walk`](Self::begin_walk) and [`end_walk`](Self::end_walk) the tree may be changed: nothing goes
    /// then, and what was made after the walk began is met as well where it stands further on.
    pub fn step(&self, top: ScopeId, at: ScopeId) -> Option<(ScopeId, i32)> {
        let (_, _) = (self.find(top)?, self.find(at)?);
        let (next, deeper) = self.after(top.index, at.index);
        self.rows.get(next as usize).map(|row| (row.id(next), deeper))
    }

    /// The row after one, and how much further down it is.
    fn after(&self, top: u32, at: u32) -> (u32, i32) {
        let child = self.rows[at as usize].first_child;
        if child != NONE {
            return (child, 1);
        }
        let (mut at, mut deeper) = (at, 0);
        while at != top {
            let row = &self.rows[at as usize];
            if row.next != NONE {
                return (row.next, deeper);
            }
            at = row.parent;
            deeper -= 1;
        }
        (NONE, 0)
    }

    /// The tree as text, a line for each scope: what `inspect --scopes` prints.
    pub fn tree(&self) -> impl fmt::Display + '_ {
        Tree(self)
    }
}

impl<T: Copy> Iterator for Nodes<'_, T> {
    type Item = Node;

    fn next(&mut self) -> Option<Node> {
        let row = self.scopes.rows.get(self.next as usize)?;
        let node = Node { scope: row.id(self.next), key: row.key, depth: self.depth, owned: row.owned };
        let (next, deeper) = self.scopes.after(self.top, self.next);
        self.next = next;
        self.depth = self.depth.saturating_add_signed(deeper);
        Some(node)
    }
}

struct Tree<'a, T>(&'a Scopes<T>);

impl<T: Copy> fmt::Display for Tree<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scopes = self.0;
        for node in scopes.nodes(scopes.root()) {
            let indent = 2 * node.depth as usize;
            write!(f, "{:indent$}{} ({})", "", node.key, node.scope)?;
            match node.owned {
                0 => writeln!(f)?,
                1 => writeln!(f, ": 1 value")?,
                owned => writeln!(f, ": {owned} values")?,
            }
        }
        let counters = scopes.counters();
        writeln!(
            f,
            "{} created = {} dropped + {} live; {} rejected",
            counters.created,
            counters.dropped,
            scopes.live(),
            counters.rejected
        )
    }
}
