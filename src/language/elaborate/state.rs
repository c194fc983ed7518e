//! State: `state` and `next`, and what every operator that remembers needs.

use super::value::{Element, Typed, describe};
use super::{Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::TaskId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Expr, Name};
use crate::program::{CellRef, DomainRef, Op, Type, Unit};

/// The cell of a `state`.
#[derive(Clone, Copy)]
pub(super) struct StateCell<'b> {
    cell: CellRef<'b>,
    ty: Type,
    unit: Unit,
    domain: Option<DomainRef>,
    /// Where the type comes from.
    span: Span,
}

impl<'b> StateCell<'b> {
    /// The cell of a part of something else, which has the type of its own.
    pub(super) fn of_part(cell: CellRef<'b>, ty: Type, span: Span) -> Self {
        Self { cell, ty, unit: Unit::Scalar, domain: None, span }
    }

    pub(super) fn cell(&self) -> CellRef<'b> {
        self.cell
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn state(
        &mut self,
        at: TaskId,
        ty: Option<&'a Name>,
        initial: &'a Expr,
        is_durable: bool,
    ) -> Result<Done<'b>, Reported> {
        let task = &self.project.tasks[at];
        if is_durable && task.domain.is_some() {
            let message = "the state of elements is not durable: they are others in the next run";
            let problem = Problem::new(Code::Misplaced, task.span, message);
            let help = "keep it in a column of a durable list, whose rows the elements are";
            return self.fail(problem.help(help));
        }
        if !self.project.has_next(at) && !self.project.has_reactions(at) {
            if let Some(reported) = self.project.misses_next(at) {
                return Err(reported);
            }
            let name = task.key.rsplit('.').next().unwrap_or_default();
            let message = format!("the state {} never gets a next value", quote(name));
            let help = format!(
                "add `next {name} = ...`, or `on click {{ {name} = ... }}`; write `{name} = ...` if it does not change"
            );
            return self.fail(Problem::new(Code::StateWithoutNext, task.span, message).help(help));
        }
        let mut value = self.expr(initial)?;
        if let Some(name) = ty {
            let (ty, unit) = self.type_of_name(name)?;
            value = self.convert(value, ty, unit, initial.span, "the initial value")?;
        }
        if value.ty == Type::Shape {
            let help = "remember a number, and choose the shape by it: `if n > 1 then star else heart`";
            let problem = Problem::new(Code::WrongType, initial.span, "a shape cannot be a state");
            return self.fail(problem.help(help));
        }
        let domain = match (task.domain, value.element) {
            (Some(domain), _) => Some(self.element_of(domain, task.span)?.domain),
            (None, None) => None,
            (None, Some(element)) => {
                let what = "a state outside of a domain";
                let problem = self.per_element(value, element, initial.span, what);
                let help = "put the `state` into the domain block: each element then has its own";
                return self.fail(problem.help(help));
            }
        };
        // What is the same number in every component needs no first frame of its own.
        let stride = value.ty.stride() as usize;
        let number = value.constant.filter(|c| c[..stride].iter().all(|&x| x == c[0])).map(|c| c[0]);
        let cell = match number {
            Some(number) if value.ty == Type::Text => {
                let row = self.builder.text_row(self.texts.text(number as u32), number as u32);
                self.builder.text_cell(&task.key, row, domain)
            }
            number => self.builder.cell(&task.key, value.ty, number.unwrap_or(0.0), domain),
        };
        let cell = if is_durable { cell.durable() } else { cell };
        self.keys.made(self.sources, vec![(cell.row(), String::new())]);
        let element = domain.map(|domain| Element { domain, span: task.span });
        let mut current = self.cell_value(cell, value.unit, element);
        if number.is_none() {
            let fresh = Typed::new(cell.fresh(), Unit::Scalar, None);
            let chosen = self.apply(Op::Select, &[fresh, value, current], value.unit);
            current = Typed { element, ..chosen };
            if domain.is_some() && !self.project.has_next(at) {
                // Which elements are fresh is known until others come: so each keeps the value of its first frame.
                cell.next(current.value);
            }
        }
        let (ty, unit, span) = (value.ty, value.unit, initial.span);
        self.states.insert(at, StateCell { cell, ty, unit, domain, span });
        Ok(Done::Value(self.named(at, current)))
    }

    pub(super) fn next(
        &mut self,
        state: TaskId,
        name: &'a Name,
        expr: &'a Expr,
    ) -> Result<Done<'b>, Reported> {
        let Some(&StateCell { cell, ty, unit, domain, span }) = self.states.get(&state) else {
            return self.contradiction(name.span, "a state gets a next value before it is there");
        };
        let given = self.expr(expr)?;
        let what = format!("the next value of {}", quote(&name.text));
        let value = self.of_state(given, StateCell { cell, ty, unit, domain, span }, expr.span, &what)?;
        let state = StateCell { cell, ty, unit, domain, span };
        self.of_the_same(value, state, (name.span, expr.span), &what)?;
        cell.next(value.value);
        Ok(Done::Effect)
    }

    /// Reports a value of other elements than those of the state that it is for, or of elements where the state has one value.
    pub(super) fn of_the_same(
        &mut self,
        value: Typed<'b>,
        StateCell { cell, unit, domain, .. }: StateCell<'b>,
        (name, place): (Span, Span),
        what: &str,
    ) -> Result<(), Reported> {
        match (domain, value.element) {
            (None, Some(_)) => {
                self.uniform(value, place, what)?;
            }
            (Some(domain), Some(element)) if element.domain != domain => {
                let own = Typed::new(cell.get(), unit, Some(Element { domain, span: name }));
                self.one_domain(&[(own, name), (value, place)])?;
            }
            (None | Some(_), _) => {}
        }
        Ok(())
    }

    /// A value as that of a state.
    pub(super) fn of_state(
        &mut self,
        given: Typed<'b>,
        StateCell { ty, unit, span, .. }: StateCell<'b>,
        place: Span,
        what: &str,
    ) -> Result<Typed<'b>, Reported> {
        if let Some(value) = self.converted(given, ty, unit) {
            return Ok(value);
        }
        let mut problem = self.mismatch(given, ty, unit, place, what);
        problem.code = Code::StateType;
        // Where its type comes from.
        problem.related.push((format!("the state begins as {}", describe(ty, unit)), span));
        self.fail(problem)
    }

    /// The value of an operator with state: made once for the same operator with the same arguments in the same place.
    /// `make` is given a provisional key for its cells, unique until all keys are known.
    pub(in crate::language) fn remembered(
        &mut self,
        make: impl FnOnce(&mut Self, &str) -> Result<Typed<'b>, Reported>,
    ) -> Result<Typed<'b>, Reported> {
        let place = (self.task, self.keys.place(self.sources));
        if let Some(&known) = self.cells.get(&place) {
            return Ok(known);
        }
        let (first, first_event) = (self.builder.cell_count(), self.builder.event_count());
        let first_phase = self.builder.phase_count();
        // Told apart by numbers until all keys are known.
        let key = format!("#{first}.{first_event}");
        let value = make(self, &key)?;
        let of_key = |(row, made): (u32, String)| {
            let suffix = made.strip_prefix(&key).unwrap_or_default();
            (row, suffix.to_owned())
        };
        let cells = self.builder.cell_keys(first).into_iter().map(of_key);
        self.keys.made(self.sources, cells.collect());
        let events = self.builder.event_keys(first_event).into_iter().map(of_key);
        self.keys.made_events(self.sources, events.collect());
        (first_phase..self.builder.phase_count()).for_each(|_| self.keys.made_phase(self.sources));
        self.cells.insert(place, value);
        Ok(value)
    }

    /// A phase of time, which keeps its place when its period is edited.
    pub(in crate::language) fn phase(&mut self, op: Op, seconds: f64) -> Typed<'b> {
        let place = (self.task, format!("{} {}", op.name(), self.keys.place(self.sources)));
        if let Some(&known) = self.cells.get(&place) {
            return known;
        }
        // Told apart by its number until all keys are known.
        let key = format!("#{}", self.keys.phases());
        let value = self.builder.keyed_phase(&key, op, seconds);
        self.keys.made_phase(self.sources);
        let value = Typed::new(value, Unit::Phase, None);
        self.cells.insert(place, value);
        value
    }
}
