//! Values per element: the element that an expression is about, fields for what reads other elements, reductions.

use super::value::{Element, Typed, computed};
use super::{Call, Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::DomainId;
use crate::language::source::{Problem, Span};
use crate::language::syntax::Expr;
use crate::program::{DomainRef, Edge, Reduction, Type, Unit, Value, limits};

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
            Done::Pending | Done::Value(_) | Done::Camera(_) | Done::Effect => {
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
    fn field_holding(
        &mut self,
        name: &str,
        value: Typed<'b>,
        span: Span,
    ) -> Result<(Value<'b>, DomainRef), Reported> {
        let Some(element) = value.element else {
            let name = quote(name);
            let message = format!("{name} needs a value per element, and this is the same for all");
            let help = "name a value of a domain, such as `dots.size`";
            return self.fail(Problem::new(Code::NotPerElement, span, message).help(help));
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
        let (field, _) = self.field_holding("at", found, value.span)?;
        let edge = if wraps { Edge::Wrap } else { Edge::Clamp };
        Ok(Typed::new(self.builder.at(field, at.value, edge), found.unit, at.element))
    }

    /// One value of the first argument of all elements, under the name of the function.
    pub(in crate::language) fn reduction(
        &mut self,
        reduction: Reduction,
        call: &Call<'_, 'b>,
    ) -> Result<Typed<'b>, Reported> {
        let (value, span) = call.placed(0);
        let value = if value.ty == Type::Int { self.int_to_float(value) } else { value };
        let (field, domain) = self.field_holding(call.function.name, value, span)?;
        let (domain, field_name) = (self.builder.domain_name(domain), self.builder.field_name(field));
        let base = format!("{}({domain}.{field_name})", call.function.name);
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
