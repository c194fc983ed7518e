//! Keys of state: from the names and the text around an operator, never from its number, so that an edit elsewhere
//! keeps what it remembers.
//!
//! The only state under a name has that name as its key. Where there are several under one name, as much is added as
//! tells them apart: the functions they stand in, then what these are given first, then everything they are given.
//! Operators that agree in all of that are the same state.

use std::collections::{BTreeMap, HashSet};

use crate::language::project::TaskId;
use crate::language::source::{Sources, Span};
use crate::language::syntax::Argument;
use crate::program::{Builder, limits};

/// A function or a name on the way to an operator.
struct Part<'a> {
    name: &'a str,
    arguments: Vec<Span>,
}

/// State that was made by one operator.
struct Made {
    task: TaskId,
    base: String,
    /// From coarse to fine: what is added to the base.
    levels: [String; 3],
    /// Rows of the builder, each with what tells it from the operator's others.
    cells: Vec<(u32, &'static str)>,
}

/// Where the elaborator is, and what state it has made.
#[derive(Default)]
pub(super) struct Keys<'a> {
    task: TaskId,
    base: String,
    path: Vec<Part<'a>>,
    made: Vec<Made>,
}

impl<'a> Keys<'a> {
    /// A task begins.
    pub(super) fn begin(&mut self, task: TaskId, key: &str) {
        self.task = task;
        self.base = key.to_owned();
        self.path.clear();
    }

    /// What the state that follows belongs to, such as `dots.circle.size`.
    pub(super) fn rebase(&mut self, base: String) {
        self.base = base;
    }

    /// A function or a local name begins.
    pub(super) fn enter(&mut self, name: &'a str, arguments: &'a [Argument]) {
        self.path.push(Part { name, arguments: arguments.iter().map(|a| a.value.span).collect() });
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// The finest name of where the elaborator is.
    pub(super) fn place(&self, sources: &Sources) -> String {
        format!("{}{}", self.base, self.level(2, sources))
    }

    /// Notes what an operator made here.
    pub(super) fn made(&mut self, sources: &Sources, cells: Vec<(u32, &'static str)>) {
        let levels = [0, 1, 2].map(|level| self.level(level, sources));
        self.made.push(Made { task: self.task, base: self.base.clone(), levels, cells });
    }

    fn level(&self, level: usize, sources: &Sources) -> String {
        let mut text = String::new();
        for part in &self.path {
            text.push('/');
            text.push_str(part.name);
            let shown = match level {
                0 => 0,
                1 => 1,
                _ => part.arguments.len(),
            };
            if shown > 0 && !part.arguments.is_empty() {
                let arguments: Vec<String> =
                    part.arguments.iter().take(shown).map(|&span| plain(sources.text(span))).collect();
                text.push_str(&format!("({})", arguments.join(", ")));
            }
        }
        text
    }

    /// Gives every cell the coarsest key that no other has.
    pub(super) fn assign(&self, builder: &Builder) {
        let mut by_base: BTreeMap<(TaskId, &str), Vec<&Made>> = BTreeMap::new();
        for made in &self.made {
            by_base.entry((made.task, &made.base)).or_default().push(made);
        }
        let mut taken: HashSet<String> = HashSet::new();
        for ((_, base), group) in by_base {
            for made in &group {
                let level = (0..3).find(|&level| {
                    group.iter().filter(|other| other.levels[level] == made.levels[level]).count() == 1
                });
                let key = match (group.len(), level) {
                    (1, _) => base.to_owned(),
                    (_, level) => format!("{base}{}", made.levels[level.unwrap_or(2)]),
                };
                for &(cell, suffix) in &made.cells {
                    builder.rename_cell(cell, unique(&mut taken, shortened(format!("{key}{suffix}"))));
                }
            }
        }
    }
}

/// Text on one line, without comments' and indentation's whims.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A key that is too long keeps its beginning, and a hash of all of it.
fn shortened(key: String) -> String {
    let most = limits::NAME_MAX - 8;
    if key.chars().count() <= most {
        return key;
    }
    let hash = twox_hash::XxHash3_64::oneshot(key.as_bytes());
    let start: String = key.chars().take(most - 17).collect();
    format!("{start}#{hash:016x}")
}

/// Two draws without a label may come to the same key: the later one says so.
fn unique(taken: &mut HashSet<String>, key: String) -> String {
    if taken.insert(key.clone()) {
        return key;
    }
    let mut number = 2;
    loop {
        let candidate = format!("{key} ({number})");
        if taken.insert(candidate.clone()) {
            return candidate;
        }
        number += 1;
    }
}
