//! Keys of state and names of paths: from the names and the text around an operator, never from its number, so that an
//! edit elsewhere keeps its state.
//!
//! The only state under a name has that name as its key. Where there are several under one name, the key is extended
//! until it is unique: by the functions they are in, then by the first argument of these, then by all arguments.
//! Operators that agree in all of that share one state. Paths are named in the same way, and those that agree in all of
//! that by their outlines.

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

/// The most characters of a key; a number may come after it.
const KEY_MAX: usize = limits::NAME_MAX - 8;
/// The most characters of a level, and of the arguments of one part of it.
const LEVEL_MAX: usize = 300;
const ARGUMENTS_MAX: usize = 120;

/// The namespace of a key: keys of different kinds do not collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Cell,
    Path,
    Phase,
    Continuity,
    Fade,
    Event,
    List,
}

/// State or a path that was made by one operator.
struct Made {
    kind: Kind,
    task: TaskId,
    base: String,
    /// Extensions of the base, from coarse to fine.
    levels: Vec<String>,
    /// Rows of the builder, each with a suffix that is unique within the operator.
    rows: Vec<(u32, String)>,
}

/// Where the elaborator is, and what state it has made.
#[derive(Default)]
pub(super) struct StateKeys<'a> {
    task: TaskId,
    base: String,
    path: Vec<Part<'a>>,
    made: Vec<Made>,
    phases: u32,
    /// The first argument and all arguments of a call, by the place of the first.
    texts: HashMap<Span, [String; 2]>,
}

impl<'a> StateKeys<'a> {
    /// A task begins.
    pub(super) fn begin(&mut self, task: TaskId, key: &str) {
        self.task = task;
        self.base = key.to_owned();
        self.path.clear();
    }

    /// Sets the owner of the state that follows, such as `dots.circle.size`.
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
    pub(super) fn made(&mut self, sources: &Sources, cells: Vec<(u32, String)>) {
        let levels = self.levels(sources);
        self.note(Kind::Cell, levels, cells);
    }

    /// Notes the events that an operator made here.
    pub(super) fn made_events(&mut self, sources: &Sources, events: Vec<(u32, String)>) {
        if !events.is_empty() {
            let levels = self.levels(sources);
            self.note(Kind::Event, levels, events);
        }
    }

    /// Notes a path that was made here. `content` is all that it is made of.
    pub(super) fn made_path(&mut self, sources: &Sources, row: u32, content: &str) {
        let mut levels = self.levels(sources);
        levels.push(format!("{}#{:016x}", levels[2], twox_hash::XxHash3_64::oneshot(content.as_bytes())));
        self.note(Kind::Path, levels, vec![(row, String::new())]);
    }

    fn note(&mut self, kind: Kind, levels: Vec<String>, rows: Vec<(u32, String)>) {
        self.made.push(Made { kind, task: self.task, base: self.base.clone(), levels, rows });
    }

    /// Notes a list of groups that was made here. `content` is all that it is made of.
    pub(super) fn made_list(&mut self, sources: &Sources, row: u32, content: &str) {
        let mut levels = self.levels(sources);
        levels.push(shortened(format!("{}: {}", levels[2], plain(content)), LEVEL_MAX));
        self.note(Kind::List, levels, vec![(row, String::new())]);
    }

    /// Extensions of the base here, from coarse to fine.
    fn levels(&mut self, sources: &Sources) -> Vec<String> {
        (0..3).map(|level| self.level(level, sources)).collect()
    }

    /// How many phases there are.
    pub(super) fn phases(&self) -> usize {
        self.phases as usize
    }

    /// Notes that a phase was made here.
    pub(super) fn made_phase(&mut self, sources: &Sources) {
        self.made_by_names(Kind::Phase, sources, self.phases);
        self.phases += 1;
    }

    /// Notes that a fade was made here.
    pub(super) fn made_fade(&mut self, sources: &Sources, row: u32) {
        self.made_by_names(Kind::Fade, sources, row);
    }

    /// Notes something of which only names count, not what anything was given: the period may be edited, and stands in
    /// the text of everything around it. Several under the same names are told apart by their order.
    fn made_by_names(&mut self, kind: Kind, sources: &Sources, row: u32) {
        let own = self.path.pop();
        let level = self.level(0, sources);
        self.path.extend(own);
        self.note(kind, vec![level], vec![(row, String::new())]);
    }

    /// Notes the continuity of the definition that is elaborated: it has one at most.
    pub(super) fn made_continuity(&mut self, row: u32) {
        self.note(Kind::Continuity, vec![String::new()], vec![(row, String::new())]);
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

    /// Gives every cell, event, path, phase, continuity, fade and list of groups the coarsest key that no other of its kind has.
    pub(super) fn assign(&self, builder: &Builder) {
        let mut by_base: BTreeMap<(Kind, TaskId, &str), Vec<&Made>> = BTreeMap::new();
        for made in &self.made {
            by_base.entry((made.kind, made.task, &made.base)).or_default().push(made);
        }
        let mut taken: HashMap<Kind, HashMap<String, u32>> = HashMap::new();
        for ((kind, _, base), group) in by_base {
            let taken = taken.entry(kind).or_default();
            let mut counts: HashMap<(usize, &str), u32> = HashMap::new();
            for made in &group {
                for level in made.levels.iter().enumerate() {
                    *counts.entry((level.0, level.1)).or_insert(0) += 1;
                }
            }
            for made in &group {
                let is_own = |level: &(usize, &String)| counts[&(level.0, level.1.as_str())] == 1;
                let level = made.levels.iter().enumerate().find(is_own).map(|(_, level)| level);
                let key = match level.or(made.levels.last()).filter(|_| group.len() > 1) {
                    None => base.to_owned(),
                    Some(level) => format!("{base}{level}"),
                };
                for &(row, ref suffix) in &made.rows {
                    let key = unique(taken, shortened(format!("{key}{suffix}"), KEY_MAX));
                    match kind {
                        Kind::Cell => builder.rename_cell(row, key),
                        Kind::Path => builder.rename_path(row, key),
                        Kind::Phase => builder.rename_phase(row, key),
                        Kind::Continuity => builder.rename_continuity(row, key),
                        Kind::Fade => builder.rename_fade(row, key),
                        Kind::Event => builder.rename_event(row, key),
                        Kind::List => builder.rename_list(row, key),
                    }
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
