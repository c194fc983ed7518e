//! Hit tests: `click(dots)`, `hover(dots)`, and `self` in a reaction of a domain.

use super::arguments::{Call, Callee, Expected, Placed};
use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::{Meaning, POINTER, TaskId};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Expr, ExprKind, Name, dotted};
use crate::program::{DomainRef, EventRef, Type, Unit, Value};

/// The element that a reaction is of.
const SELF: &str = "self";

/// Where the head of a reaction says `self`: `on click(self)`, also with a condition behind it.
pub(super) fn own_element(event: &Expr) -> Option<Span> {
    match &event.kind {
        ExprKind::Call { arguments, .. } => {
            let first = &arguments.first()?.value;
            matches!(&first.kind, ExprKind::Name(name) if name == SELF).then_some(first.span)
        }
        ExprKind::When { event, .. } => own_element(event),
        ExprKind::Broken(_)
        | ExprKind::Number { .. }
        | ExprKind::Color(_)
        | ExprKind::Text(_)
        | ExprKind::Bool(_)
        | ExprKind::Name(_)
        | ExprKind::Member { .. }
        | ExprKind::Keys { .. }
        | ExprKind::Fold(_)
        | ExprKind::Vector(_)
        | ExprKind::At { .. }
        | ExprKind::Array(_)
        | ExprKind::Index { .. }
        | ExprKind::View { .. }
        | ExprKind::Unary { .. }
        | ExprKind::Chain { .. }
        | ExprKind::If { .. }
        | ExprKind::Block { .. } => None,
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The event that the name of a call means, if it is one.
    pub(super) fn called_event(&self, path: &[Name]) -> Option<EventRef<'b>> {
        let parts: Vec<(&str, Span)> = path.iter().map(|part| (part.text.as_str(), part.span)).collect();
        match self.project.follow(self.scope, &parts)? {
            (Meaning::Value(task), used) if used == parts.len() => match self.done[task] {
                Done::Value(value) => value.event,
                Done::Pending | Done::Poisoned(_) | Done::Domain(_) | Done::Camera(_) | Done::Effect => None,
            },
            _ => None,
        }
    }

    /// `click(dots)`: the event that an element is met when another event happens.
    pub(super) fn hit(
        &mut self,
        source: EventRef<'b>,
        path: &'a [Name],
        arguments: &'a [Argument],
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let Some(last) = path.last() else { return self.contradiction(span, "a call has no name") };
        let name: &'a str = &last.text;
        let callee = Callee {
            name,
            parameters: vec![
                Expected { name: "elements", is_required: true },
                Expected { name: "at", is_required: false },
            ],
            variadic: None,
            usage: format!("{name}(elements: domain, [at: vec2]) -> event"),
            defined: None,
        };
        let Placed { slots, outcome } = self.place(&callee, arguments);
        outcome?;
        if let Some(problem) = callee.missing(&slots, span) {
            return self.fail(problem);
        }
        let [elements, at] = [0, 1].map(|row: usize| slots[row].first().map(|argument| &argument.value));
        let Some(elements) = elements else { return self.contradiction(span, "no domain") };
        let domain = self.domain_of(elements)?;
        self.keys.enter(name, arguments);
        let place = self.in_turn(source, |e| match (at, source.carries()) {
            (Some(at), _) => e.place_at(at),
            (None, Some((Type::Vec2, _))) => Ok(source.payload()),
            (None, _) => e.pointer(name, span),
        });
        let made = place.map(|place| {
            self.made_event(source, false, |e, key| match e.builder.list_of_domain(domain) {
                // In a reaction of an element it is about that, not its row.
                Some(list) if e.own_element.is_none() => {
                    e.builder.hit_row(key, source, (domain, list), place)
                }
                _ => e.builder.hit(key, source, domain, place),
            })
        });
        self.keys.leave();
        made
    }

    /// `hover(dots)`.
    pub(in crate::language) fn hover(&mut self, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
        let Some(domain) = call.domain(0) else { return self.contradiction(call.span, "no domain") };
        let place = match call.optional_placed(1) {
            Some((value, span)) => self.uniform(value, span, "the place of a hit test")?.value,
            None => self.pointer(call.function.name, call.span)?,
        };
        Ok(self.new_event(|e, key| e.builder.hover(key, domain, place)))
    }

    fn place_at(&mut self, at: &'a Expr) -> Result<Value<'b>, Reported> {
        let what = "the place of a hit test";
        let value = self.expr(at)?;
        let value = self.convert(value, Type::Vec2, Unit::Scalar, at.span, what)?;
        Ok(self.uniform(value, at.span, what)?.value)
    }

    /// Where the pointer is.
    fn pointer(&mut self, name: &str, span: Span) -> Result<Value<'b>, Reported> {
        if self.meaning(POINTER).is_none() {
            let message = format!("{} looks where `{POINTER}` is, and nothing is called so", quote(name));
            let problem = Problem::new(Code::UnknownValue, span, message);
            return self.fail(problem.help(format!(
                "add `input {POINTER}: vec2 = (0.5, 0.5)`, or say where: `{name}(dots, at: place)`"
            )));
        }
        let value = self.name(POINTER, span)?;
        let what = "the pointer of a hit test";
        let value = self.convert(value, Type::Vec2, Unit::Scalar, span, what)?;
        Ok(self.uniform(value, span, what)?.value)
    }

    /// The domain that an argument names.
    pub(super) fn domain_of(&mut self, expr: &'a Expr) -> Result<DomainRef, Reported> {
        if let ExprKind::Name(name) = &expr.kind
            && name == SELF
            && self.meaning(SELF).is_none()
        {
            let domain = self.scope.domain.filter(|_| self.own_element == Some(expr.span));
            return match domain {
                Some(domain) => Ok(self.element_of(domain, expr.span)?.domain),
                None => {
                    let problem = Problem::new(
                        Code::Misplaced,
                        expr.span,
                        "`self` is the element that a reaction is of",
                    );
                    self.fail(
                        problem.help("in a domain write `on click(self) { ... }`, elsewhere name the domain"),
                    )
                }
            };
        }
        let parts = dotted(expr);
        let found = parts.as_ref().and_then(|parts| self.project.follow(self.scope, parts));
        if let (Some((Meaning::Domain(domain), used)), Some(parts)) = (found, &parts)
            && used == parts.len()
        {
            return Ok(self.element_of(domain, expr.span)?.domain);
        }
        if found.is_none() {
            // Unknown, or no name at all: that has its own message.
            self.expr(expr)?;
        }
        let problem = Problem::new(Code::WrongType, expr.span, "this is no domain, and a hit test is of one");
        self.fail(problem.help("name the domain: `click(dots)`"))
    }

    /// What a state is set to in a reaction of one element: of that the value, of the others what they have.
    pub(super) fn of_one(
        &mut self,
        hit: EventRef<'b>,
        state: TaskId,
        span: Span,
        value: Value<'b>,
    ) -> Result<Value<'b>, Reported> {
        let (Some(domain), Done::Value(current)) = (self.scope.domain, self.done[state]) else {
            return self.contradiction(span, "the state of an element is set before it is there");
        };
        let element = self.element_of(domain, span)?;
        let is_met = self.builder.index(element.domain).equals(hit.payload());
        Ok(is_met.select(value, current.value))
    }
}
