//! Events: what makes them happen, and what is done then.
//!
//! An event is a value, too: whether it has happened since the frame before. Where an event is asked for, it is meant itself;
//! in a reaction to it, its name is what it carries.

use std::collections::HashSet;

use super::hits::own_element;
use super::value::{Typed, describe};
use super::{Call, Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::{Meaning, TaskId};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Edit, Expr, ExprKind, Name, dotted};
use crate::program::{
    CellRef, Effect, EventRef, EventSource, Gather, ListRef, Op, ProgramData, SetTwice, Type, Unit, Value,
    set_twice,
};

/// An event of the host, with what it carries and what becomes of several.
#[derive(Clone, Copy)]
pub(super) struct HostEvent<'b> {
    pub(super) event: EventRef<'b>,
    pub(super) carries: Option<(Type, Unit)>,
    pub(super) gather: Gather,
    /// The list of which it carries a row.
    pub(super) row_of: Option<u32>,
}

/// The event that is happening while something is worked out.
#[derive(Clone, Copy)]
pub(super) struct Turn<'b> {
    event: EventRef<'b>,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `event click`, `event note: float`, `event beat = every(500ms)`.
    pub(super) fn event(
        &mut self,
        at: TaskId,
        ty: Option<&'a Name>,
        gather: Gather,
        value: Option<&'a Expr>,
    ) -> Result<Done<'b>, Reported> {
        let task = &self.project.tasks[at];
        if task.domain.is_some() {
            let message = format!("the event {} is inside of a domain", quote(&self.own_name(at)));
            let problem = Problem::new(Code::Misplaced, task.span, message);
            return self
                .fail(problem.help("put it before the domain: an event is the same for all elements"));
        }
        let Some(value) = value else {
            let carries = match ty {
                Some(name) => Some(self.type_of_name(name)?),
                None => None,
            };
            return self
                .host_event(at, carries, gather, None)
                .map(|event| Done::Value(self.event_value(event)));
        };
        let first = self.builder.event_count();
        let event = self.event_of(value)?;
        if event.row() as usize >= first {
            // It is this statement's own, and has its name.
            self.event_names.push((event.row(), task.key.clone()));
        }
        self.carriers.entry(event.row()).or_default().push(at);
        Ok(Done::Value(self.event_value(event)))
    }

    /// Notes that the name of a definition is what its event carries, in reactions to that, where nothing else is.
    pub(super) fn carried_under(&mut self, at: TaskId, value: Typed<'b>) {
        if let Some(event) = value.event.filter(|event| event.carries().is_some()) {
            self.carriers.entry(event.row()).or_insert_with(|| vec![at]);
        }
    }

    /// An event of the host, who knows it by its plain name, whichever file asks for it.
    pub(super) fn host_event(
        &mut self,
        at: TaskId,
        carries: Option<(Type, Unit)>,
        gather: Gather,
        row_of: Option<ListRef>,
    ) -> Result<EventRef<'b>, Reported> {
        let span = self.project.tasks[at].span;
        let name = self.own_name(at).rsplit('.').next().unwrap_or_default().to_owned();
        let said = |carries: Option<(Type, Unit)>| match carries {
            // The language itself has no uints: rows are known by them.
            Some((Type::Uint, _)) => "a row of a list",
            Some((ty, unit)) => describe(ty, unit),
            None => "nothing",
        };
        if let Some((ty @ Type::Shape, _)) = carries {
            let problem = Problem::new(Code::WrongType, span, format!("an event cannot carry a {ty}"));
            return self.fail(problem.help(format!("let it carry a number, and choose the {ty} by it")));
        }
        let list = row_of.map(ListRef::row);
        if !gather.takes(carries.map(|(ty, _)| ty)) || (row_of.is_some() && gather == Gather::Sum) {
            let message =
                format!("the event {} carries {}, which cannot be added up", quote(&name), said(carries));
            let problem = Problem::new(Code::WrongType, span, message);
            return self
                .fail(problem.help("numbers and vectors can; `latest` keeps the last one of any type"));
        }
        let event = match self.host_events.get(&name) {
            None => {
                let event = match row_of {
                    Some(list) => self.builder.add_row_event(&name, list, EventSource::Host { gather }),
                    None => self.builder.host_event_of(&name, carries, gather),
                };
                self.host_events.insert(name, HostEvent { event, carries, gather, row_of: list });
                event
            }
            Some(&HostEvent { event, carries: known, gather: gathered, row_of: rows })
                if (known, gathered, rows) == (carries, gather, list) =>
            {
                event
            }
            Some(&HostEvent { carries: known, gather: gathered, row_of: rows, .. })
                if (known, rows) == (carries, list) =>
            {
                let [here, there] = [gather, gathered].map(Gather::name);
                let message =
                    format!("the event {} is `{here}` here and `{there}` in another file", quote(&name));
                let help = "events of one name are one event: let both be the same, or give one another name";
                return self.fail(Problem::new(Code::WrongType, span, message).help(help));
            }
            Some(&HostEvent { carries: known, .. }) => {
                let message = format!(
                    "the event {} carries {} here and {} in another file",
                    quote(&name),
                    said(carries),
                    said(known)
                );
                let help =
                    "events of one name are one event: let both carry the same, or give one another name";
                return self.fail(Problem::new(Code::WrongType, span, message).help(help));
            }
        };
        self.carriers.entry(event.row()).or_default().push(at);
        Ok(event)
    }

    /// An event as a value: whether it has happened since the frame before.
    pub(in crate::language) fn event_value(&self, event: EventRef<'b>) -> Typed<'b> {
        Typed { event: Some(event), ..Typed::new(event.happened(), Unit::Scalar, None) }
    }

    /// What a task that is an event means here: what it carries, where it is happening.
    pub(super) fn in_its_turn(&self, task: TaskId, value: Typed<'b>) -> Typed<'b> {
        let Some(Turn { event }) = self.turn else { return value };
        let is_meant = self.carriers.get(&event.row()).is_some_and(|carriers| carriers.contains(&task));
        match event.carries().filter(|_| is_meant) {
            Some((_, unit)) => {
                let row = self.builder.list_of_event(event).map(|_| event);
                Typed { row, ..Typed::new(event.payload(), unit, None) }
            }
            None => value,
        }
    }

    /// The event that an expression is; reports what is none.
    pub(in crate::language) fn event_of(&mut self, expr: &'a Expr) -> Result<EventRef<'b>, Reported> {
        if let Some(event) = self.named_event(expr) {
            return Ok(event);
        }
        let value = self.expr(expr)?;
        match value.event {
            Some(event) => Ok(event),
            None => {
                let message = format!("this is {}, and an event was expected", value.what());
                let problem = Problem::new(Code::NotAnEvent, expr.span, message);
                self.fail(problem.help(match value.ty {
                    Type::Bool => "`rise(...)` of it is the event that it becomes true",
                    Type::Float | Type::Int | Type::Uint | Type::Vec2 | Type::Vec3 | Type::Color | Type::Shape | Type::Text => {
                        "`changed(...)` of it is the event that it becomes another; time gives events by `every(500ms)`"
                    }
                }))
            }
        }
    }

    /// The event that a name means, whatever it means in a reaction to it.
    pub(super) fn named_event(&self, expr: &Expr) -> Option<EventRef<'b>> {
        let parts = dotted(expr)?;
        if let ([(name, _)], ExprKind::Name(_)) = (parts.as_slice(), &expr.kind)
            && let Some(local) = self.local(name)
        {
            return local.value.ok()?.event;
        }
        let (meaning, used) = self.project.follow(self.scope, &parts)?;
        match (meaning, used == parts.len()) {
            (Meaning::Value(task), true) => match self.done[task] {
                Done::Value(value) => value.event,
                Done::Pending
                | Done::Poisoned(_)
                | Done::Domain(_)
                | Done::Camera(_)
                | Done::Image(..)
                | Done::Effect => None,
            },
            _ => None,
        }
    }

    /// Works something out as it is when an event happens.
    pub(super) fn in_turn<T>(&mut self, event: EventRef<'b>, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.turn.replace(Turn { event });
        let value = f(self);
        self.turn = outer;
        value
    }

    /// `event when condition`.
    pub(super) fn when(&mut self, event: &'a Expr, condition: &'a Expr) -> Result<Typed<'b>, Reported> {
        let source = self.event_of(event)?;
        let what = "the condition behind `when`";
        let holds = self.in_turn(source, |e| {
            let value = e.expr(condition)?;
            let value = e.uniform(value, condition.span, what)?;
            e.convert(value, Type::Bool, Unit::Scalar, condition.span, what)
        })?;
        self.keys.enter("when", &[]);
        let made = self.made_event(source, true, |e, key| e.builder.event_when(key, source, holds.value));
        self.keys.leave();
        Ok(made)
    }

    /// An event that is made of another; `carries` says whether it carries what that carries, under the same name.
    pub(in crate::language) fn made_event(
        &mut self,
        source: EventRef<'b>,
        carries: bool,
        make: impl FnOnce(&mut Self, &str) -> EventRef<'b>,
    ) -> Typed<'b> {
        let made = self.new_event(make);
        if carries && let (Some(event), Some(names)) = (made.event, self.carriers.get(&source.row()).cloned())
        {
            self.carriers.entry(event.row()).or_insert(names);
        }
        made
    }

    /// A new event. Under the same names with the same arguments in the same place it is the same.
    pub(in crate::language) fn new_event(
        &mut self,
        make: impl FnOnce(&mut Self, &str) -> EventRef<'b>,
    ) -> Typed<'b> {
        let made = self.remembered(|e, key| {
            let event = make(e, key);
            Ok(e.event_value(event))
        });
        // Nothing can go wrong: what is made was checked before.
        made.unwrap_or_else(|_| Typed::new(self.builder.bool(false), Unit::Scalar, None))
    }

    /// The event of an argument of a call that is one: its parameter says so.
    pub(in crate::language) fn event_argument(
        &mut self,
        call: &Call<'_, 'b>,
        at: usize,
    ) -> Result<EventRef<'b>, Reported> {
        match call.value(at).event {
            Some(event) => Ok(event),
            None => self.contradiction(call.span, "an event is taken for a value"),
        }
    }

    /// Whether a value is made of what an event carries.
    pub(in crate::language) fn is_carried(&self, value: Value<'b>) -> bool {
        self.are_carried(vec![value.node()])
    }

    fn are_carried(&self, nodes: Vec<u32>) -> bool {
        self.builder.with_data(|data| {
            let (mut stack, mut seen) = (nodes, HashSet::new());
            while let Some(node) = stack.pop() {
                let Some(row) = data.nodes.get(node as usize).filter(|_| seen.insert(node)) else { continue };
                if matches!(row.op, Op::Payload | Op::RowColumn | Op::Column) {
                    return true;
                }
                stack.extend(&row.args);
            }
            false
        })
    }

    /// Reports a call in a reaction that goes on from frame to frame with what an event carries, which is there for a moment.
    /// `before` is what the builder had kept before the call.
    pub(super) fn outlives_its_turn(
        &mut self,
        call: &Call<'_, 'b>,
        before: [usize; 2],
    ) -> Result<(), Reported> {
        let is_brief = self.turn.is_some() || self.is_of_row || self.totaled.is_some();
        if !is_brief || !self.are_carried(self.builder.kept_since(before)) {
            return Ok(());
        }
        let name = quote(call.function.name);
        if self.is_of_row || self.totaled.is_some() {
            let message = format!("{name} goes on from frame to frame, and rows of a list have no state");
            let problem = Problem::new(Code::EventPayload, call.span, message);
            return self
                .fail(problem.help("keep it in a column that reactions set, or in a domain of the rows"));
        }
        let message = format!(
            "{name} goes on from frame to frame, and what an event carries is there while it happens"
        );
        let problem = Problem::new(Code::EventPayload, call.span, message);
        self.fail(problem.help("keep it in a state first, or with `hold(note, note)`, and take that"))
    }

    /// `on click { hits = hits + 1 }`.
    pub(super) fn on(
        &mut self,
        at: TaskId,
        event: &'a Expr,
        sets: &[(TaskId, &'a Name, &'a Expr)],
        edits: &[&'a Edit],
    ) -> Result<Done<'b>, Reported> {
        self.own_element = own_element(event);
        let is_of_one = self.own_element.is_some();
        let event = self.event_of(event);
        self.own_element = None;
        let event = event?;
        let set = |e: &mut Self, &(state, name, expr): &(TaskId, &'a Name, &'a Expr)| {
            let (cell, value) = e.set(state, name, expr)?;
            Ok((cell, if is_of_one { e.of_one(event, state, name.span, value)? } else { value }))
        };
        let values: Vec<_> = self.in_turn(event, |e| sets.iter().map(|to_set| set(e, to_set)).collect());
        let edits: Vec<_> = self.in_turn(event, |e| edits.iter().map(|edit| e.edit(edit, event)).collect());
        let mut reaction = event.reaction();
        for set in values {
            let (cell, value) = set?;
            reaction = reaction.set(cell, value);
        }
        for (cell, value) in self.carets_behind(sets) {
            reaction = reaction.set(cell, value);
        }
        for edit in edits {
            reaction = edit?.of(reaction);
        }
        self.reaction_tasks.push((self.builder.reaction_count(), at));
        reaction.done();
        Ok(Done::Effect)
    }

    /// The new value of a state in a reaction.
    fn set(
        &mut self,
        state: TaskId,
        name: &'a Name,
        expr: &'a Expr,
    ) -> Result<(CellRef<'b>, Value<'b>), Reported> {
        let Some(&cell) = self.states.get(&state) else {
            return self.contradiction(name.span, "a state is set before it is there");
        };
        let what = format!("the new value of {}", quote(&name.text));
        let value = self.expr(expr)?;
        let value = self.of_state(value, cell, expr.span, &what)?;
        self.of_the_same(value, cell, (name.span, expr.span), &what)?;
        Ok((cell.cell(), value.value))
    }

    /// Brings reactions that edit lists into the order of the patch, which is that of what they do in one turn.
    pub(super) fn order_edits(&mut self) {
        let edits = |&(row, _): &(usize, TaskId)| self.builder.with_data(|data| edits_rows(data, row));
        let now: Vec<(usize, TaskId)> = self.reaction_tasks.iter().copied().filter(edits).collect();
        let mut wanted = now.clone();
        wanted.sort_by_key(|&(_, task)| task);
        let moved: Vec<[usize; 2]> = wanted.iter().zip(&now).map(|(from, to)| [from.0, to.0]).collect();
        self.builder.put_reactions(&moved);
        for (row, _) in &mut self.reaction_tasks {
            if let Some([_, to]) = moved.iter().find(|[from, _]| from == row) {
                *row = *to;
            }
        }
    }

    /// Reports states, and columns of rows, that two reactions set in one turn.
    pub(super) fn check_reactions(&mut self) {
        let Some((what, [first, second])) = self.builder.with_data(set_twice) else { return };
        let task_of =
            |row: usize| self.reaction_tasks.iter().find(|(known, _)| *known == row).map(|&(_, task)| task);
        let (Some(first), Some(second)) = (task_of(first), task_of(second)) else { return };
        let list = |list: u32| self.builder.with_data(|data| data.lists[list as usize].key.clone());
        let (message, help) = match what {
            SetTwice::Cell(cell) => (
                format!(
                    "the state {} is set by two reactions in one turn",
                    quote(&self.builder.cell_key(cell))
                ),
                "let one reaction set it, with `if` where it depends".to_owned(),
            ),
            SetTwice::Column(of, column) => {
                let columns = &self.lists[of as usize].columns;
                let name = columns.get(column as usize).map_or("", |column| column.name);
                let name = format!("{}.{name}", list(of));
                (
                    format!("the column {} of a row is set by two reactions in one turn", quote(&name)),
                    format!("let one reaction set it, or say for which rows: `{name} = ... where ...`"),
                )
            }
            SetTwice::Places(of) => (
                format!("rows of {} are moved by two reactions in one turn", quote(&list(of))),
                format!("let one reaction move them, or say which: `move {} to ... where ...`", list(of)),
            ),
        };
        let tasks = &self.project.tasks;
        let problem = Problem::new(Code::SetTwice, tasks[second].span, message)
            .related("the other reaction", tasks[first].span)
            .help(help);
        self.task = second;
        let reported = self.report(problem);
        self.done[second] = Done::Poisoned(reported);
    }

    /// A value that has to be the same for all elements, and what it is for.
    pub(in crate::language) fn uniform_argument(
        &mut self,
        call: &Call<'_, 'b>,
        at: usize,
        what: &str,
    ) -> Result<(Typed<'b>, Span), Reported> {
        let (value, span) = call.placed(at);
        Ok((self.uniform(value, span, what)?, span))
    }
}

/// Whether a reaction does something to rows of lists.
fn edits_rows(data: &ProgramData, reaction: usize) -> bool {
    data.reactions[reaction].effects.iter().any(|effect| match effect {
        Effect::SetRow { .. }
        | Effect::SetRows { .. }
        | Effect::Append { .. }
        | Effect::MoveRow { .. }
        | Effect::MoveRows { .. }
        | Effect::RemoveRow {}
        | Effect::RemoveRows { .. } => true,
        Effect::Set { .. } | Effect::Pass { .. } | Effect::Hit { .. } | Effect::Schedule { .. } => false,
    })
}
