//! From the tasks of a patch to the rows of a program: every expression gets its type, its unit and its cardinality,
//! and becomes nodes of the builder.
//!
//! Tasks run in the order of what they need, so that nothing here goes deeper than an expression and the functions
//! that it calls. Each error is reported once, where it is; its dependants are poisoned silently: they give the
//! `Err(Reported)` that they got. `None` is only for what is not there.

mod angles;
mod arguments;
mod arrays;
mod artwork;
mod call;
mod constant;
mod continuity;
mod convert;
mod domain;
mod draw;
mod elements;
mod events;
mod expression;
mod fonts;
mod groups;
mod hints;
mod hits;
mod images;
mod inputs;
mod keys;
mod letters;
mod lists;
mod near;
mod nested;
mod ranges;
mod rows;
mod scene;
mod series;
mod shape;
mod state;
mod state_key;
mod text_field;
mod texts;
mod timeline;
mod value;

use std::collections::HashMap;

pub(super) use arguments::{Call, Taken};
pub(super) use constant::Constant;
pub(super) use continuity::POLICIES;
pub(super) use draw::{SHAPES, ShapeEntry, attributes};
pub(super) use fonts::FONT;
pub(super) use near::FOLDS;
#[cfg(test)]
pub(super) use scene::CAMERAS;
pub(super) use scene::{CLIP, ORTHOGRAPHIC, PERSPECTIVE};

pub(super) use value::{Affine, Element, Typed, computed};

use super::builtins;
use super::graph::{CYCLE_SHOWN, cycle_text};
use super::problems::{Problems, Reported};
use super::project::{DomainId, Meaning, ModuleId, Project, Scope, TaskId, TaskKind};
use super::source::{Problem, Sources, Span};
use super::syntax::{Expr, ExprKind, Name, UnaryOp};
use crate::diagnostic::{Code, Severity, quote};
use crate::math::hash;
use crate::program::{Builder, CellRef, DomainRef, EventRef, LettersRow, Op, Type, Unit, ViewRef, limits};
use state_key::StateKeys;

/// How several writers of one name are combined.
pub(super) const WAYS: &[&str] = &["sum", "mean", "min", "max", "mul", "last", "first", "over"];
/// How many expressions are elaborated, functions written into their callers counted each time.
const STEPS_MAX: u32 = 1 << 20;
/// How deep expressions are nested, functions written into their callers.
const DEPTH_MAX: u32 = 256;
/// How many names are looked at, for all problems together, in search of one that is meant.
const SEARCHES_MAX: usize = 300_000;
/// The way out where the elements of a domain depend on themselves.
const COUNT_CIRCLE: &str = "which elements there are cannot depend on the elements; let it be remembered: `state n = 10` and \
                            `next n = ...` read what the last frame left";
/// How many of the calls that lead to a problem are shown, besides the outermost.
const CALLS_SHOWN: usize = 3;

/// What became of a task.
#[derive(Clone, Copy)]
#[expect(clippy::large_enum_variant, reason = "most are values, and all are copied")]
enum Done<'b> {
    Pending,
    /// Something is wrong with it, or with what it needs.
    Poisoned(Reported),
    Value(Typed<'b>),
    Domain(DomainRef),
    Camera(u32),
    /// The row of the builder, and its width and height.
    Image(u32, [u32; 2]),
    /// It has no value that others read.
    Effect,
}

/// What came of all tasks.
pub(super) struct Elaborated {
    /// Each with the task it belongs to.
    pub(super) problems: Vec<(TaskId, Problem)>,
    /// Tasks that are not part of the program.
    pub(super) poisoned: Vec<(TaskId, Reported)>,
    /// The statement of each pass, camera and domain of the builder, by row.
    pub(super) passes: Vec<TaskId>,
    pub(super) cameras: Vec<TaskId>,
    pub(super) domains: Vec<TaskId>,
}

/// Elaborates all tasks but those of `skip`.
pub(super) fn elaborate<'a>(
    project: &'a Project<'a>,
    sources: &'a Sources,
    builder: &Builder,
    skip: &[(TaskId, Reported)],
) -> Elaborated {
    let mut elaborator = Elaborator::new(project, sources, builder);
    for &(task, reported) in skip {
        elaborator.done[task] = Done::Poisoned(reported);
    }
    let (order, cycles, left) = project.order();
    let mut circle = None;
    for cycle in cycles {
        circle = Some(elaborator.report_cycle(&cycle));
    }
    // What is left over is in a circle or needs what is in one.
    if let Some(reported) = circle {
        left.into_iter().for_each(|task| elaborator.done[task] = Done::Poisoned(reported));
    }
    for task in order {
        if !matches!(elaborator.done[task], Done::Pending) {
            continue;
        }
        if task < project.tasks.len() {
            elaborator.run(task);
        } else {
            elaborator.done[task] = match elaborator.needs_are_good(task) {
                Ok(()) => Done::Effect,
                Err(reported) => Done::Poisoned(reported),
            };
        }
    }
    elaborator.one_field_has_focus();
    elaborator.find_hit_passes();
    elaborator.keys.assign(builder);
    for (row, name) in std::mem::take(&mut elaborator.event_names) {
        builder.rename_event(row, name);
    }
    elaborator.order_edits();
    elaborator.check_reactions();
    let tasks = elaborator.done.iter().take(project.tasks.len()).enumerate();
    let poisoned = tasks.filter_map(|(at, done)| match *done {
        Done::Poisoned(reported) => Some((at, reported)),
        Done::Pending
        | Done::Value(_)
        | Done::Domain(_)
        | Done::Camera(_)
        | Done::Image(..)
        | Done::Effect => None,
    });
    let poisoned = poisoned.collect();
    let Elaborator { problems, warnings, pass_tasks, camera_tasks, domain_tasks, .. } = elaborator;
    let mut problems = problems.into_list();
    problems.extend(warnings);
    Elaborated { problems, poisoned, passes: pass_tasks, cameras: camera_tasks, domains: domain_tasks }
}

/// The components of a value that is given from outside, of a type and in the base of its unit; an error where it is no
/// such value, or broken.
pub(super) fn constant(
    sources: &Sources,
    name: &str,
    expr: &Expr,
    (ty, unit): (Type, Unit),
    problems: &mut Problems,
) -> Result<[f64; 4], Reported> {
    let (project, builder) = (Project::of_value(name, expr), Builder::new("value"));
    let mut elaborator = Elaborator::new(&project, sources, &builder);
    elaborator.keys.begin(0, name);
    let what = format!("the input {}", quote(name));
    let number = elaborator.given(expr, ty, unit, &what);
    problems.extend(elaborator.problems.into_list().into_iter().map(|(_, problem)| problem));
    number
}

/// The components of an array that is given from outside, one value after the other: as many as it has, or one for all.
///
/// # Errors
/// As for [`constant`].
pub(super) fn constants(
    sources: &Sources,
    name: &str,
    expr: &Expr,
    (ty, unit, count): (Type, Unit, u32),
    problems: &mut Problems,
) -> Result<Vec<f64>, Reported> {
    let (project, builder) = (Project::of_value(name, expr), Builder::new("value"));
    let mut elaborator = Elaborator::new(&project, sources, &builder);
    elaborator.keys.begin(0, name);
    let numbers = elaborator.all_given(name, expr, (ty, unit, count));
    problems.extend(elaborator.problems.into_list().into_iter().map(|(_, problem)| problem));
    numbers
}

/// Whether what is separated by commas are values of a type, and not the components of one.
fn are_values(items: &[Expr], ty: Type) -> bool {
    let is_vector = |item: &Expr| matches!(item.kind, ExprKind::Vector(_));
    !matches!(ty, Type::Vec2 | Type::Vec3)
        || items.len() != ty.stride() as usize
        || items.iter().any(is_vector)
}

/// A name inside a function or a block.
struct Local<'a, 'b> {
    name: &'a str,
    value: Result<Typed<'b>, Reported>,
}

pub(super) struct Elaborator<'a, 'b> {
    project: &'a Project<'a>,
    sources: &'a Sources,
    pub(super) builder: &'b Builder,
    /// Whether what is worked out is a text that is drawn: then it may be another one for each element.
    says: bool,
    done: Vec<Done<'b>>,
    problems: Problems<(TaskId, Problem)>,
    /// Problems that do not stop the patch.
    warnings: Vec<(TaskId, Problem)>,
    /// The statement of each pass, camera and domain of the builder, by row.
    pass_tasks: Vec<TaskId>,
    camera_tasks: Vec<TaskId>,
    domain_tasks: Vec<TaskId>,
    locals: Vec<Local<'a, 'b>>,
    /// The rows of each local name, innermost last.
    local_rows: HashMap<&'a str, Vec<usize>>,
    /// Where the locals of the function begin that is being written in.
    frame: usize,
    scope: Scope,
    /// Whose elements `index` and the like are about: also inside a function that a domain calls.
    elements: Option<DomainId>,
    task: TaskId,
    keys: StateKeys<'a>,
    /// State that was made already for the same operator with the same arguments in the same place.
    cells: HashMap<(TaskId, String), Typed<'b>>,
    /// Paths that were made already under the same name of the same things.
    paths: HashMap<(TaskId, String), Typed<'b>>,
    arrays: Vec<arrays::Array>,
    table_names: HashMap<String, u32>,
    texts: arrays::Texts,
    /// Rows of data and what is made of them.
    rows: Vec<rows::Rows<'a>>,
    /// Fonts that are named.
    fonts: Vec<fonts::OwnFont>,
    /// Artwork that has been made rows.
    drawings: Vec<artwork::Drawing<'a>>,
    /// The rows that domains have an element of each.
    domain_rows: HashMap<DomainId, u32>,
    /// The lists of the builder, by row.
    lists: Vec<lists::List<'a>>,
    /// Rows of lists: all of one, or a view.
    live: Vec<ViewRef>,
    /// The lists whose rows domains have an element of each.
    domain_lists: HashMap<DomainId, u32>,
    /// Letters of texts that change.
    /// Texts that change, whose letters are elements, each with its font.
    letters: Vec<(LettersRow, Option<u32>)>,
    /// The domains whose elements are such.
    domain_letters: HashMap<DomainId, u32>,
    /// Where a number of all rows is worked out: of which rows, once one of their columns was named.
    totaled: Option<Option<u32>>,
    /// Whether something is worked out of each row of a list.
    is_of_row: bool,
    /// All paths of the builder, by row.
    drawn: Vec<shape::Drawn>,
    /// The event that is happening where something is worked out.
    turn: Option<events::Turn<'b>>,
    /// Where the head of the reaction that is worked out says `self`.
    own_element: Option<Span>,
    /// The fold over elements nearby whose body is worked out.
    near: Option<near::Nearby<'a, 'b>>,
    /// Of each event, the statements whose names are what it carries, in reactions to it.
    carriers: HashMap<u32, Vec<TaskId>>,
    /// The events of the host, with what they carry.
    host_events: HashMap<String, events::HostEvent<'b>>,
    /// The names of events that have one, by row.
    event_names: Vec<(u32, String)>,
    /// The statements of reactions, by row.
    reaction_tasks: Vec<(usize, TaskId)>,
    /// When the parts of timelines begin and end.
    timelines: HashMap<TaskId, timeline::Schedule<'b>>,
    /// Hit tests that look at what one pass draws: the event, and the name of the pass.
    hit_passes: Vec<(u32, String)>,
    /// The cells and events of text fields, in the order of the fields.
    text_fields: Vec<(TaskId, text_field::Cells<'b>)>,
    /// The cells of `state` statements.
    states: HashMap<TaskId, state::StateCell<'b>>,
    /// The slots of reductions, by how they are written.
    reductions: HashMap<String, crate::program::Value<'b>>,
    /// Fields of values without a name that are reduced or seen from other elements, by node.
    fields: HashMap<u32, crate::program::Value<'b>>,
    /// The seed of the run as it is, by the nodes that are its 32 bits as an int.
    seeds: HashMap<u32, crate::program::Value<'b>>,
    /// How many elements domains have, of those where that never changes.
    sizes: HashMap<DomainId, nested::Size>,
    /// How near elements are matched, of domains that say so.
    radii: HashMap<DomainId, f64>,
    /// The events that bear the elements of domains.
    bearers: HashMap<DomainId, EventRef<'b>>,
    /// How often a pass or a domain of this name was made.
    pass_names: HashMap<String, u32>,
    field_names: HashMap<String, u32>,
    /// The calls of functions of the patch that are being written in, outermost first.
    calls: Vec<Span>,
    steps: u32,
    depth: u32,
    /// Nothing more is elaborated: of this task, or of the patch where that is too large.
    exhausted: Option<Reported>,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    fn new(project: &'a Project<'a>, sources: &'a Sources, builder: &'b Builder) -> Self {
        Self {
            project,
            sources,
            builder,
            says: false,
            done: vec![Done::Pending; project.tasks.len() + project.functions.len()],
            problems: Problems::default(),
            warnings: Vec::new(),
            pass_tasks: Vec::new(),
            camera_tasks: Vec::new(),
            domain_tasks: Vec::new(),
            locals: Vec::new(),
            local_rows: HashMap::new(),
            frame: 0,
            scope: Scope { module: 0, domain: None },
            elements: None,
            task: 0,
            keys: StateKeys::default(),
            cells: HashMap::new(),
            paths: HashMap::new(),
            arrays: Vec::new(),
            table_names: HashMap::new(),
            texts: arrays::Texts::default(),
            rows: Vec::new(),
            fonts: Vec::new(),
            drawings: Vec::new(),
            domain_rows: HashMap::new(),
            lists: Vec::new(),
            live: Vec::new(),
            domain_lists: HashMap::new(),
            letters: Vec::new(),
            domain_letters: HashMap::new(),
            totaled: None,
            is_of_row: false,
            drawn: Vec::new(),
            turn: None,
            own_element: None,
            near: None,
            carriers: HashMap::new(),
            host_events: HashMap::new(),
            event_names: Vec::new(),
            reaction_tasks: Vec::new(),
            timelines: HashMap::new(),
            hit_passes: Vec::new(),
            text_fields: Vec::new(),
            states: HashMap::new(),
            reductions: HashMap::new(),
            fields: HashMap::new(),
            seeds: HashMap::new(),
            sizes: HashMap::new(),
            radii: HashMap::new(),
            bearers: HashMap::new(),
            pass_names: HashMap::new(),
            field_names: HashMap::new(),
            calls: Vec::new(),
            steps: 0,
            depth: 0,
            exhausted: None,
        }
    }

    pub(super) fn report(&mut self, mut problem: Problem) -> Reported {
        // What is wrong with the function itself is so for every call.
        let is_of_function = matches!(
            problem.code,
            Code::UnknownValue
                | Code::UnknownFunction
                | Code::UnknownWord
                | Code::MissingArgument
                | Code::ExtraArgument
                | Code::RepeatedArgument
                | Code::NotYet
        );
        if !is_of_function {
            for (at, &call) in self.calls.iter().rev().enumerate() {
                // Of a long way the innermost calls and the one that began it.
                if at < CALLS_SHOWN || at + 1 == self.calls.len() {
                    problem = problem.related("called from here", call);
                }
            }
        }
        self.problems.report((self.task, problem))
    }

    /// Notes something that lets the patch be.
    pub(super) fn warning(&mut self, problem: Problem) {
        self.warnings.push((self.task, Problem { severity: Severity::Warning, ..problem }));
    }

    /// A constant of a type and a unit.
    fn given(&mut self, expr: &'a Expr, ty: Type, unit: Unit, what: &str) -> Result<[f64; 4], Reported> {
        let value = self.expr(expr)?;
        if ty == Type::Uint {
            // The language itself has none.
            let number = self.constant_int(value, expr.span, what, 0, i64::from(u32::MAX))?;
            return Ok([number as f64, 0.0, 0.0, 0.0]);
        }
        // A program may measure in units that the language only writes.
        let (base, factor) = unit_base(unit);
        let value = self.convert(value, ty, base, expr.span, what)?;
        let numbers = self.constant(value, expr.span, what)?;
        Ok(numbers.map(|number| number * factor))
    }

    /// Constants of a type and a unit: so many, or one for all.
    fn all_given(
        &mut self,
        name: &str,
        expr: &'a Expr,
        (ty, unit, count): (Type, Unit, u32),
    ) -> Result<Vec<f64>, Reported> {
        let what = format!("the input {}", quote(name));
        let items = match &expr.kind {
            ExprKind::Array(items) => items,
            // `0.1, 0.5`: two numbers are a vector elsewhere.
            ExprKind::Vector(items) if are_values(items, ty) => items,
            _ => {
                let one = self.given(expr, ty, unit, &what)?;
                return Ok(one[..ty.stride() as usize].repeat(count as usize));
            }
        };
        if items.len() != count as usize {
            let message = format!("{what} has {count} values, and these are {}", items.len());
            let problem = Problem::new(Code::WrongType, expr.span, message);
            return self.fail(problem.help("give as many, separated by commas, or one value for all"));
        }
        let mut numbers = Vec::with_capacity(items.len() * ty.stride() as usize);
        for (at, item) in items.iter().enumerate() {
            let what = format!("value {at} of {what}");
            numbers.extend_from_slice(&self.given(item, ty, unit, &what)?[..ty.stride() as usize]);
        }
        Ok(numbers)
    }

    /// Reports the problem of something that then has no value.
    pub(super) fn fail<T>(&mut self, problem: Problem) -> Result<T, Reported> {
        Err(self.report(problem))
    }

    /// Reports that the elaborator contradicts itself. Without a problem the patch would be drawn without what needs this.
    pub(super) fn contradiction<T>(&mut self, span: Span, what: &str) -> Result<T, Reported> {
        debug_assert!(false, "{what}");
        let problem =
            Problem::new(Code::Builder, span, format!("{what}: this is a mistake of pavane itself"));
        self.fail(problem.help("write it in another way, and report the mistake with the patch"))
    }

    fn run(&mut self, at: TaskId) {
        let task = &self.project.tasks[at];
        self.task = at;
        self.scope = Scope { module: task.module, domain: task.domain };
        self.elements = task.domain;
        self.drop_locals(0);
        self.frame = 0;
        if self.steps <= STEPS_MAX {
            self.exhausted = None;
        }
        self.keys.begin(at, &task.key);
        self.builder.tag(at as u32 + 1);
        let needs = self.needs_are_good(at);
        let done = match task.kind {
            // A draw is looked at all the same: its other attributes may be wrong on their own.
            TaskKind::Draw { .. } => self.kind(at).and_then(|done| needs.map(|()| done)),
            _ => needs.and_then(|()| self.kind(at)),
        };
        self.done[at] = done.unwrap_or_else(Done::Poisoned);
    }

    /// An error where something that a task or a function needs is wrong.
    fn needs_are_good(&self, at: TaskId) -> Result<(), Reported> {
        self.project.needs(at).iter().try_for_each(|&need| match self.done[need] {
            Done::Poisoned(reported) => Err(reported),
            Done::Pending
            | Done::Value(_)
            | Done::Domain(_)
            | Done::Camera(_)
            | Done::Image(..)
            | Done::Effect => Ok(()),
        })
    }

    fn push_local(&mut self, name: &'a str, value: Result<Typed<'b>, Reported>) {
        self.local_rows.entry(name).or_default().push(self.locals.len());
        self.locals.push(Local { name, value });
    }

    /// Forgets local names from a row on.
    fn drop_locals(&mut self, from: usize) {
        for local in self.locals.drain(from..) {
            if let Some(rows) = self.local_rows.get_mut(local.name) {
                rows.pop();
            }
        }
    }

    /// A name of the function or block that is being written in.
    fn local(&self, name: &str) -> Option<&Local<'a, 'b>> {
        let row = *self.local_rows.get(name)?.last()?;
        self.locals.get(row).filter(|_| row >= self.frame)
    }

    /// Whether there is time left to search this many names for one that is meant.
    fn may_search(&self, names: usize) -> bool {
        names.saturating_mul(self.problems.len()) <= SEARCHES_MAX
    }

    fn kind(&mut self, at: TaskId) -> Result<Done<'b>, Reported> {
        let task: &'a super::project::Task<'a> = &self.project.tasks[at];
        match &task.kind {
            TaskKind::Value(value) => {
                let value = self.expr_or_array(value)?;
                self.carried_under(at, value);
                Ok(Done::Value(self.named(at, value)))
            }
            TaskKind::Continued { domain, value, continuity } => {
                self.continued(at, *domain, value, continuity)
            }
            TaskKind::AtBirth { domain, value } => self.at_birth(at, *domain, value),
            TaskKind::Broken(reported) => Err(*reported),
            TaskKind::Combine { how, values } => self.combine(at, how, values),
            TaskKind::State { ty, initial, durable } => self.state(at, *ty, initial, *durable),
            TaskKind::Next { state, name, value } => self.next(*state, name, value),
            &TaskKind::List { max, durable, columns, rows } => self.list(at, (max, durable), columns, rows),
            TaskKind::Event { row_of: Some(list), gather, .. } => self.row_event(at, list, *gather),
            TaskKind::Event { ty, row_of: None, gather, value } => self.event(at, *ty, *gather, *value),
            TaskKind::On { event, sets, edits } => self.on(at, event, sets, edits),
            &TaskKind::Input { ty, count, default, is_momentary } => {
                self.input(at, inputs::Written { ty, count, default, is_momentary })
            }
            &TaskKind::TextField { default } => self.text_field(at, default),
            &TaskKind::OfField { field, part } => self.of_field(at, field, part),
            TaskKind::Parameter { ty, default, given } => self.parameter(at, *ty, default, *given),
            TaskKind::Domain { domain, elements } => self.domain(*domain, elements),
            TaskKind::Timeline { over, parts } => self.timeline(at, *over, parts),
            TaskKind::OfTimeline { timeline, value } => self.of_timeline(at, *timeline, *value),
            TaskKind::Draw { shape, arguments, label, attributes } => {
                self.draw(at, shape, arguments, *label, attributes)
            }
            TaskKind::Camera { kind, attributes } => self.camera(kind, attributes),
            TaskKind::Data(table) => {
                let table = (*table)?;
                Ok(Done::Value(self.data(&task.key, table)))
            }
            TaskKind::Artwork(artwork) => {
                let artwork = (*artwork)?;
                Ok(Done::Value(self.artwork(&task.key, task.span, artwork)))
            }
            TaskKind::Font { path, found, settings } => {
                let found = (*found)?;
                Ok(Done::Value(self.font(&task.key, path, found, settings)?))
            }
            TaskKind::Image(image) => {
                let image = (*image)?;
                Ok(self.image(&task.key, image))
            }
            TaskKind::Background(value) => self.background(task.module, value),
            TaskKind::Clip(settings) => self.clip(task.module, settings),
        }
    }

    /// Makes a value a slot or a field under the name of its task, and gives what reads it.
    fn named(&mut self, at: TaskId, value: Typed<'b>) -> Typed<'b> {
        // What has elements has no value to be held.
        if value.is_many() {
            if let Some(live) = value.live {
                self.builder.name_view(self.live[live as usize], &self.project.tasks[at].key);
            }
            return value;
        }
        let task = &self.project.tasks[at];
        // Shapes are chosen between, not computed with: what holds one is only to be looked at.
        if value.ty == Type::Shape {
            if value.element.is_none() {
                let slot = self.builder.slot(&task.key, value.ty, value.unit);
                self.builder.define(slot, value.value);
            }
            return value;
        }
        let read = match value.element {
            Some(element) => {
                let own = task.domain.is_some_and(|own| self.is_domain(own, element.domain));
                let name = if own { self.own_name(at) } else { task.key.clone() };
                let name = self.unique_field(element.domain, &name);
                self.builder.field_with_unit(element.domain, &name, value.value, value.unit)
            }
            None => {
                // The seed goes under a name as it is: an int holds only the lower half of all seeds.
                let seed = self.seeds.get(&value.value.node()).copied();
                let whole = seed.unwrap_or(value.value);
                let slot = self.builder.slot(&task.key, whole.ty(), value.unit);
                self.builder.define(slot, whole);
                if seed.is_some() { self.seed_as_int(slot) } else { slot }
            }
        };
        // A constant is worth more than the slot that holds it.
        let node = if value.constant.is_some() { value.value } else { read };
        Typed { value: node, ..value }
    }

    /// The 32 bits of the seed as an int, which becomes the seed again where it is given a name or becomes a float.
    pub(super) fn seed_as_int(&mut self, seed: crate::program::Value<'b>) -> crate::program::Value<'b> {
        let int = seed.op(Op::UintToInt, &[]);
        self.seeds.insert(int.node(), seed);
        int
    }

    fn own_name(&self, at: TaskId) -> String {
        let key = &self.project.tasks[at].key;
        match self.project.tasks[at].domain {
            Some(domain) => key[self.project.domains[domain].full.len() + 1..].to_owned(),
            None => key.clone(),
        }
    }

    fn is_domain(&self, domain: usize, reference: DomainRef) -> bool {
        matches!(self.done[self.project.domains[domain].task], Done::Domain(own) if own == reference)
    }

    /// A name that no other field of the domain has.
    fn unique_field(&mut self, domain: DomainRef, name: &str) -> String {
        let name: String = name.chars().take(limits::NAME_MAX - 8).collect();
        let times = self.field_names.entry(format!("{domain:?}.{name}")).or_insert(0);
        *times += 1;
        if *times == 1 { name } else { format!("{name} ({times})") }
    }

    /// The value of a task that comes before this one.
    fn value_of(&mut self, task: TaskId, span: Span) -> Result<Typed<'b>, Reported> {
        match self.done[task] {
            Done::Value(value) => Ok(value),
            Done::Poisoned(reported) => Err(reported),
            Done::Pending | Done::Domain(_) | Done::Camera(_) | Done::Image(..) | Done::Effect => {
                self.contradiction(span, "a value is read before it is there")
            }
        }
    }

    fn report_cycle(&mut self, cycle: &[TaskId]) -> Reported {
        let project = self.project;
        self.task = cycle[0];
        let key = |at: TaskId| project.tasks[at].key.as_str();
        let message = match cycle {
            [one] => format!("{} depends on itself", quote(key(*one))),
            _ => format!("values depend on one another in a circle: {}", cycle_text(cycle, key)),
        };
        let mut problem = Problem::new(Code::NoStateBetween, project.tasks[cycle[0]].span, message);
        for &other in cycle[1..].iter().take(CYCLE_SHOWN) {
            let text = format!("{} is part of the circle", quote(&project.tasks[other].key));
            problem = problem.related(text, project.tasks[other].span);
        }
        let name = project.tasks[cycle[0]].key.rsplit('.').next().unwrap_or_default();
        let is_domain = |&at: &TaskId| matches!(project.tasks[at].kind, TaskKind::Domain { .. });
        let help = if cycle.iter().any(is_domain) {
            COUNT_CIRCLE.to_owned()
        } else {
            format!(
                "let one of them remember: `state {name} = 0` and `next {name} = ...` read what the last frame left"
            )
        };
        self.report(problem.help(help))
    }

    fn parameter(
        &mut self,
        at: TaskId,
        ty: Option<&'a Name>,
        default: &'a Expr,
        given: Option<(&'a Expr, ModuleId)>,
    ) -> Result<Done<'b>, Reported> {
        let mut wanted = match ty {
            Some(name) => Some(self.type_of_name(name)?),
            None => None,
        };
        let (expr, what) = match given {
            Some((expr, module)) => {
                // A default that does not count must leave no state and no path behind, so it is not worked out.
                wanted = wanted.or_else(|| self.evident_type(default));
                self.scope = Scope { module, domain: None };
                (expr, format!("the parameter {}", quote(&self.project.tasks[at].key)))
            }
            None => (default, "the default".into()),
        };
        let value = self.expr_or_array(expr)?;
        let value = match wanted {
            Some((ty, unit)) => self.convert(value, ty, unit, expr.span, &what)?,
            None => value,
        };
        Ok(Done::Value(self.named(at, value)))
    }

    /// The type of an expression as far as its syntax shows it, without elaborating it.
    fn evident_type(&self, expr: &Expr) -> Option<(Type, Unit)> {
        match &expr.kind {
            ExprKind::Number { suffix, .. } => Some((Type::Float, expression::unit_of_suffix(*suffix))),
            ExprKind::Color(_) => Some((Type::Color, Unit::Scalar)),
            ExprKind::Bool(_) => Some((Type::Bool, Unit::Scalar)),
            ExprKind::Vector(parts) => {
                Some((if parts.len() == 2 { Type::Vec2 } else { Type::Vec3 }, Unit::Scalar))
            }
            ExprKind::Unary { op: UnaryOp::Not, .. } => Some((Type::Bool, Unit::Scalar)),
            ExprKind::Unary { op: UnaryOp::Negate, value } | ExprKind::At { value, .. } => {
                self.evident_type(value)
            }
            ExprKind::If { otherwise: value, .. } | ExprKind::Block { result: value, .. } => {
                self.evident_type(value)
            }
            ExprKind::Call { function, .. } => {
                let name: Vec<&str> = function.iter().map(|part| part.text.as_str()).collect();
                builtins::find(&name.join("."))?.returns.evident()
            }
            ExprKind::Name(name) => match self.meaning(name)? {
                Meaning::Value(task) => match self.done[task] {
                    Done::Value(value) => (!value.is_many()).then_some((value.ty, value.unit)),
                    Done::Pending
                    | Done::Poisoned(_)
                    | Done::Domain(_)
                    | Done::Camera(_)
                    | Done::Image(..)
                    | Done::Effect => None,
                },
                Meaning::Domain(_)
                | Meaning::Module(_)
                | Meaning::Camera(_)
                | Meaning::Image(_)
                | Meaning::Timeline(_) => None,
            },
            ExprKind::When { .. } => Some((Type::Bool, Unit::Scalar)),
            ExprKind::Keys { keys, .. } => self.evident_type(&keys.first()?.value),
            ExprKind::Fold(fold) => near::evident(&fold.how.text),
            ExprKind::Text(_) => Some((Type::Text, Unit::Scalar)),
            ExprKind::Chain { .. }
            | ExprKind::Member { .. }
            | ExprKind::Array(_)
            | ExprKind::Index { .. }
            | ExprKind::View { .. }
            | ExprKind::Broken(_) => None,
        }
    }

    fn combine(&mut self, at: TaskId, how: &'a Name, values: &[&'a Expr]) -> Result<Done<'b>, Reported> {
        if !WAYS.contains(&how.text.as_str()) {
            let problem = self.unknown_word(how, WAYS, "values are combined by");
            return self.fail(problem);
        }
        let mut parts = Vec::with_capacity(values.len());
        for expr in values {
            parts.push(self.expr(expr).map(|value| (value, expr.span)));
        }
        let parts: Vec<(Typed<'b>, Span)> = parts.into_iter().collect::<Result<_, _>>()?;
        let count = parts.len() as f64;
        // There is one at least: see `TaskKind::Combine`.
        let (mut total, mut span) = parts[0];
        for &(value, at) in &parts[1..] {
            let op = match how.text.as_str() {
                "sum" | "mean" => Op::Add,
                "mul" => Op::Mul,
                "min" => Op::Min,
                "max" => Op::Max,
                "over" => {
                    total = builtins::over(self, (value, at), (total, span))?;
                    span = at;
                    continue;
                }
                word => {
                    // Both must be of one type, so that it does not depend on which comes last.
                    let [first, last] = self.alike([(total, span), (value, at)])?;
                    total = if word == "first" { first } else { last };
                    span = at;
                    continue;
                }
            };
            total = self.arithmetic(op, (total, span), (value, at))?;
            span = at;
        }
        if how.text == "mean" {
            let divisor = self.float(count);
            total = self.arithmetic(Op::Div, (total, span), (divisor, span))?;
        }
        Ok(Done::Value(self.named(at, total)))
    }

    /// A type as it is written.
    fn type_of_name(&mut self, name: &Name) -> Result<(Type, Unit), Reported> {
        let known = TYPES.iter().find(|(text, ..)| *text == name.text);
        match known {
            Some(&(_, ty, unit)) => Ok((ty, unit)),
            None => {
                let names: Vec<&str> = TYPES.iter().map(|(text, ..)| *text).collect();
                let problem = self.unknown_word(name, &names, "types are");
                self.fail(problem)
            }
        }
    }

    fn unknown_word(&self, name: &Name, words: &[&str], what: &str) -> Problem {
        let message = format!("{} is none of the choices here", quote(&name.text));
        let help = match crate::diagnostic::nearest(&name.text, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{what} {}", words.join(", ")),
        };
        Problem::new(Code::UnknownWord, name.span, message).help(help)
    }

    pub(super) fn float(&self, value: f64) -> Typed<'b> {
        let constant = Some([value, 0.0, 0.0, 0.0]);
        Typed { constant, ..Typed::new(self.builder.float(value), Unit::Scalar, None) }
    }

    pub(super) fn int(&self, value: i32) -> Typed<'b> {
        let constant = Some([f64::from(value), 0.0, 0.0, 0.0]);
        Typed { constant, ..Typed::new(self.builder.int(value), Unit::Scalar, None) }
    }

    /// The meaning of a name that is not a local one.
    fn meaning(&self, name: &str) -> Option<Meaning> {
        self.project.meaning(self.scope, name)
    }

    /// The value of a cell.
    fn cell_value(&self, cell: CellRef<'b>, unit: Unit, element: Option<Element>) -> Typed<'b> {
        Typed::new(cell.get(), unit, element)
    }
}

/// Types as they are written.
pub(super) const TYPES: &[(&str, Type, Unit)] = &[
    ("float", Type::Float, Unit::Scalar),
    ("int", Type::Int, Unit::Scalar),
    ("bool", Type::Bool, Unit::Scalar),
    ("vec2", Type::Vec2, Unit::Scalar),
    ("vec3", Type::Vec3, Unit::Scalar),
    ("color", Type::Color, Unit::Scalar),
    ("shape", Type::Shape, Unit::Scalar),
    ("text", Type::Text, Unit::Scalar),
    ("time", Type::Float, Unit::Second),
    ("angle", Type::Float, Unit::Turn),
    ("phase", Type::Float, Unit::Phase),
    ("frequency", Type::Float, Unit::Hertz),
];

/// The unit that the language works in, and how many of another unit make one of it.
fn unit_base(unit: Unit) -> (Unit, f64) {
    match unit {
        Unit::Millisecond => (Unit::Second, 1e3),
        Unit::Radian => (Unit::Turn, std::f64::consts::TAU),
        Unit::Degree => (Unit::Turn, 360.0),
        Unit::Scalar | Unit::Second | Unit::Turn | Unit::Phase | Unit::Hertz => (unit, 1.0),
    }
}

/// The seed of a domain: from its name, so that other domains may come and go.
fn name_seed(name: &str) -> u32 {
    name.bytes().fold(0, |seed, byte| hash::hash(seed ^ u32::from(byte)))
}
