//! The parts of a patch: the files as modules, and in them the tasks, one for each statement that defines, keeps or
//! draws something. Finds the dependencies of each task, and from them the order.

mod collect;
mod fields;
mod needs;
mod timelines;

use std::collections::HashMap;
use std::sync::Arc;

use super::artwork::Artwork;
use super::data::DataTable;
use super::graph::{cycles, sort};
use super::images::Decoded;
use super::problems::{Problems, Reported};
use super::source::Span;
use super::syntax::{
    Argument, Continuity, Edit, Elements, Entry, Expr, FunctionParameter, ListColumn, Name, Part, Row, Text,
    Tree,
};
use crate::program::Gather;
use collect::Collector;
pub(super) use timelines::TIMELINE_VALUES;

/// Row in [`Project::tasks`].
pub(super) type TaskId = usize;
/// Row in [`Project::modules`].
pub(super) type ModuleId = usize;
/// Row in [`Project::domains`].
pub(super) type DomainId = usize;

/// Row in [`Project::timelines`].
pub(super) type TimelineId = usize;

/// The value that says where hit tests look.
pub(super) const POINTER: &str = "pointer";
/// The input by which elements are matched with those that are near.
pub(super) const PLACE: &str = "position";
/// The element that one of an inner domain is in.
pub(super) const PARENT: &str = "parent";

/// The meaning of a name in a module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    Value(TaskId),
    Domain(DomainId),
    Module(ModuleId),
    Camera(TaskId),
    Image(TaskId),
    Timeline(TimelineId),
}

impl Meaning {
    /// The task of a value.
    pub(super) fn value(self) -> Option<TaskId> {
        match self {
            Self::Value(task) => Some(task),
            Self::Domain(_) | Self::Module(_) | Self::Camera(_) | Self::Image(_) | Self::Timeline(_) => None,
        }
    }

    /// For people.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Value(_) => "a value",
            Self::Domain(_) => "a domain",
            Self::Module(_) => "a used file",
            Self::Camera(_) => "a camera",
            Self::Image(_) => "an image",
            Self::Timeline(_) => "a timeline",
        }
    }
}

/// A function of the patch.
#[derive(Debug)]
pub(super) struct PatchFunction<'a> {
    pub(super) name: &'a Name,
    pub(super) parameters: &'a [FunctionParameter],
    pub(super) body: &'a Expr,
    pub(super) module: ModuleId,
    /// Tasks that the body reads, and after all tasks the functions that it calls.
    pub(super) needs: Vec<TaskId>,
    /// It calls itself, or one that does.
    pub(super) recursion: Option<Reported>,
}

/// A file under the name that uses it.
#[derive(Debug, Default)]
pub(super) struct Module<'a> {
    /// The prefix of its names: empty, or `ring.`.
    pub(super) prefix: String,
    pub(super) file: u16,
    pub(super) names: HashMap<&'a str, (Meaning, Span)>,
    /// Rows in [`Project::functions`].
    pub(super) functions: HashMap<&'a str, usize>,
    /// The camera of draws that name none.
    pub(super) camera: Option<TaskId>,
    /// It is in place of a file that could not be had: nothing is known about its names.
    pub(super) missing: Option<Reported>,
    /// Stands for who gives values from outside, and knows no names.
    pub(super) is_given: bool,
}

/// A domain.
#[derive(Debug)]
pub(super) struct PatchDomain<'a> {
    pub(super) name: &'a Name,
    /// With the module's prefix and the names of the domains around it.
    pub(super) full: String,
    /// The domain in whose block it is.
    pub(super) outer: Option<DomainId>,
    pub(super) task: TaskId,
    pub(super) names: HashMap<&'a str, (Meaning, Span)>,
}

/// A timeline.
#[derive(Debug)]
pub(super) struct PatchTimeline<'a> {
    pub(super) name: &'a Name,
    pub(super) task: TaskId,
    /// Its parts, and the values that every timeline has.
    pub(super) names: HashMap<&'a str, TaskId>,
}

/// A value of a timeline.
#[derive(Clone, Copy, Debug)]
pub(super) enum TimelineValue {
    /// How far a part has come, by its row.
    Part(usize),
    /// When the last part ends.
    End,
    /// Whether it has begun and not ended.
    Playing,
    /// The time since it began.
    Time,
}

/// A part of a text field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldPart {
    /// How many characters are before the caret.
    Caret,
    /// How many are before the other end of what is selected.
    Anchor,
    /// Whether keys go to it.
    Focus,
    /// The event that Enter is pressed in it.
    Enter,
    /// The event that Escape is pressed in it.
    Escape,
    /// The event that it has the focus no longer.
    Blur,
}

/// What a task does.
#[derive(Clone, Debug)]
pub(super) enum TaskKind<'a> {
    Value(&'a Expr),
    /// A value of a domain with a `~`.
    Continued {
        domain: DomainId,
        value: &'a Expr,
        continuity: &'a Continuity,
    },
    /// A value that is taken when an element comes.
    AtBirth {
        domain: DomainId,
        value: &'a Expr,
    },
    /// Something without a value.
    Broken(Reported),
    /// Several definitions become one value.
    Combine {
        how: &'a Name,
        values: Vec<&'a Expr>,
    },
    State {
        ty: Option<&'a Name>,
        initial: &'a Expr,
        durable: bool,
    },
    Next {
        state: TaskId,
        name: &'a Name,
        value: &'a Expr,
    },
    List {
        max: &'a Expr,
        durable: bool,
        columns: &'a [ListColumn],
        rows: &'a [Row],
    },
    Event {
        ty: Option<&'a Name>,
        /// The list of which it carries a row.
        row_of: Option<&'a Name>,
        gather: Gather,
        value: Option<&'a Expr>,
    },
    /// The states that are set, with their values, and what is done to rows of lists.
    On {
        event: &'a Expr,
        sets: Vec<(TaskId, &'a Name, &'a Expr)>,
        edits: Vec<&'a Edit>,
    },
    Input {
        ty: Option<&'a Name>,
        /// How many values, of an array that says it.
        count: Option<&'a Expr>,
        default: Option<&'a Expr>,
        is_momentary: bool,
    },
    TextField {
        default: Option<&'a Expr>,
    },
    /// A part of the text field of a task.
    OfField {
        field: TaskId,
        part: FieldPart,
    },
    /// `given` is what the using file says, to be read in its module.
    Parameter {
        ty: Option<&'a Name>,
        default: &'a Expr,
        given: Option<(&'a Expr, ModuleId)>,
    },
    Domain {
        domain: DomainId,
        elements: &'a Elements,
    },
    Timeline {
        over: Option<&'a Expr>,
        parts: &'a [Part],
    },
    /// A value of the timeline of a task.
    OfTimeline {
        timeline: TaskId,
        value: TimelineValue,
    },
    Draw {
        shape: &'a Name,
        arguments: &'a [Argument],
        label: Option<&'a Name>,
        attributes: &'a [Entry],
    },
    Camera {
        kind: &'a Name,
        attributes: &'a [Entry],
    },
    /// Rows of a file.
    Data(Result<&'a DataTable, Reported>),
    /// Parts of an SVG file.
    Artwork(Result<&'a Artwork, Reported>),
    /// Pixels of a file.
    Image(Result<&'a FoundImage, Reported>),
    /// A font of a file, and what is set of it.
    Font {
        path: &'a Text,
        found: Result<&'a FoundFont, Reported>,
        settings: &'a [Entry],
    },
    Background(&'a Expr),
    Clip(&'a [Entry]),
}

/// Something that a task reads.
pub(super) enum Read<'a> {
    Expr(&'a Expr),
    /// An expression written in another module.
    Given(&'a Expr, ModuleId),
    Entries(&'a [Entry]),
    Arguments(&'a [Argument]),
    Task(TaskId),
    /// A value by its name.
    Name(&'a Name),
    /// The camera of draws that name none.
    DefaultCamera,
}

impl<'a> TaskKind<'a> {
    /// What it reads.
    fn reads(&self) -> Vec<Read<'a>> {
        match *self {
            Self::Value(value)
            | Self::AtBirth { value, .. }
            | Self::Background(value)
            | Self::State { initial: value, .. } => vec![Read::Expr(value)],
            Self::Broken(_) | Self::Data(_) | Self::Artwork(_) | Self::Image(_) => Vec::new(),
            Self::Continued { value, continuity, .. } => {
                vec![Read::Expr(value), Read::Arguments(&continuity.arguments)]
            }
            Self::Combine { ref values, .. } => values.iter().map(|&value| Read::Expr(value)).collect(),
            Self::Next { state, value, .. } => vec![Read::Expr(value), Read::Task(state)],
            Self::List { max, durable: _, columns, rows } => {
                let defaults = columns.iter().filter_map(|column| column.default.as_ref()).map(Read::Expr);
                let rows = rows.iter().map(|row| Read::Entries(&row.values));
                std::iter::once(Read::Expr(max)).chain(defaults).chain(rows).collect()
            }
            Self::Event { value, row_of, .. } => {
                value.into_iter().map(Read::Expr).chain(row_of.map(Read::Name)).collect()
            }
            Self::On { event, ref sets, ref edits } => {
                let sets = sets.iter().flat_map(|&(state, _, value)| [Read::Task(state), Read::Expr(value)]);
                let edits = edits.iter().flat_map(|&edit| {
                    let values = match edit {
                        Edit::Append { row, at, .. } => {
                            [Some(Read::Entries(&row.values)), at.as_ref().map(Read::Expr)]
                        }
                        Edit::Move { to, condition, .. } => {
                            [Some(Read::Expr(to)), condition.as_ref().map(Read::Expr)]
                        }
                        Edit::Remove { condition, .. } => [condition.as_ref().map(Read::Expr), None],
                        Edit::Clear { .. } => [None, None],
                        Edit::Set { value, .. } => [Some(Read::Expr(value)), None],
                    };
                    std::iter::once(Read::Name(edit.rows())).chain(values.into_iter().flatten())
                });
                std::iter::once(Read::Expr(event)).chain(sets).chain(edits).collect()
            }
            Self::Input { count, default, .. } => count.into_iter().chain(default).map(Read::Expr).collect(),
            Self::TextField { default } => default.into_iter().map(Read::Expr).collect(),
            Self::OfField { field, .. } => vec![Read::Task(field)],
            Self::Parameter { given: Some((value, module)), .. } => vec![Read::Given(value, module)],
            Self::Parameter { default, given: None, .. } => vec![Read::Expr(default)],
            Self::Domain { elements, .. } => elements.values().map(Read::Expr).collect(),
            Self::Timeline { over, parts } => {
                over.into_iter().chain(parts.iter().flat_map(Part::values)).map(Read::Expr).collect()
            }
            Self::OfTimeline { timeline, .. } => vec![Read::Task(timeline)],
            Self::Draw { arguments, attributes, .. } => {
                vec![Read::Arguments(arguments), Read::Entries(attributes), Read::DefaultCamera]
            }
            Self::Camera { attributes, .. }
            | Self::Font { settings: attributes, .. }
            | Self::Clip(attributes) => vec![Read::Entries(attributes)],
        }
    }

    /// Whether it is on the picture, and not only named; `is_main` in the first file.
    fn is_shown(&self, is_main: bool) -> bool {
        match self {
            Self::Draw { .. } => true,
            Self::Background(_) | Self::Clip(_) => is_main,
            Self::Value(_)
            | Self::Continued { .. }
            | Self::AtBirth { .. }
            | Self::Broken(_)
            | Self::Combine { .. }
            | Self::State { .. }
            | Self::Next { .. }
            | Self::List { .. }
            | Self::Event { .. }
            | Self::On { .. }
            | Self::Input { .. }
            | Self::TextField { .. }
            | Self::OfField { .. }
            | Self::Parameter { .. }
            | Self::Domain { .. }
            | Self::Timeline { .. }
            | Self::OfTimeline { .. }
            | Self::Camera { .. }
            | Self::Data(_)
            | Self::Artwork(_)
            | Self::Font { .. }
            | Self::Image(_) => false,
        }
    }
}

/// A statement that gives, keeps or draws something.
#[derive(Debug)]
pub(super) struct Task<'a> {
    pub(super) kind: TaskKind<'a>,
    pub(super) module: ModuleId,
    pub(super) domain: Option<DomainId>,
    /// The name that is defined, or the word that opens the statement.
    pub(super) span: Span,
    /// Fully qualified name, or the statement's keyword if it has none.
    pub(super) key: String,
    /// Its dependencies: tasks, and after all tasks the functions that are called.
    pub(super) needs: Vec<TaskId>,
}

/// A parsed file.
pub(super) struct Parsed {
    pub(super) file: u16,
    pub(super) tree: Tree,
}

/// The whole patch.
#[derive(Debug, Default)]
pub(super) struct Project<'a> {
    pub(super) modules: Vec<Module<'a>>,
    pub(super) functions: Vec<PatchFunction<'a>>,
    pub(super) domains: Vec<PatchDomain<'a>>,
    pub(super) timelines: Vec<PatchTimeline<'a>>,
    /// The parts of each text field, in the order of `fields::FIELD_PARTS`.
    pub(super) text_fields: HashMap<TaskId, Vec<TaskId>>,
    pub(super) tasks: Vec<Task<'a>>,
    /// Definitions that wait for their `combine`, or the other way round.
    combined: HashMap<(ModuleId, Option<DomainId>, &'a str), &'a Name>,
    /// The task that gives a state its next value.
    nexts: HashMap<TaskId, TaskId>,
    /// The reactions that set a state.
    reactions: HashMap<TaskId, Vec<TaskId>>,
    /// States whose `next` is misspelt or in another place.
    misses_next: HashMap<TaskId, Reported>,
    /// The places of the labels of draws.
    labels: HashMap<(ModuleId, Option<DomainId>, &'a str), Span>,
    /// The background and the clip of each module.
    singles: HashMap<(ModuleId, &'static str), TaskId>,
}

/// The files that are used, by the file that uses one and the path it is used by.
pub(super) type UsedFiles = HashMap<(u16, String), Result<UsedFile, Reported>>;

/// The rows of data, by the name that they are given.
pub(super) type DataTables = HashMap<Span, Result<DataTable, Reported>>;

/// The parts of artwork, by the name that it is given.
pub(super) type Artworks = HashMap<Span, Result<Arc<Artwork>, Reported>>;
/// The pixels of images, by the name that they are given.
pub(super) type Images = HashMap<Span, Result<FoundImage, Reported>>;

/// An image that was found.
#[derive(Clone, Debug)]
pub(super) struct FoundImage {
    pub(super) decoded: Arc<Decoded>,
    /// The bytes of its file.
    pub(super) file: Arc<[u8]>,
}

/// Fonts, by the name that they are given.
pub(super) type Fonts = HashMap<Span, Result<FoundFont, Reported>>;

/// A font that was found.
#[derive(Clone, Debug)]
pub(super) struct FoundFont {
    pub(super) bytes: Arc<[u8]>,
    /// Which face of a collection it is where nothing else is said.
    pub(super) face: u32,
}

/// A file that is used, and that could be had.
#[derive(Clone, Copy, Debug)]
pub(super) struct UsedFile {
    pub(super) row: u16,
    /// It uses the file that uses it, directly or not.
    pub(super) circle: Option<Reported>,
}

/// Where a name is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) module: ModuleId,
    pub(super) domain: Option<DomainId>,
}

impl<'a> Project<'a> {
    /// Collects everything, module by module. `given` has values for parameters of the first file.
    pub(super) fn new(
        parsed: &'a [Parsed],
        used: &UsedFiles,
        (data, artworks, images, fonts): (&'a DataTables, &'a Artworks, &'a Images, &'a Fonts),
        given: &'a [(&str, Expr)],
        problems: &mut Problems,
    ) -> Self {
        let mut project = Self::default();
        let mut collector =
            Collector { parsed, used, data, artworks, images, fonts, problems, project: &mut project };
        collector.module(0, String::new(), &mut vec![0]);
        collector.missing_definitions();
        project.give(given);
        project.find_needs(problems);
        project
    }

    /// Gives parameters of the first file their values, as a `use` with braces does.
    fn give(&mut self, given: &'a [(&str, Expr)]) {
        let outer = self.modules.len();
        if !given.is_empty() {
            self.modules.push(Module { is_given: true, ..Module::default() });
        }
        for (name, expr) in given {
            if let Some(&(Meaning::Value(task), _)) = self.modules[0].names.get(name)
                && let TaskKind::Parameter { given, .. } = &mut self.tasks[task].kind
            {
                *given = Some((expr, outer));
            }
        }
    }

    /// A project of one value that is given from outside, under a name.
    pub(super) fn of_value(name: &'a str, expr: &'a Expr) -> Self {
        let task = Task {
            kind: TaskKind::Value(expr),
            module: 0,
            domain: None,
            span: expr.span,
            key: name.to_owned(),
            needs: Vec::new(),
        };
        let module = Module { is_given: true, ..Module::default() };
        Self { modules: vec![module], tasks: vec![task], ..Self::default() }
    }

    /// The meaning of a name.
    pub(super) fn meaning(&self, scope: Scope, name: &str) -> Option<Meaning> {
        let own = |domain: DomainId| self.domains[domain].names.get(name).map(|&(meaning, _)| meaning);
        if let Some(domain) = scope.domain
            && let Some(meaning) = own(domain).or_else(|| self.outers(domain).find_map(own))
        {
            return Some(meaning);
        }
        self.modules[scope.module].names.get(name).map(|&(meaning, _)| meaning)
    }

    /// The domains that a domain lies in, the nearest first.
    pub(super) fn outers(&self, domain: DomainId) -> impl Iterator<Item = DomainId> {
        std::iter::successors(self.domains[domain].outer, |&outer| self.domains[outer].outer)
    }

    /// Whether a name is one of a block around the block of a domain.
    pub(super) fn is_of_outer(&self, scope: Scope, name: &str) -> bool {
        let has = |domain: DomainId| self.domains[domain].names.contains_key(name);
        scope.domain.is_some_and(|own| !has(own) && self.outers(own).any(has))
    }

    /// The domain that `parent.parent.index` leads to, and what is behind the words `parent`.
    pub(super) fn outer_parts<'p, 't>(
        &self,
        scope: Scope,
        parts: &'p [(&'t str, Span)],
    ) -> Option<(DomainId, &'p [(&'t str, Span)])> {
        let up = parts.iter().take_while(|(part, _)| *part == PARENT).count();
        let outer = self.outers(scope.domain?).nth(up.checked_sub(1)?)?;
        Some((outer, &parts[up..]))
    }

    /// A domain's name with those of the domains around it.
    pub(super) fn path_of(&self, domain: DomainId) -> String {
        let mut path = self.domains[domain].name.text.clone();
        for outer in self.outers(domain) {
            path = format!("{}.{path}", self.domains[outer].name.text);
        }
        path
    }

    /// The function that a call names; `None` if it is not one of the patch.
    pub(super) fn function(&self, module: ModuleId, path: &[Name]) -> Option<usize> {
        let (last, before) = path.split_last()?;
        let mut module = module;
        for name in before {
            match self.modules[module].names.get(name.text.as_str()) {
                Some(&(Meaning::Module(inner), _)) => module = inner,
                _ => return None,
            }
        }
        self.modules[module].functions.get(last.text.as_str()).copied()
    }

    /// Follows `first` through modules and domains: the task or other thing that is meant, and how many of the parts
    /// were used up.
    pub(super) fn follow(&self, scope: Scope, parts: &[(&str, Span)]) -> Option<(Meaning, usize)> {
        let mut meaning = self.meaning(scope, parts.first()?.0)?;
        let mut used = 1;
        while let Some(&(part, _)) = parts.get(used) {
            let next = match meaning {
                Meaning::Module(module) => self.modules[module].names.get(part).map(|&(m, _)| m),
                Meaning::Domain(domain) => self.domains[domain].names.get(part).map(|&(meaning, _)| meaning),
                Meaning::Timeline(timeline) => {
                    self.timelines[timeline].names.get(part).map(|&task| Meaning::Value(task))
                }
                Meaning::Value(task) => self.part_of_field(task, part).map(Meaning::Value),
                Meaning::Camera(_) | Meaning::Image(_) => None,
            };
            let Some(next) = next else { break };
            meaning = next;
            used += 1;
        }
        Some((meaning, used))
    }

    /// Why a state gets no next value, where that is known.
    pub(super) fn misses_next(&self, state: TaskId) -> Option<Reported> {
        self.misses_next.get(&state).copied()
    }

    /// That a dotted name leads into a file that could not be had.
    pub(super) fn leads_nowhere(&self, module: ModuleId, path: &[Name]) -> Option<Reported> {
        let mut module = module;
        for name in path {
            match self.modules[module].names.get(name.text.as_str()) {
                Some(&(Meaning::Module(inner), _)) => module = inner,
                _ => break,
            }
        }
        self.modules[module].missing
    }

    /// Whether a state gets a next value.
    pub(super) fn has_next(&self, state: TaskId) -> bool {
        self.nexts.contains_key(&state)
    }

    /// The labels of the draws of a domain.
    pub(super) fn labels_of(&self, module: ModuleId, domain: DomainId) -> Vec<&'a str> {
        let own =
            |&&(of, within, _): &&(ModuleId, Option<DomainId>, &str)| (of, within) == (module, Some(domain));
        self.labels.keys().filter(own).map(|&(_, _, label)| label).collect()
    }

    /// Whether reactions set a state.
    pub(super) fn has_reactions(&self, state: TaskId) -> bool {
        self.reactions.contains_key(&state)
    }

    /// Tasks in an order in which each comes after its dependencies, as far as possible in source order, and those that
    /// depend on themselves.
    ///
    /// Functions are among them, numbered after all tasks, for their dependencies are needed where they are called.
    pub(super) fn order(&self) -> (Vec<TaskId>, Vec<Vec<TaskId>>, Vec<TaskId>) {
        let tasks = self.tasks.iter().map(|task| task.needs.clone());
        let needs: Vec<Vec<TaskId>> = tasks.chain(self.functions.iter().map(|f| f.needs.clone())).collect();
        let (order, left) = sort(&needs, self.tasks.len());
        let mut cycles = cycles(&needs, &left);
        for cycle in &mut cycles {
            cycle.retain(|&at| at < self.tasks.len());
        }
        (order, cycles, left)
    }

    /// The dependencies of a task or a function.
    pub(super) fn needs(&self, at: TaskId) -> &[TaskId] {
        match self.tasks.get(at) {
            Some(task) => &task.needs,
            None => &self.functions[at - self.tasks.len()].needs,
        }
    }

    /// The input that says where the elements of a domain are, where they are matched by place.
    pub(super) fn place_input(&self, task: &Task<'_>) -> Option<TaskId> {
        match task.kind {
            TaskKind::Domain { domain, elements: Elements::Host { nearest: Some(_), .. } } => {
                let &(Meaning::Value(input), _) = self.domains[domain].names.get(PLACE)? else { return None };
                matches!(self.tasks[input].kind, TaskKind::Input { .. }).then_some(input)
            }
            _ => None,
        }
    }

    /// Lists with the reactions that edit them. Which list an event carries a row of is not known yet: it may be any.
    fn edits(&self) -> Vec<(TaskId, TaskId)> {
        let is_list = |task: TaskId| matches!(self.tasks[task].kind, TaskKind::List { .. });
        let lists: Vec<TaskId> = (0..self.tasks.len()).filter(|&task| is_list(task)).collect();
        let mut found = Vec::new();
        for (at, task) in self.tasks.iter().enumerate() {
            let TaskKind::On { edits, .. } = &task.kind else { continue };
            for edit in edits {
                let scope = Scope { module: task.module, domain: task.domain };
                match self.meaning(scope, &edit.rows().text).and_then(Meaning::value) {
                    Some(list) if is_list(list) => found.push((list, at)),
                    Some(_) => found.extend(lists.iter().map(|&list| (list, at))),
                    None => {}
                }
            }
        }
        found
    }

    /// Which tasks reach the picture. In a patch that draws nothing all count.
    pub(super) fn shown(&self) -> Vec<bool> {
        if !self.tasks.iter().any(|task| matches!(task.kind, TaskKind::Draw { .. })) {
            return vec![true; self.tasks.len()];
        }
        let mut shown: Vec<bool> =
            self.tasks.iter().map(|task| task.kind.is_shown(task.module == 0)).collect();
        shown.resize(self.tasks.len() + self.functions.len(), false);
        let edits = self.edits();
        let mut stack: Vec<TaskId> = (0..shown.len()).filter(|&at| shown[at]).collect();
        while let Some(at) = stack.pop() {
            let place = self.tasks.get(at).and_then(|task| self.place_input(task));
            let reactions = self.reactions.get(&at).into_iter().flatten();
            let edits = edits.iter().filter(|(list, _)| *list == at).map(|(_, reaction)| reaction);
            let further = self.needs(at).iter().chain(self.nexts.get(&at)).chain(reactions).chain(&place);
            let further = further.chain(edits);
            for &next in further {
                if !std::mem::replace(&mut shown[next], true) {
                    stack.push(next);
                }
            }
        }
        shown
    }
}
