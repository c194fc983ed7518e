//! Values per element: the element that an expression is about, fields for what reads other elements, reductions.

use super::value::{Element, Typed, computed};
use super::{Call, Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::DomainId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::Expr;
use crate::program::{DomainRef, Edge, Op, Reduction, Type, Unit, Value, limits};

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The element whose value this is; `None` outside of a domain.
    pub(in crate::language) fn own_element(&mut self, span: Span) -> Option<Result<Element, Reported>> {
        Some(self.element_of(self.elements?, span))
    }

    /// The element of a domain that comes before this task.
    pub(super) fn element_of(&mut self, domain: DomainId, span: Span) -> Result<Element, Reported> {
        match self.done[self.project.domains[domain].task] {
            Done::Domain(domain) => Ok(Element { domain, span }),
            Done::Poisoned(reported) => Err(reported),
            Done::Pending | Done::Value(_) | Done::Camera(_) | Done::Image(..) | Done::Effect => {
                self.contradiction(span, "elements are named before they are there")
            }
        }
    }

    /// The element that a call belongs to; reports where there is none.
    pub(in crate::language) fn element(&mut self, call: &Call<'_, 'b>) -> Result<Element, Reported> {
        if self.is_in_life() {
            let problem = self.not_at_birth(call.function.name, call.span);
            return self.fail(problem);
        }
        if let Some(element) = self.own_element(call.span) {
            return element;
        }
        let name = quote(call.function.name);
        let message = format!("{name} belongs to an element, and this stands outside of a domain");
        let problem = Problem::new(Code::OutsideDomain, call.span, message);
        self.fail(problem.help("move it into a `domain` block"))
    }

    /// A field that holds the first argument, for what reads other elements.
    pub(in crate::language) fn field_of(
        &mut self,
        call: &Call<'_, 'b>,
    ) -> Result<(Value<'b>, DomainRef), Reported> {
        let (value, span) = call.placed(0);
        self.field_holding(call.function.name, value, span)
    }

    /// A field that holds a value, which is asked for under a name.
    pub(super) fn field_holding(
        &mut self,
        name: &str,
        value: Typed<'b>,
        span: Span,
    ) -> Result<(Value<'b>, DomainRef), Reported> {
        let Some(element) = value.element else {
            let problem = same_for_all(name, span);
            return self.fail(problem);
        };
        if self.builder.is_of_pairs(element.domain) {
            return self.not_of_pairs(name, span);
        }
        if self.builder.is_field(value.value) {
            return Ok((value.value, element.domain));
        }
        if let Some(&field) = self.fields.get(&value.value.node()) {
            return Ok((field, element.domain));
        }
        let text: String = self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let name = self.unique_field(element.domain, &text);
        let field = self.builder.field_with_unit(element.domain, &name, value.value, value.unit);
        self.fields.insert(value.value.node(), field);
        Ok((field, element.domain))
    }

    /// `value at index`: the value of the element with that index, for whom the index is of.
    pub(super) fn at(
        &mut self,
        value: &'a Expr,
        index: &'a Expr,
        wraps: bool,
    ) -> Result<Typed<'b>, Reported> {
        // What is read by an index is of elements, inside of a fold over pairs as well.
        let near = self.near.take();
        let found = self.expr(value);
        self.near = near;
        let at = self.expr(index);
        let (found, at) = (found?, at?);
        if found.ty == Type::Shape {
            let problem = self.mismatch(found, Type::Float, Unit::Scalar, value.span, "what `at` reads");
            return self.fail(problem);
        }
        let at = self.convert(at, Type::Int, Unit::Scalar, index.span, "the index behind `at`")?;
        if self.is_in_life() && at.element.is_some() {
            let problem = self.not_at_birth("at", index.span);
            return self.fail(problem);
        }
        let edge = if wraps { Edge::Wrap } else { Edge::Clamp };
        self.value_at("at", (found, value.span), at, edge)
    }

    /// The value of the element with an index, an int. `name` is what asks for it.
    pub(in crate::language) fn value_at(
        &mut self,
        name: &str,
        (value, span): (Typed<'b>, Span),
        index: Typed<'b>,
        edge: Edge,
    ) -> Result<Typed<'b>, Reported> {
        let (field, domain) = self.field_holding(name, value, span)?;
        if let Some(group) = self.group(domain) {
            let field = Typed::new(field, value.unit, value.element);
            return self.in_group(group, (field, span), (index, span), edge);
        }
        Ok(Typed::new(self.builder.at(field, index.value, edge), value.unit, index.element))
    }

    /// What an operation works out of a value of all elements together, component by component, and of their keys.
    pub(in crate::language) fn of_all(
        &mut self,
        op: Op,
        call: &Call<'_, 'b>,
        (value, span): (Typed<'b>, Span),
        by: Option<Typed<'b>>,
    ) -> Result<Typed<'b>, Reported> {
        let Some(element) = value.element else { return self.lacks_elements(call, span) };
        if self.builder.is_of_pairs(element.domain) {
            return self.not_of_pairs(call.function.name, span);
        }
        if matches!(op, Op::Place | Op::PlaceBy | Op::Order | Op::OrderBy | Op::Sorted | Op::SortedBy)
            && value.ty != Type::Float
        {
            let what = format!("the argument of {}", quote(call.function.name));
            let problem = self.mismatch(value, Type::Float, Unit::Scalar, span, &what);
            return self.fail(problem);
        }
        match (self.group(element.domain), by) {
            (Some(group), None) => self.together_in(group, op, value, element),
            (Some(_), Some(_)) => self.grouped_twice(call.function.name, call.span),
            (None, by) => Ok(self.together(op, Some(value), by, element)),
        }
    }

    /// What the elements of the block have by a key of other elements.
    pub(in crate::language) fn by_key(
        &mut self,
        op: Op,
        call: &Call<'_, 'b>,
        value: Option<(Typed<'b>, Span)>,
        (by, span): (Typed<'b>, Span),
    ) -> Result<Typed<'b>, Reported> {
        let own = self.element(call)?;
        if self.each_of(own.domain).is_some() {
            return self.grouped_twice(call.function.name, call.span);
        }
        let Some(from) = by.element.or(value.and_then(|(value, _)| value.element)) else {
            return self.lacks_elements(call, span);
        };
        if self.builder.is_of_pairs(from.domain) {
            return self.not_of_pairs(call.function.name, span);
        }
        Ok(self.together(op, value.map(|(value, _)| value), Some(by), own))
    }

    /// An operation on each component of a value, with keys.
    pub(super) fn together(
        &mut self,
        op: Op,
        value: Option<Typed<'b>>,
        by: Option<Typed<'b>>,
        element: Element,
    ) -> Typed<'b> {
        let of = |this: &Self, value: Option<Typed<'b>>| {
            let args: Vec<crate::program::Arg<'b>> =
                value.into_iter().chain(by).map(|arg| arg.value.into()).collect();
            Typed::new(this.builder.element(op, element.domain, &args), Unit::Scalar, Some(element))
        };
        let Some(value) = value else { return of(self, None) };
        let join = match value.ty {
            Type::Vec2 => Op::Vec2,
            Type::Vec3 => Op::Vec3,
            Type::Color => Op::Color,
            Type::Float | Type::Int | Type::Uint | Type::Bool | Type::Shape | Type::Text => {
                let found = of(self, Some(value));
                let unit = if found.ty == Type::Float { computed(value.unit) } else { Unit::Scalar };
                return Typed { unit, ..found };
            }
        };
        let parts: Vec<Typed<'b>> = (0..value.ty.stride())
            .map(|k| {
                let part = self.part(value, k);
                of(self, Some(part))
            })
            .collect();
        self.apply(join, &parts, Unit::Scalar)
    }

    /// 1 where a condition holds, else 0.
    pub(in crate::language) fn of_condition(&mut self, condition: Typed<'b>) -> Typed<'b> {
        let (one, zero) = (self.float(1.0), self.float(0.0));
        self.apply(Op::Select, &[condition, one, zero], Unit::Scalar)
    }

    /// Reports a call that is given no value per element.
    pub(in crate::language) fn lacks_elements<T>(
        &mut self,
        call: &Call<'_, 'b>,
        span: Span,
    ) -> Result<T, Reported> {
        let problem = same_for_all(call.function.name, span);
        self.fail(problem)
    }

    /// One value of the first argument of all elements, under the name of the function.
    pub(in crate::language) fn reduction(
        &mut self,
        reduction: Reduction,
        call: &Call<'_, 'b>,
    ) -> Result<Typed<'b>, Reported> {
        self.reduced(reduction, call.function.name, call.placed(0))
    }

    /// As [`reduction`](Self::reduction), of any value, under a name.
    pub(in crate::language) fn reduced(
        &mut self,
        reduction: Reduction,
        name: &str,
        (value, span): (Typed<'b>, Span),
    ) -> Result<Typed<'b>, Reported> {
        let value = if value.ty == Type::Int { self.int_to_float(value) } else { value };
        if let Some(element) = value.element
            && let Some(group) = self.group(element.domain)
        {
            return self.reduced_in(group, reduction, name, (value, Element { span, ..element }));
        }
        let (field, domain) = self.field_holding(name, value, span)?;
        let (domain, field_name) = (self.builder.domain_name(domain), self.builder.field_name(field));
        let base = format!("{name}({domain}.{field_name})");
        let slot = match self.reductions.get(&base) {
            Some(&slot) => slot,
            None => {
                let name: String = base.chars().take(limits::NAME_MAX).collect();
                let slot = self.builder.reduce(&name, field, reduction);
                self.reductions.insert(base, slot);
                slot
            }
        };
        Ok(Typed::new(slot, computed(value.unit), None))
    }
}

/// The problem of a value that is the same for all elements, where something needs one for each.
fn same_for_all(name: &str, span: Span) -> Problem {
    let message = format!("{} needs a value per element, and this is the same for all", quote(name));
    Problem::new(Code::NotPerElement, span, message).help("name a value of a domain, such as `dots.size`")
}
