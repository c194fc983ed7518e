//! From the trees of the files to modules and tasks, and what is wrong with the statements as such.

use std::collections::HashMap;

use super::super::parser::KEYS;
use super::super::problems::{Problems, Reported};
use super::super::source::{Problem, Span};
use super::super::syntax::{
    Column, Edit, Elements, Entry, Expr, ExprKind, FunctionParameter, Item, ItemKind, Name, Text, ViewStep,
};
use super::{
    Artworks, DataTables, DomainId, Fonts, Images, Meaning, Module, ModuleId, Parsed, PatchDomain,
    PatchFunction, Project, Scope, Task, TaskId, TaskKind, UsedFile, UsedFiles,
};
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

/// Makes modules of trees.
pub(super) struct Collector<'c, 'a> {
    pub(super) parsed: &'a [Parsed],
    pub(super) used: &'c UsedFiles,
    pub(super) data: &'a DataTables,
    pub(super) artworks: &'a Artworks,
    pub(super) images: &'a Images,
    pub(super) fonts: &'a Fonts,
    pub(super) problems: &'c mut Problems,
    pub(super) project: &'c mut Project<'a>,
}

impl<'a> Collector<'_, 'a> {
    pub(super) fn module(&mut self, file: u16, prefix: String, stack: &mut Vec<u16>) -> ModuleId {
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
        // A `next` may be above its `state`.
        let mut early = Vec::new();
        let mut reactions = Vec::new();
        for item in items {
            match &item.kind {
                // Whatever they set is known by then.
                ItemKind::On { event, sets, edits } => reactions.push((event, sets, edits)),
                ItemKind::Next { name, value } if self.own_value(scope, &name.text).is_none() => {
                    early.push((name, value));
                }
                _ => self.item(module, domain, item, stack),
            }
        }
        for (name, value) in early {
            self.next(scope, name, value);
        }
        for (event, sets, edits) in reactions {
            self.reaction(scope, event, sets, edits);
        }
    }

    /// Notes which names are combined, wherever their `combine` is.
    fn combines(&mut self, module: ModuleId, domain: Option<DomainId>, items: &'a [Item]) {
        for item in items {
            if let ItemKind::Combine { how, name } = &item.kind {
                self.project.combined.entry((module, domain, &name.text)).or_insert(how);
            }
        }
    }

    /// A `combine` of a name that is never defined.
    pub(super) fn missing_definitions(&mut self) {
        for task in &mut self.project.tasks {
            if let TaskKind::Combine { values, how } = &task.kind
                && values.is_empty()
            {
                let message = format!("{} is combined, but never given a value", quote(&task.key));
                let help = format!("give it one or more: `{} = ...`, each on a line of its own", task.key);
                let problem = Problem::new(Code::UnknownValue, task.span, message)
                    .related("this says how its values are combined", how.span);
                task.kind = TaskKind::Broken(self.problems.report(problem.help(help)));
            }
        }
    }

    pub(super) fn push(&mut self, scope: Scope, span: Span, name: &str, kind: TaskKind<'a>) -> TaskId {
        let key = match scope.domain {
            Some(domain) => format!("{}.{name}", self.project.domains[domain].full),
            None => format!("{}{name}", self.project.modules[scope.module].prefix),
        };
        let Scope { module, domain } = scope;
        self.project.tasks.push(Task { kind, module, domain, span, key, needs: Vec::new() });
        self.project.tasks.len() - 1
    }

    /// Gives a name its meaning; reports one that has one already.
    pub(super) fn define(&mut self, scope: Scope, name: &'a Name, meaning: Meaning) {
        let known = crate::language::builtins::BuiltinValue::find(&name.text);
        if known.is_some_and(|known| !known.gives_way) {
            let message = format!("{} has a meaning of its own", quote(&name.text));
            let help = format!("choose another name, such as `my_{}`", name.text);
            self.problems.report(Problem::new(Code::ReservedName, name.span, message).help(help));
            // The name keeps the meaning it was given, so that this is the only error about it.
        }
        let text: &'a str = &name.text;
        let first = match (scope.domain, meaning) {
            (Some(domain), Meaning::Value(_) | Meaning::Timeline(_) | Meaning::Domain(_)) => {
                let names = &mut self.project.domains[domain].names;
                let first = names.get(text).map(|&(_, span)| span);
                if first.is_none() {
                    names.insert(text, (meaning, name.span));
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
                Meaning::Domain(_)
                | Meaning::Module(_)
                | Meaning::Camera(_)
                | Meaning::Image(_)
                | Meaning::Timeline(_) => "rename one of them".into(),
            };
            self.problems.report(
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
            ItemKind::Definition { name, value, continuity: None } => {
                self.definition(scope, name, value, TaskKind::Value(value));
            }
            ItemKind::Definition { name, value, continuity: Some(continuity) } => {
                self.in_domain(scope, "`~`", continuity.span, name, |name| {
                    format!("my_{name} = {name} ~ slew(300ms)")
                });
                let kind = match domain {
                    Some(domain) => TaskKind::Continued { domain, value, continuity },
                    None => TaskKind::Value(value),
                };
                self.definition(scope, name, value, kind);
            }
            ItemKind::AtBirth { name, value } => {
                self.in_domain(scope, "`at birth`", name.span, name, |name| {
                    format!("at birth my_{name} = {name}")
                });
                let kind = match domain {
                    Some(domain) => TaskKind::AtBirth { domain, value },
                    None => TaskKind::Value(value),
                };
                self.definition(scope, name, value, kind);
            }
            ItemKind::Combine { how, name } => self.contribution(scope, name, how, None),
            ItemKind::State { name, ty, initial, durable } => {
                value(self, name, TaskKind::State { ty: ty.as_ref(), initial, durable: *durable });
            }
            ItemKind::Next { name, value } => self.next(scope, name, value),
            ItemKind::List { name, max, durable, columns, rows } => {
                value(self, name, TaskKind::List { max, durable: *durable, columns, rows });
            }
            // Outside of reactions they are reported by the parser.
            ItemKind::Edit(_) => {}
            ItemKind::Event { name, ty, row_of, gather, value: source } => {
                let (ty, row_of, source) = (ty.as_ref(), row_of.as_ref(), source.as_ref());
                value(self, name, TaskKind::Event { ty, row_of, gather: *gather, value: source });
            }
            ItemKind::On { event, sets, edits } => self.reaction(scope, event, sets, edits),
            ItemKind::Input { name, ty, count, default, momentary } => {
                let is_momentary = momentary.is_some();
                let (ty, count, default) = (ty.as_ref(), count.as_ref(), default.as_ref());
                value(self, name, TaskKind::Input { ty, count, default, is_momentary });
            }
            ItemKind::TextField { name, default } => self.text_field(scope, name, default.as_ref()),
            ItemKind::Parameter { name, ty, default } => {
                value(self, name, TaskKind::Parameter { ty: ty.as_ref(), default, given: None });
            }
            ItemKind::Function { name, parameters, body } => self.function(module, name, parameters, body),
            ItemKind::Domain { name, elements, items } => {
                let id = self.domain(scope, name, elements);
                self.block(module, Some(id), items, stack);
            }
            ItemKind::Data { name, columns, .. } => self.data(scope, name, columns),
            ItemKind::Artwork { name, .. } => self.artwork(scope, name),
            ItemKind::Image { name, .. } => self.image(scope, name),
            ItemKind::Font { name, path, settings, is_system: _ } => self.font(scope, name, path, settings),
            ItemKind::Timeline { name, over, parts } => self.timeline(scope, name, over.as_ref(), parts),
            ItemKind::Draw { shape, arguments, label, attributes } => {
                if let Some(label) = label {
                    self.label(scope, label);
                }
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
                let Some(name) = name else { return };
                self.use_file(scope, path, name, arguments, stack);
            }
        }
    }

    /// Another file, under a name.
    fn use_file(
        &mut self,
        scope: Scope,
        path: &Text,
        name: &'a Name,
        arguments: &'a [Entry],
        stack: &mut Vec<u16>,
    ) {
        let user = self.project.modules[scope.module].file;
        match self.used.get(&(user, path.text.clone())) {
            Some(&Ok(file)) => self.using(scope, file, name, arguments, stack),
            Some(&Err(reported)) => self.missing_module(scope, name, reported),
            None => {}
        }
    }

    /// A domain, without what is in its block.
    fn domain(&mut self, scope: Scope, name: &'a Name, elements: &'a Elements) -> DomainId {
        let id = self.project.domains.len();
        let kind = TaskKind::Domain { domain: id, elements };
        let task = self.push(scope, name.span, &name.text, kind);
        let full = self.project.tasks[task].key.clone();
        let outer = scope.domain;
        self.project.domains.push(PatchDomain { name, full, outer, task, names: HashMap::new() });
        self.define(scope, name, Meaning::Domain(id));
        id
    }

    /// Rows of a file.
    fn data(&mut self, scope: Scope, name: &'a Name, columns: &'a [Column]) {
        let Some(table) = self.data.get(&name.span) else { return };
        for (at, column) in columns.iter().enumerate() {
            let text = &column.name.text;
            if let Some(first) = columns[..at].iter().find(|first| first.name.text == *text) {
                let message = format!("two columns are called {}", quote(text));
                let problem = Problem::new(Code::Redefined, column.name.span, message);
                let problem = problem.related("the first is here", first.name.span);
                self.problems
                    .report(problem.help(format!("rename one of them: `other: float from \"{text}\"`")));
            }
            let known = crate::language::builtins::BuiltinValue::find(text);
            if known.is_some_and(|known| !known.gives_way) {
                let message = format!("{} has a meaning of its own", quote(text));
                let problem = Problem::new(Code::ReservedName, column.name.span, message);
                let (ty, header) = (&column.ty.text, column.header());
                let help = format!("give the column another name: `my_{text}: {ty} from \"{header}\"`");
                self.problems.report(problem.help(help));
            }
        }
        let kind = TaskKind::Data(table.as_ref().map_err(|reported| *reported));
        let task = self.push(scope, name.span, &name.text, kind);
        self.define(scope, name, Meaning::Value(task));
    }

    /// Pixels of a file.
    fn image(&mut self, scope: Scope, name: &'a Name) {
        let Some(image) = self.images.get(&name.span) else { return };
        let kind = TaskKind::Image(image.as_ref().map_err(|reported| *reported));
        let task = self.push(scope, name.span, &name.text, kind);
        self.define(scope, name, Meaning::Image(task));
    }

    fn font(&mut self, scope: Scope, name: &'a Name, path: &'a Text, settings: &'a [Entry]) {
        let Some(found) = self.fonts.get(&name.span) else { return };
        let found = found.as_ref().map_err(|reported| *reported);
        let task = self.push(scope, name.span, &name.text, TaskKind::Font { path, found, settings });
        self.define(scope, name, Meaning::Value(task));
    }

    /// A definition, or one of several values of a combined name.
    fn definition(&mut self, scope: Scope, name: &'a Name, value: &'a Expr, kind: TaskKind<'a>) {
        if let Some(&how) = self.project.combined.get(&(scope.module, scope.domain, name.text.as_str())) {
            return self.contribution(scope, name, how, Some(value));
        }
        let task = self.push(scope, name.span, &name.text, kind);
        self.define(scope, name, Meaning::Value(task));
    }

    /// Reports something that only a value of a domain can have, and none that is combined of several. `instead` is what
    /// to write for those.
    fn in_domain(
        &mut self,
        scope: Scope,
        what: &str,
        span: Span,
        name: &Name,
        instead: impl FnOnce(&str) -> String,
    ) {
        let quoted = quote(&name.text);
        if scope.domain.is_none() {
            let message = format!("{what} is about elements, and {quoted} is outside of a domain");
            let problem = Problem::new(Code::OutsideDomain, span, message);
            self.problems.report(problem.help("move the definition into a `domain` block"));
        } else if self.project.combined.contains_key(&(scope.module, scope.domain, name.text.as_str())) {
            let message = format!("{quoted} is combined of several values, and {what} is about one");
            let help = format!("give the result another name that has it: `{}`", instead(&name.text));
            self.problems.report(Problem::new(Code::Misplaced, span, message).help(help));
        }
    }

    /// The name of a file that could not be had.
    fn missing_module(&mut self, scope: Scope, name: &'a Name, reported: Reported) {
        let id = self.project.modules.len();
        self.project.modules.push(Module { missing: Some(reported), ..Module::default() });
        self.define(scope, name, Meaning::Module(id));
    }

    /// Labels tell the draws of a file or a domain apart.
    fn label(&mut self, scope: Scope, label: &'a Name) {
        let first =
            *self.project.labels.entry((scope.module, scope.domain, &label.text)).or_insert(label.span);
        if first == label.span {
            return;
        }
        let message = format!("two draws are labelled {}", quote(&label.text));
        self.problems.report(
            Problem::new(Code::Redefined, label.span, message)
                .related("the first is here", first)
                .help("give one of them another label"),
        );
    }

    /// A statement of which a file has one.
    fn once(&mut self, scope: Scope, span: Span, name: &'static str, kind: TaskKind<'a>) {
        if let Some(&first) = self.project.singles.get(&(scope.module, name)) {
            let first = self.project.tasks[first].span;
            let message = format!("`{name}` is given twice");
            self.problems.report(
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
            self.problems.report(problem.related("the first is here", first).help(format!(
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
                self.problems.report(
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

    /// Parts of an SVG file under a name.
    fn artwork(&mut self, scope: Scope, name: &'a Name) {
        let Some(artwork) = self.artworks.get(&name.span) else { return };
        let artwork = artwork.as_ref().map(|artwork| &**artwork).map_err(|reported| *reported);
        let task = self.push(scope, name.span, &name.text, TaskKind::Artwork(artwork));
        self.define(scope, name, Meaning::Value(task));
    }

    /// The task of a name of this very block.
    pub(super) fn own_value(&self, scope: Scope, name: &str) -> Option<TaskId> {
        let &(meaning, _) = match scope.domain {
            Some(domain) => self.project.domains[domain].names.get(name)?,
            None => self.project.modules[scope.module].names.get(name)?,
        };
        meaning.value()
    }

    fn next(&mut self, scope: Scope, name: &'a Name, value: &'a Expr) {
        let state = self.own_value(scope, &name.text);
        let is_state =
            state.is_some_and(|task| matches!(self.project.tasks[task].kind, TaskKind::State { .. }));
        let Some(state) = state.filter(|_| is_state) else {
            let (problem, meant) = self.no_state(scope, name, state);
            let reported = self.problems.report(problem);
            self.project.misses_next.extend(meant.map(|state| (state, reported)));
            return;
        };
        if let Some(first) = self.project.nexts.get(&state).map(|&first| &self.project.tasks[first]) {
            let message = format!("the state {} gets two next values", quote(&name.text));
            self.problems.report(
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

    /// What is done when an event happens.
    fn reaction(&mut self, scope: Scope, event: &'a Expr, sets: &'a [(Name, Expr)], edits: &'a [Edit]) {
        let mut found: Vec<(TaskId, &'a Name, &'a Expr)> = Vec::new();
        let (of_fields, edits): (Vec<&Edit>, Vec<&Edit>) =
            edits.iter().partition(|edit| self.is_of_field(scope, edit));
        let of_fields = of_fields.into_iter().filter_map(|edit| match edit {
            Edit::Set { rows, column, value } => Some((self.set_part(scope, rows, column)?, column, value)),
            Edit::Append { .. } | Edit::Move { .. } | Edit::Remove { .. } | Edit::Clear { .. } => None,
        });
        let of_fields: Vec<_> = of_fields.collect();
        let names = sets.iter().map(|(name, value)| (self.own_value(scope, &name.text), name, value));
        let all: Vec<_> =
            names.chain(of_fields.into_iter().map(|(task, name, value)| (Some(task), name, value))).collect();
        for (task, name, value) in all {
            let Some(state) = task.filter(|&task| self.is_settable(task)) else {
                let (problem, meant) = self.no_state(scope, name, task);
                let reported = self.problems.report(problem);
                self.project.misses_next.extend(meant.map(|state| (state, reported)));
                continue;
            };
            if let Some((_, first, _)) = found.iter().find(|(other, ..)| *other == state) {
                let message = format!("the state {} is set twice in one reaction", quote(&name.text));
                let problem = Problem::new(Code::SetTwice, name.span, message);
                let problem = problem.related("the first is here", first.span);
                self.problems
                    .report(problem.help("put them into one expression, such as `if c then a else b`"));
                continue;
            }
            found.push((state, name, value));
        }
        self.columns_set_twice(&edits);
        let states: Vec<TaskId> = found.iter().map(|&(state, ..)| state).collect();
        let task = self.push(scope, event.span, "on", TaskKind::On { event, sets: found, edits });
        for state in states {
            self.project.reactions.entry(state).or_default().push(task);
        }
    }

    /// Reports a column that one reaction sets twice, and rows that it moves twice, and not for some rows each.
    fn columns_set_twice(&mut self, edits: &[&Edit]) {
        let set = |edit: &&Edit| match edit {
            Edit::Set { rows, column, value } => {
                let is_for_some = matches!(value.kind, ExprKind::View { step: ViewStep::Where(_), .. });
                Some((rows.clone(), Some(column.clone()), is_for_some))
            }
            Edit::Move { rows, condition, .. } => Some((rows.clone(), None, condition.is_some())),
            Edit::Append { .. } | Edit::Remove { .. } | Edit::Clear { .. } => None,
        };
        let sets: Vec<(Name, Option<Name>, bool)> = edits.iter().filter_map(set).collect();
        let text = |column: &Option<Name>| column.as_ref().map(|column| column.text.clone());
        for (at, (rows, column, is_for_some)) in sets.iter().enumerate() {
            let first = sets[..at].iter().find(|(other, same, for_some)| {
                (&other.text, text(same)) == (&rows.text, text(column)) && !(*is_for_some && *for_some)
            });
            let Some((rows_before, before, _)) = first else { continue };
            let (message, help) = match column {
                Some(column) => {
                    let name = format!("{}.{}", rows.text, column.text);
                    let help = format!(
                        "put them into one expression, such as `if c then a else b`, or say for which rows: `{name} = ... where ...`"
                    );
                    (format!("the column {} is set twice in one reaction", quote(&name)), help)
                }
                None => {
                    let name = &rows.text;
                    let help = format!(
                        "put them into one expression, such as `if c then a else b`, or say which rows: `move {name} to ... where ...`"
                    );
                    (format!("{} is moved twice in one reaction", quote(name)), help)
                }
            };
            let problem = Problem::new(Code::SetTwice, column.as_ref().unwrap_or(rows).span, message);
            let first = before.as_ref().unwrap_or(rows_before).span;
            self.problems.report(problem.related("the first is here", first).help(help));
        }
    }

    /// A `next` of something that is no state of this block; `task` is what has the name. With the state that is
    /// probably meant.
    fn no_state(&self, scope: Scope, name: &Name, task: Option<TaskId>) -> (Problem, Option<TaskId>) {
        let quoted = quote(&name.text);
        let help = format!("begin it in the same block: `state {} = 0`", name.text);
        if let Some(task) = task {
            let problem = Problem::new(Code::NextWithoutState, name.span, format!("{quoted} is not a state"))
                .related("what has this name is not a state", self.project.tasks[task].span);
            return (problem.help(help), None);
        }
        let message = format!("no state of this block is called {quoted}");
        let problem = Problem::new(Code::NextWithoutState, name.span, message);
        let tasks = &self.project.tasks;
        let is_state = |task: TaskId| matches!(tasks[task].kind, TaskKind::State { .. });
        let around = scope.domain.into_iter().flat_map(|own| self.project.outers(own)).map(Some);
        let outer =
            around.chain([None]).find_map(|domain| self.own_value(Scope { domain, ..scope }, &name.text));
        if let Some(outer) = outer.filter(|&task| is_state(task)) {
            let problem = problem.related("the state is outside of this block", tasks[outer].span);
            return (problem.help("put both into the same block"), Some(outer));
        }
        let names = match scope.domain {
            Some(domain) => &self.project.domains[domain].names,
            None => &self.project.modules[scope.module].names,
        };
        let values = names.iter().filter_map(|(&name, &(meaning, _))| Some((name, meaning.value()?)));
        let mut states: Vec<(&str, TaskId)> = values.filter(|&(_, task)| is_state(task)).collect();
        states.sort_unstable();
        let near = crate::diagnostic::nearest(&name.text, states.iter().map(|&(name, _)| name));
        let Some(&(near, task)) = states.iter().find(|&&(name, _)| Some(name) == near) else {
            return (problem.help(help), None);
        };
        (problem.help(format!("did you mean `{near}`?")), Some(task))
    }

    fn function(
        &mut self,
        module: ModuleId,
        name: &'a Name,
        parameters: &'a [FunctionParameter],
        body: &'a Expr,
    ) {
        if name.text == KEYS {
            let message = format!("{} has a meaning of its own", quote(KEYS));
            let problem = Problem::new(Code::ReservedName, name.span, message);
            self.problems.report(problem.help("choose another name, such as `my_keys`"));
        }
        let known = self.project.modules[module].functions.get(name.text.as_str());
        if let Some(&first) = known {
            let first = self.project.functions[first].name.span;
            let message = format!("the function {} is defined twice", quote(&name.text));
            self.problems.report(
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
                self.problems.report(problem.help("make several functions of it"));
                first
            }
            _ => parameters,
        };
        for (at, parameter) in parameters.iter().enumerate() {
            if let Some(first) = parameters[..at].iter().find(|p| p.name.text == parameter.name.text) {
                let message = format!("two parameters are called {}", quote(&parameter.name.text));
                self.problems.report(
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
            recursion: None,
        });
        self.project.modules[module].functions.insert(&name.text, row);
    }

    fn using(
        &mut self,
        scope: Scope,
        file: UsedFile,
        name: &'a Name,
        arguments: &'a [Entry],
        stack: &mut Vec<u16>,
    ) {
        let UsedFile { row, circle } = file;
        if let Some(reported) = circle
            && stack.contains(&row)
        {
            return self.missing_module(scope, name, reported);
        }
        let is_large = self.project.modules.len() >= MODULES_MAX || self.project.tasks.len() >= TASKS_MAX;
        if stack.len() > USE_DEPTH_MAX || is_large {
            let message = "files use files too often or too deep";
            let help = "put what is shared into one file, and use that";
            let problem = Problem::new(Code::PatchTooLarge, name.span, message);
            let reported = self.problems.report(problem.help(help));
            return self.missing_module(scope, name, reported);
        }
        let prefix = format!("{}{}.", self.project.modules[scope.module].prefix, name.text);
        stack.push(row);
        let inner = self.module(row, prefix, stack);
        stack.pop();
        self.define(scope, name, Meaning::Module(inner));
        let mut given: HashMap<&str, Span> = HashMap::new();
        for entry in arguments {
            if let Some(&first) = given.get(entry.name.text.as_str()) {
                let message = format!("the parameter {} is given twice", quote(&entry.name.text));
                self.problems.report(
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
            Some(&(meaning, _)) => meaning.value(),
            None => None,
        };
        if let Some(task) = task
            && let TaskKind::Parameter { given, .. } = &mut self.project.tasks[task].kind
        {
            // The parser has given every entry of a `use` a value.
            *given = entry.value.as_ref().map(|value| (value, outer));
            return;
        }
        let is_parameter =
            |task: &&Task<'_>| task.module == inner && matches!(task.kind, TaskKind::Parameter { .. });
        let own = self.project.modules[inner].names.values().filter_map(|&(meaning, _)| meaning.value());
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
        self.problems.report(Problem::new(Code::UnknownParameter, entry.name.span, message).help(help));
    }
}
