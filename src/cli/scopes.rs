//! What lives in an engine at a frame: the tree of `pavane inspect --scopes`.

use std::fmt;

use serde::Serialize;

use super::report::Named;
use crate::engine::{Engine, OfScope, ScopeCounters};
use crate::scopes::Key;

/// The scopes of a run.
#[derive(Debug, Serialize)]
pub(super) struct ScopeReport {
    #[serde(flatten)]
    counters: ScopeCounters,
    lists: Named<Vec<RowReport>>,
}

/// A row of a list, with what goes with it.
#[derive(Debug, Serialize)]
struct RowReport {
    id: u64,
    /// The domains that have an element of it.
    elements: Vec<String>,
    /// The events that wait for it.
    cues: Vec<String>,
}

impl ScopeReport {
    /// A report on the frame that the engine is at.
    pub(super) fn new(engine: &Engine) -> Self {
        let data = engine.program().data();
        let tree = engine.scopes();
        let mut lists: Vec<(String, Vec<RowReport>)> = Vec::new();
        for node in tree.nodes(tree.root()) {
            match (node.key, lists.last_mut()) {
                (Key::List(row), _) => lists.push((data.lists[row as usize].key.clone(), Vec::new())),
                (Key::Item(id), Some((_, rows))) => {
                    let mut row = RowReport { id, elements: Vec::new(), cues: Vec::new() };
                    for owned in tree.owned(node.scope) {
                        match owned {
                            OfScope::Element { domain } => {
                                row.elements.push(data.domains[domain as usize].name.clone());
                            }
                            OfScope::Cue { event } => row.cues.push(data.events[event as usize].key.clone()),
                        }
                    }
                    // It owns the newest first.
                    row.elements.reverse();
                    row.cues.reverse();
                    rows.push(row);
                }
                (Key::Item(_), None) | (Key::Root | Key::When(..), _) => {}
            }
        }
        Self { counters: engine.scope_counters(), lists: Named(lists) }
    }
}

impl fmt::Display for ScopeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "program")?;
        for (name, rows) in &self.lists.0 {
            writeln!(f, "  list {name}, {} row{}", rows.len(), if rows.len() == 1 { "" } else { "s" })?;
            for RowReport { id, elements, cues } in rows {
                let elements = elements.iter().map(|domain| format!("an element of {domain}"));
                let owned: Vec<String> =
                    elements.chain(cues.iter().map(|event| format!("a cue {event}"))).collect();
                match owned.as_slice() {
                    [] => writeln!(f, "    row {id}")?,
                    owned => writeln!(f, "    row {id}: {}", owned.join(", "))?,
                }
            }
        }
        let ScopeCounters { created, dropped, live, rejected } = self.counters;
        writeln!(f, "{created} created = {dropped} dropped + {live} live; {rejected} rejected")
    }
}
