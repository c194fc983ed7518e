//! Hit tests: `click(dots)`, `hover(dots)`, `click(rows.box)` of what one draw shows, and `self` in a reaction of a domain.

use super::arguments::{Call, Callee, Expected, Placed};
use super::draw::pass_name;
use super::value::Typed;
use super::{Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::{DomainId, Meaning, POINTER, TaskId};
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
            dotted(first)?.first().filter(|(name, _)| *name == SELF).map(|&(_, span)| span)
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

/// What a hit test looks at.
#[derive(Clone, Copy, Debug)]
pub(in crate::language) struct Target<'a> {
    domain: DomainRef,
    /// The label of the draw of the domain that has to show it, where one is named.
    label: Option<(DomainId, &'a str)>,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The event that the name of a call means, if it is one.
    pub(super) fn called_event(&self, path: &[Name]) -> Option<EventRef<'b>> {
        let parts: Vec<(&str, Span)> = path.iter().map(|part| (part.text.as_str(), part.span)).collect();
        match self.project.follow(self.scope, &parts)? {
            (Meaning::Value(task), used) if used == parts.len() => match self.done[task] {
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
        let Target { domain, label } = self.target_of(elements)?;
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
        self.hits_only(&made, label);
        made
    }

    /// Notes the pass that a hit test looks at, which may be drawn later than this.
    fn hits_only(&mut self, made: &Result<Typed<'b>, Reported>, label: Option<(DomainId, &str)>) {
        let event = made.as_ref().ok().and_then(|made| made.event);
        let Some((event, (domain, label))) = event.zip(label) else { return };
        let pass = pass_name(&format!("{}.", self.project.domains[domain].full), label);
        self.hit_passes.push((event.row(), pass));
    }

    /// Lets hit tests of one pass look at that.
    pub(super) fn find_hit_passes(&mut self) {
        for (event, pass) in std::mem::take(&mut self.hit_passes) {
            // A draw that is not there was reported.
            let _is_there = self.builder.hit_only(event, &pass);
        }
    }

    /// `hover(dots)`.
    pub(in crate::language) fn hover(&mut self, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
        let Some(Target { domain, label }) = call.target(0) else {
            return self.contradiction(call.span, "no domain");
        };
        let place = match call.optional_placed(1) {
            Some((value, span)) => self.uniform(value, span, "the place of a hit test")?.value,
            None => self.pointer(call.function.name, call.span)?,
        };
        let made = self.new_event(|e, key| match e.builder.list_of_domain(domain) {
            Some(list) if e.own_element.is_none() => e.builder.hover_row(key, (domain, list), place),
            _ => e.builder.hover(key, domain, place),
        });
        let made = Ok(made);
        self.hits_only(&made, label);
        made
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

    /// The domain that an argument names, or one of its draws: `rows`, `rows.box`.
    pub(super) fn target_of(&mut self, expr: &'a Expr) -> Result<Target<'a>, Reported> {
        let parts = dotted(expr);
        if let Some(&[(SELF, own), ref rest @ ..]) = parts.as_deref()
            && self.meaning(SELF).is_none()
        {
            let domain = self.scope.domain.filter(|_| self.own_element == Some(own));
            return match domain {
                Some(domain) => self.target(domain, rest, expr.span),
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
        let found = parts.as_ref().and_then(|parts| self.project.follow(self.scope, parts));
        if let (Some((Meaning::Domain(domain), used)), Some(parts)) = (found, &parts) {
            return self.target(domain, &parts[used..], expr.span);
        }
        if found.is_none() {
            // Unknown, or no name at all: that has its own message.
            self.expr(expr)?;
        }
        let problem = Problem::new(Code::WrongType, expr.span, "this is no domain, and a hit test is of one");
        self.fail(problem.help("name the domain: `click(dots)`"))
    }

    /// A domain, or with a name behind it what the draw shows that is labelled so.
    fn target(
        &mut self,
        domain: DomainId,
        rest: &[(&'a str, Span)],
        span: Span,
    ) -> Result<Target<'a>, Reported> {
        let element = self.element_of(domain, span)?.domain;
        let &[(label, at), ref behind @ ..] = rest else {
            return Ok(Target { domain: element, label: None });
        };
        let task = &self.project.tasks[self.project.domains[domain].task];
        let mut labels = self.project.labels_of(task.module, domain);
        let full = &self.project.domains[domain].full;
        if behind.is_empty() && labels.contains(&label) {
            return Ok(Target { domain: element, label: Some((domain, label)) });
        }
        if let (Some(&(part, at)), true) = (behind.first(), labels.contains(&label)) {
            let message = format!("{} is a draw, which has no part {}", quote(label), quote(part));
            return self
                .fail(Problem::new(Code::UnknownMember, at, message).help(format!("leave `.{part}` out")));
        }
        labels.sort_unstable();
        let message = format!("no draw of {} is labelled {}", quote(full), quote(label));
        let help = match crate::diagnostic::nearest(label, labels.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("give the draw the label: `draw rect as {label} {{ ... }}`"),
        };
        self.fail(Problem::new(Code::UnknownMember, at, message).help(help))
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
