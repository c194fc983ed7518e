//! Keys of state: from the names and the text around an operator, never from its number, so that an edit elsewhere
//! keeps what it remembers.
//!
//! The only state under a name has that name as its key. Where there are several under one name, as much is added as
//! tells them apart: the functions they stand in, then what these are given first, then everything they are given.
//! Operators that agree in all of that are the same state.

use std::collections::{BTreeMap, HashMap};

use crate::language::project::TaskId;
use crate::language::source::{Sources, Span};
use crate::language::syntax::Argument;
use crate::program::{Builder, limits};

/// A function or a name on the way to an operator.
struct Part<'a> {
    name: &'a str,
    arguments: &'a [Argument],
}

/// The most characters of a key; a number may come behind it.
const KEY_MAX: usize = limits::NAME_MAX - 8;
/// The most characters of a level, and of the arguments of one part of it.
const LEVEL_MAX: usize = 300;
const ARGUMENTS_MAX: usize = 120;

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
    /// The same of phases, which have keys of their own.
    phases: Vec<Made>,
    /// The first argument and all arguments of a call, by the place of the first.
    texts: HashMap<Span, [String; 2]>,
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
        self.path.push(Part { name, arguments });
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// The finest name of where the elaborator is.
    pub(super) fn place(&mut self, sources: &Sources) -> String {
        let level = self.level(2, sources);
        format!("{}{level}", self.base)
    }

    /// Notes what an operator made here.
    pub(super) fn made(&mut self, sources: &Sources, cells: Vec<(u32, &'static str)>) {
        let levels = [0, 1, 2].map(|level| self.level(level, sources));
        self.made.push(Made { task: self.task, base: self.base.clone(), levels, cells });
    }

    /// How many phases there are.
    pub(super) fn phases(&self) -> usize {
        self.phases.len()
    }

    /// Notes that a phase was made here. Only names count, not what anything was given: the period may be edited, and
    /// stands in the text of everything around it. Several under the same names are told apart by their order.
    pub(super) fn made_phase(&mut self, sources: &Sources) {
        let own = self.path.pop();
        let level = self.level(0, sources);
        self.path.extend(own);
        let levels = [level.clone(), level.clone(), level];
        let cells = vec![(self.phases.len() as u32, "")];
        self.phases.push(Made { task: self.task, base: self.base.clone(), levels, cells });
    }

    fn level(&mut self, level: usize, sources: &Sources) -> String {
        let mut text = String::new();
        for part in &self.path {
            text.push('/');
            text.push_str(part.name);
            let Some(first) = part.arguments.first().filter(|_| level > 0) else { continue };
            let texts = self.texts.entry(first.value.span).or_insert_with(|| {
                let plain = |argument: &Argument| plain(sources.text(argument.value.span));
                let all: Vec<String> = part.arguments.iter().map(plain).collect();
                [shortened(all[0].clone(), ARGUMENTS_MAX), shortened(all.join(", "), ARGUMENTS_MAX)]
            });
            text.push_str(&format!("({})", texts[usize::from(level > 1)]));
        }
        shortened(text, LEVEL_MAX)
    }

    /// Gives every cell, and every phase, the coarsest key that no other has.
    pub(super) fn assign(&self, builder: &Builder) {
        Self::assign_each(&self.made, |cell, key| builder.rename_cell(cell, key));
        Self::assign_each(&self.phases, |row, key| builder.rename_phase(row, key));
    }

    fn assign_each(all: &[Made], rename: impl Fn(u32, String)) {
        let mut by_base: BTreeMap<(TaskId, &str), Vec<&Made>> = BTreeMap::new();
        for made in all {
            by_base.entry((made.task, &made.base)).or_default().push(made);
        }
        let mut taken: HashMap<String, u32> = HashMap::new();
        for ((_, base), group) in by_base {
            let mut counts: [HashMap<&str, u32>; 3] = Default::default();
            for made in &group {
                for (counts, level) in counts.iter_mut().zip(&made.levels) {
                    *counts.entry(level).or_insert(0) += 1;
                }
            }
            for made in &group {
                let level = (0..3).find(|&level| counts[level][made.levels[level].as_str()] == 1);
                let key = match (group.len(), level) {
                    (1, _) => base.to_owned(),
                    (_, level) => format!("{base}{}", made.levels[level.unwrap_or(2)]),
                };
                for &(cell, suffix) in &made.cells {
                    rename(cell, unique(&mut taken, shortened(format!("{key}{suffix}"), KEY_MAX)));
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
fn shortened(key: String, most: usize) -> String {
    if key.chars().count() <= most {
        return key;
    }
    let hash = twox_hash::XxHash3_64::oneshot(key.as_bytes());
    let start: String = key.chars().take(most - 17).collect();
    format!("{start}#{hash:016x}")
}

/// Two draws without a label, or two phases of one value, may come to the same key: the later one says so.
fn unique(taken: &mut HashMap<String, u32>, key: String) -> String {
    let Some(times) = taken.get(&key).copied() else {
        taken.insert(key.clone(), 1);
        return key;
    };
    let mut number = times;
    loop {
        number += 1;
        let candidate = format!("{key} ({number})");
        if !taken.contains_key(&candidate) {
            taken.insert(candidate.clone(), 1);
            taken.insert(key, number);
            return candidate;
        }
    }
}
