//! What a patch consists of: the files as modules, and in them the tasks, one for each statement that gives, keeps or
//! draws something. Finds what each task needs, and from that the order.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::functions::{Function as Builtin, Takes};
use super::graph::{CIRCLE_SHOWN, circle, cycles, sort};
use super::source::{Problem, Span};
use super::syntax::{Argument, Entry, Expr, ExprKind, FunctionParameter, Item, ItemKind, Name, Tree, dotted};
use crate::diagnostic::{Code, quote};

/// How deep files may use files.
const USE_DEPTH_MAX: usize = 16;
/// How often files may be used in one patch.
const MODULES_MAX: usize = 1_000;

/// How many statements the files of a patch have together when another one may still be used.
const TASKS_MAX: usize = 1 << 18;
/// How many names of parameters are looked at for what is meant.
const NAMES_SHOWN: usize = 50;
/// How many parameters a function has.
const PARAMETERS_MAX: usize = 100;

/// Row in [`Project::tasks`].
pub(super) type TaskId = usize;
/// Row in [`Project::modules`].
pub(super) type ModuleId = usize;
/// Row in [`Project::domains`].
pub(super) type DomainId = usize;

/// What a name means in a module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    Value(TaskId),
    Domain(DomainId),
    Module(ModuleId),
    Camera(TaskId),
}

impl Meaning {
    /// For people.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Value(_) => "a value",
            Self::Domain(_) => "a domain",
            Self::Module(_) => "a used file",
            Self::Camera(_) => "a camera",
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
    /// Tasks that the body reads, and behind all tasks the functions that it calls.
    pub(super) needs: Vec<TaskId>,
    /// Calls itself, which has been reported.
    pub(super) is_recursive: bool,
}

/// A file under the name that uses it.
#[derive(Debug, Default)]
pub(super) struct Module<'a> {
    /// What stands before its names: empty, or `ring.`.
    pub(super) prefix: String,
    pub(super) file: u16,
    pub(super) names: HashMap<&'a str, (Meaning, Span)>,
    /// Rows in [`Project::functions`].
    pub(super) functions: HashMap<&'a str, usize>,
    /// The camera of draws that name none.
    pub(super) camera: Option<TaskId>,
    /// Stands for a file that could not be had, which has been reported: nothing is known about its names.
    pub(super) is_missing: bool,
}

/// A domain.
#[derive(Debug)]
pub(super) struct PatchDomain<'a> {
    pub(super) name: &'a Name,
    /// With the module's prefix.
    pub(super) full: String,
    pub(super) task: TaskId,
    pub(super) names: HashMap<&'a str, (TaskId, Span)>,
}

/// What a task does.
#[derive(Clone, Debug)]
pub(super) enum TaskKind<'a> {
    Value(&'a Expr),
    /// Several definitions become one value.
    Combine {
        how: &'a Name,
        values: Vec<&'a Expr>,
    },
    State {
        ty: Option<&'a Name>,
        initial: &'a Expr,
    },
    Next {
        state: TaskId,
        name: &'a Name,
        value: &'a Expr,
    },
    Input {
        ty: Option<&'a Name>,
        default: Option<&'a Expr>,
        is_momentary: bool,
    },
    /// `given` is what the using file says, to be read in its module.
    Parameter {
        ty: Option<&'a Name>,
        default: &'a Expr,
        given: Option<(&'a Expr, ModuleId)>,
    },
    Domain {
        domain: DomainId,
        count: &'a Expr,
        max: Option<&'a Expr>,
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
    Background(&'a Expr),
    Clip(&'a [Entry]),
}

/// A statement that gives, keeps or draws something.
#[derive(Debug)]
pub(super) struct Task<'a> {
    pub(super) kind: TaskKind<'a>,
    pub(super) module: ModuleId,
    pub(super) domain: Option<DomainId>,
    /// The name that is defined, or the word that opens the statement.
    pub(super) span: Span,
    /// The name with everything before it; of what has none, what it is.
    pub(super) key: String,
    /// What must be worked out before: tasks, and behind all tasks the functions that are called.
    pub(super) needs: Vec<TaskId>,
}

impl Task<'_> {
    /// Whether it is on the picture, and not only named.
    fn is_shown(&self) -> bool {
        match self.kind {
            TaskKind::Draw { .. } => true,
            TaskKind::Background(_) | TaskKind::Clip(_) => self.module == 0,
            _ => false,
        }
    }
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
    pub(super) tasks: Vec<Task<'a>>,
    /// Definitions that wait for their `combine`, or the other way round.
    combined: HashMap<(ModuleId, Option<DomainId>, &'a str), &'a Name>,
    /// The task that gives a state its next value.
    nexts: HashMap<TaskId, TaskId>,
    /// States whose `next` is misspelt or stands elsewhere, which has been reported.
    misses_next: HashSet<TaskId>,
    /// The background and the clip of each module.
    singles: HashMap<(ModuleId, &'static str), TaskId>,
}

/// Where a name is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) module: ModuleId,
    pub(super) domain: Option<DomainId>,
}

impl<'a> Project<'a> {
    /// Collects everything, module by module. `files` has the row of every file by the path it is used by, as the
    /// loader found it: the key is the using file and the path.
    pub(super) fn new(
        parsed: &'a [Parsed],
        used: &HashMap<(u16, String), u16>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut project = Self::default();
        let mut collector = Collector { parsed, used, problems, project: &mut project };
        collector.module(0, String::new(), &mut vec![0]);
        collector.missing_definitions();
        project.find_needs(problems);
        project
    }

    /// What a name means.
    pub(super) fn meaning(&self, scope: Scope, name: &str) -> Option<Meaning> {
        if let Some(domain) = scope.domain
            && let Some(&(task, _)) = self.domains[domain].names.get(name)
        {
            return Some(Meaning::Value(task));
        }
        self.modules[scope.module].names.get(name).map(|&(meaning, _)| meaning)
    }

    /// The function a call means; none where it is not one of the patch.
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
                Meaning::Domain(domain) => {
                    self.domains[domain].names.get(part).map(|&(task, _)| Meaning::Value(task))
                }
                Meaning::Value(_) | Meaning::Camera(_) => None,
            };
            let Some(next) = next else { break };
            meaning = next;
            used += 1;
        }
        Some((meaning, used))
    }

    fn find_needs(&mut self, problems: &mut Vec<Problem>) {
        self.function_needs(problems);
        for at in 0..self.tasks.len() {
            let mut needs = BTreeSet::new();
            let task = &self.tasks[at];
            let scope = Scope { module: task.module, domain: task.domain };
            if let Some(domain) = task.domain {
                needs.insert(self.domains[domain].task);
            }
            let mut walk = Walk { project: self, needs: &mut needs, locals: Locals::default(), calls: None };
            match &task.kind {
                TaskKind::Value(value) | TaskKind::Background(value) => walk.expr(scope, value),
                TaskKind::Combine { values, .. } => values.iter().for_each(|value| walk.expr(scope, value)),
                TaskKind::State { initial, .. } => walk.expr(scope, initial),
                TaskKind::Next { state, value, .. } => {
                    walk.expr(scope, value);
                    walk.needs.insert(*state);
                }
                TaskKind::Input { default, .. } => default.iter().for_each(|value| walk.expr(scope, value)),
                TaskKind::Parameter { default, given, .. } => match given {
                    Some((value, module)) => walk.expr(Scope { module: *module, domain: None }, value),
                    None => walk.expr(scope, default),
                },
                TaskKind::Domain { count, max, .. } => {
                    walk.expr(scope, count);
                    max.iter().for_each(|value| walk.expr(scope, value));
                }
                TaskKind::Draw { arguments, attributes, .. } => {
                    arguments.iter().for_each(|argument| walk.expr(scope, &argument.value));
                    walk.entries(scope, attributes);
                    walk.needs.extend(self.modules[task.module].camera);
                }
                TaskKind::Camera { attributes, .. } | TaskKind::Clip(attributes) => {
                    walk.entries(scope, attributes)
                }
            }
            self.tasks[at].needs = needs.into_iter().collect();
        }
    }

    /// What each function reads, through the functions that it calls; finds those that call themselves.
    fn function_needs(&mut self, problems: &mut Vec<Problem>) {
        let count = self.functions.len();
        let mut own = Vec::with_capacity(count);
        for function in &self.functions {
            let (mut needs, mut calls) = (BTreeSet::new(), BTreeSet::new());
            let mut locals = Locals::default();
            function.parameters.iter().for_each(|p| locals.push(&p.name.text));
            let mut walk = Walk { project: self, needs: &mut needs, locals, calls: Some(&mut calls) };
            let scope = Scope { module: function.module, domain: None };
            function.parameters.iter().filter_map(|p| p.default.as_ref()).for_each(|e| walk.expr(scope, e));
            walk.expr(scope, function.body);
            own.push((needs, calls));
        }
        // Callees first; what is left over calls itself, and is never written in.
        let calls: Vec<Vec<usize>> = own.iter().map(|(_, calls)| calls.iter().copied().collect()).collect();
        let (order, left) = sort(&calls, count);
        let first = self.tasks.len();
        for at in order {
            let tasks = own[at].0.iter().copied();
            self.functions[at].needs = tasks.chain(calls[at].iter().map(|&callee| first + callee)).collect();
        }
        for cycle in cycles(&calls, &left) {
            let first = self.functions[cycle[0]].name;
            let message = match cycle.as_slice() {
                [_] => format!("the function {} calls itself", quote(&first.text)),
                _ => {
                    let circle = circle(&cycle, |f| self.functions[f].name.text.as_str());
                    format!("functions call one another in a circle: {circle}")
                }
            };
            let mut problem = Problem::new(Code::Recursion, first.span, message)
                .help("functions are written into their callers; use a `state` for what goes on from frame to frame");
            for &other in cycle[1..].iter().take(CIRCLE_SHOWN) {
                let name = self.functions[other].name;
                problem = problem.related(format!("{} is part of it", quote(&name.text)), name.span);
            }
            problems.push(problem);
        }
        for at in left {
            self.functions[at].is_recursive = true;
        }
    }

    /// Whether it has been said already why a state gets no next value.
    pub(super) fn misses_next(&self, state: TaskId) -> bool {
        self.misses_next.contains(&state)
    }

    /// Whether a dotted name leads into a file that could not be had.
    pub(super) fn leads_nowhere(&self, module: ModuleId, path: &[Name]) -> bool {
        let mut module = module;
        for name in path {
            match self.modules[module].names.get(name.text.as_str()) {
                Some(&(Meaning::Module(inner), _)) => module = inner,
                _ => break,
            }
        }
        self.modules[module].is_missing
    }

    /// Whether a state gets a next value.
    pub(super) fn has_next(&self, state: TaskId) -> bool {
        self.nexts.contains_key(&state)
    }

    /// Tasks in an order in which each comes behind what it needs, as far as possible in source order, and those that
    /// need themselves.
    ///
    /// Functions stand among them, with numbers behind all tasks, for what they read is needed where they are called.
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

    /// What a task or a function needs.
    pub(super) fn needs(&self, at: TaskId) -> &[TaskId] {
        match self.tasks.get(at) {
            Some(task) => &task.needs,
            None => &self.functions[at - self.tasks.len()].needs,
        }
    }

    /// Which tasks reach the picture. In a patch that draws nothing all count.
    pub(super) fn shown(&self) -> Vec<bool> {
        if !self.tasks.iter().any(|task| matches!(task.kind, TaskKind::Draw { .. })) {
            return vec![true; self.tasks.len()];
        }
        let mut shown: Vec<bool> = self.tasks.iter().map(Task::is_shown).collect();
        shown.resize(self.tasks.len() + self.functions.len(), false);
        let mut stack: Vec<TaskId> = (0..shown.len()).filter(|&at| shown[at]).collect();
        while let Some(at) = stack.pop() {
            let further = self.needs(at).iter().chain(self.nexts.get(&at));
            for &next in further {
                if !std::mem::replace(&mut shown[next], true) {
                    stack.push(next);
                }
            }
        }
        shown
    }
}

/// Collects what an expression reads.
struct Walk<'p, 'a> {
    project: &'p Project<'a>,
    needs: &'p mut BTreeSet<TaskId>,
    locals: Locals<'p>,
    /// The functions that are called, instead of what they read.
    calls: Option<&'p mut BTreeSet<usize>>,
}

/// The local names that hold at a place.
#[derive(Default)]
struct Locals<'p> {
    names: Vec<&'p str>,
    /// How often each of them is there.
    counts: HashMap<&'p str, usize>,
}

impl<'p> Locals<'p> {
    fn push(&mut self, name: &'p str) {
        self.names.push(name);
        *self.counts.entry(name).or_insert(0) += 1;
    }

    fn truncate(&mut self, length: usize) {
        for name in self.names.drain(length..) {
            if let Some(count) = self.counts.get_mut(name) {
                *count -= 1;
            }
        }
    }

    fn contains(&self, name: &str) -> bool {
        self.counts.get(name).is_some_and(|&count| count > 0)
    }
}

impl<'p> Walk<'p, '_> {
    fn entries(&mut self, scope: Scope, entries: &'p [Entry]) {
        for entry in entries {
            match &entry.value {
                Some(value) => self.expr(scope, value),
                None => self.name(scope, &[(entry.name.text.as_str(), entry.name.span)]),
            }
        }
    }

    fn name(&mut self, scope: Scope, parts: &[(&str, Span)]) {
        if self.locals.contains(parts[0].0) {
            return;
        }
        match self.project.follow(scope, parts) {
            Some((Meaning::Value(task) | Meaning::Camera(task), _)) => {
                self.needs.insert(task);
            }
            Some((Meaning::Domain(domain), _)) => {
                self.needs.insert(self.project.domains[domain].task);
            }
            Some((Meaning::Module(_), _)) | None => {}
        }
    }

    fn expr(&mut self, scope: Scope, expr: &'p Expr) {
        match &expr.kind {
            ExprKind::Broken
            | ExprKind::Number { .. }
            | ExprKind::Color(_)
            | ExprKind::Text(_)
            | ExprKind::Bool(_) => {}
            ExprKind::Name(name) => self.name(scope, &[(name.as_str(), expr.span)]),
            ExprKind::Member { value, .. } => match dotted(expr) {
                Some(parts) => self.name(scope, &parts),
                None => self.expr(scope, value),
            },
            ExprKind::Call { function, arguments } => self.call(scope, function, arguments),
            ExprKind::Vector(values) => values.iter().for_each(|value| self.expr(scope, value)),
            ExprKind::Unary { value, .. } => self.expr(scope, value),
            ExprKind::Binary { left, right, .. } => {
                self.expr(scope, left);
                self.expr(scope, right);
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(scope, condition);
                self.expr(scope, then);
                self.expr(scope, otherwise);
            }
            ExprKind::Block { definitions, result } => {
                let outer = self.locals.names.len();
                for (name, value) in definitions {
                    self.expr(scope, value);
                    self.locals.push(&name.text);
                }
                self.expr(scope, result);
                self.locals.truncate(outer);
            }
        }
    }

    fn call(&mut self, scope: Scope, path: &'p [Name], arguments: &'p [Argument]) {
        let function = self.project.function(scope.module, path);
        let name: Vec<&str> = path.iter().map(|part| part.text.as_str()).collect();
        let builtin = if function.is_none() { Builtin::find(&name.join(".")) } else { None };
        for (at, argument) in arguments.iter().enumerate() {
            let parameter = builtin.and_then(|builtin| match &argument.name {
                Some(name) => builtin.parameters.iter().find(|p| p.name == name.text),
                None => builtin.parameters.get(at),
            });
            let is_word = matches!(parameter.map(|p| p.takes), Some(Takes::Word(_)));
            if !(is_word && matches!(argument.value.kind, ExprKind::Name(_))) {
                self.expr(scope, &argument.value);
            }
        }
        if let Some(function) = function {
            match &mut self.calls {
                Some(calls) => {
                    calls.insert(function);
                }
                None => {
                    self.needs.insert(self.project.tasks.len() + function);
                }
            }
        }
    }
}

/// Makes modules of trees.
struct Collector<'c, 'a> {
    parsed: &'a [Parsed],
    used: &'c HashMap<(u16, String), u16>,
    problems: &'c mut Vec<Problem>,
    project: &'c mut Project<'a>,
}

impl<'a> Collector<'_, 'a> {
    fn module(&mut self, file: u16, prefix: String, stack: &mut Vec<u16>) -> ModuleId {
        let id = self.project.modules.len();
        self.project.modules.push(Module { prefix, file, ..Module::default() });
        let parsed: &'a [Parsed] = self.parsed;
        if let Some(found) = parsed.iter().find(|parsed| parsed.file == file) {
            self.block(id, None, &found.tree.items, stack);
        }
        id
    }

    /// The statements of a file or of a domain.
    fn block(&mut self, module: ModuleId, domain: Option<DomainId>, items: &'a [Item], stack: &mut Vec<u16>) {
        self.combines(module, domain, items);
        let scope = Scope { module, domain };
        // A `next` may stand above its `state`.
        let mut early = Vec::new();
        for item in items {
            match &item.kind {
                ItemKind::Next { name, value } if self.own_value(scope, &name.text).is_none() => {
                    early.push((name, value));
                }
                _ => self.item(module, domain, item, stack),
            }
        }
        for (name, value) in early {
            self.next(scope, name, value);
        }
    }

    /// Notes which names are combined, wherever their `combine` stands.
    fn combines(&mut self, module: ModuleId, domain: Option<DomainId>, items: &'a [Item]) {
        for item in items {
            if let ItemKind::Combine { how, name } = &item.kind {
                self.project.combined.entry((module, domain, &name.text)).or_insert(how);
            }
        }
    }

    /// A `combine` of a name that is never defined.
    fn missing_definitions(&mut self) {
        for task in &self.project.tasks {
            if let TaskKind::Combine { values, how } = &task.kind
                && values.is_empty()
            {
                let message = format!("{} is combined, but never given a value", quote(&task.key));
                let help = format!("give it one or more: `{} = ...`, each on a line of its own", task.key);
                self.problems.push(
                    Problem::new(Code::UnknownValue, task.span, message)
                        .related("this says how its values are combined", how.span)
                        .help(help),
                );
            }
        }
    }

    fn push(&mut self, scope: Scope, span: Span, name: &str, kind: TaskKind<'a>) -> TaskId {
        let key = match scope.domain {
            Some(domain) => format!("{}.{name}", self.project.domains[domain].full),
            None => format!("{}{name}", self.project.modules[scope.module].prefix),
        };
        let Scope { module, domain } = scope;
        self.project.tasks.push(Task { kind, module, domain, span, key, needs: Vec::new() });
        self.project.tasks.len() - 1
    }

    /// Gives a name its meaning; reports one that has one already.
    fn define(&mut self, scope: Scope, name: &'a Name, meaning: Meaning) {
        if super::functions::INTRINSICS.iter().any(|intrinsic| intrinsic.name == name.text) {
            let message = format!("{} has a meaning of its own", quote(&name.text));
            let help = format!("choose another name, such as `my_{}`", name.text);
            self.problems.push(Problem::new(Code::ReservedName, name.span, message).help(help));
            // It goes on with the meaning that was given, so that this is all that is said about the name.
        }
        let text: &'a str = &name.text;
        let first = match (scope.domain, meaning) {
            (Some(domain), Meaning::Value(task)) => {
                let names = &mut self.project.domains[domain].names;
                let first = names.get(text).map(|&(_, span)| span);
                if first.is_none() {
                    names.insert(text, (task, name.span));
                }
                first
            }
            _ => {
                let names = &mut self.project.modules[scope.module].names;
                let first = names.get(text).map(|&(_, span)| span);
                if first.is_none() {
                    names.insert(text, (meaning, name.span));
                }
                first
            }
        };
        if let Some(first) = first {
            let message = format!("{} is defined twice", quote(&name.text));
            let help = match meaning {
                Meaning::Value(_) => {
                    format!("rename one of them, or say how the two become one: `combine sum {}`", name.text)
                }
                _ => "rename one of them".into(),
            };
            self.problems.push(
                Problem::new(Code::Redefined, name.span, message)
                    .related("the first is here", first)
                    .help(help),
            );
        }
    }

    fn item(&mut self, module: ModuleId, domain: Option<DomainId>, item: &'a Item, stack: &mut Vec<u16>) {
        let scope = Scope { module, domain };
        let value = |this: &mut Self, name: &'a Name, kind| {
            let task = this.push(scope, name.span, &name.text, kind);
            this.define(scope, name, Meaning::Value(task));
        };
        match &item.kind {
            ItemKind::Definition { name, value: expr } => {
                if let Some(&how) = self.project.combined.get(&(module, domain, name.text.as_str())) {
                    return self.contribution(scope, name, how, Some(expr));
                }
                value(self, name, TaskKind::Value(expr));
            }
            ItemKind::Combine { how, name } => self.contribution(scope, name, how, None),
            ItemKind::State { name, ty, initial } => {
                value(self, name, TaskKind::State { ty: ty.as_ref(), initial });
            }
            ItemKind::Next { name, value } => self.next(scope, name, value),
            ItemKind::Input { name, ty, default, momentary } => {
                let is_momentary = momentary.is_some();
                let (ty, default) = (ty.as_ref(), default.as_ref());
                value(self, name, TaskKind::Input { ty, default, is_momentary });
            }
            ItemKind::Parameter { name, ty, default } => {
                value(self, name, TaskKind::Parameter { ty: ty.as_ref(), default, given: None });
            }
            ItemKind::Function { name, parameters, body } => self.function(module, name, parameters, body),
            ItemKind::Domain { name, count, max, items } => {
                let id = self.project.domains.len();
                let full = format!("{}{}", self.project.modules[module].prefix, name.text);
                let kind = TaskKind::Domain { domain: id, count, max: max.as_ref() };
                let task = self.push(scope, name.span, &name.text, kind);
                self.project.domains.push(PatchDomain { name, full, task, names: HashMap::new() });
                self.define(scope, name, Meaning::Domain(id));
                self.block(module, Some(id), items, stack);
            }
            ItemKind::Draw { shape, arguments, label, attributes } => {
                let kind = TaskKind::Draw { shape, arguments, label: label.as_ref(), attributes };
                self.push(scope, shape.span, &label.as_ref().unwrap_or(shape).text, kind);
            }
            ItemKind::Camera { kind, name, attributes } => {
                let task = TaskKind::Camera { kind, attributes };
                let task = self.push(scope, kind.span, name.as_ref().map_or("camera", |n| &n.text), task);
                match name {
                    Some(name) => self.define(scope, name, Meaning::Camera(task)),
                    None => self.default_camera(module, kind, task),
                }
            }
            ItemKind::Background { value } => {
                self.once(scope, value.span, "background", TaskKind::Background(value));
            }
            ItemKind::Clip { settings } => {
                self.once(scope, item.span, "clip", TaskKind::Clip(settings));
            }
            ItemKind::Use { path, name, arguments } => {
                let Some(&file) = self.used.get(&(self.project.modules[module].file, path.text.clone()))
                else {
                    if let Some(name) = name {
                        self.missing_module(scope, name);
                    }
                    return;
                };
                if let Some(name) = name {
                    self.using(scope, file, name, arguments, stack);
                }
            }
        }
    }

    /// The name of a file that could not be had.
    fn missing_module(&mut self, scope: Scope, name: &'a Name) {
        let id = self.project.modules.len();
        self.project.modules.push(Module { is_missing: true, ..Module::default() });
        self.define(scope, name, Meaning::Module(id));
    }

    /// A statement of which a file has one.
    fn once(&mut self, scope: Scope, span: Span, name: &'static str, kind: TaskKind<'a>) {
        if let Some(&first) = self.project.singles.get(&(scope.module, name)) {
            let first = self.project.tasks[first].span;
            let message = format!("`{name}` is given twice");
            self.problems.push(
                Problem::new(Code::Redefined, span, message)
                    .related("the first is here", first)
                    .help("remove one of them"),
            );
            return;
        }
        let task = self.push(scope, span, name, kind);
        self.project.singles.insert((scope.module, name), task);
    }

    fn default_camera(&mut self, module: ModuleId, kind: &'a Name, task: TaskId) {
        if let Some(first) = self.project.modules[module].camera {
            let first = self.project.tasks[first].span;
            let problem = Problem::new(Code::Redefined, kind.span, "a second camera without a name");
            self.problems.push(problem.related("the first is here", first).help(format!(
                "give it a name, `camera {} as side {{ ... }}`, and draw with `camera: side`",
                kind.text
            )));
        } else {
            self.project.modules[module].camera = Some(task);
        }
    }

    /// A value of a combined name, or the `combine` itself.
    fn contribution(&mut self, scope: Scope, name: &'a Name, how: &'a Name, value: Option<&'a Expr>) {
        let known = match self.own_value(scope, &name.text) {
            Some(task) => match &mut self.project.tasks[task].kind {
                TaskKind::Combine { values, how: first } => Some((values, *first)),
                _ => None,
            },
            None => None,
        };
        match (known, value) {
            (Some((values, _)), Some(value)) => values.push(value),
            (Some((_, first)), None) if first.span != how.span => {
                let message = format!("{} is combined twice", quote(&name.text));
                self.problems.push(
                    Problem::new(Code::Redefined, how.span, message)
                        .related("the first is here", first.span)
                        .help("keep one of them"),
                );
            }
            (Some(_), None) => {}
            (None, _) => {
                let values = value.into_iter().collect();
                let task = self.push(scope, name.span, &name.text, TaskKind::Combine { how, values });
                self.define(scope, name, Meaning::Value(task));
            }
        }
    }

    /// The task of a name of this very block.
    fn own_value(&self, scope: Scope, name: &str) -> Option<TaskId> {
        match scope.domain {
            Some(domain) => self.project.domains[domain].names.get(name).map(|&(task, _)| task),
            None => match self.project.modules[scope.module].names.get(name) {
                Some(&(Meaning::Value(task), _)) => Some(task),
                _ => None,
            },
        }
    }

    fn next(&mut self, scope: Scope, name: &'a Name, value: &'a Expr) {
        let state = self.own_value(scope, &name.text);
        let is_state =
            state.is_some_and(|task| matches!(self.project.tasks[task].kind, TaskKind::State { .. }));
        let Some(state) = state.filter(|_| is_state) else {
            let problem = self.no_state(scope, name, state);
            self.problems.push(problem);
            return;
        };
        if let Some(first) = self.project.nexts.get(&state).map(|&first| &self.project.tasks[first]) {
            let message = format!("the state {} gets two next values", quote(&name.text));
            self.problems.push(
                Problem::new(Code::Redefined, name.span, message)
                    .related("the first is here", first.span)
                    .help("put them into one expression, such as `if c then a else b`"),
            );
            return;
        }
        let text = format!("{}.next", name.text);
        let task = self.push(scope, name.span, &text, TaskKind::Next { state, name, value });
        self.project.nexts.insert(state, task);
    }

    /// A `next` of something that is no state of this block; `task` is what has the name.
    fn no_state(&mut self, scope: Scope, name: &Name, task: Option<TaskId>) -> Problem {
        let quoted = quote(&name.text);
        let help = format!("begin it in the same block: `state {} = 0`", name.text);
        if let Some(task) = task {
            return Problem::new(Code::NextWithoutState, name.span, format!("{quoted} is not a state"))
                .related("what has this name is not a state", self.project.tasks[task].span)
                .help(help);
        }
        let message = format!("no state of this block is called {quoted}");
        let problem = Problem::new(Code::NextWithoutState, name.span, message);
        let tasks = &self.project.tasks;
        let is_state = |task: TaskId| matches!(tasks[task].kind, TaskKind::State { .. });
        let outer = self.own_value(Scope { domain: None, ..scope }, &name.text);
        if let Some(outer) = outer.filter(|&task| is_state(task)) {
            let problem = problem.related("the state is outside of this block", tasks[outer].span);
            self.project.misses_next.insert(outer);
            return problem.help("put both into the same block");
        }
        let names: Vec<(&str, TaskId)> = match scope.domain {
            Some(domain) => {
                self.project.domains[domain].names.iter().map(|(&name, &(task, _))| (name, task)).collect()
            }
            None => {
                let names = self.project.modules[scope.module].names.iter();
                let task = |(&name, &(meaning, _)): (&&'a str, &(Meaning, Span))| match meaning {
                    Meaning::Value(task) => Some((name, task)),
                    _ => None,
                };
                names.filter_map(task).collect()
            }
        };
        let mut states: Vec<(&str, TaskId)> = names.into_iter().filter(|&(_, task)| is_state(task)).collect();
        states.sort_unstable();
        let near = crate::diagnostic::nearest(&name.text, states.iter().map(|&(name, _)| name));
        let Some(&(near, task)) = states.iter().find(|&&(name, _)| Some(name) == near) else {
            return problem.help(help);
        };
        self.project.misses_next.insert(task);
        problem.help(format!("did you mean `{near}`?"))
    }

    fn function(
        &mut self,
        module: ModuleId,
        name: &'a Name,
        parameters: &'a [FunctionParameter],
        body: &'a Expr,
    ) {
        let known = self.project.modules[module].functions.get(name.text.as_str());
        if let Some(&first) = known {
            let first = self.project.functions[first].name.span;
            let message = format!("the function {} is defined twice", quote(&name.text));
            self.problems.push(
                Problem::new(Code::Redefined, name.span, message)
                    .related("the first is here", first)
                    .help("rename one of them"),
            );
            return;
        }
        let parameters = match parameters.get(..PARAMETERS_MAX) {
            Some(first) if parameters.len() > PARAMETERS_MAX => {
                let message = format!(
                    "the function {} has {} parameters, the most is {PARAMETERS_MAX}",
                    quote(&name.text),
                    parameters.len()
                );
                let problem = Problem::new(Code::PatchTooLarge, name.span, message);
                self.problems.push(problem.help("make several functions of it"));
                first
            }
            _ => parameters,
        };
        for (at, parameter) in parameters.iter().enumerate() {
            if let Some(first) = parameters[..at].iter().find(|p| p.name.text == parameter.name.text) {
                let message = format!("two parameters are called {}", quote(&parameter.name.text));
                self.problems.push(
                    Problem::new(Code::Redefined, parameter.name.span, message)
                        .related("the first is here", first.name.span)
                        .help("rename one of them"),
                );
            }
        }
        let row = self.project.functions.len();
        self.project.functions.push(PatchFunction {
            name,
            parameters,
            body,
            module,
            needs: Vec::new(),
            is_recursive: false,
        });
        self.project.modules[module].functions.insert(&name.text, row);
    }

    fn using(
        &mut self,
        scope: Scope,
        file: u16,
        name: &'a Name,
        arguments: &'a [Entry],
        stack: &mut Vec<u16>,
    ) {
        // That files use one another in a circle has been reported by the loader.
        if stack.contains(&file) {
            return self.missing_module(scope, name);
        }
        let is_large = self.project.modules.len() >= MODULES_MAX || self.project.tasks.len() >= TASKS_MAX;
        if stack.len() > USE_DEPTH_MAX || is_large {
            let message = "files use files too often or too deep";
            let help = "put what is shared into one file, and use that";
            self.problems.push(Problem::new(Code::PatchTooLarge, name.span, message).help(help));
            return self.missing_module(scope, name);
        }
        let prefix = format!("{}{}.", self.project.modules[scope.module].prefix, name.text);
        stack.push(file);
        let inner = self.module(file, prefix, stack);
        stack.pop();
        self.define(scope, name, Meaning::Module(inner));
        let mut given: HashMap<&str, Span> = HashMap::new();
        for entry in arguments {
            if let Some(&first) = given.get(entry.name.text.as_str()) {
                let message = format!("the parameter {} is given twice", quote(&entry.name.text));
                self.problems.push(
                    Problem::new(Code::RepeatedArgument, entry.name.span, message)
                        .related("the first is here", first)
                        .help("remove one of them"),
                );
                continue;
            }
            given.insert(&entry.name.text, entry.name.span);
            self.parameter(scope.module, inner, entry, name);
        }
    }

    fn parameter(&mut self, outer: ModuleId, inner: ModuleId, entry: &'a Entry, used: &Name) {
        let task = match self.project.modules[inner].names.get(entry.name.text.as_str()) {
            Some(&(Meaning::Value(task), _)) => Some(task),
            _ => None,
        };
        if let Some(task) = task
            && let TaskKind::Parameter { given, .. } = &mut self.project.tasks[task].kind
        {
            match &entry.value {
                Some(value) => *given = Some((value, outer)),
                None => {
                    let message = format!("the parameter {} has no value", quote(&entry.name.text));
                    let help = format!("write `{}: value`", entry.name.text);
                    self.problems
                        .push(Problem::new(Code::MissingArgument, entry.name.span, message).help(help));
                }
            }
            return;
        }
        let is_parameter =
            |task: &&Task<'_>| task.module == inner && matches!(task.kind, TaskKind::Parameter { .. });
        let own = self.project.modules[inner].names.values().filter_map(|&(meaning, _)| match meaning {
            Meaning::Value(task) => Some(task),
            _ => None,
        });
        let mut own: Vec<TaskId> = if self.problems.len() > 1_000 { Vec::new() } else { own.collect() };
        own.sort_unstable();
        let parameters = own.iter().map(|&task| &self.project.tasks[task]).filter(is_parameter);
        let parameters = parameters.filter_map(|task| task.key.rsplit('.').next());
        // Of a file with very many the first do.
        let parameters: Vec<&str> = parameters.take(NAMES_SHOWN).collect();
        let message = format!("{} has no parameter {}", quote(&used.text), quote(&entry.name.text));
        let near = crate::diagnostic::nearest(&entry.name.text, parameters.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if parameters.is_empty() => {
                format!("add one to that file: `param {} = 1`", entry.name.text)
            }
            None => format!("it has {}", parameters.join(", ")),
        };
        self.problems.push(Problem::new(Code::UnknownParameter, entry.name.span, message).help(help));
    }
}
