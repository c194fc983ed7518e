//! Dependencies of tasks: those that their expressions read, through the functions that they call.

use std::collections::{BTreeSet, HashMap};

use super::super::builtins::{self, ParamType};
use super::super::graph::{CYCLE_SHOWN, cycle_text, cycles, sort};
use super::super::problems::Problems;
use super::super::source::{Problem, Span};
use super::super::syntax::{Argument, Entry, Expr, ExprKind, Name, dotted};
use super::{Meaning, PARENT, POINTER, Project, Read, Scope, TaskId};
use crate::diagnostic::{Code, quote};

impl Project<'_> {
    pub(super) fn find_needs(&mut self, problems: &mut Problems) {
        self.function_needs(problems);
        for at in 0..self.tasks.len() {
            let mut needs = BTreeSet::new();
            let task = &self.tasks[at];
            let scope = Scope { module: task.module, domain: task.domain };
            if let Some(domain) = task.domain {
                needs.insert(self.domains[domain].task);
            }
            let mut walk = Walk {
                project: self,
                needs: &mut needs,
                locals: Locals::default(),
                other: None,
                calls: None,
            };
            for read in task.kind.reads() {
                match read {
                    Read::Expr(value) => walk.expr(scope, value),
                    Read::Given(value, module) => walk.expr(Scope { module, domain: None }, value),
                    Read::Entries(entries) => walk.entries(scope, entries),
                    Read::Arguments(arguments) => {
                        arguments.iter().for_each(|argument| walk.expr(scope, &argument.value));
                    }
                    Read::Name(name) => walk.name(scope, &[(&name.text, name.span)]),
                    Read::Task(task) => drop(walk.needs.insert(task)),
                    Read::DefaultCamera => walk.needs.extend(self.modules[task.module].camera),
                }
            }
            self.tasks[at].needs = needs.into_iter().collect();
        }
    }

    /// The dependencies of each function, through the functions that it calls; finds those that call themselves.
    fn function_needs(&mut self, problems: &mut Problems) {
        let count = self.functions.len();
        let mut own = Vec::with_capacity(count);
        for function in &self.functions {
            let (mut needs, mut calls) = (BTreeSet::new(), BTreeSet::new());
            let mut locals = Locals::default();
            function.parameters.iter().for_each(|p| locals.push(&p.name.text));
            let mut walk =
                Walk { project: self, needs: &mut needs, locals, other: None, calls: Some(&mut calls) };
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
        let mut recursion = None;
        for cycle in cycles(&calls, &left) {
            let first = self.functions[cycle[0]].name;
            let message = match cycle.as_slice() {
                [_] => format!("the function {} calls itself", quote(&first.text)),
                _ => {
                    let text = cycle_text(&cycle, |f| self.functions[f].name.text.as_str());
                    format!("functions call one another in a circle: {text}")
                }
            };
            let mut problem = Problem::new(Code::Recursion, first.span, message)
                .help("functions are written into their callers; use a `state` for what goes on from frame to frame");
            for &other in cycle[1..].iter().take(CYCLE_SHOWN) {
                let name = self.functions[other].name;
                problem = problem.related(format!("{} is part of it", quote(&name.text)), name.span);
            }
            recursion = Some(problems.report(problem));
        }
        for at in left {
            self.functions[at].recursion = recursion;
        }
    }
}

/// Collects what an expression reads.
struct Walk<'p, 'a> {
    project: &'p Project<'a>,
    needs: &'p mut BTreeSet<TaskId>,
    locals: Locals<'p>,
    /// What another element is called in the fold that is walked.
    other: Option<&'p str>,
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
        // What another element has is a value of the same domain.
        let parts = if parts.len() > 1 && self.other == Some(parts[0].0) { &parts[1..] } else { parts };
        if self.locals.contains(parts[0].0) {
            return;
        }
        let is_parent = parts[0].0 == PARENT && self.project.meaning(scope, PARENT).is_none();
        let (scope, parts) = match self.project.outer_parts(scope, parts).filter(|_| is_parent) {
            Some((_, [])) => return,
            Some((outer, rest)) => (Scope { domain: Some(outer), ..scope }, rest),
            None => (scope, parts),
        };
        match self.project.follow(scope, parts) {
            Some((Meaning::Value(task) | Meaning::Camera(task) | Meaning::Image(task), _)) => {
                self.needs.insert(task);
            }
            Some((Meaning::Domain(domain), _)) => {
                self.needs.insert(self.project.domains[domain].task);
            }
            Some((Meaning::Timeline(timeline), _)) => {
                self.needs.insert(self.project.timelines[timeline].task);
            }
            Some((Meaning::Module(_), _)) | None => {}
        }
    }

    fn expr(&mut self, scope: Scope, expr: &'p Expr) {
        match &expr.kind {
            ExprKind::Broken(_)
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
            ExprKind::View { rows, step } => {
                self.expr(scope, rows);
                step.values().into_iter().for_each(|value| self.expr(scope, value));
            }
            ExprKind::When { event, condition } => {
                self.expr(scope, event);
                self.expr(scope, condition);
            }
            ExprKind::Fold(fold) => {
                fold.arguments.iter().for_each(|argument| self.expr(scope, &argument.value));
                let outer = self.other.replace(&fold.other.text);
                fold.body.iter().for_each(|body| self.expr(scope, body));
                self.other = outer;
            }
            ExprKind::Keys { time, keys, .. } => {
                self.expr(scope, time);
                for key in keys {
                    self.expr(scope, &key.at);
                    self.expr(scope, &key.value);
                    key.easing.iter().for_each(|easing| self.easing(scope, easing));
                }
            }
            ExprKind::At { value, index, .. } => {
                self.expr(scope, value);
                self.expr(scope, index);
            }
            ExprKind::Index { value, arguments } => {
                self.expr(scope, value);
                arguments.first().iter().for_each(|index| self.expr(scope, &index.value));
            }
            ExprKind::Vector(values) | ExprKind::Array(values) => {
                values.iter().for_each(|value| self.expr(scope, value));
            }
            ExprKind::Unary { value, .. } => self.expr(scope, value),
            ExprKind::Chain { first, rest } => {
                self.expr(scope, first);
                rest.iter().for_each(|(_, value)| self.expr(scope, value));
            }
            ExprKind::If { branches, otherwise } => {
                for branch in branches {
                    self.expr(scope, &branch.condition);
                    self.expr(scope, &branch.then);
                }
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

    /// What the easing of a key reads: a name in it is that of a function.
    fn easing(&mut self, scope: Scope, easing: &'p Expr) {
        let Some(parts) = dotted(easing) else { return self.expr(scope, easing) };
        let path: Vec<Name> =
            parts.into_iter().map(|(text, span)| Name { text: text.to_owned(), span }).collect();
        self.function(self.project.function(scope.module, &path));
    }

    fn call(&mut self, scope: Scope, path: &'p [Name], arguments: &'p [Argument]) {
        let function = self.project.function(scope.module, path);
        let name: Vec<&str> = path.iter().map(|part| part.text.as_str()).collect();
        let builtin = if function.is_none() { builtins::find(&name.join(".")) } else { None };
        for (at, argument) in arguments.iter().enumerate() {
            let parameter = builtin.and_then(|builtin| match &argument.name {
                Some(name) => builtin.parameters.iter().find(|p| p.name == name.text),
                None => builtin.positional(at),
            });
            let is_word = match (parameter.map(|p| p.ty), &argument.value.kind) {
                (Some(ParamType::Word(_)), ExprKind::Name(_)) => true,
                (Some(ParamType::Fit), ExprKind::Name(name)) => matches!(name.as_str(), "yes" | "no"),
                _ => false,
            };
            if !is_word {
                self.expr(scope, &argument.value);
            }
        }
        if function.is_none() && builtin.is_none() {
            // An event, whose hit test it is.
            let parts: Vec<(&str, Span)> = path.iter().map(|part| (part.text.as_str(), part.span)).collect();
            self.name(scope, &parts);
        }
        let is_hit_test = |parameter: &builtins::Parameter| parameter.ty == ParamType::Domain;
        if function.is_none() && builtin.is_none_or(|builtin| builtin.parameters.iter().any(is_hit_test)) {
            self.name(scope, &[(POINTER, path[0].span)]);
        }
        self.function(function);
    }

    /// Notes a function of the patch that is called.
    fn function(&mut self, function: Option<usize>) {
        let Some(function) = function else { return };
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
